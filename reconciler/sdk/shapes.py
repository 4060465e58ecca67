"""How objects, lists and plain values look in JSON on every platform, and the order of sets. Pure.

An answer that is no object or list where it has to be one is not the platform's. A reader of a value gives `None` for a
shape that its kind does not have: the plugin keeps that as `Opaque`, and guesses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from reconciler.errors import UnreachableError
from reconciler.sdk.values import Link, Opaque, Ref, Rich, Value

__all__ = [
    "date_in",
    "flag_in",
    "in_order",
    "moment_in",
    "number_in",
    "object_in",
    "objects_in",
    "opaque",
    "text_in",
]

_SHOWN = 200


def object_in(data: Any) -> dict[str, Any]:
    """An answer's object; null is an empty one.

    Raises:
        UnreachableError: it is something else.
    """
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise _other_shape()
    return data


def objects_in(data: Any) -> list[dict[str, Any]]:
    """The objects of an answer's list; null is an empty one.

    Raises:
        UnreachableError: it is something else.
    """
    if data is None:
        return []
    if not isinstance(data, list):
        raise _other_shape()
    return [each for each in data if isinstance(each, dict)]


def _other_shape() -> UnreachableError:
    return UnreachableError(
        "the site answered with JSON of another shape than the platform's",
        hint="is the URL the site's own, and is there a proxy or a sign-in page in between?",
    )


def text_in(data: Any) -> str | None:
    """A text that is not empty."""
    return data or None if isinstance(data, str) else None


def number_in(data: Any) -> int | float | None:
    """A number; a whole one is an `int`."""
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        return None
    return int(data) if isinstance(data, float) and data.is_integer() else data


def flag_in(data: Any) -> bool | None:
    """True or false."""
    return data if isinstance(data, bool) else None


def date_in(data: Any) -> date | None:
    """A day, `2026-03-31`."""
    try:
        return date.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        return None


def moment_in(data: Any) -> datetime | None:
    """An instant, in UTC and to the second, of a time with its zone."""
    try:
        moment = datetime.fromisoformat(data) if isinstance(data, str) else None
        return moment.astimezone(UTC).replace(microsecond=0) if moment is not None and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def opaque(data: Any) -> Opaque:
    """What nothing else reads: its JSON, shown in at most 200 characters."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return Opaque(shown, hashlib.sha256(text.encode()).hexdigest()[:16])


def in_order(elements: Iterable[Value]) -> tuple[Value, ...]:
    """Make a set: each element once, in an order that depends on nothing but the elements."""
    unique: dict[str, Value] = {}
    for each in elements:
        unique.setdefault(repr(_rank(each)), each)
    return tuple(unique[key] for key in sorted(unique))


def _rank(value: Value) -> tuple[object, ...]:
    match value:
        case Ref():
            return (value.id,)
        case Link():
            return (value.type.casefold(), value.target, value.outward)
        case Rich() | Opaque():
            return (value.digest,)
    return (value,)
