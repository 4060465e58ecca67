"""How fast a platform lets us go, learned from its answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from reconciler.sdk.clock import Clock

__all__ = ["Limiter", "told_to_wait"]

_NEAR_GAP = 0.25
"""Seconds between two requests of a bucket that is nearly used up."""

_LONGEST_RESET = 60.0
"""Seconds: what is further off is waited for only where the platform answers 429."""


class Limiter:
    """Holds requests back for as long as their platform asked.

    Waits are kept by key. A request waits for all of its keys: the whole site, its bucket (method and shape of path,
    what platforms count by) and its own path. Safe to share between threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}
        self._near: set[str] = set()

    def wait(self, *keys: str) -> None:
        """Sleep until none of these is held back, and take a turn where a bucket is nearly used up."""
        while True:
            with self._lock:
                now = self._clock.now()
                free = max((self._until.get(key, now) for key in keys), default=now)
                if free <= now:
                    for key in keys:
                        if key in self._near:
                            self._until[key] = now + timedelta(seconds=_NEAR_GAP)
                    return
            self._clock.sleep((free - now).total_seconds())

    def hold(self, key: str, seconds: float) -> None:
        """Let nothing with this key pass for so long; a longer wait that runs already stays."""
        with self._lock:
            until = self._clock.now() + timedelta(seconds=seconds)
            self._until[key] = max(until, self._until.get(key, until))

    def heard(self, bucket: str, headers: Mapping[str, str]) -> None:
        """Learn from any answer's headers (lower-case names): `X-RateLimit-NearLimit`, `-Remaining`, `-Reset`.

        A `Retry-After` beside an answer that says yes asks to go slower from now on, and holds everything back.
        """
        near = headers.get("x-ratelimit-nearlimit", "").lower() == "true"
        with self._lock:
            if near:
                self._near.add(bucket)
            else:
                self._near.discard(bucket)
        told = told_to_wait(headers, self._clock.now()) if "retry-after" in headers else None
        if told:
            self.hold("*", min(told, _LONGEST_RESET))
        if headers.get("x-ratelimit-remaining") == "0":
            reset = _moment(headers.get("x-ratelimit-reset", ""))
            if reset is not None:
                seconds = (reset - self._clock.now()).total_seconds()
                if 0 < seconds <= _LONGEST_RESET:
                    self.hold(bucket, seconds)


def told_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read `Retry-After` (seconds or an HTTP date), else `X-RateLimit-Reset` (ISO 8601), as seconds from now."""
    text = headers.get("retry-after", "").strip()
    if text.replace(".", "", 1).isdigit():
        return float(text)
    moment = _moment(text) or _moment(headers.get("x-ratelimit-reset", ""))
    return max(0.0, (moment - now).total_seconds()) if moment else None


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        if moment.tzinfo is not None:
            return moment
    return None
