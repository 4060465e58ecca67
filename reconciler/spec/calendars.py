"""Dates: working days on named calendars, months, quarters. Nothing here knows what day it is today."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, Scalar, described
from reconciler.spec.problems import Findings, ValueProblem, did_you_mean

__all__ = ["WEEKDAYS", "WEEKENDS_ONLY", "Calendar", "add_days", "add_months", "read_calendars", "read_date"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST_DAYS = 40_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked: `weekend` counts from Monday, 0."""

    weekend: frozenset[int]
    holidays: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def shift(self, start: date, count: int) -> date:
        """Go `count` working days on from `start`, or back where it is negative.

        The day itself is not counted, whether it is worked or not. With 0 the day stays, or becomes the next working
        day where it is none.

        Raises:
            ValueProblem: the way is longer than a century.
        """
        if abs(count) > _MOST_DAYS:
            raise ValueProblem(f"{count} working days are more than a century", hint="check the number")
        step = timedelta(days=-1 if count < 0 else 1)
        day, left = start, abs(count)
        try:
            for _ in range(_MOST_DAYS * 2):
                if left == 0 and (count != 0 or self.is_workday(day)):
                    return day
                day += step
                left -= left > 0 and self.is_workday(day)
        except OverflowError as problem:
            raise _no_date(start, count, "days") from problem
        raise ValueProblem("this calendar has no working day for a century", hint="check its weekend and holidays")


WEEKENDS_ONLY: Final = Calendar(frozenset((5, 6)), frozenset())
"""What `workdays` counts by where no calendar is named."""


def read_date(text: str) -> date:
    """Read `2026-12-24`.

    Raises:
        ValueProblem: it is no date in that form.
    """
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as problem:
        raise ValueProblem(
            f"{text} is not a day of the calendar", code="bad_date", hint="check month and day"
        ) from problem
    raise ValueProblem(f"{text[:40]!r} is not a date", code="bad_date", hint="write year, month and day as 2026-12-24")


def add_days(start: date, count: int) -> date:
    """Go `count` days on, or back."""
    try:
        return start + timedelta(days=count)
    except OverflowError as problem:
        raise _no_date(start, count, "days") from problem


def add_months(start: date, count: int) -> date:
    """Go `count` months on, or back; the 31st becomes the last day of a shorter month."""
    index = start.year * 12 + start.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise _no_date(start, count, "months")
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _no_date(start: date, count: int, unit: str) -> ValueProblem:
    return ValueProblem(f"{count} {unit} from {start} is no date", code="bad_date", hint="check the number")


def read_calendars(entries: Mapping[str, Entry], findings: Findings) -> dict[str, Calendar]:
    """Read the `calendars` of the specs; a mistake is reported and its part left out."""
    calendars = {}
    for name, entry in entries.items():
        if not isinstance(entry.value, MapNode):
            findings.error(
                "wrong_type",
                entry.value,
                f"the calendar `{name}` is {described(entry.value)}; a map is needed",
                hint="write {weekend: [sat, sun], holidays: [2026-12-25]}",
            )
            continue
        for key, unknown in entry.value.entries.items():
            if key not in ("weekend", "holidays"):
                hint = did_you_mean(key, ("weekend", "holidays"))
                findings.error("unknown_key", unknown.key, f"a calendar has no `{key}`", hint=hint)
        weekend = _days(entry.value.get("weekend"), findings)
        holidays = entry.value.get("holidays")
        calendars[name] = Calendar(weekend, frozenset(_holidays(holidays, findings)) if holidays else frozenset())
    return calendars


def _days(node: Node | None, findings: Findings) -> frozenset[int]:
    if node is None:
        return WEEKENDS_ONLY.weekend
    days = set()
    for each in _elements(node, findings):
        if each.text in WEEKDAYS:
            days.add(WEEKDAYS.index(each.text))
        else:
            hint = did_you_mean(each.text.lower()[:3], WEEKDAYS)
            findings.error("wrong_value", each, f"`{each.text}` is not a day of the week", hint=hint)
    if len(days) == len(WEEKDAYS):
        findings.error("wrong_value", node, "the weekend is the whole week", hint="leave out the days that are worked")
    return frozenset(days)


def _holidays(node: Node, findings: Findings) -> list[date]:
    found = []
    for each in _elements(node, findings):
        try:
            found.append(read_date(each.text))
        except ValueProblem as problem:
            findings.add(problem.at(each).diagnostic)
    return found


def _elements(node: Node, findings: Findings) -> list[Scalar]:
    if isinstance(node, ListNode) and all(isinstance(each, Scalar) for each in node.elements):
        return [each for each in node.elements if isinstance(each, Scalar)]
    findings.error(
        "wrong_type", node, f"a list of days is needed, this is {described(node)}", hint="write [ ] around it"
    )
    return []
