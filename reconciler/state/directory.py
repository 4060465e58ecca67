"""The directory beside the specs for what this machine keeps: state, locks, snapshots."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from reconciler.errors import StateError

__all__ = ["PRIVATE_DIRECTORY", "create_private_file", "make_private_directory"]

PRIVATE_DIRECTORY: Final = ".reconciler"


def make_private_directory(workspace: Path) -> Path:
    """Make `.reconciler` in a workspace's directory, for its owner alone and ignored by git; one there is left as is.

    Raises:
        StateError: it can't be made.
    """
    directory = workspace / PRIVATE_DIRECTORY
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        if not (directory / ".gitignore").exists():
            (directory / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as problem:
        raise StateError(
            f"can't make {directory}",
            detail=problem.strerror or str(problem),
            hint="make the directory of the specs writable for this account: the state is kept there",
        ) from problem
    return directory


def create_private_file(path: Path) -> None:
    """Make an empty file that only its owner reads and writes, whatever the umask.

    Raises:
        FileExistsError: it is there already.
        OSError: it can't be made.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    os.close(descriptor)
