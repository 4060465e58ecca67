"""Items that can't be read and stay away: what pointed at them is left as it is until they are back, or made anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from reconciler.plan.diff import Decision
from reconciler.plan.items import DecidedField, DecidedSet, ItemPlan
from reconciler.sdk import Link, Ref, Value

__all__ = ["without_absent"]


def without_absent(item: ItemPlan, absent: Collection[str]) -> ItemPlan:
    """An item's plan without parents and links that the platform would refuse, because their item is not there.

    Args:
        absent: remote ids, of the item's provider.
    """
    if not absent:
        return item
    fields = tuple(_field(each, absent) for each in item.fields)
    return replace(item, fields=fields, sets=tuple(_set(each, absent) for each in item.sets))


def _field(field: DecidedField, absent: Collection[str]) -> DecidedField:
    value = field.want.value
    if field.want.info.kind != "item" or not isinstance(value, Ref) or value.id not in absent:
        return field
    match field.decision.verdict:
        case "revert":
            return replace(field, decision=Decision("keep"))
        case "write":
            return replace(field, decision=Decision("nothing"))
    return field


def _set(group: DecidedSet, absent: Collection[str]) -> DecidedSet:
    """What was lost counts as gone; what is new is neither sent nor recorded."""
    decision = group.decision
    lost = tuple(each for each in decision.restore if _is_to(each, absent))
    new = tuple(each for each in decision.add if _is_to(each, absent))
    if not lost and not new:
        return group
    left = replace(
        decision,
        add=tuple(each for each in decision.add if each not in new),
        restore=tuple(each for each in decision.restore if each not in lost),
        gone=(*decision.gone, *lost),
        base=tuple(each for each in decision.base if each not in new),
    )
    return replace(group, decision=left)


def _is_to(element: Value, absent: Collection[str]) -> bool:
    return isinstance(element, Link) and element.target in absent
