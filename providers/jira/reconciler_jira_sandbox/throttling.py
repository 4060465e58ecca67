"""Rate limits: one token bucket for each endpoint, others for each issue, and Jira's headers for them (FACTS A13).

The hourly quota of points is not here: it counts the traffic of apps, and spares that of API tokens.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Route

__all__ = ["Throttle"]

_Limit: TypeAlias = Mapping[str, float]
"""`limit` requests in `per_seconds`."""

_NEAR = 0.2
_PER_SECOND = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
_EXCEPTIONS = {"getIssue": 150, "getChangeLogs": 200, "countIssues": 150}
_ISSUE_WRITES: Sequence[_Limit] = ({"limit": 20, "per_seconds": 2}, {"limit": 100, "per_seconds": 30})


@dataclass(slots=True)
class _Bucket:
    """So many requests at once, and as many more in `seconds`; `reason` is what Jira calls its limit."""

    limit: float
    seconds: float
    reason: str
    at: datetime
    tokens: float

    def fill(self, now: datetime) -> None:
        passed = (now - self.at).total_seconds()
        self.tokens = min(self.limit, self.tokens + passed * self.limit / self.seconds)
        self.at = now

    def headers(self) -> dict[str, str]:
        headers = {"x-ratelimit-limit": str(int(self.limit)), "x-ratelimit-remaining": str(int(self.tokens))}
        return {**headers, "x-ratelimit-nearlimit": "true"} if self.tokens < self.limit * _NEAR else headers

    def refusal(self) -> dict[str, str]:
        wait = max(1, math.ceil((1 - self.tokens) * self.seconds / self.limit))
        return {
            **self.headers(),
            "retry-after": str(wait),
            "ratelimit-reason": self.reason,
            "x-ratelimit-reset": (self.at + timedelta(seconds=wait)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class Throttle:
    """Counts requests as the knob `throttling` says; without it nothing is limited, and no header says so."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._setting: object = None
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, route: Route, issue: str, now: datetime) -> tuple[Answer | None, dict[str, str]]:
        """Take a token from each bucket that a request counts in, or none where one of them is empty.

        Args:
            route: the endpoint.
            issue: the id of the issue in its path; empty where there is none.
            now: the time.

        Returns:
            The 429 in place of the answer, where it is refused, and the headers for any answer.
        """
        setting = self._knobs["throttling"]
        if setting is not self._setting:
            self._setting, self._buckets = setting, {}
        if setting is None:
            return None, {}
        place = (route.method, route.path)
        counting = [self._bucket(place, each, "jira-burst-based", now) for each in _burst(setting, route)]
        if issue and route.method != "GET":
            for number, each in enumerate(_issue_writes(setting)):
                counting.append(self._bucket((issue, str(number)), each, "jira-per-issue-on-write", now))
        for bucket in counting:
            bucket.fill(now)
            if bucket.tokens < 1:
                return Answer(429, Refusal(429, "Rate limit exceeded.").as_json()), bucket.refusal()
        for bucket in counting:
            bucket.tokens -= 1
        return None, counting[0].headers() if counting else {}

    def _bucket(self, key: tuple[str, str], limit: _Limit, reason: str, now: datetime) -> _Bucket:
        if key not in self._buckets:
            size = float(limit["limit"])
            self._buckets[key] = _Bucket(size, float(limit["per_seconds"]), reason, now, size)
        return self._buckets[key]


def _burst(setting: Any, route: Route) -> Sequence[_Limit]:
    if setting == "documented":
        return ({"limit": _EXCEPTIONS.get(route.operation, _PER_SECOND[route.method]), "per_seconds": 1},)
    return (setting["endpoint"],) if "endpoint" in setting else ()


def _issue_writes(setting: Any) -> Sequence[_Limit]:
    if setting == "documented":
        return _ISSUE_WRITES
    return (setting["issue"],) if "issue" in setting else ()
