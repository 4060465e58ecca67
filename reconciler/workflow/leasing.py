"""The right to write, for commands that wait their turn: of alerts that come at once, each is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from reconciler.errors import LeaseHeld
from reconciler.sdk import Clock
from reconciler.state.store import Lease, Store

__all__ = ["lease_in_turn"]

_LOOK_EVERY: Final = 0.5
"""Seconds between two tries."""


@contextmanager
def lease_in_turn(store: Store, clock: Clock, patience: float) -> Iterator[Lease]:
    """Take the right to write, once whoever has it is done.

    Args:
        patience: seconds to wait for it; 0 tries once.

    Raises:
        LeaseHeld: another process still has it; says which.
    """
    waited = 0.0
    with ExitStack() as stack:
        while True:
            try:
                lease = stack.enter_context(store.lease())
                break
            except LeaseHeld:
                pause = min(_LOOK_EVERY, patience - waited)
                if pause <= 0:
                    raise
                clock.sleep(pause)
                waited += pause
        yield lease
