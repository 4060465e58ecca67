"""What a reviewer can rely on in a plan's text."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from reconciler.plan.document import Action, Conflict, Drift, FieldChange, PlanDocument
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultSummary
from reconciler.report.drift import render_drift
from reconciler.report.results import render_results
from reconciler.report.svg import plan_svg
from reconciler.report.terminal import render_plan
from reconciler.report.text import columns

ESCAPE = re.compile(r"\x1b\[[\d;]+m")


def created(number: int) -> Action:
    """An item to create."""
    title = FieldChange(field="title", after=f"Item {number}", ownership="spec", reason="in the spec")
    return Action(
        address=f"item_{number}",
        action="create",
        provider="jira",
        title=f"Item {number}",
        type="task",
        reason="not in the state",
        changes=(title,),
    )


def update(*changes: FieldChange) -> Action:
    """An item to update."""
    return Action(
        address="deal",
        action="update",
        provider="jira",
        id="1",
        key="INVEST-1",
        title="Deal",
        type="epic",
        reason="the spec changed",
        changes=changes,
    )


def changed(field: str, before: object, after: object) -> FieldChange:
    """A field that the spec changed."""
    return FieldChange.model_validate(
        {"field": field, "before": before, "after": after, "ownership": "spec", "reason": "the spec changed"}
    )


def test_colour_changes_no_letter(first_plan: PlanDocument, later_plan: PlanDocument) -> None:
    """Without colour the same characters are printed, and no escape."""
    for document in (first_plan, later_plan):
        plain = render_plan(document, color=False, width=80)
        coloured = render_plan(document, color=True, width=80)
        assert "\x1b" not in plain
        assert coloured != plain
        assert ESCAPE.sub("", coloured) == plain


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_the_terminal(first_plan: PlanDocument, later_plan: PlanDocument, width: int) -> None:
    """No line of the plans that people meet is wider than the terminal."""
    for document in (first_plan, later_plan):
        text = render_plan(document, color=False, width=width) + render_drift(document, color=False, width=width)
        assert max(columns(each) for each in text.splitlines()) <= width


def test_a_huge_plan_is_folded(make_plan: Callable[..., PlanDocument]) -> None:
    """Of a thousand items some are shown and the others counted; the summary counts all."""
    document = make_plan(actions=[created(n) for n in range(1000)], summary={"create": 1000})
    text = render_plan(document, color=False, width=80)
    assert "Create 1,000 items: not in the state" in text
    assert "  … 975 more to create; `--format json` lists all" in text
    assert text.endswith("Plan: 1,000 to create, 0 to update, 0 to close; 0 unchanged.\n")
    assert len(text.splitlines()) < 100


def test_long_sets_and_texts_are_folded(make_plan: Callable[..., PlanDocument]) -> None:
    """A field with very many elements or lines shows the first, and counts the others."""
    labels = FieldChange(
        field="labels", added=tuple(f"label-{n}" for n in range(30)), ownership="spec", reason="the spec changed"
    )
    text = render_plan(
        make_plan(
            actions=[
                update(
                    labels,
                    changed("description", None, "\n".join(f"line {n}" for n in range(40))),
                    changed("fields.a", {str(n): 0 for n in range(20)}, {str(n): 1 for n in range(20)}),
                )
            ],
            summary={"update": 1},
        ),
        color=False,
        width=80,
    )
    assert "+ label-11\n" in text
    assert "… 18 more elements\n" in text
    assert "+ line 11\n" in text
    assert "… 28 more lines\n" in text
    assert "… 8 more changes\n" in text


def test_structured_values_show_their_inside(make_plan: Callable[..., PlanDocument]) -> None:
    """Of a mapping only what differs is shown, with the way to it."""
    before = {"level": "Low", "gone": 1, "same": {"a": 1}}
    after = {"level": "High", "new": ["x"], "same": {"a": 2}}
    text = render_plan(
        make_plan(actions=[update(changed("fields.risk", before, after))], summary={"update": 1}), color=False, width=80
    )
    inside = [each.strip().removeprefix("fields.risk").strip() for each in text.splitlines()[6:10]]
    assert inside == ["- gone: 1", "~ level: Low → High", "+ new: x", "~ same.a: 1 → 2"]


def test_lists_show_their_elements(make_plan: Callable[..., PlanDocument]) -> None:
    """Of a list the elements that come and go are shown; a mere change of order shows both."""
    text = render_plan(
        make_plan(
            actions=[update(changed("a", ["x", "y"], ["y", "z"]), changed("b", [1, 2], [2, 1]))], summary={"update": 1}
        ),
        color=False,
        width=80,
    )
    assert "a  + z  - x\n" in text
    assert "b  1, 2 → 2, 1\n" in text


def test_a_change_of_line_breaks_is_not_hidden(make_plan: Callable[..., PlanDocument]) -> None:
    """A text that differs in nothing that can be seen is shown as differing."""
    actions = [update(changed("description", "a\nb", "a\nb\n"), changed("fields.x", {"a": 1}, {"a": 1}))]
    text = render_plan(make_plan(actions=actions, summary={"update": 1}), color=False, width=80)
    assert "      description  in line breaks alone\n" in text
    assert '      fields.x     {"a": 1} → {"a": 1}\n' in text


def test_a_conflict_of_long_texts_shows_what_would_change(make_plan: Callable[..., PlanDocument]) -> None:
    """Two versions of a description are compared line by line, from the live one to the spec's."""
    conflict = Conflict(
        address="deal", field="description", base="a", desired="a\nspec", live="a\nperson", resolution="stop", by="Ann"
    )
    text = render_plan(make_plan(conflicts=[conflict]), color=False, width=80)
    rows = [each.strip() for each in text.splitlines()]
    start = rows.index("changes     a")
    assert rows[start : start + 4] == ["changes     a", "- person", "+ spec", "by Ann"]


def test_a_plan_of_recordings_says_so(make_plan: Callable[..., PlanDocument]) -> None:
    """Where an apply would send nothing and only learn, the plan says so."""
    text = render_plan(make_plan(recordings=[{"address": "deal"}], summary={"unchanged": 1}), color=False, width=80)
    assert text.endswith("No changes on the site. Apply records 1 item in the state; 1 unchanged.\n")


def test_a_plan_with_errors_is_called_incomplete(make_plan: Callable[..., PlanDocument]) -> None:
    """Where something could not be planned, the summary does not say that nothing is to be done."""
    problem = {"severity": "error", "code": "missing", "summary": "deal can't be read"}
    text = render_plan(make_plan(diagnostics=[problem], summary={"unchanged": 1}), color=False, width=80)
    assert text.endswith("\nIncomplete plan, see the errors: 0 to create, 0 to update, 0 to close; 1 unchanged.\n")


def test_a_plan_that_stops_says_so(make_plan: Callable[..., PlanDocument]) -> None:
    """Where conflicts stop everything, the summary is no "no changes"."""
    conflict = Conflict(address="deal", field="description", base="a", desired="b", live="c", resolution="stop")
    text = render_plan(make_plan(conflicts=[conflict], summary={"unchanged": 1}), color=False, width=80)
    assert "! deal  description   nothing is sent for this item until one gives way\n" in text
    assert text.endswith("Nothing can be changed before the conflicts are settled; 1 unchanged.\n")


def test_reasons_that_differ_are_said_with_each_item(make_plan: Callable[..., PlanDocument]) -> None:
    """Where the items of a group have different reasons, each says its own; fields don't repeat it."""
    back = update(changed("status", "done", "todo")).model_copy(
        update={"address": "back", "reason": "back in the spec"}
    )
    other = update(changed("due", "2027-01-01", "2027-01-02"))
    text = render_plan(make_plan(actions=[back, other], summary={"update": 2}), color=False, width=80)
    assert "Update 2 items\n" in text
    assert "  ~ back  INVEST-1  epic  Deal\n      back in the spec\n      status  done → todo" in text
    assert "  ~ deal  INVEST-1  epic  Deal\n      the spec changed\n      due  2027-01-01 → 2027-01-02\n" in text


def test_targets_and_destruction_are_in_the_heading(make_plan: Callable[..., PlanDocument]) -> None:
    """A partial plan and a destruction can't be taken for a whole plan."""
    text = render_plan(make_plan(kind="destroy", targets=["deal"]), color=False, width=80)
    assert text.startswith("Destruction of deals/acme-robotics\n")
    assert "\n  only deal, and what they need\n" in text


def test_a_workspace_without_instance_goes_by_its_name(make_plan: Callable[..., PlanDocument]) -> None:
    """Where there is one instance there is no slash."""
    workspace = {"name": "deals", "id": "1", "instance": ""}
    assert render_plan(make_plan(workspace=workspace), color=False, width=80).startswith("Plan for deals\n")


def test_a_moved_item_shows_where_it_was(make_plan: Callable[..., PlanDocument]) -> None:
    """An item with a new address shows the old one too."""
    action = created(1).model_copy(update={"action": "move", "previous_address": "old"})
    text = render_plan(make_plan(actions=[action], summary={"move": 1}), color=False, width=80)
    assert "> item_1  from old  task  Item 1" in text
    assert "0 to create, 0 to update, 1 to move, 0 to close; 0 unchanged." in text


def test_no_drift_says_so(make_plan: Callable[..., PlanDocument]) -> None:
    """Where nobody changed anything, the drift report is one sentence."""
    text = render_drift(make_plan(), color=False, width=80)
    assert text.endswith("\nNo drift. Nobody changed what the specs say.\n")


def test_much_drift_is_folded(make_plan: Callable[..., PlanDocument]) -> None:
    """Of much drift and many conflicts the first are shown and the others counted."""
    drift = [Drift(address=f"item_{n}", field="status", before="todo", after="done", kept=True) for n in range(100)]
    conflicts = [Conflict(address=f"item_{n}", field="due", resolution="people") for n in range(50)]
    text = render_drift(make_plan(drift=drift, conflicts=conflicts), color=False, width=80)
    assert "… 60 more; `--format json` lists all" in text
    assert "… 10 more; `--format json` lists all" in text
    assert text.endswith("Drift: 0 to revert, 100 kept, 50 conflicts.\n")


def test_many_results_are_folded_and_problems_are_not(make_plan: Callable[..., PlanDocument]) -> None:
    """Success in bulk is counted; every failure is shown, after it."""
    done = [ApplyResult(address=f"done_{n}", action="create", result="done") for n in range(100)]
    failed = [ApplyResult(address=f"failed_{n}", action="create", result="failed") for n in range(50)]
    document = ApplyDocument(
        workspace=make_plan().workspace,
        run="run-1",
        plan_digest="",
        results=(*failed, *done),
        summary=ResultSummary(done=100, failed=50),
    )
    text = render_results(document, color=False, width=80)
    assert "… 60 more done; `--format json` lists all" in text
    assert text.count("✗ failed_") == 50
    assert text.endswith("Apply: 100 done, 50 failed.\n")


def test_an_apply_of_nothing(make_plan: Callable[..., PlanDocument]) -> None:
    """An apply without actions still says how many."""
    document = ApplyDocument(workspace=make_plan().workspace, run="", plan_digest="", summary=ResultSummary())
    assert render_results(document, color=False, width=80) == "Apply of deals/acme-robotics\n\nApply: 0 done.\n"


def test_the_picture_needs_nothing_from_elsewhere(first_plan: PlanDocument) -> None:
    """The picture loads no font, style or image, and no address in it is more than text and the SVG's own name."""
    picture = plan_svg(first_plan)
    for word in ("@import", "@font-face", "<style", "<image", "<script", "href", "url("):
        assert word not in picture
    outside_text = re.sub(r">[^<]*<", "><", picture)
    assert outside_text.count("http") == 1


def test_the_picture_of_a_short_plan_is_whole(make_plan: Callable[..., PlanDocument]) -> None:
    """Nothing is left out where all of it fits; angle brackets are text."""
    picture = plan_svg(make_plan(workspace={"name": "<b>", "id": "1", "instance": ""}))
    assert "more lines" not in picture
    assert "Plan for &lt;b&gt;" in picture


def test_drawing_needs_no_deepdiff_where_nothing_is_structured() -> None:
    """The library that looks into structured values is loaded when there is one."""
    program = "import sys, reconciler.report.terminal; sys.exit('deepdiff' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
