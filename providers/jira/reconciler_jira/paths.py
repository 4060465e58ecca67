"""Find the path of statuses to one that no transition leads to directly. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal

from reconciler.sdk import Ref, TypeInfo

__all__ = ["path_to"]


def path_to(
    target: Ref, through: tuple[Ref, ...] | Literal["any"], offered: Sequence[Ref], type: TypeInfo | None
) -> tuple[Ref, ...] | None:
    """Find the shortest path whose first step is offered, and that passes only what may be passed.

    Where the workflow can't be read, nothing is known of the steps after the first: the statuses that are named are
    taken in the order in which they are named, from the last of them that is offered.

    Args:
        target: the status to reach.
        through: the statuses that may be passed; `any` is all that are not done: passing those would close the item.
        offered: the statuses that the item can be moved to now.
        type: the item's, with its workflow's moves where they are known.
    """
    if any(each.id == target.id for each in offered):
        return (target,)
    moves = type.transitions if type else None
    if type is None or moves is None:
        named = () if through == "any" else through
        for at in reversed(range(len(named))):
            if any(each.id == named[at].id for each in offered):
                return (*named[at:], target)
        return None
    statuses = {each.ref.id: each for each in type.statuses}
    if through == "any":
        passable = {id for id, each in statuses.items() if each.category != "done"}
    else:
        passable = {each.id for each in through}
    waiting: deque[tuple[str, ...]] = deque((each.id,) for each in offered if each.id in passable)
    seen = {path[0] for path in waiting}
    while waiting:
        path = waiting.popleft()
        for reached in moves.get(path[-1], ()):
            if reached == target.id:
                return (*(statuses[each].ref if each in statuses else Ref(each) for each in path), target)
            if reached in passable and reached not in seen:
                seen.add(reached)
                waiting.append((*path, reached))
    return None
