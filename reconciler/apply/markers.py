"""What a marker says of an item, and what the state learns from one when it is all that is left. Pure.

A marker holds digests, no values: the three-way diff only asks whether values are equal, so digests are enough to
make a state that decides as the lost one did. An entry of a single value is its field id, with the digest; an element
of a set is `<field id>/<digest of the element>`, with what is known of it; `<field id>/` says that the set is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import LOST, UNKNOWN, Desired, Known, Unknown
from reconciler.sdk import MARKER_VERSION, Item, Marker, Opaque, Value, digest
from reconciler.spec.configuration import Template
from reconciler.state.records import ItemRecord, Sightings

__all__ = ["WorkspaceIdentity", "is_current", "marker_of", "record_from"]

_OURS: Final = "ours"
_SHARED: Final = "shared"
_NOT_KEPT: Final = "not kept"


class WorkspaceIdentity(Protocol):
    """Whose marker it is."""

    @property
    def id(self) -> str:
        """The workspace's id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def instance(self) -> str:
        """Its instance; empty where there is only one."""
        ...


def marker_of(record: ItemRecord, workspace: WorkspaceIdentity, operation: str) -> Marker:
    """The marker of an item as the state knows it.

    Args:
        operation: the one that writes the marker.
    """
    base: dict[str, str] = {}
    for id, value in record.base.items():
        if isinstance(value, tuple):
            base[f"{id}/"] = _OURS
            base.update(_elements(id, value, record))
        else:
            base[id] = _fingerprint(value)
    return Marker(
        version=MARKER_VERSION,
        workspace=workspace.id,
        name=workspace.name,
        instance=workspace.instance,
        address=record.address,
        item=record.id,
        operation=operation,
        protect=record.protect,
        closed=record.closed,
        origin=record.origin,
        base=base,
        observed={id: _fingerprint(value) for id, value in record.observed.items()},
        creation=record.creation,
    )


def is_current(marker: Marker, record: ItemRecord, workspace: WorkspaceIdentity) -> bool:
    """Whether a marker says what the state knows; which operations created the item and wrote it does not matter.

    Of one that the platform had no room for, what is there has to be right.
    """
    due = marker_of(record, workspace, marker.operation)
    same = (
        marker.is_at(record.address)
        and (marker.workspace, marker.name, marker.instance) == (due.workspace, due.name, due.instance)
        and (marker.item, marker.protect, marker.closed, marker.origin)
        == (due.item, due.protect, due.closed, due.origin)
    )
    if marker.truncated:
        return same and marker.base.items() <= due.base.items() and marker.observed.items() <= due.observed.items()
    return same and marker.base == due.base and marker.observed == due.observed


def record_from(
    marker: Marker,
    live: Item,
    wanted: Wanted | None,
    *,
    address: str,
    provider: str,
    site: str,
    project: str,
    title: str,
) -> ItemRecord:
    """What the state knows of an item whose marker is all that is left.

    Where a digest is that of the spec's value or of the live one, that value was applied, or observed. Another value
    is known by its digest alone: it equals nothing, so the diff sees that the spec, or a person, changed it since. Of a
    field that the spec names and for whose base the marker has no room, the spec's value was applied where it was
    observed; nothing is claimed where nothing was observed, and nothing is there; else it is `LOST`: nobody can say
    who changed it.

    Args:
        live: with the fields that the marker and the spec name.
        wanted: what the spec says at the address, if it still says anything.
    """
    desired = {id: want.value for id, want in wanted.fields.items()} if wanted else {}
    base: dict[str, Value] = {}
    observed: dict[str, Value] = {}
    shared: dict[str, tuple[Value, ...]] = {}
    not_kept: dict[str, Value] = {}
    for id, known in marker.base.items():
        if "/" not in id:
            base[id] = _known(known, (desired.get(id), live.fields.get(id)))
    for id, known in marker.observed.items():
        if "/" not in id:
            observed[id] = _known(known, (live.fields.get(id),))
    for id, elements in _claimed_sets(marker).items():
        there = _by_digest((desired.get(id), live.fields.get(id)))
        ours = {there.get(each) or _unknown(each): note for each, note in elements.items()}
        base[id] = tuple(ours)
        if of_both := tuple(each for each, note in ours.items() if note == _SHARED):
            shared[id] = of_both
        if lost := tuple(each for each, note in ours.items() if note == _NOT_KEPT):
            not_kept[id] = lost
    if marker.truncated and wanted:
        for id, want in wanted.fields.items():
            applied = UNKNOWN if id in base else _unsaid(marker, id, want, live)
            if not isinstance(applied, Unknown):
                base[id] = applied
    return ItemRecord(
        address=address,
        provider=provider,
        site=site,
        id=live.id,
        key=live.key,
        url=live.url,
        type=live.type,
        title=title,
        base=base,
        observed=observed,
        shared=shared,
        not_kept=not_kept,
        revision=live.revision,
        protect=marker.protect,
        closed=marker.closed,
        on_remove=wanted.parting.on_remove if wanted else "close",
        close_comment=wanted.parting.comment if wanted else None,
        through=wanted.parting.through if wanted else (),
        project=project,
        creation=marker.creation,
        sightings=Sightings(1, exact=False) if marker.origin == "incident" else None,
    )


def _unsaid(marker: Marker, id: str, want: Want, live: Item) -> Known:
    """The base of a field for which the marker has no entry of one."""
    if want.info.many:
        wanted = want.value if isinstance(want.value, tuple) else ()
        return tuple(each for each in wanted if f"{id}/{_fingerprint(each)}" in marker.observed) or UNKNOWN
    seen = marker.observed.get(id)
    if seen is None or isinstance(want.value, Template):
        return LOST
    if seen == _fingerprint(want.value):
        return want.value
    untouched = seen == _fingerprint(None) and live.fields.get(id) is None
    return UNKNOWN if untouched else LOST


def _elements(field: str, elements: tuple[Value, ...], record: ItemRecord) -> Iterator[tuple[str, str]]:
    shared = record.shared.get(field, ())
    lost = record.not_kept.get(field)
    for each in elements:
        note = _SHARED if each in shared else _NOT_KEPT if isinstance(lost, tuple) and each in lost else _OURS
        yield f"{field}/{_fingerprint(each)}", note


def _claimed_sets(marker: Marker) -> Mapping[str, dict[str, str]]:
    """By field id, what is known of each element that is ours, by its digest."""
    found: dict[str, dict[str, str]] = {}
    for entry, note in marker.base.items():
        field, slash, element = entry.partition("/")
        if slash:
            elements = found.setdefault(field, {})
            if element:
                elements[element] = note
    return found


def _known(fingerprint: str, candidates: tuple[Desired, ...]) -> Value:
    for each in candidates:
        if not isinstance(each, (Template, Unknown)) and _fingerprint(each) == fingerprint:
            return each
    return _unknown(fingerprint)


def _unknown(fingerprint: str) -> Opaque:
    """Stands for a value of which only the digest is known."""
    return Opaque("not known since the state was rebuilt", fingerprint)


def _fingerprint(value: Value) -> str:
    return value.digest if isinstance(value, Opaque) else digest(value)


def _by_digest(sets: tuple[Desired, ...]) -> dict[str, Value]:
    return {_fingerprint(each): each for elements in sets if isinstance(elements, tuple) for each in elements}
