"""What people changed on the platforms since the last apply."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from reconciler.plan.document import Conflict, Drift, PlanDocument
from reconciler.report.changes import annotated, difference, labelled
from reconciler.report.heading import heading_lines
from reconciler.report.style import BLANK, Line, Span, Style, line, to_text
from reconciler.report.text import columns, counted, cut, safe
from reconciler.report.values import is_text_block, shown

__all__ = ["conflict_lines", "drift_lines", "render_drift"]

_FOLD: Final = 40


def render_drift(document: PlanDocument, *, color: bool, width: int) -> str:
    """The drift of a plan alone: what is kept, what the next apply would revert, and what conflicts.

    Args:
        width: of the terminal, in columns.
    """
    reverted = [each for each in document.drift if not each.kept]
    kept = [each for each in document.drift if each.kept]
    lines = [
        *heading_lines("Drift of", document, width),
        *drift_lines("Reverted by the next apply: the spec owns it", reverted, "changed", width),
        *drift_lines("Kept: people's progress", kept, "kept", width),
        *conflict_lines(document.conflicts, width),
        _summary(len(reverted), len(kept), len(document.conflicts)),
    ]
    return to_text(lines, color=color)


def drift_lines(title: str, drift: Sequence[Drift], style: Style, width: int) -> list[Line]:
    """A group of drift under its title, by item; nothing where there is none."""
    if not drift:
        return []
    lines = [line(Span(title, "strong")), BLANK]
    column = max(columns(safe(each.field)) for each in drift[:_FOLD])
    address = None
    for each in drift[:_FOLD]:
        if each.address != address:
            address = each.address
            lines.append(line("  ", Span("≈ ", style), Span(safe(address), "strong")))
        lines.extend(labelled(each.field, _drifted(each, width - column - 8), 6, column))
    return [*lines, *_rest(len(drift)), BLANK]


def conflict_lines(conflicts: Sequence[Conflict], width: int) -> list[Line]:
    """The conflicts under their title; nothing where there are none."""
    if not conflicts:
        return []
    lines = [line(Span("Conflicts: the spec and the site disagree", "alarm")), BLANK]
    for each in conflicts[:_FOLD]:
        head = line("  ", Span("! ", "alarm"), Span(safe(each.address), "strong"), f"  {safe(each.field)}")
        first, *under = annotated([head], _RESOLUTIONS[each.resolution], width)
        lines.extend((first, *(line("      ", *more) for more in under)))
        for name, body in _sides(each, width - 16):
            lines.extend(labelled(name, body, 6, 8))
    return [*lines, *_rest(len(conflicts)), BLANK]


_RESOLUTIONS: Final = {
    "spec": "the spec's value replaces the live one",
    "people": "the live value stays",
    "stop": "nothing is sent for this item until one gives way",
}


def _sides(conflict: Conflict, width: int) -> list[tuple[str, list[Line]]]:
    """The three values; of long texts what the spec would change in the live one."""
    by = _who(conflict.by, conflict.at)
    if is_text_block(conflict.desired) or is_text_block(conflict.live):
        return [("changes", annotated(difference(conflict.live, conflict.desired, width), by, width))]
    return [
        ("applied", [line(Span(cut(shown(conflict.base), width), "quiet"))]),
        ("spec", [line(Span(cut(shown(conflict.desired), width), "added"))]),
        ("live", annotated([line(Span(cut(shown(conflict.live), width), "kept"))], by, width)),
    ]


def _drifted(drift: Drift, width: int) -> list[Line]:
    return annotated(difference(drift.before, drift.after, width), _who(drift.by, drift.at), width)


def _who(by: str | None, at: str | None) -> str:
    if by is None:
        return ""
    return f"by {by}" + (f", {_moment(at)}" if at else "")


def _moment(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return text


def _rest(number: int) -> list[Line]:
    more = f"… {number - _FOLD:,} more; `--format json` lists all"
    return [line("  ", Span(more, "quiet"))] if number > _FOLD else []


def _summary(reverted: int, kept: int, conflicts: int) -> Line:
    if not (reverted or kept or conflicts):
        return line(Span("No drift. ", "strong"), "Nobody changed what the specs say.")
    counts = f"{reverted} to revert, {kept} kept, {counted(conflicts, 'conflict')}."
    return line(Span("Drift: ", "strong"), counts)
