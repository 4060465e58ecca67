"""What is said to a person about a mistake: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reconciler.errors import ReconcilerError

__all__ = ["Diagnostic", "Place", "Severity", "diagnostics_of", "error", "has_errors", "note", "warning"]

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """A point in a spec file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `snippet` is the source line at `place` as it stands in the file; `values` are the values of the names that the
    line uses, as text. Equality and order ignore neither: two findings of one place are two findings.
    """

    severity: Severity
    code: str
    summary: str
    detail: str = ""
    place: Place | None = None
    hint: str = ""
    snippet: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.severity}: {self.summary}"


def error(
    code: str,
    summary: str,
    *,
    detail: str = "",
    place: Place | None = None,
    hint: str = "",
    snippet: str = "",
) -> Diagnostic:
    """Make a finding that stops the command."""
    return Diagnostic("error", code, summary, detail, place, hint, snippet)


def warning(
    code: str,
    summary: str,
    *,
    detail: str = "",
    place: Place | None = None,
    hint: str = "",
    snippet: str = "",
) -> Diagnostic:
    """Make a finding that a person should look at, and that stops nothing."""
    return Diagnostic("warning", code, summary, detail, place, hint, snippet)


def note(
    code: str,
    summary: str,
    *,
    detail: str = "",
    place: Place | None = None,
    hint: str = "",
    snippet: str = "",
) -> Diagnostic:
    """Make a finding for completeness."""
    return Diagnostic("note", code, summary, detail, place, hint, snippet)


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Whether any of these stops the command."""
    return any(each.severity == "error" for each in diagnostics)


def diagnostics_of(problem: ReconcilerError) -> tuple[Diagnostic, ...]:
    """Say an exception as diagnostics: those that it carries, or one made of its own words."""
    carried = tuple(each for each in getattr(problem, "diagnostics", ()) if isinstance(each, Diagnostic))
    if carried:
        return carried
    return (error(problem.code, problem.summary, detail=problem.detail, hint=problem.hint),)
