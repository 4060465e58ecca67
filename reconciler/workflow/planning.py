"""From specs, state and sites to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from reconciler.apply.previews import preview
from reconciler.diagnostics import has_errors
from reconciler.errors import Refused, SpecError, UsageError
from reconciler.live.connections import Connection, ShutGate, connect
from reconciler.live.marked import marked_items
from reconciler.live.reading import (
    demand,
    describe_retyped,
    describe_sites,
    fetch_items,
    look_up,
    read_histories,
    recycled_items,
)
from reconciler.live.relatives import children_outside
from reconciler.live.snapshots import save_snapshots
from reconciler.plan.assemble import Origin, assemble, speeches, with_requests
from reconciler.plan.authors import Authors
from reconciler.plan.desired import Dialect, References, Wanted
from reconciler.plan.document import PlanDocument
from reconciler.plan.moves import apply_moves
from reconciler.plan.planner import Changes
from reconciler.plan.planner import make_plan as decide
from reconciler.plan.resolving import resolve
from reconciler.plan.rules import Bench
from reconciler.sdk import Item, SiteDescription
from reconciler.spec import canonical_address
from reconciler.spec.configuration import Configuration
from reconciler.state.records import ItemRecord, State
from reconciler.state.store import Lease
from reconciler.workflow.addresses import suggestion
from reconciler.workflow.adopting import adopt, as_remembered
from reconciler.workflow.grounding import refuse_renames, refuse_taken, with_records, without_incidents, without_records
from reconciler.workflow.proving import prove
from reconciler.workflow.request import Request
from reconciler.workflow.settling import settle_open

__all__ = ["PlanKind", "Planned", "make_plan", "plan_with", "refuse_other_sites", "refuse_unknown_marked"]

PlanKind: TypeAlias = Literal["plan", "destroy", "refresh_only"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, the sites that it was made against, and the state once open operations were settled."""

    document: PlanDocument
    sites: Mapping[str, SiteDescription]
    state: State | None


def make_plan(
    request: Request, kind: PlanKind = "plan", targets: tuple[str, ...] = (), *, validate: bool = False
) -> PlanDocument:
    """Plan without the right to write: nothing is sent but reads.

    Args:
        validate: ask the platforms whether they would take new items.

    Raises:
        SpecError: the specs can't be what the site takes.
        Refused: no plan can be made: marked items without state, another site.
    """
    configuration = request.load()
    state = request.store(configuration).read()
    with connect(
        configuration.providers,
        used_providers(configuration, state),
        request.environment,
        gate=ShutGate(),
        clock=request.clock,
    ) as connections:
        return plan_with(request, configuration, state, connections, kind, targets, validate=validate).document


def used_providers(configuration: Configuration, state: State | None) -> list[str]:
    """The providers that items of the specs or the state use; the others need no credentials.

    Raises:
        Refused: the state has items of a provider that the specs no longer name.
    """
    used = list(demand(configuration, state))
    for name in used:
        if name not in configuration.providers:
            raise Refused(
                f"the state has items of the provider {name!r}, which the specs no longer name",
                hint=f"put `providers: {{{name}: ...}}` back until its items are removed",
            )
    return used


def plan_with(
    request: Request,
    configuration: Configuration,
    state: State | None,
    connections: Mapping[str, Connection],
    kind: PlanKind,
    targets: tuple[str, ...] = (),
    *,
    lease: Lease | None = None,
    patience: float = 0.0,
    validate: bool = False,
) -> Planned:
    """Plan over open connections.

    Args:
        state: what the caller read, under the lease where it is going to write.
        lease: records what is settled; `None` for commands that only read.
        patience: seconds to wait until open operations can be settled.
        validate: ask the platforms whether they would take new items.
    """
    demands = demand(configuration, state)
    if kind == "destroy":
        configuration = replace(configuration, items={})
    sites = describe_sites(connections, demands)
    save_snapshots(request.directory, configuration.providers, sites)
    refuse_other_sites(state.items if state else {}, sites)
    workspace, clock = configuration.workspace, request.clock
    state = settle_open(state, workspace, connections, sites, lease=lease, clock=clock, patience=patience)
    records = state.items if state else {}
    dialects = {name: each.provider for name, each in connections.items()}
    moved = apply_moves(state, () if kind == "destroy" else configuration.moved)
    adopted = adopt(configuration, connections, sites, moved.state)
    outside = look_up(connections, demands)
    ground = with_records(moved.state, workspace, adopted.records)
    refuse_taken(configuration.items, ground.items)
    wanted = _resolved(configuration, sites, dialects, References(ground.items, outside))
    managed = without_incidents(ground)
    refuse_renames(wanted, managed.items, configuration.removed if kind != "destroy" else ())
    found = fetch_items(connections, sites, wanted, managed.items, configuration.policy.rules)
    ground = with_records(ground, workspace, as_remembered(adopted, ground.items, wanted, found))
    leaving = [(managed.items[at].provider, each.item) for at, each in found.items() if each.item and at not in wanted]
    sites = describe_retyped(connections, demands, sites, leaving)
    recycled = recycled_items(connections, ground.items, found)
    recreated: dict[str, ItemRecord] = {}
    if configuration.policy.on_missing == "recreate":
        gone = {address for address, each in found.items() if each.item is None} - recycled
        recreated = {each: ground.items[each] for each in wanted if each in gone}
        ground = without_records(ground, recreated)
        if recreated:
            wanted = _resolved(configuration, sites, dialects, References(ground.items, outside))
    plan = decide(
        wanted,
        without_incidents(ground) if state or ground.items else None,
        sites,
        found,
        kind=kind,
        policy=configuration.policy,
        changes=Changes(moved.sources, frozenset(adopted.records), recreated, recycled),
        targets=_known_targets(targets, configuration, {**records, **ground.items}),
    )
    proof = prove(workspace, records, found, sites)
    plan = proof.added_to(plan)
    authors = Authors.of(read_histories(connections, plan.asks_who))
    origin = Origin(kind, str(request.directory.absolute()), request.commit(), targets)
    document = assemble(plan, origin, configuration, ground if state else None, sites, dialects, authors)
    items: dict[str, Item] = {each.address: each.live for each in plan.items if each.live is not None}
    says = speeches(sites, dialects, ground.items)
    cost = preview(document, says, dialects, ground.items, items, configuration.items if validate else None)
    bench = Bench(configuration.policy.rules, says, items)
    further = (*moved.diagnostics, *adopted.diagnostics, *proof.problems, *children_outside(connections, plan))
    return Planned(with_requests(document, cost, further, state, bench), sites, state)


def _resolved(
    configuration: Configuration,
    sites: Mapping[str, SiteDescription],
    dialects: Mapping[str, Dialect],
    references: References,
) -> dict[str, Wanted]:
    wanted, problems = resolve(configuration, sites, dialects, references)
    if has_errors(problems):
        raise SpecError((*configuration.diagnostics, *problems))
    return wanted


def refuse_other_sites(records: Mapping[str, ItemRecord], sites: Mapping[str, SiteDescription]) -> None:
    """Stop where the state's items are of another site or another project than the one configured.

    An item that people moved out of the project is not meant: what counts is what was configured when it was made.

    Raises:
        Refused: some are.
    """
    for record in records.values():
        site = sites.get(record.provider)
        if site is None:
            continue
        if site.site != record.site:
            raise Refused(
                f"the state's items of {record.provider} are on another site than the one configured",
                detail=f"{record.address} is {record.url}; the configured site is {site.url} ({site.site}).",
                hint="point the provider's URL back to it, or plan in another workspace",
            )
        if record.project not in ("", site.project.id):
            raise Refused(
                f"the state's items of {record.provider} were made in another project than the one configured",
                detail=f"{record.address} is {record.url}; the configured project is {site.project.name}.",
                hint="put the project back; items of another project need a provider of their own",
            )


def refuse_unknown_marked(
    document: PlanDocument,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    state: State,
) -> None:
    """Look for items of this workspace that neither the state nor a saved plan knows, before anything is created.

    Raises:
        Refused: there are some: creating now could make them twice.
    """
    adopted = {each.id for each in document.actions if each.action == "adopt"}
    found = marked_items(document.workspace, connections, sites, state)
    creates = [each.address for each in document.actions if each.action == "create"]
    unknown = [
        item
        for _, item in (*found.unknown, *found.illegible)
        if item.id not in adopted and (item.marker is None or any(item.marker.is_at(each) for each in creates))
    ]
    if unknown:
        raise Refused(
            f"{len(unknown)} items are marked as this workspace's, and neither the state nor the plan knows them",
            detail="\n".join(f"{each.key}: {each.url}" for each in unknown),
            hint="make a new plan",
        )


def _known_targets(
    targets: tuple[str, ...], configuration: Configuration, records: Mapping[str, ItemRecord]
) -> frozenset[str]:
    addresses = frozenset(canonical_address(each) for each in targets)
    groups: dict[str, list[str]] = {}
    for address, item in configuration.items.items():
        groups.setdefault(item.group, []).append(address)
    found: set[str] = set()
    for each in addresses:
        if each in configuration.items or each in records:
            found.add(each)
        elif each in groups:
            found.update(groups[each])
        else:
            hint = suggestion(each, {*configuration.items, *records})
            raise UsageError(f"there is no item at {each}", hint=hint or "the specs and `state list` have them")
    return frozenset(found)
