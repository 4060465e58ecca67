"""The SDK's suite on Jira: the plugin on its sandbox, in one process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, PluginConfig
from reconciler.sdk.conformance import Bench, ProviderSuite


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


class TestJira(ProviderSuite):
    """Jira Cloud, whose search is five seconds behind."""

    @pytest.fixture
    def bench(self) -> Bench:
        site = InProcess()
        site.turn(lag=5)
        credential = Credential("sandbox@example.com", "sandbox")
        return Bench(
            JiraPlugin,
            PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", credential),
            _People(site),
            site.clock,
            type="task",
            samples={
                "title": ("One", "Another"),
                "labels": (["ours", "also-ours"], ["new"]),
                "description": ("**Bold** and a [link](https://data.example)", "- a\n- b"),
                "priority": ("high", "low"),
                "due": ("2026-12-24", "2027-01-31"),
                "assignee": ("l.gray@fund.example", "o.haddad@fund.example"),
            },
            refused={"priority": "no such", "due": "tomorrow"},
            transport=lambda: site,
            lag=timedelta(seconds=60),
        )
