"""The Jira plugin's rarer requests, held against the vendor's OpenAPI file."""

from __future__ import annotations

from datetime import date, timedelta

import httpx
import pytest
from openapi_judge import api_dir, judge
from reconciler_jira import JiraPlugin

from reconciler.sandbox.serving import running
from reconciler.sdk import (
    Change,
    Credential,
    Draft,
    Limiter,
    Marker,
    OpenGate,
    Pending,
    PluginConfig,
    Ref,
    Session,
    SystemClock,
    Transition,
    marker_label,
)

DONE = Ref("10004", "Done")
DUE = {"duedate": date(2026, 12, 1)}


def test_what_settles_moves_and_removes_conforms() -> None:
    """Each request, and each answer of the sandbox to it."""
    folder = api_dir()
    if folder is None:
        pytest.skip("the vendor's OpenAPI files are absent: set VENDOR_API_DIR")
    with running() as sandbox:
        knobs = {"denied": [], "workflows": {"Task": [{"name": "Finish", "to": "Done", "required": ["duedate"]}]}}
        httpx.patch(f"{sandbox.url}/_sandbox/knobs", json=knobs).raise_for_status()
        clock = SystemClock()
        config = PluginConfig(
            "jira", str(sandbox.sites["jira"]), "INVEST", Credential("sandbox@example.com", "sandbox"),
            options={"marker": "field", "marker_field": "Sector"},
        )  # fmt: skip
        session = Session(
            config.url, authorization=JiraPlugin.authorization(config), clock=clock, gate=OpenGate(),
            limiter=Limiter(clock),
        )  # fmt: skip
        provider = JiraPlugin(config, session).provider
        provider.describe_site(("task",))
        marker = Marker(1, "ws", "deals", "acme", "deal", None, "made", False, False, {}, {})
        draft = Draft("made", Ref("10003"), {"summary": "Ours"}, marker)
        (made,) = provider.create([draft])
        assert made.item is not None
        close = Change("close", made.item, transition=Transition((DONE,), DUE, "any"), comment="Over")
        list(provider.preview([close], live=True))
        list(provider.update([close], quiet=True))
        assert provider.highest_key() == made.item.key
        list(provider.find_marked(marker_label("ws", "acme"), above=made.item.key))
        list(provider.children((made.item.id,)))
        until = clock.now() + timedelta(seconds=30)
        comment = Change("said", made.item, comment="Said")
        list(provider.update([comment], quiet=True))
        found = list(provider.settle([Pending(each, until, "") for each in (draft, close, comment)]))
        assert {each.asked: each.state for each in found} == {"made": "live", "close": "live", "said": "live"}
        (gone,) = provider.remove({"remove": made.item})
        assert gone.result == "done"
        exchanges = httpx.get(f"{sandbox.url}/_sandbox/requests?bodies=1").json()
        session.close()
    verdict = judge(exchanges, folder)
    assert verdict.problems == []
    asked = {each["operation"] for each in exchanges}
    assert asked >= {"readWorkflows", "getCommentsByIds", "getComments", "deleteIssue", "getTransitions", "getIssue"}
