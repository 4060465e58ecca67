"""Azure DevOps' service hooks as they come, with what may be absent, null or of another version."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops import AzureDevOpsPlugin

from reconciler.sdk import DeliveryRefused, ReceivesWebhooks

EVENT = "d2d46fb1-dba5-403c-9373-427583f19e8c"
URL = "https://dev.azure.com/fund/_apis/wit/workItems"
FIELDS = {"System.Title": "Review", "System.State": "New", "System.AssignedTo": "Lea Gray <l.gray@fund.example>"}
ITEM = {"id": 5, "rev": 1, "fields": FIELDS, "url": f"{URL}/5", "_links": {"self": {"href": f"{URL}/5"}}}
UPDATE = {
    "id": 2,
    "workItemId": 5,
    "rev": 2,
    "revisedBy": {"displayName": "Lea Gray"},
    "revisedDate": "9999-01-01T00:00:00Z",
    "fields": {"System.State": {"oldValue": "New", "newValue": "Active"}},
    "url": f"{URL}/5/updates/2",
    "revision": {**ITEM, "rev": 2},
}
CHILD = {"rel": "System.LinkTypes.Hierarchy-Forward", "url": f"{URL}/9", "attributes": {"isLocked": False}}
FILE = {"rel": "AttachedFile", "url": "https://dev.azure.com/fund/_apis/wit/attachments/1"}


def told(event: str, resource: Any = ..., **rest: Any) -> bytes:
    data = {
        "subscriptionId": "0f679291-2e17-4759-ac69-18916faf8814",
        "notificationId": 3,
        "id": EVENT,
        "eventType": event,
        "publisherId": "tfs",
        "message": {"text": "Task #5 (Review) updated"},
        "resourceVersion": "1.0",
        "resourceContainers": {"project": {"id": "1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40001"}},
        "createdDate": "2026-11-23T17:29:22.5703861Z",
        **rest,
    }
    return json.dumps(data if resource is ... else {**data, "resource": resource}).encode()


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (told("workitem.created", ITEM), ("5",)),
        (told("workitem.created", ITEM, resourceVersion="1.0-preview.1", scope="all"), ("5",)),
        (told("workitem.created", {"id": 5, "url": f"{URL}/5"}, resourceContainers=None), ("5",)),
        (told("workitem.updated", UPDATE), ("5",)),
        (told("workitem.updated", {**UPDATE, "revision": None, "fields": None}), ("5",)),
        (told("workitem.updated", {"id": 2, "revision": {"id": 5}}), ("5",)),
        (told("workitem.updated", {"id": 2, "url": f"{URL}/5/updates/2"}), ("5",)),
        (told("workitem.updated", {"id": 2}), ()),
        (told("workitem.updated", {**UPDATE, "relations": {"added": [CHILD, FILE], "removed": None}}), ("5", "9")),
        (told("workitem.updated", {**UPDATE, "relations": {"removed": [{"url": f"{URL.lower()}/9"}, 1]}}), ("5", "9")),
        (told("workitem.deleted", ITEM), ("5",)),
        (told("workitem.restored", {**ITEM, "fields": {}}), ("5",)),
        (told("workitem.commented", ITEM, detailedMessage=None), ("5",)),
        (told("workitem.updated", None), ()),
        (told("workitem.updated"), ()),
        (told("workitem.deleted", []), ()),
    ],
)
def test_an_event_names_its_item(body, items):
    """The item, not the number of its update, and those that it was linked to; none where the details are left out."""
    delivery = AzureDevOpsPlugin.read_delivery({}, body)
    assert (delivery.items, delivery.understood, delivery.id) == (items, True, EVENT)
    assert delivery.at == datetime(2026, 11, 23, 17, 29, 22, 570386, UTC)


@pytest.mark.parametrize("event", ["git.push", "build.complete", "ms.vss-pipelines.run-state-changed-event"])
def test_other_events_are_ignored(event):
    """A push that names work items too: what is linked to them, an update tells."""
    delivery = AzureDevOpsPlugin.read_delivery({}, told(event, {"id": 5, "workItems": [{"id": 5}]}))
    assert (delivery.event, delivery.items, delivery.understood) == (event, (), False)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"eventType": "workitem.updated"}', b'{"publisherId": "tfs"}',
                                  b'{"webhookEvent": "jira:issue_updated"}'])  # fmt: skip
def test_what_is_no_service_hook_is_refused(body):
    """Other platforms' webhooks too."""
    with pytest.raises(DeliveryRefused, match="no webhook of Azure DevOps"):
        AzureDevOpsPlugin.read_delivery({}, body)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-23T17:29:22Z", datetime(2026, 11, 23, 17, 29, 22, tzinfo=UTC)),
        ("2026-11-23T17:29:22", datetime(2026, 11, 23, 17, 29, 22, tzinfo=UTC)),
        ("2026-11-23T18:29:22+01:00", datetime(2026, 11, 23, 17, 29, 22, tzinfo=UTC)),
        ("0001-01-01T00:00:00+12:00", None),
        ("yesterday", None),
        (None, None),
        (7, None),
    ],
)
def test_times_are_in_utc(text, at):
    """Without a zone too; what is no time is absent."""
    assert AzureDevOpsPlugin.read_delivery({}, told("workitem.created", ITEM, createdDate=text)).at == at


@pytest.mark.parametrize("identity", [None, 7, "", "\x1b[31m" + "a" * 30])
def test_a_delivery_without_an_id_is_known_by_its_body(identity):
    """The event's id is a GUID; anything else is none."""
    body = told("workitem.created", ITEM, id=identity)
    assert AzureDevOpsPlugin.read_delivery({}, body).id == hashlib.sha256(body).hexdigest()


def test_the_sender_is_proven_by_a_secret_that_it_brings():
    """As the password of Basic authentication, or in a header; the body proves nothing, and that is said."""
    pair = base64.b64encode(b"reconciler:s3cret").decode()
    proof = AzureDevOpsPlugin.check_sender({"authorization": f"Basic {pair}"}, b"", "s3cret")
    assert proof == "its Basic authentication has the secret; the body is not signed"
    proof = AzureDevOpsPlugin.check_sender({"x-reconciler-secret": "s3cret"}, b"", "s3cret")
    assert proof == "its header X-Reconciler-Secret has the secret; the body is not signed"
    for headers in (
        {},
        {"authorization": f"Basic {pair}x"},
        {"x-reconciler-secret": ""},
        {"x-hub-signature": "sha256=0"},
    ):
        with pytest.raises(DeliveryRefused):
            AzureDevOpsPlugin.check_sender(headers, b"", "s3cret")


def test_the_plugin_receives_webhooks():
    """Without being configured: the class is enough."""
    assert isinstance(AzureDevOpsPlugin, ReceivesWebhooks)
    assert AzureDevOpsPlugin.webhook_secret.variable == "AZURE_DEVOPS_WEBHOOK_SECRET"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3),
    max_leaves=6,
)
RELATIONS = ANYTHING | st.lists(ANYTHING | st.fixed_dictionaries({}, optional={"url": ANYTHING}))
RESOURCES = ANYTHING | st.fixed_dictionaries(
    {},
    optional={
        "id": ANYTHING,
        "workItemId": ANYTHING,
        "url": ANYTHING,
        "revision": ANYTHING,
        "relations": ANYTHING | st.fixed_dictionaries({"added": RELATIONS}),
    },
)


@given(
    st.fixed_dictionaries(
        {"eventType": st.sampled_from(["workitem.updated", "workitem.created", "odd"]) | ANYTHING},
        optional={"publisherId": st.just("tfs"), "id": ANYTHING, "createdDate": ANYTHING, "resource": RESOURCES},
    )
)
def test_no_payload_breaks_the_reader(data):
    """Whatever stands where: a delivery with sound ids, or a refusal in words."""
    try:
        delivery = AzureDevOpsPlugin.read_delivery({}, json.dumps(data).encode())
    except DeliveryRefused:
        return
    assert all(each.isascii() and each.isprintable() for each in (delivery.event, delivery.id, *delivery.items))


@given(body=st.binary(), headers=st.dictionaries(st.text(), st.text()))
def test_no_bytes_break_the_reader(body, headers):
    """Nor does any header."""
    with pytest.raises(DeliveryRefused):
        AzureDevOpsPlugin.read_delivery(headers, body)
    with pytest.raises(DeliveryRefused):
        AzureDevOpsPlugin.check_sender(headers, body, "s3cret")
