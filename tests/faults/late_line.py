"""A platform in this process that takes one request at a time, some of them late."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

import httpx
from faults.late_clock import LateClock
from faults.scenarios import Sent

from reconciler.sandbox.model import Platform as SandboxPlatform

__all__ = ["LateLine"]

_IN_THE_AIR = 29
"""Seconds that a request may take to arrive: the sender gives up after 30."""


class LateLine(httpx.BaseTransport):
    """Comes before the class that answers requests.

    Attributes:
        faults: (method, path, what) for the next write that fits: `cut_before`, `cut_after`, `late`, or `later`, which
            is late after a 429.
        environment: what a command needs to sign in.
        head: the beginning of a spec.
        type: of its items, one that has points.
        names: what people call a title and points.
        statuses: what people call those that the specs name.
        closed, over: statuses of items that are out of the spec, and of those that nobody works on any more.
        refused: the body of an answer that says no.
        circles: whether items may block each other in a circle.
        whole_markers: whether markers keep digests of what was applied.
        recalls: whether, where they don't, the platform's histories tell it.
        writes: the requests whose answers get lost, the create first.
    """

    platform: SandboxPlatform
    clock: LateClock
    faults: list[tuple[str, str, str]]

    environment: ClassVar[Mapping[str, str]]
    head: ClassVar[str]
    type: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    statuses: ClassVar[Mapping[str, str]]
    closed: ClassVar[frozenset[str]]
    over: ClassVar[frozenset[str]]
    refused: ClassVar[Mapping[str, Any]]
    circles: ClassVar[bool]
    whole_markers: ClassVar[bool]
    recalls: ClassVar = True
    writes: ClassVar[tuple[Sent, ...]]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or do what a fault says."""
        with self.clock.lock:
            fault = next((each for each in self.faults if self._fits(request, each)), None)
            if fault is None:
                return super().handle_request(request)
            self.faults.remove(fault)
            match fault[2]:
                case "later":
                    self.faults.insert(0, (fault[0], fault[1], "late"))
                    return httpx.Response(429, headers={"Retry-After": "20"}, json=self.refused)
                case "late":
                    self.delay(request)
                    raise httpx.ReadTimeout("no answer", request=request)
                case "cut_after":
                    super().handle_request(request)
            raise httpx.ReadError("cut", request=request)

    def delay(self, request: httpx.Request) -> None:
        """Have a request arrive as late as it may, and no other fault strike it then."""
        self.clock.due.append((self.clock.now() + timedelta(seconds=_IN_THE_AIR), lambda: self._arrive(request)))

    def land(self) -> None:
        """Wait until nothing is on its way."""
        self.clock.sleep(_IN_THE_AIR)

    def cards(self) -> list[dict[str, Any]]:
        """What the board shows."""
        cards: list[dict[str, Any]] = self.platform.board()["cards"]
        return cards

    def lose(self, sent: Sent, what: str) -> None:
        """Have the next such write meet a fault."""
        self.faults.append((sent.method, sent.path, what))

    def reads(self, request: httpx.Request) -> bool:
        """Whether a request changes nothing."""
        raise NotImplementedError

    def _arrive(self, request: httpx.Request) -> None:
        faults, self.faults = self.faults, []
        super().handle_request(request)
        self.faults = faults

    def _fits(self, request: httpx.Request, fault: tuple[str, str, str]) -> bool:
        method, path, _ = fault
        return method == request.method and bool(re.search(path, request.url.path)) and not self.reads(request)
