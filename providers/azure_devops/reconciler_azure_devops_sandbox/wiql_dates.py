"""Moments in WIQL: literals in the formats that the vendor's page shows, and macros that go by the clock (FACTS B5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from reconciler_azure_devops_sandbox.wiql_syntax import Macro, WiqlError

__all__ = ["CLOCKED", "literal_moment", "macro_moment"]

_AMERICAN = re.compile(
    r"(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>\d{4}|\d{2})"
    r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?"
)
_MODIFIER = re.compile(r"(?P<sign>[+-]?)(?P<number>\d+)(?P<unit>[yMwdhm]?)")
_UNITS: Mapping[str, str] = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_PERIODS: Mapping[str, str] = {"today": "d", "startofday": "d", "startofweek": "w", "startofmonth": "M",
                               "startofyear": "y"}  # fmt: skip

CLOCKED = frozenset(_PERIODS)
"""The macros that go by the clock."""


def literal_moment(text: str) -> datetime:
    """A literal, in UTC where it names no zone.

    Raises:
        WiqlError: it is no date.
    """
    bare = re.sub(r"\s*(?:GMT|Z)$", "", text.strip(), flags=re.IGNORECASE)
    try:
        if match := _AMERICAN.fullmatch(bare):
            parts = {name: int(value or 0) for name, value in match.groupdict().items()}
            year = parts["year"] + (2000 if parts["year"] < 100 else 0)
            return datetime(year, parts["month"], parts["day"], parts["hour"], parts["minute"], parts["second"], 0, UTC)
        moment = datetime.fromisoformat(bare)
    except ValueError:
        raise WiqlError("The value is not a valid date.", f"'{text}'") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def macro_moment(macro: Macro, now: datetime) -> datetime:
    """The moment that a macro of `CLOCKED` stands for.

    Raises:
        WiqlError: its argument is no modifier.
    """
    moment = _STARTS[macro.name](now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    natural = _PERIODS[macro.name]
    if macro.argument:
        match = _MODIFIER.fullmatch(macro.argument)
        if match is None:
            raise WiqlError("The macro's modifier is not valid.", f"'{macro.argument}'")
        moment = _moved(moment, int(f"{match['sign']}{match['number']}"), match["unit"] or natural)
    return _moved(moment, macro.offset, natural)


_STARTS: Mapping[str, Callable[[datetime], datetime]] = {
    "today": lambda day: day,
    "startofday": lambda day: day,
    "startofweek": lambda day: day - timedelta(days=(day.weekday() + 1) % 7),
    "startofmonth": lambda day: day.replace(day=1),
    "startofyear": lambda day: day.replace(month=1, day=1),
}


def _moved(moment: datetime, number: int, unit: str) -> datetime:
    if unit in _UNITS:
        return moment + timedelta(**{_UNITS[unit]: number})
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "y" else 1)
    return moment.replace(year=months // 12, month=months % 12 + 1, day=min(moment.day, 28))
