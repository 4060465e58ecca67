"""One field's change, as lines: the field's name on the left, what becomes of it on the right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pydantic import JsonValue

from reconciler.plan.document import FieldChange
from reconciler.report.style import Line, Span, Style, line, line_width
from reconciler.report.text import columns, counted, cut, safe, wrapped
from reconciler.report.values import awaited_text, is_text_block, shown

__all__ = ["annotated", "change_lines", "difference", "labelled"]

_BLOCK_LINES: Final = 4
_DIFF_LINES: Final = 12
_ELEMENTS: Final = 12
_DIFF_STYLES: Final[dict[str, Style]] = {"+": "added", "-": "removed", " ": "quiet"}


def change_lines(change: FieldChange, width: int, *, fresh: bool) -> list[Line]:
    """What becomes of a field, in lines of at most `width` columns. A fresh item's fields have nothing before."""
    if change.added or change.removed:
        return _set_lines(change.added, change.removed, width)
    if len(change.path) > 1:
        way = " → ".join((shown(change.before), *(shown(each) for each in change.path)))
        return [line(Span(cut(way, width), "changed"))]
    after = awaited_text(change.after) if change.unknown else change.after
    lines = _fresh_lines(after, width) if fresh else difference(change.before, after, width)
    return annotated(lines, "(known after apply)", width) if change.unknown else lines


def difference(before: JsonValue, after: JsonValue, width: int) -> list[Line]:
    """What differs between two values: the inside of structured ones, the lines of long texts, else both."""
    if isinstance(before, list) and isinstance(after, list) and (elements := _elements(before, after)) != ([], []):
        return _set_lines(*elements, width)
    if isinstance(before, dict) and isinstance(after, dict) and (inside := _inside_lines(before, after, width)):
        return inside
    if is_text_block(before) or is_text_block(after):
        return _text_diff(_text(before), _text(after), width) or [line(Span("in line breaks alone", "quiet"))]
    old, new = shown(before), shown(after)
    if columns(old) + columns(new) + 3 <= width:
        return [line(Span(old, "removed"), Span(" → ", "quiet"), Span(new, "added"))]
    return [line(Span(cut(old, width), "removed")), line(Span("→ ", "quiet"), Span(cut(new, width - 2), "added"))]


def labelled(name: str, lines: Sequence[Line], indent: int, column: int) -> list[Line]:
    """Put a field's name before the first of its lines, and align the others under it."""
    first = line(" " * indent, Span(f"{safe(name):<{column}}"), "  ")
    under = " " * (indent + column + 2)
    return [(*first, *each) if position == 0 else line(under, *each) for position, each in enumerate(lines)]


def annotated(lines: Sequence[Line], note: str, width: int) -> list[Line]:
    """Add a quiet note: behind the only line where it fits, else below, wrapped."""
    rows = wrapped(note, max(width, 20)) if note else []
    if len(lines) == 1 and len(rows) == 1 and line_width(lines[0]) + columns(rows[0]) + 3 <= width:
        return [(*lines[0], Span("   "), Span(rows[0], "quiet"))]
    return [*lines, *(line(Span(each, "quiet")) for each in rows)]


def _fresh_lines(value: JsonValue, width: int) -> list[Line]:
    if not is_text_block(value):
        return [line(Span(cut(shown(value), width), "added"))]
    rows = [each for each in _text(value) if each.strip()]
    kept = [line(Span("│ ", "quiet"), Span(cut(safe(each), width - 2), "added")) for each in rows[:_BLOCK_LINES]]
    return _folded(kept, len(rows) - _BLOCK_LINES, "line")


def _set_lines(added: Iterable[JsonValue], removed: Iterable[JsonValue], width: int) -> list[Line]:
    signed: tuple[tuple[str, Style, Iterable[JsonValue]], ...] = (("+", "added", added), ("-", "removed", removed))
    elements = [
        line(Span(cut(f"{sign} {shown(each)}", width), style)) for sign, style, group in signed for each in group
    ]
    together = [span for position, each in enumerate(elements) for span in (*line("  " if position else ""), *each)]
    if line_width(tuple(together)) <= width:
        return [tuple(together)]
    return _folded(elements[:_ELEMENTS], len(elements) - _ELEMENTS, "element")


def _elements(before: list[JsonValue], after: list[JsonValue]) -> tuple[list[JsonValue], list[JsonValue]]:
    return [each for each in after if each not in before], [each for each in before if each not in after]


def _text_diff(before: Sequence[str], after: Sequence[str], width: int) -> list[Line]:
    lines: list[Line] = []
    for row in list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]:
        if row.startswith("@@"):
            lines.extend([line(Span("...", "quiet"))] if lines else [])
        elif row.strip():
            lines.append(line(Span(cut(f"{row[0]} {safe(row[1:])}", width), _DIFF_STYLES[row[0]])))
    return _folded(lines[:_DIFF_LINES], len(lines) - _DIFF_LINES, "line")


def _inside_lines(before: JsonValue, after: JsonValue, width: int) -> list[Line]:
    from deepdiff import DeepDiff

    # Zero keeps it from giving up on a mapping of which most has changed, and calling the whole one change.
    found = DeepDiff(before, after, threshold_to_diff_deeper=0, verbose_level=2, view="tree")
    changes = sorted((each for group in found.values() for each in group), key=lambda each: str(each.path()))
    lines = [_inside_line(each, width) for each in changes]
    return _folded(lines[:_ELEMENTS], len(lines) - _ELEMENTS, "change")


def _inside_line(change: Any, width: int) -> Line:
    path = safe(".".join(str(each) for each in change.path(output_format="list")))
    if change.report_type.endswith("_added"):
        return line(Span(cut(f"+ {path}: {shown(change.t2)}", width), "added"))
    if change.report_type.endswith("_removed"):
        return line(Span(cut(f"- {path}: {shown(change.t1)}", width), "removed"))
    old, new = shown(change.t1), shown(change.t2)
    room = (width - columns(path) - 7) // 2
    return line(f"~ {path}: ", Span(cut(old, room), "removed"), Span(" → ", "quiet"), Span(cut(new, room), "added"))


def _text(value: JsonValue) -> list[str]:
    return value.strip("\n").split("\n") if isinstance(value, str) else [] if value is None else [shown(value)]


def _folded(lines: list[Line], missing: int, noun: str) -> list[Line]:
    return lines if missing <= 0 else [*lines, line(Span(f"… {counted(missing, f'more {noun}')}", "quiet"))]
