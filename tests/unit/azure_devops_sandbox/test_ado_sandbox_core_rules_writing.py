"""Azure DevOps' sandbox: patches, values, tags, states."""

from __future__ import annotations

from typing import Any

import pytest
from azure_organisation import Organisation, field, link, operation

COMMON = "Microsoft.VSTS.Common"
SCHEDULING = "Microsoft.VSTS.Scheduling"
LENA = "l.gray@fund.example"


def test_types_come_from_the_process(azure: Organisation) -> None:
    """A type is found by its name in the project it is asked in, and starts as its process says."""
    for project, kind, state in (
        ("INVEST", "User%20Story", "New"), ("BASIC", "Issue", "To Do"), ("SCRUM", "Product%20Backlog%20Item", "New"),
        ("SCRUM", "Task", "To Do"), ("CMMI", "Requirement", "Proposed"),
    ):  # fmt: skip
        made = azure.create(kind, field("Title", "T"), project=project)
        assert (made.status, made.json["fields"]["System.State"]) == (200, state)
    refused = azure.create("Issue", field("Title", "T"), project="SCRUM")
    assert (refused.status, refused.json["typeKey"]) == (404, "WorkItemTypeNotFoundException")


@pytest.mark.parametrize(
    "body",
    [None, {}, [], ["x"], [operation("add", "/nothing", 1)], [operation("move", "/fields/System.Title", 1)],
     [{"op": "add", "value": 1}], [operation("add", "/rev", 1)], [operation("add", "/relations/0", {})],
     [operation("remove", "/relations/-")], [operation("replace", "/relations/0", {})]],
)  # fmt: skip
def test_patches_are_json_patch(azure: Organisation, body: Any) -> None:
    """Everything else is refused with 400, and nothing is changed."""
    item = azure.make()
    refused = azure.ask("PATCH", f"workitems/{item}", body)
    assert (refused.status, refused.json["typeKey"]) == (400, "VssPropertyValidationException")
    assert azure.value(item, "Rev") == 1


def test_a_document_is_one_transaction(azure: Organisation) -> None:
    """Several fields are one revision; one bad value, or one bad link, refuses everything; no change is no revision."""
    item = azure.make()
    for bad in (field(f"{COMMON}.Priority", 9), link("System.LinkTypes.Related", 77)):
        assert azure.patch(item, field("Title", "New"), bad).status in (400, 404)
    assert azure.value(item, "Title") == "Title"
    changed = azure.change(item, field("Title", "New"), field(f"{COMMON}.Priority", 1), field("Tags", "a"))
    assert changed["rev"] == 2
    assert azure.change(item, field("Title", "New"))["rev"] == 2
    assert len(azure.get(f"workitems/{item}/updates").json["value"]) == 2


def test_rev_guards_fields(azure: Organisation) -> None:
    """A test of a rev that is behind is 412 with the platform's words; of the right one it passes; fields too."""
    item = azure.make()
    azure.change(item, operation("test", "/rev", 1), field("Title", "New"))
    refused = azure.patch(item, operation("test", "/rev", 1), field("Title", "Newer"))
    assert (refused.status, refused.json["typeKey"]) == (412, "TestPatchOperationFailedException")
    assert refused.json["message"] == (
        "VS403351: Test Operation for path /rev failed, value 2 was not equal to test value 1."
    )
    assert azure.patch(item, operation("test", "/fields/System.Title", "Title")).status == 412
    assert azure.patch(item, operation("test", "/id", item), field("Title", "Newer")).status == 200


def test_validate_only_keeps_nothing(azure: Organisation) -> None:
    """The rules are run, the answer is the item as it is, and there is no revision; nor is anything created."""
    item = azure.make()
    valid = azure.patch(item, field("Title", "New"), validateOnly="true")
    assert (valid.status, valid.json["rev"], valid.json["fields"]["System.Title"]) == (200, 1, "Title")
    assert azure.patch(item, field("State", "Nope"), validateOnly="true").status == 400
    would = azure.create(
        "Task", field("Title", "Would be"), link("Hyperlink", "https://x.example"), validateOnly="true"
    )
    assert (would.status, would.json["id"], would.json["fields"]["System.Title"]) == (200, -1, "Would be")
    assert azure.get(f"workitems/{item + 1}").status == 404
    assert len(azure.events) == 1


def test_revisions_are_limited(azure: Organisation) -> None:
    """At the limit an update fails with 500, and the item stays as it was."""
    item = azure.make()
    azure.turn(revision_limit=2)
    azure.change(item, field("Title", "New"))
    refused = azure.patch(item, field("Title", "Newer"))
    assert (refused.status, "has 2 revisions" in refused.json["message"]) == (500, True)
    assert azure.value(item, "Title") == "New"


def test_rules_name_their_fields(azure: Organisation) -> None:
    """The body says which field and which flags, for each broken rule; the message is the first one's."""
    refused = azure.create("Epic", field(f"{COMMON}.Priority", 9))
    assert (refused.status, refused.json["typeKey"]) == (400, "RuleValidationException")
    errors = refused.json["customProperties"]["RuleValidationErrors"]
    assert {each["fieldReferenceName"]: each["fieldStatusFlags"] for each in errors} == {
        "System.Title": "required, invalidEmpty",
        f"{COMMON}.Priority": "hasValues, limitedToValues, invalidListValue",
    }
    assert refused.json["message"] == "TF401320: Rule Error for field Title. Error code: Required, InvalidEmpty."
    read_only = azure.create("Task", field("Title", "T"), field("Parent", 1)).json
    assert (
        read_only["customProperties"]["RuleValidationErrors"][0]["fieldStatusFlags"] == "readOnly, invalidNotOldValue"
    )


def test_unknown_fields_are_refused(azure: Organisation) -> None:
    """A field of nobody's is 400; display names and any case are understood; another type's field breaks a rule."""
    refused = azure.create("Task", field("Title", "T"), field("Custom.Shoe", 1))
    assert (refused.status, refused.json["message"]) == (400, "TF51535: Cannot find field Custom.Shoe.")
    made = azure.create("Task", field("system.title", "T"), operation("add", "/fields/Story Points", 3)).json
    assert made["fields"][f"{SCHEDULING}.StoryPoints"] == 3
    assert azure.create("Task", field("Title", "T"), field("Custom.Sector", "x")).json["typeKey"] == (
        "RuleValidationException"
    )


def test_bypassing_needs_permission(azure: Organisation) -> None:
    """With it, authors, dates, states and people that the rules forbid are kept; without it 403; Id stays read-only."""
    item = azure.make()
    forbidden = (
        field("CreatedBy", "Somebody Else"), field("CreatedDate", "2020-01-01"), field("State", "Nowhere"),
        field("AssignedTo", {"displayName": "Nobody"}),
    )  # fmt: skip
    assert azure.patch(item, *forbidden).status == 400
    shown = azure.change(item, *forbidden, bypassRules="true")["fields"]
    assert shown["System.CreatedBy"] == {"displayName": "Somebody Else", "uniqueName": "Somebody Else"}
    assert (shown["System.CreatedDate"], shown["System.State"]) == ("2020-01-01T00:00:00Z", "Nowhere")
    assert azure.patch(item, field("Id", 9), bypassRules="true").status == 400
    azure.turn(permissions_denied=["bypass_rules"])
    assert azure.patch(item, field("State", "New"), bypassRules="true").status == 403


def test_quiet_writes_need_permission(azure: Organisation) -> None:
    """Without it suppressNotifications is refused, or ignored; with it nothing is different to see."""
    item = azure.make()
    azure.change(item, field("Title", "Quiet"), suppressNotifications="true")
    azure.turn(permissions_denied=["suppress_notifications"])
    assert azure.patch(item, field("Title", "Loud"), suppressNotifications="true").status == 403
    azure.turn(suppressing_without_permission="parameter_ignored")
    assert azure.change(item, field("Title", "Loud"), suppressNotifications="true")["rev"] == 3


@pytest.mark.parametrize(
    ("name", "given", "stored"),
    [
        (f"{SCHEDULING}.StoryPoints", "3.5", 3.5),
        (f"{SCHEDULING}.StoryPoints", True, None),
        (f"{SCHEDULING}.StoryPoints", "many", None),
        (f"{COMMON}.Priority", "3", 3),
        (f"{COMMON}.Priority", 1.5, None),
        (f"{SCHEDULING}.DueDate", "2027-03-31", "2027-03-31T00:00:00Z"),
        (f"{SCHEDULING}.DueDate", "2027-03-31T02:00:00.250+02:00", "2027-03-31T00:00:00.25Z"),
        (f"{SCHEDULING}.DueDate", "soon", None),
        (f"{SCHEDULING}.DueDate", "1066-10-14", None),
        ("Title", " padded ", "padded"),
        ("Title", "t" * 256, None),
        ("Title", "two\nlines", None),
        ("Title", {"a": 1}, None),
        ("Description", "x" * 1_048_577, None),
        ("Custom.Reconciler", '{"a": 1}', '{"a": 1}'),
    ],
)  # fmt: skip
def test_values_are_typed(azure: Organisation, name: str, given: Any, stored: Any) -> None:
    """What fits is stored in the platform's form; what does not is refused with the field's name."""
    item = azure.make()
    answer = azure.patch(item, field(name, given))
    if stored is None:
        (error,) = answer.json["customProperties"]["RuleValidationErrors"]
        assert error["fieldReferenceName"].endswith(name)
    else:
        assert azure.value(item, name) == stored


def test_lists_take_their_values(azure: Organisation) -> None:
    """A value is found without regard to case and spelt as the list spells it; a suggested list takes any."""
    epic = azure.make(kind="Epic")
    azure.change(epic, field("Custom.RiskLevel", "high"), field("Custom.Sector", "Shipping"))
    assert (azure.value(epic, "Custom.RiskLevel"), azure.value(epic, "Custom.Sector")) == ("High", "Shipping")
    assert azure.patch(epic, field("Custom.RiskLevel", "Dire")).status == 400


@pytest.mark.parametrize(
    "clearing",
    [operation("remove", "/fields/System.AssignedTo"), field("AssignedTo", ""), field("AssignedTo", None, "replace")],
)
def test_empty_values_clear(azure: Organisation, clearing: dict[str, Any]) -> None:
    """The field is absent afterwards; what is required can't be cleared; removing nothing is nothing, or refused."""
    item = azure.make("T", "Task", field("AssignedTo", LENA))
    assert "System.AssignedTo" not in azure.change(item, clearing)["fields"]
    assert azure.patch(item, field("Title", "")).status == 400
    absent = operation("remove", "/fields/System.Description")
    assert azure.change(item, absent)["rev"] == 2
    azure.turn(remove_absent="refused")
    assert azure.patch(item, absent).status == 400


@pytest.mark.parametrize(
    "given",
    [LENA, LENA.upper(), "Lena Gray", f"Lena Gray <{LENA}>", {"uniqueName": LENA}, {"displayName": "Lena Gray"},
     {"id": "d2a6e7b0-0000-6000-8000-000000000002"}],
)  # fmt: skip
def test_people_by_unique_name(azure: Organisation, given: Any) -> None:
    """All these are one person, who reads back as a reference; strangers and those who left are unknown."""
    item = azure.make("T", "Task", field("AssignedTo", given))
    assert azure.value(item, "AssignedTo")["uniqueName"] == LENA
    for nobody in ("Nobody", "Former Colleague", f"Omar Haddad <{LENA}>", "nobody@fund.example"):
        refused = azure.patch(item, field("AssignedTo", nobody)).json
        assert refused["typeKey"] == "WorkItemFieldInvalidException"
        assert refused["customProperties"] == {"ReferenceName": "System.AssignedTo"}
        assert refused["message"] == f"The identity value '{nobody}' for field 'Assigned To' is an unknown identity."


def test_paths_of_trees(azure: Organisation) -> None:
    """A path is found in any case and reads back as the tree spells it; ids work too; the root is the default."""
    item = azure.make("T", "Task", field("AreaPath", "invest\\LEGAL"), field("IterationPath", "INVEST\\Sprint 2"))
    shown = azure.item(item)["fields"]
    assert (shown["System.AreaPath"], shown["System.IterationPath"]) == ("INVEST\\Legal", "INVEST\\Sprint 2")
    assert (shown["System.AreaLevel2"], shown["System.NodeName"]) == ("Legal", "Legal")
    for path in ("INVEST\\Nowhere", "BASIC", "Legal"):
        refused = azure.patch(item, field("AreaPath", path)).json
        assert refused["message"] == f"TF401347: Invalid tree name given for work item {item}, field 'System.AreaPath'."
    azure.change(item, field("AreaPath", ""), field("IterationId", 2))
    assert (azure.value(item, "AreaPath"), azure.value(item, "IterationPath")) == ("INVEST", "INVEST")
    for node in (1, 999, "2"):
        assert azure.patch(item, field("IterationId", node)).status == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<P ONCLICK='x()'>Hi<BR/>you</P>", "<p>Hi<br>you</p>"),
        ("<div>a &amp; b&nbsp;c</div> ", "<div>a &amp; b&nbsp;c</div>"),
        ("<script>steal()</script>ok<a href='javascript:x'>y</a>", "ok<a>y</a>"),
        ("<ul><li>one<li>two</ul>", "<ul><li>one<li>two</li></li></ul>"),
        ("a < b </i> <img src=x><span/>", 'a &lt; b  <img src="x"><span></span>'),
        ("<input>plain<p>open", "plain<p>open</p>"),
    ],
)  # fmt: skip
def test_html_is_rewritten(azure: Organisation, sent: str, kept: str) -> None:
    """Dangerous parts go and the rest is written one way, so that writing it again changes nothing."""
    item = azure.make("T", "Task", field("Description", sent))
    assert azure.value(item, "Description") == kept
    assert azure.change(item, field("Description", kept))["rev"] == 1
    azure.turn(html="as_sent")
    assert azure.change(item, field("Description", sent))["fields"]["System.Description"] == sent


def test_markdown_on_request(azure: Organisation) -> None:
    """The answer says which field is Markdown; its text is not touched; other fields and formats are refused."""
    markdown = operation("add", "/multilineFieldsFormat/System.Description", "Markdown")
    item = azure.make("T", "Task", field("Description", "# <b>"), markdown)
    shown = azure.item(item)
    assert shown["multilineFieldsFormat"] == {"System.Description": "markdown"}
    assert shown["fields"]["System.Description"] == "# <b>"
    azure.change(item, field("Description", "*a*"))
    assert azure.value(item, "Description") == "*a*"
    for path, value in (("System.Title", "markdown"), ("System.Description", "wiki")):
        assert azure.patch(item, operation("add", f"/multilineFieldsFormat/{path}", value)).status == 400
    other = azure.make("T", "Task", field("Description", "<p>x"))
    assert azure.item(other)["multilineFieldsFormat"] == {"System.Description": "html"}
    azure.turn(markdown=False)
    assert azure.patch(other, markdown).status == 400
    assert "multilineFieldsFormat" not in azure.item(other)


def test_markdown_stays(azure: Organisation) -> None:
    """Back to HTML is refused, or allowed where the platform is not so strict."""
    path = "/multilineFieldsFormat/System.Description"
    item = azure.make("T", "Task", field("Description", "a"), operation("add", path, "markdown"))
    assert azure.patch(item, operation("replace", path, "html")).status == 400
    azure.turn(markdown_is_final=False)
    azure.change(item, operation("replace", path, "html"), field("Description", "<I>b"))
    assert azure.value(item, "Description") == "<i>b</i>"
    assert azure.item(item)["multilineFieldsFormat"] == {"System.Description": "html"}


def test_markdown_as_sent(azure: Organisation) -> None:
    """Angle brackets stay, or come back as entities."""
    markdown = operation("add", "/multilineFieldsFormat/System.Description", "markdown")
    item = azure.make("T", "Task", field("Description", "> a"), markdown)
    assert azure.value(item, "Description") == "> a"
    azure.turn(markdown_angles="encoded")
    assert azure.change(item, field("Description", "> <b>"))["fields"]["System.Description"] == "&gt; &lt;b&gt;"


def test_tags_merge_on_add(azure: Organisation) -> None:
    """add keeps what is there, replace does not, and no tag at all is no field."""
    item = azure.make("T", "Task", field("Tags", "b; a,c;;"))
    assert azure.value(item, "Tags") == "a; b; c"
    azure.change(item, field("Tags", "d; A"))
    assert azure.value(item, "Tags") == "a; b; c; d"
    azure.change(item, field("Tags", "d", "replace"))
    assert azure.value(item, "Tags") == "d"
    azure.change(item, operation("remove", "/fields/System.Tags"))
    assert azure.value(item, "Tags") is None


def test_tags_keep_their_first_spelling(azure: Organisation) -> None:
    """A tag that the project knows keeps its spelling on every item, unless the knob says otherwise."""
    azure.make("T", "Task", field("Tags", "Legal"))
    item = azure.make("T", "Task", field("Tags", "LEGAL"))
    assert azure.value(item, "Tags") == "Legal"
    elsewhere = azure.make("T", "Task", field("Tags", "LEGAL"), project="BASIC")
    assert azure.value(elsewhere, "Tags") == "LEGAL"
    azure.turn(tag_casing="as_sent")
    azure.change(item, field("Tags", "LEGAL", "replace"))
    assert azure.value(item, "Tags") == "LEGAL"


def test_tags_are_sorted(azure: Organisation) -> None:
    """They come back sorted, or in the order in which they were sent."""
    item = azure.make("T", "Task", field("Tags", "b; C; a"))
    assert azure.value(item, "Tags") == "a; b; C"
    azure.turn(tag_order="as_sent")
    azure.change(item, field("Tags", "b; C; a; d", "replace"))
    assert azure.value(item, "Tags") == "b; C; a; d"


def test_new_tags_need_permission(azure: Organisation) -> None:
    """Known tags can be set; a new one is refused."""
    item = azure.make("T", "Task", field("Tags", "known"))
    azure.turn(permissions_denied=["create_tags"])
    assert azure.patch(item, field("Tags", "KNOWN", "replace")).status == 200
    assert azure.patch(item, field("Tags", "new")).status == 403


def test_tags_are_limited(azure: Organisation) -> None:
    """A hundred are fine, one more is TF401243; so is a tag of more than 400 characters."""
    item = azure.make("T", "Task", field("Tags", "; ".join(f"tag{number}" for number in range(100))))
    assert azure.patch(item, field("Tags", "more")).json["message"].startswith("TF401243")
    assert azure.patch(item, field("Tags", "t" * 401, "replace")).status == 400


def test_states_follow_transitions(azure: Organisation) -> None:
    """CMMI's own moves are kept, other processes go from any to any, and the knob says both for any type."""
    item = azure.make("T", "Task", project="CMMI")
    refused = azure.patch(item, field("State", "Resolved")).json
    assert refused["customProperties"]["RuleValidationErrors"][0]["fieldReferenceName"] == "System.State"
    azure.change(item, field("State", "active"))
    assert azure.change(item, field("State", "Resolved"))["fields"]["System.State"] == "Resolved"
    assert azure.patch(item, field("State", "Doing")).status == 400
    task = azure.make()
    azure.turn(transitions={"Task": {"New": ["Active"]}})
    assert azure.patch(task, field("State", "Closed")).status == 400
    azure.turn(transitions={})
    assert azure.patch(task, field("State", "Closed")).status == 200


def test_new_items_may_start_later(azure: Organisation) -> None:
    """A later state can be given at creation, or has to be set afterwards."""
    later = field("State", "Active")
    assert azure.create("Task", field("Title", "T"), later).json["fields"]["System.State"] == "Active"
    azure.turn(initial_state="first")
    assert azure.create("Task", field("Title", "T"), later).status == 400
    assert azure.create("Task", field("Title", "T"), field("State", "new")).status == 200
    changed = azure.change(1, field("WorkItemType", "User Story"), field("State", "Resolved"))
    assert changed["fields"]["System.State"] == "Resolved"


def test_states_set_reason_and_dates(azure: Organisation) -> None:
    """Reason and dates follow the state; a given reason stays; what was closed and opens has no closing date."""
    item = azure.make()
    azure.clock.sleep(60)
    closed = azure.change(item, field("State", "Closed"))["fields"]
    assert (closed["System.Reason"], closed[f"{COMMON}.ClosedDate"]) == (
        "Moved to state Closed", "2026-11-23T09:01:00Z",
    )  # fmt: skip
    assert closed[f"{COMMON}.StateChangeDate"] == "2026-11-23T09:01:00Z"
    assert closed[f"{COMMON}.ClosedBy"]["displayName"] == "Sandbox"
    opened = azure.change(item, field("State", "Active"), field("Reason", "Not done yet"))["fields"]
    assert (opened["System.Reason"], f"{COMMON}.ClosedDate" in opened) == ("Not done yet", False)
    assert opened[f"{COMMON}.ActivatedDate"] == "2026-11-23T09:01:00Z"
    assert azure.change(item, field("State", "New"))["fields"]["System.Reason"] == "Moved to state New"


def test_fields_can_be_demanded(azure: Organisation) -> None:
    """A demanded field has to be there in that state, or in each; types that do not have it are spared."""
    item, epic = azure.make(), azure.make(kind="Epic")
    azure.turn(demanded={"Closed": ["System.AssignedTo"]}, required_fields=[f"{SCHEDULING}.DueDate"])
    assert azure.patch(epic, field("State", "Active")).status == 200
    refused = azure.patch(item, field("State", "Closed")).json["customProperties"]["RuleValidationErrors"]
    assert [each["fieldReferenceName"] for each in refused] == [f"{SCHEDULING}.DueDate", "System.AssignedTo"]
    done = (field("State", "Closed"), field("AssignedTo", LENA), field(f"{SCHEDULING}.DueDate", "2027-01-01"))
    assert azure.patch(item, *done).status == 200


def test_a_type_can_change(azure: Organisation) -> None:
    """What is not a state of the new type starts over; another project needs a permission, and moves to its root."""
    item = azure.make("T", "User Story", field("State", "Resolved"), field("AreaPath", "INVEST\\Legal"))
    azure.change(item, field("WorkItemType", "Task"))
    assert (azure.value(item, "WorkItemType"), azure.value(item, "State")) == ("Task", "New")
    assert azure.patch(item, field("WorkItemType", "Shoe")).status == 404
    azure.turn(permissions_denied=["move"])
    assert azure.patch(item, field("TeamProject", "BASIC")).status == 403
    assert azure.patch(item, field("TeamProject", "NOPE")).status == 404
    azure.turn(permissions_denied=[])
    assert azure.change(item, field("TeamProject", "INVEST"))["rev"] == 2
    moved = azure.change(item, field("AreaPath", "BASIC"), field("TeamProject", "BASIC"))["fields"]
    assert (moved["System.TeamProject"], moved["System.AreaPath"], moved["System.State"]) == ("BASIC", "BASIC", "To Do")


def test_history_is_a_comment(azure: Organisation) -> None:
    """It makes a revision and a comment that the answer names; Markdown is said by an object; nothing is no comment."""
    item = azure.make()
    said = azure.change(item, field("History", "Why?"))
    assert (said["rev"], said["fields"]["System.History"], said["fields"]["System.CommentCount"]) == (2, "Why?", 1)
    assert said["commentVersionRef"]["commentId"] == 1
    azure.change(item, field("History", {"format": "Markdown", "text": "*So*"}))
    shown = azure.get(f"/INVEST/_apis/wit/workItems/{item}/comments", **{"api-version": "7.1-preview.4"}).json
    assert [(each["text"], each["format"]) for each in shown["comments"]] == [("*So*", "markdown"), ("Why?", "html")]
    assert azure.change(item, field("History", " "))["rev"] == 3
    updates = azure.get(f"workitems/{item}/updates").json["value"]
    assert updates[1]["fields"]["System.History"] == {"newValue": "Why?"}
