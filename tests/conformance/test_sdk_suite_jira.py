"""The SDK's suite on Jira: the plugin on its sandbox, in one process."""

from __future__ import annotations

import pytest
from suite_benches import jira_bench

from reconciler.sdk.conformance import Bench, ProviderSuite


class TestJira(ProviderSuite):
    """Jira Cloud."""

    @pytest.fixture
    def bench(self) -> Bench:
        return jira_bench(
            "sandbox@example.com",
            {
                "assignee": ("l.gray@fund.example", "o.haddad@fund.example"),
                "watchers": (["l.gray@fund.example"], ["o.haddad@fund.example", "m.tanaka@fund.example"]),
            },
            {"priority": "no such", "due": "tomorrow", "sprint": "Sprint 6", "fix_versions": "0.9"},
            {},
        )
