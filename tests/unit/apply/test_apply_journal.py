"""The gate between apply and the network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from memory_engine import HandClock, MemoryLease

from reconciler.apply.journal import Journal
from reconciler.errors import LeaseLost
from reconciler.state.records import OperationRecord

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def _operation(id: str) -> OperationRecord:
    return OperationRecord(id, "run", f"address of {id}", "tracker", "update", "1", {}, {}, "", START, None)


@pytest.fixture
def lease() -> MemoryLease:
    """One that counts its proofs."""
    return MemoryLease([])


@pytest.fixture
def clock() -> HandClock:
    """Stands still."""
    return HandClock()


@pytest.fixture
def journal(lease: MemoryLease, clock: HandClock) -> Journal:
    """Two operations are prepared."""
    found = Journal(clock)
    found.attach(lease)
    for id in ("one", "two"):
        found.prepare(_operation(id))
    return found


def test_preparing_writes_nothing(journal: Journal, lease: MemoryLease) -> None:
    """What is never sent is never journalled."""
    assert (lease.operations, journal.sent("one")) == ({}, False)


def test_opening_journals_all_of_a_batch(journal: Journal, lease: MemoryLease) -> None:
    """With the moment, and with `send_before`, after which it must not be sent: 30 seconds later."""
    assert journal.open(("one", "two")) == START + timedelta(seconds=30)
    assert [(each.status, each.journalled_at, each.send_before) for each in lease.operations.values()] == [
        ("open", START, START + timedelta(seconds=30))
    ] * 2
    assert journal.sent("one")


def test_a_second_request_of_an_operation_only_proves_the_lease(
    journal: Journal, lease: MemoryLease, clock: HandClock
) -> None:
    """It is not journalled anew while its time runs, and its deadline stays."""
    journal.open(("one",))
    clock.sleep(20)
    assert journal.open(("one",)) == START + timedelta(seconds=30)
    assert len(lease.log) == 1


def test_after_its_time_it_is_journalled_again(journal: Journal, lease: MemoryLease, clock: HandClock) -> None:
    """A wait for the rate limit may take longer than 30 seconds."""
    journal.open(("one",))
    clock.sleep(30)
    assert journal.open(("one", "two")) == START + timedelta(seconds=60)
    assert lease.operations["one"].journalled_at == START + timedelta(seconds=30)


def test_the_earliest_deadline_counts(journal: Journal, clock: HandClock) -> None:
    """Of a batch in which some were journalled before."""
    journal.open(("one",))
    clock.sleep(10)
    assert journal.open(("one", "two")) == START + timedelta(seconds=30)


def test_without_a_lease_nothing_is_sent(clock: HandClock) -> None:
    """Nothing is written without the lease: the gate is shut until one is held."""
    with pytest.raises(LeaseLost):
        Journal(clock).open(("one",))


def test_a_write_of_no_operation_has_no_deadline(journal: Journal) -> None:
    """The lease is proved all the same."""
    assert journal.open(()) is None
