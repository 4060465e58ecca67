"""What reports of incidents stand on: what is settled, what is there already, and what nobody knows yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from reconciler.diagnostics import error, has_errors
from reconciler.errors import Refused, SpecError
from reconciler.live.connections import Connection
from reconciler.live.reading import demand, describe_sites, look_up
from reconciler.plan.desired import References, Wanted, awaited_address
from reconciler.plan.resolving import resolve
from reconciler.sdk import Clock, Item, Link, SiteDescription
from reconciler.spec.configuration import Configuration, DesiredItem
from reconciler.state.records import ItemRecord, State
from reconciler.state.store import Lease
from reconciler.workflow.adopting import adopt
from reconciler.workflow.grounding import with_records
from reconciler.workflow.planning import refuse_other_sites
from reconciler.workflow.settling import settle_open

__all__ = ["Ground", "ground_of", "read_live", "resolved"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What reports stand on.

    Attributes:
        state: settled as far as can be, with the records of marked items that it did not know.
        known: by address, the records of incidents that have an item.
        adopted: those of them that the state did not know.
        held: addresses of which nobody knows yet whether a write arrived.
    """

    sites: Mapping[str, SiteDescription]
    state: State
    known: Mapping[str, ItemRecord]
    adopted: Collection[str]
    held: Collection[str]


def ground_of(
    read: State,
    about: Configuration,
    connections: Mapping[str, Connection],
    *,
    lease: Lease,
    clock: Clock,
    patience: float,
) -> Ground:
    """Settle what is open at some addresses, and look for marked items of theirs, before anything is created.

    Args:
        read: the whole state.
        about: the configuration, of the items of these addresses alone.
        patience: seconds to wait for writes whose answer was lost.

    Raises:
        Refused: there are marked items and no state, or an item of the specs stands at one of the addresses.
    """
    addresses, workspace = about.items.keys(), about.workspace
    mine = _only(read, addresses)
    sites = describe_sites(connections, demand(about, mine))
    refuse_other_sites(mine.items, sites)
    settled = settle_open(mine, workspace, connections, sites, lease=lease, clock=clock, patience=patience)
    state = _with(read, settled or mine, addresses)
    adopted = adopt(about, connections, sites, state).records
    state = with_records(state, workspace, adopted)
    held = {each.address for each in state.open_operations} & addresses
    known = {each: state.items[each] for each in addresses if each in state.items and each not in held}
    for address, record in known.items():
        if address not in adopted and record.origin == "spec":
            raise Refused(
                f"at {address} stands {record.key}, an item of the specs",
                hint=f"rename the template, or let go of that one: `reconciler state rm '{address}'`",
            )
    return Ground(sites, state, known, adopted.keys(), held)


def read_live(ground: Ground, connections: Mapping[str, Connection], name: str) -> dict[str, Item]:
    """By address, the items of one provider that are there already, with their status.

    Raises:
        Refused: one can't be read.
    """
    if not ground.known:
        return {}
    site = ground.sites[name]
    status = frozenset(info.id for each in site.types.values() if (info := each.by_word("status")))
    asked = {record.id: status for record in ground.known.values()}
    found = {each.asked: each.item for each in connections[name].provider.fetch(asked)}
    live: dict[str, Item] = {}
    for address, record in ground.known.items():
        item = found.get(record.id)
        if item is None or item.type.id not in site.types:
            raise Refused(
                f"{record.key}, the item of {address}, can't be read in {site.project.name} any more",
                detail=record.url,
                hint=f"to let a new one be made: `reconciler state rm '{address}'`",
            )
        live[address] = item
    return live


def resolved(
    configuration: Configuration,
    new: Mapping[str, DesiredItem],
    ground: Ground,
    connections: Mapping[str, Connection],
) -> dict[str, Wanted]:
    """New items against their site.

    Args:
        configuration: with the items that they may refer to.

    Raises:
        SpecError: the site does not take one, or it needs an item that is not there.
    """
    outside = look_up(connections, demand(replace(configuration, items=new), None))
    whole = replace(configuration, items={**configuration.items, **new})
    dialects = {name: each.provider for name, each in connections.items()}
    references = References(ground.state.items, outside)
    wanted, problems = resolve(whole, ground.sites, dialects, references, new)
    waiting = [
        error(
            "not_there",
            f"{address} needs {', '.join(sorted(needs))}, and that is not on its site yet",
            place=each.item.place,
            hint="`reconciler apply` creates it",
        )
        for address, each in wanted.items()
        if (needs := (each.needs | _link_ends(each)) - ground.state.items.keys())
    ]
    if waiting or has_errors(problems):
        raise SpecError((*problems, *waiting))
    return wanted


def _link_ends(wanted: Wanted) -> frozenset[str]:
    """The addresses of items that a new item is to be linked with, and that are not there."""
    sets = (want.value for want in wanted.fields.values() if isinstance(want.value, tuple))
    ends = (awaited_address(each.target) for elements in sets for each in elements if isinstance(each, Link))
    return frozenset(each for each in ends if each)


def _only(state: State, addresses: Collection[str]) -> State:
    """The state, of these addresses alone."""
    return replace(
        state,
        items={address: each for address, each in state.items.items() if address in addresses},
        open_operations=tuple(each for each in state.open_operations if each.address in addresses),
    )


def _with(state: State, part: State, addresses: Collection[str]) -> State:
    """The state, with a part of it, that of these addresses, as it became."""
    others = {address: each for address, each in state.items.items() if address not in addresses}
    elsewhere = tuple(each for each in state.open_operations if each.address not in addresses)
    return replace(state, items={**others, **part.items}, open_operations=(*elsewhere, *part.open_operations))
