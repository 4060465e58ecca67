"""Jira's webhooks in the sandbox: who may register them, and what is delivered to whom."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from asgi_client import Asker, HandClock
from reconciler_jira_sandbox import sandbox
from reconciler_jira_sandbox.events import EVENTS
from reconciler_jira_sandbox.jira import Jira

WEBHOOKS = "/rest/webhooks/1.0/webhook"
URL = "http://127.0.0.1:9/hook"
SIGNED_IN = ("sandbox@example.com", "sandbox")


class Hooked:
    """A site whose account is an administrator's, and whose deliveries go to a listener in memory.

    `answers` are the listener's, in turn: the last one stays.
    """

    def __init__(self, journal: list[Any] | None = None) -> None:
        self.clock = HandClock()
        self.platform: Jira = sandbox(self.clock, (journal if journal is not None else []).append)
        self.platform.turn("denied", [])
        self.client = Asker(self.platform.application, "/jira", SIGNED_IN)
        self.webhooks = self.platform._tenant.webhooks
        self.webhooks._send = self._take
        self.answers = [200]
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []

    def _take(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.sent.append((url, headers, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def register(self, *events: str, **rest: Any) -> Any:
        answer = self.client.post(WEBHOOKS, wanted(*events, **rest))
        assert answer.status == 201, answer.content
        return answer.json

    def person(self, action: str, **details: Any) -> str:
        return str(self.platform.act(action, {"by": "Omar Haddad", **details}).get("key"))

    @property
    def bodies(self) -> list[Any]:
        self.webhooks.wait()
        return [json.loads(body) for _, _, body in self.sent]


def wanted(*events: str, **rest: Any) -> dict[str, Any]:
    return {"name": "ours", "url": URL, "events": list(events or EVENTS), **rest}


@pytest.fixture
def site() -> Hooked:
    return Hooked()


def test_webhooks_are_kept_changed_and_dropped(site: Hooked) -> None:
    """A secret is never told, but that there is one; a change that names none keeps it."""
    made = site.register("jira:issue_created", secret="s3cret", filters={"issue-related-events-section": "labels = x"})
    assert (made["isSigned"], made["filters"]) == (True, {"issue-related-events-section": "labels = x"})
    path = made["self"][made["self"].index("/rest/") :]
    assert site.client.get(path).json == made
    site.clock.sleep(60)
    changed = site.client.put(path, wanted("jira:issue_deleted")).json
    assert (changed["events"], changed["isSigned"]) == (["jira:issue_deleted"], True)
    assert site.client.get(WEBHOOKS).json == [changed]
    assert site.client.delete(path).status == 204
    assert site.client.get(path).status == 404
    assert site.client.get(WEBHOOKS).json == []


def test_webhooks_are_administrators_business(site: Hooked) -> None:
    """Everybody else is refused, reading too."""
    site.platform.turn("denied", ["ADMINISTER"])
    assert [site.client.get(WEBHOOKS).status, site.client.post(WEBHOOKS, wanted()).status] == [403, 403]


@pytest.mark.parametrize(
    "bad",
    [
        [],
        wanted(name=""),
        wanted(url="https://hooks.example/1"),
        wanted(url="http://[127.0.0.1"),
        wanted(url=1),
        wanted(events="jira:issue_created"),
        wanted(events=[1]),
        wanted(filters=["x"]),
        wanted(filters={"issue-related-events-section": "project ="}),
    ],
)
def test_what_is_no_webhook_is_refused(site: Hooked, bad: Any) -> None:
    """A name, a URL on this machine, names of events, an object of filters."""
    assert site.client.post(WEBHOOKS, bad).status == 400
    assert site.client.get(WEBHOOKS).json == []


def test_what_happens_to_issues_is_told(site: Hooked) -> None:
    """Each event with its issue in version 2's shape: texts, not documents; a change with its history's entry."""
    site.register()
    key = site.person("create", set={"Summary": "Old", "Description": "Words"})
    site.person("edit", item=key, set={"Summary": "New"})
    site.person("edit", item=key, status="In Progress")
    site.person("comment", item=key, text="Said")
    site.person("delete", item=key)
    created, edited, moved, commented, deleted = site.bodies
    assert [each["webhookEvent"] for each in (created, edited, commented, deleted)] == [
        "jira:issue_created", "jira:issue_updated", "comment_created", "jira:issue_deleted",
    ]  # fmt: skip
    assert created["issue"]["fields"]["description"] == "Words"
    assert "/rest/api/2/issue/" in created["issue"]["self"]
    assert created["user"]["displayName"] == "Omar Haddad"
    assert created["timestamp"] == int(site.clock.now().timestamp() * 1000)
    (item,) = edited["changelog"]["items"]
    assert (item["fieldId"], item["fromString"], item["toString"]) == ("summary", "Old", "New")
    assert (edited["issue_event_type_name"], moved["issue_event_type_name"]) == ("issue_updated", "issue_generic")
    assert (commented["comment"]["body"], commented["issue"]["key"]) == ("Said", key)
    assert (deleted["issue"]["key"], deleted["issue"]["fields"]["summary"]) == (key, "New")


def test_links_and_comments_are_told(site: Hooked) -> None:
    """A link by both its ends; a comment that is changed or taken away with the issue that it was on."""
    first, second = site.person("create", set={"Summary": "a"}), site.person("create", set={"Summary": "b"})
    site.register("issuelink_created", "issuelink_deleted", "comment_updated", "comment_deleted")
    site.client.post(
        "/rest/api/3/issueLink",
        {"type": {"name": "Blocks"}, "inwardIssue": {"key": first}, "outwardIssue": {"key": second}},
    )
    (link,) = site.platform._tenant.store.links
    site.client.delete(f"/rest/api/3/issueLink/{link}")
    comments = f"/rest/api/2/issue/{first}/comment"
    comment = site.client.post(comments, {"body": "Said"}).json
    site.client.put(f"{comments}/{comment['id']}", {"body": "Said again"})
    site.client.delete(f"{comments}/{comment['id']}")
    linked, unlinked, updated, deleted = site.bodies
    assert (linked["webhookEvent"], unlinked["webhookEvent"]) == ("issuelink_created", "issuelink_deleted")
    assert linked["issueLink"] == unlinked["issueLink"]
    store = site.platform._tenant.store
    ends = (store.find(first), store.find(second))
    assert (linked["issueLink"]["sourceIssueId"], linked["issueLink"]["destinationIssueId"]) == tuple(
        int(each.id) for each in ends if each
    )
    assert (updated["comment"]["body"], deleted["comment"]["body"]) == ("Said again", "Said again")
    assert (updated["issue"]["key"], deleted["webhookEvent"]) == (first, "comment_deleted")


def test_comments_are_told_with_their_issue(site: Hooked) -> None:
    """Unless the site does otherwise: then the comment's own URL alone leads to it."""
    key = site.person("create", set={"Summary": "a"})
    site.register("comment_created")
    site.person("comment", item=key, text="Said")
    site.platform.turn("comment_webhooks", "alone")
    site.person("comment", item=key, text="Said again")
    first, second = site.bodies
    assert first["issue"]["key"] == key
    assert "issue" not in second
    assert f"/issue/{first['issue']['id']}/comment/" in second["comment"]["self"]


def test_a_webhook_gets_what_it_asked_for(site: Hooked) -> None:
    """By event, by its filter, and while it is enabled."""
    site.register("jira:issue_created", filters={"issue-related-events-section": 'labels = "ours"'})
    site.register("jira:issue_deleted")
    site.register("jira:issue_created", enabled=False)
    site.person("create", set={"Summary": "theirs"})
    key = site.person("create", set={"Summary": "ours", "Labels": ["ours"]})
    site.person("edit", item=key, set={"Summary": "x"})
    assert [each["issue"]["key"] for each in site.bodies] == [key]


def test_a_filter_of_what_is_gone_finds_nothing(site: Hooked) -> None:
    """And hinders nobody's work."""
    gone = site.person("create", set={"Summary": "a"})
    site.register(filters={"issue-related-events-section": f"key = {gone}"})
    site.person("delete", item=gone)
    site.person("create", set={"Summary": "b"})
    assert [each["webhookEvent"] for each in site.bodies] == ["jira:issue_deleted"]


def test_what_nobody_sees_is_not_told(site: Hooked) -> None:
    """Markers and watchers change no issue's history; nor does hiding one."""
    key = site.person("create", set={"Summary": "a"})
    site.register()
    site.client.put(f"/rest/api/3/issue/{key}/properties/ours", {"a": 1})
    site.person("hide", item=key)
    assert site.bodies == []


def test_webhooks_are_signed(site: Hooked) -> None:
    """With the secret, over the bytes that are sent; without one it is not (FACTS A16)."""
    site.register("jira:issue_created", secret="s3cret")
    site.register("jira:issue_created")
    site.person("create", set={"Summary": "Größe"})
    site.webhooks.wait()
    (_, signed, body), (_, unsigned, _) = site.sent
    assert signed["x-hub-signature"] == f"sha256={hmac.new(b's3cret', body, hashlib.sha256).hexdigest()}"
    assert "Größe".encode() in body
    assert "x-hub-signature" not in unsigned
    assert signed["x-atlassian-webhook-identifier"] != unsigned["x-atlassian-webhook-identifier"]
    assert signed["x-atlassian-webhook-flow"] == "Primary"


def test_webhooks_are_sent_again(site: Hooked) -> None:
    """Five times at most, with the same identifier and the count; what says no is not asked again."""
    site.register("jira:issue_created")
    site.answers = [503, 429, 0, 200]
    site.person("create", set={"Summary": "a"})
    site.webhooks.wait()
    headers = [each for _, each, _ in site.sent]
    assert len({each["x-atlassian-webhook-identifier"] for each in headers}) == 1
    assert [each.get("x-atlassian-webhook-retry") for each in headers] == [None, "1", "2", "3"]
    site.answers = [500]
    site.person("create", set={"Summary": "b"})
    site.webhooks.wait()
    assert len(site.sent) == 4 + 6
    site.answers = [404]
    site.person("create", set={"Summary": "c"})
    site.webhooks.wait()
    assert len(site.sent) == 4 + 6 + 1


def test_a_webhook_that_is_gone_meanwhile_gets_nothing_more(site: Hooked) -> None:
    """Between two attempts it may be removed or disabled."""
    made = site.register("jira:issue_created")
    path = made["self"][made["self"].index("/rest/") :]

    def refuse(url: str, headers: Mapping[str, str], body: bytes) -> int:
        site.sent.append((url, headers, body))
        site.client.put(path, wanted(enabled=False))
        return 503

    site.webhooks._send = refuse
    site.person("create", set={"Summary": "a"})
    site.webhooks.wait()
    assert len(site.sent) == 1


def test_webhooks_outlive_the_process() -> None:
    """They are there again, secrets too, after the events are replayed."""
    journal: list[Any] = []
    site = Hooked(journal)
    site.register("jira:issue_created", secret="s3cret")
    dropped = site.register("jira:issue_created")
    site.client.delete(dropped["self"][dropped["self"].index("/rest/") :])
    again = Hooked()
    for event in journal:
        again.platform.replay(event)
    assert again.client.get(WEBHOOKS).json == site.client.get(WEBHOOKS).json
    again.person("create", set={"Summary": "a"})
    assert len(again.bodies) == 1
    assert "x-hub-signature" in again.sent[0][1]
