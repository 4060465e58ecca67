"""What happens to an item whose address left the specs."""

from __future__ import annotations

from reconciler.plan.desired import Want
from reconciler.plan.diff import Decision
from reconciler.plan.items import DecidedField, ItemKind, ItemPlan, is_done
from reconciler.plan.parting import parting_of
from reconciler.sdk import Item, Ref, SiteDescription, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["plan_close", "plan_forgotten", "plan_removal"]


def plan_removal(record: ItemRecord, live: Item, site: SiteDescription) -> ItemPlan | None:
    """Close, delete or forget it, as was last applied; `None` where it can't be closed."""
    if record.on_remove == "close":
        return plan_close(record, live, site)
    return _parted(record, record.on_remove, live, site.types.get(live.type.id) or TypeInfo(live.type, 0, {}, ()))


def plan_close(record: ItemRecord, live: Item, site: SiteDescription) -> ItemPlan | None:
    """Bring an item that left the spec to the platform's cancelled status, or done where there is no such.

    Returns:
        `None` where the site does not say how: neither the type that it has now nor the one that it had has a status
        to close with.
    """
    types = [site.types[id] for id in (live.type.id, record.type.id) if id in site.types]
    ways = ((type, type.by_word("status"), _closing_status(type)) for type in types)
    found = next(((type, info, target) for type, info, target in ways if info and target), None)
    if found is None:
        return None
    type, info, target = found
    decided: tuple[DecidedField, ...] = ()
    if not is_done(type, live.fields.get(info.id)):
        want = Want(info, "status", target, "spec", exact=False)
        base, observed, now = (fields.get(info.id) for fields in (record.base, record.observed, live.fields))
        decided = (DecidedField(want, Decision("write"), base, observed, now),)
    return _parted(record, "close", live, type, decided)


def plan_forgotten(record: ItemRecord) -> ItemPlan:
    """Forget an item that the platform shows no more."""
    return ItemPlan(
        address=record.address,
        kind="forget",
        provider=record.provider,
        type=TypeInfo(record.type, 0, {}, ()),
        title=record.title,
        record=record,
        missing=True,
        protect=record.protect,
        closed=record.closed,
        parting=parting_of(record),
    )


def _parted(
    record: ItemRecord, kind: ItemKind, live: Item, type: TypeInfo, fields: tuple[DecidedField, ...] = ()
) -> ItemPlan:
    return ItemPlan(
        address=record.address,
        kind=kind,
        provider=record.provider,
        type=type,
        title=record.title,
        record=record,
        live=live,
        fields=fields,
        protect=record.protect,
        closed=kind == "close",
        parting=parting_of(record),
    )


def _closing_status(type: TypeInfo) -> Ref | None:
    done = [each for each in type.statuses if each.category == "done"]
    by_word = {each.word: each.ref for each in reversed(done)}
    return by_word.get("cancelled") or by_word.get("done") or next((each.ref for each in done), None)
