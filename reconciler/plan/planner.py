"""The whole plan: what happens to every address that the spec or the state knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.plan.desired import Wanted, awaited_address
from reconciler.plan.edges import Edges, drop_second_ends
from reconciler.plan.items import ItemPlan, plan_create, plan_update
from reconciler.plan.order import leaf_first
from reconciler.plan.removing import plan_close, plan_forgotten, plan_removal
from reconciler.sdk import Found, Item, Link, SiteDescription
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
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()
    recreated: Mapping[str, ItemRecord] = field(default_factory=dict)


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
    new = frozenset(wanted) - frozenset(records)
    diagnostics: list[Diagnostic] = [_unsettled_note(each, state) for each in sorted(unsettled)]
    items: list[ItemPlan] = []
    for address, each in drop_second_ends(wanted, sites, records).items():
        record = records.get(address)
        if address in unsettled or (targets and address not in within):
            continue
        if record is None:
            item = plan_create(each, new)
            if address in changes.recreated:
                item = replace(item, missing=True)
            diagnostics.extend(_required(item))
        else:
            if record.provider != each.item.provider:
                diagnostics.append(_other_provider(each, record))
                continue
            live = found[address].item
            if live is None:
                if policy.on_missing == "forget":
                    items.append(plan_forgotten(record))
                else:
                    diagnostics.append(_missing(record))
                continue
            if each.type.ref != live.type:
                diagnostics.append(_other_type(each, record, live))
                continue
            item = plan_update(each, record, live, sites[record.provider], edges, new, policy.conflicts)
            if address in changes.adopted:
                item = replace(item, kind="adopt")
            elif address in changes.moved:
                item = replace(item, kind="move", previous_address=changes.moved[address])
        diagnostics.extend(_stopped(item))
        items.append(item)
    remove = plan_close if kind == "destroy" else plan_removal
    for address, record in records.items():
        if address in wanted or address in unsettled or (targets and address not in targets) or record.closed:
            continue
        live = found[address].item
        if record.protect:
            diagnostics.append(_protected(record))
        elif live is None:
            if policy.on_missing == "stop":
                diagnostics.append(_missing(record))
            else:
                items.append(plan_forgotten(record))
        elif (removal := remove(record, live, sites[record.provider])) is None:
            diagnostics.append(_unclosable(record, live))
        else:
            items.append(removal)
    missing = tuple(each for each in found if each not in unsettled and found[each].item is None)
    if missing and len(missing) == len(found):
        diagnostics.append(_all_missing(missing))
    return Plan(tuple(leaf_first(items)), tuple(diagnostics), unsettled, missing)


def _unsettled(wanted: Mapping[str, Wanted], state: State | None) -> frozenset[str]:
    """Addresses with an open operation, and all that needs them, however far."""
    held = {each.address for each in state.open_operations} if state else set()
    return frozenset(_dependents(wanted, held)) if held else frozenset()


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
    return wanted.needs | {address for each in links if (address := awaited_address(each.target))}


def _closure(wanted: Mapping[str, Wanted], targets: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    todo = list(targets)
    while todo:
        address = todo.pop()
        if address not in found:
            found.add(address)
            todo.extend(_waits_for(wanted[address]) if address in wanted else ())
    return frozenset(found)


def _unsettled_note(address: str, state: State | None) -> Diagnostic:
    mine = [each for each in state.open_operations if each.address == address] if state else []
    if not mine:
        return warning("unsettled", f"{address} waits for an item whose last write has no known outcome")
    operation = mine[0]
    return warning(
        "unsettled",
        f"{address} is unsettled: the outcome of its {operation.kind} is unknown",
        detail=f"It was journalled at {operation.journalled_at:%Y-%m-%d %H:%M:%S} UTC and its answer was lost. "
        "Nothing is sent for this address, or for what needs it.",
        hint="Look on the site whether it arrived; `reconciler state show` has what was sent.",
    )


def _required(item: ItemPlan) -> Iterator[Diagnostic]:
    written = {each.want.info.id for each in item.fields if each.decision.verdict == "write"}
    written |= {each.want.info.id for each in item.sets}
    missing = [each for each in item.type.fields.values() if each.required and each.id not in written]
    if missing and item.wanted is not None:
        names = ", ".join(each.word or each.name for each in missing)
        yield error(
            "required_field",
            f"{item.address} can't be created without {names}",
            detail=f"The site requires it of every {item.type.ref.name}.",
            place=item.wanted.item.place,
            hint="Add the field to the item, or to `defaults`.",
        )


def _missing(record: ItemRecord) -> Diagnostic:
    return error(
        "missing",
        f"{record.address} ({record.key}) can't be read",
        detail="It was deleted, or this account may not see it any more. Its address is left alone.",
        hint=f"Open {record.url} as the account that `reconciler doctor` names; what to do about deleted ones says "
        "`policy: {on_missing: ...}`.",
    )


def _all_missing(missing: Sequence[str]) -> Diagnostic:
    return error(
        "all_missing",
        f"the site shows none of the {len(missing)} items that the state knows",
        detail="A lost permission or a wrong account looks just like this.",
        hint=f"If they are gone: `reconciler apply --accept-missing {len(missing)}`.",
    )


def _other_type(wanted: Wanted, record: ItemRecord, live: Item) -> Diagnostic:
    return error(
        "type_change",
        f"{record.address} ({record.key}) is a {live.type.name}, the spec wants a {wanted.type.ref.name}",
        place=wanted.item.type.place,
        snippet=wanted.item.type.snippet,
        hint="Change the type on the site by hand; the next plan takes it as it is.",
    )


def _other_provider(wanted: Wanted, record: ItemRecord) -> Diagnostic:
    return error(
        "provider_change",
        f"{record.address} ({record.key}) is an item of {record.provider}, the spec wants one of "
        f"{wanted.item.provider}",
        detail="An item can't move to another provider.",
        place=wanted.item.place,
        hint="Give the new item an address of its own, or take the old one out of the spec first.",
    )


def _unclosable(record: ItemRecord, live: Item) -> Diagnostic:
    return error(
        "not_closable",
        f"{record.address} ({record.key}) can't be closed: the site shows no closing status of a {live.type.name}",
        detail="It left the spec. Its type was changed, or it was moved to another project.",
        hint="Close it by hand, and put its address back until then.",
    )


def _protected(record: ItemRecord) -> Diagnostic:
    return error(
        "protected",
        f"{record.address} ({record.key}) is protected",
        detail="It left the spec, and its protection was applied before.",
        hint="To let it go, put it back, apply it with `protect: false`, and remove it then.",
    )


def _stopped(item: ItemPlan) -> Iterator[Diagnostic]:
    for each in item.fields:
        if each.decision.verdict == "stop":
            yield warning(
                "conflict",
                f"{each.want.word} of {item.address} holds a person's value that is not the spec's",
                detail="Both are kept as they are: the item is left alone, the rest goes on.",
                place=item.wanted.item.fields[each.want.word].place if item.wanted else None,
                hint="Bring the spec's value in line with the live one, or the live one with the spec's.",
            )
