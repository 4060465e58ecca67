"""Creations in batches: each is journalled when its turn comes."""

from __future__ import annotations

import json

import httpx
from reconciler_jira import JiraPlugin

from reconciler.sdk import Draft, Limiter, Ref, Session, SystemClock


class NotedGate:
    """Writes down which operations are journalled, between the requests."""

    def __init__(self) -> None:
        self.log: list[tuple[str, int]] = []

    def open(self, operations):
        self.log.append(("journal", len(operations)))


def test_batches_are_journalled_one_by_one_just_before_each_is_sent(jira, canned, marker_of):
    """Of 120 creations 50 are journalled and sent, then 50, then 20: what is not sent yet leaves no operation."""
    gate = NotedGate()

    def created(request):
        count = len(json.loads(request.content)["issueUpdates"])
        gate.log.append(("send", count))
        return 201, {"issues": [{"id": str(each), "key": f"INVEST-{each}"} for each in range(count)], "errors": []}

    jira.on("POST", "/issue/bulk", created)
    settings, clock = canned.config(), SystemClock()
    session = Session(
        settings.url,
        authorization=JiraPlugin.authorization(settings),
        clock=clock,
        gate=gate,
        limiter=Limiter(clock),
        transport=httpx.MockTransport(jira.handle),
    )
    drafts = [Draft(f"op{each}", Ref("101"), {"summary": "T"}, marker_of(f"op{each}")) for each in range(120)]
    assert len(list(JiraPlugin(settings, session).provider.create(drafts))) == 120
    session.close()
    sizes = (50, 50, 20)
    assert gate.log == [(what, size) for size in sizes for what in ("journal", "send")]
