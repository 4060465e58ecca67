"""What alerting tools send is read: old and new variants, with fields absent, null or of another type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from unit.alerts.payloads import (
    ALERT,
    AT,
    DATADOG,
    GRAFANA_RULE,
    OPSGENIE,
    PAGERDUTY_EVENT,
    PAGERDUTY_V1,
    PAGERDUTY_V2,
    PAGERDUTY_V3,
    one,
    read,
)

from reconciler.alerts import read_alerts
from reconciler.errors import UsageError


@pytest.mark.parametrize(
    ("payload", "severity"),
    [(PAGERDUTY_V3, "P1"), (PAGERDUTY_V2, "high"), (PAGERDUTY_V1, ""), (PAGERDUTY_EVENT, "critical")],
    ids=["webhook v3", "webhook v2", "webhook v1", "event"],
)
def test_pagerduty(payload: Any, severity: str) -> None:
    """Webhooks of three versions and events say the same of one incident."""
    assert read(payload).form == "PagerDuty"
    incident = one(payload)
    assert (incident.title, incident.dedupe_key) == ("A little bump in the road", "PGR0VU2")
    assert (incident.severity, incident.components) == (severity, ("Checkout",))
    assert incident.url == "https://acme.pagerduty.example/incidents/PGR0VU2"
    assert incident.at == AT
    assert not incident.resolved


@pytest.mark.parametrize(
    ("kind", "resolved", "ignored"),
    [
        ("incident.resolved", [True], ()),
        ("incident.reopened", [False], ()),
        ("incident.acknowledged", [], ("PagerDuty's incident.acknowledged",)),
        ("incident.annotated", [], ("PagerDuty's incident.annotated",)),
        ("service.updated", [], ("PagerDuty's service.updated",)),
        ("pagey.ping", [], ("PagerDuty's pagey.ping",)),
        (None, [], ("PagerDuty's message without a type",)),
    ],
)
def test_pagerdutys_other_events(kind: str | None, resolved: list[bool], ignored: tuple[str, ...]) -> None:
    """An incident begins, begins again and ends; what else is told of it is nothing to do."""
    found = read({"event": {**PAGERDUTY_V3["event"], "event_type": kind}})
    assert [each.resolved for each in found.incidents] == resolved
    assert found.ignored == ignored


def test_pagerdutys_details_are_logs() -> None:
    """The custom details of an event are shown as they are, and are labels where they are texts."""
    incident = one(PAGERDUTY_EVENT)
    assert incident.logs == '{\n  "free space": "1%"\n}'
    assert incident.labels == {"free space": "1%"}
    assert one({**PAGERDUTY_EVENT, "event_action": "resolve"}).resolved
    assert read({**PAGERDUTY_EVENT, "event_action": "acknowledge"}).ignored == ("PagerDuty's acknowledge",)


def test_opsgenie() -> None:
    """A webhook's alert: known by its alias, with milliseconds for a time."""
    incident = one(OPSGENIE)
    assert (incident.title, incident.dedupe_key, incident.severity) == ("Disk is full", "disk-db-1", "P2")
    assert incident.at == datetime.fromtimestamp(1795453200, UTC)
    assert (incident.components, incident.text) == (("database",), "1 % free")
    assert incident.labels == {"region": "eu", "tags": "disk, prod"}
    assert one({**OPSGENIE, "action": "Close"}).resolved
    assert read({**OPSGENIE, "action": "AddNote"}).ignored == ("Opsgenie's AddNote",)


def test_opsgenies_api() -> None:
    """An alert as its API takes it is one too."""
    found = read({"message": "Disk is full", "alias": "disk-db-1", "priority": "P1"})
    assert (found.form, found.incidents[0].severity) == ("Opsgenie", "P1")


def test_alertmanager() -> None:
    """Each alert of a group is an incident of its own, by its fingerprint; of those left out it is said."""
    other = {**ALERT, "fingerprint": "bc97ff14869b13e3", "status": "resolved"}
    payload = {
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "truncatedAlerts": 3,
        "status": "firing",
        "receiver": "team",
        "commonLabels": {"team": "blue"},
        "alerts": [ALERT, other],
    }
    found = read(payload)
    first, second = found.incidents
    assert found.form == "Alertmanager"
    (warned,) = found.warnings
    assert (warned.summary, "max_alerts" in warned.hint) == ("Alertmanager's message leaves out 3 alerts", True)
    assert read({**payload, "truncatedAlerts": 10}).warnings[0].summary.endswith("leaves out 10 alerts")
    assert read({**payload, "truncatedAlerts": 0}).warnings == ()
    assert (first.title, first.text, first.severity) == ("Disk is full", "1 % free", "warning")
    assert (first.dedupe_key, second.dedupe_key) == ("c6eadffa33fcdf37", "bc97ff14869b13e3")
    assert (first.resolved, second.resolved) == (False, True)
    assert first.at == AT.replace(microsecond=123456)
    assert first.components == ("database",)
    assert first.labels["team"] == "blue"


def test_alertmanager_without_fingerprints() -> None:
    """Older versions send none: then the labels tell alerts apart, and the API's list of alerts is read too."""
    bare = {key: value for key, value in ALERT.items() if key != "fingerprint"}
    there = one([bare])
    assert there.dedupe_key == one({"alerts": [bare]}).dedupe_key
    assert there.dedupe_key != one([{**bare, "labels": {**bare["labels"], "instance": "db-2"}}]).dedupe_key


def test_grafana() -> None:
    """Unified alerting has Alertmanager's shape and more; its values are shown, as a text or as a map."""
    alert = {**ALERT, "dashboardURL": "https://grafana.example/d/1", "panelURL": "", "values": {"B": 44.2, "C": 1}}
    found = read({"receiver": "hook", "status": "firing", "orgId": 1, "alerts": [alert], "title": "[FIRING:1]"})
    assert found.form == "Grafana"
    assert found.incidents[0].url == "https://grafana.example/d/1"
    assert found.incidents[0].logs == "B = 44.2\nC = 1"
    text = {**alert, "valueString": "[ value=14151 ]"}
    assert read({"orgId": 1, "alerts": [text]}).incidents[0].logs == "[ value=14151 ]"


def test_grafanas_older_alerts() -> None:
    """A dashboard's rule is known by organisation and rule; `ok` ends it, and what is neither is nothing to do."""
    rule = {**GRAFANA_RULE, "dashboardId": 1, "message": "It is high"}
    incident = one(rule)
    assert (incident.title, incident.dedupe_key, incident.severity) == ("Panel Title alert", "grafana-1-7", "high")
    assert incident.logs == "High value: 100"
    assert one({**rule, "state": "ok"}).resolved
    assert read({**rule, "state": "paused"}).ignored == ("Grafana's paused",)
    assert read({**rule, "state": None}).ignored == ("Grafana's rule without a state",)


def test_datadog_by_default() -> None:
    """The default payload says what changed in the title alone: the rest of it is what the incident is known by."""
    incident = one(DATADOG)
    assert (incident.title, incident.text) == ("Disk is full", "Disk is at 99 %")
    again = one({**DATADOG, "id": "7655", "title": "[Re-Triggered on {host:db-1}] Disk is full"})
    over = one({**DATADOG, "id": "7656", "title": "[Recovered on {host:db-1}] Disk is full"})
    elsewhere = one({**DATADOG, "title": "[Triggered on {host:db-2}] Disk is full"})
    assert incident.dedupe_key == again.dedupe_key == over.dedupe_key != elsewhere.dedupe_key
    assert (again.resolved, over.resolved) == (False, True)


def test_datadog_with_variables() -> None:
    """Variables that people add say more: the aggregation key, the priority, tags, the page."""
    incident = one(
        {
            **DATADOG,
            "aggreg_key": "9bd4ac31",
            "alert_transition": "Recovered",
            "alert_priority": "P1",
            "tags": "service:checkout,host:db-1,prod",
            "link": "https://datadog.example/1",
            "hostname": None,
        }
    )
    assert (incident.dedupe_key, incident.severity, incident.resolved) == ("9bd4ac31", "P1", True)
    assert incident.components == ("checkout", "db-1")
    assert incident.labels == {"service": "checkout", "host": "db-1"}
    assert one({**DATADOG, "alert_id": "12", "alert_scope": "host:a"}).dedupe_key == "12-host:a"


def test_our_own_form() -> None:
    """Title alone is enough; every other field is taken as it comes."""
    bare = one({"title": "Down"})
    assert (bare.dedupe_key, bare.at, bare.components, bare.resolved) == ("Down", None, (), False)
    full = one(
        {
            "title": "Down",
            "severity": 1,
            "timestamp": 1795453200,
            "logs": ["one", {"two": 2}],
            "components": "billing, checkout",
            "dedupe_key": "d",
            "url": "https://a.example",
            "labels": {"team": "blue", "n": None},
            "status": "resolved",
        }
    )
    assert (full.severity, full.logs) == ("1", 'one\n{"two": 2}')
    assert (full.components, full.labels, full.resolved) == (("billing", "checkout"), {"team": "blue"}, True)


def test_a_map_finds_the_fields_of_any_tool() -> None:
    """A dotted path leads through maps and lists; a field that is not mapped is taken by its own name."""
    payload = {"event": {"names": [{"text": "Down"}], "key": 7}, "severity": "high"}
    incident = one(payload, title="event.names.0.text", dedupe_key="event.key")
    assert (incident.title, incident.dedupe_key, incident.severity) == ("Down", "7", "high")
    with pytest.raises(UsageError, match=r"without a title: nothing stands at `event\.names\.1\.text`"):
        read(payload, title="event.names.1.text")
    with pytest.raises(UsageError, match="no field 'titel'") as caught:
        read(payload, titel="x")
    assert caught.value.hint == "did you mean 'title'?"


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[" * 100_000, b"nul"])
def test_what_is_no_json_is_said(data: bytes) -> None:
    """A payload that is no JSON is a mistake of the sender's, in words."""
    with pytest.raises(UsageError, match="no JSON"):
        read_alerts(data)


@pytest.mark.parametrize("data", [b"", b"\n"])
def test_an_empty_payload_is_said(data: bytes) -> None:
    """As where a pipe's first command failed."""
    with pytest.raises(UsageError, match="the payload is empty"):
        read_alerts(data)


@pytest.mark.parametrize("payload", [1, "x", None, [1], [{}], {}, {"name": "x"}, {"title": None}, {"title": "  "}])
def test_what_is_no_alert_is_said(payload: Any) -> None:
    """JSON that is no alert says how to map its fields."""
    with pytest.raises(UsageError) as caught:
        read(payload)
    assert "--map" in caught.value.hint


def test_texts_are_made_harmless() -> None:
    """Control characters, escapes and mentions are gone, a title is one short line, other URLs are left out."""
    incident = one({"title": "a\x1b[31m\nb" + "x" * 300, "text": "hi @<Ada> [~bob] @eve", "url": "javascript:alert(1)"})
    assert incident.title.startswith("a bxxx")
    assert len(incident.title) == 200
    assert incident.text == "hi @ <Ada> [ ~bob] @eve"
    assert incident.url == ""
    assert one({"title": "Down", "url": "https://x.example/a b"}).url == ""
    assert one({"title": "Down", "url": "https://x.example/a?b=<c>"}).url == ""
