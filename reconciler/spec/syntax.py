"""What a YAML parser's complaint means to somebody who knows YAML from copying it."""

from __future__ import annotations

import re
from typing import Any

from reconciler.diagnostics import Diagnostic, Place
from reconciler.spec.nodes import Source

__all__ = ["explain"]

_UNQUOTED = re.compile(r"""(?<!["'$])\$\{""")

_AT_THE_START = ("flow ", "found unexpected end of stream", "could not find expected ':'")
"""Complaints whose cause is where the thing began, not where the parser gave up."""

_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon with a space after it makes a map here, which can't stand in this place",
        "put the whole text in quotes if the colon belongs to it; else look at the indentation",
    ),
    ("cannot start any token", "a text can't begin with this character", "put the text in quotes"),
    (
        "unknown escape",
        "a backslash in double quotes begins an escape, and this is none",
        "double it, or use single quotes",
    ),
    ("quoted scalar", "a quote is opened and never closed", 'close it; inside double quotes write \\" for a quote'),
    ("an alias", "a * begins an alias here", "put the text in quotes"),
    ("flow sequence", "a list in [ ] is not closed, or a comma is missing", "close it, or quote the texts in it"),
    ("flow mapping", "a map in { } is not closed, or a comma is missing", "close it, or quote the texts in it"),
    ("expected <block end>", "the indentation doesn't fit the lines above", "align it with the lines it belongs to"),
    ("expected key", "the indentation doesn't fit the lines above", "align it with the lines it belongs to"),
    ("could not find expected ':'", "a key without its colon", "write `key: value`"),
    ("block scalar", "the block of text after | or > is not indented as its first line", "indent all of it alike"),
    ("control characters", "a control character stands in the file", "remove it"),
    ("special characters", "a control character stands in the file", "remove it"),
)


def explain(problem: Any, source: Source) -> Diagnostic:
    """Say a `yaml.YAMLError` as a diagnostic: where, what it means, and what to do."""
    mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
    said = " ".join(filter(None, (getattr(problem, "context", None), getattr(problem, "problem", None))))
    said = said or getattr(problem, "reason", None) or str(problem)
    line, column = (mark.line + 1, mark.column + 1) if mark else _position(problem, source)
    if line > len(source.lines):
        line, column = len(source.lines), len(source.lines[-1]) + 1
    expression = _expression_near(problem, line, source)
    if expression is not None:
        line, column = expression
        summary, hint = "an expression in [ ] or { } needs quotes", 'write "${...}"'
    else:
        summary, hint = _meaning(said)
        context = getattr(problem, "context_mark", None)
        if context is not None and any(words in said for words in _AT_THE_START):
            line, column = min(context.line + 1, len(source.lines)), context.column + 1
        if source.line(line)[column - 1 : column] == "\t":
            summary, hint = "a tab stands where spaces belong", "indent with spaces"
    place = Place(source.name, line, column)
    return Diagnostic("error", "syntax", summary, f"YAML's words: {said}.", place, hint, source.line(line))


def _meaning(said: str) -> tuple[str, str]:
    return next(
        ((summary, hint) for words, summary, hint in _MEANINGS if words in said),
        ("this is not YAML", "compare it with the lines around it"),
    )


def _expression_near(problem: Any, line: int, source: Source) -> tuple[int, int] | None:
    """An unquoted `${` in a flow collection, on the line of the problem or where the collection begins."""
    if "flow" not in (getattr(problem, "context", None) or ""):
        return None
    first = problem.context_mark.line + 1 if problem.context_mark else line
    for number in range(line, first - 1, -1):
        for match in _UNQUOTED.finditer(source.line(number)):
            before = source.line(number)[: match.start()]
            if before.count('"') % 2 == 0 and before.count("'") % 2 == 0:
                return number, match.start() + 1
    return None


def _position(problem: Any, source: Source) -> tuple[int, int]:
    """Of a character that no YAML may hold: the reader counts characters from the start of the text."""
    left = getattr(problem, "position", 0)
    for number, line in enumerate(source.lines, 1):
        if left <= len(line):
            return number, left + 1
        left -= len(line) + 1
    return len(source.lines), 1
