"""Azure DevOps' recycle bin: what lies there is brought back, and never made anew beside."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.field_views import view_of
from acceptance.harness import Site, Workspace, kinds

from reconciler.sdk import marker_label

ID = "6f0c2f3e-0000-4000-8000-000000000001"
HEAD = f"""\
workspace: {{name: small, id: {ID}}}
providers: {{azure_devops: {{project: INVEST}}}}
"""
ITEMS = """\
items:
  deal: {type: epic, title: Deal, labels: [fund]}
  legal: {type: task, title: Legal review, parent: deal, links: {relates_to: [deal]}}
  other: {type: task, title: Other}
"""
RECREATE = "policy: {on_missing: recreate}\n"
RESTORE = "Recyclebin_Restore Work Item"
CREATE = "Work Items_Create"
BIN = {"path": "/recyclebin/", "method": "PATCH"}


@pytest.fixture
def azure(site: Site) -> Site:
    """The same sandbox, as the people of Azure DevOps see it."""
    return Site(site.endpoints, "azure_devops")


@pytest.fixture
def keys(azure: Site, workspace: Workspace) -> dict[str, str]:
    """By address, the ids of the items once they are applied."""
    workspace.settings = azure.settings
    workspace.write(HEAD + ITEMS)
    return {each["address"]: each["id"] for each in workspace.apply()["results"]}


def delete(azure: Site, *ids: str) -> None:
    """A person deletes items."""
    for each in ids:
        azure.act("delete", by="Lena Gray", item=each)


def results(document: Any) -> dict[str, str]:
    """What came of each address."""
    return {each["address"]: each["result"] for each in document["results"]}


def is_settled(workspace: Workspace) -> bool:
    """Whether a plan has nothing to do, and nothing to say about people."""
    document = workspace.plan()
    return not any(document[each] for each in ("actions", "drift", "conflicts", "recordings", "diagnostics"))


def test_it_is_brought_back_with_its_history(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """`recreate` restores an item that lies in the recycle bin: the same id, nothing created, an empty plan after."""
    delete(azure, keys["legal"])
    workspace.write(HEAD + ITEMS + RECREATE)
    plan = workspace.plan()
    [action] = plan["actions"]
    assert (action["action"], action["id"], action["missing"]) == ("update", keys["legal"], True)
    assert (action["reason"], action["changes"]) == ("brought back from the recycle bin", [])
    assert plan["requests"] == {"azure_devops": {"restore": 1}}
    assert "brought back from the recycle bin" in workspace.run("plan").text
    with azure.watched() as during:
        applied = workspace.apply()
    assert (kinds(during)[RESTORE], kinds(during)[CREATE]) == (1, 0)
    assert applied["results"][0]["id"] == keys["legal"]
    assert set(azure.cards()) == set(keys.values())
    assert is_settled(workspace)


def test_what_the_specs_changed_meanwhile_is_written_to_it(
    azure: Site, workspace: Workspace, keys: dict[str, str]
) -> None:
    """One apply brings an item back and changes it; a new item below it waits until it is there."""
    delete(azure, keys["deal"], keys["legal"])
    changed = ITEMS.replace("title: Deal, labels: [fund]", "title: The deal, labels: [deal]")
    below = "  below: {type: task, title: Below, parent: deal}\n"
    workspace.write(HEAD + changed + below + RECREATE)
    plan = {each["address"]: each for each in workspace.plan()["actions"]}
    assert {address: each["action"] for address, each in plan.items()} == {
        "deal": "update",
        "legal": "update",
        "below": "create",
    }
    assert [each["field"] for each in plan["deal"]["changes"]] == ["title", "labels"]
    assert plan["below"]["depends_on"] == ["deal"]
    assert set(results(workspace.apply()).values()) == {"done"}
    view = view_of(azure)
    assert view.seen("title", keys["deal"]) == "The deal"
    assert view.seen("labels", keys["deal"]) == ["deal"]
    assert is_settled(workspace)


def test_what_went_along_with_it_is_nobodys_edit(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """An item loses its parent and its link as the other item is deleted: no history says so, so the plan names nobody
    for it; and the site is not asked about a parent that the same apply brings back first.
    """
    delete(azure, keys["deal"])
    workspace.write(HEAD + ITEMS + RECREATE)
    plan = workspace.plan()
    assert {(each["address"], each["field"]): each["by"] for each in plan["drift"]} == {
        ("legal", "parent"): None,
        ("legal", "links.relates_to"): None,
    }
    [legal] = [each for each in plan["actions"] if each["address"] == "legal"]
    assert {each["reason"] for each in legal["changes"]} == {"it was changed on the site; the spec owns it"}
    assert results(workspace.apply()) == {"deal": "done", "legal": "done"}
    assert view_of(azure).seen("parent", keys["legal"]) == "Deal"
    assert is_settled(workspace)


def test_what_people_did_before_they_deleted_it_is_kept(
    azure: Site, workspace: Workspace, keys: dict[str, str]
) -> None:
    """A field that a person changed since the last apply is not written over, though the plan could not see it."""
    azure.edit("Lena Gray", keys["other"], set={"System.Title": "Theirs"})
    delete(azure, keys["other"])
    workspace.write(HEAD + ITEMS.replace("title: Other", "title: Another") + RECREATE)
    document = workspace.apply(code=4)
    [result] = document["results"]
    assert (result["result"], result["id"]) == ("skipped", keys["other"])
    assert "title was changed since the plan by Lena Gray" in result["problems"][0]
    assert view_of(azure).seen("title", keys["other"]) == "Theirs"


def test_stop_says_where_it_lies(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """Without a word nothing is sent, and the message says what to do; its number goes on without it."""
    delete(azure, keys["legal"])
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert f"legal ({keys['legal']}) lies in the recycle bin" in refused.text
    assert "restore it on the site, or say `policy: {on_missing: recreate}`, which does" in refused.text
    workspace.write(HEAD + ITEMS.replace("title: Other", "title: Another"))
    assert results(workspace.apply("--accept-missing", "1")) == {"other": "done"}


@pytest.mark.parametrize(
    ("policy", "accepted", "said"),
    [("", ("--accept-missing", "1"), ["missing"]), ("policy: {on_missing: forget}\n", (), [])],
)
def test_what_points_at_it_is_left_until_it_is_back(
    azure: Site, workspace: Workspace, keys: dict[str, str], policy: str, accepted: tuple[str, ...], said: list[str]
) -> None:
    """A parent and links that can't be had are not sent: an apply goes on with the rest, and the plan names nobody."""
    delete(azure, keys["deal"])
    changed = ITEMS.replace("title: Legal review", "title: Legal").replace("Other}", "Other, parent: deal}")
    workspace.write(HEAD + changed + policy)
    plan = workspace.plan("--validate-live")
    assert [each["code"] for each in plan["diagnostics"] if each["severity"] == "error"] == said
    [legal] = [each for each in plan["actions"] if each["address"] == "legal"]
    assert [each["field"] for each in legal["changes"]] == ["title"]
    assert {(each["address"], each["field"], each["kept"], each["by"]) for each in plan["drift"]} == {
        ("legal", "parent", True, None),
        ("legal", "links.relates_to", True, None),
    }
    assert results(workspace.apply(*accepted))["legal"] == "done"


def test_what_pointed_at_it_points_at_it_again_once_it_is_back(
    azure: Site, workspace: Workspace, keys: dict[str, str]
) -> None:
    """What an apply left out meanwhile, an old parent as well as a new one, the plan after the return has."""
    delete(azure, keys["deal"])
    changed = ITEMS.replace("title: Legal review", "title: Legal").replace(
        "Other}", "Other, parent: deal, links: {relates_to: [deal]}}"
    )
    workspace.write(HEAD + changed)
    workspace.apply("--accept-missing", "1")
    workspace.write(HEAD + changed + RECREATE)
    workspace.apply()
    view = view_of(azure)
    assert [view.seen("parent", keys[each]) for each in ("legal", "other")] == ["Deal", "Deal"]
    assert workspace.run("drift").code == 0
    assert is_settled(workspace)


def test_forget_forgets_it(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """The item stays in the recycle bin, and its address is made anew by the apply after that."""
    delete(azure, keys["legal"])
    workspace.write(HEAD + ITEMS + "policy: {on_missing: forget}\n")
    with azure.watched() as during:
        assert results(workspace.apply()) == {"legal": "done"}
    assert kinds(during)[RESTORE] == 0
    assert [each["action"] for each in workspace.plan()["actions"]] == ["create"]


def test_all_at_once_always_stop(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """`recreate` does not bring back all items of a workspace without their number."""
    delete(azure, *keys.values())
    workspace.write(HEAD + ITEMS + RECREATE)
    assert workspace.run("apply", "--auto-approve").code == 5
    assert set(results(workspace.apply("--accept-missing", "3")).values()) == {"done"}
    assert set(azure.cards()) == set(keys.values())
    assert is_settled(workspace)


def test_what_we_deleted_ourselves_comes_as_a_new_item(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """`on_remove: delete` ends in the recycle bin and the state forgets the id: the address that returns is new."""
    leaving = ITEMS.replace("title: Other}", "title: Other, on_remove: delete}")
    workspace.write(HEAD + leaving)
    workspace.apply()
    workspace.write(HEAD + ITEMS.replace("  other: {type: task, title: Other}\n", ""))
    assert results(workspace.apply()) == {"other": "done"}
    workspace.write(HEAD + ITEMS + RECREATE)
    [made] = workspace.apply()["results"]
    assert (made["action"], made["result"]) == ("create", "done")
    assert made["id"] != keys["other"]


@pytest.mark.parametrize(("when", "left"), [("before", 0), ("after", 1)])
def test_a_restoration_whose_answer_was_lost(
    azure: Site, workspace: Workspace, keys: dict[str, str], when: str, left: int
) -> None:
    """The next run reads whether it came back, and sends it again only where it did not; there is one item."""
    delete(azure, keys["legal"])
    workspace.write(HEAD + ITEMS + RECREATE)
    azure.fault("cut", when=when, **BIN)
    assert results(workspace.apply(code=4)) == {"legal": "unsettled"}
    assert len(azure.cards()) == 2 + left
    with azure.watched() as during:
        workspace.apply()
    assert (kinds(during)[RESTORE], kinds(during)[CREATE]) == (1 - left, 0)
    assert set(azure.cards()) == set(keys.values())
    assert is_settled(workspace)


def test_a_saved_plan_meets_the_recycle_bin_as_it_is_then(
    azure: Site, workspace: Workspace, keys: dict[str, str]
) -> None:
    """A saved plan brings back what lies there; what it would make anew, and lies there by now, is left alone."""
    delete(azure, keys["legal"])
    workspace.write(HEAD + ITEMS + RECREATE)
    assert workspace.run("plan", "--out", "plan.json").code == 0
    assert workspace.run("apply", "plan.json").code == 0
    azure.act("hide", item=keys["other"])
    assert workspace.run("plan", "--out", "plan.json").code == 0
    azure.act("show", item=keys["other"])
    delete(azure, keys["other"])
    again = workspace.run("apply", "plan.json", "--format", "json")
    [result] = again.json["results"]
    assert (again.code, result["result"]) == (4, "skipped")
    assert result["problems"] == ["its item lies in the recycle bin: plan anew"]
    assert set(azure.cards()) == {keys["deal"], keys["legal"]}


def test_the_marker_that_came_back_still_finds_it(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """A state that is lost after a restoration is rebuilt with the item in it."""
    delete(azure, keys["legal"])
    workspace.write(HEAD + ITEMS + RECREATE)
    workspace.apply()
    label = marker_label(ID, "")
    (workspace.path / ".reconciler" / f"{label}.db").unlink()
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.plan()["actions"] == []


def test_a_rebuilt_state_names_what_lies_there(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """Without its state nobody knows its address, so it is named before its address could be made anew; once it is
    restored, a rebuild finds it.
    """
    stranger = azure.act("create", by="Lena Gray", set={"System.Title": "Not ours"})["id"]
    delete(azure, keys["legal"], keys["other"], stranger)
    label = marker_label(ID, "")
    (workspace.path / ".reconciler" / f"{label}.db").unlink()
    rebuilt = workspace.run("state", "rebuild", "--auto-approve")
    assert rebuilt.code == 0
    assert f'{keys["legal"]} "Legal review" of this workspace lies in the recycle bin' in rebuilt.text
    assert f'{keys["other"]} "Other" of this workspace lies in the recycle bin' in rebuilt.text
    assert "Not ours" not in rebuilt.text
    azure.act("restore", by="Lena Gray", item=keys["legal"])
    again = workspace.run("state", "rebuild", "--auto-approve")
    assert '"Legal review" of this workspace' not in again.text
    assert f'{keys["other"]} "Other"' in again.text
    assert [each["address"] for each in workspace.plan()["actions"]] == ["other"]


def test_a_state_that_is_kept_knows_what_lies_there(azure: Site, workspace: Workspace, keys: dict[str, str]) -> None:
    """A rebuild names only what the state does not know: a plan says the rest."""
    delete(azure, keys["legal"])
    assert "recycle bin" not in workspace.run("state", "rebuild", "--auto-approve").text


def test_a_recycle_bin_that_may_not_be_looked_into_is_named(
    azure: Site, workspace: Workspace, keys: dict[str, str]
) -> None:
    """The rebuild goes on and says what it could not see."""
    del keys
    (workspace.path / ".reconciler" / f"{marker_label(ID, '')}.db").unlink()
    said = {"status": 403, "headers": {"Content-Type": "application/json"}, "body": '{"message": "no permission"}'}
    azure.fault(said, path="/recyclebin", method="GET")
    rebuilt = workspace.run("state", "rebuild", "--auto-approve")
    assert rebuilt.code == 0
    assert "the recycle bin of azure_devops can't be looked into" in rebuilt.text
    assert workspace.plan()["actions"] == []
