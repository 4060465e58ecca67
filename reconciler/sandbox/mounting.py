"""Puts the platforms' sandboxes, the control interface and the board on one port."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from reconciler.errors import ConfigurationError
from reconciler.sandbox.board import board_page
from reconciler.sandbox.clock import SandboxClock
from reconciler.sandbox.control import Control, json_response
from reconciler.sandbox.journal import EventLog
from reconciler.sandbox.model import Factory, Platform, Receive, Scope, Send
from reconciler.sandbox.wire import Response, Wire, read_body, send_response
from reconciler.sdk import Clock

__all__ = ["Sandbox", "installed"]

_LOOPBACK = ("127.0.0.1", "localhost")


def installed() -> dict[str, Factory]:
    """The factories of the entry-point group `reconciler.sandboxes`, by name."""
    return {each.name: each.load() for each in sorted(entry_points(group="reconciler.sandboxes"))}


class Sandbox:
    """One ASGI application over all platforms.

    Args:
        clock: what the sandbox's own clock runs on.
        data: the file that keeps events; `None` keeps none.
        cut: closes the connection of a request without a word.

    Raises:
        ConfigurationError: the data file can't be used.
    """

    def __init__(
        self, factories: Mapping[str, Factory], *, clock: Clock, data: Path | None, cut: Callable[[Scope], None]
    ) -> None:
        self.clock = SandboxClock(clock)
        self._log = EventLog(data)
        self.platforms: dict[str, Platform] = {
            name: factory(self.clock, self._journal_of(name)) for name, factory in factories.items()
        }
        try:
            for event in self._log.read():
                self._replay(event)
        except ConfigurationError:
            self._log.close()
            raise
        self._wire = Wire(self.clock, cut)
        self._control = Control(self._wire, self.platforms, self._note_clock)

    def turn(self, knobs: Mapping[str, Any]) -> None:
        """Turn knobs, by name.

        Raises:
            KeyError: no platform has such a knob.
            ValueError: it does not take the value.
        """
        for name, value in knobs.items():
            owners = [each for each in self.platforms.values() if name in each.knobs()]
            if not owners:
                raise KeyError(name)
            for each in owners:
                each.turn(name, value)

    def close(self) -> None:
        """Let the data file go."""
        self._log.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        path = scope["path"]
        platform = next((each for each in self.platforms.values() if path.startswith(f"{each.mount}/")), None)
        if platform is not None:
            scope["root_path"] = platform.mount
            await self._wire.carry(platform, scope, receive, send)
            return
        headers = dict(scope["headers"])
        await send_response(send, await self._own(scope, headers, await read_body(receive)))

    async def _own(self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> Response:
        method, path = scope["method"], scope["path"]
        if headers.get(b"host", b"").decode("latin-1").rpartition(":")[0] not in _LOOPBACK:
            return json_response({"error": "the sandbox answers to 127.0.0.1 and localhost alone"}, 403)
        if body and not headers.get(b"content-type", b"").startswith(b"application/json"):
            return json_response({"error": "the body has to be application/json"}, 415)
        if path.startswith("/_sandbox/"):
            query = scope["query_string"].decode("latin-1")
            return await self._control.answer(method, path.removeprefix("/_sandbox/"), query, body)
        if method == "GET" and path in ("/", "/board"):
            return board_page()
        mounts = ", ".join(f"{each.mount}/" for each in self.platforms.values())
        return json_response({"error": f"nothing is here; look at /, /_sandbox/ or {mounts}"}, 404)

    def _journal_of(self, name: str) -> Callable[[Mapping[str, Any]], None]:
        return lambda event: self._log.append(name, event)

    def _note_clock(self, now: datetime) -> None:
        self._log.append("sandbox", {"clock": now.isoformat()})

    def _replay(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"platform": "sandbox", "clock": str(now)}:
                self.clock.advance(max(0.0, (datetime.fromisoformat(now) - self.clock.now()).total_seconds()))
            case {"platform": str(name)} if name in self.platforms:
                try:
                    self.platforms[name].replay(event)
                except (KeyError, ValueError, TypeError) as problem:
                    raise ConfigurationError(
                        f"the data file holds an event that {name} can't take in",
                        detail=f"{type(problem).__name__}: {problem}",
                        hint="choose another --data file",
                    ) from problem
            case _:
                raise ConfigurationError(
                    f"the data file holds events of {event['platform']!r}, which is not installed",
                    hint="choose another --data file",
                )
