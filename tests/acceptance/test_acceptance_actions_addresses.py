"""Addresses that change, and items that are there already: moved, removed, imports, adoption."""

from __future__ import annotations

from typing import Any

from acceptance.harness import Site, Workspace, writes

PAIR = "  checks:\n    for_each: {{{keys}}}\n    type: task\n    title: ${{each.value}}\n"


def pair(workspace: Workspace, **titles: str) -> None:
    """A group of tasks, each with its title."""
    workspace.items(PAIR.format(keys=", ".join(f"{key}: {title}" for key, title in titles.items())))


def more(workspace: Workspace, text: str) -> None:
    """Write something under the items."""
    workspace.write((workspace.path / "main.yaml").read_text() + text)


def actions(workspace: Workspace, *arguments: str) -> list[tuple[str, str, str | None]]:
    """What a plan would do, to which address, with which item."""
    plan = workspace.plan(*arguments)
    return [(each["action"], each["address"], each["key"]) for each in plan["actions"]]


def property_of(site: Site, key: str) -> Any:
    """The address in an item's marker, or `None` where it has none."""
    import httpx

    answer = httpx.get(
        f"{site.endpoints.sites['jira']}/rest/api/3/issue/{key}/properties/reconciler",
        auth=("sandbox@example.com", "sandbox"),
    )
    return answer.json()["value"] if answer.status_code == 200 else None


def test_a_rename_stops_and_hands_over_the_block(workspace: Workspace, site: Site) -> None:
    """An address that left and one that came, alike, stop plan and apply (5) with `moved` ready to paste."""
    pair(workspace, legal="Legal check", tax="Tax check")
    workspace.apply()
    pair(workspace, law="Legal check", tax="Tax check")
    plan = workspace.run("plan")
    assert plan.code == 5
    assert 'checks["law"] looks like checks["legal"] (INVEST-1) under a new name' in plan.text
    assert "moved: - {from: checks.legal, to: checks.law}" in plan.text
    with site.watched() as during:
        assert workspace.run("apply", "--auto-approve").code == 5
    assert writes(during) == []

    more(workspace, "moved:\n  - {from: checks.legal, to: checks.law}\n")
    assert actions(workspace) == [("move", 'checks["law"]', "INVEST-1")]
    moved = workspace.plan()["actions"][0]
    assert (moved["previous_address"], moved["changes"]) == ('checks["legal"]', [])
    workspace.apply()
    assert list(site.cards()) == ["INVEST-1", "INVEST-2"]
    assert property_of(site, "INVEST-1")["address"] == 'checks["law"]'
    assert actions(workspace) == []


def test_what_was_removed_for_good_is_no_rename(workspace: Workspace, site: Site) -> None:
    """`removed` says so, a group's bare name for all of its instances: the old item closes, a new one is made."""
    pair(workspace, legal="Legal check", tax="Tax check")
    workspace.apply()
    pair(workspace, law="Legal check", tax="Tax check")
    more(workspace, "removed: [checks.legal]\n")
    assert actions(workspace) == [("create", 'checks["law"]', None), ("close", 'checks["legal"]', "INVEST-1")]
    workspace.apply()
    assert {key: card["status"] for key, card in site.cards().items()} == {
        "INVEST-1": "Cancelled", "INVEST-2": "To Do", "INVEST-3": "To Do",
    }  # fmt: skip
    assert actions(workspace) == [], "it is inert once done"


def test_an_item_is_imported_by_key_and_by_query(workspace: Workspace, site: Site) -> None:
    """What is the same is recorded, what is empty is written, and the marker goes on; then the import is inert."""
    first = site.act("create", by="Lena Gray", set={"summary": "Old one"})["key"]
    second = site.act("create", by="Lena Gray", set={"summary": "Another one"})["key"]
    workspace.items("  one: {type: task, title: Old one, due: 2027-01-01}\n  two: {type: task, title: Another one}\n")
    more(workspace, f"imports:\n  - {{to: one, key: {first}}}\n  - {{to: two, query: 'summary ~ \"Another\"'}}\n")
    plan = workspace.plan()
    assert [(each["action"], each["key"]) for each in plan["actions"]] == [("adopt", first), ("adopt", second)]
    assert [each["field"] for each in plan["actions"][0]["changes"]] == ["due"]
    assert workspace.apply()["summary"]["done"] == 2
    assert site.issue(first)["duedate"] == "2027-01-01"
    assert [property_of(site, key)["address"] for key in (first, second)] == ["one", "two"]
    assert actions(workspace) == []
    assert len(site.cards()) == 2


def test_an_import_that_names_none_several_or_anothers(workspace: Workspace, site: Site) -> None:
    """It is a mistake with its place in the specs, and nothing is created in its stead."""
    for title in ("Twin", "Twin"):
        site.act("create", by="Lena Gray", set={"summary": title})
    for said, words in (
        ("key: INVEST-99", "INVEST-99 is not on this site"),
        ("query: 'summary ~ \"Twin\"'", "finds several items"),
        ("query: 'summary ~ \"Nothing\"'", "finds no item"),
    ):
        workspace.items("  one: {type: task, title: Twin}\n")
        more(workspace, f"imports:\n  - {{to: one, {said}}}\n")
        plan = workspace.run("plan")
        assert plan.code == 1
        assert words in plan.text
        assert "on main.yaml, line 6" in plan.text

    workspace.items("  one: {type: task, title: Ours}\n")
    workspace.apply()
    workspace.items("  one: {type: task, title: Ours}\n  two: {type: task, title: Ours too}\n")
    more(workspace, "imports:\n  - {to: two, key: INVEST-3}\n")
    assert "INVEST-3 is at one already" in workspace.run("plan").text


def test_an_item_that_the_state_lost_is_adopted(workspace: Workspace, site: Site) -> None:
    """Marked as this workspace's, unknown to its state: it is taken back, nothing is made twice."""
    workspace.items("  one: {type: task, title: One}\n  two: {type: task, title: Two}\n")
    workspace.apply()
    assert workspace.run("state", "rm", "two").code == 0
    assert actions(workspace) == [("adopt", "two", "INVEST-2")]
    workspace.apply()
    assert list(site.cards()) == ["INVEST-1", "INVEST-2"]
    assert actions(workspace) == []
