"""One tracker as a provider: each method hands over to the module that knows how."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    History,
    Item,
    Outcome,
    Pending,
    PluginConfig,
    Preview,
    Session,
    SiteDescription,
    Value,
)
from reconciler_roundup import writing
from reconciler_roundup.client import Client
from reconciler_roundup.reading import Reader
from reconciler_roundup.settling import settled
from reconciler_roundup.site import describe
from reconciler_roundup.words import express, normalize

__all__ = ["RoundupProvider"]


class RoundupProvider:
    """One tracker and one class of its items; see `reconciler.sdk.Provider` for what the methods promise."""

    def __init__(self, config: PluginConfig, session: Session) -> None:
        self._config = config
        self._client = Client(session)
        self._reader = Reader(self._client, config.project)

    def describe_site(self, types: Collection[str], users: Collection[str] = ()) -> SiteDescription:
        """Read what the tracker offers; it has one type, whatever is asked for."""
        del types
        return describe(self._client, self._config, users)

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form. Pure."""
        return normalize(site, type, field, value)

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say. Pure."""
        return express(site, field, value)

    def fetch(self, wanted: Mapping[str, Collection[str]], *, markers: bool = False) -> Iterator[Found]:
        """Read items by id, key or URL."""
        return self._reader.fetch(wanted, markers=markers)

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        """Items that a query finds, written as in a tracker's URL: `status=1&priority=2`."""
        return self._reader.found(fields, dict(each.partition("=")[::2] for each in query.split("&") if each))

    def find_marked(self, label: str, since: datetime | None = None, *, above: str = "") -> Iterator[Item]:
        """Items that carry the label. A tracker's search sees every write at once, so `above` adds nothing."""
        del since, above
        return self._reader.marked(label)

    def children(self, ids: Collection[str]) -> Iterator[Item]:
        """None: an issue has no parent."""
        del ids
        return iter(())

    def highest_key(self) -> str:
        """The key of the newest item."""
        newest = next(self._client.collection(self._config.project, sort="-id"), None)
        return self._reader.named(str(newest["id"])).key if newest else ""

    def settle(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Find out what became of writes whose answer was lost."""
        return (settled(self._reader, each) for each in pending)

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take: one request each. Every status leads to every other."""
        del live
        for each in writes:
            if isinstance(each, Draft):
                yield Preview(each.operation, {"create": 1})
            else:
                problems = () if each.comment is None else (writing.NO_COMMENTS,)
                yield Preview(each.operation, {"update": 1}, each.transition, problems)

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, one request each, sent once."""
        return (writing.create(self._reader, each) for each in drafts)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items, one request each, refused where the item changed since it was read."""
        del quiet
        return (writing.update(self._reader, each) for each in changes)

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Retire items."""
        return (writing.remove(self._reader, operation, item) for operation, item in items.items())

    def history(self, ids: Collection[str], fields: Collection[str]) -> Iterator[History]:
        """Nothing: the REST interface does not show an item's journal."""
        del fields
        return (History(each, complete=False, edits=()) for each in ids)
