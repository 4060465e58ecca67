"""Saved plans of a workspace that got another name."""

from __future__ import annotations

from acceptance.harness import Workspace
from acceptance.platforms import on_each_platform

pytestmark = on_each_platform


def test_a_plan_made_under_the_previous_name_is_applied(workspace: Workspace) -> None:
    """It needs no direct apply before it, and leaves state and markers under the new name."""
    workspace.items("  a: {type: task, title: A}\n")
    workspace.apply()
    workspace.replace("name: small", "name: large, previous_name: small")
    assert workspace.run("plan", "--out", "a.plan").code == 0
    assert workspace.run("apply", "a.plan").code == 0
    workspace.replace(", previous_name: small", "")
    assert workspace.plan()["actions"] == []
