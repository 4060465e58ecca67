"""A moved item on which a person changed what the plan writes, and a state that is lost straight afterwards."""

from __future__ import annotations

import shutil

from acceptance.harness import Site, Workspace


def test_a_moved_item_that_was_skipped_is_found_again(workspace: Workspace, site: Site) -> None:
    """Its marker has the new address already: rebuilt without the `moved` block, no twin is made and none is lost."""
    workspace.items("  old: {type: task, title: A}\n")
    workspace.apply()
    workspace.items("  new: {type: task, title: B}\nmoved:\n  - {from: old, to: new}\n")
    assert workspace.run("plan", "--out", "a.plan").code == 0
    site.edit("Omar Haddad", "INVEST-1", set={"Summary": "Mine"})
    result = workspace.run("apply", "a.plan")
    assert result.code == 4
    assert "title was changed since the plan by Omar Haddad" in result.text
    workspace.items("  new: {type: task, title: B}\n")
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    [action] = workspace.plan()["actions"]
    assert (action["action"], action["address"], action["key"]) == ("update", "new", "INVEST-1")
    workspace.apply()
    assert [card["title"] for card in site.cards().values()] == ["B"]
    assert workspace.plan()["actions"] == []
