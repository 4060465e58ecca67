"""What a WIQL clause asks of a work item: each comparison by the type of its field (FACTS B5)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reconciler_azure_devops_sandbox.definitions import Field
from reconciler_azure_devops_sandbox.fields import field_named
from reconciler_azure_devops_sandbox.identities import find_person, signature
from reconciler_azure_devops_sandbox.organisation import PEOPLE, PROJECTS
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.store import Item, Version
from reconciler_azure_devops_sandbox.wiql_dates import CLOCKED, literal_moment, macro_moment
from reconciler_azure_devops_sandbox.wiql_macros import LISTS, TEAM_AREAS, Macros
from reconciler_azure_devops_sandbox.wiql_syntax import (
    And,
    Clause,
    Comparison,
    Macro,
    Not,
    Operand,
    Or,
    WiqlError,
)
from reconciler_azure_devops_sandbox.wiql_syntax import Field as Named

__all__ = ["Context", "Judge", "Test", "known_field"]

Test: TypeAlias = Callable[[Item, Version], bool]
"""Whether an item fits, as it was in this version."""

_Fits: TypeAlias = Callable[[Any], bool]
"""Whether a field's value fits."""

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_LONG = frozenset({"plainText", "html", "history"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Context:
    """What a query's words depend on.

    Attributes:
        macros: what those that don't go by the clock stand for.
        precise: whether moments count, or days alone.
        whole_tags: whether CONTAINS finds whole tags, or parts of them (FACTS B5 leaves it open).
        paths: all area and iteration paths, in lower case.
    """

    macros: Macros
    now: datetime
    precise: bool
    whole_tags: bool
    paths: frozenset[str]


def known_field(name: str) -> Field:
    """The field of a reference name or a display name.

    Raises:
        WiqlError: there is none.
    """
    field = field_named(name)
    if field is None:
        raise WiqlError("TF51005: The query references a field that does not exist.", f"[{name}]")
    return field


class Judge:
    """Turns clauses into tests."""

    def __init__(self, reader: FieldReader, context: Context) -> None:
        self._reader = reader
        self._context = context

    def test(self, clause: Clause) -> Test:
        """The test of a clause.

        Raises:
            WiqlError: it names a field, a value or a macro that does not exist, or compares in a way that can't be.
        """
        match clause:
            case And(clauses):
                tests = [self.test(each) for each in clauses]
                return lambda item, version: all(each(item, version) for each in tests)
            case Or(clauses):
                tests = [self.test(each) for each in clauses]
                return lambda item, version: any(each(item, version) for each in tests)
            case Not(inner):
                test = self.test(inner)
                return lambda item, version: not test(item, version)
            case Comparison():
                return self._comparison(clause)

    def _comparison(self, asked: Comparison) -> Test:
        field, value = known_field(asked.field.name), self._reader.value
        if asked.values and isinstance(asked.values[0], Named):
            other = known_field(asked.values[0].name)
            compare = _SIGNS.get(asked.operator)
            if compare is None:
                raise _unsupported(asked, field)
            return lambda item, version: _against(
                compare, value(item, version, field.reference), value(item, version, other.reference)
            )
        fits = self._fits(field, asked)
        if asked.ever or field.type == "history":
            return lambda item, _version: any(fits(value(item, each, field.reference)) for each in item.versions)
        return lambda item, version: fits(value(item, version, field.reference))

    def _fits(self, field: Field, asked: Comparison) -> _Fits:
        match field.reference, asked.operator, asked.values:
            case "System.Id", "in", (Macro(name) as macro,) if name in LISTS:
                listed = self._context.macros.items(macro)
                return lambda found: found in listed
            case "System.AreaPath", "=", (Macro(name) as macro,) if name == TEAM_AREAS:
                return _below(self._context.macros.area(macro))
        match asked.operator:
            case "is empty":
                return lambda found: found is None or found == ""
            case "in":
                tests = [self._compared(field, asked, "=", each) for each in asked.values]
                return lambda found: any(each(found) for each in tests)
            case "in group":
                return self._in_group(field, asked)
            case "under":
                return self._under(field, asked)
            case "contains" | "contains words":
                return self._contains(field, asked)
        return self._compared(field, asked, asked.operator, asked.values[0])

    def _compared(self, field: Field, asked: Comparison, sign: str, operand: Operand) -> _Fits:
        if field.type in _LONG or (field.type == "boolean" and sign not in ("=", "<>")):
            raise _unsupported(asked, field)
        if operand == "":
            return lambda found: (found in (None, "")) is (sign == "=")
        if field.type == "dateTime":
            return self._dated(field, sign, operand)
        wanted = self._value(field, operand)
        compare = _SIGNS[sign]
        if field.identity:
            return lambda found: compare(_folded(found), _folded(wanted))
        if field.type in ("integer", "double"):
            number = _number(wanted)
            return lambda found: found is not None and compare(found, number) if sign != "<>" else found != number
        if field.type == "boolean":
            return lambda found: compare(bool(found), str(wanted).casefold() in ("true", "1"))
        return lambda found: compare(_folded(found), _folded(wanted))

    def _dated(self, field: Field, sign: str, operand: Operand) -> _Fits:
        wanted = self._moment(field, operand)
        if self._context.precise:
            return lambda found: _against(_SIGNS[sign], _moment_of(found), wanted)
        if wanted.replace(hour=0, minute=0, second=0, microsecond=0) != wanted:
            raise WiqlError(
                "You cannot supply a time with the date when running a query using date precision.",
                f"[{field.reference}] {sign} '{operand}'",
            )

        def fits(found: Any) -> bool:
            at = _moment_of(found)
            if at is None:
                return sign == "<>"
            on_the_day = wanted <= at < wanted + _DAY
            return {
                "=": on_the_day,
                "<>": not on_the_day,
                "<": at < wanted,
                "<=": at < wanted + _DAY,
                ">": at >= wanted + _DAY,
                ">=": at >= wanted,
            }[sign]

        return fits

    def _moment(self, field: Field, operand: Operand) -> datetime:
        if isinstance(operand, Macro) and operand.name in CLOCKED:
            return macro_moment(operand, self._context.now)
        if not isinstance(operand, str):
            raise WiqlError(f"The value is not valid for the field {field.name}.", str(operand))
        return literal_moment(operand)

    def _value(self, field: Field, operand: Operand) -> Any:
        if isinstance(operand, Macro):
            return self._context.macros.text(operand, field)
        if field.identity:
            person = find_person(operand)
            return person.id if person else operand
        if field.type == "treePath" and str(operand).casefold() not in self._context.paths:
            kind = "area" if "Area" in field.reference else "iteration"
            raise WiqlError(f"TF51011: The specified {kind} path does not exist.", f"'{operand}'")
        return operand

    def _under(self, field: Field, asked: Comparison) -> _Fits:
        if field.type != "treePath":
            raise _unsupported(asked, field)
        return _below(str(self._value(field, asked.values[0])))

    def _contains(self, field: Field, asked: Comparison) -> _Fits:
        if field.type not in (*_LONG, "string"):
            raise _unsupported(asked, field)
        wanted = str(self._value(field, asked.values[0])).casefold()
        if field.reference == "System.Tags":
            return lambda found: any(
                wanted == each.casefold() if self._context.whole_tags else wanted in each.casefold()
                for each in found or ()
            )
        if field.identity:
            return lambda found: found is not None and wanted in signature(found).casefold()
        if asked.operator == "contains":
            return lambda found: wanted in _folded(found)
        words = [re.compile(r"\b" + re.escape(each).replace(r"\*", r"\w*") + r"\b") for each in wanted.split()]
        return lambda found: all(each.search(_folded(found)) for each in words)

    def _in_group(self, field: Field, asked: Comparison) -> _Fits:
        """A category of types, or the members of a team."""
        group = str(asked.values[0]).casefold()
        if field.reference == "System.WorkItemType":
            levels = [each for project in PROJECTS for each in project.process.levels]
            types = {name.casefold() for each in levels if each.category.casefold() == group for name in each.types}
            return lambda found: _folded(found) in types
        if not field.identity:
            raise _unsupported(asked, field)
        teams = {f"[{each.name}]\\{each.team}".casefold() for each in PROJECTS}
        members = {each.id for each in PEOPLE if each.active} if group in teams else set()
        return lambda found: found in members


def _below(path: str) -> _Fits:
    root = path.casefold()
    return lambda found: _folded(found) == root or _folded(found).startswith(root + "\\")


def _folded(value: Any) -> str:
    return "" if value is None else str(value).casefold()


def _number(value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise WiqlError("The value is not a valid number.", f"'{value}'") from None


def _moment_of(value: Any) -> datetime | None:
    return literal_moment(value) if value else None


def _against(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    """Compare two values of which either may be empty: emptiness is equal to itself, and neither less nor more."""
    if left is None or right is None:
        return compare(left, right) if compare in (operator.eq, operator.ne) else False
    return compare(left, right)


def _unsupported(asked: Comparison, field: Field) -> WiqlError:
    return WiqlError(
        f"The operator '{asked.operator}' can't be used with the field {field.name}.", f"[{asked.field.name}]"
    )
