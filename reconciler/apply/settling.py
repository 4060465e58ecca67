"""What became of writes whose answer was lost: asked of the platforms before anything is planned.

Settling compares live with what was sent and with what was live just before. It never looks at today's spec.

live equals what was sent            it arrived: base and observed are recorded
live equals what was there before    it did not
anything else                        it arrived, and a person came after

Whether an item came back from a recycle bin is read at once: a request that brings it back late makes nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.apply.markers import marker_of
from reconciler.plan.document import WorkspaceName
from reconciler.sdk import Change, Draft, Found, Item, Marker, Pending, Provider, Ref, Transition, TypeInfo, Value
from reconciler.state.records import ItemRecord, OperationRecord, OperationStatus, State

__all__ = ["Settlement", "settle", "settled_state"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one operation ended. `record` is what the state keeps of the item then; `None` leaves it as it is."""

    operation: OperationRecord
    status: OperationStatus
    record: ItemRecord | None = None
    forget: bool = False


def settle(
    state: State,
    workspace: WorkspaceName,
    providers: Mapping[str, Provider],
    types: Mapping[str, Mapping[str, TypeInfo]],
) -> tuple[Settlement, ...]:
    """Ask the platforms about every open operation, in bulk; those that can't be decided yet have no settlement.

    Args:
        types: by provider and type id.
    """
    found: list[Settlement] = []
    for name, provider in providers.items():
        mine = {each.id: each for each in state.open_operations if each.provider == name}
        back = {each.item or "": each for each in mine.values() if each.kind == "restore"}
        there = provider.fetch(dict.fromkeys(back, ())) if back else ()
        found += [Settlement(back[each.asked], "refused" if each.item is None else "done") for each in there]
        pending = [_pending(each, workspace, types[name]) for each in mine.values() if each.kind != "restore"]
        for answer in provider.settle(pending) if pending else ():
            operation = mine[answer.asked]
            settlement = _settlement(operation, answer, state.items.get(operation.address))
            if settlement is not None:
                found.append(settlement)
    order = {each.id: number for number, each in enumerate(state.open_operations)}
    return tuple(sorted(found, key=lambda each: order[each.operation.id]))


def settled_state(state: State, settlements: tuple[Settlement, ...]) -> State:
    """The state once settlements are recorded."""
    items = dict(state.items)
    for each in settlements:
        if each.record is not None:
            items[each.record.address] = each.record
        elif each.forget:
            items.pop(each.operation.address, None)
    ended = {each.operation.id for each in settlements}
    return replace(
        state,
        items=items,
        open_operations=tuple(each for each in state.open_operations if each.id not in ended),
    )


def _pending(operation: OperationRecord, workspace: WorkspaceName, types: Mapping[str, TypeInfo]) -> Pending:
    after = operation.after
    type = after.type if after else Ref("")
    sent_before = operation.send_before or operation.journalled_at
    if operation.kind == "create":
        draft = Draft(operation.id, type, {**operation.values, **operation.added}, _marker(operation, workspace))
        return Pending(draft, sent_before, operation.highest_key)
    infos = types[type.id].fields if type.id in types else {}
    status = next((value for id, value in operation.values.items() if id in infos and infos[id].kind == "status"), None)
    item = Item(operation.item or "", "", "", type, operation.before, "")
    change = Change(
        operation.id,
        item,
        set={id: value for id, value in operation.values.items() if id not in infos or infos[id].kind != "status"},
        add=operation.added,
        remove=operation.removed,
        transition=Transition((status,)) if isinstance(status, Ref) else None,
        comment=operation.comment,
        marker=_marker_sent(operation, workspace),
    )
    return Pending(change, sent_before, operation.highest_key)


def _marker_sent(operation: OperationRecord, workspace: WorkspaceName) -> Marker | Literal["keep", "drop"]:
    if operation.kind == "marker" and operation.after is not None:
        return marker_of(operation.after, workspace, operation.id)
    return "drop" if operation.kind == "forget" else "keep"


def _marker(operation: OperationRecord, workspace: WorkspaceName) -> Marker:
    return Marker(
        version=1,
        workspace=workspace.id,
        name=workspace.name,
        instance=workspace.instance,
        address=operation.address,
        item=None,
        operation=operation.id,
        protect=operation.after.protect if operation.after else False,
        closed=False,
        origin=operation.after.origin if operation.after else "spec",
        base={},
        observed={},
        creation=operation.id,
    )


def _settlement(operation: OperationRecord, found: Found, record: ItemRecord | None) -> Settlement | None:
    if found.state == "undecided":
        return None
    if operation.kind == "create":
        if found.item is None:
            return Settlement(operation, "absent")
        return Settlement(operation, "done", _created(operation, found.item)) if operation.after else None
    if operation.kind == "delete":
        there = found.item is not None
        return Settlement(operation, "refused") if there else Settlement(operation, "done", forget=True)
    if found.item is None or record is None:
        return Settlement(operation, "gone")
    if operation.kind == "forget":
        dropped = found.item.marker is None
        return Settlement(operation, "done", forget=True) if dropped else Settlement(operation, "refused")
    return _changed(operation, found.item, record)


def _created(operation: OperationRecord, live: Item) -> ItemRecord:
    """The record of an item that arrived after all. What people made of it since shows as drift."""
    assert operation.after is not None
    return replace(
        operation.after,
        id=live.id,
        key=live.key,
        url=live.url,
        revision=live.revision,
        observed=dict(operation.values),
    )


def _changed(operation: OperationRecord, live: Item, record: ItemRecord) -> Settlement:
    """Field by field: what arrived is recorded, what did not is left for the next plan."""
    after = operation.after or record
    base, observed, type = dict(record.base), dict(record.observed), record.type
    arrived = 0
    for id, sent in operation.values.items():
        now, before = live.fields.get(id), operation.before.get(id)
        if now == before and now != sent:
            continue
        arrived += 1
        if id not in after.base:  # the type's field: a record has that of its own
            type = after.type
            continue
        base[id] = sent
        observed[id] = sent
    for id in {*operation.added, *operation.removed}:
        ours = _arrived_elements(operation, id, live, _elements(record.base.get(id)))
        if ours is not None:
            arrived += 1
            base[id] = ours
    parts = len(operation.values) + len({*operation.added, *operation.removed})
    if arrived == 0 and parts > 0:
        return Settlement(operation, "refused")
    counted = after.sightings is not None and operation.comment is not None
    if counted and "comment" not in live.fields and arrived == 0:
        return Settlement(operation, "refused")
    whole = arrived == parts and (not counted or "comment" in live.fields)
    kept = replace(after if whole else record, base=base, observed=observed, type=type, key=live.key, url=live.url)
    return Settlement(operation, "done" if whole else "partial", kept)


def _arrived_elements(
    operation: OperationRecord, id: str, live: Item, ours: tuple[Value, ...]
) -> tuple[Value, ...] | None:
    """Our elements of a set after a write of which all arrived; `None` where part of it did not."""
    there = _elements(live.fields.get(id))
    added, removed = operation.added.get(id, ()), operation.removed.get(id, ())
    if any(each not in there for each in added) or any(each in there for each in removed):
        return None
    return tuple(dict.fromkeys((*(each for each in ours if each not in removed), *added)))


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()
