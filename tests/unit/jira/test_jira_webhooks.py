"""Jira's webhooks as they come: on Cloud and on Data Center, with what may be absent and what may be null."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira import JiraPlugin

from reconciler.sdk import DeliveryRefused, ReceivesWebhooks

AT = 1_795_454_962_570
CLOUD_USER = {
    "self": "https://fund.atlassian.net/rest/api/2/user?accountId=712020%3A1",
    "accountId": "712020:1",
    "accountType": "atlassian",
    "displayName": "Lea Gray",
    "active": True,
    "timeZone": "Europe/Berlin",
}
SERVER_USER = {
    "self": "https://jira.fund.example/rest/api/2/user?username=lgray",
    "name": "lgray",
    "key": "JIRAUSER10100",
    "emailAddress": "l.gray@fund.example",
    "displayName": "Lea Gray",
    "active": True,
}
ISSUE = {"id": "10002", "self": "https://fund.atlassian.net/rest/api/2/10002", "key": "INVEST-2", "fields": {}}
LINK = {
    "id": 31244,
    "sourceIssueId": 10002,
    "destinationIssueId": 10007,
    "issueLinkType": {"id": 10201, "name": "Blocks", "outwardName": "blocks", "inwardName": "is blocked by"},
    "systemLink": False,
}
SPRINT = {"id": 196, "self": "https://fund.atlassian.net/rest/agile/1.0/sprint/196", "state": "future", "name": "Q1"}
VERSION = {"self": "https://fund.atlassian.net/rest/api/2/version/1", "id": "1", "name": "2026.1", "projectId": 10000}
CHANGE = {
    "id": "90001",
    "items": [
        {"field": "status", "fieldtype": "jira", "fieldId": "status", "from": "1", "fromString": "To Do", "to": "3",
         "toString": "In Progress"},
        {"field": "Amount", "fieldtype": "custom", "fieldId": "customfield_10050", "from": None, "fromString": None,
         "to": None, "toString": "2500000"},
    ],
}  # fmt: skip


def told(event: str, **rest: Any) -> bytes:
    return json.dumps({"timestamp": AT, "webhookEvent": event, **rest}).encode()


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (told("jira:issue_created", issue_event_type_name="issue_created", user=CLOUD_USER, issue=ISSUE), ("10002",)),
        (told("jira:issue_updated", user=CLOUD_USER, issue=ISSUE, changelog=CHANGE), ("10002",)),
        (told("jira:issue_updated", user=SERVER_USER, issue=ISSUE, changelog={"items": []}, id=7), ("10002",)),
        (told("jira:issue_updated", issue=ISSUE, user=None, changelog=None, comment=None), ("10002",)),
        (told("jira:issue_updated", issue=ISSUE, bulkOperationMetaData={"id": "1"}), ("10002",)),
        (told("jira:issue_updated", issue={"key": "INVEST-2", "fields": None}), ("INVEST-2",)),
        (told("jira:issue_updated", issue={"id": 10002}), ("10002",)),
        (told("jira:issue_deleted", issue=ISSUE, user=CLOUD_USER), ("10002",)),
        (told("jira:issue_deleted", issue=None), ()),
        (told("jira:issue_updated"), ()),
        (told("comment_created", issue=ISSUE, comment={"id": "5", "body": "text", "author": CLOUD_USER}), ("10002",)),
        (told("comment_updated", comment={"self": "https://x/rest/api/2/issue/10002/comment/5"}), ("10002",)),
        (told("comment_deleted", comment={"self": "https://x/rest/api/2/issue/INVEST-2/comment/5"}), ("INVEST-2",)),
        (told("comment_created", issue=None, comment={"id": "5", "self": "https://x/comment/5"}), ()),
        (told("comment_created", comment=None), ()),
        (told("worklog_created", worklog={"id": "9", "issueId": "10002", "timeSpent": "2h"}), ("10002",)),
        (told("worklog_updated", worklog={"self": "https://x/rest/api/2/issue/10002/worklog/9"}), ("10002",)),
        (told("worklog_deleted", worklog={"id": "9"}), ()),
        (told("jira:worklog_updated", user=SERVER_USER, issue=ISSUE), ("10002",)),
        (told("issuelink_created", issueLink=LINK), ("10002", "10007")),
        (told("issuelink_deleted", issueLink={**LINK, "destinationIssueId": 10002}), ("10002",)),
        (told("issuelink_created", issueLink={"sourceIssueKey": "INVEST-1"}), ("INVEST-1",)),
        (told("issuelink_created"), ()),
        (told("sprint_started", sprint=SPRINT), ()),
        (told("sprint_updated", sprint=SPRINT, oldValue=SPRINT), ()),
        (told("sprint_closed"), ()),
        (told("jira:version_released", version=VERSION), ()),
        (told("jira:version_deleted", version=VERSION, mergedTo=VERSION), ()),
    ],
)
def test_an_event_names_its_issues(body, items):
    """By id, by key where there is no id, and none where it names none; each is understood all the same."""
    delivery = JiraPlugin.read_delivery({}, body)
    assert (delivery.items, delivery.understood) == (items, True)
    assert delivery.at == datetime(2026, 11, 23, 17, 29, 22, 570000, UTC)


@pytest.mark.parametrize(
    "event", ["user_created", "project_updated", "attachment_created", "issue_property_set", "option_voting_changed"]
)
def test_other_events_are_ignored(event):
    """They are Jira's, and nothing is read for them, even where one names an issue."""
    delivery = JiraPlugin.read_delivery({}, told(event, issue=ISSUE))
    assert (delivery.event, delivery.items, delivery.understood) == (event, (), False)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"webhookEvent": null}', b'{"webhookEvent": "\\u001b"}',
                                  b'{"eventType": "workitem.updated", "publisherId": "tfs"}'])  # fmt: skip
def test_what_is_no_webhook_of_jira_is_refused(body):
    """An empty body, which a webhook that leaves it out has, and other platforms' webhooks too."""
    with pytest.raises(DeliveryRefused, match="no webhook of Jira"):
        JiraPlugin.read_delivery({}, body)


@pytest.mark.parametrize("at", [None, "soon", -1, True, 10**18, 1.5, []])
def test_a_time_that_is_none_is_absent(at):
    """A delivery without a time is one all the same."""
    assert JiraPlugin.read_delivery({}, told("jira:issue_updated", timestamp=at)).at is None


def test_a_delivery_is_known_by_its_identifier():
    """The header is the same in each retry; Data Center, which sends none, is known by the body."""
    body = told("jira:issue_updated")
    digest = hashlib.sha256(body).hexdigest()
    named = JiraPlugin.read_delivery(
        {"x-atlassian-webhook-identifier": "f6eca7a2-1", "x-atlassian-webhook-retry": "1"}, body
    )
    assert (named.id, named.digest) == ("f6eca7a2-1", digest)
    for headers in ({}, {"x-atlassian-webhook-identifier": ""}, {"x-atlassian-webhook-identifier": "\x1b[31m"}):
        assert JiraPlugin.read_delivery(headers, body).id == digest


def test_the_sender_is_proven_by_the_signature():
    """Of the raw body: the same JSON, printed anew, is refused."""
    body = told("jira:issue_updated", issue=ISSUE)
    signature = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature": f"sha256={signature}"}
    assert JiraPlugin.check_sender(headers, body, "s3cret") == "the signature of its body fits"
    with pytest.raises(DeliveryRefused):
        JiraPlugin.check_sender(headers, json.dumps(json.loads(body), indent=2).encode(), "s3cret")
    with pytest.raises(DeliveryRefused, match="not signed"):
        JiraPlugin.check_sender({}, body, "s3cret")


def test_the_plugin_receives_webhooks():
    """Without being configured: the class is enough."""
    assert isinstance(JiraPlugin, ReceivesWebhooks)
    assert JiraPlugin.webhook_secret.variable == "JIRA_WEBHOOK_SECRET"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3),
    max_leaves=6,
)
ISSUES = ANYTHING | st.fixed_dictionaries({}, optional={"id": ANYTHING, "key": ANYTHING, "fields": ANYTHING})
ENTITIES = ANYTHING | st.fixed_dictionaries({}, optional={"self": ANYTHING, "issueId": ANYTHING})
LINKS = ANYTHING | st.fixed_dictionaries({}, optional={"sourceIssueId": ANYTHING, "destinationIssueId": ANYTHING})
EVENTS = st.sampled_from(["jira:issue_updated", "comment_created", "worklog_deleted", "issuelink_created", "odd"])


@given(
    st.fixed_dictionaries(
        {"webhookEvent": EVENTS | ANYTHING},
        optional={
            "timestamp": ANYTHING, "issue": ISSUES, "comment": ENTITIES, "worklog": ENTITIES, "issueLink": LINKS,
            "user": ANYTHING, "changelog": ANYTHING,
        },
    )
)  # fmt: skip
def test_no_payload_breaks_the_reader(data):
    """Whatever stands where: a delivery with sound ids, or a refusal in words."""
    try:
        delivery = JiraPlugin.read_delivery({}, json.dumps(data).encode())
    except DeliveryRefused:
        return
    assert all(each.isascii() and each.isprintable() for each in (delivery.event, delivery.id, *delivery.items))


@given(body=st.binary(), headers=st.dictionaries(st.text(), st.text()))
def test_no_bytes_break_the_reader(body, headers):
    """Nor does any header."""
    with pytest.raises(DeliveryRefused):
        JiraPlugin.read_delivery(headers, body)
    with pytest.raises(DeliveryRefused):
        JiraPlugin.check_sender(headers, body, "s3cret")
