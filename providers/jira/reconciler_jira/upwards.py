"""Read upwards by key: what a search does not know yet, a read by key sees (FACTS A3, A4)."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.sdk import Item
from reconciler_jira.client import Client
from reconciler_jira.marking import PROPERTY_ALONE
from reconciler_jira.reading import FieldTypes, items_of

__all__ = ["Seen", "highest_key", "number_of", "upwards"]

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


def upwards(client: Client, types: FieldTypes, project: str, key: str, above: str) -> Seen:
    """Read all items above a key, until a hundred in a row are missing and no search sees a higher one.

    The search only bridges gaps of more than a hundred, which many deletions leave.

    Args:
        client: the site.
        types: of its fields.
        project: its id.
        key: its key.
        above: where to begin; with a key of another project, or none, at the first.
    """
    number = number_of(above, key)
    last = number_of(highest_key(client, project), key)
    found: dict[str, Item] = {}
    complete = True
    while True:
        items, told = items_of(
            client, types, [f"{key}-{each}" for each in range(number + 1, number + _STEP + 1)], PROPERTY_ALONE
        )
        found |= {each.id: each for each in items}
        complete = complete and told
        number += _STEP
        if not items and number >= last:
            return Seen(tuple(found.values()), complete)


def number_of(key: str, project: str) -> int:
    """The number in a key of a project; zero for any other text."""
    prefix, _, number = key.rpartition("-")
    return int(number) if prefix == project and number.isdigit() else 0
