"""Registering Jira's webhook, on a sandbox in this process."""

from __future__ import annotations

from typing import Any

import pytest
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin
from reconciler_jira.registering import registration

from reconciler.sdk import (
    AuthorizationError,
    Credential,
    Limiter,
    NotFoundError,
    OpenGate,
    PluginConfig,
    Session,
    UnknownOutcome,
)

URL = "http://127.0.0.1:9/hook"
WEBHOOKS = "/rest/webhooks/1.0/webhook"


class Registering(InProcess):
    """A site whose account is an administrator's, and a plugin on it."""

    def plugin(self) -> JiraPlugin:
        self.turn(denied=[])
        config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", Credential("sandbox@example.com", "sandbox"))
        session = Session(
            config.url,
            authorization=JiraPlugin.authorization(config),
            clock=self.clock,
            gate=OpenGate(),
            limiter=Limiter(self.clock),
            transport=self,
        )
        return JiraPlugin(config, session)


@pytest.fixture
def site() -> Registering:
    return Registering()


def there(plugin: JiraPlugin) -> Any:
    return plugin.session.send("GET", WEBHOOKS, purpose="read").json()


def test_a_webhook_is_made_once(site):
    """The second time it is there, by the same id; what is asked for is what is there, and signed."""
    plugin = site.plugin()
    (made,) = plugin.register(URL, "s3cret")
    (again,) = plugin.register(URL, "s3cret")
    assert (made.state, again.state, again.id) == ("made", "there", made.id)
    [webhook] = there(plugin)
    (hook,) = plugin.registration(URL).hooks
    assert (webhook["name"], webhook["url"], webhook["isSigned"]) == (hook.name, hook.settings["URL"], True)
    assert webhook["filters"] == {"issue-related-events-section": hook.settings["JQL"]}
    assert ", ".join(webhook["events"]) == hook.settings["Events"]
    assert "s3cret" not in str(webhook)


def test_another_url_is_another_webhook(site):
    """What goes elsewhere is nobody's business here."""
    plugin = site.plugin()
    assert [each.state for url in (URL, f"{URL}/2") for each in plugin.register(url, "s3cret")] == ["made", "made"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"enabled": False}, "it is disabled"),
        ({"events": ["jira:issue_created"]}, "it does not tell of jira:issue_updated, jira:issue_deleted,"),
        ({"filters": {"issue-related-events-section": "labels = x"}}, "its JQL is labels = x"),
        ({"excludeBody": True}, "it leaves the body out"),
        ({"secret": ""}, "it has no secret"),
    ],
)
def test_what_was_changed_is_left_as_it_is(site, change, says):
    """Somebody meant it so, perhaps: it is named, and neither mended nor doubled."""
    plugin = site.plugin()
    list(plugin.register(URL, "s3cret"))
    [webhook] = there(plugin)
    path = webhook["self"][webhook["self"].index("/rest/") :]
    plugin.session.send("PUT", path, purpose="repeatable", body={**webhook, **change})
    (found,) = plugin.register(URL, "s3cret")
    assert found.state == "differs"
    assert says in found.detail
    assert len(there(plugin)) == 1


def test_a_webhook_that_tells_more_will_do(site):
    """One without a filter, and with more events."""
    plugin = site.plugin()
    (hook,) = plugin.registration(URL).hooks
    events = [*hook.settings["Events"].split(", "), "worklog_created"]
    body = {"name": "all", "url": URL, "events": events, "filters": None, "secret": "s3cret"}
    plugin.session.send("POST", WEBHOOKS, purpose="once", body=body)
    assert [each.state for each in plugin.register(URL, "s3cret")] == ["there"]


def test_one_of_several_that_will_do_is_enough(site):
    """Beside one to the same URL that somebody disabled."""
    plugin = site.plugin()
    plugin.session.send(
        "POST", WEBHOOKS, purpose="once", body={"name": "old", "url": URL, "events": [], "enabled": False}
    )
    (hook,) = plugin.registration(URL).hooks
    good = {"name": "new", "url": URL, "events": hook.settings["Events"].split(", "), "secret": "s3cret"}
    made = plugin.session.send("POST", WEBHOOKS, purpose="once", body=good).json()
    (found,) = plugin.register(URL, "s3cret")
    assert (found.state, found.id) == ("there", made["self"].rpartition("/")[2])


def test_only_an_administrator_registers(site):
    """The permission is read first, and nothing is sent without it."""
    plugin = site.plugin()
    site.turn(denied=["ADMINISTER"])
    with pytest.raises(AuthorizationError, match="Administer Jira"):
        list(plugin.register(URL, "s3cret"))
    assert not [each for each in site.requests if WEBHOOKS in each]


def test_a_lost_answer_makes_no_second_webhook(site):
    """It says so; done again, what was made is found."""
    plugin = site.plugin()
    site.faults.append(("POST", WEBHOOKS, "cut_after"))
    with pytest.raises(UnknownOutcome):
        list(plugin.register(URL, "s3cret"))
    assert [each.state for each in plugin.register(URL, "s3cret")] == ["there"]
    assert len(there(plugin)) == 1


def test_a_webhook_without_its_secret_is_named(site, monkeypatch):
    """A server that takes it and drops the secret sends what nobody can verify."""
    plugin = site.plugin()
    send = plugin.session.send

    def forgetful(method: str, path: str, **rest: Any) -> Any:
        if method == "POST" and path == WEBHOOKS:
            rest["body"] = {**rest["body"], "secret": ""}
        return send(method, path, **rest)

    monkeypatch.setattr(plugin.session, "send", forgetful)
    (made,) = plugin.register(URL, "s3cret")
    assert (made.state, made.detail) == ("differs", "Jira took it without the secret: its deliveries are not signed")


def test_data_center_is_registered_by_hand(site, monkeypatch):
    """Its versions differ in how; what to enter is printed all the same."""
    monkeypatch.setattr("reconciler_jira.registering.DataCenter", object)
    with pytest.raises(NotFoundError, match="Data Center"):
        list(site.plugin().register(URL, "s3cret"))
    assert not [each for each in site.requests if WEBHOOKS in each]
    assert site.plugin().registration(URL).hooks


def test_a_project_s_name_is_quoted():
    """Whatever the key is, the JQL is one clause."""
    site = Registering()
    plugin = site.plugin()
    odd = JiraPlugin(PluginConfig("jira", plugin.config.url, 'A" OR "B', plugin.config.credential), plugin.session)
    (hook,) = odd.registration(URL).hooks
    assert hook.settings["JQL"] == 'project = "A\\" OR \\"B"'


def test_the_page_is_the_site_s_own(site):
    """With its URL where that is known; through the gateway the path alone."""
    where = "/plugins/servlet/webhooks (Settings, System, WebHooks)"
    assert site.plugin().registration(URL).page == f"http://127.0.0.1/jira{where}"
    assert registration("https://api.atlassian.com/ex/jira/1-2", "INVEST", URL).page == where
