"""Items that carry this workspace's marker and that the state does not know: originals and copies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from reconciler.diagnostics import Diagnostic, warning
from reconciler.live.connections import Connection
from reconciler.sdk import Item, SiteDescription, marker_label
from reconciler.state.records import ItemRecord, State

__all__ = ["Marked", "Owner", "creations", "marked_items"]


class Owner(Protocol):
    """Whose marker is looked for."""

    @property
    def id(self) -> str:
        """The workspace's id."""
        ...

    @property
    def instance(self) -> str:
        """Its instance; empty where there is only one."""
        ...


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found.

    Attributes:
        unknown: items that are this workspace's, each with its site's id.
        illegible: items that may be, whose markers the site does not show, likewise.
        copies: warnings about copies of such.
    """

    unknown: tuple[tuple[str, Item], ...]
    illegible: tuple[tuple[str, Item], ...]
    copies: tuple[Diagnostic, ...]


def marked_items(
    owner: Owner,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    state: State | None,
) -> Marked:
    """Look over whole sites, and upwards from the highest keys that the state knows. Each item once, though two
    providers share a site; items of open operations are left to settling.
    """
    records = state.items if state else {}
    known = {(each.site, each.id) for each in records.values()}
    pending = {each.id for each in state.open_operations} if state else set()
    label = marker_label(owner.id, owner.instance)
    found = {
        (sites[name].site, item.id): item
        for name, connection in connections.items()
        for item in connection.provider.find_marked(label, above=_highest(records.values(), name))
    }
    strangers = [
        (identity[0], item)
        for identity, item in found.items()
        if identity not in known and (item.marker is None or item.marker.operation not in pending)
    ]
    originals = _originals((item for _, item in strangers), creations(found.values()))
    hiding = {each.site for each in sites.values() if each.capabilities.hides_markers}
    unknown: list[tuple[str, Item]] = []
    illegible: list[tuple[str, Item]] = []
    copies: list[Item] = []
    for site, each in strangers:
        marker = each.marker
        own = each.id in originals if marker is None or marker.item is None else marker.item == each.id
        has_address = marker is not None and any(marker.is_at(address) for address in records)
        lost = marker is None and not records
        if lost or (marker is not None and own and not has_address):
            unknown.append((site, each))
        elif marker is None and site in hiding:
            illegible.append((site, each))
        else:
            copies.append(each)
    return Marked(tuple(unknown), tuple(illegible), tuple(_copy(each) for each in copies))


def creations(items: Iterable[Item]) -> frozenset[str]:
    """The operations that created those of these items that know their own id."""
    return frozenset(each.marker.creation for each in items if each.marker is not None and each.marker.item == each.id)


def _originals(items: Iterable[Item], known: Collection[str]) -> frozenset[str]:
    """Of the items whose marker has no id yet, the first of each operation: the others are copies of it.

    Args:
        known: operations of whose items it is known which one it is; of these, all are copies.
    """
    first: dict[str, Item] = {}
    for each in items:
        if each.marker is not None and each.marker.item is None and each.marker.operation not in known:
            other = first.get(each.marker.operation)
            if other is None or _age(each) < _age(other):
                first[each.marker.operation] = each
    return frozenset(each.id for each in first.values())


def _age(item: Item) -> tuple[int, str]:
    return (len(item.id), item.id)


def _highest(records: Iterable[ItemRecord], provider: str) -> str:
    keys = [each.key for each in records if each.provider == provider]
    return max(keys, key=lambda key: (len(key), key), default="")


def _copy(item: Item) -> Diagnostic:
    return warning(
        "copy",
        f"{item.key} carries the marker of another item: a copy",
        detail=f"{item.url} is left alone.",
    )
