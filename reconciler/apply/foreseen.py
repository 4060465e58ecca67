"""What the state and the markers will be once a plan is carried out, if all of it arrives and is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from reconciler.apply.intents import Intent
from reconciler.apply.markers import is_current, marker_of
from reconciler.apply.records import after_write, as_recorded, new_record
from reconciler.plan.desired import awaited, awaited_address
from reconciler.plan.document import PlanDocument, Recording
from reconciler.plan.pages import stand_in
from reconciler.sdk import Change, Item, SiteDescription
from reconciler.state.records import ItemRecord

__all__ = ["marker_writes", "planned_records"]

_NO_OPERATION: Final = "0" * 32
_NO_ITEM: Final = "0" * 10
"""As long as the ids of an operation and of an item, for platforms that limit a marker's length."""


def planned_records(
    document: PlanDocument, sites: Mapping[str, SiteDescription], records: Mapping[str, ItemRecord]
) -> dict[str, ItemRecord]:
    """By address, the records that a plan's actions are about: moved ones where they will be, created ones with ids
    that are awaited and URLs that stand in for their pages.
    """
    found = dict(records)
    for action in document.actions:
        if action.action == "move" and action.previous_address in found:
            found[action.address] = replace(found.pop(action.previous_address), address=action.address)
        elif action.action == "create":
            blank = new_record(action, sites[action.provider])
            found[action.address] = replace(blank, id=awaited(action.address), url=stand_in(action.address))
        elif action.action == "adopt" and action.address not in found:
            found[action.address] = new_record(action, sites[action.provider])
    return found


def marker_writes(
    document: PlanDocument,
    intents: Mapping[str, Intent],
    records: Mapping[str, ItemRecord],
    items: Mapping[str, Item],
) -> Iterator[Change]:
    """The markers that are written when all else is done, each as a change whose operation is the address.

    Args:
        intents: by address, the whole of what each action writes.
        records: as `planned_records` gives them.
        items: by address, live items with their markers.
    """
    recordings = {each.address: each for each in document.recordings}
    let_go = {each.address for each in document.actions if each.action in {"delete", "forget"}}
    for address in dict.fromkeys((*(each.address for each in document.actions), *recordings)):
        if address in let_go or address not in records or address not in items:
            continue
        record = _foreseen(records[address], intents.get(address), recordings.get(address), records)
        marker = items[address].marker
        if marker is None or not is_current(marker, record, document.workspace):
            due = marker_of(record, document.workspace, _NO_OPERATION)
            if awaited_address(record.id) is not None:
                due = replace(due, item=_NO_ITEM, creation=_NO_OPERATION)
            yield Change(address, items[address], marker=due)


def _foreseen(
    record: ItemRecord, intent: Intent | None, recording: Recording | None, records: Mapping[str, ItemRecord]
) -> ItemRecord:
    """The record once all that is written was kept as it was sent."""
    if intent is not None:
        record = after_write(record, intent, intent.fields)
        kept = {id: value for id, value in intent.set.items() if id in record.base}
        record = replace(record, observed={**record.observed, **kept})
    return record if recording is None else as_recorded(record, recording, records, {})
