"""Deliveries of webhooks: which events go to which of them, signed, and how often (FACTS A16)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from reconciler.sandbox.deliveries import Outbox, Post, post
from reconciler.sdk import Clock
from reconciler_jira_sandbox.events import Told, told_of
from reconciler_jira_sandbox.jql import Query, parse
from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.rendering import Rendering
from reconciler_jira_sandbox.store import Event, Store

__all__ = ["Webhooks"]

_AGAIN = frozenset({0, 408, 409, 425, 429})
_TRIES, _PAUSE = 6, 300.0


class Webhooks:
    """The webhooks, and what is on its way to them."""

    def __init__(self, store: Store, knobs: Knobs, clock: Clock, send: Post = post) -> None:
        self._store = store
        self._knobs = knobs
        self._clock = clock
        self._send = send
        self._kept: dict[str, dict[str, Any]] = {}
        self._outbox = Outbox(self._deliver)
        store.extend("webhook_saved", self._saved)
        store.extend("webhook_dropped", self._dropped)
        store.listen(self._hear)

    def webhooks(self) -> list[dict[str, Any]]:
        """All of them, in their stored form."""
        return list(self._kept.values())

    def wait(self) -> None:
        """Return once all that was told is delivered or given up."""
        self._outbox.wait()

    def _saved(self, event: Event) -> None:
        self._kept[event["webhook"]["id"]] = event["webhook"]

    def _dropped(self, event: Event) -> None:
        del self._kept[event["webhook"]]

    def _hear(self, event: Event) -> Callable[[], None]:
        """Look at what is about to happen; what comes back tells of it once it has happened.

        A filter is held against the issue as it is then, and against one that is deleted as it was.
        """
        going = []
        for each in self.webhooks():
            told = told_of(event, self._store, Rendering(self._store, each["base"])) if each["enabled"] else None
            if told and told.name in each["events"] and (not told.last or self._fits(each, told)):
                going.append((each, told))

        def tell() -> None:
            for webhook, told in going:
                if told.last or self._fits(webhook, told):
                    self._queue(webhook["id"], told)

        return tell

    def check(self, jql: str) -> Query:
        """Read a filter.

        Raises:
            Refusal: 400: it is no JQL, or names what there is not.
        """
        fold = self._knobs["jql_label_case"] == "insensitive"
        return parse(jql, self._store, self._clock.now(), fold_labels=fold)

    def _fits(self, webhook: Mapping[str, Any], told: Told) -> bool:
        """The filter holds for events of issues alone; one that names what there is no more finds nothing."""
        if told.issue is None or not webhook["jql"]:
            return True
        try:
            return self.check(webhook["jql"]).test(told.issue, told.issue.values)
        except Refusal:
            return False

    def _queue(self, webhook: str, told: Told) -> None:
        payload = dict(told.payload())
        if "comment" in payload and self._knobs["comment_webhooks"] == "alone":
            del payload["issue"]
        self._outbox.put(webhook, json.dumps(payload, ensure_ascii=False).encode(errors="replace"))

    def _deliver(self, identity: str, body: bytes) -> None:
        """Deliver one event: again five times at most, with the same identifier, while the listener is away."""
        delivery = str(uuid4())
        for tried in range(_TRIES):
            webhook = self._kept.get(identity)
            if webhook is None or not webhook["enabled"]:
                return
            if tried:
                self._clock.sleep(_PAUSE)
            headers = {
                "content-type": "application/json; charset=UTF-8",
                "user-agent": "Atlassian Webhook HTTP Client",
                "x-atlassian-webhook-identifier": delivery,
                "x-atlassian-webhook-flow": "Primary",
            }
            if tried:
                headers["x-atlassian-webhook-retry"] = str(tried)
            if webhook["secret"]:
                signature = hmac.new(webhook["secret"].encode(), body, hashlib.sha256).hexdigest()
                headers["x-hub-signature"] = f"sha256={signature}"
            status = self._send(webhook["url"], headers, body)
            if status not in _AGAIN and status < 500:
                return
