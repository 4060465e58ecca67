"""What providers have to settle alike: which item a creation made, and whether a change arrived whole."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.sdk.items import Item, Marker, marker_label
from reconciler.sdk.values import Link, Ref, Value
from reconciler.sdk.writes import Change, Draft

__all__ = ["is_done", "original_of"]


def original_of(draft: Draft, items: Collection[Item]) -> Item | None:
    """The item that a creation made: one that carries its operation, and that is no copy of another.

    An item that knows its own id is certain, whatever wrote its marker since; else the first that was made is the
    original.
    """
    if draft.marker is None:
        return None
    label = marker_label(draft.marker.workspace, draft.marker.instance)
    candidates = [
        (marker.item is None, int(item.id), item)
        for item in items
        if (marker := item.marker) is not None
        and draft.operation in (marker.operation, marker.creation)
        and marker_label(marker.workspace, marker.instance) == label
        and marker.item in (None, item.id)
    ]
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None


def is_done(change: Change, item: Item, status: str) -> bool:
    """Whether all that a change would write is there: carried out once more, it would do nothing.

    A change that names nothing is a removal, which is not done while there is an item. `status` is the id of the field.
    """
    parts = (change.set, change.add, change.remove, change.transition, change.comment, change.marker != "keep")
    if not any(parts):
        return False
    live = item.fields
    reached = live.get(status)
    arrived = change.transition is None or (isinstance(reached, Ref) and reached.id == change.transition.path[-1].id)
    fields = {**change.set, **(change.transition.fields if change.transition else {})}
    return (
        arrived
        and all(live.get(field) == value for field, value in fields.items())
        and all(_has(live.get(field), each) for field, added in change.add.items() for each in added)
        and not any(
            _has(live.get(field), each)
            for field, removed in change.remove.items()
            for each in removed
            if not _is_among(each, change.add.get(field, ()))
        )
        and (change.comment is None or "comment" in live)
        and _is_marked(change, item)
    )


def _has(live: Value, element: Value) -> bool:
    return isinstance(live, tuple) and element in live


def _is_among(element: Value, others: Collection[Value]) -> bool:
    """Whether an element is replaced by another with the same end: a document's new title."""
    return isinstance(element, Link) and any(
        isinstance(each, Link) and each.target == element.target for each in others
    )


def _is_marked(change: Change, item: Item) -> bool:
    if isinstance(change.marker, Marker):
        return item.marker is not None and item.marker.operation == change.marker.operation
    return change.marker == "keep" or item.marker is None
