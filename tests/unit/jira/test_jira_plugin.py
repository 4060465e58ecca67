"""The plugin: its settings, how it signs in, and what it says about a bad configuration."""

from __future__ import annotations

import base64

import pytest

from reconciler.sdk import AuthenticationError, Credential, PluginConfig, Provider, Ref
from reconciler_jira import JiraPlugin


def test_the_settings_are_the_operators_variables():
    """Four variables; the project is not required, since a spec may name it."""
    settings = {each.variable: each.required for each in JiraPlugin.metadata().settings}
    assert settings == {"JIRA_URL": True, "JIRA_EMAIL": True, "JIRA_API_TOKEN": True, "JIRA_PROJECT": False}
    assert all(each.help.endswith(".") for each in JiraPlugin.get_metadata().settings)


def test_signing_in_is_basic(canned):
    """E-mail address and token (FACTS A1)."""
    scheme, value = JiraPlugin.authorization(canned.config()).split()
    assert (scheme, base64.b64decode(value)) == ("Basic", b"me@fund.example:token")


def test_authenticating_gives_the_account(plugin):
    """Who the token belongs to."""
    assert plugin.authenticate() == Ref("me")


def test_the_provider_is_one(plugin):
    """The same provider at each call, and a provider it is."""
    provider: Provider = plugin.provider
    assert plugin.provider is provider


def test_a_good_configuration_has_no_faults(canned):
    """Nothing to say."""
    assert JiraPlugin.validate_config(canned.config()) == ()


def test_all_faults_of_a_configuration_are_said_at_once():
    """Each missing variable by its name, each unknown option, with what to do."""
    config = PluginConfig("jira", "http://site.example", "", Credential(None, ""), options={"index_lga": 5})
    said = [each.summary for each in JiraPlugin.validate_config(config)]
    assert said == [
        "JIRA_EMAIL is not set",
        "JIRA_API_TOKEN is not set",
        "JIRA_PROJECT is not set",
        "credentials go over https alone, not to http://site.example",
        "Jira Cloud has no option 'index_lga'",
    ]


def test_a_missing_url_is_said_once():
    """Not as a bad one too."""
    config = PluginConfig("jira", "", "INVEST", Credential("me", "token"))
    assert [each.summary for each in JiraPlugin.validate_config(config)] == ["JIRA_URL is not set"]


def test_health_is_an_answer(jira, plugin):
    """A refused token is told, not thrown."""
    assert plugin.health_check().ok
    jira.on("GET", "/myself", (401, {"message": "no"}))
    health = plugin.health_check()
    assert not health.ok
    assert isinstance(health.problem, AuthenticationError)


@pytest.mark.parametrize("secret", ["token"])
def test_a_secret_shows_in_no_representation(canned, secret):
    """A configuration may be printed."""
    assert secret not in repr(canned.config())
