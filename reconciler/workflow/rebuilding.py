"""`state rebuild`: make the state anew from the marked items that the platforms show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.apply.markers import record_from
from reconciler.diagnostics import Diagnostic, has_errors
from reconciler.errors import Refused, SpecError, StateError
from reconciler.live.connections import Connection, ShutGate, connect
from reconciler.live.marked import creations
from reconciler.live.reading import Demand, demand, describe_sites, look_up
from reconciler.plan.desired import References, Wanted, word_of
from reconciler.plan.diff import LOST
from reconciler.plan.resolving import resolve
from reconciler.sdk import Found, Item, Opaque, Provider, Recalls, Ref, SiteDescription, marker_label
from reconciler.spec.configuration import Configuration
from reconciler.state.records import ItemRecord, State
from reconciler.state.sqlite import SqliteStore
from reconciler.workflow.originals import Marked, Originals, originals
from reconciler.workflow.planning import refuse_other_sites, used_providers
from reconciler.workflow.recycled import recycled_warnings
from reconciler.workflow.request import Request
from reconciler.workflow.runs import keeping_run

__all__ = ["Rebuilt", "RebuiltItem", "propose", "rebuild"]


@dataclass(frozen=True, slots=True)
class RebuiltItem:
    """One item that was found.

    Attributes:
        in_spec: the specs still have its address.
        by_people: the spec's words for fields that a person changed since the last apply.
        by_spec: those whose value in the specs changed since.
        unknown: those of which neither can be told.
    """

    record: ItemRecord
    in_spec: bool
    by_people: tuple[str, ...] = ()
    by_spec: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found for a state. `kept` counts what the state knows already; `lag` is in seconds."""

    items: tuple[RebuiltItem, ...]
    diagnostics: tuple[Diagnostic, ...]
    kept: int
    lag: float


def rebuild(request: Request, approve: Callable[[Rebuilt], bool]) -> Rebuilt:
    """Find the marked items of every provider that the specs name, ask, and record those that the state lacks.

    What the state knows stays as it is. No platform is written to.

    Args:
        approve: shown what was found where there is something to record; false refuses.

    Raises:
        Refused: the markers can't be searched for, names and ids do not fit, or no approval.
        LeaseHeld: another process is writing.
    """
    configuration = request.load()
    store = request.store(configuration)
    state = store.read()
    with connect(
        configuration.providers,
        used_providers(configuration, state),
        request.environment,
        gate=ShutGate(),
        clock=request.clock,
    ) as connections:
        found = propose(configuration, state, connections)
    if found.items:
        if not approve(found):
            raise Refused("not approved")
        _record(request, store, state, found)
    return found


def propose(configuration: Configuration, state: State | None, connections: Mapping[str, Connection]) -> Rebuilt:
    """What `rebuild` would record, over open connections.

    Raises:
        Refused: the markers can't be searched for, or names and ids do not fit.
    """
    demands = {name: Demand(frozenset(), frozenset(), frozenset()) for name in connections}
    demands |= demand(configuration, state)
    sites = describe_sites(connections, demands)
    records = state.items if state else {}
    refuse_other_sites(records, sites)
    _refuse_unsearchable(sites)
    marked = _marked(configuration, state, connections, sites)
    known = {(each.site, each.id) for each in records.values()}
    sorted_out = originals(
        configuration.workspace,
        [each for identity, each in marked.items() if identity not in known],
        creations(item for _, _, item in marked.values()),
        configuration.items,
        records,
    )
    demands = _with_types(demands, sorted_out)
    sites = describe_sites(connections, demands)
    skeletons = {address: _skeleton(address, each) for address, each in sorted_out.by_address.items()}
    moves = {each.source: each.target for each in configuration.moved if each.target not in skeletons}
    moved = {moves[address]: each for address, each in skeletons.items() if address in moves}
    references = References({**records, **skeletons, **moved}, look_up(connections, demands))
    dialects = {name: each.provider for name, each in connections.items()}
    wanted, problems = resolve(configuration, sites, dialects, references)
    if has_errors(problems):
        raise SpecError((*configuration.diagnostics, *problems))
    wanted |= {source: wanted[target] for source, target in moves.items() if source not in wanted and target in wanted}
    items = tuple(_rebuilt(sorted_out.by_address, wanted, connections, sites))
    lag = max((each.capabilities.lag.total_seconds() for each in sites.values()), default=0.0)
    recycled = recycled_warnings(configuration.workspace, connections, sites, known)
    return Rebuilt(items, (*sorted_out.others, *recycled), len(records), lag)


def _refuse_unsearchable(sites: Mapping[str, SiteDescription]) -> None:
    for name, site in sites.items():
        if not site.capabilities.searchable_marker:
            raise Refused(
                f"the items of {name} can't be found again: its markers are not searchable",
                detail="The specs chose that by `marker: none`.",
                hint="restore the state from a backup",
            )


def _marked(
    configuration: Configuration,
    state: State | None,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
) -> dict[tuple[str, str], tuple[str, str, Item]]:
    """Marked items by site and id, with the provider that the specs give their address."""
    workspace = configuration.workspace
    label = marker_label(workspace.id, workspace.instance)
    records = state.items.values() if state else ()
    found: dict[tuple[str, str], tuple[str, str, Item]] = {}
    for name, connection in connections.items():
        keys = [*(each.key for each in records if each.provider == name), connection.provider.highest_key()]
        above = max(keys, key=lambda key: (len(key), key))
        for item in connection.provider.find_marked(label, above=above):
            identity = sites[name].site, item.id
            wanted = configuration.items.get(item.marker.address) if item.marker else None
            if identity not in found or (wanted and wanted.provider == name):
                found[identity] = (name, sites[name].site, item)
    return found


def _with_types(demands: Mapping[str, Demand], found: Originals) -> dict[str, Demand]:
    types: dict[str, set[str]] = {}
    for each in found.by_address.values():
        types.setdefault(each.provider, set()).add(each.item.type.id)
    return {name: replace(each, types=each.types | types.get(name, set())) for name, each in demands.items()}


def _skeleton(address: str, found: Marked) -> ItemRecord:
    """Enough of a record for other items to refer to it."""
    item = found.item
    return ItemRecord(
        address=address,
        provider=found.provider,
        site=found.site,
        id=item.id,
        key=item.key,
        url=item.url,
        type=Ref(item.type.id, item.type.name),
        title="",
        base={},
        observed={},
    )


def _rebuilt(
    found: Mapping[str, Marked],
    wanted: Mapping[str, Wanted],
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
) -> Iterator[RebuiltItem]:
    live: dict[tuple[str, str], Item] = {}
    for name, connection in connections.items():
        asked = {
            each.item.id: _fields(each, wanted.get(address), sites[name])
            for address, each in found.items()
            if each.provider == name
        }
        for answer in _read(connection.provider, asked) if asked else ():
            if answer.item is not None:
                live[name, answer.asked] = answer.item
    for address, each in found.items():
        item = live.get((each.provider, each.item.id))
        if item is None:
            raise Refused(
                f"{each.item.key} was found, and can't be read",
                detail=each.item.url,
                hint="try again; if it stays so, look at it as the account that `reconciler doctor` names",
            )
        here, site = wanted.get(address), sites[each.provider]
        title = item.fields.get(_title_field(site, item) or "")
        record = record_from(
            item.marker or each.marker,
            item,
            here if here and here.item.provider == each.provider else None,
            address=address,
            provider=each.provider,
            site=each.site,
            project=site.project.id,
            title=title if isinstance(title, str) else "",
        )
        yield _described(record, site, in_spec=here is not None)


def _read(provider: Provider, asked: Mapping[str, Collection[str]]) -> Iterator[Found]:
    """Items by id, with markers that are filled in where the platform's own history knows more than they do."""
    return provider.recall(asked) if isinstance(provider, Recalls) else provider.fetch(asked)


def _fields(found: Marked, wanted: Wanted | None, site: SiteDescription) -> frozenset[str]:
    """What to read: all that the marker and the specs name, and the title."""
    entries = (*found.marker.base, *found.marker.observed)
    title = _title_field(site, found.item)
    return frozenset(
        (
            *(each.partition("/")[0] for each in entries),
            *(wanted.fields if wanted else ()),
            *((title,) if title else ()),
        )
    )


def _title_field(site: SiteDescription, item: Item) -> str | None:
    type = site.types.get(item.type.id)
    info = type.by_word("title") if type else None
    return info.id if info else None


def _described(record: ItemRecord, site: SiteDescription, *, in_spec: bool) -> RebuiltItem:
    type = site.types.get(record.type.id)
    words = {id: word_of(info) for id, info in type.fields.items()} if type else {}

    def named(ids: Iterator[str]) -> tuple[str, ...]:
        return tuple(sorted(words.get(id, id) for id in ids))

    lost = {id for id, value in record.base.items() if value == LOST}
    return RebuiltItem(
        record,
        in_spec,
        by_people=named(id for id, value in record.observed.items() if isinstance(value, Opaque)),
        by_spec=named(id for id, value in record.base.items() if isinstance(value, Opaque) and id not in lost)
        if in_spec
        else (),
        unknown=named(iter(lost)),
    )


def _record(request: Request, store: SqliteStore, seen: State | None, found: Rebuilt) -> None:
    """Record what was approved, in one commit, unless the state changed since it was read."""
    with store.lease() as lease:
        archive = store.read_all()
        if archive is None:
            raise StateError("the state vanished while it was held")
        if seen is not None and archive.workspace.last_run != seen.workspace.last_run:
            raise Refused("another run wrote into the state meanwhile", hint="try again")
        run = keeping_run(request.clock, "state rebuild", request.commit(), rebuilt=len(found.items))
        lease.replace(
            replace(
                archive,
                workspace=replace(archive.workspace, last_run=run.id),
                items=(*archive.items, *(each.record for each in found.items)),
                runs=(*archive.runs, run),
            )
        )
