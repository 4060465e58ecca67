"""Saved plans that bring items back from a recycle bin: believed no more than others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from memory_bin import BinProvider, with_bin
from memory_site import configuration, item
from memory_workspace import Workspace

from reconciler.errors import Refused
from reconciler.plan.document import PlanDocument
from reconciler.spec.configuration import Policy
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_plan

SPECS = configuration(item("a"), item("b"))
BACK = replace(SPECS, policy=Policy(on_missing="recreate"))


@pytest.fixture
def site(workspace: Workspace) -> BinProvider:
    """The workspace's site, with a recycle bin, in which `a` lies."""
    found = with_bin(workspace.engine)
    workspace.apply(SPECS)
    found.bin(workspace.state(SPECS).items["a"].id)
    return found


@pytest.fixture
def document(workspace: Workspace, site: BinProvider) -> PlanDocument:
    """A plan that brings it back."""
    return workspace.plan(BACK)


@pytest.mark.parametrize("operators", ["stop", "forget"])
def test_the_operators_policy_holds(
    workspace: Workspace, document: PlanDocument, tmp_path: Path, operators: str
) -> None:
    """What may not be made anew may not be brought back either."""
    policy = tmp_path / "ours.yaml"
    policy.write_text(f"policy: {{on_missing: {operators}}}\n")
    with pytest.raises(Refused, match="the plan would bring back a, whose item the site shows no more"):
        apply_plan(
            document, workspace.directory, {}, Limits(), lambda _: None, clock=workspace.engine.clock, policies=[policy]
        )


def test_it_is_carried_out_once(workspace: Workspace, site: BinProvider, document: PlanDocument) -> None:
    """As it was approved: the item is back, and the plan is stale then."""
    assert workspace.apply_saved(document).document.summary.done == 1
    assert site.binned == {}
    with pytest.raises(Refused, match="stale"):
        workspace.apply_saved(document)


def test_a_forged_one_closes_nothing_unseen(workspace: Workspace, document: PlanDocument) -> None:
    """Only an update or a move brings an item back."""
    [action] = document.actions
    forged = document.model_copy(update={"actions": (action.model_copy(update={"action": "close"}),)})
    with pytest.raises(Refused, match="the plan calls it missing, and would close it"):
        workspace.apply_saved(forged)


def test_all_at_once_need_their_number(workspace: Workspace, site: BinProvider) -> None:
    """A plan that brings back every item is stopped, whatever it says of itself, and so is one made at once."""
    site.bin(workspace.state(SPECS).items["b"].id)
    document = workspace.plan(BACK)
    silent = document.model_copy(update={"diagnostics": (), "missing": ()})
    for each in (document, silent):
        with pytest.raises(Refused):
            workspace.apply_saved(each)
    with pytest.raises(Refused):
        workspace.apply(BACK)
    assert workspace.apply(BACK, missing=2).document.summary.done == 2
    assert site.binned == {}


def test_the_operators_rules_see_what_it_held(workspace: Workspace, document: PlanDocument, tmp_path: Path) -> None:
    """A rule about an item in the bin is judged by what was seen last: known, so it denies no more than it says."""
    policy = tmp_path / "ours.yaml"
    rule = "{{deny: \"action.item.title == '{title}'\", message: Not this one}}"

    def apply(title: str) -> None:
        policy.write_text(f"policy: {{on_missing: recreate, rules: [{rule.format(title=title)}]}}\n")
        apply_plan(
            document, workspace.directory, {}, Limits(), lambda _: None, clock=workspace.engine.clock, policies=[policy]
        )

    with pytest.raises(Refused, match="a rule denies the plan"):
        apply("a")
    apply("another")
