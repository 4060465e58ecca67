"""The gate between apply and the network: an operation is on disk before its request is sent."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from reconciler.errors import LeaseLost
from reconciler.sdk import Clock
from reconciler.state.records import OperationRecord
from reconciler.state.store import Lease
from reconciler.stop import Stop

__all__ = ["Journal"]

_SEND_WITHIN: Final = timedelta(seconds=30)
"""After journalling, a request is sent within this time or journalled again: settling waits no longer for it."""


class Journal:
    """Opens for operations that were prepared, and only while a lease is held. Any thread may call it.

    Once a stop is asked for, no operation is begun; one that was is carried through.
    """

    def __init__(self, clock: Clock, stop: Stop | None = None) -> None:
        self._clock = clock
        self._stop = stop or Stop()
        self._lease: Lease | None = None
        self._prepared: dict[str, OperationRecord] = {}
        self._deadlines: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def attach(self, lease: Lease) -> None:
        """Write to this lease's state from now on."""
        self._lease = lease

    def prepare(self, operation: OperationRecord) -> None:
        """Have an operation ready; nothing is written until its request is about to go out."""
        with self._lock:
            self._prepared[operation.id] = operation

    def open(self, operations: Sequence[str]) -> datetime | None:
        """Journal what is not journalled yet, in one commit, and prove the lease.

        Returns:
            The earliest time after which one of these must not be sent.

        Raises:
            LeaseLost: nothing may be sent any more.
            Interrupted: a stop was asked for, and these are not begun.
        """
        if self._lease is None:
            raise LeaseLost("nothing is written without the lease")
        with self._lock:
            if not operations or any(each not in self._deadlines for each in operations):
                self._stop.check()
            now = self._clock.now()
            due = [each for each in operations if self._deadlines.get(each, now) <= now]
            if due:
                deadline = now + _SEND_WITHIN
                self._lease.journal(
                    [replace(self._prepared[each], journalled_at=now, send_before=deadline) for each in due]
                )
                self._deadlines.update(dict.fromkeys(due, deadline))
            else:
                self._lease.check()
            return min((self._deadlines[each] for each in operations), default=None)

    def finishing(self) -> AbstractContextManager[None]:
        """A block of writes: a signal to stop takes effect at this gate, once what is in flight is answered."""
        return self._stop.finishing()

    def sent(self, operation: str) -> bool:
        """Whether an operation was journalled: its request may have gone out."""
        with self._lock:
            return operation in self._deadlines
