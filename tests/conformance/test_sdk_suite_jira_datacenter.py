"""The SDK's suite on Jira Data Center: the plugin on its sandbox, in one process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, PluginConfig
from reconciler.sdk.conformance import Bench, ProviderSuite

_CODE = "https://code.example/fund/portal"


def _page(name: str) -> dict[str, str]:
    return {"title": name, "url": f"https://data.example/{name}"}


@dataclass
class _People:
    site: InProcess
    name: str = "Omar Haddad"

    def retitle(self, id: str, title: str) -> None:
        self.site.person("edit", item=id, set={"summary": title})

    def label(self, id: str, label: str) -> None:
        self.site.person("edit", item=id, add_labels=[label])

    def clone(self, id: str) -> str:
        return str(self.site.person("clone", item=id)["id"])


def _bench(**knobs: object) -> Bench:
    site = InProcess()
    site.turn(lag=5, autowatch=False, jira_deployment="datacenter", **knobs)
    return Bench(
        JiraPlugin,
        PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", Credential("sandbox", "sandbox")),
        _People(site),
        site.clock,
        type="task",
        samples={
            "title": ("One", "Another"),
            "labels": (["ours", "also-ours"], ["new"]),
            "description": ("**Bold** and a [link](https://data.example)", "- a\n- b"),
            "priority": ("high", "low"),
            "due": ("2026-12-24", "2027-01-31"),
            "assignee": ("l.gray@fund.example", "o.haddad"),
            "sprint": ("Sprint 7", "3"),
            "components": (["Finance", "Legal"], ["Tech"]),
            "fix_versions": (["1.0"], ["1.1", "2.0"]),
            "documents": ([_page("room")], [_page("model"), _page("deck")]),
            "commits": ([f"{_CODE}@abcdef1"], [f"{_CODE}/commit/1234567", _page("commit")]),
            "pull_requests": ([f"{_CODE}/pull/1"], [f"{_CODE}/pull/2"]),
            "watchers": (["l.gray"], ["o.haddad@fund.example", "Mei Tanaka"]),
        },
        refused={"priority": "no such", "description": "3. three\n4. four", "sprint": "Sprint 6"},
        transport=lambda: site,
        lag=timedelta(seconds=60),
    )


class TestJiraDataCenter(ProviderSuite):
    """Jira 9.12, whose search is five seconds behind."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench()


class TestOlderJiraDataCenter(ProviderSuite):
    """An older one, which tells create screens all at once and drops properties at creation."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench(datacenter_version="8.3.0", datacenter_creation="drops_properties")
