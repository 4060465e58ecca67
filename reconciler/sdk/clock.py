"""The one clock: whatever waits or asks for the time goes through it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final, Protocol

from reconciler.stop import Stop

__all__ = ["Clock", "SystemClock"]

_GLANCE: Final = 0.1
"""Seconds between two looks at whether to stop."""


class Clock(Protocol):
    """Time as the engine sees it."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once.

        Raises:
            Interrupted: a stop was asked for meanwhile.
        """
        ...


class SystemClock:
    """This machine's time.

    Args:
        stop: ends every wait.
    """

    def __init__(self, stop: Stop | None = None) -> None:
        self._stop = stop or Stop()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once.

        Raises:
            Interrupted: a stop was asked for meanwhile.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._stop.check()
            time.sleep(min(left, _GLANCE))
