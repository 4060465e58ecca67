"""Styled lines: what every report is made of before it becomes a terminal's text or a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from reconciler.report.text import columns

__all__ = ["BLANK", "Line", "Span", "Style", "line", "line_width", "to_text"]

Style: TypeAlias = Literal["plain", "strong", "quiet", "added", "changed", "removed", "kept", "alarm"]

_CODES: Final[dict[Style, str]] = {
    "strong": "1",
    "quiet": "2",
    "added": "32",
    "changed": "33",
    "removed": "31",
    "kept": "36",
    "alarm": "1;31",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one style."""

    text: str
    style: Style = "plain"


Line: TypeAlias = tuple[Span, ...]

BLANK: Final[Line] = ()


def line(*parts: str | Span) -> Line:
    """Make a line of texts and styled pieces."""
    return tuple(Span(each) if isinstance(each, str) else each for each in parts if each)


def line_width(parts: Line) -> int:
    """How many columns a line takes."""
    return sum(columns(each.text) for each in parts)


def to_text(lines: Iterable[Line], *, color: bool) -> str:
    """The lines as text, each ended; without colour the same characters without a terminal's codes."""
    return "".join("".join(_piece(each, color=color) for each in parts).rstrip() + "\n" for parts in lines)


def _piece(span: Span, *, color: bool) -> str:
    code = _CODES.get(span.style) if color else None
    return f"\x1b[{code}m{span.text}\x1b[0m" if code and span.text.strip() else span.text
