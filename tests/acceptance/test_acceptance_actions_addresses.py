"""Addresses that change, and items that are there already: moved, removed, imports, adoption."""

from __future__ import annotations

import json

from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.marker_views import MarkerView
from acceptance.platforms import Platform, on_each_platform

pytestmark = on_each_platform

FINDING = {"jira": 'summary ~ "{}"', "azure_devops": "[System.Title] CONTAINS '{}'"}
"""A query for the items with a word in their titles."""

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


def test_a_rename_stops_and_hands_over_the_block(
    workspace: Workspace, site: Site, platform: Platform, markers: MarkerView
) -> None:
    """An address that left and one that came, alike, stop plan and apply (5) with `moved` ready to paste."""
    pair(workspace, legal="Legal check", tax="Tax check")
    workspace.apply()
    key = workspace.keys()['checks["legal"]']
    pair(workspace, law="Legal check", tax="Tax check")
    plan = workspace.run("plan")
    assert plan.code == 5
    assert f'checks["law"] looks like checks["legal"] ({key}) under a new name' in plan.text
    assert "moved: - {from: checks.legal, to: checks.law}" in plan.text
    with site.watched() as during:
        assert workspace.run("apply", "--auto-approve").code == 5
    assert writes(during) == []

    more(workspace, "moved:\n  - {from: checks.legal, to: checks.law}\n")
    assert actions(workspace) == [("move", 'checks["law"]', key)]
    moved = workspace.plan()["actions"][0]
    assert (moved["previous_address"], moved["changes"]) == ('checks["legal"]', [])
    workspace.apply()
    assert list(site.cards()) == platform.keys(1, 2)
    assert markers.read(key)["address"] == 'checks["law"]'
    assert actions(workspace) == []


def test_what_was_removed_for_good_is_no_rename(workspace: Workspace, site: Site, platform: Platform) -> None:
    """`removed` says so, a group's bare name for all of its instances: the old item closes, a new one is made."""
    pair(workspace, legal="Legal check", tax="Tax check")
    workspace.apply()
    keys = workspace.keys()
    pair(workspace, law="Legal check", tax="Tax check")
    more(workspace, "removed: [checks.legal]\n")
    assert actions(workspace) == [
        ("create", 'checks["law"]', None),
        ("close", 'checks["legal"]', keys['checks["legal"]']),
    ]
    workspace.apply()
    keys |= workspace.keys()
    expected = {'checks["legal"]': "cancelled", 'checks["tax"]': "todo", 'checks["law"]': "todo"}
    assert {key: card["status"] for key, card in site.cards().items()} == {
        keys[address]: platform.statuses[status] for address, status in expected.items()
    }
    assert actions(workspace) == [], "it is inert once done"


def test_an_item_is_imported_by_key_and_by_query(
    workspace: Workspace, site: Site, platform: Platform, view: View, markers: MarkerView
) -> None:
    """What is the same is recorded, what is empty is written, and the marker goes on; then the import is inert."""
    first = site.act("create", by="Lena Gray", set={platform.title: "Old one"})["key"]
    second = site.act("create", by="Lena Gray", set={platform.title: "Another one"})["key"]
    workspace.items("  one: {type: task, title: Old one, due: 2027-01-01}\n  two: {type: task, title: Another one}\n")
    query = FINDING[platform.plugin].format("Another")
    more(workspace, f"imports:\n  - {{to: one, key: {first}}}\n  - to: two\n    query: {json.dumps(query)}\n")
    plan = workspace.plan()
    assert [(each["action"], each["key"]) for each in plan["actions"]] == [("adopt", first), ("adopt", second)]
    assert [each["field"] for each in plan["actions"][0]["changes"]] == ["due"]
    assert workspace.apply()["summary"]["done"] == 2
    assert view.seen("due", first) == "2027-01-01"
    assert [markers.read(key)["address"] for key in (first, second)] == ["one", "two"]
    assert actions(workspace) == []
    assert len(site.cards()) == 2


def test_an_import_that_names_none_several_or_anothers(workspace: Workspace, site: Site, platform: Platform) -> None:
    """It is a mistake with its place in the specs, and nothing is created in its stead."""
    for title in ("Twin", "Twin"):
        site.act("create", by="Lena Gray", set={platform.title: title})
    finding = FINDING[platform.plugin].format
    for said, words in (
        (f"key: {platform.key(99)}", f"{platform.key(99)} is not on this site"),
        (f"query: {json.dumps(finding('Twin'))}", "finds several items"),
        (f"query: {json.dumps(finding('Nothing'))}", "finds no item"),
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
    third = platform.key(3)
    more(workspace, f"imports:\n  - {{to: two, key: {third}}}\n")
    assert f"{third} is at one already" in workspace.run("plan").text


def test_an_item_that_the_state_lost_is_adopted(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Marked as this workspace's, unknown to its state: it is taken back, nothing is made twice."""
    workspace.items("  one: {type: task, title: One}\n  two: {type: task, title: Two}\n")
    workspace.apply()
    keys = workspace.keys()
    assert workspace.run("state", "rm", "two").code == 0
    assert actions(workspace) == [("adopt", "two", keys["two"])]
    workspace.apply()
    assert list(site.cards()) == platform.keys(1, 2)
    assert actions(workspace) == []
