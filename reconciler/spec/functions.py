"""The functions of expressions. Each is pure but `file` and `csv`, which read inside the workspace alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.spec import collection_functions as collections
from reconciler.spec import date_functions as dates
from reconciler.spec import text_functions as texts

__all__ = ["FUNCTIONS", "Function"]

_MANY = 100


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes, how it is written, and what it does."""

    usage: str
    does: str
    least: int
    most: int
    run: Callable[..., object]


FUNCTIONS: Final[Mapping[str, Function]] = {
    "days": Function("days(date, n)", "n days on", 2, 2, dates.days_on),
    "months": Function("months(date, n)", "n months on", 2, 2, dates.months_on),
    "workdays": Function("workdays(date, n, 'calendar')", "n working days on", 2, 3, dates.workdays),
    "days_between": Function("days_between(first, last)", "how many days apart", 2, 2, dates.days_between),
    "end_of_month": Function("end_of_month(date)", "the month's last day", 1, 1, dates.end_of_month),
    "quarter": Function("quarter(date)", "1 to 4", 1, 1, dates.quarter),
    "format_date": Function("format_date(date, '%d %B %Y')", "the date as text", 2, 2, dates.format_date),
    "money": Function("money(number, 'USD')", "USD 1,250,000", 2, 2, texts.money),
    "slug": Function("slug(text)", "lower case, digits and hyphens", 1, 1, texts.slug),
    "join": Function("join(list, ', ')", "the elements as one text", 2, 2, texts.join),
    "split": Function("split(text, ',')", "the parts as a list", 2, 2, texts.split),
    "upper": Function("upper(text)", "in capitals", 1, 1, texts.upper),
    "lower": Function("lower(text)", "in small letters", 1, 1, texts.lower),
    "replace": Function("replace(text, 'old', 'new')", "with every `old` made `new`", 3, 3, texts.replace),
    "get": Function("get(map, key, otherwise)", "the value, or `otherwise`", 2, 3, collections.get),
    "merge": Function("merge(map, map)", "one map; later keys win", 1, _MANY, collections.merge),
    "keys": Function("keys(map)", "the keys as a list", 1, 1, collections.keys),
    "values": Function("values(map)", "the values as a list", 1, 1, collections.values),
    "by": Function("by(list, 'key')", "a map of rows by one of their columns", 2, 2, collections.by),
    "range": Function("range(first, last)", "numbers, without the last", 1, 2, collections.numbers),
    "unique": Function("unique(list)", "each element once", 1, 1, collections.unique),
    "sorted": Function("sorted(list)", "in order", 1, 1, collections.in_order),
    "len": Function("len(x)", "how many", 1, 1, collections.length),
    "min": Function("min(a, b)", "the least; of a list too", 1, _MANY, collections.extreme(min, "min")),
    "max": Function("max(a, b)", "the greatest; of a list too", 1, _MANY, collections.extreme(max, "max")),
    "sum": Function("sum(list)", "all of it added", 1, 1, collections.total),
    "round": Function("round(number, digits)", "rounded, halves to the even neighbour", 1, 2, collections.rounded),
    "lookup": Function("lookup(map, key)", "the value; an error where there is none", 2, 2, collections.lookup),
    "file": Function("file('notes.md')", "the text of a file of the workspace", 1, 1, texts.read_file),
    "csv": Function("csv('deals.csv')", "its rows as maps, named by its first row", 1, 1, texts.read_csv),
}
