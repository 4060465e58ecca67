"""The Azure DevOps plugin and its sandbox in one process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from in_process import WORKSPACE, PlatformInProcess
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_azure_devops_sandbox import sandbox

from reconciler.sdk import Credential, DevOpsIntegrationPlugin, Draft, Marker, PluginConfig, Ref

__all__ = ["EPIC", "TASK", "AzureInProcess"]

EPIC, TASK = Ref("Epic", "Epic"), Ref("Task", "Task")
ALIASES = {"amount": "Investment amount", "sector": "Sector", "risk": "Risk level"}


@dataclass
class AzureInProcess(PlatformInProcess):
    """One organisation, and as many providers of it as a test wants; requests are kept without the API's version."""

    project: str = "INVEST"

    mount: ClassVar = ("/azure", "/azure/sandbox")

    def __post_init__(self) -> None:
        self.platform = sandbox(self.clock, lambda _event: None)
        self.plugin = self.connect()
        self.provider = self.plugin.provider

    def connect(self, secret: str = "sandbox", **options: object) -> DevOpsIntegrationPlugin:
        """A plugin of its own."""
        fields = ALIASES if self.project == "INVEST" else {}
        credential, options = Credential(None, secret), {**self.options, **options}
        url = "http://127.0.0.1/azure/sandbox"
        config = PluginConfig("azure", url, self.project, credential, fields=fields, options=options)
        return self.opened(AzureDevOpsPlugin, config)

    def noted(self, request: str) -> str:
        return re.sub(r"[?&]api-version=[^&]*", "", request)

    def marker(self, operation: str, address: str = "deal", item: str | None = None) -> Marker:
        """A marker of the one workspace."""
        return Marker(1, WORKSPACE, "deals", "acme", address, item, operation, False, False, {}, {}, True)

    def draft(self, operation: str = "op", **fields: Any) -> Draft:
        """A task of the workspace."""
        return Draft(operation, TASK, {"System.Title": "Ours", **fields}, self.marker(operation))
