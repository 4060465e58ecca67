"""The numbers of several sprints, against values computed by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sdk import (
    Amount,
    Finished,
    Measures,
    Percentiles,
    Ref,
    Series,
    Sprint,
    Trend,
    Velocity,
    measures_of,
)

START = datetime(2026, 1, 5, tzinfo=UTC)


def sprint(number: int, points: float = 0, items: int = 1, finished: Sequence[Finished] = (), **rest: Amount) -> Sprint:
    start = START + timedelta(days=14 * number)
    nothing = Amount()
    return Sprint(
        str(number),
        f"Sprint {number}",
        start,
        start + timedelta(days=11),
        committed=rest.get("committed", nothing),
        completed=Amount(items, points),
        carried=rest.get("carried", nothing),
        added=nothing,
        removed=nothing,
        reestimated=0,
        reopened=0,
        finished=tuple(finished),
    )


def measured(*sprints: Sprint, unit: str = "Story Points") -> Measures:
    return measures_of(Velocity(Ref("1", "Team"), unit, sprints))


def completing(*points: float) -> Series:
    """The series of sprints that completed so many points."""
    series = measured(*(sprint(index, each) for index, each in enumerate(points))).points
    assert series is not None
    return series


def work(began: float | None, ended: float | None) -> Finished:
    """An item by the days on which the work on it began and ended."""
    moments = (None if day is None else START + timedelta(days=day) for day in (began, ended))
    return Finished("A-1", 1, *moments)


def test_mean_and_deviation() -> None:
    """Of 18 and 12 the mean is 15 and the sample's deviation the root of 18; one alone has no deviation."""
    series = completing(18, 12)
    assert series.mean == 15
    assert series.deviation == pytest.approx(math.sqrt(18))
    assert completing(18) == Series(18, None, None)


def test_a_trend_is_the_line_of_least_squares() -> None:
    """10, 20, 30, 40 rise by ten each time, without an error. 10, 30, 20, 40 rise by 8: the line 13 + 8n misses by
    -3, 9, -9 and 3, so the squares are 180, the variance 90, and the error the root of 90 by 5.
    """
    assert completing(10, 20, 30, 40).trend == Trend(10, 0)
    trend = completing(10, 30, 20, 40).trend
    assert trend is not None
    assert trend.slope == pytest.approx(8)
    assert trend.error == pytest.approx(math.sqrt(90 / 5), abs=1e-8)
    assert not trend.clear
    assert completing(40, 30, 20, 10).trend == Trend(-10, 0)


def test_a_trend_is_clear_beyond_two_errors() -> None:
    """Equal sprints have none, three sprints are too few to say."""
    flat = completing(7, 7, 7, 7).trend
    assert flat == Trend(0, 0)
    assert not flat.clear
    assert Trend(2.1, 1).clear
    assert not Trend(2, 1).clear
    assert completing(1, 2, 3).trend is None


def test_the_share_that_is_carried_over() -> None:
    """Of 10 carried and 30 completed points a quarter, of 3 and 7 items three tenths."""
    found = measured(
        sprint(0, 18, 5, carried=Amount(2, 7)),
        sprint(1, 12, 2, carried=Amount(1, 3)),
    )
    assert (found.carried_points, found.carried_items) == (0.25, 0.3)


def test_cycle_times_are_those_of_real_items() -> None:
    """Of 1, 1, 2, 3, 4 and 15 days half took 2 or less, and 85 % and 95 % only fit below the longest. An item whose
    begin or end nobody knows is left out.
    """
    done = [work(1, 2), work(1, 2), work(1, 3), work(1, 4), work(1, 5), work(1, 16), work(None, 3), work(3, None)]
    found = measured(sprint(0, 10, len(done), done))
    assert (found.cycle_days, found.cycle_items) == (Percentiles(2, 15, 15), 6)
    assert measured(sprint(0, 1, 1, [work(None, 3)])).cycle_days is None


def test_throughput_is_what_weeks_reached() -> None:
    """Two sprints of eleven days span four weeks, of which these finish 5, 0, 2 and 0 items: half of the weeks reach 2.
    Weeks without any count, and what nobody can date does not.
    """
    first = [work(0, day) for day in (2, 4, 4, 5, 5)]
    second = [work(0, day) for day in (16, 17)]
    found = measured(sprint(0, 10, 5, first), sprint(1, 4, 2, second))
    assert (found.throughput, found.weeks) == (Percentiles(2, 0, 0), 4)
    undated = measured(sprint(0, 1, 1, [work(1, None)]))
    assert (undated.throughput, undated.weeks) == (None, 0)
    idle = measured(sprint(0, 0, 0, carried=Amount(1, 1)))
    assert (idle.throughput, idle.weeks) == (Percentiles(0, 0, 0), 2)


def test_sprints_that_held_nothing_do_not_count() -> None:
    """Nobody worked in them: they are in no mean and no week."""
    found = measured(sprint(0, 0, 0), sprint(1, 10, 2), sprint(2, 0, 0))
    assert found.points == Series(10, None, None)
    assert found.weeks == 2


def test_without_estimates_there_are_no_points() -> None:
    """Items are measured all the same; without sprints there is nothing at all."""
    found = measured(sprint(0, 0, 3, carried=Amount(1)), unit="")
    assert (found.points, found.carried_points, found.carried_items) == (None, None, 0.25)
    assert found.items == Series(3, None, None)
    assert measured() == Measures(None, None, None, None, None, 0, None, 0)


DAYS = st.lists(st.integers(0, 1000).map(lambda number: number / 8), min_size=1, max_size=40)


@given(DAYS)
def test_percentiles_cover_what_they_say(days: list[float]) -> None:
    """So many percent of the items took no longer, with the shortest such time; longer percentiles are longer."""
    found = measured(sprint(0, 1, len(days), [work(0, each) for each in days])).cycle_days
    assert found is not None
    for percent, value in ((50, found.p50), (85, found.p85), (95, found.p95)):
        within = sum(1 for each in days if each <= value)
        below = sum(1 for each in days if each < value)
        assert 100 * within >= percent * len(days) > 100 * below
    assert found.p50 <= found.p85 <= found.p95


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.floats(-50, 50))
def test_a_line_through_sprints_moves_with_them(points: list[int], more: float) -> None:
    """The same sprints with so many points more each have the mean so much higher, and the same trend."""
    one, other = completing(*map(float, points)), completing(*(each + more for each in points))
    assert other.mean == pytest.approx(one.mean + more, abs=1e-6)
    assert (one.trend is None) == (other.trend is None) == (len(points) < 4)
    if one.trend is not None and other.trend is not None:
        assert other.trend.slope == pytest.approx(one.trend.slope, abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_shares_are_between_none_and_all(amounts: list[tuple[int, int]]) -> None:
    """Whatever was completed and carried over."""
    found = measured(*(sprint(n, a, a, carried=Amount(b, b)) for n, (a, b) in enumerate(amounts)))
    for share in (found.carried_points, found.carried_items):
        assert share is None or 0 <= share <= 1
    assert (found.carried_items is None) == (not any(a + b for a, b in amounts))
