"""Items that are on the platform already and that the state does not know: imported, or marked as this workspace's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from reconciler.apply.markers import record_from
from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.errors import Refused, SpecError
from reconciler.live.connections import Connection
from reconciler.live.marked import Marked, marked_items
from reconciler.plan.desired import Wanted
from reconciler.sdk import Found, Item, Provider, SiteDescription
from reconciler.spec.configuration import Configuration, Import, Move, Workspace
from reconciler.state.records import ItemRecord, State

__all__ = ["Adopted", "adopt", "as_remembered"]

_LISTED: Final = 20
"""Items that a message lists."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The records that addresses get, nothing claimed yet; `marked` are those that carry this workspace's marker."""

    records: Mapping[str, ItemRecord] = field(default_factory=dict)
    marked: Mapping[str, Item] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def adopt(
    configuration: Configuration,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    state: State | None,
) -> Adopted:
    """Look for what addresses without a record may take over, before anything is created.

    Args:
        state: moved addresses where they will be.

    Raises:
        SpecError: an import names no item, several, one of another workspace, or one that another address has.
        Refused: there are marked items and no state, several claim one address, or a site does not show whose an item
            is: creating could make them twice.
    """
    known = state.items if state else {}
    held = {each.address for each in state.open_operations} if state else set()
    free = [address for address in configuration.items if address not in known and address not in held]
    if not free:
        return Adopted()
    strangers = marked_items(configuration.workspace, connections, sites, state)
    marked, copies = _marked(configuration, sites, state, strangers, frozenset(free))
    imported: dict[str, tuple[Item, Import]] = {}
    problems: list[Diagnostic] = []
    for each in configuration.imports:
        if each.address not in free or each.address in marked:
            continue
        provider = connections[configuration.items[each.address].provider].provider
        item, problem = _imported(each, provider)
        if item is not None:
            problem = _taken(each, item, configuration.workspace, known.values())
        if problem is not None:
            problems.append(problem)
        elif item is not None:
            imported[each.address] = item, each
    if problems:
        raise SpecError((*configuration.diagnostics, *problems))
    found = {**{address: item for address, (item, _) in imported.items()}, **marked}
    creating = {sites[configuration.items[each].provider].site for each in free if each not in found}
    taken = {each.id for each in found.values()}
    illegible = [each for site, each in strangers.illegible if site in creating and each.id not in taken]
    if illegible:
        raise Refused(diagnostics=[_illegible(each) for each in illegible])
    records = {address: _blank(address, item, configuration, sites) for address, item in found.items()}
    return Adopted(records, marked, copies)


def as_remembered(
    adopted: Adopted, records: Mapping[str, ItemRecord], wanted: Mapping[str, Wanted], found: Mapping[str, Found]
) -> dict[str, ItemRecord]:
    """Records in which the adopted ones know what their markers know of what was applied."""
    known = dict(records)
    for address, item in adopted.marked.items():
        live, each = found[address].item, wanted.get(address)
        if live is not None and each is not None and item.marker is not None and item.marker.item == item.id:
            blank = records[address]
            known[address] = record_from(
                item.marker,
                live,
                each,
                address=address,
                provider=blank.provider,
                site=blank.site,
                project=blank.project,
                title=blank.title,
            )
    return known


def _marked(
    configuration: Configuration,
    sites: Mapping[str, SiteDescription],
    state: State | None,
    found: Marked,
    free: frozenset[str],
) -> tuple[dict[str, Item], tuple[Diagnostic, ...]]:
    if found.unknown and not (state and (state.items or state.workspace.last_run)):
        raise Refused(diagnostics=[_stateless([item for _, item in found.unknown])])
    claims: dict[str, list[Item]] = {}
    orphans: list[Diagnostic] = []
    for site, item in found.unknown:
        mine = [each for each in free if sites[configuration.items[each].provider].site == site]
        address = _claimant(item, mine, configuration.moved)
        if address is None:
            if item.marker is None or item.marker.origin == "spec":
                orphans.append(_orphan(item))
        else:
            claims.setdefault(address, []).append(item)
    twins = {address: items for address, items in claims.items() if len(items) > 1}
    if twins:
        raise Refused(
            "several items are marked as one address's",
            diagnostics=[_twins(address, items) for address, items in twins.items()],
        )
    named = {each.address for each in configuration.imports}
    unsearchable = {each.site for each in sites.values() if not each.capabilities.searchable_marker}
    for address, (item,) in claims.items():
        if sites[configuration.items[address].provider].site in unsearchable and address not in named:
            raise Refused(diagnostics=[_stale(address, item)])
    return {address: item for address, (item,) in claims.items()}, (*found.copies, *orphans)


def _claimant(item: Item, addresses: Sequence[str], moves: Sequence[Move]) -> str | None:
    """Which of these addresses an item's marker names: as it is today, or as it was before a move."""
    marker = item.marker
    if marker is None:
        return None
    today = (each for each in addresses if marker.is_at(each))
    before = (each.target for each in moves if each.target in addresses and marker.is_at(each.source))
    return next(chain(today, before), None)


def _imported(wanted: Import, provider: Provider) -> tuple[Item | None, Diagnostic | None]:
    if wanted.query is not None:
        hits: list[Item] = []
        for each in provider.search(wanted.query, ()):
            hits.append(each)
            if len(hits) > 1:
                return None, _problem(wanted, f"{wanted.query!r} finds several items", "narrow it, or name one by key")
        if not hits:
            return None, _problem(wanted, f"{wanted.query!r} finds no item", "try it on the site")
        asked = hits[0].id
    else:
        asked = wanted.key or wanted.id or ""
    found = next(iter(provider.fetch({asked: ()}, markers=True)), None)
    if found is None or found.item is None:
        return None, _problem(wanted, f"{asked} is not on this site, or this account can't see it", "")
    return found.item, None


def _taken(wanted: Import, item: Item, workspace: Workspace, records: Iterable[ItemRecord]) -> Diagnostic | None:
    """Why an item can't be imported: it is somebody's already."""
    other = next((each for each in records if each.id == item.id), None)
    if other is not None:
        return _problem(wanted, f"{item.key} is at {other.address} already", "to give it another address: `moved`")
    marker = item.marker
    if marker is None or marker.item not in (None, item.id):
        return None
    if (marker.workspace, marker.instance) != (workspace.id, workspace.instance):
        name = f"{marker.name} ({marker.workspace}{f', {marker.instance}' if marker.instance else ''})"
        hint = "have that workspace forget it first: `on_remove: forget`"
        return _problem(wanted, f"{item.key} is another workspace's: {name}", hint)
    if not marker.is_at(wanted.address):
        return _problem(wanted, f"{item.key} is marked as this workspace's {marker.address}", "use that address")
    return None


def _blank(address: str, item: Item, configuration: Configuration, sites: Mapping[str, SiteDescription]) -> ItemRecord:
    wanted = configuration.items[address]
    title = wanted.fields.get("title")
    return ItemRecord(
        address=address,
        provider=wanted.provider,
        site=sites[wanted.provider].site,
        id=item.id,
        key=item.key,
        url=item.url,
        type=item.type,
        title=str(title.value) if title else address,
        base={},
        observed={},
        project=sites[wanted.provider].project.id,
    )


def _problem(wanted: Import, what: str, hint: str) -> Diagnostic:
    return error("import", f"{wanted.address} can't be imported: {what}", place=wanted.place, hint=hint)


def _stateless(items: list[Item]) -> Diagnostic:
    lines = [
        f"{each.key} is marked as this workspace's {each.marker.address if each.marker else '?'}: {each.url}"
        for each in items[:_LISTED]
    ]
    more = [f"and {len(items) - _LISTED} more"] if len(items) > _LISTED else []
    what = "1 item is" if len(items) == 1 else f"{len(items)} items are"
    return error(
        "unknown_marked",
        f"{what} marked as this workspace's, and there is no state",
        detail="\n".join([*lines, *more]),
        hint="make the state anew from them: `reconciler state rebuild`; or bring the `.reconciler` directory here",
    )


def _stale(address: str, item: Item) -> Diagnostic:
    return error(
        "stale_state",
        f"{item.key} is marked as this workspace's {address}, and the state does not know it: it is an old copy",
        detail=f"{item.url}\nWith `marker: none` markers can't be searched for, so nothing tells what else it lacks.",
        hint=f"bring the newest `.reconciler` here, or take it up: `imports: [{{to: {address}, key: {item.key}}}]`",
    )


def _illegible(item: Item) -> Diagnostic:
    return error(
        "illegible_marker",
        f"{item.key} carries this workspace's label, and the site does not show whose it is",
        detail=f"{item.url}\nThe state does not know it, so what would be created may be there already.",
        hint="bring the newest `.reconciler` here, or have the site show markers again; if it is an address's item, "
        f"import it: `imports: [{{to: ADDRESS, key: {item.key}}}]`; if it is none, take the label off",
    )


def _orphan(item: Item) -> Diagnostic:
    address = item.marker.address if item.marker else "?"
    return warning(
        "orphan",
        f"{item.key} is marked as this workspace's {address}, which neither the specs nor the state know",
        detail=f"{item.url} is left alone.",
        hint="to take it over, give that address an item; to let it go, remove its marker on the site",
    )


def _twins(address: str, items: list[Item]) -> Diagnostic:
    keys = " and ".join(each.key for each in items)
    return error(
        "twins",
        f"{keys} are both marked as {address}",
        detail="\n".join(each.url for each in items),
        hint="decide which one it is, and remove the marker of the other on the site",
    )
