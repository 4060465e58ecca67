"""Deliveries of service hooks: which events go to which subscription, in which shape, and how often (FACTS B11, F)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from reconciler.sandbox.deliveries import Outbox, Post, post
from reconciler.sdk import Clock
from reconciler_azure_devops_sandbox.identities import signature
from reconciler_azure_devops_sandbox.organisation import HOST_ID, project_named
from reconciler_azure_devops_sandbox.reading import FieldReader
from reconciler_azure_devops_sandbox.rendering import Rendering
from reconciler_azure_devops_sandbox.store import Event, Item, Store, moment

__all__ = ["EVENTS", "Hooks"]

EVENTS = ("workitem.created", "workitem.updated", "workitem.deleted", "workitem.restored", "workitem.commented")
_UPDATED = "workitem.updated"

_TRANSIENT = frozenset({0, 408, 502, 503, 504})
_GONE = 410
_TRIES = 9


class Hooks:
    """The subscriptions, and what is on its way to them."""

    def __init__(self, store: Store, reader: FieldReader, clock: Clock, send: Post = post) -> None:
        self._store = store
        self._reader = reader
        self._clock = clock
        self._send = send
        self._kept: dict[str, dict[str, Any]] = {}
        self._outbox = Outbox(self._deliver)
        store.extend("subscribed", self._subscribed)
        store.extend("unsubscribed", self._unsubscribed)

    def subscriptions(self) -> list[dict[str, Any]]:
        """All of them, in their stored form."""
        return list(self._kept.values())

    def keep(self, subscription: Mapping[str, Any], at: str) -> None:
        """Add or replace a subscription."""
        self._store.record({"event": "subscribed", "at": at, "subscription": dict(subscription)})

    def drop(self, identity: str, at: str) -> None:
        """Take a subscription away."""
        self._store.record({"event": "unsubscribed", "at": at, "id": identity})

    def tell(self, event: str, item: Item) -> None:
        """Put an event on its way to each subscription that it fits."""
        for each in self.subscriptions():
            if each["status"] == "enabled" and each["eventType"] == event and self._fits(each, item):
                self._outbox.put(each["id"], json.dumps(self._notification(each, event, item)).encode())

    def wait(self) -> None:
        """Return once all that was told is delivered or given up."""
        self._outbox.wait()

    def _subscribed(self, event: Event) -> None:
        self._kept[event["subscription"]["id"]] = event["subscription"]

    def _unsubscribed(self, event: Event) -> None:
        del self._kept[event["id"]]

    def _fits(self, subscription: Mapping[str, Any], item: Item) -> bool:
        wanted = {name: value for name, value in subscription["publisherInputs"].items() if value}
        project = project_named(wanted.get("projectId", ""))
        area = str(self._reader.value(item, item.now, "System.AreaPath")).casefold()
        below = wanted.get("areaPath", "").casefold()
        changed = wanted.get("changedFields")
        return (
            (project is None or project.id == item.project)
            and wanted.get("workItemType", item.type) == item.type
            and (not below or area == below or area.startswith(below + "\\"))
            and (
                not changed
                or changed in self._rendering(subscription).update(item, len(item.versions)).get("fields", {})
            )
        )

    def _rendering(self, subscription: Mapping[str, Any]) -> Rendering:
        return Rendering(self._store, self._reader, subscription["base"], subscription["base"], formats=False)

    def _notification(self, subscription: Mapping[str, Any], event: str, item: Item) -> dict[str, Any]:
        inputs = subscription["consumerInputs"]
        title = item.now.fields["System.Title"]
        text = f"{item.type} #{item.id} ({title}) {event.removeprefix('workitem.')} by {signature(item.now.by)}"
        message = {"text": text, "html": text, "markdown": text}
        asked = {"message": "messagesToSend", "detailedMessage": "detailedMessagesToSend"}
        shown: dict[str, Any] = {
            "subscriptionId": subscription["id"],
            "notificationId": len(item.versions),
            "id": str(uuid4()),
            "eventType": event,
            "publisherId": "tfs",
            "resourceVersion": subscription["resourceVersion"],
            "resourceContainers": {
                "collection": {"id": HOST_ID},
                "account": {"id": HOST_ID},
                "project": {"id": item.project},
            },
            "createdDate": moment(self._clock.now()),
        }
        for name, wanted in asked.items():
            kind = inputs.get(wanted) or "all"
            if kind != "none":
                shown[name] = message if kind == "all" else {kind: text}
        details = inputs.get("resourceDetailsToSend") or "all"
        if details != "none":
            resource = self._resource(subscription, event, item)
            kept = ("id", "workItemId", "url") if details == "minimal" else tuple(resource)
            shown["resource"] = {name: value for name, value in resource.items() if name in kept}
        return shown

    def _resource(self, subscription: Mapping[str, Any], event: str, item: Item) -> dict[str, Any]:
        """The item, people as texts; of an update the update, with the item as its `revision`."""
        rendering = self._rendering(subscription)
        whole = rendering.item(item, item.now)
        whole["fields"] = {name: _plain(value) for name, value in whole["fields"].items()}
        if event != _UPDATED:
            return whole
        update = rendering.update(item, len(item.versions))
        changes = update.get("fields", {})
        update["fields"] = {
            name: {side: _plain(value) for side, value in change.items()} for name, change in changes.items()
        }
        return {**update, "revision": {name: whole[name] for name in ("id", "rev", "fields", "url")}}

    def _deliver(self, identity: str, body: bytes) -> None:
        """Deliver one event: again after 1, 2, 4.. seconds while the listener is away, eight times at most.

        A listener that is gone disables its subscription, and one that refuses puts it on probation, for as long as
        the sandbox runs.
        """
        for tried in range(_TRIES):
            subscription = self._kept.get(identity)
            if subscription is None or subscription["status"] != "enabled":
                return
            if tried:
                self._clock.sleep(2 ** (tried - 1))
            status = self._send(subscription["consumerInputs"]["url"], _headers(subscription["consumerInputs"]), body)
            if 200 <= status < 300:
                return
            if status == _GONE or status not in _TRANSIENT:
                subscription["status"] = "disabledBySystem" if status == _GONE else "onProbation"
                return


def _headers(inputs: Mapping[str, str]) -> dict[str, str]:
    headers = {"content-type": "application/json; charset=utf-8"}
    for line in (inputs.get("httpHeaders") or "").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    if inputs.get("basicAuthUsername") or inputs.get("basicAuthPassword"):
        pair = f"{inputs.get('basicAuthUsername', '')}:{inputs.get('basicAuthPassword', '')}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers


def _plain(value: Any) -> Any:
    """People as texts, as version 1.0 of the events has them."""
    if isinstance(value, Mapping) and "uniqueName" in value:
        return f"{value['displayName']} <{value['uniqueName']}>"
    return value
