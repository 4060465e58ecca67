"""The first lines of a report: which workspace, on which sites."""

from __future__ import annotations

from reconciler.plan.document import PlanDocument, WorkspaceName
from reconciler.report.style import BLANK, Line, Span, line
from reconciler.report.text import cut, safe

__all__ = ["heading_lines", "workspace_title"]


def workspace_title(workspace: WorkspaceName) -> str:
    """`deals`, or `deals/acme` where the workspace has instances."""
    return safe(f"{workspace.name}/{workspace.instance}" if workspace.instance else workspace.name)


def heading_lines(title: str, document: PlanDocument, width: int) -> list[Line]:
    """Say what a report is of, then a line for each site and one for the targets."""
    lines = [line(Span(f"{title} {workspace_title(document.workspace)}", "strong"))]
    for site in document.site:
        where = f"  {safe(site.provider)}: project {safe(site.project)} at {safe(site.url)}"
        lines.append(line(Span(cut(where, width), "quiet")))
    if document.targets:
        only = f"  only {', '.join(safe(each) for each in document.targets)}, and what they need"
        lines.append(line(Span(cut(only, width), "quiet")))
    return [*lines, BLANK]
