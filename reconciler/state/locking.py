"""The right to write, as a lock of the operating system: it ends with the process, however that ends.

The lock is on a file of its own that is never removed; whoever holds it writes into the file who that is. The lock
works between processes of one machine, and on network file systems that pass `flock` on.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from reconciler.errors import LeaseHeld, StateError

__all__ = ["Holder", "hold", "wipe_note"]

_WRITABLE: Final = "make the directory of the specs writable for this account: the state is kept there"
_REMEDIES: Final = {
    errno.EACCES: _WRITABLE,
    errno.EPERM: _WRITABLE,
    errno.EROFS: _WRITABLE,
    errno.ENOSPC: "free some space and run the command again; what was committed is safe",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock; `since` is ISO 8601 in UTC."""

    pid: int
    host: str
    since: str
    command: str

    @classmethod
    def this_process(cls, now: datetime) -> Holder:
        """Describe the running process."""
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
        return cls(os.getpid(), socket.gethostname(), now.isoformat(timespec="seconds"), command)

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}: {self.command}"


@contextmanager
def hold(path: Path, holder: Holder) -> Iterator[None]:
    """Hold the lock of this file; made where it is missing. Who holds it stands in it, until the holder ends in order.

    Raises:
        LeaseHeld: another holder has it; says which.
        StateError: the file can't be made or locked.
    """
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise _unusable(path, problem) from problem
    try:
        _lock(path, descriptor)
        try:
            _write(descriptor, json.dumps(asdict(holder)))
        except OSError as problem:
            raise _unusable(path, problem) from problem
        try:
            yield
        finally:
            with suppress(OSError):  # the note is for people; it is the lock that counts
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def wipe_note(path: Path) -> Holder | None:
    """Wipe out what the last holder of a lock wrote down, if it is gone; `None` where there is nothing.

    Raises:
        LeaseHeld: the lock is held; says by whom.
        StateError: the file can't be opened or locked.
    """
    if not path.exists():
        return None
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as problem:
        raise _unusable(path, problem) from problem
    try:
        _lock(path, descriptor)
        found = _note(descriptor)
        os.ftruncate(descriptor, 0)
        return found
    finally:
        os.close(descriptor)


def _lock(path: Path, descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        holder = _note(descriptor)
        raise LeaseHeld(
            "another process is writing this state",
            detail=str(holder) if holder else "it has not yet written down which process it is",
            hint="wait until it ends; the lock ends with its process, there is nothing to remove by hand",
        ) from problem
    except OSError as problem:
        raise _unusable(path, problem) from problem


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(errors="replace"), 0)


def _note(descriptor: int) -> Holder | None:
    try:
        return Holder(**json.loads(os.pread(descriptor, 65536, 0)))
    except (ValueError, TypeError):
        return None


def _unusable(path: Path, problem: OSError) -> StateError:
    return StateError(
        f"can't lock {path}",
        detail=problem.strerror or str(problem),
        hint=_REMEDIES.get(problem.errno or 0, "keep the specs on a file system that has locks"),
    )
