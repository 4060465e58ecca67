"""What is said to a person about a mistake: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
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


error = partial(Diagnostic, "error")
"""Make a finding that stops the command, of a code, a summary and what else there is to say."""

warning = partial(Diagnostic, "warning")
"""Make a finding that a person should look at, and that stops nothing."""

note = partial(Diagnostic, "note")
"""Make a finding for completeness."""


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Whether any of these stops the command."""
    return any(each.severity == "error" for each in diagnostics)


def diagnostics_of(problem: ReconcilerError) -> tuple[Diagnostic, ...]:
    """Say an exception as diagnostics: those that it carries, or one made of its own words.

    What it says to do about all of them together stands at the last, unless that has a hint of its own.
    """
    carried = tuple(each for each in getattr(problem, "diagnostics", ()) if isinstance(each, Diagnostic))
    if carried:
        last = carried[-1]
        return (*carried[:-1], replace(last, hint=last.hint or problem.hint))
    return (error(problem.code, problem.summary, detail=problem.detail, hint=problem.hint),)
