"""Connections to a SQLite state: how they are opened, what proves that the file is ours, rows in and out."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.errors import StateError
from reconciler.state.schema import APPLICATION_ID, SCHEMA_VERSION, UPGRADES
from reconciler.state.serial import Row
from reconciler.state.sqlite_problems import corrupt

__all__ = ["check_schema", "connect", "insert", "sync_directory", "transaction", "upgrade", "upsert"]

_BUSY_SECONDS: Final = 10.0


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a state; `mode` is SQLite's: `ro` or `rw`."""
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA synchronous = FULL")
        if mode == "rw":
            connection.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str) -> Iterator[None]:
    """All of a `with` block or nothing of it; `kind` is SQLite's: `DEFERRED` or `IMMEDIATE`."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that a file is a state, whole, and of a version that this program reads.

    Raises:
        StateError: it is not.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise corrupt(path, "the file is empty, or a database of another program")
    if version > SCHEMA_VERSION:
        raise StateError(
            f"the state {path} was written by a newer reconciler",
            detail=f"It has version {version}; this one reads up to version {SCHEMA_VERSION}.",
            hint="install the newer reconciler here too: `reconciler --version` where it wrote last says which",
        )
    finding = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if finding != "ok":
        raise corrupt(path, str(finding))


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a state of an older version to this program's."""
    with transaction(connection, "IMMEDIATE"):
        for version in range(int(connection.execute("PRAGMA user_version").fetchone()[0]), SCHEMA_VERSION):
            connection.execute(UPGRADES[version])
            connection.execute(f"PRAGMA user_version = {version + 1}")


def insert(connection: sqlite3.Connection, table: str, row: Row) -> None:
    """Add a row."""
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", row)  # noqa: S608


def upsert(connection: sqlite3.Connection, table: str, key: str, row: Row) -> None:
    """Add a row, or bring the one with the same key up to date."""
    columns = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != key)
    connection.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO UPDATE SET {updates}",  # noqa: S608
        row,
    )


def sync_directory(directory: Path) -> None:
    """Make a new name in a directory safe."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
