"""Find the path of statuses to one that no transition leads to directly. Pure."""

from __future__ import annotations

from collections import deque
from typing import Literal

from reconciler.sdk import Ref, TypeInfo

__all__ = ["path_to"]


def path_to(
    type: TypeInfo, start: Ref, target: Ref, through: tuple[Ref, ...] | Literal["any"]
) -> tuple[Ref, ...] | None:
    """Find the shortest path, without its start, that passes only what may be passed; `None` where there is none.

    Args:
        type: the item's, with the moves of its workflow.
        start: the item's status.
        target: the status to reach.
        through: the statuses that may be passed; `any` is all that are not done: passing those would close the item.
    """
    statuses = {each.ref.id: each for each in type.statuses}
    if through == "any":
        passable = {id for id, each in statuses.items() if each.category != "done"}
    else:
        passable = {each.id for each in through}
    moves = type.transitions or {}
    waiting: deque[tuple[str, ...]] = deque([(start.id,)])
    seen = {start.id}
    while waiting:
        path = waiting.popleft()
        for reached in moves.get(path[-1], ()):
            if reached == target.id:
                return (*(statuses[each].ref if each in statuses else Ref(each, each) for each in path[1:]), target)
            if reached in passable and reached not in seen:
                seen.add(reached)
                waiting.append((*path, reached))
    return None
