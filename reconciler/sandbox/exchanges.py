"""The record of what was asked and answered, newest last."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Any

__all__ = ["Exchange", "Record"]

_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One platform request and what came of it.

    Attributes:
        n: counts from 1 since the sandbox started.
        operation: the platform's name for it; `None` where no route fits.
        status: as sent; `None` where the connection was cut without one.
        fault: whether an injected fault shaped the answer.
    """

    n: int
    method: str
    path: str
    query: str
    operation: str | None
    status: int | None
    fault: bool
    request: bytes
    response: bytes

    def as_json(self, *, bodies: bool) -> dict[str, Any]:
        """For `/_sandbox/requests`: the request's body always, the answer's where `bodies`."""
        shown = {
            "n": self.n,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "status": self.status,
            "fault": self.fault,
            "request": _parsed(self.request),
        }
        return {**shown, "response": _parsed(self.response)} if bodies else shown


class Record:
    """The last 20,000 exchanges."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque(maxlen=_KEPT)
        self._count = 0

    def next_number(self) -> int:
        """Number a request as it arrives."""
        self._count += 1
        return self._count

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange that is over."""
        self._kept.append(exchange)

    def clear(self) -> None:
        """Forget them; the numbers go on."""
        self._kept.clear()

    def as_json(self, *, bodies: bool) -> list[dict[str, Any]]:
        """All that are kept, in the order of their arrival."""
        return [each.as_json(bodies=bodies) for each in sorted(self._kept, key=lambda each: each.n)]


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
