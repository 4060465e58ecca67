"""The functions about lists, maps and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.spec.arguments import (
    BadArgument,
    Surroundings,
    as_comparable,
    as_list,
    as_map,
    as_number,
    as_plain_text,
    as_whole,
    check_number,
    take,
)
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import Namespace, as_text, deep_size, kind_of, shown

__all__ = [
    "by",
    "extreme",
    "get",
    "in_order",
    "keys",
    "length",
    "lookup",
    "merge",
    "numbers",
    "rounded",
    "total",
    "unique",
    "values",
]

_MOST_UNIQUE = 100_000


def get(_: Surroundings, place: object, key: object, otherwise: object = None) -> object:
    """The value at a key, a place in a list, or a name; `otherwise` where there is none."""
    if isinstance(place, Namespace):
        name = take(1, as_plain_text, key)
        return place.read(name) if name in place.names else otherwise
    if isinstance(place, tuple):
        index = take(1, as_whole, key)
        return place[index] if -len(place) <= index < len(place) else otherwise
    return take(0, as_map, place).get(take(1, as_plain_text, key), otherwise)


def lookup(_: Surroundings, place: object, key: object) -> object:
    """The value at a key that must be there."""
    table, name = take(0, as_map, place), take(1, as_plain_text, key)
    if name not in table:
        raise BadArgument(
            1, ValueProblem(f"the map has no {shown(name)}", code="unknown_name", hint=did_you_mean(name, table))
        )
    return table[name]


def merge(here: Surroundings, *maps: object) -> dict[str, object]:
    """One map of several; later keys win."""
    merged: dict[str, object] = {}
    for index, each in enumerate(maps):
        taken = take(index, as_map, each)
        here.spend(len(taken))
        merged.update(taken)
    return merged


def keys(here: Surroundings, place: object) -> tuple[str, ...]:
    """The keys of a map, or the names of a set of names."""
    names = place.names if isinstance(place, Namespace) else take(0, as_map, place)
    here.spend(len(names))
    return tuple(names)


def values(here: Surroundings, place: object) -> tuple[object, ...]:
    """The values of a map."""
    table = take(0, as_map, place)
    here.spend(len(table))
    return tuple(table.values())


def by(here: Surroundings, rows: object, key: object) -> dict[str, object]:
    """A map of rows, by the value that each has in the column `key`."""
    made: dict[str, object] = {}
    name = take(1, as_plain_text, key)
    for row in take(0, as_list, rows):
        here.spend(1)
        value = take(0, as_map, row).get(name)
        if value is None:
            raise BadArgument(
                1, ValueProblem(f"a row has no `{name}`: {shown(row)}", hint=did_you_mean(name, tuple(row)))
            )
        text = take(0, as_text, value)
        if text in made:
            raise BadArgument(
                0, ValueProblem(f"two rows have {shown(value)} as their `{name}`", hint="keys are unique")
            )
        made[text] = row
    return made


def numbers(here: Surroundings, first: object, last: object = None) -> tuple[int, ...]:
    """Whole numbers from the first to the one before the last."""
    start, end = (0, take(0, as_whole, first)) if last is None else (take(0, as_whole, first), take(1, as_whole, last))
    here.spend(max(end - start, 0))
    return tuple(range(start, end))


def unique(here: Surroundings, elements: object) -> tuple[object, ...]:
    """Each element once, where it stood first."""
    found: dict[str, object] = {}
    for each in take(0, as_list, elements):
        here.spend(deep_size(each, _MOST_UNIQUE))
        found.setdefault(f"{kind_of(each)} {each!r}", each)
    return tuple(found.values())


def in_order(here: Surroundings, elements: object) -> tuple[object, ...]:
    """The elements in their order."""
    given = take(0, lambda value: as_comparable(as_list(value)), elements)
    here.spend(len(given) * 4)
    return tuple(sorted(given))


def length(_: Surroundings, place: object) -> int:
    """How many elements, or characters."""
    if isinstance(place, Namespace):
        return len(place.names)
    if isinstance(place, (str, tuple, Mapping)):
        return len(place)
    raise BadArgument(0, ValueProblem(f"{kind_of(place)} has no length", code="wrong_type"))


def extreme(choose: Callable[[Any], Any], name: str) -> Callable[..., object]:
    """Make `min` or `max`, of several arguments or of one list."""

    def run(here: Surroundings, *given: object) -> object:
        elements = (
            take(0, lambda value: as_comparable(as_list(value)), given[0]) if len(given) == 1 else as_comparable(given)
        )
        if not elements:
            raise BadArgument(0, ValueProblem(f"`{name}` of an empty list", hint="write a default: `x if list else 0`"))
        here.spend(len(elements))
        return choose(elements)

    return run


def total(here: Surroundings, elements: object) -> int | float:
    """The sum of a list of numbers."""
    numbers = [take(0, as_number, each) for each in take(0, as_list, elements)]
    here.spend(len(numbers))
    return check_number(sum(numbers))


def rounded(_: Surroundings, value: object, digits: object = None) -> int | float:
    """The number rounded, halves to the even neighbour; without digits a whole one."""
    number: int | float = take(0, as_number, value)
    if digits is None:
        return round(number)
    places = take(1, as_whole, digits)
    if not -18 <= places <= 18:
        raise BadArgument(1, ValueProblem("digits go from -18 to 18", hint="2 rounds to cents"))
    return check_number(round(number, places))
