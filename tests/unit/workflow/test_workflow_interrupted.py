"""A run that is told to stop: what it did is in its record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from memory_site import configuration, item, to
from memory_workspace import Workspace

from reconciler.errors import Interrupted
from reconciler.plan.results import ApplyResult
from reconciler.spec.configuration import Configuration
from reconciler.state.records import RunRecord
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_specs

FAMILY = configuration(item("deal", type="epic"), item("a", parent=to("deal")[0]), item("b", parent=to("deal")[0]))


def stopped(workspace: Workspace, specs: Configuration, at: str) -> RunRecord:
    """The record of an apply that was told to stop as soon as the action at an address was done."""
    request: Any = workspace.request(specs)

    def report(result: ApplyResult) -> None:
        if result.address == at:
            request.stop.ask(143)

    with pytest.raises(Interrupted) as caught:
        apply_specs(request, "plan", workspace.approve, Limits(), report)
    assert caught.value.exit_code == 143
    archive = workspace.store(specs).read_all()
    assert archive is not None
    return archive.runs[-1]


def test_what_was_done_and_what_was_not_begun(workspace: Workspace) -> None:
    """The run has an end and its counts; the state has what was created, and the next apply makes the rest."""
    run = stopped(workspace, FAMILY, "deal")
    assert run.counts == {"done": 1, "interrupted": 2}
    assert run.finished_at is not None
    assert set(workspace.state(FAMILY).items) == {"deal"}
    assert workspace.apply(FAMILY).document.summary.done == 2
    assert len(workspace.engine.tracker.items) == 3


def test_a_stop_that_comes_when_all_is_done(workspace: Workspace) -> None:
    """Nothing is counted as interrupted, and the next plan has at most the markers that were not written."""
    run = stopped(workspace, replace(FAMILY), "b")
    assert run.counts == {"done": 3}
    assert workspace.apply(FAMILY).document.results == ()
