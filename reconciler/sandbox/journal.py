"""The sandbox's memory across restarts: an append-only file of events, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reconciler.errors import ConfigurationError

__all__ = ["EventLog"]


class EventLog:
    """Events in a file, each flushed to the system before the answer that it belongs to; without a file, nowhere.

    A line that a killed process left half written is cut off.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = path.open("a+b")
                path.chmod(0o600)
            except OSError as problem:
                raise ConfigurationError(
                    f"the sandbox can't keep its data in {path}", detail=str(problem), hint="choose another --data"
                ) from problem

    def read(self) -> Iterator[dict[str, Any]]:
        """Read the events of earlier processes, oldest first.

        Raises:
            ConfigurationError: a line is no event; the file is another program's or was edited.
        """
        if self._file is None:
            return
        self._file.seek(0)
        end = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                self._file.truncate(end)
                break
            end += len(line)
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if not isinstance(event, dict) or "platform" not in event:
                raise ConfigurationError(
                    f"{self._path}, line {number}: not an event of the sandbox", hint="choose another --data file"
                )
            yield event

    def append(self, platform: str, event: Mapping[str, Any]) -> None:
        """Keep one event of a platform."""
        if self._file is not None:
            line = json.dumps({"platform": platform, **event}, ensure_ascii=False, separators=(",", ":"))
            self._file.write(line.encode() + b"\n")
            self._file.flush()

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()
