"""The platform that the sandbox mounts: application, knobs, people and board."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from reconciler.sdk import Clock
from reconciler_azure_devops_sandbox.application import Application
from reconciler_azure_devops_sandbox.board import board
from reconciler_azure_devops_sandbox.people import People
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["AzureDevOps"]


class AzureDevOps:
    """Azure DevOps Services with the one organisation `sandbox`, in memory."""

    name = "azure_devops"
    title = "Azure DevOps"
    mount = "/azure"
    base = "/azure/sandbox"

    def __init__(self, clock: Clock, journal: Callable[[Mapping[str, Any]], None]) -> None:
        self._tenant = Tenant(clock, journal)
        self._application = Application(self._tenant)
        self._people = People(self._tenant)

    async def application(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one HTTP request."""
        await self._application(scope, receive, send)

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take in an event that an earlier process journalled."""
        self._tenant.store.replay(event)

    def knobs(self) -> dict[str, Any]:
        """The knobs by name, with their values."""
        return self._tenant.knobs.as_json()

    def turn(self, name: str, value: Any) -> None:
        """Set a knob.

        Raises:
            KeyError: there is no such knob.
            ValueError: it does not take this value.
        """
        self._tenant.knobs.turn(name, value)

    def act(self, action: str, details: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person does; see `People`."""
        return self._people.act(action, details)

    def board(self) -> dict[str, Any]:
        """What the board page draws."""
        return board(self._tenant)
