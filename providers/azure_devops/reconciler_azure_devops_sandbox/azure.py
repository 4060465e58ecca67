"""The platform that the sandbox mounts: application, knobs, people and board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.memory import PlatformInMemory
from reconciler.sdk import Clock
from reconciler_azure_devops_sandbox.application import Application
from reconciler_azure_devops_sandbox.board import board
from reconciler_azure_devops_sandbox.people import People
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["AzureDevOps"]


class AzureDevOps(PlatformInMemory):
    """Azure DevOps Services with the one organisation `sandbox`, in memory."""

    name = "azure_devops"
    title = "Azure DevOps"
    mount = "/azure"
    base = "/azure/sandbox"

    def __init__(self, clock: Clock, journal: Callable[[Mapping[str, Any]], None]) -> None:
        self._tenant = Tenant(clock, journal)
        super().__init__(self._tenant.store, self._tenant.knobs, Application(self._tenant), People(self._tenant))

    def board(self) -> dict[str, Any]:
        """What the board page draws."""
        return board(self._tenant)
