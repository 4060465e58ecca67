"""What a store of state can do. Reading needs no lease; whatever writes holds one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from reconciler.state.records import Archive, ItemRecord, OperationRecord, OperationStatus, RunRecord, State

__all__ = ["Lease", "Store"]


class Lease(Protocol):
    """The right to write, for as long as it is held. Every method commits before it returns, and any thread may call.

    Each raises `LeaseLost` where another holder's fence is newer.
    """

    @property
    def fence(self) -> int:
        """Rises with every lease; the store refuses a lower one."""
        ...

    def begin_run(self, run: RunRecord, variables: Mapping[str, str]) -> None:
        """Record that a run writes from now on: it becomes `last_run`."""
        ...

    def finish_run(self, run: RunRecord) -> None:
        """Record its end and counts."""
        ...

    def journal(self, operations: Iterable[OperationRecord]) -> None:
        """Record operations about to be sent; one already there is refreshed."""
        ...

    def record(
        self,
        item: ItemRecord | None,
        operation: tuple[str, OperationStatus] | None = None,
        forget: str | None = None,
    ) -> None:
        """In one transaction: keep an item's record, end an operation, drop the record at an address."""
        ...

    def keep(self, run: RunRecord, item: ItemRecord | None, forget: str) -> None:
        """In one transaction: record a run that is over, which becomes `last_run`, and all that it did: drop the record
        at an address, and keep an item's.
        """
        ...

    def replace(self, archive: Archive) -> None:
        """Hold what an archive holds, and nothing else, in one transaction."""
        ...

    def check(self) -> None:
        """Return if the lease is still held."""
        ...


class Store(Protocol):
    """The state of one workspace instance."""

    def read(self) -> State | None:
        """The state, or `None` where there is none yet.

        Raises:
            StateError: it is corrupt, of a newer version, or another workspace's.
        """
        ...

    def read_all(self) -> Archive | None:
        """All that the state holds, or `None` where there is none yet; raises as `read`."""
        ...

    def lease(self) -> AbstractContextManager[Lease]:
        """Take the right to write, making the state where there is none; freed at the end or when the process dies.

        Raises:
            LeaseHeld: another process has it; says which.
        """
        ...
