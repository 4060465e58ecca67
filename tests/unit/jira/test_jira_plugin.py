"""The plugin: its settings, how it signs in, and what it says about a bad configuration."""

from __future__ import annotations

import base64

import pytest
from reconciler_jira import JiraPlugin

from reconciler.sdk import (
    AuthenticationError,
    BadValue,
    Credential,
    NotFoundError,
    PluginConfig,
    Provider,
    Ref,
    UnknownOutcome,
    ValidationError,
    WorkItem,
)


def test_the_settings_are_the_operators_variables():
    """Four variables; a spec may name the project, and a bearer token needs no account."""
    settings = {each.variable: each.required for each in JiraPlugin.metadata().settings}
    assert settings == {"JIRA_URL": True, "JIRA_EMAIL": False, "JIRA_API_TOKEN": True, "JIRA_PROJECT": False}
    assert all(each.help.endswith(".") for each in JiraPlugin.get_metadata().settings)


def test_signing_in_is_basic(canned):
    """E-mail address and token (FACTS A1)."""
    scheme, value = JiraPlugin.authorization(canned.config()).split()
    assert (scheme, base64.b64decode(value)) == ("Basic", b"me@fund.example:token")


def test_a_token_alone_is_a_bearer():
    """Data Center's personal access token, OAuth's and a service account's (FACTS A1, A17)."""
    config = PluginConfig("jira", "https://jira.example.com", "INVEST", Credential(None, "token"))
    assert JiraPlugin.authorization(config) == "Bearer token"
    assert JiraPlugin.validate_config(config) == ()


def test_a_cloud_site_wants_the_account_too():
    """Its tokens are sent with the e-mail address; through the gateway a token may stand alone."""
    token = Credential(None, "token")
    (lacking,) = JiraPlugin.validate_config(PluginConfig("jira", "https://x.atlassian.net", "INVEST", token))
    assert lacking.summary.startswith("JIRA_EMAIL is not set")
    gateway = PluginConfig("jira", "https://api.atlassian.com/ex/jira/1-2", "INVEST", token)
    assert JiraPlugin.validate_config(gateway) == ()


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
        "JIRA_API_TOKEN is not set",
        "JIRA_PROJECT is not set",
        "credentials go over https alone, not to http://site.example",
        "Jira has no option 'index_lga'",
    ]


def test_a_missing_url_is_said_once():
    """Not as a bad one too."""
    config = PluginConfig("jira", "", "INVEST", Credential("me", "token"))
    assert [each.summary for each in JiraPlugin.validate_config(config)] == ["JIRA_URL is not set"]


def test_health_is_an_answer(jira, plugin):
    """A refused token is told, not thrown."""
    healthy = plugin.health_check()
    assert (healthy.ok, healthy.account) == (True, Ref("me"))
    assert healthy.site is not None
    jira.on("GET", "/myself", (401, {"message": "no"}))
    health = plugin.health_check()
    assert not health.ok
    assert isinstance(health.problem, AuthenticationError)


@pytest.mark.parametrize("secret", ["token"])
def test_a_secret_shows_in_no_representation(canned, secret):
    """A configuration may be printed."""
    assert secret not in repr(canned.config())


@pytest.fixture
def one_issue(jira):
    """A site with one task that takes every edit."""
    fields = {"issuetype": {"id": "101", "name": "Task"}, "updated": "u", "summary": "T", "status": {"id": "1"}}
    jira.on("POST", "/issue/bulkfetch", {"issues": [{"id": "1", "key": "INVEST-1", "fields": fields}]})
    jira.on("PUT", "/issue/1", (200, {}))
    return jira


def test_what_is_equal_already_is_not_written(one_issue, plugin):
    """An update to the same title sends nothing."""
    assert plugin.update_work_item("INVEST-1", {"title": "T"}).title == "T"
    assert one_issue.writes == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [((404, {}), NotFoundError), ((500, {}), UnknownOutcome), ((400, {"errors": {"summary": "no"}}), ValidationError)],
)
def test_a_failed_update_is_raised(one_issue, plugin, answer, kind):
    """Verbs are for one item: what came of it is an exception."""
    one_issue.on("PUT", "/issue/1", answer)
    with pytest.raises(kind):
        plugin.update_work_item("INVEST-1", {"title": "New"})


def test_an_item_of_another_project_is_said(jira, plugin):
    """Its type is not among the project's."""
    fields = {"issuetype": {"id": "999", "name": "Alien"}, "updated": "u"}
    jira.on("POST", "/issue/bulkfetch", {"issues": [{"id": "1", "key": "OTHER-1", "fields": fields}]})
    with pytest.raises(NotFoundError, match="OTHER-1 lies in another project"):
        plugin.get_work_item("OTHER-1")
    jira.on("POST", "/search/jql", {"issues": [{"id": "1", "key": "OTHER-1", "fields": fields}], "isLast": True})
    assert list(plugin.search_work_items("labels = x")) == []


def test_an_item_that_vanishes_between_two_reads_is_not_found(one_issue, plugin):
    """The second read says so."""
    answers = iter([one_issue.answers["POST", "/issue/bulkfetch"], {"issues": []}])
    one_issue.on("POST", "/issue/bulkfetch", lambda _: next(answers))
    with pytest.raises(NotFoundError):
        plugin.get_work_item("INVEST-1")


def test_a_created_item_that_cannot_be_read_is_named(jira, plugin):
    """It exists, and its key is said."""
    jira.on("POST", "/issue/bulk", (201, {"issues": [{"id": "1", "key": "INVEST-1"}]}))
    jira.on("POST", "/issue/bulkfetch", {"issues": []})
    with pytest.raises(NotFoundError, match="INVEST-1 was created and can't be read"):
        plugin.create_work_item(WorkItem("task", "T", status="done"))


def test_two_fields_of_one_name_are_told_apart_by_id(jira, plugin, canned):
    """An ambiguous name lists the ids, and a type goes by its name in any case."""
    twice = [*canned.SCREEN, canned.screen_field("customfield_99", "Sector", {"type": "string"})]
    jira.on("GET", r"/issue/createmeta/INVEST/issuetypes/\d+", {"fields": twice, "total": len(twice)})
    with pytest.raises(BadValue, match="more than one field is called 'Sector'") as raised:
        plugin.create_work_item(WorkItem("TASK", "T", fields={"Sector": "x"}))
    assert raised.value.options == ("customfield_4", "customfield_99")
