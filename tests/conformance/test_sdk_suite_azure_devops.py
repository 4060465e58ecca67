"""The SDK's suite on Azure DevOps: the plugin on its sandbox, in one process, with texts in both formats."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from suite_benches import azure_bench

from reconciler.sdk.conformance import Bench, ProviderSuite

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


class TestAzureDevOps(ProviderSuite):
    """Texts in HTML, markers in hyperlinks; queries are five seconds behind."""

    @pytest.fixture
    def bench(self) -> Bench:
        return azure_bench({})


class TestAzureDevOpsOtherwise(ProviderSuite):
    """What the vendor's documents leave open is the other way."""

    @pytest.fixture
    def bench(self) -> Bench:
        return azure_bench(OTHERWISE)


class TestAzureDevOpsInMarkdown(ProviderSuite):
    """Texts of new items in Markdown, and several writes in one request."""

    @pytest.fixture
    def bench(self) -> Bench:
        return azure_bench({}, text_format="markdown", batch=True)
