"""The default state: one SQLite file an instance, in `.reconciler/` beside the specs.

A write is safe when it returns (`synchronous=FULL`), and a process that is killed leaves the state as it was before
the write that it was in.
"""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from reconciler.errors import StateError
from reconciler.sdk import Clock, marker_label
from reconciler.state.directory import PRIVATE_DIRECTORY, create_private_file, make_private_directory
from reconciler.state.locking import Holder, hold, wipe_note
from reconciler.state.records import Archive, State, WorkspaceRecord
from reconciler.state.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from reconciler.state.serial import item_record, operation_record, run_record, workspace_record
from reconciler.state.sqlite_connection import check_schema, connect, sync_directory, transaction, upgrade
from reconciler.state.sqlite_lease import SqliteLease
from reconciler.state.sqlite_problems import corrupt, explained, needs_rollback
from reconciler.state.store import Lease

__all__ = ["SqliteStore"]


class SqliteStore:
    """The state of one workspace instance, in `<directory>/.reconciler/<marker label>.db`. Implements `Store`.

    Args:
        directory: the workspace's: where its specs are.
        id, name, instance: the workspace's, as its spec says.
        clock: dates the lease.
        previous_name: what the workspace was called; a state of this name takes the new one with the next lease.
    """

    def __init__(
        self, directory: Path, *, id: str, name: str, instance: str, clock: Clock, previous_name: str | None = None
    ) -> None:
        self._directory = directory
        self._names = frozenset({name, previous_name})
        self._workspace = WorkspaceRecord(id, name, instance, lineage="")
        self._clock = clock
        self.path: Final = directory.absolute() / PRIVATE_DIRECTORY / f"{marker_label(id, instance)}.db"

    def read(self) -> State | None:
        """The state, or `None` where there is none yet. Needs no lease, makes no file, works where nothing is writable.

        Raises:
            StateError: it is corrupt, of a newer version, or another workspace's.
        """
        if not self._exists():
            return None
        with explained(self.path):
            try:
                return self._read("ro")
            except sqlite3.OperationalError as problem:
                if not needs_rollback(problem):
                    raise
                return self._read("rw")

    def read_all(self) -> Archive | None:
        """All that the state holds, or `None` where there is none yet.

        Raises:
            StateError: as for `read`.
        """
        if self.read() is None:  # also undoes what a killed writer left behind
            return None
        with (
            explained(self.path),
            closing(connect(self.path, "ro")) as connection,
            transaction(connection, "DEFERRED"),
        ):
            workspace = self._check_workspace(connection)

            def rows(statement: str) -> list[Any]:
                return connection.execute(statement).fetchall()

            try:
                return Archive(
                    workspace,
                    tuple(item_record(row) for row in rows("SELECT * FROM item ORDER BY rowid")),
                    tuple(operation_record(row) for row in rows("SELECT * FROM operation ORDER BY sequence")),
                    tuple(run_record(row) for row in rows("SELECT * FROM run ORDER BY rowid")),
                )
            except (ValueError, LookupError, TypeError) as problem:
                raise corrupt(self.path, str(problem)) from problem

    def unlock(self) -> Holder | None:
        """Wipe out the note of a holder that ended without doing so; `None` where there is none.

        Raises:
            LeaseHeld: a process has the lock; says which. It can't be taken from it.
        """
        return wipe_note(self.path.with_suffix(".lock"))

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """Take the right to write, making the state where there is none; freed at the end or when the process dies.

        Raises:
            LeaseHeld: another process has it; says which.
            StateError: as for `read`, or it can't be written.
        """
        make_private_directory(self._directory)
        holder = Holder.this_process(self._clock.now())
        with hold(self.path.with_suffix(".lock"), holder), ExitStack() as cleanup:
            with explained(self.path):
                if not self._exists():
                    self._create()
                connection = cleanup.enter_context(closing(connect(self.path, "rw")))
                check_schema(connection, self.path)
                upgrade(connection)
                renamed = self._check_workspace(connection).name != self._workspace.name
                lease = SqliteLease(self.path, connection, str(holder))
                if renamed:
                    connection.execute("UPDATE workspace SET name = ?", (self._workspace.name,))
            cleanup.callback(lease.end)
            yield lease

    def _exists(self) -> bool:
        try:
            mode = self.path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as problem:
            raise StateError(
                f"can't see whether there is a state {self.path}",
                detail=problem.strerror or str(problem),
                hint="make its directory readable for this account",
            ) from problem
        if not stat.S_ISREG(mode):
            raise corrupt(self.path, "it is not a file")
        return True

    def _read(self, mode: str) -> State:
        with closing(connect(self.path, mode)) as connection, transaction(connection, "DEFERRED"):
            check_schema(connection, self.path)
            workspace = self._check_workspace(connection)
            try:
                items = [item_record(row) for row in connection.execute("SELECT * FROM item ORDER BY rowid")]
                open_operations = tuple(
                    operation_record(row)
                    for row in connection.execute("SELECT * FROM operation WHERE status = 'open' ORDER BY sequence")
                )
            except (ValueError, LookupError, TypeError) as problem:
                raise corrupt(self.path, str(problem)) from problem
            return State(workspace, {item.address: item for item in items}, open_operations)

    def _create(self) -> None:
        """Make the state under another name first: a file of this name is always a whole one."""
        unfinished = self.path.with_suffix(".new")
        try:
            unfinished.unlink(missing_ok=True)
            create_private_file(unfinished)
            with closing(connect(unfinished, "rw")) as connection:
                connection.executescript(
                    f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
                    f"BEGIN; {SCHEMA} COMMIT;"
                )
                workspace = self._workspace
                connection.execute(
                    "INSERT INTO workspace (id, name, instance, lineage) VALUES (?, ?, ?, ?)",
                    (workspace.id, workspace.name, workspace.instance, str(uuid4())),
                )
                connection.execute("INSERT INTO lease (fence, holder) VALUES (0, '')")
            unfinished.replace(self.path)
            sync_directory(self.path.parent)
        except OSError as problem:
            raise StateError(f"can't make the state {self.path}", detail=problem.strerror or str(problem)) from problem

    def _check_workspace(self, connection: sqlite3.Connection) -> WorkspaceRecord:
        rows = connection.execute("SELECT * FROM workspace").fetchall()
        try:
            (found,) = (workspace_record(row) for row in rows)
        except (ValueError, LookupError, TypeError) as problem:
            raise corrupt(self.path, f"the table workspace: {problem}") from problem
        asked = self._workspace
        if (found.id, found.instance) != (asked.id, asked.instance) or found.name not in self._names:
            raise StateError(
                f"the state {self.path} belongs to another workspace",
                detail=f"It is {_named(found)}; the specs are {_named(asked)}.",
                hint="if these specs were copied from another workspace, give them an id of their own: "
                f"`reconciler init --new-id`; if the workspace was renamed, say so: `previous_name: {found.name}`",
            )
        return found


def _named(workspace: WorkspaceRecord) -> str:
    instance = f", instance {workspace.instance}" if workspace.instance else ""
    return f"{workspace.name} ({workspace.id}{instance})"
