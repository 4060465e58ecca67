"""What a team's past sprints were, for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.report.style import BLANK, Line, Span, Style, line, to_text
from reconciler.report.text import counted, cut, safe, wrapped
from reconciler.report.velocity_words import amount_text, last_day, number, size_of, summary_texts
from reconciler.sdk import Amount, Measures, Sprint, Velocity

__all__ = ["render_velocity"]

_LABEL: Final = 10
_SUMMARY_LABEL: Final = 14
_NARROWEST: Final = 4
_WIDEST: Final = 48
_TIED: Final = "\u00a0"
_PARTS: Final = " ▏▎▍▌▋▊▉"
"""Eighths of a column."""


def render_velocity(days: int, velocity: Velocity, measures: Measures, *, width: int, color: bool) -> str:
    """A chart of the sprints with their numbers, then the numbers of all, then what can't be known."""
    return to_text(_lines(days, velocity, measures, width), color=color)


def _lines(days: int, velocity: Velocity, measures: Measures, width: int) -> Iterator[Line]:
    sprints, unit = velocity.sprints, velocity.unit
    yield line(Span(cut(safe(velocity.team.name or velocity.team.id), width), "strong"))
    when = f"ended in the last {counted(days, 'day')}"
    if not sprints:
        yield line(f"No sprint {when}.")
    else:
        what = f"{counted(len(sprints), 'sprint')} that {when}, in {safe(unit) or 'items'}."
        yield line(cut(what, width))
        longest = max(max(size_of(each.committed, unit), size_of(each.completed, unit)) for each in sprints)
        room = _room(sprints, unit, width)
        for each in sprints:
            yield BLANK
            yield from _sprint_lines(each, unit, longest, room, width)
        yield BLANK
        yield from _summary_lines(velocity, measures, width)
    if velocity.unknown:
        yield BLANK
        yield line(Span("Not known", "strong"))
        for sentence in velocity.unknown:
            rows = enumerate(wrapped(sentence, width - 4))
            yield from (line("    " if index else "  · ", row) for index, row in rows)


def _room(sprints: Sequence[Sprint], unit: str, width: int) -> int:
    """The columns that the numbers leave to the longest bar."""
    texts = (amount_text(amount, unit) for each in sprints for amount in (each.committed, each.completed))
    return max(_NARROWEST, min(width - _LABEL - 5 - max(map(len, texts)), _WIDEST))


def _sprint_lines(sprint: Sprint, unit: str, longest: float, room: int, width: int) -> Iterator[Line]:
    days = f"{sprint.start:%Y-%m-%d} to {last_day(sprint)}"
    yield line(Span(cut(safe(sprint.name), width - len(days) - 2), "strong"), Span(f"  {days}", "quiet"))
    if sprint.empty:
        yield line("  held nothing, so it is left out of the numbers of all")
        return
    yield _bar_line("committed", sprint.committed, unit, longest, room, "quiet")
    yield _bar_line("completed", sprint.completed, unit, longest, room, "added")
    said = [
        f"{label} {amount_text(amount, unit)}"
        for label, amount in (("added", sprint.added), ("removed", sprint.removed), ("carried over", sprint.carried))
        if amount is None or amount.items
    ]
    if unit and sprint.reestimated:
        said.append(f"re-estimated by {'+' if sprint.reestimated > 0 else ''}{number(sprint.reestimated)}")
    if sprint.reopened:
        said.append(f"reopened {counted(sprint.reopened, 'item')}")
    tied = f"{_TIED}· ".join(each.replace(" ", _TIED) for each in said)
    for row in textwrap.wrap(tied, width - 2, break_on_hyphens=False):
        yield line("  ", row.replace(_TIED, " "))


def _bar_line(label: str, amount: Amount | None, unit: str, longest: float, room: int, style: Style) -> Line:
    filled = _bar(size_of(amount, unit), longest, room, shade="░" if style == "quiet" else "█")
    return line(
        f"  {label:<{_LABEL}}", Span(filled, style), " " * (room - len(filled)), f"  {amount_text(amount, unit)}"
    )


def _bar(size: float, longest: float, room: int, *, shade: str) -> str:
    """A bar of at most so many columns, exact to an eighth of one where the shade allows it."""
    eighths = round(size / longest * room * 8) if longest > 0 else 0
    if shade != "█":
        return shade * round(eighths / 8)
    return shade * (eighths // 8) + _PARTS[eighths % 8].strip()


def _summary_lines(velocity: Velocity, measures: Measures, width: int) -> Iterator[Line]:
    for what, text in summary_texts(velocity, measures):
        for index, row in enumerate(textwrap.wrap(text, width - _SUMMARY_LABEL)):
            yield line(Span(f"{'' if index else what:<{_SUMMARY_LABEL}}", "strong"), row)
