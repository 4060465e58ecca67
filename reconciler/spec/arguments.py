"""What a function is given: its surroundings, and arguments that are held against what it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from reconciler.spec.calendars import Calendar, read_date
from reconciler.spec.problems import ValueProblem
from reconciler.spec.values import Namespace, kind_of, shown

__all__ = [
    "BadArgument",
    "Surroundings",
    "as_comparable",
    "as_date",
    "as_list",
    "as_map",
    "as_number",
    "as_plain_text",
    "as_whole",
    "check_number",
    "take",
]

_LARGEST = 10**18


class BadArgument(ValueProblem):
    """One argument, counted from 0, is not what the function takes."""

    def __init__(self, index: int, problem: ValueProblem) -> None:
        self.index = index
        super().__init__(problem.summary, code=problem.code, hint=problem.hint)


class Surroundings(Protocol):
    """What a function may use beside its arguments."""

    def spend(self, steps: int) -> None:
        """Pay for work; raises `ValueProblem` where the budget is used up."""
        ...

    def calendar(self, name: str) -> Calendar:
        """The calendar of this name; raises `ValueProblem` where there is none."""
        ...

    def file(self, path: str) -> str:
        """The text of a file of the workspace; raises `ValueProblem` where it can't be read."""
        ...


def check_number(value: float) -> int | float:
    """Keep numbers within what platforms can hold: whole ones below 10**18, and finite."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise ValueProblem("the result is not a finite number", hint="check what it is worked out from")
    if abs(value) > _LARGEST:
        raise ValueProblem("the number is too large", code="budget", hint="numbers go up to 10 to the 18th")
    return value


def as_number(value: object) -> int | float:
    """Take a number, and neither a flag nor a text that looks like one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = "remove the quotes where the number is written" if isinstance(value, str) else ""
        raise ValueProblem(
            f"a number is needed, this is {kind_of(value)}: {shown(value)}", code="wrong_type", hint=hint
        )
    return value


def as_date(value: object) -> date:
    """Take a date, or a text that is one."""
    if isinstance(value, str):
        return read_date(value)
    if isinstance(value, date):
        return value
    raise ValueProblem(
        f"a date is needed, this is {kind_of(value)}: {shown(value)}", code="wrong_type", hint="write '2026-12-24'"
    )


def as_whole(value: object) -> int:
    """Take a whole number, `2.0` too."""
    number = as_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise ValueProblem(f"a whole number is needed, this is {number}", code="wrong_type", hint="`round` makes one")
    return int(number)


def as_plain_text(value: object) -> str:
    """Take a text, and nothing that would have to become one."""
    if not isinstance(value, str):
        raise ValueProblem(f"a text is needed, this is {kind_of(value)}: {shown(value)}", code="wrong_type")
    return value


def as_list(value: object) -> tuple[object, ...]:
    """Take a list."""
    if not isinstance(value, tuple):
        hint = (
            "`keys(x)` or `values(x)` makes one" if isinstance(value, (Mapping, Namespace)) else "write [ ] around it"
        )
        raise ValueProblem(f"a list is needed, this is {kind_of(value)}", code="wrong_type", hint=hint)
    return value


def as_map(value: object) -> Mapping[str, object]:
    """Take a map."""
    if not isinstance(value, Mapping):
        raise ValueProblem(f"a map is needed, this is {kind_of(value)}", code="wrong_type")
    return value


def take(index: int, check: Callable[[Any], Any], value: object) -> Any:
    """Hold an argument, counted from 0, against `check`; what is wrong with it is told at its place."""
    try:
        return check(value)
    except ValueProblem as problem:
        raise BadArgument(index, problem) from problem


def as_comparable(elements: Sequence[object]) -> Sequence[Any]:
    """Take elements that have an order: all numbers, all texts or all dates."""
    kinds = sorted({kind_of(each) for each in elements})
    if len(kinds) > 1:
        raise ValueProblem(f"{kinds[0]} and {kinds[1]} have no order", code="wrong_type")
    if kinds and kinds[0] not in ("a number", "a text", "a date"):
        raise ValueProblem(f"{kinds[0]} has no order", code="wrong_type")
    return elements
