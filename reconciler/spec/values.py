"""The values that expressions work with, beside text, numbers, flags, dates, lists (tuples) and maps."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from reconciler.spec.configuration import Reference, Template
from reconciler.spec.problems import ValueProblem

__all__ = ["OMIT", "Group", "ItemHandle", "Namespace", "Omit", "as_text", "deep_size", "joined", "kind_of", "shown"]

_LONGEST_SHOWN = 80
_LARGEST_SHOWN = 200


class Omit(enum.Enum):
    """The one value that leaves a field out."""

    OMIT = "omit"


OMIT: Final = Omit.OMIT


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """Names whose values are worked out when they are asked for: `var`, `local`, `items`.

    `noun` is what one of them is called in a sentence; `read` gets a name out of `names`; `hint` says what to do about
    one that is not there, where that is not to look for a similar name.
    """

    noun: str
    names: Collection[str]
    read: Callable[[str], object]
    hint: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class ItemHandle(Namespace):
    """`items.deal`: its fields by name, and what `parent` and `links` take as a reference."""

    address: str


@dataclass(frozen=True, slots=True, eq=False)
class Group(Namespace):
    """`items.tasks`: its instances by key, and what `links` takes for all of them."""

    group: str


def kind_of(value: object) -> str:
    """What it is, for a sentence: "a text", "a list"."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case date():
            return "a date"
        case tuple():
            return "a list"
        case Mapping():
            return "a map"
        case Template():
            return "a text that is known after apply"
        case Omit():
            return "omit"
        case Group():
            return f"all of `{value.group}`"
        case ItemHandle() | Reference():
            return "an item"
    return "a set of names"


def shown(value: object) -> str:
    """The value in one short line, for a diagnostic."""
    match value:
        case date():
            text = value.isoformat()
        case ItemHandle():
            text = value.address
        case Template() | Omit() | Namespace() | Reference():
            text = kind_of(value)
        case tuple() | Mapping() if deep_size(value, _LARGEST_SHOWN) >= _LARGEST_SHOWN:
            text = f"{kind_of(value)} of {len(value)}"
        case _:
            text = json.dumps(value, ensure_ascii=False, default=shown)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def deep_size(value: object, limit: int) -> int:
    """How much a value holds, lists in lists and all: one for each value and sixteen characters, counted to `limit`.

    Values share their parts, so that few lines of specs can stand for billions of elements; nothing walks through a
    value that was not measured.
    """
    size = 0
    waiting = [value]
    while waiting and size < limit:
        each = waiting.pop()
        size += 1
        if isinstance(each, str):
            size += len(each) // 16
        elif isinstance(each, tuple):
            waiting.extend(each)
        elif isinstance(each, Mapping):
            waiting.extend(each.values())
    return min(size, limit)


def as_text(value: object) -> str | Template:
    """Say a value inside a text.

    Raises:
        ValueProblem: null, a list and the like have no one way to be said.
    """
    match value:
        case str() | Template():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case date():
            return value.isoformat()
        case None:
            raise ValueProblem(
                "null can't be put into a text", code="null", hint="give a text for that case: `get(map, key, 'none')`"
            )
        case tuple():
            raise ValueProblem("a list can't be put into a text", hint="join it: `join(list, ', ')`")
    raise ValueProblem(
        f"{kind_of(value)} can't be put into a text", hint="name the part that is meant, as in `x.title`"
    )


def joined(pieces: list[str | Template]) -> str | Template:
    """Put pieces together; what is known after apply stays a part of its own."""
    if not any(isinstance(each, Template) for each in pieces):
        return "".join(each for each in pieces if isinstance(each, str))
    parts: list[object] = []
    for piece in pieces:
        for part in piece.parts if isinstance(piece, Template) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part != "":
                parts.append(part)
    return Template(tuple(parts))  # type: ignore[arg-type]
