"""Diagnostics for a person, with the place in the file, and for a script, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from reconciler.diagnostics import Diagnostic, Place, Severity
from reconciler.report.document import json_line
from reconciler.report.style import BLANK, Line, Span, Style, line, to_text
from reconciler.report.text import columns, counted, cut, safe, wrapped

__all__ = ["diagnostic_lines", "render_diagnostics"]

_STYLES: Final[dict[Severity, Style]] = {"error": "alarm", "warning": "changed", "note": "kept"}
_BEFORE_CARET: Final = 30


def render_diagnostics(diagnostics: Sequence[Diagnostic], *, color: bool, width: int) -> str:
    """Each finding behind a rule, with its source line, then how many there are; empty where there are none.

    What one line of a spec brings on every item that is made from it is told once.

    Args:
        width: of the terminal, in columns.
    """
    if not diagnostics:
        return ""
    blocks = [
        each
        for first, *others in _alike(diagnostics)
        for each in (*_block(_with_count(first, len(others)), max(width, 40)), BLANK)
    ]
    return to_text([*blocks, line(_counts(diagnostics))], color=color)


def diagnostic_lines(diagnostics: Sequence[Diagnostic]) -> str:
    """JSON lines of severity, code, summary, detail, file, line, column and hint; no place is null."""
    return "".join(
        json_line(
            {
                "severity": each.severity,
                "code": each.code,
                "summary": each.summary,
                "detail": each.detail,
                "file": each.place.file if each.place else None,
                "line": each.place.line if each.place else None,
                "column": each.place.column if each.place else None,
                "hint": each.hint,
            }
        )
        for each in diagnostics
    )


def _alike(diagnostics: Sequence[Diagnostic]) -> list[list[Diagnostic]]:
    """Findings that differ in the item alone, which stands before the colon, put together."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, each in enumerate(diagnostics):
        what = each.summary.partition(": ")[2]
        values = tuple(sorted(each.values.items()))
        same = (each.severity, each.code, each.place, what, each.detail, each.hint, values)
        groups.setdefault(same if each.place and what else number, []).append(each)
    return list(groups.values())


def _with_count(diagnostic: Diagnostic, others: int) -> Diagnostic:
    if not others:
        return diagnostic
    more = f"The same holds for {counted(others, 'more item')} of this line."
    return replace(diagnostic, detail=f"{diagnostic.detail}\n{more}".strip())


def _block(diagnostic: Diagnostic, width: int) -> Iterator[Line]:
    style = _STYLES[diagnostic.severity]
    room = width - 2

    def ruled(*parts: str | Span) -> Line:
        return line(Span("│ ", style), *parts)

    yield line(Span("╷", style))
    title, *more = wrapped(f"{diagnostic.severity.capitalize()}: {diagnostic.summary}", room)
    word, _, rest = title.partition(":")
    yield ruled(Span(f"{word}:", style), Span(rest, "strong"))
    for each in more:
        yield ruled(Span(each, "strong"))
    if diagnostic.place:
        yield ruled()
        for source in _source(diagnostic, diagnostic.place, room):
            yield ruled(*source)
    for text in (diagnostic.detail, diagnostic.hint):
        if text:
            yield ruled()
            for each in wrapped(text, room):
                yield ruled(each)
    yield line(Span("╵", style))


def _source(diagnostic: Diagnostic, place: Place, width: int) -> Iterator[Line]:
    yield line("  ", Span(f"on {safe(place.file)}, line {place.line}, column {place.column}", "quiet"))
    if diagnostic.snippet:
        number = str(place.line)
        before, rest = diagnostic.snippet[: place.column - 1], diagnostic.snippet[place.column - 1 :]
        start = safe(before.replace("\t", "    ").rstrip("\r\n"))
        if columns(start) > width - _BEFORE_CARET:
            start = f"…{start[-_BEFORE_CARET:]}"
        shown = cut(safe(rest.rstrip("\r\n")), width - columns(start) - len(number) - 5)
        yield line("  ", Span(f"{number} │ ", "quiet"), start, shown)
        yield line("  ", Span(f"{' ' * len(number)} │ ", "quiet"), " " * columns(start), Span("^", "alarm"))
    for name, value in diagnostic.values.items():
        yield line("    ", Span(cut(f"{safe(name)} is {safe(value)}", width - 4), "quiet"))


def _counts(diagnostics: Sequence[Diagnostic]) -> str:
    numbers = [(severity, sum(each.severity == severity for each in diagnostics)) for severity in _STYLES]
    return f"{', '.join(counted(number, name) for name, number in numbers if number)}."
