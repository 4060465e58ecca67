"""How much a team finished: what a platform tells of its sprints, and how an item counts in one. Pure.

A plugin says what each item was at a sprint's start and at its end; the counting is the same for every platform.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from reconciler.sdk.values import Ref

__all__ = [
    "Amount",
    "Finished",
    "MeasuresVelocity",
    "Sighting",
    "Sprint",
    "SprintItem",
    "Standing",
    "Velocity",
    "sprint_of",
]

Standing: TypeAlias = Literal["open", "done", "cancelled"]
"""How far an item is. What was cancelled is not done: it left the sprint."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An item at one moment: whether it was in the sprint, how far it was, and its points; `None` where nobody had
    estimated it.
    """

    inside: bool
    standing: Standing
    points: float | None


@dataclass(frozen=True, slots=True)
class SprintItem:
    """What an item was at a sprint's start and at its end; `None` where it did not exist.

    `reopened` says that it had been done, and was opened again after the end of the sprint before and by this one's.
    `started_at` and `finished_at` are of the work that ended in this sprint; `None` where that can't be known.
    """

    key: str
    start: Sighting | None
    end: Sighting | None
    reopened: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """So many items, with the points of those that had some; `unestimated` items had none."""

    items: int = 0
    points: float = 0.0
    unestimated: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """An item that a sprint completed: when the work on it began and when it ended, where these are known."""

    key: str
    points: float | None
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint or iteration that is over. `None` means that it can't be known.

    Items balance: `committed + added - removed = completed + carried`. Points do too, once `reestimated` is added on
    the left. What was done before the sprint began and still was at its end counts nowhere.

    Attributes:
        committed: in the sprint at its start and not done, with the points of then.
        completed: done at its end and not at its start, with the points of its end.
        carried: in the sprint at its end and not done.
        added: counted at its end, but not at its start.
        removed: committed, and at its end out of the sprint or cancelled.
        reestimated: by how much the points of the items changed that were counted at both ends.
        reopened: items that had been done and were opened again.
        finished: the items of `completed`.
    """

    id: str
    name: str
    start: datetime
    end: datetime
    committed: Amount | None
    completed: Amount
    carried: Amount
    added: Amount | None
    removed: Amount | None
    reestimated: float | None
    reopened: int | None
    finished: tuple[Finished, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it held nothing, so far as that is known: it is none that the team worked in."""
        return not any(each.items for each in (self.committed, self.completed, self.carried, self.added) if each)


@dataclass(frozen=True, slots=True)
class Velocity:
    """A team's sprints that ended in a span of days, oldest first.

    Attributes:
        unit: what points are counted in; empty where the team estimates nothing, and points mean nothing then.
        unknown: what can't be known, in sentences for people.
    """

    team: Ref
    unit: str
    sprints: tuple[Sprint, ...]
    unknown: tuple[str, ...] = ()


@runtime_checkable
class MeasuresVelocity(Protocol):
    """What a provider has beside the rest where the platform keeps what its sprints held in the past."""

    def velocity(self, team: str, days: int) -> Velocity:
        """Read the sprints that ended in the last so many days.

        Args:
            team: its name or id; empty for the only one.
            days: one or more.

        Raises:
            BadValue: there is no such team, several have the name, or it has no sprints.
        """
        ...


def sprint_of(id: str, name: str, start: datetime, end: datetime, items: Iterable[SprintItem]) -> Sprint:
    """Count a sprint's items."""
    committed: list[float | None] = []
    completed: list[float | None] = []
    carried: list[float | None] = []
    added: list[float | None] = []
    removed: list[float | None] = []
    reestimated = 0.0
    reopened = 0
    finished: list[Finished] = []
    for item in items:
        before = _counted(item.start, done=False)
        done_already = item.start is not None and item.start.standing == "done"
        after = _counted(item.end, done=not done_already)
        if before is not None:
            committed.append(before.points)
        if after is not None:
            (completed if after.standing == "done" else carried).append(after.points)
        if before is not None and after is not None:
            reestimated += (after.points or 0.0) - (before.points or 0.0)
        elif before is not None:
            removed.append(before.points)
        elif after is not None:
            added.append(after.points)
        if before is not None or after is not None:
            reopened += item.reopened
        if after is not None and after.standing == "done":
            finished.append(Finished(item.key, after.points, item.started_at, item.finished_at))
    return Sprint(
        id,
        name,
        start,
        end,
        committed=_amount(committed),
        completed=_amount(completed),
        carried=_amount(carried),
        added=_amount(added),
        removed=_amount(removed),
        reestimated=reestimated,
        reopened=reopened,
        finished=tuple(finished),
    )


def _counted(seen: Sighting | None, *, done: bool) -> Sighting | None:
    """What counts at a moment: an item in the sprint that is not cancelled, nor done where that is not asked for."""
    if seen is None or not seen.inside or seen.standing == "cancelled":
        return None
    return seen if done or seen.standing != "done" else None


def _amount(points: list[float | None]) -> Amount:
    known = [each for each in points if each is not None]
    return Amount(len(points), math.fsum(known), len(points) - len(known))
