"""What comes first: parents before children when they are made, children before parents when they go."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from reconciler.plan.document import Action
from reconciler.plan.items import REMOVALS, ItemPlan
from reconciler.sdk import Item, Ref, TypeInfo
from reconciler.state.records import ItemRecord

__all__ = ["creations_and_needs", "leaf_first", "parent_among", "recorded_children", "waves"]


def leaf_first(items: Sequence[ItemPlan]) -> list[ItemPlan]:
    """Have each item that goes wait for its children that go."""
    going = {(each.provider, each.record.id): each for each in items if each.kind in REMOVALS and each.record}
    children: dict[str, set[str]] = {}
    for item in going.values():
        parent = going.get((item.provider, _parent_id(item)))
        if parent is not None:
            children.setdefault(parent.address, set()).add(item.address)
    return [
        replace(each, needs=frozenset(children[each.address])) if each.address in children else each for each in items
    ]


def parent_among(child: Item, ids: Container[str]) -> str | None:
    """Which of these remote ids is the parent of an item that was read for its parent."""
    return next((each.id for each in child.fields.values() if isinstance(each, Ref) and each.id in ids), None)


def recorded_children(
    records: Iterable[ItemRecord], types: Mapping[str, TypeInfo], ids: Container[str]
) -> dict[str, str]:
    """By remote id of items that the state has below one of these remote ids, the id of their field for the parent.

    Args:
        records: of one provider.
        types: by type id, of the site.
    """
    found: dict[str, str] = {}
    for record in records:
        info = types[record.type.id].by_word("parent") if record.type.id in types else None
        parents = [fields.get(info.id) for fields in (record.base, record.observed)] if info else []
        if info and any(isinstance(each, Ref) and each.id in ids for each in parents):
            found[record.id] = info.id
    return found


def _parent_id(item: ItemPlan) -> str:
    info = item.type.by_word("parent")
    for fields in (item.live.fields if item.live else {}, item.record.base if item.record else {}):
        parent = fields.get(info.id) if info else None
        if isinstance(parent, Ref):
            return parent.id
    return ""


def creations_and_needs(actions: Sequence[Action]) -> list[Action]:
    """Creations, and the other actions that one of them has to wait for, however far; in the plan's order."""
    every = {each.address: each for each in actions}
    found: set[str] = set()
    todo = [each.address for each in actions if each.action == "create"]
    while todo:
        address = todo.pop()
        if address in every and address not in found:
            found.add(address)
            todo.extend(every[address].depends_on)
    return [each for each in actions if each.address in found]


def waves(actions: Sequence[Action]) -> list[list[Action]]:
    """Group actions so that each group needs only earlier ones. Needs outside the actions are no matter.

    A circle of needs, which only a forged plan can hold, ends up in the last group.
    """
    rest = {each.address: each for each in actions}
    found: list[list[Action]] = []
    while rest:
        ready = [each for each in rest.values() if not (set(each.depends_on) - {each.address}) & rest.keys()]
        found.append(ready or list(rest.values()))
        for each in found[-1]:
            del rest[each.address]
    return found
