"""Between the socket and a platform: records each exchange, waits, and lets faults strike."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from reconciler.sandbox.clock import SandboxClock
from reconciler.sandbox.exchanges import Exchange, Record
from reconciler.sandbox.faults import Answer, Fault, Hang
from reconciler.sandbox.model import Message, Platform, Receive, Scope, Send

__all__ = ["Response", "Wire", "read_body", "send_response"]

_GLANCE = 0.02  # seconds between two looks at a clock that somebody may put forward


@dataclass(slots=True)
class Response:
    """An answer in one piece."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


class Wire:
    """What all platforms of one sandbox share.

    Attributes:
        latency: seconds of real time before each answer.
        faults: in the order in which they were asked for; the first that strikes is the only one.
    """

    def __init__(self, clock: SandboxClock, cut: Callable[[Scope], None]) -> None:
        self.clock = clock
        self.record = Record()
        self.latency = 0.0
        self.faults: list[Fault] = []
        self._cut = cut
        self._waiting: list[asyncio.Future[None]] = []

    async def strike(self, seconds: float) -> None:
        """Wait until a fault that is there has struck, but no longer than this, in real time."""
        if seconds and not any(each.struck for each in self.faults):
            struck = asyncio.get_running_loop().create_future()
            self._waiting.append(struck)
            await asyncio.wait([struck], timeout=seconds)
            self._waiting.remove(struck)

    async def carry(self, platform: Platform, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one request to a platform and its answer back."""
        number = self.record.next_number()
        method, path = scope["method"], scope["path"]
        body = await read_body(receive)
        fault = next((each for each in self.faults if each.strikes(method, path)), None)
        if fault is not None:
            for each in self._waiting:
                if not each.done():
                    each.set_result(None)
        if self.latency:
            await asyncio.sleep(self.latency)
        answer: Response | None = None
        if fault is None or fault.when == "after" or fault.what == "duplicate":
            answer = await _ask(platform, scope, body)
        if fault is not None and fault.what == "duplicate":
            answer = await _ask(platform, scope, body)
        if fault is not None:
            answer, sent = await self._strike(fault, scope, answer, send)
        else:
            assert answer is not None
            sent = answer.status
            await send_response(send, answer)
        self.record.add(
            Exchange(
                number,
                method,
                path,
                scope["query_string"].decode("latin-1"),
                scope.get("sandbox.operation"),
                sent,
                fault is not None,
                body,
                answer.body if answer else b"",
            )
        )

    async def _strike(
        self, fault: Fault, scope: Scope, answer: Response | None, send: Send
    ) -> tuple[Response | None, int | None]:
        match fault.what:
            case Answer(status, headers, content):
                text = content if isinstance(content, str) else json.dumps(content)
                kind = "text/html" if isinstance(content, str) else "application/json"
                named = {"content-type": kind, **{name.lower(): value for name, value in headers.items()}}
                answer = Response(
                    status,
                    [(name.encode(), value.encode()) for name, value in named.items()],
                    b"" if content is None else text.encode(),
                )
                await send_response(send, answer)
                return answer, status
            case "duplicate":
                assert answer is not None
                await send_response(send, answer)
                return answer, answer.status
            case "truncate":
                answer = answer or Response(200, [(b"content-type", b"application/json")], b'{"issues":[]}')
                await send({"type": "http.response.start", "status": answer.status, "headers": _sized(answer)})
                await send(
                    {
                        "type": "http.response.body",
                        "body": answer.body[: len(answer.body) // 2],
                        "more_body": True,
                    }
                )
                self._cut(scope)
                return answer, answer.status
            case Hang(seconds):
                await self._wait(seconds)
        self._cut(scope)
        return answer, None

    async def _wait(self, seconds: float) -> None:
        until = self.clock.now() + timedelta(seconds=seconds)
        while (left := (until - self.clock.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _GLANCE))


async def _ask(platform: Platform, scope: Scope, body: bytes) -> Response:
    response = Response()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status, response.headers = message["status"], list(message["headers"])
        else:
            response.body += message.get("body", b"")

    await platform.application(scope, receive, send)
    return response


async def read_body(receive: Receive) -> bytes:
    """Read a request's whole body."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def send_response(send: Send, response: Response) -> None:
    """Send an answer in one piece."""
    await send({"type": "http.response.start", "status": response.status, "headers": _sized(response)})
    await send({"type": "http.response.body", "body": response.body})


def _sized(response: Response) -> list[tuple[bytes, bytes]]:
    if response.status in (204, 304):
        return response.headers
    return [*response.headers, (b"content-length", str(len(response.body)).encode())]
