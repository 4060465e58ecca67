"""The SDK's suite on Jira: the plugin on its sandbox, in one process."""

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


class TestJira(ProviderSuite):
    """Jira Cloud, whose search is five seconds behind."""

    @pytest.fixture
    def bench(self) -> Bench:
        site = InProcess()
        site.turn(lag=5, autowatch=False)
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
                "sprint": ("Sprint 7", "3"),
                "components": (["Finance", "Legal"], ["Tech"]),
                "fix_versions": (["1.0"], ["1.1", "2.0"]),
                "documents": ([_page("room")], [_page("model"), _page("deck")]),
                "commits": ([f"{_CODE}@abcdef1"], [f"{_CODE}/commit/1234567", _page("commit")]),
                "pull_requests": ([f"{_CODE}/pull/1"], [f"{_CODE}/pull/2"]),
                "watchers": (["l.gray@fund.example"], ["o.haddad@fund.example", "m.tanaka@fund.example"]),
            },
            refused={"priority": "no such", "due": "tomorrow", "sprint": "Sprint 6", "fix_versions": "0.9"},
            transport=lambda: site,
            lag=timedelta(seconds=60),
        )
