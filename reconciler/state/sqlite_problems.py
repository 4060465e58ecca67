"""What SQLite says, in words that tell a person what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.errors import StateError

__all__ = ["corrupt", "explained", "needs_rollback"]

_FULL: Final = ("the disk is full", "free some space and run the command again; what was committed is safe")
_READ_ONLY: Final = ("it can't be written", "make the file and its directory writable for this account")
_DISK: Final = ("the disk reported an error", "check the disk; what was committed before is safe")
_BUSY: Final = ("another program has it open and locked", "close that program, a database shell say, and try again")
_CANT_OPEN: Final = ("it can't be opened", "check that this account may read the file and its directory")

_BY_CODE: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CANTOPEN: _CANT_OPEN,
    sqlite3.SQLITE_PERM: _CANT_OPEN,
    sqlite3.SQLITE_AUTH: _CANT_OPEN,
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `StateError`: a known condition into its words, any other into "corrupt"."""
    try:
        yield
    except sqlite3.Error as problem:
        known = _BY_CODE.get(_primary(problem))
        if known is None:
            raise corrupt(path, str(problem)) from problem
        raise StateError(f"the state {path}: {known[0]}", detail=str(problem), hint=known[1]) from problem


def corrupt(path: Path, detail: str) -> StateError:
    """Say that the state is not what this program wrote."""
    return StateError(
        f"the state {path} is corrupt",
        detail=detail,
        hint="restore the file from a backup, or move it away and run `reconciler state rebuild`; keep the broken one: "
        "what it journalled may be needed",
    )


def needs_rollback(problem: sqlite3.Error) -> bool:
    """Whether a writer was killed while committing, and only a connection that may write can undo its half."""
    return getattr(problem, "sqlite_errorcode", 0) in (
        sqlite3.SQLITE_READONLY_ROLLBACK,
        sqlite3.SQLITE_READONLY_RECOVERY,
        sqlite3.SQLITE_READONLY_CANTLOCK,
    )


def _primary(problem: sqlite3.Error) -> int:
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF
