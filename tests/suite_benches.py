"""The bench of the SDK's suite: the platforms' plugins on their sandboxes, in one process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from azure_in_process import AzureInProcess
from in_process import PlatformInProcess
from jira_in_process import InProcess
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, DevOpsIntegrationPlugin, PluginConfig
from reconciler.sdk.conformance import Bench

__all__ = ["azure_bench", "jira_bench"]

_CODE = "https://code.example/fund/portal"


def _page(name: str) -> dict[str, str]:
    return {"title": name, "url": f"https://data.example/{name}"}


_EVERYWHERE: Mapping[str, tuple[Any, Any]] = {
    "title": ("One", "Another"),
    "labels": (["ours", "also-ours"], ["new"]),
    "description": ("**Bold** and a [link](https://data.example)", "- a\n- b"),
    "priority": ("high", "low"),
    "documents": ([_page("room")], [_page("model"), _page("deck")]),
}
_JIRA: Mapping[str, tuple[Any, Any]] = {
    **_EVERYWHERE,
    "due": ("2026-12-24", "2027-01-31"),
    "sprint": ("Sprint 7", "3"),
    "components": (["Finance", "Legal"], ["Tech"]),
    "fix_versions": (["1.0"], ["1.1", "2.0"]),
    "commits": ([f"{_CODE}@abcdef1"], [f"{_CODE}/commit/1234567", _page("commit")]),
    "pull_requests": ([f"{_CODE}/pull/1"], [f"{_CODE}/pull/2"]),
}
_AZURE: Mapping[str, tuple[Any, Any]] = {
    **_EVERYWHERE,
    "story_points": (3, 8),
    "assignee": ("l.gray@fund.example", "o.haddad@fund.example"),
    "area": ("Legal", "Tech"),
}


@dataclass
class _Colleague:
    """Somebody else who works there; `title` is what the platform calls that field."""

    site: PlatformInProcess
    title: str
    name: str = "Omar Haddad"

    def retitle(self, id: str, title: str) -> None:
        self.site.person("edit", item=id, set={self.title: title})

    def label(self, id: str, label: str) -> None:
        self.site.person("edit", item=id, add_labels=[label])

    def clone(self, id: str) -> str:
        return str(self.site.person("clone", item=id)["id"])


def jira_bench(
    user: str, people: Mapping[str, tuple[Any, Any]], refused: Mapping[str, object], knobs: Mapping[str, object]
) -> Bench:
    """Jira, whose search is five seconds behind.

    Args:
        user: that the account signs in as.
        people: values of the fields that hold some, named as that edition takes it.
        refused: values that are refused.
        knobs: further ones of the sandbox's.
    """
    site = InProcess()
    site.turn(lag=5, autowatch=False, **knobs)
    config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", Credential(user, "sandbox"))
    return _bench(JiraPlugin, config, site, "summary", {**_JIRA, **people}, refused)


def azure_bench(knobs: Mapping[str, object], **options: object) -> Bench:
    """Azure DevOps, whose queries are five seconds behind.

    Args:
        knobs: further ones of the sandbox's.
        options: of the provider.
    """
    site = AzureInProcess(options)
    site.turn(lag=5, **knobs)
    url, credential = "http://127.0.0.1/azure/sandbox", Credential(None, "sandbox")
    config = PluginConfig("azure", url, "INVEST", credential, options=options)
    return _bench(AzureDevOpsPlugin, config, site, "System.Title", _AZURE, {"priority": "no such", "area": "Nowhere"})


def _bench(
    plugin: type[DevOpsIntegrationPlugin],
    config: PluginConfig,
    site: PlatformInProcess,
    title: str,
    samples: Mapping[str, tuple[Any, Any]],
    refused: Mapping[str, object],
) -> Bench:
    return Bench(
        plugin,
        config,
        _Colleague(site, title),
        site.clock,
        type="task",
        samples=samples,
        refused=refused,
        transport=lambda: site,
        lag=timedelta(seconds=60),
    )
