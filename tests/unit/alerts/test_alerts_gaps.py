"""Alerts with gaps: what is absent, null or can't be read is said, and nothing that can't be told apart becomes one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.alerts.payloads import (
    ALERT,
    AT,
    DATADOG,
    GRAFANA,
    GRAFANA_RULE,
    OPSGENIE,
    PAGERDUTY_EVENT,
    PAGERDUTY_V1,
    PAGERDUTY_V2,
    PAGERDUTY_V3,
    one,
    read,
)

from reconciler.alerts import Alerts, instance_key, read_alerts
from reconciler.errors import UsageError


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (
            {"event": {**PAGERDUTY_V3["event"], "data": None}},
            "PagerDuty's incident.triggered is passed over: its `data`",
        ),
        (
            {"messages": [{"event": "incident.trigger", "incident": None}]},
            "PagerDuty's incident.trigger is passed over: its `incident`",
        ),
        ({**OPSGENIE, "alert": None}, "Opsgenie's Create is passed over: its `alert`"),
        ({"receiver": "team", "alerts": [None]}, "an alert of Alertmanager's is passed over: it is no JSON object"),
    ],
    ids=["PagerDuty v3", "PagerDuty v2", "Opsgenie", "Alertmanager"],
)
def test_an_event_that_tells_of_nothing_is_passed_over(payload: Any, said: str) -> None:
    """An event without what it is about makes no item, and a warning says which it was and why."""
    found = read(payload)
    (warned,) = found.warnings
    assert (found.incidents, found.ignored) == ((), ())
    assert warned.summary.startswith(said)


@pytest.mark.parametrize(
    ("payload", "places"),
    [
        ({"event": {"event_type": "incident.triggered", "data": {"title": "Down"}}}, "`id`, `incident_key`, `number`"),
        ({"event": {"event_type": "incident.triggered", "data": {"id": "P1"}}}, "`title`, `summary`, `description`"),
        ({"event_action": "trigger", "payload": {"summary": None}}, "`payload.summary` or `dedup_key`"),
        ({"action": "Create", "alert": {"alias": None, "message": "Disk"}}, "`alias`, `alertId`, `id` or `tinyId`"),
        ({"receiver": "team", "alerts": [{"status": "firing"}]}, "`fingerprint` or `labels`"),
        ({"ruleName": None, "state": "alerting"}, "`ruleName`, `title` or `ruleId`"),
        ({"title": None, "event_type": "e", "last_updated": 1}, "`aggreg_key`, `aggregation_key`, `alert_id`"),
    ],
    ids=["PagerDuty's key", "PagerDuty's title", "an event", "Opsgenie", "Alertmanager", "Grafana", "Datadog"],
)
def test_what_can_not_be_named_is_refused(payload: Any, places: str) -> None:
    """An alert without a title, or without anything to tell it from others, is refused with the fields looked at."""
    with pytest.raises(UsageError) as caught:
        read(payload)
    assert places in caught.value.summary


def test_alerts_without_labels_are_not_taken_for_one() -> None:
    """Beside an alert that can be told from others, those that can't make no item, and each is said."""
    found = read({"receiver": "team", "alerts": [ALERT, {"annotations": {"summary": "Down"}}, {"labels": {}}]})
    assert [each.title for each in found.incidents] == ["Disk is full"]
    assert ["without anything to tell it from others" in each.summary for each in found.warnings] == [True, True]


def test_what_a_group_shares_tells_none_of_its_alerts_apart() -> None:
    """Common labels name the only alert of a message, and none of several that have no labels of their own."""
    group = {"receiver": "team", "commonLabels": {"alertname": "DiskFull"}}
    assert one({**group, "alerts": [{"status": "firing", "labels": None}]}).title == "DiskFull"
    with pytest.raises(UsageError, match="`fingerprint` or `labels`"):
        read({**group, "alerts": [{"status": "firing"}, {"status": "firing"}]})


@pytest.mark.parametrize("payload", [[], {"alerts": []}, {"alerts": None, "receiver": "team", "title": "[FIRING:0]"}])
def test_a_message_without_alerts_is_nothing_to_do(payload: Any) -> None:
    """Alertmanager's list may be empty, and that is no mistake."""
    assert read(payload) == Alerts("Alertmanager", (), ("Alertmanager's message without an alert",))


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"title": "Down", "timestamp": "yesterday"}, "the time of 'Down' can't be read: `timestamp` is 'yesterday'"),
        ({"title": "Down", "timestamp": 20261123}, "the time of 'Down' can't be read: `timestamp` is '20261123'"),
        ({"title": "Down", "timestamp": {"at": 1}}, "the time of 'Down' can't be read: `timestamp` is \"{'at': 1}\""),
        ({"title": "Down", "timestamp": 1e99}, "the time of 'Down' can't be read: `timestamp` is '1e+99'"),
        ({"title": "Down", "timestamp": "9999-12-31T23:59:59-23:00"}, "`timestamp` is '9999-12-31T23:59:59-23:00'"),
        ({"title": "Down", "url": "wiki/Down"}, "the page of 'Down' can't be read: `url` is 'wiki/Down'"),
        ({"title": "Down", "url": "https://a.example/" + "b c" * 40}, "`url` is 'https://a.example/b cb cb cb c"),
        ({"title": "Down", "severity": {"name": "high"}}, "the severity of an alert is left out: `severity` is a map"),
        ({"title": "Down", "dedupe_key": ["a"]}, "the dedupe key of an alert is left out: `dedupe_key` is a list"),
    ],
)
def test_what_can_not_be_read_is_said(payload: Any, said: str) -> None:
    """A time, a page or a text that can't be read costs the item that field, and a warning names it."""
    found = read(payload)
    (warned,) = found.warnings
    assert said in warned.summary
    assert (found.incidents[0].at, found.incidents[0].url, found.incidents[0].severity) == (None, "", "")


def test_another_place_stands_in_for_what_can_not_be_read() -> None:
    """Where a field that means the same can be read, nothing is missing, and nothing is said."""
    event = PAGERDUTY_V3["event"]
    found = read({"event": {**event, "data": {**event["data"], "created_at": "soon", "html_url": "/incidents/1"}}})
    assert found.warnings == ()
    assert found.incidents[0].at == AT.replace(minute=5)
    assert found.incidents[0].url == "https://api.pagerduty.example/incidents/PGR0VU2"


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", 0, "0", "", None, "null"])
def test_no_time_is_no_mistake(never: Any) -> None:
    """What tools write for "never" is no time, and nothing is said of it."""
    found = read({"title": "Down", "timestamp": never})
    assert (found.incidents[0].at, found.warnings) == (None, ())


def test_a_number_may_have_any_length() -> None:
    """A whole number that is longer than any that means something is a text."""
    digits = "7" * 10_000
    (incident,) = read_alerts(f'{{"title": "Down", "dedupe_key": {digits}}}'.encode()).incidents
    assert incident.dedupe_key == digits


def test_a_payload_has_an_end() -> None:
    """More than 32 MB are no alert."""
    with pytest.raises(UsageError, match="more than 32 MB"):
        read_alerts(b" " * 32_000_001)


def test_a_key_that_the_map_does_not_find_is_said() -> None:
    """An incident whose mapped key is not there is known by its title, and a warning says so."""
    found = read({"title": "Down", "event": {}}, dedupe_key="event.id")
    assert found.incidents[0].dedupe_key == "Down"
    (warned,) = found.warnings
    assert warned.summary == "'Down' is known by its title: the map finds no key at `event.id`"


def test_an_end_may_be_said_by_yes() -> None:
    """A map may find the end of an incident in a field that is true."""
    assert one({"title": "Down", "over": True}, status="over").resolved
    assert not one({"title": "Down", "over": False}, status="over").resolved


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_SHAPES: list[Any] = [
    PAGERDUTY_V3,
    PAGERDUTY_V2,
    PAGERDUTY_V1,
    PAGERDUTY_EVENT,
    OPSGENIE,
    OPSGENIE["alert"],
    {"receiver": "team", "status": "firing", "alerts": [ALERT, {**ALERT, "fingerprint": "b"}]},
    [ALERT],
    GRAFANA,
    GRAFANA_RULE,
    DATADOG,
    {
        **DATADOG,
        "aggreg_key": "9bd4",
        "alert_transition": "Triggered",
        "tags": "service:a",
        "link": "https://a.example",
    },
]


@st.composite
def thinned(draw: st.DrawFn) -> Any:
    """A payload of which any of the fields are taken away or null."""

    def thin(value: Any) -> Any:
        if isinstance(value, list):
            return [thin(each) for each in value]
        if not isinstance(value, dict):
            return value
        fates = {key: draw(st.sampled_from(("kept", "kept", "null", "gone"))) for key in value}
        return {
            key: thin(each) if fates[key] == "kept" else None for key, each in value.items() if fates[key] != "gone"
        }

    return thin(draw(st.sampled_from(_SHAPES)))


@given(thinned())
def test_absent_and_null_fields_are_read_or_named(payload: Any) -> None:
    """Whichever fields a tool leaves out or null, there is an item, a word of what is nothing to do, or a refusal.

    A refusal names the fields that are wanting, and alerts that nothing tells apart never become one item.
    """
    try:
        found = read(payload)
    except UsageError as problem:
        named = "`" in problem.summary
    else:
        named = bool(found.incidents or found.ignored or found.warnings)
        assert all(each.dedupe_key != "An alert" for each in found.incidents)
    assert named


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A payload with one value somewhere replaced by anything, or taken away."""
    payload = json.loads(json.dumps(draw(st.sampled_from(_SHAPES))))
    place = payload
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if isinstance(inner, (dict, list)) and inner and draw(st.booleans()):
            place = inner
            continue
        if draw(st.booleans()):
            place[key] = draw(_JSON)
        else:
            del place[key]
        return payload


@given(damaged() | _JSON)
def test_no_payload_breaks_the_reader(payload: Any) -> None:
    """Whatever is in a payload, it is read or refused in words; every incident has a title and a key."""
    try:
        found = read(payload)
    except UsageError:
        return
    assert found.incidents or found.ignored or found.warnings
    for each in found.incidents:
        assert each.title
        assert "\n" not in each.title
        assert instance_key(each.dedupe_key)
