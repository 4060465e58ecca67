"""Find out what became of writes whose answer was lost. Nothing here is written, and nothing is guessed at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reconciler.sdk import (
    Change,
    Draft,
    Found,
    Item,
    Pending,
    as_completed,
    is_done,
    original_of,
)
from reconciler_jira.client import Client, Json
from reconciler_jira.comments import has_comment
from reconciler_jira.fields import LABELS, STATUS
from reconciler_jira.marker import label_of, operation_label
from reconciler_jira.marking import Marking
from reconciler_jira.options import Options
from reconciler_jira.reading import FieldTypes, fetch_one, search
from reconciler_jira.upwards import Seen, number_of

__all__ = ["Settling"]

_COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Settling:
    """What it takes to settle.

    Attributes:
        key: the project's.
        look: reads all items above a key.
    """

    client: Client
    types: FieldTypes
    marking: Marking
    options: Options
    key: str
    look: Callable[[str], Seen]

    def run(self, pending: Sequence[Pending]) -> Iterator[Found]:
        """Settle; `asked` is the operation."""
        now = self.client.clock.now()  # before the first look: what is missing then was missing at this time
        creations = [(each, each.write) for each in pending if isinstance(each.write, Draft)]
        if creations:
            yield from self._creations(creations, now)
        changes = [(each, each.write) for each in pending if isinstance(each.write, Change)]
        yield from as_completed(lambda each: self._change(*each, now), changes)

    def _creations(self, pending: Sequence[tuple[Pending, Draft]], now: datetime) -> Iterator[Found]:
        lowest = min((each.highest_key for each, _ in pending), key=lambda key: number_of(key, self.key))
        seen = self.look(lowest)
        labels = sorted({label_of(draft.marker) for _, draft in pending if draft.marker})
        searched = [item for label in labels for item in self._search(label)]
        items = {each.id: each for each in (*searched, *seen.items)}.values()
        unproved = self._unproved(items)
        illegible = self._illegible(unproved, {each.id for each in seen.items})

        def settled(one: tuple[Pending, Draft]) -> Found:
            each, draft = one
            original = original_of(draft, items) or _labelled(draft, unproved)
            if original is not None:
                item = fetch_one(self.client, self.types, original.id, draft.fields, self.marking.alone)
                if item is not None and item.marker is None:  # its label says what the property is going to say
                    item = replace(item, marker=draft.marker)
                return Found(draft.operation, "live", item) if item else Found(draft.operation, "undecided")
            waited = self.options.request_timeout + self.options.index_lag
            over = now >= each.send_before + timedelta(seconds=waited)
            certain = over and seen.complete and draft.marker is not None and label_of(draft.marker) not in illegible
            return Found(draft.operation, "absent" if certain else "undecided")

        yield from as_completed(settled, pending)

    def _unproved(self, items: Iterable[Item]) -> list[tuple[Item, Collection[str]]]:
        """Items without a marker with their labels, the oldest first; none where labels prove nothing."""
        bare = {each.id: each for each in items if each.marker is None} if self.client.labels_operations else {}
        issues = sorted(_issues(self.client, tuple(bare)), key=lambda issue: int(issue["id"]))
        return [(bare[str(each["id"])], (each.get("fields") or {}).get(LABELS) or ()) for each in issues]

    def _illegible(self, unproved: Iterable[tuple[Item, Collection[str]]], above: Collection[str]) -> frozenset[str]:
        """Labels of items, of those above, whose marker may be in a property that the site does not show any more."""
        if self.marking.proof != "label":
            return frozenset()
        return frozenset(label for item, labels in unproved if item.id in above for label in labels)

    def _search(self, label: str) -> Iterator[Item]:
        if self.marking.searchable:
            yield from search(self.client, self.types, self.marking.query(label), (), self.marking)

    def _change(self, pending: Pending, change: Change, now: datetime) -> Found:
        fields = {*change.set, *change.add, *change.remove}
        if change.transition is not None:
            fields |= {STATUS, *change.transition.fields}
        item = fetch_one(self.client, self.types, change.item.id, fields, self.marking)
        if item is None:
            return Found(change.operation, "not_visible")
        if change.comment is not None and has_comment(self.client, item.id, change.operation):
            item = replace(item, fields={**item.fields, _COMMENT: change.comment})
        over = now >= pending.send_before + timedelta(seconds=self.options.request_timeout)
        if over or is_done(change, item, STATUS):
            return Found(change.operation, "live", item)
        return Found(change.operation, "undecided")


def _labelled(draft: Draft, unproved: Iterable[tuple[Item, Collection[str]]]) -> Item | None:
    """The first item that carries the operation's label: the others are copies."""
    own = operation_label(draft.operation)
    return next((item for item, labels in unproved if own in labels), None)


def _issues(client: Client, ids: Sequence[str]) -> list[Json]:
    """Issues with their labels."""
    chunks = [ids[at : at + 100] for at in range(0, len(ids), 100)]
    return [each for chunk in chunks for each in client.bulk_fetch(chunk, ("labels",), ()).get("issues") or ()]
