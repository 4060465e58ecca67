"""People at work on Azure DevOps' sandbox, its board, its knobs, and the mounting beside other platforms."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from asgi_client import Asker, HandClock
from azure_organisation import Organisation, field, link
from reconciler_azure_devops_sandbox import sandbox
from reconciler_azure_devops_sandbox.organisation import PROJECTS

from reconciler.sandbox.mounting import Sandbox


def test_people_create_edit_comment_and_delete(azure: Organisation) -> None:
    """What a person does goes by names, and is theirs in the history."""
    made = azure.person(
        "create", type="User Story",
        set={"title": "Mine", "description": "<p>One</p>", "Assigned To": "Lena Gray", "priority": 1,
             "Story Points": 5, "Area Path": "INVEST\\Legal"},
    )  # fmt: skip
    assert made == {"id": "1", "key": "1"}
    fields = azure.item(1)["fields"]
    assert fields["System.CreatedBy"]["displayName"] == "Omar Haddad"
    assert (fields["System.AssignedTo"]["displayName"], fields["System.AreaPath"]) == ("Lena Gray", "INVEST\\Legal")
    azure.person("comment", by="Lena Gray", item="1", text="Why?")
    assert (azure.value(1, "CommentCount"), azure.value(1, "ChangedBy")["displayName"]) == (1, "Lena Gray")
    azure.person("edit", item="1", set={"description": None}, add_labels=["x", "y"])
    azure.person("edit", item="1", remove_labels=["X"], add_labels=["z"], status="active")
    assert (azure.value(1, "Tags"), azure.value(1, "State"), azure.value(1, "Description")) == ("y; z", "Active", None)
    assert azure.person("delete", item="1") == {}
    assert azure.get("workitems/1").status == 404
    with pytest.raises(ValueError, match="there is no item"):
        azure.person("edit", item="1", status="New")
    assert azure.person("create", project="SCRUM", set={"title": "Other"})["id"] == "2"
    assert azure.value(2, "State") == "To Do"


def test_people_link_items(azure: Organisation) -> None:
    """They add and remove relations by what these lead to."""
    one, two = azure.make("1"), azure.make("2")
    related: dict[str, Any] = {"rel": "System.LinkTypes.Related", "item": two}
    room = {"rel": "Hyperlink", "url": "https://room.example/1"}
    azure.person("edit", item=one, add_relations=[related, room])
    assert azure.relations(one) == [("Hyperlink", "1"), ("Related", "2")]
    azure.person("edit", item=one, remove_relations=[related])
    assert azure.relations(one) == [("Hyperlink", "1")]
    with pytest.raises(ValueError, match="has no relation"):
        azure.person("edit", item=one, remove_relations=[related])


@pytest.mark.parametrize(
    ("action", "details", "says"),
    [
        ("edit", {"item": "1", "set": {"shoe": 1}}, "there is no field 'shoe'"),
        ("edit", {"item": "1", "status": "Shoe"}, "Rule Error for field State"),
        ("edit", {"item": "1", "set": {"title": ""}}, "Rule Error for field Title"),
        ("edit", {}, "there is no item"),
        ("edit", {"item": "1", "by": "Nobody"}, "nobody is called 'Nobody'"),
        ("comment", {"item": "1"}, "a comment has to have a text"),
        ("create", {"type": "Shoe"}, "there is no type 'Shoe' in INVEST"),
        ("create", {"project": "NOPE"}, "there is no type None in NOPE"),
    ],
)
def test_what_people_cannot_do_is_explained(azure: Organisation, action: str, details: Any, says: str) -> None:
    """A ValueError with the reason; the item stays as it was."""
    item = azure.make()
    with pytest.raises(ValueError, match=says):
        azure.platform.act(action, details)
    assert (azure.value(item, "Title"), azure.value(item, "Rev")) == ("Title", 1)
    with pytest.raises(KeyError, match="people can't 'fly'"):
        azure.platform.act("fly", {})


def test_copies_carry_the_marks(azure: Organisation) -> None:
    """A copy starts over in its first state, with tags, values and, where the knob says so, resource links."""
    source = azure.make("Deal", "Epic", field("Tags", "rc-0"), field("Custom.Reconciler", "{}"),
                        link("Hyperlink", "https://reconciler.invalid/1"), field("State", "Active"))  # fmt: skip
    child = azure.make()
    azure.change(child, link("System.LinkTypes.Hierarchy-Reverse", source))
    copy = int(azure.person("clone", item=source)["id"])
    assert (azure.value(copy, "Tags"), azure.value(copy, "State")) == ("rc-0", "New")
    assert azure.value(copy, "Custom.Reconciler") == "{}"
    assert azure.relations(copy) == [("Hyperlink", "1")]
    assert azure.value(copy, "CreatedBy")["displayName"] == "Omar Haddad"
    azure.change(source, field("State", "Closed"))
    again = azure.item(int(azure.person("clone", item=source)["id"]))["fields"]
    assert (again["System.State"], "Microsoft.VSTS.Common.ClosedDate" in again) == ("New", False)
    azure.turn(clone_links=False)
    assert azure.relations(int(azure.person("clone", item=source)["id"])) == []


def test_the_board_shows_every_card(azure: Organisation) -> None:
    """Columns in the order of the states; a card has what a person looks for; other projects are not on it."""
    epic = azure.make("Deal", "Epic", field("Microsoft.VSTS.Scheduling.TargetDate", "2027-03-31"))
    azure.make(
        "Check", "Task", link("System.LinkTypes.Hierarchy-Reverse", epic), field("AssignedTo", "Lena Gray"),
        field("Tags", "a"), field("Microsoft.VSTS.Scheduling.StoryPoints", 3), field("Description", "<p>Words</p>"),
        field("Microsoft.VSTS.Scheduling.DueDate", "2026-12-01"),
    )  # fmt: skip
    azure.make("Elsewhere", project="BASIC")
    gone = azure.make("Gone")
    azure.ask("DELETE", f"workitems/{gone}")
    board = azure.platform.board()
    assert [(each["name"], each["category"]) for each in board["columns"]] == [
        ("New", "new"), ("Active", "active"), ("Resolved", "active"), ("Closed", "done"), ("Removed", "done"),
    ]  # fmt: skip
    assert "Former Colleague" not in board["people"]
    deal, check = board["cards"]
    assert (deal["key"], deal["due"]) == (str(epic), "2027-03-31")
    assert check == {
        "key": "2", "type": "Task", "title": "Check", "status": "New", "assignee": "Lena Gray", "priority": "2",
        "labels": ["a"], "points": 3.0, "due": "2026-12-01", "parent": "1", "description": "Words",
    }  # fmt: skip
    for key, name in board["fields"].items():
        azure.person("edit", item=2, set={name: None if key not in ("title", "priority") else "1"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("lag", -1), ("lag", True), ("sign_in", "shout"), ("links_bump_rev", 1), ("permissions_denied", ["fly"]),
     ("transitions", {"Task": ["New"]}), ("demanded", {"Closed": ["Shoe"]}), ("required_fields", "x"),
     ("batch_limit", 0), ("usage_limit", {"limit": 1}), ("tag_order", None)],
)  # fmt: skip
def test_a_knob_takes_only_its_values(azure: Organisation, name: str, value: Any) -> None:
    """Anything else is a ValueError that says what it takes, and the knob stays; an unknown one is a KeyError."""
    before = azure.platform.knobs()
    with pytest.raises(ValueError, match=f"{name} is "):
        azure.turn(**{name: value})
    assert azure.platform.knobs() == before
    with pytest.raises(KeyError):
        azure.turn(shoe=1)


def test_every_process_is_whole() -> None:
    """Each type has states, and fields that the organisation has; each backlog level has types of the process."""
    from reconciler_azure_devops_sandbox.fields import FIELDS

    for project in PROJECTS:
        process = project.process
        for name, kind in process.types.items():
            states = {each.name for each in kind.states}
            assert kind.name == name
            assert set(kind.fields) <= set(FIELDS)
            for start, ends in (kind.transitions or {}).items():
                assert {start, *ends} <= states
        assert all(set(each.types) <= set(process.types) for each in process.levels)
        assert set(process.roles.values()) <= set(FIELDS)
        assert any(each.rank == 1 for each in process.levels)


def test_the_sandbox_mounts_it() -> None:
    """Beside others on one port: requests are recorded by their operation, and the board and the knobs are there."""
    mounted = Sandbox({"azure_devops": sandbox}, clock=HandClock(), data=None, cut=lambda _scope: None)
    asker = Asker(mounted)
    asker._headers.append((b"authorization", b"Basic " + base64.b64encode(b":sandbox")))
    path = "/azure/sandbox/INVEST/_apis/wit/workitems?ids=1&api-version=7.1"
    assert asker.get(path).status == 404
    (exchange,) = asker.get("/_sandbox/requests").json
    assert exchange["operation"] == "Work Items_List"
    assert asker.get("/_sandbox/board").json[0]["platform"] == "azure_devops"
    turned = asker.ask("PATCH", "/_sandbox/knobs", {"links_bump_rev": True}).json
    assert turned["links_bump_rev"] is True
    made = asker.post("/_sandbox/people/create", {"set": {"title": "Made"}})
    assert json.loads(made.content) == {"id": "1", "key": "1"}
