"""How reports are counted, and what an item's one comment says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plan.incidents import cut_off_run, is_last_report, reported, seen_again, seen_first
from reconciler.sdk import Incident, Ref
from reconciler.state.records import Archive, ItemRecord, OperationRecord, RunRecord, Sightings, WorkspaceRecord

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
ALERT = Incident("Down", "db-1", at=AT)


def record(sightings: Sightings | None) -> ItemRecord:
    """An incident's item."""
    return ItemRecord("outage", "jira", "s", "1", "INVEST-1", "", Ref("1"), "Down", {}, {}, sightings=sightings)


def archive(seen: Sightings, run: RunRecord) -> Archive:
    """A state whose last operation counted this."""
    operation = OperationRecord("op", "run", "outage", "jira", "update", "1", {}, {}, "", NOW, None, after=record(seen))
    return Archive(WorkspaceRecord("w", "deals", "", "l"), (record(seen),), (operation,), (run,))


def test_the_first_report_says_nothing_more() -> None:
    """The item itself is the report; there is no comment."""
    seen = seen_first(ALERT, NOW)
    assert (seen.count, seen.exact, seen.first, seen.last) == (1, True, *("2026-11-23 17:00:00 UTC",) * 2)
    assert reported(seen).comment is None


def test_a_report_without_a_time_is_dated_when_it_comes() -> None:
    """Then is the best that is known."""
    assert seen_first(replace(ALERT, at=None), NOW).first == "2026-11-23 18:00:00 UTC"


def test_later_reports_are_counted() -> None:
    """With the first and the last; one that comes late does not turn time back."""
    seen = seen_again(seen_first(ALERT, NOW), replace(ALERT, at=AT + timedelta(minutes=9)), NOW)
    seen = seen_again(seen, replace(ALERT, at=AT + timedelta(minutes=5)), NOW)
    said = "Reported 3 times: first 2026-11-23 17:00:00 UTC, last 2026-11-23 17:09:00 UTC."
    assert reported(seen).comment == said


def test_the_end_is_told_once_and_taken_back() -> None:
    """A second word of the end changes nothing; another report of the incident takes it back."""
    over = replace(ALERT, resolved=True)
    seen = seen_again(seen_first(ALERT, NOW), over, NOW)
    assert reported(seen).comment == "Reported as resolved 2026-11-23 18:00:00 UTC."
    assert seen_again(seen, over, NOW + timedelta(hours=1)) == seen
    assert "resolved" not in str(reported(seen_again(seen, ALERT, NOW)).comment)


def test_what_was_lost_is_not_made_up() -> None:
    """Where the state was lost, the count is a least one, and the first report is not known."""
    said = "Reported at least 2 times: last 2026-11-23 17:00:00 UTC."
    assert reported(seen_again(None, ALERT, NOW)).comment == said


@pytest.mark.parametrize(
    ("finished", "counts", "resumed"),
    [
        (None, {}, True),
        (NOW, {"unsettled": 1}, True),
        (NOW, {"interrupted": 1}, True),
        (NOW, {"done": 1}, False),
        (NOW, {"resumed": 1}, False),
    ],
)
def test_a_report_resumes_a_run_that_did_not_come_to_its_end(
    finished: datetime | None, counts: dict[str, int], resumed: bool
) -> None:
    """The same report again is another report only where the one before was carried through."""
    seen = seen_first(ALERT, NOW)
    run = RunRecord("run", NOW, "ann", None, "", finished_at=finished, counts=counts)
    assert cut_off_run(record(seen), archive(seen, run)) == (run if resumed else None)
    assert not cut_off_run(record(seen), Archive(WorkspaceRecord("w", "deals", "", "l")))
    assert is_last_report(record(seen), ALERT)
    assert not is_last_report(record(seen), replace(ALERT, at=NOW))
    assert not is_last_report(record(None), ALERT)


@given(st.lists(st.booleans(), max_size=8))
def test_every_report_counts_one(ends: list[bool]) -> None:
    """Whatever order reports and ends come in, the count is the number of reports, and there is one comment at most."""
    seen = seen_first(ALERT, NOW)
    for over in ends:
        seen = seen_again(seen, replace(ALERT, resolved=over), NOW)
    assert seen.count == 1 + ends.count(False)
    assert bool(seen.resolved) is (bool(ends) and ends[-1])
