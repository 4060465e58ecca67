"""A site of canned answers, over no network, and a clock that only sleeping moves."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx

__all__ = ["Answer", "CannedSite", "StillClock"]

Answer = Any
"""JSON for a 200, `(status, JSON)`, a response, an exception, or a function of the request giving one of these."""


@dataclass
class StillClock:
    """Sleeping moves it, nothing else."""

    time: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=max(seconds, 0.0))


@dataclass
class CannedSite(ABC):
    """Answers by method and path (a regular expression); what nobody canned is a 404."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    @staticmethod
    @abstractmethod
    def path_of(request: httpx.Request) -> str:
        """The path as tests write it: below the platform's usual root."""

    @staticmethod
    @abstractmethod
    def refusal(message: str) -> dict[str, Any]:
        """An error's body."""

    def on(self, method: str, path: str, answer: Answer) -> Self:
        self.answers[method, path] = answer
        return self

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = self.path_of(request)
        for (method, pattern), answer in reversed(list(self.answers.items())):
            if method == request.method and re.fullmatch(pattern, path):
                return self._respond(answer, request)
        return httpx.Response(404, json=self.refusal(f"nothing at {request.method} {path}"))

    def _respond(self, answer: Answer, request: httpx.Request) -> httpx.Response:
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return httpx.Response(status, json=body)

    def sent(self, method: str, path: str) -> list[httpx.Request]:
        """The requests that went there."""
        return [each for each in self.requests if each.method == method and re.fullmatch(path, self.path_of(each))]

    def bodies(self, method: str, path: str) -> list[Any]:
        """The JSON bodies of the requests that went there."""
        return [json.loads(each.content or b"null") for each in self.sent(method, path)]
