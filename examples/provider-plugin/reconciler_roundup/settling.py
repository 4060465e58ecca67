"""The provider's last part: what became of a write whose answer was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from reconciler.sdk import Change, Draft, Found, Pending, original_of
from reconciler_roundup.marker import label_of
from reconciler_roundup.reading import Reading
from reconciler_roundup.site import STATUS

__all__ = ["Settling"]

_ARRIVES_WITHIN = timedelta(seconds=30)
"""A request that was sent is carried out within this time, or never."""


class Settling(Reading):
    """`settle`. A tracker's search sees every item at once, so time is all there is to wait for."""

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes whose answer was lost."""
        for each in pending:
            over = self.client.clock.now() >= each.send_before + _ARRIVES_WITHIN
            write = each.write
            yield self._created(write, over) if isinstance(write, Draft) else self._changed(write, over)

    def _created(self, draft: Draft, over: bool) -> Found:
        if draft.marker is None:
            return Found(draft.operation, "undecided")
        original = original_of(draft, list(self.find_marked(label_of(draft.marker))))
        if original is not None:
            return Found(draft.operation, "live", self._read(original.id, draft.fields))
        return Found(draft.operation, "absent" if over else "undecided")

    def _changed(self, change: Change, over: bool) -> Found:
        named = {*change.set, *change.add, *change.remove, *((STATUS,) if change.transition else ())}
        item = self._read(change.item.id, named)
        if item is None:
            return Found(change.operation, "not_visible")
        return Found(change.operation, "live" if over else "undecided", item)
