"""A plan for a reviewer with ten seconds: what happens to which items, why, and what is left alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.plan.document import Action, ActionKind, PlanDocument
from reconciler.report.changes import annotated, change_lines, labelled
from reconciler.report.drift import conflict_lines, drift_lines
from reconciler.report.heading import heading_lines
from reconciler.report.style import BLANK, Line, Span, Style, line, line_width, to_text
from reconciler.report.text import columns, counted, cut, safe

__all__ = ["plan_lines", "render_plan"]

_FOLD: Final = 25
_NAME_COLUMNS: Final = 26


@dataclass(frozen=True, slots=True)
class _Look:
    """How a kind of action looks: its verb, the sign before each item, its style."""

    verb: str
    sign: str
    style: Style


_LOOKS: Final[dict[ActionKind, _Look]] = {
    "create": _Look("create", "+", "added"),
    "update": _Look("update", "~", "changed"),
    "adopt": _Look("adopt", "=", "changed"),
    "move": _Look("move", ">", "changed"),
    "close": _Look("close", "-", "removed"),
    "delete": _Look("delete", "-", "removed"),
    "forget": _Look("forget", "-", "removed"),
}

_ALWAYS_COUNTED: Final = ("create", "update", "close")


def render_plan(document: PlanDocument, *, color: bool, width: int) -> str:
    """A plan as text that ends with its summary.

    Args:
        width: of the terminal, in columns.
    """
    return to_text(plan_lines(document, width), color=color)


def plan_lines(document: PlanDocument, width: int) -> list[Line]:
    """The same as styled lines."""
    return [
        *heading_lines("Destruction of" if document.kind == "destroy" else "Plan for", document, width),
        *(each for kind in _LOOKS for each in _group(kind, document.actions, width)),
        *drift_lines("Kept: people's progress", [each for each in document.drift if each.kept], "kept", width),
        *conflict_lines(document.conflicts, width),
        *_requests(document, width),
        _summary(document),
    ]


def _group(kind: ActionKind, actions: Sequence[Action], width: int) -> list[Line]:
    group = [each for each in actions if each.action == kind]
    if not group:
        return []
    look = _LOOKS[kind]
    reasons = {each.reason for each in group}
    common = reasons.pop() if len(reasons) == 1 else None
    title = line(Span(f"{look.verb.capitalize()} {counted(len(group), 'item')}", "strong"))
    if common:
        title = (*title, Span(f": {safe(common)}", "quiet"))
    lines = [title, BLANK]
    for each in group[:_FOLD]:
        lines.extend(_action(each, look, width, common))
    if len(group) > _FOLD:
        rest = f"… {len(group) - _FOLD:,} more to {look.verb}; `--format json` lists all"
        lines.extend((line("  ", Span(rest, "quiet")), BLANK))
    return lines


def _action(action: Action, look: _Look, width: int, common: str | None) -> list[Line]:
    fresh = action.action == "create"
    head = line("  ", Span(f"{look.sign} ", look.style), Span(safe(action.address), "strong"))
    if action.previous_address:
        head = (*head, Span(f"  from {safe(action.previous_address)}", "quiet"))
    if action.key:
        head = (*head, Span(f"  {safe(action.key)}"))
    head = (*head, Span(f"  {safe(action.type)}  ", "quiet"))
    lines = [(*head, Span(cut(safe(action.title), max(width - line_width(head), 16))))]
    if action.reason != common:
        lines.extend(line("      ", *each) for each in annotated([], action.reason, width - 6))
    # The line above already shows what a new item is called and what it is.
    changes = [each for each in action.changes if not (fresh and each.field in {"title", "type"})]
    column = min(max((columns(safe(each.field)) for each in changes), default=0), _NAME_COLUMNS)
    room = width - column - 8
    for change in changes:
        body = change_lines(change, room, fresh=fresh)
        if not fresh and change.reason not in action.reason:
            body = annotated(body, change.reason, room)
        lines.extend(labelled(change.field, body, 6, column))
    return [*lines, BLANK]


def _requests(document: PlanDocument, width: int) -> list[Line]:
    lines = []
    for provider, kinds in document.requests.items():
        counts = ", ".join(f"{number:,} {safe(kind)}" for kind, number in kinds.items())
        lines.append(line(Span(cut(f"Requests to {safe(provider)}: {counts}", width), "quiet")))
    return lines


def _summary(document: PlanDocument) -> Line:
    summary = document.summary
    counts = [(kind, int(getattr(summary, kind))) for kind in _LOOKS]
    unchanged = f"{summary.unchanged:,} unchanged."
    incomplete = any(each.severity == "error" and each.code != "denied" for each in document.diagnostics)
    if incomplete or any(number for _, number in counts):
        shown = ", ".join(f"{number:,} to {kind}" for kind, number in counts if number or kind in _ALWAYS_COUNTED)
        title = Span(
            "Incomplete plan, see the errors: " if incomplete else "Plan: ", "alarm" if incomplete else "strong"
        )
        return line(title, f"{shown}; {unchanged}")
    if any(each.resolution == "stop" for each in document.conflicts):
        return line(Span("Nothing can be changed ", "strong"), "before the conflicts are settled; ", unchanged)
    if document.recordings:
        learned = counted(len(document.recordings), "item")
        return line(Span("No changes on the site. ", "strong"), f"Apply records {learned} in the state; {unchanged}")
    rest = "What people did is kept" if any(each.kept for each in document.drift) else "The work is as the specs say"
    return line(Span("No changes. ", "strong"), f"{rest}; {unchanged}")
