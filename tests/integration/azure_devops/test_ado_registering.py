"""Subscribing to service hooks, on a sandbox in this process."""

from __future__ import annotations

from typing import Any

import pytest
from azure_in_process import AzureInProcess
from reconciler_azure_devops import AzureDevOpsPlugin

from reconciler.sdk import AuthorizationError, NotFoundError, UnknownOutcome

URL = "http://127.0.0.1:9/hook"
SUBSCRIPTIONS = "/_apis/hooks/subscriptions"
EVENTS = ["workitem.created", "workitem.updated", "workitem.deleted", "workitem.restored"]


@pytest.fixture
def site() -> AzureInProcess:
    return AzureInProcess()


def there(plugin: AzureDevOpsPlugin) -> Any:
    answer = plugin.session.send("GET", SUBSCRIPTIONS, purpose="read", params={"api-version": "7.1"})
    return answer.json()["value"]


def change(plugin: AzureDevOpsPlugin, event: str, **parts: Any) -> None:
    [subscription] = [each for each in there(plugin) if each["eventType"] == event]
    path = f"{SUBSCRIPTIONS}/{subscription['id']}"
    body = {**subscription, **parts}
    plugin.session.send("PUT", path, purpose="repeatable", params={"api-version": "7.1"}, body=body)


def test_subscriptions_are_made_once(site):
    """One for each event; the second time they are there, by the same ids, with what was printed."""
    made = list(site.plugin.register(URL, "s3cret"))
    again = list(site.plugin.register(URL, "s3cret"))
    assert [each.state for each in made + again] == ["made"] * 4 + ["there"] * 4
    assert [each.id for each in made] == [each.id for each in again] == [each["id"] for each in there(site.plugin)]
    for hook, subscription in zip(site.plugin.registration(URL).hooks, there(site.plugin), strict=True):
        assert subscription["eventType"] == hook.settings["Event"]
        assert subscription["resourceVersion"] == hook.settings["Resource version"]
        assert subscription["consumerInputs"]["basicAuthUsername"] == hook.settings["Basic authentication username"]
        assert subscription["consumerInputs"]["url"] == hook.settings["URL"] == URL
    assert "s3cret" not in str(there(site.plugin))


def test_what_is_missing_is_made(site):
    """After an answer was lost, the others."""
    site.faults.append(("POST", SUBSCRIPTIONS, "cut_after"))
    with pytest.raises(UnknownOutcome):
        list(site.plugin.register(URL, "s3cret"))
    assert [each.state for each in site.plugin.register(URL, "s3cret")] == ["there", "made", "made", "made"]
    assert sorted(each["eventType"] for each in there(site.plugin)) == sorted(EVENTS)


@pytest.mark.parametrize(
    ("parts", "state", "says"),
    [
        ({"consumerInputs": {"url": URL}}, "differs", "it brings no password"),
        ({"consumerInputs": {"url": URL, "httpHeaders": "X-Reconciler-Secret: s3cret"}}, "there", ""),
        (
            {"consumerInputs": {"url": URL, "basicAuthPassword": "x", "resourceDetailsToSend": "none"}},
            "differs",
            "it sends no details, so it does not say which item changed",
        ),
        ({"publisherInputs": {}}, "made", ""),
        ({"consumerInputs": {"url": f"{URL}/2", "basicAuthPassword": "x"}}, "made", ""),
    ],
)
def test_a_subscription_is_ours_or_somebody_else_s(site, parts, state, says):
    """One to our URL that can't serve is named and left; one of another project, filter or URL is not ours."""
    list(site.plugin.register(URL, "s3cret"))
    change(site.plugin, "workitem.created", **parts)
    first, *others = site.plugin.register(URL, "s3cret")
    assert (first.state, first.detail) == (state, says)
    assert {each.state for each in others} == {"there"}


def test_a_filter_makes_it_another_subscription(site):
    """It tells of some items alone, so ours is made beside it."""
    list(site.plugin.register(URL, "s3cret"))
    [subscription] = [each for each in there(site.plugin) if each["eventType"] == "workitem.created"]
    change(site.plugin, "workitem.created", publisherInputs={**subscription["publisherInputs"], "workItemType": "Bug"})
    assert next(iter(site.plugin.register(URL, "s3cret"))).state == "made"


def test_a_subscription_that_was_disabled_is_named(site):
    """The site stopped sending after failures."""
    list(site.plugin.register(URL, "s3cret"))
    site.platform._tenant.hooks.subscriptions()[0]["status"] = "onProbation"
    first = next(iter(site.plugin.register(URL, "s3cret")))
    assert (first.state, first.detail) == ("differs", "it is onProbation")


def test_one_of_several_that_will_do_is_enough(site):
    """Beside one to the same URL that was disabled."""
    first = next(iter(site.plugin.register(URL, "s3cret")))
    [kept] = site.platform._tenant.hooks.subscriptions()
    kept["status"] = "disabledBySystem"
    [subscription] = there(site.plugin)
    body = {**subscription, "consumerInputs": {"url": URL, "basicAuthPassword": "s3cret"}}
    made = site.plugin.session.send(
        "POST", SUBSCRIPTIONS, purpose="once", params={"api-version": "7.1"}, body=body
    ).json()
    found = next(iter(site.plugin.register(URL, "s3cret")))
    assert (found.state, found.id) == ("there", made["id"])
    assert found.id != first.id


def test_who_may_not_subscribe_is_told_what_it_takes(site):
    """Nothing was made."""
    site.platform.turn("permissions_denied", ["subscribe"])
    with pytest.raises(AuthorizationError, match="Edit subscriptions"):
        list(site.plugin.register(URL, "s3cret"))
    assert there(site.plugin) == []


def test_a_project_that_is_not_there_is_named(site):
    """Before anything is made."""
    site.project = "NOPE"
    with pytest.raises(NotFoundError):
        list(site.connect().register(URL, "s3cret"))
    assert not [each for each in site.requests if each.startswith("POST")]
