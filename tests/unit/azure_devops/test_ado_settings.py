"""What the plugin is configured with."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from reconciler_azure_devops import AzureDevOpsPlugin
from reconciler_azure_devops.options import OPTIONS, Options, check_options, options_of

from reconciler.sdk import Credential, PluginConfig


def config(**options):
    return PluginConfig("azure", "https://dev.azure.com/fund", "Fund", Credential(None, "x"), options=options)


def test_without_options_the_defaults_hold():
    """HTML, a token, UTC, one request a write."""
    assert options_of(config()) == Options()
    assert Options().zone is UTC
    assert AzureDevOpsPlugin.validate_config(config()) == ()


def test_options_are_read():
    """As a spec has them."""
    options = options_of(config(create=["area", "sprint"], time_zone="Europe/London", batch=True))
    assert (options.create, options.zone, options.batch) == (("area", "sprint"), ZoneInfo("Europe/London"), True)
    assert AzureDevOpsPlugin.request_timeout(config(request_timeout=5)) == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sign_in", "kerberos"),
        ("text_format", "rtf"),
        ("time_zone", "Middle Earth"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", 5),
        ("create", ["type"]),
        ("create", "area"),
        ("batch", "yes"),
        ("quiet", "yes"),
        ("marker_field", ""),
        ("marker_field", 5),
        ("request_timeout", 0),
        ("request_timeout", True),
        ("index_lag", "long"),
        ("index_lag", float("inf")),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(name, value):
    """Before anything is sent."""
    (problem,) = AzureDevOpsPlugin.validate_config(config(**{name: value}))
    assert problem.summary == f"{name} can't be {value!r}"
    assert problem.hint


def test_an_unknown_option_gets_a_hint():
    """The nearest."""
    (problem,) = AzureDevOpsPlugin.validate_config(config(text_fromat="html"))
    assert problem.hint == "did you mean 'text_format'?"
    assert list(check_options({"text_fromat": "html"})) == []


def test_the_plugin_says_what_it_is_configured_with():
    """The variables that operators know, and no e-mail address."""
    metadata = AzureDevOpsPlugin.metadata()
    assert {each.variable: each.role for each in metadata.settings} == {
        "AZURE_DEVOPS_ORG_URL": "url",
        "AZURE_DEVOPS_PAT": "secret",
        "AZURE_DEVOPS_PROJECT": "project",
    }
    assert metadata.options == OPTIONS


@pytest.mark.parametrize(
    "url",
    ["https://dev.azure.com/fund", "https://fund.visualstudio.com", "https://tfs.fund.example/tfs/Default Collection"],
)
def test_any_host_may_be_the_site(url):
    """Services under either name, or a collection of a server of one's own (FACTS B1)."""
    assert AzureDevOpsPlugin.validate_config(PluginConfig("azure", url, "Fund", Credential(None, "x"))) == ()
