"""The plugin on a site of canned answers, and that site's description."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from azure_canned import URL, CannedAzure, StillClock, canned_azure
from reconciler_azure_devops import AzureDevOpsPlugin

from reconciler.sdk import Credential, Limiter, OpenGate, PluginConfig, Session


@pytest.fixture
def azure() -> CannedAzure:
    """A project with the process of this file."""
    return canned_azure()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def connect(azure, clock):
    """Make a plugin, with whatever a spec's block may say."""

    def connected(**block: Any) -> AzureDevOpsPlugin:
        block = {"fields": {"amount": "Investment amount", "risk": "Custom.Risk"}, **block}
        config = PluginConfig("azure", URL, "Fund", Credential(None, "token"), **block)
        session = Session(
            URL,
            authorization=AzureDevOpsPlugin.authorization(config),
            clock=clock,
            gate=OpenGate(),
            limiter=Limiter(clock),
            transport=httpx.MockTransport(azure.handle),
            jitter=lambda: 0.5,
        )
        return AzureDevOpsPlugin(config, session)

    return connected


@pytest.fixture
def plugin(connect) -> AzureDevOpsPlugin:
    return connect()


@pytest.fixture
def provider(plugin):
    return plugin.provider


@pytest.fixture
def site(provider):
    """Described with deals and bugs, and Lena."""
    return provider.describe_site(("epic", "bug"), ("l.gray@fund.example",))
