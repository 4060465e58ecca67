"""A moved item on which a person changed what the plan writes, and a state that is lost straight afterwards."""

from __future__ import annotations

import shutil

from acceptance.field_views import View
from acceptance.harness import Site, Workspace
from acceptance.marker_views import on_each_whole_marker, with_option
from acceptance.platforms import Platform, on_azure_devops


def lose_the_state_after_a_move(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Apply a move that is skipped for a person's title, forget the `moved` block, lose the state and rebuild it."""
    workspace.items("  old: {type: task, title: A}\n")
    workspace.apply()
    workspace.items("  new: {type: task, title: B}\nmoved:\n  - {from: old, to: new}\n")
    assert workspace.run("plan", "--out", "a.plan").code == 0
    site.edit("Omar Haddad", platform.key(1), set={platform.title: "Mine"})
    result = workspace.run("apply", "a.plan")
    assert result.code == 4
    assert "title was changed since the plan by Omar Haddad" in result.text
    workspace.items("  new: {type: task, title: B}\n")
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0


@on_each_whole_marker
def test_a_moved_item_that_was_skipped_is_found_again(
    workspace: Workspace, site: Site, platform: Platform, option: str
) -> None:
    """Its marker has the new address already: rebuilt without the `moved` block, no twin is made and none is lost."""
    workspace.head = with_option(workspace.head, option)
    lose_the_state_after_a_move(workspace, site, platform)
    [action] = workspace.plan()["actions"]
    assert (action["action"], action["address"], action["key"]) == ("update", "new", platform.key(1))
    workspace.apply()
    assert [card["title"] for card in site.cards().values()] == ["B"]
    assert workspace.plan()["actions"] == []


@on_azure_devops
def test_without_digests_a_moved_item_is_found_again_too(
    workspace: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """A hyperlink has the new address and no digests: what the spec said before is not known, so the title is a
    conflict, and the item is left to a person.
    """
    lose_the_state_after_a_move(workspace, site, platform)
    plan = workspace.plan()
    assert plan["actions"] == []
    [conflict] = plan["conflicts"]
    assert (conflict["address"], conflict["field"], conflict["resolution"]) == ("new", "title", "stop")
    workspace.apply(code=4)
    assert list(site.cards()) == platform.keys(1)
    assert view.seen("title", platform.key(1)) == "Mine"
