"""Issues as items."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.sdk import Found, Item, Ref, as_completed
from reconciler_roundup.client import Client
from reconciler_roundup.marker import MARKER, marker_in
from reconciler_roundup.words import from_json

__all__ = ["Reader"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the items of one class of a tracker."""

    client: Client
    kind: str

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool) -> Iterator[Found]:
        """Read items one by one: only then they come with their ETags. Who may see an item may read it retired too."""
        ids = {name: self._id(name) for name in wanted}
        there = self._not_retired(set(ids.values()))

        def one(asked: tuple[str, Collection[str]]) -> Found:
            name, fields = asked
            item = self._item(ids[name], fields) if ids[name] in there else None
            if item is None:
                return Found(name, "not_visible")
            return Found(name, "live", item if markers else replace(item, marker=None))

        yield from as_completed(one, wanted.items(), workers=4)

    def read(self, id: str, fields: Iterable[str]) -> Item | None:
        """Read one item with its marker; `None` where it is retired or not to be seen."""
        return self._item(id, fields) if self._not_retired([id]) else None

    def found(self, fields: Collection[str], query: Mapping[str, str]) -> Iterator[Item]:
        """The items that a query finds, with their markers."""
        ids = [str(each["id"]) for each in self.client.collection(self.kind, **query)]
        for found in self.fetch(dict.fromkeys(ids, fields), markers=True):
            if found.item is not None:
                yield found.item

    def marked(self, label: str) -> Iterator[Item]:
        """The items that carry a label, with their titles."""
        return (each for each in self.found(("title",), {MARKER: label}) if each.marker is not None)

    def named(self, id: str) -> Item:
        """An item of which only the id is known."""
        key = f"{self.kind}{id}"
        return Item(id, key, f"{self.client.url}/{key}", Ref(self.kind, self.kind), {}, "")

    def _item(self, id: str, fields: Iterable[str]) -> Item | None:
        found = self.client.item(self.kind, id)
        if found is None:
            return None
        attributes, etag = found
        values = {field: from_json(field, attributes.get(field)) for field in fields}
        return replace(self.named(id), fields=values, revision=etag, marker=marker_in(attributes))

    def _id(self, name: str) -> str:
        """The id in an id, a key (`issue7`) or a URL."""
        found = re.search(rf"(?:{re.escape(self.kind)}|^)(\d+)$", name)
        return found[1] if found else "0"

    def _not_retired(self, ids: Collection[str]) -> set[str]:
        query = {"id": next(iter(ids))} if len(ids) == 1 else {}
        return {str(each["id"]) for each in self.client.collection(self.kind, **query)} & set(ids)
