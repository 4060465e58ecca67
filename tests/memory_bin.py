"""Sites in memory that keep what was deleted in a recycle bin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from memory_engine import Engine, MemoryProvider

from reconciler.sdk import Found, Item, Outcome, marker_label

__all__ = ["BinProvider", "with_bin"]


class BinProvider(MemoryProvider):
    """Items in a dict, and those in the recycle bin in another.

    Attributes:
        binned: by id, what lies in the recycle bin.
        destroyed: ids of items that vanish from it between the look and the request.
    """

    binned: dict[str, Item]
    destroyed: frozenset[str] = frozenset()

    def bin(self, id: str) -> None:
        """A person deletes an item."""
        self.binned[id] = self.items.pop(id)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        for found in super().fetch(wanted, markers=markers):
            yield Found(found.asked, "deleted") if found.asked in self.binned else found

    def recycled(self, label: str) -> Iterator[Item]:
        for item in self.binned.values():
            if item.marker is not None and marker_label(item.marker.workspace, item.marker.instance) == label:
                yield replace(item, fields={"summary": item.fields["summary"]})

    def restore(self, ids: Mapping[str, str]) -> Iterator[Outcome]:
        self.calls.append(("restore", len(ids)))
        for operation, id in ids.items():
            title = str(self.binned[id].fields.get("summary"))
            ready = self._fault(title, operation, "restore")
            if ready is None and id in self.destroyed:
                ready = Outcome(operation, "gone")
            if ready is None:
                self.items[id] = self.binned.pop(id)
            yield ready or self._answer(title, operation, None)


def with_bin(engine: Engine) -> BinProvider:
    """Put a site with a recycle bin in the place of an engine's only one, before anything is on it."""
    old = engine.tracker
    new = BinProvider(old.site, old.log, old.gate)
    new.binned = {}
    engine.providers["tracker"] = new
    return new
