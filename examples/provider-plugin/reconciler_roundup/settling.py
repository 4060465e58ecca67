"""What became of a write whose answer was lost."""

from __future__ import annotations

from datetime import timedelta

from reconciler.sdk import Change, Draft, Found, Pending, original_of
from reconciler_roundup.marker import label_of
from reconciler_roundup.reading import Reader
from reconciler_roundup.site import STATUS

__all__ = ["settled"]

_ARRIVES_WITHIN = timedelta(seconds=30)
"""A request that was sent is carried out within this time, or never."""


def settled(reader: Reader, pending: Pending) -> Found:
    """Say what became of a write. A tracker's search sees every item at once, so time is all there is to wait for."""
    over = reader.client.clock.now() >= pending.send_before + _ARRIVES_WITHIN
    write = pending.write
    return _created(reader, write, over) if isinstance(write, Draft) else _changed(reader, write, over)


def _created(reader: Reader, draft: Draft, over: bool) -> Found:
    if draft.marker is None:
        return Found(draft.operation, "undecided")
    original = original_of(draft, list(reader.marked(label_of(draft.marker))))
    if original is not None:
        return Found(draft.operation, "live", reader.read(original.id, draft.fields))
    return Found(draft.operation, "absent" if over else "undecided")


def _changed(reader: Reader, change: Change, over: bool) -> Found:
    named = {*change.set, *change.add, *change.remove, *((STATUS,) if change.transition else ())}
    item = reader.read(change.item.id, named)
    if item is None:
        return Found(change.operation, "not_visible")
    return Found(change.operation, "live" if over else "undecided", item)
