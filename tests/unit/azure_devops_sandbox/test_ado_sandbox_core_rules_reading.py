"""Azure DevOps' sandbox: what reads show, of the present and of the past."""

from __future__ import annotations

from typing import Any

import pytest
from azure_organisation import HOST, Organisation, field, link

SCHEDULING = "Microsoft.VSTS.Scheduling"


def test_create_answers_200(azure: Organisation) -> None:
    """A fresh Task of the Basic process is what was recorded on a live site, key by key."""
    answer = azure.create("Task", field("Title", "T"), project="BASIC")
    assert answer.status == 200
    shown = answer.json
    assert list(shown) == ["id", "rev", "fields", "multilineFieldsFormat", "_links", "url"]
    assert len(shown["fields"]) == 14
    assert not {"System.Id", "System.Rev", "System.AreaId", "System.AssignedTo", "System.Tags"} & set(shown["fields"])
    named = {name: shown["fields"][f"System.{name}"] for name in ("State", "Reason", "CommentCount")}
    assert named == {"State": "To Do", "Reason": "Added to backlog", "CommentCount": 0}
    assert shown["fields"]["Microsoft.VSTS.Common.Priority"] == 2
    assert shown["fields"]["System.CreatedDate"] == "2026-11-23T09:00:00Z"
    assert shown["fields"]["System.CreatedBy"]["uniqueName"] == "sandbox@example.com"


def test_expand_all_shows_more(azure: Organisation) -> None:
    """All shows the server's own fields too; names and numbers mean the same; relations are shown on request."""
    azure.make(project="BASIC")
    assert len(azure.item(1)["fields"]) == 26
    assert azure.item(1, "4") == azure.item(1, "All") == azure.item(1)
    azure.change(1, link("Hyperlink", "https://room.example/1"))
    assert "relations" not in azure.item(1, "none")
    assert "relations" in azure.item(1, "Relations")
    assert azure.get("workitems/1", **{"$expand": "everything"}).status == 400


def test_batch_reads_take_two_hundred(azure: Organisation) -> None:
    """201 ids are refused, 200 are read, in the order in which they were asked for."""
    for number in range(3):
        azure.make(str(number))
    many = azure.post("workitemsbatch", {"ids": [3, 1, 2] * 67})
    assert (many.status, many.json["message"][:8]) == (400, "VS403474")
    read = azure.post("workitemsbatch", {"ids": [3, 1, 2], "fields": ["system.id", "Parent"]}).json
    assert read["count"] == 3
    assert [each["fields"] for each in read["value"]] == [{"System.Id": 3}, {"System.Id": 1}, {"System.Id": 2}]
    assert [each["id"] for each in azure.get("workitems", ids="2,1").json["value"]] == [2, 1]
    assert azure.post("workitemsbatch", {"ids": []}).status == 400
    assert azure.post("workitemsbatch", {"ids": "1"}).status == 400


def test_fields_exclude_expand(azure: Organisation) -> None:
    """Either is fine, `none` is nothing, and both are refused; an unknown field is refused too."""
    azure.make()
    both = {"ids": [1], "fields": ["System.Title"], "$expand": "relations"}
    refused = azure.post("workitemsbatch", both)
    assert (refused.status, refused.json["message"]) == (
        400, "The expand parameter can not be used with the fields parameter.",
    )  # fmt: skip
    assert azure.post("workitemsbatch", {**both, "$expand": "none"}).status == 200
    assert azure.get("workitems/1", fields="System.Title", **{"$expand": "all"}).status == 400
    assert azure.get("workitems/1", fields="System.Title").json["fields"] == {"System.Title": "Title"}
    assert azure.post("workitemsbatch", {"ids": [1], "fields": ["Custom.Shoe"]}).json["message"].startswith("TF51535")


def test_one_missing_item_fails_all(azure: Organisation) -> None:
    """Without a policy the read fails; with `omit` the others come, and a hole is left out or null."""
    azure.make()
    refused = azure.post("workitemsbatch", {"ids": [1, 9]})
    assert (refused.status, refused.json["typeKey"]) == (404, "WorkItemUnauthorizedAccessException")
    asked = {"ids": [1, 9], "errorPolicy": "omit", "$expand": "relations"}
    assert [each["id"] for each in azure.post("workitemsbatch", asked).json["value"]] == [1]
    azure.turn(omitted="null")
    assert azure.get("workitems", ids="9,1", errorPolicy="Omit").json["value"][0] is None


def test_hidden_is_missing(azure: Organisation) -> None:
    """What the account may not read is as what is not there, also at the other end of a link and to another project."""
    parent, child = azure.make(kind="Epic"), azure.make()
    azure.change(child, link("System.LinkTypes.Hierarchy-Reverse", parent))
    azure.person("hide", item=parent)
    for path in (f"workitems/{parent}", "workitems/77", "workitems/x", f"/BASIC/_apis/wit/workitems/{child}"):
        missing = azure.get(path)
        assert (missing.status, missing.json["message"][:8]) == (404, "TF401232")
    assert (azure.relations(child), azure.value(child, "Parent")) == ([], None)
    azure.person("show", item=parent)
    assert azure.value(child, "Parent") == parent


def test_as_of_shows_the_past(azure: Organisation) -> None:
    """Values are those of the moment; a moment before the creation knows no item."""
    azure.make("Before")
    azure.clock.sleep(60)
    azure.change(1, field("Title", "After"))
    then = azure.get("workitems/1", asOf="2026-11-23T09:00:30Z").json
    assert (then["rev"], then["fields"]["System.Title"]) == (1, "Before")
    assert azure.get("workitems/1", asOf="2026-11-23").status == 404
    assert azure.get("workitems/1", asOf="yesterday").status == 400
    batch = {"ids": [1], "asOf": "2026-11-23T08:00:00Z", "errorPolicy": "omit"}
    assert azure.post("workitemsbatch", batch).json["value"] == []


def test_updates_tell_who_changed_what(azure: Organisation) -> None:
    """Each update has its author, the values before and after, and the links that came and went."""
    epic, task = azure.make(kind="Epic"), azure.make("Before")
    azure.clock.sleep(60)
    azure.person("edit", item=task, set={"title": "After"}, add_labels=["b"])
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic), link("Hyperlink", "https://room.example/1"))
    first, edited, linked = azure.get(f"workitems/{task}/updates").json["value"]
    assert first["fields"]["System.Title"] == {"newValue": "Before"}
    assert edited["fields"]["System.Title"] == {"oldValue": "Before", "newValue": "After"}
    assert edited["fields"]["System.Tags"] == {"newValue": "b"}
    assert edited["revisedBy"]["name"] == "Omar Haddad <o.haddad@fund.example>"
    assert edited["fields"]["System.ChangedBy"]["newValue"]["displayName"] == "Omar Haddad"
    assert sorted(each["rel"] for each in linked["relations"]["added"]) == [
        "Hyperlink", "System.LinkTypes.Hierarchy-Reverse",
    ]  # fmt: skip
    assert edited.items() <= azure.get(f"workitems/{task}/updates/2").json.items()
    assert azure.get(f"workitems/{task}/updates", **{"$top": "1", "$skip": "1"}).json["value"] == [edited]
    assert azure.get(f"workitems/{task}/updates/9").status == 404


def test_the_last_update_ends_never(azure: Organisation) -> None:
    """revisedDate is when the next revision came; a link alone has the time of the link."""
    epic, task = azure.make(kind="Epic"), azure.make()
    azure.clock.sleep(60)
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic))
    azure.clock.sleep(60)
    azure.change(task, field("Title", "New"))
    updates = azure.get(f"workitems/{task}/updates").json["value"]
    assert [(each["rev"], each["revisedDate"]) for each in updates] == [
        (1, "2026-11-23T09:02:00Z"), (1, "2026-11-23T09:01:00Z"), (2, "9999-01-01T00:00:00Z"),
    ]  # fmt: skip
    assert "fields" not in updates[1]


def test_revisions_show_each_state(azure: Organisation) -> None:
    """As many as revs, each with its values; relations on request, as they were in the end."""
    epic, task = azure.make(kind="Epic"), azure.make("One")
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic))
    azure.change(task, field("Title", "Two"), {"op": "remove", "path": "/relations/0"})
    revisions = azure.get(f"workitems/{task}/revisions", **{"$expand": "relations"}).json["value"]
    assert [each["fields"]["System.Title"] for each in revisions] == ["One", "Two"]
    assert ["relations" in each for each in revisions] == [True, False]
    single = azure.get(f"workitems/{task}/revisions/1").json
    assert single["url"] == f"{HOST}/_apis/wit/workItems/{task}/revisions/1"
    assert azure.get(f"workitems/{task}/revisions/3").status == 404


def test_deleted_items_go_to_the_bin(azure: Organisation) -> None:
    """The item is out of every read and of its neighbours' relations, and the bin shows it."""
    epic, task = azure.make(kind="Epic"), azure.make("Gone")
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic))
    deleted = azure.ask("DELETE", f"workitems/{task}")
    assert (deleted.status, deleted.json["id"], deleted.json["name"]) == (200, task, "Gone")
    assert deleted.json["resource"]["fields"]["System.Title"] == "Gone"
    assert azure.get(f"workitems/{task}").status == 404
    assert azure.patch(task, field("Title", "x")).status == 404
    assert azure.relations(epic) == []
    assert [each["id"] for each in azure.get("/INVEST/_apis/wit/recyclebin").json["value"]] == [task]
    assert azure.get("/BASIC/_apis/wit/recyclebin").json["value"] == []
    found = azure.get("recyclebin", ids=f"{task},{epic}").json["value"]
    assert [(each["id"], each["code"]) for each in found] == [(task, 200), (epic, 404)]
    many = azure.post("workitemsdelete", {"ids": [epic, 77], "destroy": False}).json["results"]
    assert [each["code"] for each in many] == [200, 404]
    assert azure.post("workitemsdelete", {"ids": []}).status == 400


def test_the_bin_gives_back(azure: Organisation) -> None:
    """Restored, an item has its id, its values and its links; its revision counts both moves."""
    epic, task = azure.make(kind="Epic"), azure.make("Back")
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic))
    azure.ask("DELETE", f"workitems/{task}")
    assert azure.get(f"recyclebin/{task}").json["resource"]["rev"] == 2
    assert azure.ask("PATCH", f"recyclebin/{task}", {"isDeleted": True}).status == 400
    restored = azure.ask("PATCH", f"recyclebin/{task}", {"isDeleted": False})
    assert (restored.status, restored.json["resource"]["rev"]) == (200, 3)
    assert (azure.value(task, "Title"), azure.value(task, "Parent")) == ("Back", epic)
    assert azure.ask("PATCH", f"recyclebin/{task}", {"isDeleted": False}).status == 404


@pytest.mark.parametrize("at_once", [True, False])
def test_destroyed_is_gone(azure: Organisation, at_once: bool) -> None:
    """No read and no bin knows it; its id is not given again."""
    task = azure.make()
    if at_once:
        assert azure.ask("DELETE", f"workitems/{task}", destroy="true").status == 200
    else:
        azure.ask("DELETE", f"workitems/{task}")
        assert azure.ask("DELETE", f"recyclebin/{task}").status == 204
    assert azure.get(f"recyclebin/{task}").status == 404
    assert azure.get(f"workitems/{task}").status == 404
    assert azure.make() == task + 1


@pytest.mark.parametrize(("permission", "destroy"), [("delete", "false"), ("destroy", "true")])
def test_deleting_needs_permission(azure: Organisation, permission: str, destroy: str) -> None:
    """403, and the item is there."""
    task = azure.make()
    azure.turn(permissions_denied=[permission])
    assert azure.ask("DELETE", f"workitems/{task}", destroy=destroy).status == 403
    assert azure.get(f"workitems/{task}").status == 200


def test_a_type_has_a_template(azure: Organisation) -> None:
    """A new item's defaults can be asked for; an unknown type has none."""
    template = azure.get("/CMMI/_apis/wit/workitems/$Bug").json
    assert template["fields"]["Microsoft.VSTS.Common.Severity"] == "3 - Medium"
    assert azure.get("/CMMI/_apis/wit/workitems/$Shoe").status == 404


def test_a_restart_forgets_nothing(azure: Organisation) -> None:
    """The events alone bring everything back, ids, links, comments and the bin included."""
    epic, task = azure.make(kind="Epic"), azure.make()
    azure.change(task, link("System.LinkTypes.Hierarchy-Reverse", epic), field("History", "Why?"))
    azure.change(epic, link("Hyperlink", "https://room.example/1"), field("Tags", "a"))
    azure.change(epic, {"op": "replace", "path": "/relations/0/attributes/comment", "value": "c"})
    azure.person("hide", item=task)
    gone = azure.make()
    azure.ask("DELETE", f"workitems/{gone}")
    lost = azure.make()
    azure.ask("DELETE", f"workitems/{lost}", destroy="true")

    def kept(platform: Any) -> tuple[Any, ...]:
        store = platform._tenant.store
        return store.items, store.nodes, store.tags, store.new_id("item")

    assert kept(azure.replayed()) == kept(azure.platform)
