"""What a team's past sprints say in numbers: averages, trend, cycle time, throughput, carry-over. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reconciler.sdk.velocity import Finished, Sprint, Velocity

__all__ = ["Measures", "Percentiles", "Series", "Trend", "measures_of"]

_FEWEST: Final = 4
"""Sprints from which a trend is looked for: through fewer, a straight line says next to nothing."""
_WEEK: Final = timedelta(days=7)
_DIGITS: Final = 9
"""Digits that are kept of what is computed in binary fractions."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The straight line through the sprints with the least squares: by how much it rises a sprint, and that slope's
    standard error.
    """

    slope: float
    error: float

    @property
    def clear(self) -> bool:
        """Whether the slope is more than chance makes of the sprints' scatter: more than two standard errors."""
        return abs(self.slope) > 2 * self.error


@dataclass(frozen=True, slots=True)
class Series:
    """What the sprints completed, a number each: their mean, their sample standard deviation (`None` of a single one)
    and their trend (`None` of fewer than four).
    """

    mean: float
    deviation: float | None
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Three of the values themselves, none in between: half of all, 85 % and 95 % are as good as these or better."""

    p50: float
    p85: float
    p95: float


@dataclass(frozen=True, slots=True)
class Measures:
    """The numbers of some sprints. `None` where there is nothing to compute from.

    Attributes:
        points, items: what the sprints completed.
        carried_points, carried_items: of what was in the sprints at their ends, the share that was not done.
        cycle_days: days from the begin of the work on an item to its end; so many percent took no longer.
        cycle_items: how many items that is known of.
        throughput: items finished in a week; so many percent of the weeks reached it.
        weeks: how many, from the first sprint's start to the last one's end.
    """

    points: Series | None
    items: Series | None
    carried_points: float | None
    carried_items: float | None
    cycle_days: Percentiles | None
    cycle_items: int
    throughput: Percentiles | None
    weeks: int


def measures_of(velocity: Velocity) -> Measures:
    """Compute the numbers of a team's sprints. One that held nothing is left out: nobody worked in it."""
    sprints = [each for each in velocity.sprints if not each.empty]
    finished = [item for sprint in sprints for item in sprint.finished]
    cycles = [days for item in finished if (days := _cycle_days(item)) is not None]
    weekly = _weekly(sprints, finished)
    estimates = bool(velocity.unit)
    return Measures(
        points=_series([each.completed.points for each in sprints]) if estimates else None,
        items=_series([float(each.completed.items) for each in sprints]),
        carried_points=_share(
            sum(each.carried.points for each in sprints), sum(each.completed.points for each in sprints)
        )
        if estimates
        else None,
        carried_items=_share(
            sum(each.carried.items for each in sprints), sum(each.completed.items for each in sprints)
        ),
        cycle_days=_percentiles(sorted(cycles)),
        cycle_items=len(cycles),
        throughput=_percentiles(sorted(weekly, reverse=True)),
        weeks=len(weekly),
    )


def _series(values: Sequence[float]) -> Series | None:
    import statistics  # which takes longer to import than all else here

    if not values:
        return None
    deviation = statistics.stdev(values) if len(values) > 1 else None
    if len(values) < _FEWEST:
        return Series(statistics.fmean(values), deviation, None)
    slope, intercept = statistics.linear_regression(range(len(values)), values)
    return Series(statistics.fmean(values), deviation, _trend(values, slope, intercept))


def _trend(values: Sequence[float], slope: float, intercept: float) -> Trend:
    """The line with its slope's standard error."""
    count = len(values)
    missed = math.fsum((value - intercept - slope * number) ** 2 for number, value in enumerate(values))
    spread = count * (count**2 - 1) / 12  # of the numbers 0, 1, 2 ... around their mean, squared
    return Trend(round(slope, _DIGITS), round(math.sqrt(missed / (count - 2) / spread), _DIGITS))


def _share(part: float, rest: float) -> float | None:
    return part / (part + rest) if part + rest > 0 else None


def _percentiles(best_first: Sequence[float]) -> Percentiles | None:
    """The values that so many percent of all are as good as or better than (nearest rank)."""
    if not best_first:
        return None
    p50, p85, p95 = (best_first[-(-len(best_first) * percent // 100) - 1] for percent in (50, 85, 95))
    return Percentiles(p50, p85, p95)


def _cycle_days(item: Finished) -> float | None:
    if item.started_at is None or item.finished_at is None:
        return None
    return (item.finished_at - item.started_at) / timedelta(days=1)


def _weekly(sprints: Sequence[Sprint], finished: Sequence[Finished]) -> list[float]:
    """How many items were finished in each week, in order; the last week may reach beyond the last sprint."""
    moments = [item.finished_at for item in finished if item.finished_at is not None]
    if not sprints or (finished and not moments):
        return []
    first = min(each.start for each in sprints)
    weeks = max(1, -((first - max(each.end for each in sprints)) // _WEEK))
    by_week = Counter(min(max((moment - first) // _WEEK, 0), weeks - 1) for moment in moments)
    return [float(by_week[week]) for week in range(weeks)]
