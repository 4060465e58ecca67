"""A platform in memory, put together of its parts: what all of them have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from reconciler.sandbox.model import Receive, Scope, Send
from reconciler.sandbox.wire import Response, read_body

__all__ = ["PlatformInMemory"]


class _Store(Protocol):
    def replay(self, event: Mapping[str, Any], /) -> None: ...


class _Knobs(Protocol):
    def as_json(self) -> dict[str, Any]: ...

    def turn(self, name: str, value: Any, /) -> None: ...


class _Site(Protocol):
    def answer(self, scope: Scope, body: bytes, /) -> Response: ...


class _People(Protocol):
    def act(self, action: str, details: Mapping[str, Any], /) -> dict[str, Any]: ...


class PlatformInMemory(ABC):
    """A `Platform` of one process; a platform's package names it and draws its board.

    Args:
        store: takes in its own events again.
        knobs: hold what turns its behaviour.
        site: answers requests, one after the other.
        people: act as anybody who works there.
    """

    name: str
    title: str
    mount: str
    base: str

    def __init__(self, store: _Store, knobs: _Knobs, site: _Site, people: _People) -> None:
        self._store = store
        self._knobs = knobs
        self._site = site
        self._people = people

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        answer = self._site.answer(scope, await read_body(receive))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take in an event that an earlier process journalled."""
        self._store.replay(event)

    def knobs(self) -> dict[str, Any]:
        """The knobs by name, with their values."""
        return self._knobs.as_json()

    def turn(self, name: str, value: Any) -> None:
        """Set a knob.

        Raises:
            KeyError: there is no such knob.
            ValueError: it does not take this value.
        """
        self._knobs.turn(name, value)

    def act(self, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person does."""
        return self._people.act(action, details)

    @abstractmethod
    def board(self) -> dict[str, Any]:
        """What the board page draws; see `Platform`."""
