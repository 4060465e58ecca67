"""Waiting for the right to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.errors import LeaseHeld
from reconciler.workflow.leasing import lease_in_turn


class Waiting:
    """A clock and a store in one: the lease is free once so many seconds have passed."""

    def __init__(self, free_after: float) -> None:
        self.waited = 0.0
        self.held = 0
        self._free_after = free_after

    def now(self) -> datetime:
        """Not asked for."""
        return datetime(2026, 11, 23, tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.waited += seconds

    @contextmanager
    def lease(self) -> Iterator[str]:
        """The lease, once it is free."""
        if self.waited < self._free_after:
            raise LeaseHeld("another process is writing")
        self.held += 1
        yield "lease"
        self.held -= 1


def test_it_waits_until_it_is_free() -> None:
    """Then it has it for the block, and gives it back."""
    there: Any = Waiting(3.0)
    with lease_in_turn(there, there, patience=10.0) as lease:
        assert (lease, there.held, there.waited) == ("lease", 1, 3.0)
    assert there.held == 0


@pytest.mark.parametrize("patience", [0.0, 2.25])
def test_it_waits_no_longer_than_it_may(patience: float) -> None:
    """Then it says who has it."""
    there: Any = Waiting(3.0)
    with pytest.raises(LeaseHeld), lease_in_turn(there, there, patience=patience):
        pass
    assert there.waited == patience
