"""The functions about dates."""

from __future__ import annotations

import re
from datetime import date

from reconciler.spec.arguments import BadArgument, Surroundings, as_date, as_plain_text, as_whole, take
from reconciler.spec.calendars import add_days, add_months
from reconciler.spec.problems import ValueProblem

__all__ = ["days_between", "days_on", "end_of_month", "format_date", "months_on", "quarter", "workdays"]

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


def days_on(_: Surroundings, start: object, count: object) -> date:
    """The date `count` days on."""
    return add_days(take(0, as_date, start), take(1, as_whole, count))


def months_on(_: Surroundings, start: object, count: object) -> date:
    """The date `count` months on; the 31st becomes the last day of a shorter month."""
    return add_months(take(0, as_date, start), take(1, as_whole, count))


def workdays(here: Surroundings, start: object, count: object, name: object = "") -> date:
    """The date `count` working days on, by a named calendar or the usual weekend."""
    day, number = take(0, as_date, start), take(1, as_whole, count)
    calendar = take(2, lambda given: here.calendar(as_plain_text(given)), name)
    here.spend(min(abs(number), 100_000) // 16)
    shifted: date = calendar.shift(day, number)
    return shifted


def days_between(_: Surroundings, first: object, last: object) -> int:
    """How many days the last is after the first."""
    difference = take(1, as_date, last) - take(0, as_date, first)
    return int(difference.days)


def end_of_month(_: Surroundings, day: object) -> date:
    """The last day of the date's month."""
    start = take(0, as_date, day)
    return add_days(add_months(start.replace(day=1), 1), -1)


def quarter(_: Surroundings, day: object) -> int:
    """The date's quarter, 1 to 4."""
    return (int(take(0, as_date, day).month) + 2) // 3


def format_date(here: Surroundings, day: object, form: object) -> str:
    """The date as text, by `%` parts; names are English everywhere."""
    given, text = take(0, as_date, day), take(1, as_plain_text, form)
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
