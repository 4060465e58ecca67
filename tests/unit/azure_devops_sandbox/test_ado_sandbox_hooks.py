"""Service hooks: subscriptions, and what is delivered to whom."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from asgi_client import HandClock
from azure_site import INVEST, AzureSite
from reconciler_azure_devops_sandbox import sandbox
from reconciler_azure_devops_sandbox.azure import AzureDevOps
from reconciler_azure_devops_sandbox.deliveries import EVENTS, Hooks

SUBSCRIPTIONS = "/_apis/hooks/subscriptions"
URL = "http://127.0.0.1:9/hook"


class Listener:
    """Takes what is sent, and answers as it is told: the last answer stays."""

    def __init__(self) -> None:
        self.answers = [200]
        self.sent: list[tuple[str, Mapping[str, str], Any]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((url, headers, json.loads(body)))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def bodies(self) -> list[Any]:
        return [body for _url, _headers, body in self.sent]


class Hooked(AzureSite):
    """A site whose deliveries go to a listener in memory."""

    def __init__(self) -> None:
        super().__init__()
        platform = self.whole.platforms["azure_devops"]
        assert isinstance(platform, AzureDevOps)
        self.hooks: Hooks = platform._tenant.hooks
        self.listener = Listener()
        self.hooks._send = self.listener

    def subscribe(self, event: str, inputs: Mapping[str, str] | None = None, **consumer: str) -> dict[str, Any]:
        made: dict[str, Any] = self.good("POST", SUBSCRIPTIONS, wanted(event, inputs, **consumer))
        return made

    def delivered(self) -> list[Any]:
        self.hooks.wait()
        return self.listener.bodies


def wanted(event: str, inputs: Mapping[str, str] | None = None, **consumer: str) -> dict[str, Any]:
    return {
        "publisherId": "tfs",
        "eventType": event,
        "resourceVersion": "1.0",
        "consumerId": "webHooks",
        "consumerActionId": "httpRequest",
        "publisherInputs": dict(inputs or {}),
        "consumerInputs": {"url": URL, **consumer},
    }


@pytest.fixture
def site() -> Hooked:
    return Hooked()


def test_the_catalogue_names_what_can_be_subscribed_to(site: Hooked) -> None:
    """One consumer with one action, one publisher with five events; the password alone is confidential."""
    consumer = site.good("GET", "/_apis/hooks/consumers")["value"][0]
    assert site.good("GET", "/_apis/hooks/consumers/webhooks") == consumer
    action = site.good("GET", "/_apis/hooks/consumers/webHooks/actions")["value"][0]
    assert site.good("GET", "/_apis/hooks/consumers/webHooks/actions/httpRequest") == action
    assert [each["id"] for each in action["inputDescriptors"] if each["isConfidential"]] == ["basicAuthPassword"]
    publisher = site.good("GET", "/_apis/hooks/publishers")["value"][0]
    assert site.good("GET", "/_apis/hooks/publishers/tfs") == publisher
    events = site.good("GET", "/_apis/hooks/publishers/tfs/eventTypes")["value"]
    assert tuple(each["id"] for each in events) == EVENTS
    assert site.good("GET", f"/_apis/hooks/publishers/tfs/eventTypes/{EVENTS[1]}") == events[1]
    for path in ("consumers/zendesk", "consumers/webHooks/actions/fly", "publishers/rm", "publishers/tfs/eventTypes/x"):
        assert site.refused("GET", f"/_apis/hooks/{path}")[0] == 404


def test_subscriptions_are_kept_changed_and_dropped(site: Hooked) -> None:
    """A subscription's password is never told; a replacement keeps its id and its creation."""
    made = site.subscribe("workitem.updated", basicAuthUsername="u", basicAuthPassword="secret")
    assert made["consumerInputs"]["basicAuthPassword"] == "********"
    site.clock.sleep(60)
    one = f"{SUBSCRIPTIONS}/{made['id']}"
    changed = site.good("PUT", one, wanted("workitem.deleted"))
    assert (changed["id"], changed["createdDate"], changed["eventType"]) == (
        made["id"], made["createdDate"], "workitem.deleted",
    )  # fmt: skip
    assert site.good("GET", one) == changed
    assert site.good("GET", SUBSCRIPTIONS, eventType="workitem.updated")["value"] == []
    assert site.good("GET", SUBSCRIPTIONS, publisherId="tfs")["value"] == [changed]
    assert site.ask("DELETE", one).status == 204
    assert site.refused("GET", one)[0] == 404


@pytest.mark.parametrize(
    "bad",
    [
        wanted("build.complete"),
        {**wanted("workitem.updated"), "consumerId": "zendesk"},
        wanted("workitem.updated", {"projectId": "nope"}),
        wanted("workitem.updated", url="https://hooks.example/1"),
        wanted("workitem.updated", url="file:///etc/passwd"),
        wanted("workitem.updated", url="http://[127.0.0.1"),
        wanted("workitem.updated", httpHeaders="X-Good: 1\nbad"),
        {**wanted("workitem.updated"), "publisherInputs": {"projectId": 1}},
    ],
)
def test_a_subscription_elsewhere_is_refused(site: Hooked, bad: dict[str, Any]) -> None:
    """Work items' events, to a listener on this machine."""
    assert site.refused("POST", SUBSCRIPTIONS, bad)[0] == 400
    assert site.good("GET", SUBSCRIPTIONS)["count"] == 0


def test_subscriptions_need_a_permission(site: Hooked) -> None:
    """To be made, changed or dropped; who has it not may look."""
    made = site.subscribe("workitem.updated")
    site.whole.platforms["azure_devops"].turn("permissions_denied", ["subscribe"])
    one = f"{SUBSCRIPTIONS}/{made['id']}"
    assert site.refused("POST", SUBSCRIPTIONS, wanted("workitem.created"))[0] == 403
    assert site.refused("PUT", one, wanted("workitem.created"))[0] == 403
    assert site.refused("DELETE", one)[0] == 403
    assert site.good("GET", SUBSCRIPTIONS)["value"] == [made]


def test_an_update_tells_both_sides_and_the_whole(site: Hooked) -> None:
    """`workItemId` names the item, `id` the update; fields have both values; `revision` is the item (FACTS F)."""
    site.subscribe("workitem.updated")
    item = site.make("Old", System_AssignedTo="l.gray@fund.example")
    site.set(item, System_Title="New", System_AssignedTo="m.tanaka@fund.example")
    (body,) = site.delivered()
    resource = body["resource"]
    assert (resource["id"], resource["workItemId"], resource["rev"]) == (2, item, 2)
    assert resource["fields"]["System.Title"] == {"oldValue": "Old", "newValue": "New"}
    assert resource["fields"]["System.AssignedTo"]["newValue"] == "Mei Tanaka <m.tanaka@fund.example>"
    assert resource["revisedBy"]["uniqueName"] == "sandbox@example.com"
    assert (resource["revision"]["id"], resource["revision"]["fields"]["System.Title"]) == (item, "New")
    assert body["message"]["text"].startswith(f"Task #{item} (New) updated by Sandbox")


def test_each_event_is_told_once(site: Hooked) -> None:
    """Creation, comment, deletion and restoration have the item's id and plain fields."""
    for event in EVENTS:
        site.subscribe(event)
    item = site.make("One")
    site.good("POST", f"{INVEST}/_apis/wit/workItems/{item}/comments", {"text": "Hi"}, version="7.1-preview.4")
    site.good("DELETE", f"/_apis/wit/workitems/{item}")
    site.good("PATCH", f"/_apis/wit/recyclebin/{item}", {"isDeleted": False})
    bodies = site.delivered()
    assert [each["eventType"] for each in bodies] == [
        "workitem.created", "workitem.commented", "workitem.deleted", "workitem.restored",
    ]  # fmt: skip
    assert {each["resource"]["id"] for each in bodies} == {item}
    assert bodies[0]["resource"]["fields"]["System.CreatedBy"] == "Sandbox <sandbox@example.com>"
    assert len({each["id"] for each in bodies}) == 4


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"projectId": "INVEST"}, [1, 2]),
        ({"workItemType": "Epic"}, [1]),
        ({"areaPath": "INVEST\\Tech"}, [2]),
        ({"changedFields": "System.State"}, [2]),
        ({"projectId": "BASIC", "workItemType": ""}, [3]),
    ],
)
def test_a_subscription_filters(site: Hooked, inputs: dict[str, str], told: list[int]) -> None:
    """By project, by type, by area with all below, and by the field that changed; an empty filter is none."""
    site.subscribe("workitem.updated", inputs)
    for title, kind, project in (("A", "Epic", "INVEST"), ("B", "Task", "INVEST"), ("C", "Task", "BASIC")):
        site.make(title, kind, project)
    site.set(2, System_AreaPath="INVEST\\Tech", System_State="Active")
    site.set(1, System_Title="AA")
    site.set(3, System_Title="CC")
    assert sorted(each["resource"]["workItemId"] for each in site.delivered()) == told


def test_a_delivery_carries_what_was_asked_for(site: Hooked) -> None:
    """Headers and a credential of the subscriber's, the resource in short or not at all, messages of one kind."""
    site.subscribe(
        "workitem.created", httpHeaders="X-Key: abc\nX-Other: 1", basicAuthUsername="u", basicAuthPassword="p:w",
        resourceDetailsToSend="minimal", messagesToSend="none", detailedMessagesToSend="markdown",
    )  # fmt: skip
    site.subscribe("workitem.created", resourceDetailsToSend="none")
    site.make()
    first, second = site.delivered()
    headers = site.listener.sent[0][1]
    assert (headers["X-Key"], headers["X-Other"]) == ("abc", "1")
    assert base64.b64decode(headers["authorization"].partition(" ")[2]) == b"u:p:w"
    assert first["resource"].keys() == {"id", "url"}
    assert "message" not in first
    assert first["detailedMessage"].keys() == {"markdown"}
    assert "resource" not in second


def test_a_listener_that_is_away_is_asked_again(site: Hooked) -> None:
    """Away means no answer, 408, 502, 503 or 504: again after 1, 2, 4.. seconds, eight times at most."""
    site.subscribe("workitem.created")
    site.listener.answers = [503, 0, 200]
    before = site.clock.now()
    site.make()
    assert len(site.delivered()) == 3
    assert (site.clock.now() - before).total_seconds() == 3
    site.listener.answers = [504]
    site.make()
    assert len(site.delivered()) == 3 + 9


@pytest.mark.parametrize(("status", "state"), [(410, "disabledBySystem"), (404, "onProbation")])
def test_a_listener_that_refuses_is_left_alone(site: Hooked, status: int, state: str) -> None:
    """410 disables the subscription; any other refusal puts it on probation; neither is told more."""
    made = site.subscribe("workitem.created")
    site.listener.answers = [status]
    site.make()
    site.delivered()
    site.make()
    assert len(site.delivered()) == 1
    assert site.good("GET", f"{SUBSCRIPTIONS}/{made['id']}")["status"] == state


def test_subscriptions_outlive_the_process() -> None:
    """They are there again after the events are replayed."""
    events: list[Any] = []
    site = AzureSite()
    first = sandbox(HandClock(), events.append)
    site.whole.platforms["azure_devops"] = first
    kept = site.good("POST", SUBSCRIPTIONS, wanted("workitem.created"))
    dropped = site.good("POST", SUBSCRIPTIONS, wanted("workitem.updated"))
    site.ask("DELETE", f"{SUBSCRIPTIONS}/{dropped['id']}")
    second = sandbox(HandClock(), lambda _event: None)
    for event in events:
        second.replay(event)
    site.whole.platforms["azure_devops"] = second
    assert site.good("GET", SUBSCRIPTIONS)["value"] == [kept]
    further = site.good("POST", SUBSCRIPTIONS, wanted("workitem.created"))
    assert site.good("GET", SUBSCRIPTIONS)["value"] == [kept, further]
