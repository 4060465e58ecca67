"""What the markers on the state's items say: proof that they are ours, or a reason to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconciler.apply.markers import is_current
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import Refused
from reconciler.plan.planner import Plan
from reconciler.sdk import MARKER_VERSION, Found, Item, Marker, SiteDescription, marker_label
from reconciler.spec.configuration import Workspace
from reconciler.state.records import ItemRecord

__all__ = ["Proof", "prove", "refuse_other_names"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of looking at markers.

    Attributes:
        unmarked: addresses whose marker is missing, or does not say what the state knows.
        problems: items of the state that carry somebody else's marker.
    """

    unmarked: frozenset[str] = frozenset()
    problems: tuple[Diagnostic, ...] = ()

    def added_to(self, plan: Plan) -> Plan:
        """The plan, with what it takes to put the markers in order."""
        return replace(
            plan, items=tuple(replace(each, marker_missing=each.address in self.unmarked) for each in plan.items)
        )


def prove(
    workspace: Workspace,
    records: Mapping[str, ItemRecord],
    found: Mapping[str, Found],
    sites: Mapping[str, SiteDescription],
) -> Proof:
    """Look at the markers of the state's items, where reads carry them.

    Raises:
        Refused: a marker gives the workspace another name.
    """
    unmarked: set[str] = set()
    problems: list[Diagnostic] = []
    for address, answer in found.items():
        record, item = records.get(address), answer.item
        if record is None or item is None or not sites[record.provider].capabilities.marker_in_reads:
            continue
        if item.marker is None:
            unmarked.add(address)
        elif problem := _foreign(workspace, address, item, item.marker):
            problems.append(problem)
        else:
            refuse_other_names(workspace, item.marker, item)
            if item.marker.version <= MARKER_VERSION and not is_current(item.marker, record, workspace):
                unmarked.add(address)
    return Proof(frozenset(unmarked), tuple(problems))


def refuse_other_names(workspace: Workspace, marker: Marker, item: Item) -> None:
    """Stop where a marker of this workspace's id gives another name: it was renamed, or its id was copied.

    Raises:
        Refused: says what to do in each case.
    """
    if marker.name in (workspace.name, workspace.previous_name):
        return
    raise Refused(
        f"{item.key} is marked as an item of the workspace {marker.name!r}, which has the same id as this one",
        detail=f"{item.url} carries the id {workspace.id}; the specs call this workspace {workspace.name!r}.",
        hint=f"if the workspace was renamed, say so: `previous_name: {marker.name}`; if these specs were copied from "
        "another workspace, give them an id of their own: `reconciler init --new-id`",
    )


def _foreign(workspace: Workspace, address: str, item: Item, marker: Marker) -> Diagnostic | None:
    if marker_label(marker.workspace, marker.instance) != marker_label(workspace.id, workspace.instance):
        return error(
            "other_workspace",
            f"{address} ({item.key}) carries the marker of another workspace, {marker.name!r}",
            detail=f"Both would write to {item.url}. Nothing is sent for it while it is so.",
            hint="have one of the two workspaces let go of it: `on_remove: forget`, or `reconciler state rm` here",
        )
    if marker.item not in (None, item.id):
        return error(
            "copy",
            f"{address} ({item.key}) carries the marker of another item: it is a copy",
            detail=f"The marker on {item.url} was written for the item with the id {marker.item}. A copy is never "
            "touched.",
            hint="`reconciler state rm` lets the state forget it; `reconciler state rebuild` finds the original",
        )
    return None
