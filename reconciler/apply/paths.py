"""The way of a new item to its status, where no plan could find it: before an item exists, no platform says what it
offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.apply.intents import Intent, as_change
from reconciler.apply.operations import problem_texts
from reconciler.errors import ProviderError
from reconciler.sdk import Item, Provider

__all__ = ["Way", "find_ways"]


@dataclass(frozen=True, slots=True)
class Way:
    """What can be written of an intent: with the path of its status, or without its status, and why."""

    intent: Intent
    blocked: tuple[str, ...] = ()


def find_ways(provider: Provider, intents: Sequence[Intent], items: Mapping[str, Item]) -> list[Way]:
    """Look for the paths of new items to their statuses, over those that their specs allow to pass.

    A path that the plan has is the one that was approved, and is left as it is.

    Args:
        provider: of the items; it only reads.
        intents: of creations.
        items: by address, the new items, with their statuses.
    """
    far = {each.action.address: each for each in intents if _is_far(each, items.get(each.action.address))}
    changes = [as_change(_status_alone(each), address, items[address]) for address, each in far.items()]
    try:
        previews = {each.operation: each for each in provider.preview(changes, live=True)} if changes else {}
    except ProviderError:
        previews = {}  # the write asks again, and says what is wrong
    ways = []
    for intent in intents:
        found = previews.get(intent.action.address)
        if found is not None and found.problems:
            ways.append(Way(_without_status(intent), problem_texts(intent, found.problems)))
        elif found is not None and found.transition is not None:
            ways.append(Way(replace(intent, path=found.transition.path)))
        else:
            ways.append(Way(intent))
    return ways


def _is_far(intent: Intent, item: Item | None) -> bool:
    if intent.status is None or not intent.through or intent.path or item is None:
        return False
    return any(item.fields.get(id) != value for id, value in _status_alone(intent).set.items())


def _status_alone(intent: Intent) -> Intent:
    return replace(
        intent, set={id: each for id, each in intent.set.items() if each == intent.status}, add={}, remove={}
    )


def _without_status(intent: Intent) -> Intent:
    return replace(intent, set={id: each for id, each in intent.set.items() if each != intent.status})
