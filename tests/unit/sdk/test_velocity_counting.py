"""How an item counts in a sprint, by its two ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sdk import Amount, Finished, Sighting, Sprint, SprintItem, Standing, sprint_of

START = datetime(2026, 1, 5, tzinfo=UTC)
END = START + timedelta(days=12)


def seen(standing: Standing = "open", points: float | None = 3, *, inside: bool = True) -> Sighting:
    return Sighting(inside, standing, points)


def counted(*items: SprintItem) -> Sprint:
    return sprint_of("1", "First", START, END, items)


def ends(start: Sighting | None, end: Sighting | None) -> Sprint:
    return counted(SprintItem("A-1", start, end))


def kinds(sprint: Sprint) -> set[str]:
    """In which amounts the one item counts."""
    named = ("committed", "completed", "carried", "added", "removed")
    return {name for name in named if getattr(sprint, name).items}


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (seen(), seen("done"), {"committed", "completed"}),
        (seen(), seen(), {"committed", "carried"}),
        (seen(), seen("cancelled"), {"committed", "removed"}),
        (seen(), seen(inside=False), {"committed", "removed"}),
        (seen(), seen("done", inside=False), {"committed", "removed"}),
        (seen(), None, {"committed", "removed"}),
        (seen(inside=False), seen("done"), {"added", "completed"}),
        (seen(inside=False), seen(), {"added", "carried"}),
        (None, seen("done"), {"added", "completed"}),
        (seen("done"), seen("done"), set()),
        (seen("done"), seen(), {"added", "carried"}),
        (seen("done", inside=False), seen("done"), set()),
        (seen("cancelled"), seen("done"), {"added", "completed"}),
        (seen(inside=False), seen(inside=False), set()),
        (None, None, set()),
    ],
)
def test_an_item_counts_by_its_two_ends(start: Sighting | None, end: Sighting | None, counts: set[str]) -> None:
    """Committed and carried over, finished, removed, added, done before, cancelled, opened again, never inside."""
    assert kinds(ends(start, end)) == counts


def test_points_are_those_of_their_moment() -> None:
    """Committed with the start's, completed with the end's; the difference is the re-estimation."""
    sprint = counted(
        SprintItem("A-1", seen(points=4), seen("done", 6)),
        SprintItem("A-2", seen(points=None), seen("done", 2)),
        SprintItem("A-3", seen(points=5), seen(points=None)),
        SprintItem("A-4", seen(points=8), None),
    )
    assert sprint.committed == Amount(4, 17.0, 1)
    assert sprint.completed == Amount(2, 8.0, 0)
    assert sprint.carried == Amount(1, 0.0, 1)
    assert sprint.removed == Amount(1, 8.0, 0)
    assert sprint.reestimated == 2 + 2 - 5


def test_what_was_completed_is_named_with_its_times() -> None:
    """Key, points of the end, and when the work began and ended; of nothing else."""
    done = SprintItem("A-1", seen(), seen("done", 5), started_at=START, finished_at=END)
    left = SprintItem("A-2", seen(), seen(), started_at=START)
    assert counted(done, left).finished == (Finished("A-1", 5, START, END),)


def test_reopened_items_count_only_where_they_were_in_the_sprint() -> None:
    """One that came and left again between the two ends is no matter of this sprint."""
    inside = SprintItem("A-1", seen(), seen(), reopened=True)
    outside = SprintItem("A-2", seen(inside=False), seen(inside=False), reopened=True)
    assert counted(inside, outside).reopened == 1


def test_a_sprint_that_held_nothing_is_empty() -> None:
    """Nothing at either end; where it can't be known what was committed, what is known decides."""
    nothing = ends(seen("done"), seen("done"))
    assert nothing.empty
    assert replace(nothing, committed=None, added=None).empty
    assert not ends(seen(), None).empty


SIGHTINGS = st.none() | st.builds(
    Sighting,
    st.booleans(),
    st.sampled_from(["open", "done", "cancelled"]),
    st.none() | st.integers(0, 100).map(float),
)


@given(st.lists(st.builds(SprintItem, st.just("A-1"), SIGHTINGS, SIGHTINGS), max_size=30))
def test_items_and_points_balance(items: list[SprintItem]) -> None:
    """What was committed, plus what came, less what left, is what was completed and carried over; in points too, once
    the re-estimation is added. Every completed item is named.
    """
    sprint = counted(*items)
    committed, added, removed = sprint.committed, sprint.added, sprint.removed
    assert committed is not None
    assert added is not None
    assert removed is not None
    assert sprint.reestimated is not None
    assert committed.items + added.items - removed.items == sprint.completed.items + sprint.carried.items
    before = committed.points + added.points - removed.points + sprint.reestimated
    assert before == sprint.completed.points + sprint.carried.points
    assert len(sprint.finished) == sprint.completed.items
