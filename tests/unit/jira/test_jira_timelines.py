"""What an issue was is what it is with its history taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.timelines import Tracked, sprints_left, timeline_of

from reconciler.sdk import Ref

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TRACKED = Tracked(Ref("customfield_20", "Sprint"), Ref("customfield_2", "Story Points"))

SPRINTS = st.frozensets(st.sampled_from(["7", "8", "9"]))
STATUSES = st.sampled_from(["1", "2", "5"])
POINTS = st.none() | st.integers(0, 13).map(float)
STATES = st.lists(st.tuples(SPRINTS, STATUSES, POINTS), min_size=1, max_size=8)


def item(field: str, before: Any, after: Any) -> dict[str, Any]:
    """A history's item, with empty sides left out."""
    sides = ("fromString", "toString") if field == "customfield_2" else ("from", "to")
    texts = (str(each) if each not in (None, "") else None for each in (before, after))
    return {"fieldId": field} | {side: text for side, text in zip(sides, texts, strict=True) if text is not None}


def joined(sprints: frozenset[str]) -> str:
    return ", ".join(sorted(sprints))


@given(STATES, st.randoms())
def test_each_past_state_is_found_again(states: list[Any], random: Any) -> None:
    """Whatever a person did in whichever order, and in whatever order the pieces of the history come."""
    logs = []
    for number, (before, after) in enumerate(pairwise(states)):
        items = [
            item("customfield_20", joined(before[0]), joined(after[0])),
            item("status", before[1], after[1]),
            item("customfield_2", before[2], after[2]),
        ]
        at = START + timedelta(hours=number + 1)
        logs.append({"changeHistories": [{"created": at.isoformat(), "items": items}]})
    random.shuffle(logs)
    sprints, status, points = states[-1]
    fields = {
        "created": START.isoformat(),
        "status": {"id": status},
        "customfield_2": points,
        "customfield_20": [{"id": int(each)} for each in sprints],
    }
    timeline = timeline_of({"id": "1", "key": "A-1", "fields": fields}, logs, TRACKED)
    for number, state in enumerate(states):
        for moment in (START + timedelta(hours=number), START + timedelta(hours=number, minutes=59)):
            seen = (timeline.sprints_at(moment), timeline.status_at(moment), timeline.points_at(moment))
            assert seen == state
    before = frozenset[str]().union(*(each[0] for each in states[:-1]))
    assert sprints_left(logs, TRACKED) == before
