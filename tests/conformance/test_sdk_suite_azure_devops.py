"""The SDK's suite on Azure DevOps: the plugin on its sandbox, in one process, with texts in both formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import pytest
from azure_in_process import AzureInProcess
from reconciler_azure_devops import AzureDevOpsPlugin

from reconciler.sdk import Credential, PluginConfig
from reconciler.sdk.conformance import Bench, ProviderSuite


@dataclass
class _People:
    site: AzureInProcess
    name: str = "Omar Haddad"

    def retitle(self, id: str, title: str) -> None:
        self.site.person("edit", item=id, set={"System.Title": title})

    def label(self, id: str, label: str) -> None:
        self.site.person("edit", item=id, add_labels=[label])

    def clone(self, id: str) -> str:
        return str(self.site.person("clone", item=id)["id"])


OTHERWISE: Mapping[str, object] = {
    "sign_in": "redirect",
    "links_bump_rev": True,
    "resource_links_bump_rev": False,
    "duplicate_hyperlinks": "refused",
    "tag_casing": "as_sent",
    "tag_order": "as_sent",
    "contains_tags": "substring",
    "html": "as_sent",
    "markdown_angles": "encoded",
    "markdown_is_final": False,
    "remove_absent": "refused",
    "omitted": "null",
    "initial_state": "first",
    "suppressing_without_permission": "parameter_ignored",
    "clone_links": False,
}
"""Each knob for what the vendor's documents leave open, not as it is by default."""


def _bench(knobs: Mapping[str, object] = MappingProxyType({}), **options: object) -> Bench:
    site = AzureInProcess(options)
    site.turn(lag=5, **knobs)
    return Bench(
        AzureDevOpsPlugin,
        PluginConfig(
            "azure", "http://127.0.0.1/azure/sandbox", "INVEST", Credential(None, "sandbox"), options=dict(options)
        ),
        _People(site),
        site.clock,
        type="task",
        samples={
            "title": ("One", "Another"),
            "labels": (["ours", "also-ours"], ["new"]),
            "description": ("**Bold** and a [link](https://data.example)", "- a\n- b"),
            "priority": ("high", "low"),
            "story_points": (3, 8),
            "assignee": ("l.gray@fund.example", "o.haddad@fund.example"),
            "area": ("Legal", "Tech"),
            "documents": (
                [{"title": "Data room", "url": "https://data.example/a"}],
                [{"title": "Model", "url": "https://data.example/b"}],
            ),
        },
        refused={"priority": "no such", "area": "Nowhere"},
        transport=lambda: site,
        lag=timedelta(seconds=60),
    )


class TestAzureDevOps(ProviderSuite):
    """Texts in HTML, markers in hyperlinks; queries are five seconds behind."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench()


class TestAzureDevOpsOtherwise(ProviderSuite):
    """What the vendor's documents leave open is the other way."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench(OTHERWISE)


class TestAzureDevOpsInMarkdown(ProviderSuite):
    """Texts of new items in Markdown, and several writes in one request."""

    @pytest.fixture
    def bench(self) -> Bench:
        return _bench(text_format="markdown", batch=True)
