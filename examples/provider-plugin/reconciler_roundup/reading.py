"""The provider's second part: issues as items."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.sdk import Found, History, Item, Ref, as_completed
from reconciler_roundup.client import Part
from reconciler_roundup.marker import MARKER, marker_in
from reconciler_roundup.site import TITLE
from reconciler_roundup.words import from_json

__all__ = ["Reading"]


class Reading(Part):
    """`fetch`, `search`, `find_marked`, `children`, `highest_key` and `history`."""

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
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

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a query finds, written as in a tracker's URL: `status=1&priority=2`."""
        return self._found(fields, dict(each.partition("=")[::2] for each in query.split("&") if each))

    def find_marked(self, label: str, since: datetime | None = None, *, above: str = "") -> Iterator[Item]:
        """Items that carry the label. A tracker's search sees every write at once, so `above` adds nothing."""
        del since, above
        return (each for each in self._found((TITLE,), {MARKER: label}) if each.marker is not None)

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """None: an issue has no parent."""
        del ids
        return iter(())

    def highest_key(self) -> str:
        """The key of the newest item."""
        newest = next(self.client.collection(self.config.project, sort="-id"), None)
        return self._named(str(newest["id"])).key if newest else ""

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Nothing: the REST interface does not show an item's journal."""
        del fields
        return (History(each, complete=False, edits=()) for each in ids)

    def _read(self, id: str, fields: Iterable[str]) -> Item | None:
        """Read one item with its marker; `None` where it is retired or not to be seen."""
        return self._item(id, fields) if self._not_retired([id]) else None

    def _found(self, fields: Collection[str], query: Mapping[str, str]) -> Iterator[Item]:
        ids = [str(each["id"]) for each in self.client.collection(self.config.project, **query)]
        for found in self.fetch(dict.fromkeys(ids, fields), markers=True):
            if found.item is not None:
                yield found.item

    def _item(self, id: str, fields: Iterable[str]) -> Item | None:
        found = self.client.item(self.config.project, id)
        if found is None:
            return None
        attributes, etag = found
        values = {field: from_json(field, attributes.get(field)) for field in fields}
        return replace(self._named(id), fields=values, revision=etag, marker=marker_in(attributes))

    def _named(self, id: str) -> Item:
        """An item of which only the id is known."""
        kind = self.config.project
        return Item(id, f"{kind}{id}", f"{self.client.url}/{kind}{id}", Ref(kind, kind), {}, "")

    def _id(self, name: str) -> str:
        """The id in an id, a key (`issue7`) or a URL."""
        found = re.search(rf"(?:{re.escape(self.config.project)}|^)(\d+)$", name)
        return found[1] if found else "0"

    def _not_retired(self, ids: Collection[str]) -> set[str]:
        query = {"id": next(iter(ids))} if len(ids) == 1 else {}
        return {str(each["id"]) for each in self.client.collection(self.config.project, **query)} & set(ids)
