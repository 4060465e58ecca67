"""The right to write into a SQLite state: every write is one transaction, and proves first that the fence is ours."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reconciler.errors import LeaseLost, StateError
from reconciler.state.records import Archive, ItemRecord, OperationRecord, OperationStatus, RunRecord
from reconciler.state.serial import item_row, json_text, operation_row, run_row, workspace_row
from reconciler.state.sqlite_connection import insert, transaction, upsert
from reconciler.state.sqlite_problems import explained

__all__ = ["SqliteLease"]


class SqliteLease:
    """The right to write into an open database. Implements `Lease`: any thread may call; one at a time is served.

    Args:
        path: the database's file, which has to stay the same one.
        connection: to it, to write.
        holder: who this is, for whoever finds the lease taken.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, holder: str) -> None:
        self._path = path
        self._connection = connection
        self._mutex = threading.Lock()
        self._inode = path.stat().st_ino
        self._ended = False
        with transaction(connection, "IMMEDIATE"):
            connection.execute("UPDATE lease SET fence = fence + 1, holder = ?", (holder,))
            self._fence: int = connection.execute("SELECT fence FROM lease").fetchone()["fence"]

    @property
    def fence(self) -> int:
        """Rises with every lease; the store refuses a lower one."""
        return self._fence

    def begin_run(self, run: RunRecord, variables: Mapping[str, str]) -> None:
        """Record that a run writes from now on: it becomes `last_run`."""

        def write(connection: sqlite3.Connection) -> None:
            upsert(connection, "run", "id", run_row(run))
            connection.execute("UPDATE workspace SET last_run = ?, variables = ?", (run.id, json_text(dict(variables))))

        self._commit(write)

    def finish_run(self, run: RunRecord) -> None:
        """Record its end and counts."""
        self._commit(lambda connection: upsert(connection, "run", "id", run_row(run)))

    def journal(self, operations: Iterable[OperationRecord]) -> None:
        """Record operations about to be sent; one already there is refreshed."""
        rows = [operation_row(each) for each in operations]

        def write(connection: sqlite3.Connection) -> None:
            for row in rows:
                upsert(connection, "operation", "id", row)

        self._commit(write)

    def record(
        self,
        item: ItemRecord | None,
        operation: tuple[str, OperationStatus] | None = None,
        forget: str | None = None,
    ) -> None:
        """In one transaction: keep an item's record, end an operation, drop the record at an address."""

        def write(connection: sqlite3.Connection) -> None:
            if forget is not None:
                connection.execute("DELETE FROM item WHERE address = ?", (forget,))
            if item is not None:
                upsert(connection, "item", "address", item_row(item))
            if operation is not None:
                name, status = operation
                if connection.execute("UPDATE operation SET status = ? WHERE id = ?", (status, name)).rowcount != 1:
                    raise StateError(f"operation {name} was never journalled", hint="report it: this is a bug")

        self._commit(write)

    def keep(self, run: RunRecord, item: ItemRecord | None, forget: str) -> None:
        """In one transaction: record a run that is over, which becomes `last_run`, and all that it did: drop the record
        at an address, and keep an item's.
        """

        def write(connection: sqlite3.Connection) -> None:
            upsert(connection, "run", "id", run_row(run))
            connection.execute("UPDATE workspace SET last_run = ?", (run.id,))
            connection.execute("DELETE FROM item WHERE address = ?", (forget,))
            if item is not None:
                upsert(connection, "item", "address", item_row(item))

        self._commit(write)

    def replace(self, archive: Archive) -> None:
        """Hold what an archive holds, and nothing else."""

        def write(connection: sqlite3.Connection) -> None:
            for table in ("item", "operation", "run", "workspace"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
            for run in archive.runs:
                upsert(connection, "run", "id", run_row(run))
            for operation in archive.operations:
                upsert(connection, "operation", "id", operation_row(operation))
            for item in archive.items:
                upsert(connection, "item", "address", item_row(item))
            insert(connection, "workspace", workspace_row(archive.workspace))

        self._commit(write)

    def check(self) -> None:
        """Return if the lease is still held."""
        with self._mutex, explained(self._path):
            self._prove()

    def end(self) -> None:
        """Write no more. Waits for a write that is under way."""
        with self._mutex:
            self._ended = True

    def _commit(self, write: Callable[[sqlite3.Connection], None]) -> None:
        with self._mutex, explained(self._path):
            self._prove_usable()
            with transaction(self._connection, "IMMEDIATE"):
                self._prove()
                write(self._connection)

    def _prove(self) -> None:
        self._prove_usable()
        row = self._connection.execute("SELECT fence, holder FROM lease").fetchone()
        if row["fence"] != self._fence:
            raise LeaseLost(
                detail=f"This run holds fence {self._fence}; the state has {row['fence']}, of {row['holder']}.",
                hint="plan again: nothing more was written, and the next run finds out what this one sent",
            )

    def _prove_usable(self) -> None:
        if self._ended:
            raise LeaseLost("the lease was given back")
        try:
            same = self._path.stat().st_ino == self._inode
        except OSError:
            same = False
        if not same:
            raise LeaseLost(
                f"the state {self._path} was removed or replaced while it was in use",
                hint="put the file back, then plan again: the next run finds out what this one sent",
            )
