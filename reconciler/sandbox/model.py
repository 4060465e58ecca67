"""What a platform's sandbox offers, and what it is given.

A platform's package names a factory in the entry-point group `reconciler.sandboxes`. It satisfies these protocols by
its shape alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol, TypeAlias

from reconciler.sdk import Clock

__all__ = ["Application", "Factory", "Journal", "Message", "Platform", "Receive", "Scope", "Send"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An ASGI application. It may put the name of the operation that it served in `scope["sandbox.operation"]`."""

Journal: TypeAlias = Callable[[Mapping[str, Any]], None]
"""Keeps one event for `Platform.replay`. The event is JSON."""


class Platform(Protocol):
    """One platform in memory.

    Attributes:
        name: as in the entry point: `jira`.
        title: for people: `Jira`.
        mount: the path below which it answers: `/jira`.
        base: the path of the URL that a client is configured with: `/jira`, `/azure/sandbox`.
    """

    name: str
    title: str
    mount: str
    base: str

    async def application(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; `root_path` holds the mount."""
        ...

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take in an event that an earlier process journalled."""
        ...

    def knobs(self) -> dict[str, Any]:
        """The knobs by name, with their values."""
        ...

    def turn(self, name: str, value: Any) -> None:
        """Set a knob.

        Raises:
            KeyError: there is no such knob.
            ValueError: it does not take this value; the text says what it takes.
        """
        ...

    def board(self) -> dict[str, Any]:
        """What the board page draws.

        `{"project", "columns": [{"name", "category"}], "cards": [{"key", "type", "title", "status", "assignee",
        "priority", "labels", "points", "due", "parent", "description"}], "people": [name],
        "types", "priorities": [name], "fields": {card's key: field id}}`; `category` is `new`, `active` or `done`,
        absent values are null, `fields` are what `act("edit")` takes in `set`.
        """
        ...

    def act(self, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person does: `edit`, `create`, `delete`, `clone`, `comment`, `hide` or `show`.

        Args:
            details: `by` is the person's display name, e-mail or account id (the API's own account where it is
                absent); the rest is the action's.

        Raises:
            KeyError: there is no such action.
            ValueError: the platform refuses it; the text says why.
        """
        ...


Factory: TypeAlias = Callable[[Clock, Journal], Platform]
