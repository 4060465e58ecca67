"""The functions of expressions. Each is pure but `file` and `csv`, which read inside the workspace alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from reconciler.spec.calendars import Calendar, add_days, add_months, read_date
from reconciler.spec.configuration import Template
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import Namespace, as_text, deep_size, kind_of, shown

__all__ = ["FUNCTIONS", "BadArgument", "Function", "Surroundings", "as_date", "as_number", "check_number"]

_MANY = 100
_LARGEST = 10**18
_MOST_UNIQUE = 100_000
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


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


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes, how it is written, and what it does."""

    usage: str
    does: str
    least: int
    most: int
    run: Callable[..., object]


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


def _whole(value: object) -> int:
    number = as_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise ValueProblem(f"a whole number is needed, this is {number}", code="wrong_type", hint="`round` makes one")
    return int(number)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueProblem(f"a text is needed, this is {kind_of(value)}: {shown(value)}", code="wrong_type")
    return value


def _list(value: object) -> tuple[object, ...]:
    if not isinstance(value, tuple):
        hint = (
            "`keys(x)` or `values(x)` makes one" if isinstance(value, (Mapping, Namespace)) else "write [ ] around it"
        )
        raise ValueProblem(f"a list is needed, this is {kind_of(value)}", code="wrong_type", hint=hint)
    return value


def _map(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueProblem(f"a map is needed, this is {kind_of(value)}", code="wrong_type")
    return value


def _take(index: int, check: Callable[[Any], Any], value: object) -> Any:
    try:
        return check(value)
    except ValueProblem as problem:
        raise BadArgument(index, problem) from problem


def _days_on(_: Surroundings, start: object, count: object) -> date:
    return add_days(_take(0, as_date, start), _take(1, _whole, count))


def _months_on(_: Surroundings, start: object, count: object) -> date:
    return add_months(_take(0, as_date, start), _take(1, _whole, count))


def _workdays(here: Surroundings, start: object, count: object, name: object = "") -> date:
    day, number = _take(0, as_date, start), _take(1, _whole, count)
    calendar = _take(2, lambda given: here.calendar(_text(given)), name)
    here.spend(min(abs(number), 100_000) // 16)
    shifted: date = calendar.shift(day, number)
    return shifted


def _days_between(_: Surroundings, first: object, last: object) -> int:
    difference = _take(1, as_date, last) - _take(0, as_date, first)
    return int(difference.days)


def _end_of_month(_: Surroundings, day: object) -> date:
    start = _take(0, as_date, day)
    return add_days(add_months(start.replace(day=1), 1), -1)


def _quarter(_: Surroundings, day: object) -> int:
    return (int(_take(0, as_date, day).month) + 2) // 3


def _format_date(here: Surroundings, day: object, form: object) -> str:
    given, text = _take(0, as_date, day), _take(1, _text, form)
    here.spend(len(text))
    month, weekday = _MONTHS[given.month - 1], _DAYS[given.weekday()]
    parts = {
        "Y": f"{given.year:04}",
        "y": f"{given.year % 100:02}",
        "m": f"{given.month:02}",
        "d": f"{given.day:02}",
        "j": f"{given.timetuple().tm_yday:03}",
        "B": month,
        "b": month[:3],
        "A": weekday,
        "a": weekday[:3],
        "V": f"{given.isocalendar().week:02}",
        "%": "%",
    }
    unknown = [each for each in re.findall(r"%(.?)", text, re.DOTALL) if each not in parts]
    if unknown:
        hint = "there are %Y %y %m %d %j %B %b %A %a %V, and %% for the character"
        raise BadArgument(1, ValueProblem(f"dates have no part `%{unknown[0]}`", hint=hint))
    return re.sub(r"%(.)", lambda match: parts[match[1]], text, flags=re.DOTALL)


def _money(_: Surroundings, amount: object, currency: object) -> str:
    number, code = _take(0, as_number, amount), _take(1, _text, currency)
    if not re.fullmatch("[A-Z]{3}", code):
        raise BadArgument(1, ValueProblem(f"{shown(code)} is not a currency's code", hint="write 'USD', 'EUR', 'GBP'"))
    return f"{code} {number:,.0f}" if float(number).is_integer() else f"{code} {number:,.2f}"


def _slug(here: Surroundings, text: object) -> str:
    given = _take(0, _text, text)
    here.spend(len(given))
    ascii_text = unicodedata.normalize("NFKD", given).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")
    if not made:
        raise BadArgument(
            0, ValueProblem(f"nothing of {shown(given)} can stand in a slug", hint="use letters a to z or digits")
        )
    return made


def _join(here: Surroundings, elements: object, separator: object) -> object:
    if isinstance(elements, str) and isinstance(separator, tuple):
        raise BadArgument(0, ValueProblem("the list comes first", hint="write join(list, ', ')"))
    texts = [_take(0, as_text, each) for each in _take(0, _list, elements)]
    between = _take(1, _text, separator)
    if any(isinstance(each, Template) for each in texts):
        raise BadArgument(
            0,
            ValueProblem(
                "it holds a text that is known after apply", code="known_after_apply", hint="put it into a text"
            ),
        )
    here.spend((sum(map(len, texts)) + len(between) * len(texts)) // 16)
    return between.join(texts)


def _split(here: Surroundings, text: object, separator: object) -> tuple[str, ...]:
    given, between = _take(0, _text, text), _take(1, _text, separator)
    if not between:
        raise BadArgument(1, ValueProblem("an empty separator", hint="write ',' for one"))
    here.spend(len(given))
    return tuple(given.split(between))


def _upper(here: Surroundings, text: object) -> str:
    given = _take(0, _text, text)
    here.spend(len(given) // 16)
    return str(given.upper())


def _lower(here: Surroundings, text: object) -> str:
    given = _take(0, _text, text)
    here.spend(len(given) // 16)
    return str(given.lower())


def _replace(here: Surroundings, text: object, old: object, new: object) -> str:
    given, before, after = _take(0, _text, text), _take(1, _text, old), _take(2, _text, new)
    if not before:
        raise BadArgument(1, ValueProblem("an empty text can't be replaced", hint="name what should be replaced"))
    here.spend((len(given) + given.count(before) * len(after)) // 16)
    return str(given.replace(before, after))


def _get(_: Surroundings, place: object, key: object, otherwise: object = None) -> object:
    if isinstance(place, Namespace):
        name = _take(1, _text, key)
        return place.read(name) if name in place.names else otherwise
    if isinstance(place, tuple):
        index = _take(1, _whole, key)
        return place[index] if -len(place) <= index < len(place) else otherwise
    return _take(0, _map, place).get(_take(1, _text, key), otherwise)


def _lookup(_: Surroundings, place: object, key: object) -> object:
    table, name = _take(0, _map, place), _take(1, _text, key)
    if name not in table:
        raise BadArgument(
            1, ValueProblem(f"the map has no {shown(name)}", code="unknown_name", hint=did_you_mean(name, table))
        )
    return table[name]


def _merge(here: Surroundings, *maps: object) -> dict[str, object]:
    merged: dict[str, object] = {}
    for index, each in enumerate(maps):
        taken = _take(index, _map, each)
        here.spend(len(taken))
        merged.update(taken)
    return merged


def _keys(here: Surroundings, place: object) -> tuple[str, ...]:
    names = place.names if isinstance(place, Namespace) else _take(0, _map, place)
    here.spend(len(names))
    return tuple(names)


def _values(here: Surroundings, place: object) -> tuple[object, ...]:
    table = _take(0, _map, place)
    here.spend(len(table))
    return tuple(table.values())


def _by(here: Surroundings, rows: object, key: object) -> dict[str, object]:
    made: dict[str, object] = {}
    name = _take(1, _text, key)
    for row in _take(0, _list, rows):
        here.spend(1)
        value = _take(0, _map, row).get(name)
        if value is None:
            raise BadArgument(
                1, ValueProblem(f"a row has no `{name}`: {shown(row)}", hint=did_you_mean(name, tuple(row)))
            )
        text = _take(0, as_text, value)
        if text in made:
            raise BadArgument(
                0, ValueProblem(f"two rows have {shown(value)} as their `{name}`", hint="keys are unique")
            )
        made[text] = row
    return made


def _range(here: Surroundings, first: object, last: object = None) -> tuple[int, ...]:
    start, end = (0, _take(0, _whole, first)) if last is None else (_take(0, _whole, first), _take(1, _whole, last))
    here.spend(max(end - start, 0))
    return tuple(range(start, end))


def _unique(here: Surroundings, elements: object) -> tuple[object, ...]:
    found: dict[str, object] = {}
    for each in _take(0, _list, elements):
        here.spend(deep_size(each, _MOST_UNIQUE))
        found.setdefault(f"{kind_of(each)} {each!r}", each)
    return tuple(found.values())


def _comparable(elements: Sequence[object]) -> Sequence[Any]:
    kinds = sorted({kind_of(each) for each in elements})
    if len(kinds) > 1:
        raise ValueProblem(f"{kinds[0]} and {kinds[1]} have no order", code="wrong_type")
    if kinds and kinds[0] not in ("a number", "a text", "a date"):
        raise ValueProblem(f"{kinds[0]} has no order", code="wrong_type")
    return elements


def _sorted(here: Surroundings, elements: object) -> tuple[object, ...]:
    given = _take(0, lambda value: _comparable(_list(value)), elements)
    here.spend(len(given) * 4)
    return tuple(sorted(given))


def _len(_: Surroundings, place: object) -> int:
    if isinstance(place, Namespace):
        return len(place.names)
    if isinstance(place, (str, tuple, Mapping)):
        return len(place)
    raise BadArgument(0, ValueProblem(f"{kind_of(place)} has no length", code="wrong_type"))


def _extreme(choose: Callable[[Any], Any], name: str) -> Callable[..., object]:
    def run(here: Surroundings, *given: object) -> object:
        elements = (
            _take(0, lambda value: _comparable(_list(value)), given[0]) if len(given) == 1 else _comparable(given)
        )
        if not elements:
            raise BadArgument(0, ValueProblem(f"`{name}` of an empty list", hint="write a default: `x if list else 0`"))
        here.spend(len(elements))
        return choose(elements)

    return run


def _sum(here: Surroundings, elements: object) -> int | float:
    numbers = [_take(0, as_number, each) for each in _take(0, _list, elements)]
    here.spend(len(numbers))
    return check_number(sum(numbers))


def _round(_: Surroundings, value: object, digits: object = None) -> int | float:
    number: int | float = _take(0, as_number, value)
    if digits is None:
        return round(number)
    places = _take(1, _whole, digits)
    if not -18 <= places <= 18:
        raise BadArgument(1, ValueProblem("digits go from -18 to 18", hint="2 rounds to cents"))
    return check_number(round(number, places))


def _file(here: Surroundings, path: object) -> str:
    text: str = _take(0, lambda given: here.file(_text(given)), path)
    here.spend(len(text) // 16)
    return text


def _csv(here: Surroundings, path: object) -> tuple[dict[str, object], ...]:
    import csv

    text = _file(here, path)
    here.spend(len(text) // 64)
    rows = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        made = tuple(dict(row) for row in rows)
    except csv.Error as problem:
        raise BadArgument(0, ValueProblem(f"line {rows.line_num} of {path} is not CSV: {problem}")) from problem
    for number, row in enumerate(made, 2):
        if None in row or None in row.values():
            raise BadArgument(
                0, ValueProblem(f"row {number} of {path} has not as many values as the first row has names")
            )
    return made


FUNCTIONS: Final[Mapping[str, Function]] = {
    "days": Function("days(date, n)", "n days on", 2, 2, _days_on),
    "months": Function("months(date, n)", "n months on", 2, 2, _months_on),
    "workdays": Function("workdays(date, n, 'calendar')", "n working days on", 2, 3, _workdays),
    "days_between": Function("days_between(first, last)", "how many days apart", 2, 2, _days_between),
    "end_of_month": Function("end_of_month(date)", "the month's last day", 1, 1, _end_of_month),
    "quarter": Function("quarter(date)", "1 to 4", 1, 1, _quarter),
    "format_date": Function("format_date(date, '%d %B %Y')", "the date as text", 2, 2, _format_date),
    "money": Function("money(number, 'USD')", "USD 1,250,000", 2, 2, _money),
    "slug": Function("slug(text)", "lower case, digits and hyphens", 1, 1, _slug),
    "join": Function("join(list, ', ')", "the elements as one text", 2, 2, _join),
    "split": Function("split(text, ',')", "the parts as a list", 2, 2, _split),
    "upper": Function("upper(text)", "in capitals", 1, 1, _upper),
    "lower": Function("lower(text)", "in small letters", 1, 1, _lower),
    "replace": Function("replace(text, 'old', 'new')", "with every `old` made `new`", 3, 3, _replace),
    "get": Function("get(map, key, otherwise)", "the value, or `otherwise`", 2, 3, _get),
    "merge": Function("merge(map, map)", "one map; later keys win", 1, _MANY, _merge),
    "keys": Function("keys(map)", "the keys as a list", 1, 1, _keys),
    "values": Function("values(map)", "the values as a list", 1, 1, _values),
    "by": Function("by(list, 'key')", "a map of rows by one of their columns", 2, 2, _by),
    "range": Function("range(first, last)", "numbers, without the last", 1, 2, _range),
    "unique": Function("unique(list)", "each element once", 1, 1, _unique),
    "sorted": Function("sorted(list)", "in order", 1, 1, _sorted),
    "len": Function("len(x)", "how many", 1, 1, _len),
    "min": Function("min(a, b)", "the least; of a list too", 1, _MANY, _extreme(min, "min")),
    "max": Function("max(a, b)", "the greatest; of a list too", 1, _MANY, _extreme(max, "max")),
    "sum": Function("sum(list)", "all of it added", 1, 1, _sum),
    "round": Function("round(number, digits)", "rounded, halves to the even neighbour", 1, 2, _round),
    "lookup": Function("lookup(map, key)", "the value; an error where there is none", 2, 2, _lookup),
    "file": Function("file('notes.md')", "the text of a file of the workspace", 1, 1, _file),
    "csv": Function("csv('deals.csv')", "its rows as maps, named by its first row", 1, 1, _csv),
}
