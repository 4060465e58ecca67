"""`/_sandbox`: knobs, faults, the clock, the record of requests, and what people do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from reconciler.sandbox.faults import read_fault
from reconciler.sandbox.model import Platform
from reconciler.sandbox.wire import Response, Wire

__all__ = ["Control", "json_response"]

_LONGEST_WAIT = 60.0
"""Seconds that a request for faults may be kept waiting for one to strike."""


def json_response(data: Any, status: int = 200) -> Response:
    """An answer in JSON that nobody keeps."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    return Response(status, headers, json.dumps(data, ensure_ascii=False).encode())


class Control:
    """The control interface. Mistakes are answered 400 with `{"error": text}`.

    `note_clock` is told each time the clock is put forward.
    """

    def __init__(self, wire: Wire, platforms: Mapping[str, Platform], note_clock: Callable[[datetime], None]) -> None:
        self._wire = wire
        self._platforms = platforms
        self._note_clock = note_clock
        self._routes: dict[tuple[str, str], Callable[[Any, str], Any]] = {
            ("GET", "knobs"): lambda _body, _query: self._knobs(),
            ("PATCH", "knobs"): lambda body, _query: self._turn(body),
            ("GET", "faults"): lambda _body, _query: [each.as_json() for each in wire.faults],
            ("POST", "faults"): lambda body, _query: self._add_fault(body),
            ("DELETE", "faults"): lambda _body, _query: wire.faults.clear(),
            ("GET", "clock"): lambda _body, _query: self._now(),
            ("POST", "clock"): lambda body, _query: self._put_forward(body),
            ("PATCH", "clock"): lambda body, _query: self._put_forward(body),
            ("GET", "requests"): lambda _body, query: self._requests(query),
            ("DELETE", "requests"): lambda _body, _query: wire.record.clear(),
            ("GET", "board"): lambda _body, _query: self._boards(),
        }

    async def answer(self, method: str, path: str, query: str, body: bytes) -> Response:
        """Answer one request; `path` is what follows `/_sandbox/`."""
        route = self._routes.get((method, path))
        if route is None and method == "POST" and path.startswith("people/"):
            route = self._route_of(path.removeprefix("people/"))
        if route is None:
            offered = ", ".join(sorted({name for _method, name in self._routes} | {"people/ACTION"}))
            return json_response({"error": f"there is no {method} of {path!r} here, but of {offered}"}, 404)
        try:
            data = json.loads(body) if body else None
            if (method, path) == ("GET", "faults"):
                await self._wire.strike(_patience(query))
            return json_response(route(data, query))
        except (ValueError, KeyError) as problem:
            return json_response({"error": str(problem.args[0] if problem.args else problem)}, 400)

    def _route_of(self, action: str) -> Callable[[Any, str], Any]:
        return lambda body, _query: self._act(action, body)

    def _knobs(self) -> dict[str, Any]:
        knobs: dict[str, Any] = {"latency": self._wire.latency}
        for platform in self._platforms.values():
            knobs |= platform.knobs()
        return knobs

    def _turn(self, body: Any) -> dict[str, Any]:
        known = self._knobs()
        for name, value in _mapping(body).items():
            if name not in known:
                raise ValueError(f"there is no knob {name!r}, but {', '.join(sorted(known))}")
            if name == "latency":
                self._wire.latency = _seconds(value)
            for platform in self._platforms.values():
                if name in platform.knobs():
                    platform.turn(name, value)
        return self._knobs()

    def _add_fault(self, body: Any) -> dict[str, Any]:
        fault = read_fault(body)
        self._wire.faults.append(fault)
        return fault.as_json()

    def _now(self) -> dict[str, str]:
        return {"now": self._wire.clock.now().isoformat()}

    def _put_forward(self, body: Any) -> dict[str, str]:
        match _mapping(body):
            case {"advance": seconds, **rest} if not rest:
                self._wire.clock.advance(_seconds(seconds))
            case {"now": str(now), **rest} if not rest:
                self._wire.clock.set(datetime.fromisoformat(now))
            case _:
                raise ValueError('the clock takes {"advance": seconds} or {"now": time}')
        self._note_clock(self._wire.clock.now())
        return self._now()

    def _requests(self, query: str) -> list[dict[str, Any]]:
        return self._wire.record.as_json(bodies=parse_qs(query).get("bodies") == ["1"])

    def _boards(self) -> list[dict[str, Any]]:
        return [{"platform": each.name, "title": each.title, **each.board()} for each in self._platforms.values()]

    def _act(self, action: str, body: Any) -> dict[str, Any]:
        details = dict(_mapping(body))
        known = ", ".join(self._platforms)
        name = details.pop("platform", next(iter(self._platforms)) if len(self._platforms) == 1 else None)
        platform = self._platforms.get(name)
        if platform is None:
            asked = "say on which platform" if name is None else f"there is no platform {name!r}"
            raise ValueError(f"{asked}: {known}")
        return platform.act(action, details)


def _mapping(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")  # noqa: TRY004  answered as 400, like every other mistake
    return body


def _patience(query: str) -> float:
    """Seconds that may pass until a fault strikes: `?struck=30`; none where nobody asks for it."""
    return min(float(parse_qs(query).get("struck", ["0"])[0]), _LONGEST_WAIT)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError("seconds are a number, zero or more")
    return float(value)
