"""Texts with expressions in them: `Investment: ${var.company}`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from reconciler.spec.configuration import Template
from reconciler.spec.expressions import Expression
from reconciler.spec.expressions import parse as parse_expression
from reconciler.spec.problems import ValueProblem
from reconciler.spec.tokens import closing_brace
from reconciler.spec.values import as_text, joined

__all__ = ["Embedded", "has_expressions", "parse", "render"]


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """An expression in a text, and where in the text it begins (after the `${`)."""

    expression: Expression
    offset: int


def has_expressions(text: str) -> bool:
    """Whether the text is anything but itself: it holds `${`, be it escaped."""
    return "${" in text


@lru_cache(maxsize=8192)
def parse(text: str) -> tuple[str | Embedded, ...]:
    """Split a text into what stands and what is worked out; `$${` is a literal `${`.

    Raises:
        ValueProblem: an expression is not in the language; its offset counts from the start of the whole text.
    """
    parts: list[str | Embedded] = []
    literal: list[str] = []
    at = 0
    while True:
        begins = text.find("${", at)
        if begins < 0:
            literal.append(text[at:])
            break
        if text[begins - 1 : begins] == "$" and begins > at:
            literal.append(text[at : begins - 1] + "${")
            at = begins + 2
            continue
        literal.append(text[at:begins])
        ends = closing_brace(text, begins + 2)
        if before := "".join(literal):
            parts.append(before)
        literal.clear()
        parts.append(_embedded(text, begins + 2, ends))
        at = ends + 1
    if rest := "".join(literal):
        parts.append(rest)
    return tuple(parts)


def _embedded(text: str, start: int, end: int) -> Embedded:
    try:
        return Embedded(parse_expression(text[start:end]), start)
    except ValueProblem as problem:
        problem.offset = start + (problem.offset or 0)
        raise


def render(parts: tuple[str | Embedded, ...], evaluate: Callable[[Expression], object]) -> object:
    """Work a text out. One whole expression keeps its type; values are never scanned for `${` again.

    Raises:
        ValueProblem: an expression failed, or its value can't be put into a text.
    """
    if len(parts) == 1 and isinstance(parts[0], Embedded):
        return _evaluated(parts[0], evaluate)
    pieces: list[str | Template] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        value = _evaluated(part, evaluate)
        try:
            pieces.append(as_text(value))
        except ValueProblem as problem:
            problem.offset = part.offset
            raise
    return joined(pieces)


def _evaluated(part: Embedded, evaluate: Callable[[Expression], object]) -> object:
    try:
        return evaluate(part.expression)
    except ValueProblem as problem:
        problem.offset = part.offset + (problem.offset or 0)
        raise
