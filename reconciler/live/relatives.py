"""Children of items that a plan deletes: nobody's work is deleted along, or left without its parent unasked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.diagnostics import Diagnostic, error
from reconciler.live.connections import Connection
from reconciler.plan.items import REMOVALS
from reconciler.plan.order import parent_among
from reconciler.plan.planner import Plan

__all__ = ["children_outside"]


def children_outside(connections: Mapping[str, Connection], plan: Plan) -> Iterator[Diagnostic]:
    """An error for each deletion of an item that has children outside the plan's removals."""
    for name, connection in connections.items():
        deleted = {
            each.record.id: each
            for each in plan.items
            if each.kind == "delete" and each.provider == name and each.record is not None
        }
        removed = {each.record.id for each in plan.items if each.kind in REMOVALS and each.record}
        by_parent: dict[str, list[str]] = {}
        for child in connection.provider.children(sorted(deleted)) if deleted else ():
            parent = parent_among(child, deleted)
            if parent is not None and child.id not in removed:
                by_parent.setdefault(parent, []).append(child.key)
        for parent, keys in by_parent.items():
            record = deleted[parent].record
            if record is not None:
                yield error(
                    "has_children",
                    f"{record.address} ({record.key}) can't be deleted: it has children that stay",
                    detail=", ".join(sorted(keys)),
                    hint="Remove them too, or move them to another parent first.",
                )
