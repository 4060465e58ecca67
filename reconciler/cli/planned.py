"""How a plan is shown, and what its exit code says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.diagnostics import Diagnostic, Place

if TYPE_CHECKING:
    from reconciler.cli.invocation import Invocation
    from reconciler.workflow import Finding, PlanDocument

__all__ = ["exit_code", "print_findings", "print_plan", "rendered"]


def print_plan(invocation: Invocation, document: PlanDocument) -> None:
    """Write a plan to standard output, and its diagnostics to standard error."""
    from reconciler.report.document import json_document

    if invocation.format == "json":
        invocation.say(json_document(document))
    else:
        invocation.say(rendered(invocation, document))
    print_findings(invocation, document.diagnostics)


def print_findings(invocation: Invocation, findings: Iterable[Finding]) -> None:
    """Write a document's diagnostics to standard error."""
    invocation.diagnose([_diagnostic(each) for each in findings])


def rendered(invocation: Invocation, document: PlanDocument) -> str:
    """A plan as text."""
    from reconciler.report.drift import render_drift
    from reconciler.report.terminal import render_plan

    render = render_drift if document.kind == "refresh_only" else render_plan
    return render(document, color=invocation.color, width=invocation.width)


def exit_code(document: PlanDocument, *, detailed: bool) -> int:
    """1 where the specs hold an error, 4 while an address is unsettled, 2 with anything to do (if asked for), else 0.

    An error without a place in the specs, or by a policy's rule, is what an apply would refuse; the plan stands all the
    same.
    """
    if any(each.severity == "error" and each.file and each.code != "denied" for each in document.diagnostics):
        return 1
    if any(each.code == "unsettled" for each in document.diagnostics):
        return 4
    return 2 if detailed and document.actions else 0


def _diagnostic(finding: Finding) -> Diagnostic:
    return Diagnostic(
        finding.severity,
        finding.code,
        finding.summary,
        finding.detail,
        Place(finding.file, finding.line or 1, finding.column or 1) if finding.file else None,
        finding.hint,
        finding.snippet,
    )
