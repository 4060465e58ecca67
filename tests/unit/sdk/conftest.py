"""A session to a site that a test scripts, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reconciler.sdk import Limiter, Session


@dataclass
class TickingClock:
    """Sleeping moves it, nothing else."""

    time: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=max(seconds, 0.0))


@dataclass
class RecordingGate:
    """Says what it was opened for, and gives the deadlines that it is told to."""

    deadlines: list[datetime | None] = field(default_factory=list)
    opened: list[tuple[str, ...]] = field(default_factory=list)

    def open(self, operations: Sequence[str]) -> datetime | None:
        self.opened.append(tuple(operations))
        return self.deadlines.pop(0) if self.deadlines else None


@dataclass
class Wire:
    """Answers in turn: a response, or an exception to raise. The last one stands for all that follow."""

    clock: TickingClock
    gate: RecordingGate
    answers: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def session(self, url: str = "https://site.example/jira") -> Session:
        return Session(
            url,
            authorization="Basic c2VjcmV0",
            clock=self.clock,
            gate=self.gate,
            limiter=Limiter(self.clock),
            transport=httpx.MockTransport(self.handle),
            jitter=lambda: 0.5,
        )


@pytest.fixture
def clock() -> TickingClock:
    return TickingClock()


@pytest.fixture
def gate() -> RecordingGate:
    return RecordingGate()


@pytest.fixture
def wire(clock: TickingClock, gate: RecordingGate) -> Iterator[Callable[..., Wire]]:
    def wired(*answers: httpx.Response | Exception) -> Wire:
        return Wire(clock, gate, list(answers))

    return wired
