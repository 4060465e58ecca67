"""Among items that carry this workspace's marker: which stands at which address, and which are copies. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, error, warning
from reconciler.errors import Refused
from reconciler.sdk import MARKER_VERSION, Item, Marker, marker_label
from reconciler.spec.configuration import Workspace
from reconciler.state.records import ItemRecord
from reconciler.workflow.proving import refuse_other_names

__all__ = ["Marked", "Originals", "originals"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A live item with its marker, and where it was found."""

    provider: str
    site: str
    item: Item
    marker: Marker


@dataclass(frozen=True, slots=True)
class Originals:
    """By address, the item that stands there; and warnings about all the others, which are left alone."""

    by_address: Mapping[str, Marked]
    others: tuple[Diagnostic, ...]


def originals(
    workspace: Workspace,
    found: Iterable[tuple[str, str, Item]],
    created: Collection[str],
    addresses: Collection[str],
    records: Mapping[str, ItemRecord],
) -> Originals:
    """Sort out what was found.

    Args:
        found: provider, site and item; each item once.
        created: operations of which it is known which item they created.
        addresses: those of the specs: an address that is hidden in its marker is known by them.
        records: what the state knows: its addresses are taken.

    Raises:
        Refused: a marker gives the workspace another name, is of a newer version, or two items claim one address.
    """
    others: list[Diagnostic] = []
    claims: dict[str, list[Marked]] = {}
    for provider, site, item in found:
        marker = item.marker
        if marker is None or marker_label(marker.workspace, marker.instance) != marker_label(
            workspace.id, workspace.instance
        ):
            others.append(_left(item, "it carries this workspace's label, and nothing that proves it"))
            continue
        if marker.version > MARKER_VERSION:
            raise Refused(
                f"{item.key} was marked by a newer reconciler", hint="install that version here too, and try again"
            )
        if marker.item not in (None, item.id):
            others.append(_left(item, f"it is a copy: its marker was written for the item with the id {marker.item}"))
            continue
        if marker.item is None and marker.operation in created:
            others.append(_left(item, "it is a copy: its marker is the one that another item was created with"))
            continue
        refuse_other_names(workspace, marker, item)
        address = next((each for each in addresses if marker.is_at(each)), marker.address)
        if address == marker.hidden_address:
            others.append(_left(item, "its address is hidden in its marker, and is none of the specs' any more"))
        else:
            claims.setdefault(address, []).append(Marked(provider, site, item, marker))
    chosen: dict[str, Marked] = {}
    for address, claimants in claims.items():
        mine, rest = _original(address, claimants)
        if address in records:
            rest = [*rest, mine]
        else:
            chosen[address] = mine
        others += [_left(each.item, f"another item stands at its address {address}") for each in rest]
    return Originals(chosen, tuple(others))


def _original(address: str, claimants: list[Marked]) -> tuple[Marked, list[Marked]]:
    """The one that knows its own id; of several with one operation and no id, the one that was made first."""
    certain = [each for each in claimants if each.marker.item is not None]
    if len(certain) > 1 or (not certain and len({each.marker.operation for each in claimants}) > 1):
        raise Refused(
            f"{len(claimants)} items claim the address {address}",
            diagnostics=[
                error("claimed_twice", f"{each.item.key} is marked as {address}", detail=each.item.url)
                for each in claimants
            ],
            hint="take the marker's label off the one that is not it, and try again",
        )
    mine = certain[0] if certain else min(claimants, key=lambda each: (len(each.item.id), each.item.id))
    return mine, [each for each in claimants if each is not mine]


def _left(item: Item, why: str) -> Diagnostic:
    return warning("left_alone", f"{item.key} is left alone: {why}", detail=item.url)
