"""Find out what became of writes whose answer was lost. Nothing here is written, and nothing is guessed at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    Item,
    Link,
    Marker,
    NotFoundError,
    Pending,
    Ref,
    Value,
    as_completed,
)
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.fields import LABELS, STATUS, TITLE
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.options import Options
from reconciler_azure_devops.reading import FieldTypes, every_id, item_of, items_of
from reconciler_azure_devops.updates import has_comment
from reconciler_azure_devops.upwards import upwards
from reconciler_azure_devops.writing import COMMENT

__all__ = ["Settling", "marked"]

_SINCE: Final = timedelta(hours=1)
"""No write is sent earlier than this before it may not be sent any more, however clocks differ."""


def marked(label: str) -> str:
    """The condition that finds a label's items; a query may take it for a part of longer tags."""
    return f"[{LABELS}] CONTAINS '{label}'"


@dataclass(frozen=True, slots=True)
class Settling:
    """What it takes to settle."""

    client: Client
    types: FieldTypes
    marking: Marking
    options: Options

    def run(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Settle; `asked` is the operation."""
        now = self.client.clock.now()  # before the first look: what is missing then was missing at this time
        creations = [(each, each.write) for each in pending if isinstance(each.write, Draft)]
        if creations:
            yield from self._creations(creations, now)
        changes = [(each, each.write) for each in pending if isinstance(each.write, Change)]
        yield from as_completed(lambda each: self._change(*each, now), changes)

    def _creations(self, pending: Sequence[tuple[Pending, Draft]], now: datetime) -> Iterator[Found]:
        lowest = min((each.highest_key for each, _ in pending), key=lambda key: (len(key), key))
        since = min(each.send_before for each, _ in pending) - _SINCE
        seen = list(upwards(self.client, self.types, self.marking, lowest, since))
        labels = sorted({label_of(draft.marker) for _, draft in pending if draft.marker})
        searched = [item for label in labels for item in self._search(label)]
        items = {each.id: each for each in (*searched, *seen)}.values()

        def settled(one: tuple[Pending, Draft]) -> Found:
            each, draft = one
            original = _original(draft, items)
            if original is not None:
                item = self._read(original.id, draft.fields)
                return Found(draft.operation, "live", item) if item else Found(draft.operation, "undecided")
            waited = self.options.request_timeout + self.options.index_lag
            over = now >= each.send_before + timedelta(seconds=waited)
            return Found(draft.operation, "absent" if over and draft.marker is not None else "undecided")

        yield from as_completed(settled, pending)

    def _search(self, label: str) -> Iterator[Item]:
        return items_of(self.client, self.types, every_id(self.client, marked(label)), (TITLE,), self.marking)

    def _read(self, id: str, fields: Collection[str]) -> Item | None:
        try:
            data = self.client.item(id)
        except NotFoundError:
            return None
        return item_of(self.client, self.types, fields, data, self.marking.read([data]).get(id))

    def _change(self, pending: Pending, change: Change, now: datetime) -> Found:
        fields = {*change.set, *change.add, *change.remove}
        if change.transition is not None:
            fields |= {STATUS, *change.transition.fields}
        item = self._read(change.item.id, fields)
        if item is None:
            return Found(change.operation, "not_visible")
        if change.comment is not None and has_comment(self.client, item.id, change.operation):
            item = replace(item, fields={**item.fields, COMMENT: change.comment})
        over = now >= pending.send_before + timedelta(seconds=self.options.request_timeout)
        if over or _is_done(change, item):
            return Found(change.operation, "live", item)
        return Found(change.operation, "undecided")


def _original(draft: Draft, items: Collection[Item]) -> Item | None:
    """The item that a creation made: one that carries its operation, and that is no copy of another.

    An item that knows its own id is certain; else the first that was made is the original.
    """
    if draft.marker is None:
        return None
    label = label_of(draft.marker)
    candidates = [
        (marker.item is None, int(item.id), item)
        for item in items
        if (marker := item.marker) is not None
        and marker.operation == draft.operation
        and label_of(marker) == label
        and marker.item in (None, item.id)
    ]
    return min(candidates, key=lambda each: each[:2])[2] if candidates else None


def _is_done(change: Change, item: Item) -> bool:
    """Whether all that a change would write is there: carried out once more, it would do nothing.

    A change that names nothing is a removal, which is not done while there is an item.
    """
    parts = (change.set, change.add, change.remove, change.transition, change.comment, change.marker != "keep")
    if not any(parts):
        return False
    live, status = item.fields, item.fields.get(STATUS)
    arrived = change.transition is None or (isinstance(status, Ref) and status.id == change.transition.path[-1].id)
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
        and (change.comment is None or COMMENT in live)
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
