"""The Jira sandbox's rules about writes: create, edit, values, documents."""

from __future__ import annotations

from typing import Any

import pytest

OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


def test_create_sets_properties(site: Any) -> None:
    """One request sets fields, a property and the status."""
    probe = site.make()
    draft = site.draft("Deal", labels=["b", "a"])
    draft |= {"properties": [{"key": "reconciler", "value": {"v": 1}}]}
    draft |= {"transition": {"id": site.transition_to(probe, "Done")}}
    created = site.post("/issue", draft).json
    assert created["transition"]["status"] == 204
    issue = site.get(f"/issue/{created['id']}", properties="reconciler").json
    assert issue["properties"] == {"reconciler": {"v": 1}}
    assert issue["fields"]["labels"] == ["a", "b"]
    assert issue["fields"]["status"]["name"] == "Done"
    assert issue["fields"]["creator"]["displayName"] == "Sandbox"


def test_failed_transition_keeps_the_issue(site: Any) -> None:
    """The issue is there in its first status, and the answer says what failed."""
    answer = site.post("/issue", {**site.draft(), "transition": {"id": "1"}})
    assert answer.status == 201
    assert answer.json["transition"]["status"] == 400
    assert "not valid" in answer.json["transition"]["errorCollection"]["errorMessages"][0]
    assert site.fields(answer.json["id"])["status"]["name"] == "To Do"


def test_bulk_create_takes_fifty(site: Any) -> None:
    """51 are refused and none is made; 50 are made in order."""
    many = [site.draft(str(number)) for number in range(51)]
    assert site.post("/issue/bulk", {"issueUpdates": many}).status == 400
    assert site.found("project = INVEST") == []
    made = site.post("/issue/bulk", {"issueUpdates": many[:50]}).json
    assert [each["key"] for each in made["issues"]] == [f"INVEST-{number}" for number in range(1, 51)]
    assert site.post("/issue/bulk", {"issueUpdates": []}).status == 400


def test_bulk_create_is_partial(site: Any) -> None:
    """The successes come in order without the failed ones, which are named by their place."""
    updates = [site.draft("a"), site.draft(""), site.draft("c", labels=["two words"]), site.draft("d")]
    answer = site.post("/issue/bulk", {"issueUpdates": updates})
    assert answer.status == 201
    assert [site.fields(each["id"])["summary"] for each in answer.json["issues"]] == ["a", "d"]
    assert [(each["failedElementNumber"], list(each["elementErrors"]["errors"])) for each in answer.json["errors"]] == [
        (1, ["summary"]), (2, ["labels"]),
    ]  # fmt: skip


def test_bulk_create_all_failed(site: Any) -> None:
    """400, with the same two lists."""
    answer = site.post("/issue/bulk", {"issueUpdates": [site.draft(""), "odd"]})
    assert answer.status == 400
    assert answer.json["issues"] == []
    assert [each["failedElementNumber"] for each in answer.json["errors"]] == [0, 1]


@pytest.mark.parametrize("summary", ["", "  ", "x" * 256, "two\nlines", 5, None])
def test_summary_has_255_characters(site: Any, summary: Any) -> None:
    """Too long, empty, of two lines or no text at all: refused on create and on edit; 255 are taken."""
    assert "summary" in site.post("/issue", site.draft(summary)).json["errors"]
    issue = site.make("x" * 255)
    assert site.put(f"/issue/{issue}", {"fields": {"summary": summary}}).status == 400
    assert len(site.fields(issue)["summary"]) == 255


def test_text_has_32767_characters(site: Any, text: Any) -> None:
    """One character more is refused."""
    issue = site.make(description=text("x" * 32_767))
    assert "description" in site.put(f"/issue/{issue}", {"fields": {"description": text("x" * 32_768)}}).json["errors"]


def test_subtask_needs_a_parent(site: Any) -> None:
    """Refused without; made with; and it can't lose it."""
    assert "parentId" in site.post("/issue", site.draft(kind="Sub-task")).json["errors"]
    part = site.make(kind="Sub-task", parent={"id": site.make()})
    assert site.put(f"/issue/{part}", {"update": {"parent": [{"set": {"none": True}}]}}).status == 400


def test_parent_is_one_level_up(site: Any) -> None:
    """A task goes under an epic by id or key, not under a task; an epic under nothing; a parent can be taken away."""
    epic, task = site.make(kind="Epic"), site.make()
    assert site.fields(site.make(parent={"key": "invest-1"}))["parent"]["id"] == epic
    assert "parentId" in site.post("/issue", site.draft(parent={"id": task})).json["errors"]
    assert "parentId" in site.post("/issue", site.draft(kind="Epic", parent={"id": epic})).json["errors"]
    assert "parent" in site.post("/issue", site.draft(parent={"id": "1"})).json["errors"]
    child = site.make(parent={"id": epic})
    site.put(f"/issue/{child}", {"update": {"parent": [{"set": {"none": True}}]}})
    assert "parent" not in site.fields(child)


def test_edit_leaves_the_rest(site: Any, text: Any) -> None:
    """An edit touches what it names; null clears; writing what is there already leaves no history."""
    issue = site.make("Title", duedate="2026-12-01", description=text("Words"), customfield_10028=3)
    site.put(f"/issue/{issue}", {"fields": {"duedate": None, "description": None}})
    fields = site.fields(issue)
    assert (fields["duedate"], fields["description"]) == (None, None)
    assert (fields["summary"], fields["customfield_10028"]) == ("Title", 3)
    entries = site.get(f"/issue/{issue}/changelog").json["total"]
    site.put(f"/issue/{issue}", {"fields": {"summary": "Title", "labels": []}})
    assert site.get(f"/issue/{issue}/changelog").json["total"] == entries == 1


def test_edit_answers_with_the_issue(site: Any) -> None:
    """The issue as it is after the edit, or nothing at all."""
    issue = site.make("Old")
    answer = site.put(f"/issue/{issue}", {"fields": {"summary": "New"}}, returnIssue="true")
    assert (answer.status, answer.json["fields"]["summary"]) == (200, "New")
    silent = site.put(f"/issue/{issue}", {"fields": {"summary": "Newer"}})
    assert (silent.status, silent.content) == (204, b"")


def test_labels_add_and_remove(site: Any) -> None:
    """Operations work on what is there now: nobody else's label is lost. Components likewise."""
    issue = site.make(labels=["mine", "theirs"], components=[{"name": "Legal"}])
    site.put(f"/issue/{issue}", {"update": {"labels": [{"add": "new"}, {"remove": "mine"}, {"remove": "never"}]}})
    assert site.fields(issue)["labels"] == ["new", "theirs"]
    site.put(f"/issue/{issue}", {"update": {"components": [{"add": {"name": "Tech"}}, {"remove": {"name": "Legal"}}]}})
    assert [each["name"] for each in site.fields(issue)["components"]] == ["Tech"]
    site.put(f"/issue/{issue}", {"update": {"labels": [{"set": ["only"]}]}})
    assert site.fields(issue)["labels"] == ["only"]
    assert "summary" in site.put(f"/issue/{issue}", {"update": {"summary": [{"add": "x"}]}}).json["errors"]
    assert "labels" in site.put(f"/issue/{issue}", {"update": {"labels": {"add": "x"}}}).json["errors"]
    assert "components" in site.put(f"/issue/{issue}", {"fields": {"components": [{"name": "No"}]}}).json["errors"]


def test_field_and_update_exclude(site: Any) -> None:
    """A field that is in both is refused, and nothing changes."""
    issue = site.make(labels=["a"])
    body = {"fields": {"labels": ["b"]}, "update": {"labels": [{"add": "c"}]}}
    assert "both" in site.put(f"/issue/{issue}", body).json["errors"]["labels"]
    assert site.fields(issue)["labels"] == ["a"]


def test_off_screen_is_refused(site: Any) -> None:
    """Unknown fields, fields that are never on a screen, and those that this type or this site leaves out."""
    epic = site.make(kind="Epic")
    task = site.make(parent={"id": epic})
    for field in ("customfield_1", "status", "created"):
        assert site.post("/issue", site.draft(**{field: "x"})).json["errors"][field] == OFF_SCREEN.format(field)
    part = site.draft(kind="Sub-task", parent={"id": task}, customfield_10050=1)
    assert site.post("/issue", part).json["errors"] == {"customfield_10050": OFF_SCREEN.format("customfield_10050")}
    site.turn(off_screen=["labels"])
    assert site.put(f"/issue/{task}", {"update": {"labels": [{"add": "x"}]}}).status == 400
    assert "labels" not in site.get(f"/issue/{task}/editmeta").json["fields"]
    assert "components" in site.get(f"/issue/{task}/editmeta").json["fields"]
    site.turn(required=["duedate"])
    assert site.post("/issue", site.draft()).json["errors"] == {"duedate": "Due date is required."}


def test_refused_edit_changes_nothing(site: Any) -> None:
    """The good field beside a bad one is not written, nor the property."""
    issue = site.make("Old")
    body = {"fields": {"summary": "New", "duedate": "soon"}, "properties": [{"key": "p", "value": 1}]}
    assert list(site.put(f"/issue/{issue}", body).json["errors"]) == ["duedate"]
    assert site.fields(issue)["summary"] == "Old"
    assert site.get(f"/issue/{issue}/properties").json["keys"] == []


def test_edit_ignores_transition(site: Any) -> None:
    """The status stays, without an error."""
    issue = site.make()
    body = {"fields": {"summary": "New"}, "transition": {"id": site.transition_to(issue, "Done")}}
    assert site.put(f"/issue/{issue}", body).status == 204
    assert site.fields(issue)["status"]["name"] == "To Do"


def test_quiet_needs_administration(site: Any) -> None:
    """With the right the edit happens; without it the parameter, or the whole edit, is ignored."""
    issue = site.make("Old")

    def after(summary: str) -> str:
        site.put(f"/issue/{issue}", {"fields": {"summary": summary}}, notifyUsers="false")
        return str(site.fields(issue)["summary"])

    assert after("One") == "One"
    site.turn(denied=["ADMINISTER", "ADMINISTER_PROJECTS"])
    granted = site.get("/mypermissions", permissions="ADMINISTER_PROJECTS,EDIT_ISSUES").json["permissions"]
    assert {name: each["havePermission"] for name, each in granted.items()} == {
        "ADMINISTER_PROJECTS": False, "EDIT_ISSUES": True,
    }  # fmt: skip
    assert after("Two") == "Two"
    site.turn(quiet_without_permission="edit_ignored")
    assert after("Three") == "Two"
    site.turn(denied=["EDIT_ISSUES"])
    assert site.put(f"/issue/{issue}", {"fields": {"summary": "Four"}}).status == 403


def test_labels_have_no_spaces(site: Any) -> None:
    """The message is Jira's; a label of 256 characters, a number and a bare text are refused too."""
    errors = site.post("/issue", site.draft(labels=["Test Application"])).json["errors"]
    assert errors == {"labels": "The label 'Test Application' contains spaces which is invalid."}
    for labels in (["x" * 256], [5], "text"):
        assert "labels" in site.post("/issue", site.draft(labels=labels)).json["errors"]
    issue = site.make(labels=["a", "a"])
    assert site.fields(issue)["labels"] == ["a"]
    assert site.get("/label").json["values"] == ["a"]


def test_assignee_by_account_id(site: Any) -> None:
    """An account id assigns, null and -1 clear; names, unknown and inactive people are refused."""
    lena = site.get("/user/search", query="lena").json[0]["accountId"]
    issue = site.make(assignee={"accountId": lena})
    assert site.fields(issue)["assignee"]["displayName"] == "Lena Gray"
    former = lena[:-1] + "6"
    for bad in ({"name": "lena"}, {"accountId": "nobody"}, {"accountId": former}, "lena"):
        assert "assignee" in site.put(f"/issue/{issue}", {"fields": {"assignee": bad}}).json["errors"]
    for nobody in (None, "-1"):
        site.put(f"/issue/{issue}/assignee", {"accountId": lena})
        assert site.put(f"/issue/{issue}/assignee", {"accountId": nobody}).status == 204
        assert site.fields(issue)["assignee"] is None
    assert "reporter" in site.put(f"/issue/{issue}", {"fields": {"reporter": {"accountId": "nobody"}}}).json["errors"]


def test_select_takes_id_or_value(site: Any) -> None:
    """Either names the option; another is refused; so for priorities by id or name."""
    for option in ({"id": "10102"}, {"value": "High"}):
        issue = site.make(customfield_10052=option, priority={"name": "Highest"})
        assert site.fields(issue)["customfield_10052"]["value"] == "High"
        assert site.fields(issue)["priority"]["id"] == "1"
    for bad in ({"id": "1"}, {"value": "high"}, "High"):
        assert "customfield_10052" in site.post("/issue", site.draft(customfield_10052=bad)).json["errors"]
    for bad in ({"name": "Urgent"}, {"id": "9"}, "High", None):
        assert "priority" in site.post("/issue", site.draft(priority=bad)).json["errors"]
    assert site.fields(site.make())["priority"]["name"] == "Medium"


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("customfield_10050", "5"),
        ("customfield_10050", True),
        ("duedate", "2026-13-01"),
        ("duedate", "20261201"),
        ("duedate", 20261201),
        ("customfield_10051", 5),
        ("customfield_10051", "x" * 256),
        ("components", "Legal"),
        ("issuetype", {"name": "Saga"}),
        ("project", {"key": "NOPE"}),
    ],
)
def test_numbers_dates_texts_are_typed(site: Any, field: str, bad: Any) -> None:
    """A value of the wrong type names its field."""
    assert field in site.post("/issue", site.draft(**{field: bad})).json["errors"]


SOUND = [
    [{"type": "paragraph"}],
    [{"type": "heading", "attrs": {"level": 6}, "content": [{"type": "text", "text": "x"}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "strong"}, {"type": "em"}]}]}],
    [{"type": "codeBlock", "attrs": {"language": "sql"}, "content": [{"type": "text", "text": "x"}]}],
    [{"type": "rule"}, {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "paragraph"}]}]}],
    [{"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "1"}}, {"type": "hardBreak"}]}],
    [{"type": "table", "content": [{"type": "tableRow", "content": [
        {"type": "tableCell", "content": [{"type": "paragraph"}]}]}]}],
]  # fmt: skip
UNSOUND = [
    [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
    [{"type": "text", "text": "x"}],
    [{"type": "heading", "content": []}],
    [{"type": "heading", "attrs": {"level": 7}}],
    [{"type": "shoe"}],
    ["paragraph"],
    [{"type": "paragraph", "text": "x"}],
    [{"type": "paragraph", "shoe": 1}],
    [{"type": "paragraph", "attrs": 1}],
    [{"type": "paragraph", "content": {}}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "content": []}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "link"}]}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}, {"type": "em"}]}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "em"}]}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "shoe"}]}]}],
    [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": ["em"]}]}],
    [{"type": "codeBlock", "content": [{"type": "text", "text": "x", "marks": [{"type": "em"}]}]}],
    [{"type": "rule", "content": [{"type": "paragraph"}]}],
    [{"type": "bulletList", "content": []}],
    [{"type": "panel", "content": [{"type": "paragraph"}]}],
]


@pytest.mark.parametrize("content", SOUND)
def test_adf_is_checked(site: Any, content: Any) -> None:
    """A sound document is taken and reads back as it was sent."""
    document = {"type": "doc", "version": 1, "content": content}
    assert site.fields(site.make(description=document))["description"] == document


@pytest.mark.parametrize("content", UNSOUND)
def test_unsound_documents_are_refused(site: Any, content: Any) -> None:
    """What Jira's document structure does not allow is refused by field."""
    refused = site.post("/issue", site.draft(description={"type": "doc", "version": 1, "content": content}))
    assert "Atlassian Document" in refused.json["errors"]["description"]


@pytest.mark.parametrize(
    "document",
    ["# Markdown", {"type": "doc", "content": []}, {"type": "doc", "version": 1}, {"type": "paragraph"},
     {"type": "doc", "version": 1, "content": [], "attrs": {}}],
)  # fmt: skip
def test_other_roots_are_refused(site: Any, document: Any) -> None:
    """A text, a root of another type and a root that lacks something are no documents."""
    assert "description" in site.post("/issue", site.draft(description=document)).json["errors"]


def test_empty_document_clears(site: Any, text: Any) -> None:
    """A document without content reads back as null, or is refused where the knob says so."""
    issue = site.make(description=text("Words"))
    empty = {"fields": {"description": {"type": "doc", "version": 1, "content": []}}}
    site.turn(empty_adf="refused")
    assert site.put(f"/issue/{issue}", empty).status == 400
    site.turn(empty_adf="accepted")
    assert site.put(f"/issue/{issue}", empty).status == 204
    assert site.fields(issue)["description"] is None


def test_documents_come_back_as_sent(site: Any, text: Any) -> None:
    """Or with a localId on each paragraph, the same at each read, where the knob says so."""
    assert site.fields(site.make(description=text("Words")))["description"] == text("Words")
    site.turn(adf_local_ids=True)
    issue = site.make(description=text("Words"))
    document = site.fields(issue)["description"]
    assert document["content"][0]["attrs"]["localId"]
    assert document["content"][0]["content"] == text("Words")["content"][0]["content"]
    assert site.fields(issue)["description"] == document
