"""What our last writes left of an item's fields, told by its updates: a hyperlink has no room for digests (FACTS B4).

Updates are ours that come from an account that marked the item. Where that account is a person's own, what the person
changed by hand counts as ours too; so the engine takes nothing for a base that the specs don't still say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from reconciler.sdk import Found, Marker, Opaque, Value, as_completed, digest
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import FieldType, from_json, ref_of
from reconciler_azure_devops.links import PARENT, RELATIONS, link_from, parent_in, pseudo_field
from reconciler_azure_devops.marker import label_of, marker_from
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.reading import FieldTypes, fetch

__all__ = ["left", "recall"]

_Element: TypeAlias = tuple[str, Value]
"""A field's id, and an element of it."""
_OURS: Final = "ours"


def recall(
    client: Client, types: FieldTypes, project: str, wanted: Mapping[str, Collection[str]], marking: Marking
) -> Iterator[Found]:
    """Read items as `reading.fetch` does, with markers whose `observed` is filled in for the fields that are wanted.

    It takes a request more for 200 updates of each item whose marker has no room for it.
    """
    every = frozenset(id for fields in wanted.values() for id in fields)
    for found in fetch(client, types, project, wanted, _Recalling(client, types, marking, every)):
        item = found.item
        if item is None or item.marker is None or marking.field:
            yield found
            continue
        entries = item.marker.observed.items()
        observed = {entry: each for entry, each in entries if entry.partition("/")[0] in wanted[found.asked]}
        yield replace(found, item=replace(item, marker=replace(item.marker, observed=observed)))


@dataclass(frozen=True, slots=True)
class _Recalling:
    """Reads markers, and has updates tell what these fields were."""

    client: Client
    types: FieldTypes
    marking: Marking
    fields: Collection[str]

    def read(self, items: Sequence[Json]) -> Mapping[str, Marker]:
        """The markers of work items as `Client.items` gives them, by id, of those that have one."""
        markers = dict(self.marking.read(items))
        if self.marking.field:
            return markers
        known = self.types.of(self.fields)
        marked = [each for each in items if str(each["id"]) in markers]

        def recalled(item: Json) -> Marker:
            marker = markers[str(item["id"])]
            return replace(marker, observed=left(list(self.client.updates(str(item["id"]))), item, marker, known))

        return {str(item["id"]): marker for item, marker in as_completed(lambda each: (each, recalled(each)), marked)}


def left(updates: Iterable[Json], item: Json, marker: Marker, known: Mapping[str, FieldType]) -> Mapping[str, str]:
    """What our writes left of an item's fields, as a marker's `observed` says it. Pure.

    What was there when the item was marked first counts: a created item is as it was created, an adopted one was read.
    Of a set, those elements are ours that we put there, and that nobody put there anew.

    Args:
        updates: the item's, in any order.
        item: as `Client.items` gives it; only its texts' formats count.
        marker: the item's.
        known: by id, the types of the fields that are asked for.
    """
    formats = item.get("multilineFieldsFormat") or {}
    markdown = frozenset(id for id, said in formats.items() if str(said).casefold() == "markdown")
    told = [_told(each, marker, known, markdown) for each in sorted(updates, key=lambda each: int(each["id"]))]
    ours = {each.by for each in told if each.marks and each.by}
    marks = 0
    now: dict[str, Value] = {id: None for id, type in known.items() if not type.many}
    seen: dict[str, Value] = {}
    elements: dict[_Element, None] = {}
    for each in told:
        now |= each.set
        if each.marks and not marks:
            seen, elements = dict(now), {}
        marks += each.marks - each.unmarks
        if each.by in ours:
            seen |= {id: value for id, value in each.set.items() if id in seen}
            elements |= dict.fromkeys(each.added)
        for element in each.removed if each.by in ours else each.added:
            elements.pop(element, None)
    observed = {id: _fingerprint(value) for id, value in seen.items()}
    return observed | {f"{id}/{_fingerprint(element)}": _OURS for id, element in elements}


@dataclass(frozen=True, slots=True)
class _Told:
    """What an update says: by whom, how many markers came and went, and what became of fields and elements of sets."""

    by: str
    marks: int
    unmarks: int
    set: Mapping[str, Value]
    added: Collection[_Element]
    removed: Collection[_Element]


def _told(update: Json, marker: Marker, known: Mapping[str, FieldType], markdown: Collection[str]) -> _Told:
    by = ref_of(update.get("revisedBy"))
    changes = update.get("relations") or {}
    came, went = (_relations(changes.get(key)) for key in ("added", "removed"))
    values: dict[str, Value] = {}
    added, removed = _elements(came), _elements(went)
    for id, change in (update.get("fields") or {}).items():
        if id not in known or id in RELATIONS or not isinstance(change, dict):
            continue
        before, after = (
            from_json(known[id], change.get(key), markdown=id in markdown) for key in ("oldValue", "newValue")
        )
        if isinstance(before, tuple) and isinstance(after, tuple):
            added |= {(id, each) for each in after if each not in before}
            removed |= {(id, each) for each in before if each not in after}
        else:
            values[id] = after
    parents = [parent_in({"relations": each}) for each in (came, went)]
    if any(parents) and PARENT in known:
        values[PARENT] = parents[0]
    return _Told(
        by.id if by else "",
        sum(_is_mark(each, marker) for each in came),
        sum(_is_mark(each, marker) for each in went),
        values,
        {each for each in added if each[0] in known},
        {each for each in removed if each[0] in known},
    )


def _relations(data: object) -> list[Json]:
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _elements(relations: Iterable[Json]) -> set[_Element]:
    links = (link_from(each) for each in relations)
    return {(pseudo_field(each), each) for each in links if each is not None}


def _is_mark(relation: Json, marker: Marker) -> bool:
    """Whether a relation is a marker of the item's workspace, and of no other item that it is a copy of."""
    found = marker_from(str(relation.get("url", "")))
    return found is not None and label_of(found) == label_of(marker) and found.item in (None, marker.item)


def _fingerprint(value: Value) -> str:
    return value.digest if isinstance(value, Opaque) else digest(value)
