"""From specs, state and sites to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from reconciler.apply.previews import preview
from reconciler.diagnostics import Diagnostic, error, has_errors, warning
from reconciler.errors import Refused, SpecError, UsageError
from reconciler.live.connections import Connection, ShutGate, connect
from reconciler.live.reading import demand, describe_sites, fetch_items, find_marked, look_up, read_histories
from reconciler.live.snapshots import save_snapshots
from reconciler.plan.assemble import Origin, assemble, speeches, with_requests
from reconciler.plan.authors import Authors
from reconciler.plan.desired import References, resolve
from reconciler.plan.document import PlanDocument, WorkspaceName
from reconciler.plan.planner import make_plan as decide
from reconciler.sdk import Item, SiteDescription, marker_label
from reconciler.spec import canonical_address
from reconciler.spec.configuration import Configuration, Workspace
from reconciler.state.records import ItemRecord, State
from reconciler.workflow.request import Request

__all__ = ["PlanKind", "Planned", "make_plan", "plan_with", "refuse_other_sites", "refuse_unknown_marked"]

PlanKind: TypeAlias = Literal["plan", "destroy", "refresh_only"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the sites that it was made against."""

    document: PlanDocument
    sites: Mapping[str, SiteDescription]


def make_plan(request: Request, kind: PlanKind = "plan", targets: tuple[str, ...] = ()) -> PlanDocument:
    """Plan without the right to write: nothing is sent but reads.

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
        return plan_with(request, configuration, state, connections, kind, targets).document


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
) -> Planned:
    """Plan over open connections; the state is what the caller read, under the lease where it is going to write."""
    demands = demand(configuration, state)
    if kind == "destroy":
        configuration = replace(configuration, items={})
    records = state.items if state else {}
    sites = describe_sites(connections, demands)
    save_snapshots(request.directory, sites)
    refuse_other_sites(records, sites)
    dialects = {name: each.provider for name, each in connections.items()}
    references = References(records, look_up(connections, demands))
    wanted, problems = resolve(configuration, sites, dialects, references)
    if has_errors(problems):
        raise SpecError((*configuration.diagnostics, *problems))
    found = fetch_items(connections, sites, wanted, records)
    plan = decide(wanted, state, sites, found, targets=_known_targets(targets, configuration, records))
    copies: list[Diagnostic] = []
    if not records or any(each.kind == "create" for each in plan.items):
        copies = refuse_unknown_marked(configuration.workspace, connections, sites, state)
    authors = Authors.of(read_histories(connections, plan.asks_who))
    origin = Origin(kind, str(request.directory.absolute()), request.commit(), targets)
    document = assemble(plan, origin, configuration, state, sites, dialects, authors)
    items: dict[str, Item] = {each.address: each.live for each in plan.items if each.live is not None}
    counts, obstacles = preview(document, speeches(sites, dialects, records), dialects, records, items)
    return Planned(with_requests(document, counts, (*copies, *obstacles)), sites)


def refuse_other_sites(records: Mapping[str, ItemRecord], sites: Mapping[str, SiteDescription]) -> None:
    """Stop where the state's items are on another site than the one configured.

    Raises:
        Refused: some are.
    """
    for record in records.values():
        site = sites.get(record.provider)
        if site is not None and site.site != record.site:
            raise Refused(
                f"the state's items of {record.provider} are on another site than the one configured",
                detail=f"{record.address} is {record.url}; the configured site is {site.url} ({site.site}).",
                hint="Point the provider's URL back to it, or plan in another workspace.",
            )


def refuse_unknown_marked(
    workspace: Workspace | WorkspaceName,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    state: State | None,
) -> list[Diagnostic]:
    """Look for items of this workspace that the state does not know, before anything is created.

    Returns:
        Warnings about copies: items that a person cloned from one of ours.

    Raises:
        Refused: there are others: creating now could make them twice.
    """
    records = state.items if state else {}
    known = {(record.site, record.id) for record in records.values()}
    open_operations = {each.id for each in state.open_operations} if state else set()
    copies: list[Item] = []
    unknown: list[Item] = []
    for item in find_marked(connections, sites, marker_label(workspace.id, workspace.instance), known):
        marker = item.marker
        if marker is not None and marker.operation in open_operations:
            continue
        (copies if marker is not None and marker.address in records else unknown).append(item)
    if unknown:
        raise Refused(
            f"{len(unknown)} items are marked as this workspace's, and the state does not know them",
            diagnostics=[_unknown_marked(each) for each in unknown],
        )
    return [
        warning("copy", f"{each.key} carries the marker of another item: a copy", detail=f"{each.url} is left alone.")
        for each in copies
    ]


def _unknown_marked(item: Item) -> Diagnostic:
    address = item.marker.address if item.marker else "?"
    return error(
        "unknown_marked",
        f"{item.key} is marked as this workspace's {address}, and the state does not know it",
        detail=f"{item.url} was created by another state of this workspace. Nothing is created while it is unknown.",
        hint="Plan where that state is, or bring its `.reconciler` directory here.",
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
            raise UsageError(f"there is no item at {each}", hint="the specs and `reconciler state list` have them")
    return frozenset(found)
