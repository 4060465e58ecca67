"""The whole plan: what happens to every address that the spec or the state knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from reconciler.diagnostics import Diagnostic
from reconciler.plan import obstacles
from reconciler.plan.absent import without_absent
from reconciler.plan.desired import Wanted, awaited_address
from reconciler.plan.edges import Edges, drop_second_ends
from reconciler.plan.items import ItemPlan, plan_create, plan_update
from reconciler.plan.order import leaf_first
from reconciler.plan.pages import addresses_in, awaited_parts
from reconciler.plan.removing import plan_close, plan_forgotten, plan_removal
from reconciler.plan.restoring import last_seen
from reconciler.plan.retyping import hindrance, retyped
from reconciler.sdk import Found, Link, SiteDescription
from reconciler.spec.configuration import Policy
from reconciler.state.records import ItemRecord, State

__all__ = ["Changes", "Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided, before it is worded.

    Attributes:
        items: every address that was looked at; those with nothing to do among them.
        held_back: addresses for which nothing may be sent now, and why, as diagnostics.
        unsettled: addresses with an operation whose outcome is unknown, and those that need them.
        missing: addresses whose items the platform does not show.
    """

    items: tuple[ItemPlan, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    unsettled: frozenset[str] = field(default=frozenset())
    missing: tuple[str, ...] = ()

    @property
    def asks_who(self) -> dict[str, dict[str, frozenset[str]]]:
        """By provider, the remote ids and fields whose history is worth reading."""
        asked: dict[str, dict[str, frozenset[str]]] = {}
        for item in self.items:
            if item.live is not None and item.asks_who:
                asked.setdefault(item.provider, {})[item.live.id] = item.asks_who
        return asked


@dataclass(frozen=True, slots=True)
class Changes:
    """What is known of addresses beside the records of the state.

    Attributes:
        moved: by new address, the one that the record had.
        adopted: addresses whose records are those of items that the state does not know yet.
        recreated: records of addresses whose items are missing and are to be made anew; the state given lacks them.
        recycled: addresses whose items lie in the platform's recycle bin, and can be brought back.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()
    recreated: Mapping[str, ItemRecord] = field(default_factory=dict)
    recycled: frozenset[str] = frozenset()


_CAREFUL: Final = Policy()
_NO_CHANGES: Final = Changes()


def make_plan(
    wanted: Mapping[str, Wanted],
    state: State | None,
    sites: Mapping[str, SiteDescription],
    found: Mapping[str, Found],
    *,
    kind: Literal["plan", "destroy", "refresh_only"] = "plan",
    policy: Policy = _CAREFUL,
    changes: Changes = _NO_CHANGES,
    targets: frozenset[str] = frozenset(),
) -> Plan:
    """Decide for every address. Pure: the same input gives the same plan.

    Args:
        wanted: by address, in the spec's order; empty to destroy.
        state: with moved and adopted addresses as they will be.
        found: by address, what became of the items of the state.
        kind: to destroy closes what would be deleted or forgotten.
        targets: addresses to stay within, with what they need; empty for all.
    """
    records = state.items if state else {}
    unsettled = _unsettled(wanted, state)
    within = _closure(wanted, targets)
    edges = Edges.of(wanted, sites, records)
    returning = changes.recycled & wanted.keys() if policy.on_missing == "recreate" else frozenset()
    new = (frozenset(wanted) - frozenset(records)) | returning
    absent = _absent(records, found, returning)
    diagnostics: list[Diagnostic] = [obstacles.unsettled(each, state) for each in sorted(unsettled)]
    items: list[ItemPlan] = []
    for address, each in drop_second_ends(wanted, sites, records).items():
        record = records.get(address)
        if address in unsettled or (targets and address not in within):
            continue
        if record is None:
            item = plan_create(each, new)
            if address in changes.recreated:
                item = replace(item, missing=True)
            diagnostics.extend(obstacles.required_fields(item))
        else:
            if record.provider != each.item.provider:
                diagnostics.append(obstacles.other_provider(each, record))
                continue
            live = last_seen(record) if address in returning else found[address].item
            if live is None:
                if policy.on_missing == "forget":
                    items.append(plan_forgotten(record))
                else:
                    diagnostics.append(_missing(record, changes))
                continue
            types = sites[record.provider].types
            if each.type.ref != live.type:
                adopted = address in changes.adopted
                why = "It is taken over as it is." if adopted else hindrance(each, record, live, types)
                if why:
                    diagnostics.append(obstacles.other_type(each, record, live, why))
                    continue
            item = plan_update(each, record, live, sites[record.provider], edges, new, policy.conflicts)
            item = retyped(item, types)
            if address in changes.adopted:
                item = replace(item, kind="adopt")
            elif address in changes.moved:
                item = replace(item, kind="move", previous_address=changes.moved[address])
            item = replace(item, missing=address in returning)
        item = without_absent(item, absent.get(item.provider, frozenset()))
        diagnostics.extend(obstacles.stopped(item))
        items.append(item)
    remove = plan_close if kind == "destroy" else plan_removal
    for address, record in records.items():
        if address in wanted or address in unsettled or (targets and address not in targets) or record.closed:
            continue
        live = found[address].item
        if record.protect:
            diagnostics.append(obstacles.protected(record))
        elif live is None:
            if policy.on_missing == "stop":
                diagnostics.append(_missing(record, changes))
            else:
                items.append(plan_forgotten(record))
        elif (removal := remove(record, live, sites[record.provider])) is None:
            diagnostics.append(obstacles.not_closable(record, live))
        else:
            items.append(removal)
    for address, answer in found.items():
        if answer.item is not None and address in records:
            diagnostics.extend(obstacles.outside(records[address], answer.item, sites[records[address].provider]))
    missing = tuple(each for each in found if each not in unsettled and found[each].item is None)
    if missing and len(missing) == len(found):
        diagnostics.append(obstacles.all_missing(missing))
    return Plan(tuple(leaf_first(items)), tuple(diagnostics), unsettled, missing)


def _absent(
    records: Mapping[str, ItemRecord], found: Mapping[str, Found], returning: frozenset[str]
) -> dict[str, set[str]]:
    """By provider, the remote ids of items that can't be read and that this plan does not bring back."""
    absent: dict[str, set[str]] = {}
    for address, answer in found.items():
        if answer.item is None and address in records and address not in returning:
            absent.setdefault(records[address].provider, set()).add(records[address].id)
    return absent


def _missing(record: ItemRecord, changes: Changes) -> Diagnostic:
    return obstacles.recycled(record) if record.address in changes.recycled else obstacles.missing(record)


def _unsettled(wanted: Mapping[str, Wanted], state: State | None) -> frozenset[str]:
    """Addresses with an open operation, and all that needs them, however far.

    What needs an item can do without its marker: a marker's operation holds its own address alone.
    """
    still_open = state.open_operations if state else ()
    held = {each.address for each in still_open if each.kind != "marker"}
    return frozenset(_dependents(wanted, held) | {each.address for each in still_open})


def _dependents(wanted: Mapping[str, Wanted], held: set[str]) -> set[str]:
    waits = {address: _waits_for(each) for address, each in wanted.items()}
    found = set(held)
    while more := {address for address, needs in waits.items() if address not in found and needs & found}:
        found |= more
    return found


def _waits_for(wanted: Wanted) -> frozenset[str]:
    """What has to exist before all of an item can be written: its needs, and the ends of its links that are new."""
    links = (
        each
        for want in wanted.fields.values()
        if isinstance(want.value, tuple)
        for each in want.value
        if isinstance(each, Link)
    )
    ends = {address for each in links for address in _awaited_ends(each)}
    return wanted.needs | ends


def _awaited_ends(link: Link) -> tuple[str, ...]:
    address = awaited_address(link.target)
    return (address,) if address else addresses_in(awaited_parts(link.target))


def _closure(wanted: Mapping[str, Wanted], targets: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    todo = list(targets)
    while todo:
        address = todo.pop()
        if address not in found:
            found.add(address)
            todo.extend(_waits_for(wanted[address]) if address in wanted else ())
    return frozenset(found)
