"""The sandbox's own time: real time plus an offset that only grows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reconciler.sdk import Clock

__all__ = ["SandboxClock"]


class SandboxClock:
    """A clock that can be put forward, over one that runs by itself."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The time of day in the sandbox, in UTC."""
        return self._base.now() + self._offset

    def sleep(self, seconds: float) -> None:
        """Wait on the clock below."""
        self._base.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Put the clock forward.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._offset += timedelta(seconds=seconds)

    def set(self, now: datetime) -> None:
        """Put the clock forward to a time with a zone.

        Raises:
            ValueError: it has no zone, or has passed.
        """
        if now.tzinfo is None:
            raise ValueError("the time needs a zone, such as Z")
        self.advance((now.astimezone(UTC) - self.now()).total_seconds())
