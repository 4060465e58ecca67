"""A clock on whose way things happen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from asgi_client import HandClock

__all__ = ["LateClock"]


class LateClock(HandClock):
    """Time that moves when it is told to, and brings on its way what is due.

    Attributes:
        due: what happens when.
        lock: held while time passes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.due: list[tuple[datetime, Callable[[], object]]] = []
        self.lock = threading.RLock()

    def sleep(self, seconds: float) -> None:
        with self.lock:
            until = self.time + timedelta(seconds=max(0.0, seconds))
            while due := [each for each in self.due if each[0] <= until]:
                first = min(due, key=lambda each: each[0])
                self.due.remove(first)
                self.time = max(self.time, first[0])
                first[1]()
            self.time = max(self.time, until)
