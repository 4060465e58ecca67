"""What is printed, letter by letter, in text files beside this one.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/unit/report`, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.diagnostics import Diagnostic, Place
from reconciler.plan.document import PlanDocument
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultSummary
from reconciler.report.diagnostics import render_diagnostics
from reconciler.report.drift import render_drift
from reconciler.report.results import render_results
from reconciler.report.svg import plan_svg
from reconciler.report.terminal import render_plan

GOLDEN = Path(__file__).parent / "golden"


def matches(name: str, text: str) -> None:
    """Compare a text with its file; colour's escapes are kept as `\\e` so that an editor can show them."""
    file = GOLDEN / name
    readable = text.replace("\x1b", "\\e")
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(readable, encoding="utf-8")
    assert readable == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 120])
def test_a_first_plan(first_plan: PlanDocument, width: int) -> None:
    """Seven items to create, each with what it will hold."""
    matches(f"first-plan-{width}.txt", render_plan(first_plan, color=False, width=width))


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_later_plan(later_plan: PlanDocument, width: int) -> None:
    """Updates with before and after and whose change goes, a removal, progress that is kept, a conflict."""
    matches(f"later-plan-{width}.txt", render_plan(later_plan, color=False, width=width))


def test_a_later_plan_in_colour(later_plan: PlanDocument) -> None:
    """Colours say added, changed, removed, kept and alarming."""
    matches("later-plan-colour.txt", render_plan(later_plan, color=True, width=80))


def test_drift_alone(later_plan: PlanDocument) -> None:
    """What the next apply would revert, what is kept, what conflicts."""
    matches("drift.txt", render_drift(later_plan, color=False, width=80))


def test_results() -> None:
    """Each item with what became of it, and the platform's words for what did not work."""
    results = (
        ApplyResult(
            address="deal", action="create", result="done", key="INVEST-1", url="https://fund.example/INVEST-1"
        ),
        ApplyResult(address='tasks["legal"]', action="close", result="done", key="INVEST-3"),
        ApplyResult(
            address='tasks["market"]',
            action="update",
            result="failed",
            key="INVEST-4",
            problems=("title: The summary is too long\nand it has a line break, which the site does not take either",),
        ),
        ApplyResult(address='tasks["references"]', action="create", result="skipped", problems=("needs deal",)),
        ApplyResult(address='tasks["technical"]', action="create", result="unsettled"),
        ApplyResult(address='tasks["financial"]', action="update", result="not_kept", key="INVEST-2"),
    )
    document = ApplyDocument.model_validate(
        {
            "workspace": {"name": "deals", "id": "6f0c2f3e-0000-4000-8000-000000000001", "instance": ""},
            "run": "run-1",
            "plan_digest": "ab" * 32,
            "results": results,
            "summary": ResultSummary(done=2, failed=1, skipped=1, unsettled=1, not_kept=1),
        }
    )
    matches("results.txt", render_results(document, color=False, width=80))


def test_diagnostics() -> None:
    """Findings behind a rule, with the source line, a caret below the column, the values of names, and a count."""
    found = [
        Diagnostic(
            "error",
            "unknown_key",
            "`sumary` is not a field of an item",
            place=Place("main.yaml", 12, 7),
            hint="Did you mean `title`?",
            snippet='      sumary: "Investment: ${var.company}"',
            values={"var.company": '"Acme Robotics"'},
        ),
        Diagnostic(
            "error", "far", "A mistake far to the right", place=Place("b.yaml", 1, 201), snippet="x" * 200 + "y: 1"
        ),
        Diagnostic("error", "tab", "A mistake behind a tab", place=Place("c.yaml", 3, 3), snippet="\t\twide: 広い"),
        Diagnostic(
            "warning",
            "removal_limit",
            "4 of 7 open items would be removed; more than 2 need a word",
            detail="A wrong variable or a lost file looks just like this.\n\n    deal, tasks",
            hint="If it is meant: `reconciler apply --accept-removals 4`.",
        ),
    ]
    matches("diagnostics.txt", render_diagnostics(found, color=False, width=80))


def test_a_picture_of_a_plan(first_plan: PlanDocument) -> None:
    """The picture shows the terminal's own lines, each piece at its column."""
    matches("first-plan.svg", plan_svg(first_plan, command="reconciler plan examples/investment-asset-plan"))


def test_an_empty_plan(make_plan: Callable[..., PlanDocument]) -> None:
    """A plan without changes says so in one sentence."""
    text = render_plan(make_plan(summary={"unchanged": 7}), color=False, width=80)
    assert text.endswith("\nNo changes. The work is as the specs say; 7 unchanged.\n")


def test_an_empty_plan_after_people_worked(make_plan: Callable[..., PlanDocument]) -> None:
    """Where people went on with the work, nothing is to be done, and the sentence does not claim equality."""
    drift = {"address": "deal", "field": "status", "before": "todo", "after": "done", "kept": True}
    text = render_plan(make_plan(drift=[drift], summary={"unchanged": 7}), color=False, width=80)
    assert text.endswith("\nNo changes. What people did is kept; 7 unchanged.\n")
