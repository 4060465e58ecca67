"""What the operators of expressions make of two values. Pure; sizes are the caller's to bound."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from reconciler.spec.arguments import as_date, check_number
from reconciler.spec.configuration import Reference, Template
from reconciler.spec.problems import ValueProblem
from reconciler.spec.values import OMIT, Namespace, kind_of

__all__ = ["arithmetic", "compared", "truth"]

_SIGNS: Final[Mapping[type[ast.AST], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}


def truth(value: object) -> bool:
    """Whether a value counts as true, as in Python.

    Raises:
        ValueProblem: it is neither.
    """
    if isinstance(value, (Template, Namespace, Reference)) or value is OMIT:
        raise ValueProblem(
            f"{kind_of(value)} is neither true nor false", code="wrong_type", hint="compare it: `x == y`"
        )
    return bool(value)


def arithmetic(operator: ast.operator, left: object, right: object) -> int | float:
    """Reckon with two numbers.

    Raises:
        ValueProblem: they are none, or what comes out is no number that may be used.
    """
    numbers = [each for each in (left, right) if isinstance(each, (int, float)) and not isinstance(each, bool)]
    if len(numbers) < 2:
        raise _no_operation(_SIGNS[type(operator)], left, right)
    one, other = numbers
    try:
        match operator:
            case ast.Add():
                return check_number(one + other)
            case ast.Sub():
                return check_number(one - other)
            case ast.Mult():
                return check_number(one * other)
            case ast.Div():
                return check_number(one / other)
            case ast.FloorDiv():
                return check_number(one // other)
        return check_number(one % other)
    except ZeroDivisionError as problem:
        raise ValueProblem("a division by zero", hint="test it first: `a / b if b else 0`") from problem


def compared(operator: ast.cmpop, left: object, right: object) -> bool:
    """Compare two values; a text beside a date is read as one.

    Raises:
        ValueProblem: they can't be compared, or have no order.
    """
    for each in (left, right):
        if isinstance(each, (Template, Namespace, Reference)):
            raise _no_comparison(each)
    if (isinstance(left, date) and isinstance(right, str)) or (isinstance(left, str) and isinstance(right, date)):
        left, right = as_date(left), as_date(right)
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        return (left == right) is isinstance(operator, ast.Eq)
    return _ordered(operator, left, right)


def _ordered(operator: ast.cmpop, left: Any, right: Any) -> bool:
    kinds = {kind_of(left), kind_of(right)}
    if len(kinds) > 1 or not kinds <= {"a number", "a text", "a date"}:
        raise ValueProblem(
            f"{kind_of(left)} and {kind_of(right)} have no order", code="wrong_type", hint="compare like with like"
        )
    match operator:
        case ast.Lt():
            return bool(left < right)
        case ast.LtE():
            return bool(left <= right)
        case ast.Gt():
            return bool(left > right)
    return bool(left >= right)


def _no_comparison(value: Template | Namespace | Reference) -> ValueProblem:
    summary = f"{kind_of(value)} can't be compared"
    if isinstance(value, Template):
        return ValueProblem(summary, code="known_after_apply", hint="it may only be put into text")
    return ValueProblem(summary, code="wrong_type", hint="name a part of it: `items.deal.due`")


def _no_operation(sign: str, left: object, right: object) -> ValueProblem:
    summary = f"{kind_of(left)} {sign} {kind_of(right)} has no meaning"
    if isinstance(left, Template) or isinstance(right, Template):
        return ValueProblem(
            summary, code="known_after_apply", hint="what is known after apply may only be put into text"
        )
    if isinstance(left, date):
        hint = "`days(date, n)` and `workdays(date, n)` move a date, `days_between(a, b)` counts"
    elif isinstance(left, str) or isinstance(right, str):
        hint = "texts are put together in a text: '${a} ${b}'"
    else:
        hint = ""
    return ValueProblem(summary, code="wrong_type", hint=hint)
