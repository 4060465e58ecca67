"""Children of items that a plan deletes: nobody's work is deleted along, or left without its parent unasked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.diagnostics import Diagnostic, error
from reconciler.live.connections import Connection
from reconciler.plan.items import REMOVALS, ItemPlan
from reconciler.plan.order import parent_among
from reconciler.plan.planner import Plan
from reconciler.sdk import Item, Ref

__all__ = ["children_outside"]


def children_outside(connections: Mapping[str, Connection], plan: Plan) -> Iterator[Diagnostic]:
    """An error for each deletion of an item that has children which the plan neither removes nor moves elsewhere.

    The platforms are asked, and what was read for the plan is looked through: a search may be behind. A child that a
    person put there within the lag, and that the state does not know, can be missed; deleting takes no item along.
    """
    leaving = {
        (each.provider, each.record.id)
        for each in plan.items
        if each.record and (each.kind in REMOVALS or (each.sends and not each.stopped and _moves(each)))
    }
    for name, connection in connections.items():
        deleted = {
            each.record.id: each
            for each in plan.items
            if each.kind == "delete" and each.provider == name and each.record is not None
        }
        if not deleted:
            continue
        by_parent: dict[str, dict[str, None]] = {}
        for child, parent in (*_searched(connection, deleted), *_read(plan, name, deleted)):
            if (name, child.id) not in leaving:
                by_parent.setdefault(parent, {})[child.key] = None
        for parent, keys in by_parent.items():
            record = deleted[parent].record
            if record is not None:
                yield error(
                    "has_children",
                    f"{record.address} ({record.key}) can't be deleted: it has children that stay",
                    detail=", ".join(sorted(keys)),
                    hint="remove them too, or move them to another parent first",
                )


def _moves(item: ItemPlan) -> bool:
    """Whether it gets another parent, or none; the look just before a deletion sees whether it did."""
    return any(each.want.info.kind == "item" and each.decision.verdict in {"write", "revert"} for each in item.fields)


def _searched(connection: Connection, deleted: Mapping[str, ItemPlan]) -> Iterator[tuple[Item, str]]:
    for child in connection.provider.children(sorted(deleted)):
        parent = parent_among(child, deleted)
        if parent is not None:
            yield child, parent


def _read(plan: Plan, provider: str, deleted: Mapping[str, ItemPlan]) -> Iterator[tuple[Item, str]]:
    for each in plan.items:
        info = each.type.by_word("parent")
        if each.provider == provider and each.live is not None and info is not None:
            parent = each.live.fields.get(info.id)
            if isinstance(parent, Ref) and parent.id in deleted:
                yield each.live, parent.id
