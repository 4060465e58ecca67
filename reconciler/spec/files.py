"""Reading inside the workspace, and never outside of it."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from reconciler.spec.problems import ValueProblem
from reconciler.spec.reader import MOST_BYTES

__all__ = ["WorkspaceFiles", "read_inside", "read_regular"]

_MOST_ALTOGETHER = 4 * MOST_BYTES


def read_regular(path: Path) -> bytes:
    """Read a regular file, up to one byte more than the largest that is taken.

    Raises:
        OSError: it is not there, can't be read, or is a pipe or device.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("not a regular file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def read_inside(path: Path, directory: Path) -> bytes:
    """Read a file of a directory; a link that leads out of it is refused.

    Raises:
        OSError: as `read_regular`, or it lies outside.
    """
    if not path.resolve().is_relative_to(directory.resolve()):
        raise OSError("it is a link that leads out of the directory")
    return read_regular(path)


class WorkspaceFiles:
    """The files below one directory, each read once. `digests` names what was read: path to SHA-256 in hex.

    A path is relative and stays below the directory, links followed; names that begin with a dot (`.git`, `.env`)
    hold what specs have no business with.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[str, bytes] = {}
        self._left = _MOST_ALTOGETHER

    @property
    def digests(self) -> Mapping[str, str]:
        """What was read so far."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self._read.items()}

    def read(self, path: str) -> bytes:
        """Read a file.

        Raises:
            ValueProblem: it lies outside, is not there, or is too large.
        """
        if path not in self._read:
            self._read[path] = self._fresh(path)
        return self._read[path]

    def text(self, path: str) -> str:
        """Read a file as UTF-8.

        Raises:
            ValueProblem: as `read`, or it is no UTF-8.
        """
        try:
            return self.read(path).decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as problem:
            raise ValueProblem(f"{path} is not UTF-8", code="encoding", hint="save it as UTF-8") from problem

    def _fresh(self, path: str) -> bytes:
        if "\0" in path or not path:
            raise ValueProblem(f"{path!r} is not a file's name", code="file")
        root = self._directory.resolve()
        try:
            target = (root / path).resolve()
            inside = target.is_relative_to(root) and not Path(path).is_absolute()
            if not inside or any(part.startswith(".") for part in target.relative_to(root).parts):
                raise ValueProblem(
                    f"{path} is not one of the workspace's files",
                    code="file",
                    hint="a spec reads files below its own directory, none whose name begins with a dot",
                )
            data = read_regular(target)
        except (OSError, RuntimeError) as problem:
            reason = getattr(problem, "strerror", None) or str(problem)
            raise ValueProblem(f"{path} can't be read: {reason}", code="file", hint="check the name") from problem
        self._left -= len(data)
        if len(data) > MOST_BYTES or self._left < 0:
            raise ValueProblem(f"{path} is too large", code="too_large", hint="keep only what the items need")
        return data
