"""The Jira plugin and the Jira sandbox in one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from in_process import WORKSPACE, PlatformInProcess
from reconciler_jira import JiraPlugin
from reconciler_jira_sandbox import sandbox

from reconciler.sdk import Credential, Draft, Marker, PluginConfig, Provider, Ref

__all__ = ["TASK", "InProcess"]

TASK = Ref("10003", "Task")


@dataclass
class InProcess(PlatformInProcess):
    """One site, and as many providers of it as a test wants."""

    mount: ClassVar = ("/jira", "/jira")

    def __post_init__(self) -> None:
        self.platform = sandbox(self.clock, lambda _event: None)
        self.provider = self.connect()

    def connect(self, **options: object) -> Provider:
        """A provider of its own."""
        credential, options = Credential("sandbox@example.com", "sandbox"), {**self.options, **options}
        config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", credential, options=options)
        return self.opened(JiraPlugin, config).provider

    def skip_keys(self, number: int) -> None:
        """Leave a gap, as issues leave that were deleted or moved away."""
        self.platform._tenant.store._last_key += number

    def marker(self, operation: str, address: str = "deal", item: str | None = None) -> Marker:
        """A marker of the one workspace."""
        return Marker(1, WORKSPACE, "deals", "acme", address, item, operation, False, False, {}, {})

    def draft(self, operation: str = "op", **fields: Any) -> Draft:
        """A task of the workspace."""
        return Draft(operation, TASK, {"summary": "Ours", **fields}, self.marker(operation))
