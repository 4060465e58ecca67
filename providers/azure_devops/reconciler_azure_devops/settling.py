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
    NotFoundError,
    Pending,
    as_completed,
    is_done,
    original_of,
)
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.fields import LABELS, STATUS, TITLE
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.options import Options
from reconciler_azure_devops.parts import COMMENT
from reconciler_azure_devops.reading import FieldTypes, every_id, item_of, items_of
from reconciler_azure_devops.updates import has_comment
from reconciler_azure_devops.upwards import upwards

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
            original = original_of(draft, items)
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
        if over or is_done(change, item, STATUS):
            return Found(change.operation, "live", item)
        return Found(change.operation, "undecided")
