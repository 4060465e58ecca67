"""What the state keeps after a write: pure functions from one record to the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeGuard

from reconciler.apply.filling import Named, fill
from reconciler.apply.intents import Intent
from reconciler.plan.desired import awaited_address, find_type
from reconciler.plan.document import Action, Recording
from reconciler.plan.pages import addresses_in, awaited_parts
from reconciler.sdk import Item, Link, Ref, SiteDescription, Value, decode
from reconciler.state.records import ItemRecord, Sightings

__all__ = ["after_write", "as_recorded", "as_verified", "differing", "new_record"]


def new_record(action: Action, site: SiteDescription) -> ItemRecord:
    """What the state keeps of an item that is about to be created or adopted; nothing is claimed yet."""
    type = find_type(site, action.type)
    return ItemRecord(
        address=action.address,
        provider=action.provider,
        site=site.site,
        id=action.id or "",
        key=action.key or "",
        url=action.url or "",
        type=type.ref if type else Ref("", action.type),
        title=action.title,
        base={},
        observed={},
        project=site.project.id,
        sightings=_sightings(action),
    )


def after_write(record: ItemRecord, intent: Intent, applied: Collection[str]) -> ItemRecord:
    """Base becomes what was sent; what live makes of it is unknown until it is read back.

    A type has no base: it is the record's own.

    Args:
        applied: ids of the fields that were written.
    """
    base = dict(record.base)
    retyping = intent.retyping
    base |= {id: value for id, value in intent.set.items() if id in applied and id != retyping}
    for id in {*intent.add, *intent.remove} & set(applied):
        before = base.get(id)
        kept = tuple(each for each in before if each not in intent.remove.get(id, ())) if _is_set(before) else ()
        base[id] = tuple(dict.fromkeys((*kept, *intent.add.get(id, ()))))
    return replace(
        record,
        base=base,
        observed={id: value for id, value in record.observed.items() if id not in applied},
        protect=intent.action.protect,
        closed=intent.action.action == "close",
        title=intent.action.title,
        type=intent.type.ref if retyping in applied else record.type,
        on_remove=intent.action.leaving.on_remove,
        close_comment=intent.action.leaving.comment,
        through=intent.action.leaving.through,
        sightings=_sightings(intent.action) or record.sightings,
    )


def differing(record: ItemRecord, live: Item, written: Collection[str]) -> tuple[str, ...]:
    """The ids of those fields that live does not show as they were sent; of a set, elements of ours are missing."""
    return tuple(id for id in written if not _shows(live.fields.get(id), _sent(record, id)))


def as_verified(
    record: ItemRecord, live: Item, written: Collection[str], moved: Collection[str] = ()
) -> tuple[ItemRecord, tuple[str, ...]]:
    """What was written, as it was read back.

    Args:
        moved: ids of fields that a person changed since they were written: what was sent stays observed, so that the
            next plan sees the change for what it is.

    Returns:
        The record, and the ids of the fields that the platform did not keep as they were sent.
    """
    observed = dict(record.observed)
    not_kept: dict[str, Value] = {id: value for id, value in record.not_kept.items() if id not in written}
    lost = tuple(id for id in differing(record, live, written) if id not in moved)
    for id in (each for each in written if each in record.base):
        sent, now = record.base[id], live.fields.get(id)
        if not _is_set(sent):
            observed[id] = sent if id in moved else now
        if id in lost:
            not_kept[id] = tuple(each for each in sent if not _shows(now, (each,))) if _is_set(sent) else sent
    verified = replace(record, key=live.key, url=live.url, revision=live.revision, observed=observed, not_kept=not_kept)
    return verified, lost


def as_recorded(
    record: ItemRecord, recording: Recording, items: Mapping[str, Named], made: Mapping[str, Ref]
) -> ItemRecord:
    """What a plan's recording adds: fields claimed and let go, protection.

    Args:
        items: by address, what exists now.
        made: by what stood for them, the components, versions and sprints that exist now.
    """
    base, observed, shared = dict(record.base), dict(record.observed), dict(record.shared)
    for claim in recording.claimed:
        value = _settled(decode(claim.base), items, made)
        base[claim.field] = value
        if _is_set(value):
            shared[claim.field] = tuple(_settled(decode(each), items, made) for each in claim.shared)
        else:
            observed[claim.field] = decode(claim.observed)
    leaving, became = recording.leaving, decode(recording.type)
    for id in recording.released:
        for fields in (base, observed, shared):
            fields.pop(id, None)
    return replace(
        record,
        base=base,
        observed=observed,
        shared={id: elements for id, elements in shared.items() if elements},
        protect=record.protect if recording.protect is None else recording.protect,
        closed=record.closed if recording.closed is None else recording.closed,
        on_remove=leaving.on_remove if leaving else record.on_remove,
        close_comment=leaving.comment if leaving else record.close_comment,
        through=leaving.through if leaving else record.through,
        type=became if isinstance(became, Ref) else record.type,
    )


def _sightings(action: Action) -> Sightings | None:
    said = action.incident
    if said is None:
        return None
    return Sightings(said.count, said.exact, said.first, said.last, said.resolved, said.report)


def _sent(record: ItemRecord, id: str) -> Value:
    """What was written to a field: the one without a base is the type's."""
    return record.base.get(id, record.type)


def _shows(live: Value, sent: Value) -> bool:
    if not _is_set(sent):
        return live == sent
    there = live if _is_set(live) else ()
    return all(each in there for each in sent)


def _is_set(value: Value) -> TypeGuard[tuple[Value, ...]]:
    return isinstance(value, tuple)


def _settled(value: Value, items: Mapping[str, Named], made: Mapping[str, Ref]) -> Value:
    """Awaited ids and pages replaced by those of what was created meanwhile."""
    match value:
        case tuple():
            return tuple(_settled(each, items, made) for each in value)
        case Ref() if value.id in made:
            return made[value.id]
        case Ref():
            return replace(value, id=_settled_id(value.id, items))
        case Link():
            return replace(value, target=_settled_page(value.target, items))
    return value


def _settled_id(id: str, items: Mapping[str, Named]) -> str:
    address = awaited_address(id)
    return items[address].id if address is not None and address in items else id


def _settled_page(target: str, items: Mapping[str, Named]) -> str:
    parts = awaited_parts(target)
    known = parts is not None and all(each in items for each in addresses_in(parts))
    return fill("url", parts, items) if known else _settled_id(target, items)
