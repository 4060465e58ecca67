"""Rate limits: a budget of units in a sliding window, first delays, then refusals (FACTS B10)."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime, timedelta

from reconciler_azure_devops_sandbox.knobs import Knobs
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer

__all__ = ["Throttle"]

_BLOCKED = 1.5  # of the budget: beyond it requests are delayed, from here on they are refused
_DELAY = 1.25  # seconds that a delayed request is said to have waited
_RESOURCE = "Work Item Tracking/Short"


class Throttle:
    """Counts requests, one unit each, against the knob `usage_limit`; without it nothing is limited or said.

    Beyond the budget a request is served late: its answer says by how much, and asks for a pause with Retry-After,
    although it is a 200. Beyond half as much again requests are refused with 429 and have no effect. The sandbox says
    that it delayed a request, and does not wait.
    """

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._spent: deque[datetime] = deque()

    def take(self, now: datetime) -> tuple[Answer | None, dict[str, str]]:
        """Spend one unit.

        Returns:
            The 429 in place of the answer, where there is one, and the headers for any answer.
        """
        setting = self._knobs["usage_limit"]
        if setting is None:
            self._spent.clear()
            return None, {}
        limit, window = float(setting["limit"]), timedelta(seconds=float(setting["per_seconds"]))
        while self._spent and now - self._spent[0] >= window:
            self._spent.popleft()
        used = len(self._spent)
        blocked = used >= limit * _BLOCKED
        if not blocked:
            self._spent.append(now)
            used += 1
        whole = self._spent[-1] + window
        headers = {
            "x-ratelimit-resource": _RESOURCE,
            "x-ratelimit-limit": str(int(limit)),
            "x-ratelimit-remaining": str(max(0, int(limit - used))),
            "x-ratelimit-reset": str(int(whole.timestamp())),
        }
        if not blocked and used <= limit:
            return None, headers
        within = self._spent[max(0, used - int(limit))] + window - now
        headers["retry-after"] = str(max(1, math.ceil(within.total_seconds())))
        if not blocked:
            return None, {**headers, "x-ratelimit-delay": f"{_DELAY:.3f}"}
        refusal = Refusal(
            429,
            "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource "
            f"'{_RESOURCE}' in namespace 'User'.",
            "RequestBlockedException",
            space="Microsoft.TeamFoundation.Framework.Server",
            event=3000,
        )
        return Answer(429, refusal.as_json()), headers
