"""Faults on demand: what goes wrong, for which requests, and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

__all__ = ["Answer", "Fault", "Hang", "What", "read_fault"]


@dataclass(frozen=True, slots=True)
class Answer:
    """This answer instead of the platform's. `body` is JSON, or text as it stands."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer for so many seconds of the sandbox's clock, then the connection is cut."""

    seconds: float


What: TypeAlias = Answer | Hang | Literal["cut", "truncate", "duplicate"]

_WORDS = ("cut", "truncate", "duplicate")
_WHEN = Literal["before", "after"]


@dataclass(slots=True)
class Fault:
    """One rule.

    Attributes:
        method: in capitals; `None` for any.
        path: searched for in the request's path, mount included.
        skip: so many matching requests pass before it strikes.
        when: `before`: the platform never sees the request; `after`: it has carried it out.
        times: so many requests it still strikes; it is gone at zero.
    """

    method: str | None
    path: re.Pattern[str]
    what: What
    when: _WHEN
    skip: int
    times: int
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether it strikes this request; counts."""
        if self.times < 1 or (self.method and self.method != method) or not self.path.search(path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        self.struck += 1
        return True

    def as_json(self) -> dict[str, Any]:
        """As `read_fault` takes it, with what is left, and `struck`."""
        what: Any = self.what
        match self.what:
            case Answer(status, headers, body):
                what = {"status": status, "headers": dict(headers), "body": body}
            case Hang(seconds):
                what = {"hang": seconds}
        return {
            "match": {"method": self.method, "path": self.path.pattern, "skip": self.skip},
            "when": self.when,
            "what": what,
            "times": self.times,
            "struck": self.struck,
        }


def read_fault(data: Any) -> Fault:
    """Read `{"match": {"method", "path", "skip"}, "when", "what", "times"}`; all but `what` may be absent.

    `what` is `{"status", "headers", "body"}`, `"cut"` (the connection closes without an answer), `"truncate"` (it
    closes half-way through the answer), `{"hang": seconds}`, or `"duplicate"` (the request is delivered twice, the
    second answer is sent).

    Raises:
        ValueError: the text says what is wrong.
    """
    if not isinstance(data, dict) or (unknown := data.keys() - {"match", "when", "what", "times"}):
        raise ValueError(f"a fault has match, when, what and times{_named(unknown) if isinstance(data, dict) else ''}")
    match = data.get("match") or {}
    if not isinstance(match, dict) or (unknown := match.keys() - {"method", "path", "skip"}):
        raise ValueError("match has method, path and skip")
    when = data.get("when", "before")
    if when not in get_args(_WHEN):
        raise ValueError("when is before or after")
    skip, times = match.get("skip", 0), data.get("times", 1)
    if not all(isinstance(each, int) and each >= 0 for each in (skip, times)):
        raise ValueError("skip and times are whole numbers")
    try:
        path = re.compile(str(match.get("path") or ""))
    except re.error as problem:
        raise ValueError(f"path is no regular expression: {problem}") from problem
    method = match.get("method")
    return Fault(str(method).upper() if method else None, path, _read_what(data.get("what")), when, skip, times)


def _read_what(data: Any) -> What:
    match data:
        case "cut":
            return "cut"
        case "truncate":
            return "truncate"
        case "duplicate":
            return "duplicate"
        case {"hang": int() | float() as seconds} if len(data) == 1 and seconds > 0:
            return Hang(float(seconds))
        case {"status": int(status)} if 200 <= status <= 599 and data.keys() <= {"status", "headers", "body"}:
            headers = {str(name): str(value) for name, value in dict(data.get("headers") or {}).items()}
            return Answer(status, headers, data.get("body"))
    raise ValueError(f'what is {{"status": ...}}, {{"hang": seconds}} or one of {", ".join(_WORDS)}')


def _named(names: set[str]) -> str:
    return f", not {', '.join(sorted(names))}" if names else ""
