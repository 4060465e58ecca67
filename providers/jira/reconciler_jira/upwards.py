"""Read upwards by key: what a search does not know yet, a read by key sees (FACTS A3, A4)."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice, takewhile

from reconciler.sdk import Item
from reconciler_jira.client import Client
from reconciler_jira.marking import Marking
from reconciler_jira.reading import FieldTypes, items_of

__all__ = ["Seen", "highest_key", "long_known", "number_of", "upwards"]

_STEP = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """The items above a key, with titles and markers; `complete` where each key could be told to be there or not."""

    items: tuple[Item, ...]
    complete: bool


def highest_key(client: Client, project: str) -> str:
    """The highest key of a project (by id) that a search sees; empty where it sees none."""
    issue = client.first(f"project = {project} ORDER BY key DESC", ("issuetype",))
    return str(issue["key"]) if issue else ""


def long_known(client: Client, project: str, key: str, above: str, lag: timedelta) -> frozenset[int]:
    """The numbers of the keys above one whose items were created so long ago that no search misses them any more.

    Args:
        client: the site.
        project: its id.
        key: its key.
        above: where to begin.
        lag: how long a search may miss a write.
    """
    minutes = math.ceil(lag.total_seconds() / 60) + 1
    keys = client.keys(f"project = {project} AND created <= -{minutes}m ORDER BY key DESC")
    numbers = (number_of(each, key) for each in keys)
    least = number_of(above, key)
    return frozenset(takewhile(lambda number: number > least, numbers))


def upwards(
    client: Client,
    types: FieldTypes,
    marking: Marking,
    project: str,
    key: str,
    above: str,
    known: Collection[int] = (),
) -> Seen:
    """Read all items above a key, until a hundred in a row are missing and no search sees a higher one.

    The search only bridges gaps of more than a hundred, which many deletions leave.

    Args:
        client: the site.
        types: of its fields.
        marking: how issues are marked.
        project: its id.
        key: its key.
        above: where to begin; with a key of another project, or none, at the first.
        known: numbers of keys to leave out.
    """
    last = number_of(highest_key(client, project), key)
    numbers = (each for each in count(number_of(above, key) + 1) if each not in known)
    found: dict[str, Item] = {}
    complete = True
    while True:
        step = tuple(islice(numbers, _STEP))
        items, told = items_of(client, types, [f"{key}-{each}" for each in step], marking.alone)
        found |= {each.id: each for each in items}
        complete = complete and told
        if not items and step[0] > last:
            return Seen(tuple(found.values()), complete)


def number_of(key: str, project: str) -> int:
    """The number in a key of a project; zero for any other text."""
    prefix, _, number = key.rpartition("-")
    return int(number) if prefix == project and number.isdigit() else 0
