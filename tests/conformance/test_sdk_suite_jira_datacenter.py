"""The SDK's suite on Jira Data Center: the plugin on its sandbox, in one process."""

from __future__ import annotations

import pytest
from suite_benches import jira_bench

from reconciler.sdk.conformance import Bench, ProviderSuite


def _bench(**knobs: object) -> Bench:
    return jira_bench(
        "sandbox",
        {
            "assignee": ("l.gray@fund.example", "o.haddad"),
            "watchers": (["l.gray"], ["o.haddad@fund.example", "Mei Tanaka"]),
        },
        {"priority": "no such", "description": "3. three\n4. four", "sprint": "Sprint 6"},
        {"jira_deployment": "datacenter", **knobs},
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


class TestJiraDataCenterWithoutProperties(ProviderSuite):
    """One behind a proxy that refuses entity properties: a label is the marker."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench(datacenter_properties="404")


class TestJiraDataCenterThatShowsProperties(ProviderSuite):
    """One that shows properties, and refuses to write them: a label is the marker."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench(datacenter_properties="read_only")
