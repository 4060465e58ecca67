"""Asks an ASGI application without a server, and tells it the time."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

__all__ = ["Answered", "Asker", "HandClock", "at_once"]


T = TypeVar("T")


class HandClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=max(0.0, seconds))


def at_once(call: Coroutine[Any, Any, T]) -> T:
    """What a call of an application gives that waits for nothing: it needs no event loop, which costs more than most
    answers do.
    """
    try:
        call.send(None)
    except StopIteration as end:
        given: T = end.value
        return given
    call.close()
    raise AssertionError("the application waits for something")


@dataclass(frozen=True)
class Answered:
    """An answer; `json` is None where the body is empty."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content) if self.content else None


class Asker:
    """Sends requests to one application, with a credential for Basic authentication or none.

    `drive` runs a call; one that waits for something needs `asyncio.run`.
    """

    def __init__(
        self,
        application: Callable[..., Awaitable[None]],
        root: str = "",
        auth: tuple[str, str] | None = None,
        host: str = "127.0.0.1:1",
        drive: Callable[[Coroutine[Any, Any, None]], None] = at_once,
    ) -> None:
        self._application = application
        self._drive = drive
        self._root = root
        self._headers = [(b"host", host.encode())]
        if auth:
            self._headers.append((b"authorization", b"Basic " + base64.b64encode(":".join(auth).encode())))

    def content_type(self, method: str, path: str) -> str:
        """What a body is sent as."""
        return "application/json"

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answered:
        parts = urlsplit(path)
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        kind = self.content_type(method, parts.path).encode()
        headers = [*self._headers, *([(b"content-type", kind)] if content else [])]
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": self._root + parts.path,
            "root_path": self._root,
            "query_string": (parts.query or urlencode(query)).encode(),
            "headers": headers,
            "client": ("127.0.0.1", 50000),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        self._drive(self._call(scope, receive, send))
        if not sent:
            raise ConnectionError("cut")
        return Answered(
            sent[0]["status"],
            {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]},
            b"".join(each["body"] for each in sent[1:]),
        )

    async def _call(self, *arguments: Any) -> None:
        await self._application(*arguments)

    def get(self, path: str, **query: str) -> Answered:
        return self.ask("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: str) -> Answered:
        return self.ask("POST", path, body, **query)

    def put(self, path: str, body: Any = None, **query: str) -> Answered:
        return self.ask("PUT", path, body, **query)

    def patch(self, path: str, body: Any = None) -> Answered:
        return self.ask("PATCH", path, body)

    def delete(self, path: str, **query: str) -> Answered:
        return self.ask("DELETE", path, **query)
