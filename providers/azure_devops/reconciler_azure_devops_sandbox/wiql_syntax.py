"""WIQL queries as values, which know neither fields nor items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "And",
    "Clause",
    "Comparison",
    "Field",
    "Macro",
    "MacroError",
    "Mode",
    "Not",
    "Operand",
    "Operator",
    "Or",
    "Query",
    "Side",
    "WiqlError",
]

Side: TypeAlias = Literal["", "source", "target"]
"""Whose field it is, in a query for links."""

Mode: TypeAlias = Literal["mustcontain", "maycontain", "doesnotcontain", "recursive"]

Operator: TypeAlias = Literal[
    "=", "<>", "<", ">", "<=", ">=", "in", "contains", "contains words", "under", "in group", "is empty",
]  # fmt: skip


class WiqlError(Exception):
    """The text is no query: a message in the server's words, with the text that causes it."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(f"{message} The error is caused by «{cause}».")


class MacroError(Exception):
    """A macro stands for nothing in this call: a message in the server's words."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field by reference name or friendly name, without its brackets."""

    name: str
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Macro:
    """`@today - 7` and the like.

    Attributes:
        name: in lower case, without `@`.
        argument: what stands in its parentheses, without quotes: `+3M`.
        offset: what is added to it; days, or the macro's own period.
    """

    name: str
    argument: str = ""
    offset: int = 0


Operand: TypeAlias = str | int | float | bool | Macro | Field


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition; `ever` asks all past values too."""

    field: Field
    operator: Operator
    values: tuple[Operand, ...] = ()
    ever: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class And:
    """Clauses that all hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Clauses of which one holds."""

    clauses: tuple[Clause, ...]


Clause: TypeAlias = Comparison | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query.

    Attributes:
        order: fields, each with whether it descends.
        as_of: the moment in the past, as written.
        mode: of a query for links.
    """

    links: bool
    columns: tuple[Field, ...]
    where: Clause | None
    order: tuple[tuple[Field, bool], ...]
    as_of: Operand | None
    mode: Mode
