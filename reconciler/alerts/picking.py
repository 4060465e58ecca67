"""Values out of JSON that anybody may have sent: absent, null and of another type are all the same here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

__all__ = ["Json", "at", "first", "is_nothing", "listed", "mapped", "picked", "text", "texts", "words"]

Json: TypeAlias = Mapping[str, Any]

_NONE: Final = frozenset({"", "null", "none", "n/a", "undefined"})
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")
_SECONDS: Final = 10_000_000_000
"""From here on a number counts milliseconds."""
_FIRST_YEAR: Final = 1971
"""Before it lies what Go and others write for "never"."""


def mapped(value: Any) -> Json:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def is_nothing(value: Any) -> bool:
    """Whether it is null, empty, or a word that stands for nothing."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _NONE)


def text(value: Any) -> str:
    """A text or number on its own; empty for anything else, and for words that stand for nothing."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    said = str(value).strip()
    return "" if said.casefold() in _NONE else said


def first(*values: Any) -> str:
    """The first of several that says anything."""
    return next((said for each in values if (said := text(each))), "")


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or of a text with commas; objects by their name. Each once."""
    if isinstance(value, str):
        found = [text(each) for each in value.split(",")]
    else:
        found = [
            first(each.get("name"), each.get("summary")) if isinstance(each, dict) else text(each)
            for each in listed(value)
        ]
    return tuple(dict.fromkeys(each for each in found if each))


def words(value: Any) -> dict[str, str]:
    """The entries of an object that are texts or numbers."""
    return {str(key): said for key, each in mapped(value).items() if (said := text(each))}


def at(value: Any) -> datetime | None:
    """A time: ISO 8601, or seconds or milliseconds since 1970. Without a zone it is UTC; `None` where none is given.

    Raises:
        ValueError: something else is given.
    """
    if is_nothing(value):
        return None
    said = text(value)
    try:
        number = float(said)
    except ValueError:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", said))
        if found.year < _FIRST_YEAR:
            return None
        try:
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError as problem:
            raise ValueError(said) from problem
    if number == 0:
        return None
    try:
        time = datetime.fromtimestamp(number / 1000 if abs(number) >= _SECONDS else number, UTC)
    except (OverflowError, OSError) as problem:
        raise ValueError(said) from problem
    if time.year < _FIRST_YEAR:
        raise ValueError(said)
    return time


def picked(root: Any, path: str) -> Any:
    """What stands at a dotted path, `event.alerts.0.name`; `None` where nothing does."""
    found = root
    for part in path.split("."):
        if isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list) and part.isdecimal() and part.isascii() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found
