"""Rate limits: a token bucket, and Jira's headers for it (FACTS A13)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer

__all__ = ["Throttle"]

_NEAR = 0.2


class Throttle:
    """Counts requests against the knob `throttling`; without it nothing is limited, and no header says so."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._setting: object = None
        self._tokens = 0.0
        self._at: datetime | None = None

    def take(self, now: datetime) -> tuple[Answer | None, dict[str, str]]:
        """Take one token.

        Returns:
            The 429 in place of the answer, where there is no token left, and the headers for any answer.
        """
        setting = self._knobs["throttling"]
        if setting is None:
            return None, {}
        limit = float(setting["limit"])
        rate = limit / float(setting["per_seconds"])
        if setting is not self._setting or self._at is None:
            self._setting, self._tokens = setting, limit
        else:
            self._tokens = min(limit, self._tokens + (now - self._at).total_seconds() * rate)
        self._at = now
        if self._tokens < 1:
            wait = (1 - self._tokens) / rate
            reset = (now + timedelta(seconds=wait)).strftime("%Y-%m-%dT%H:%M:%SZ")
            headers = {
                "retry-after": str(max(1, math.ceil(wait))),
                "ratelimit-reason": "jira-burst-based",
                "x-ratelimit-limit": str(int(limit)),
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": reset,
                "x-ratelimit-nearlimit": "true",
            }
            return Answer(429, Refusal(429, "Rate limit exceeded.").as_json()), headers
        self._tokens -= 1
        headers = {"x-ratelimit-limit": str(int(limit)), "x-ratelimit-remaining": str(int(self._tokens))}
        if self._tokens < limit * _NEAR:
            headers["x-ratelimit-nearlimit"] = "true"
        return None, headers
