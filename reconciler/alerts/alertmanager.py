"""Prometheus' Alertmanager, and Grafana's unified alerting, which sends the same shape with more in it.

A message is about a group of alerts. Each of them is an incident of its own, by its fingerprint: groups come apart and
grow together, fingerprints stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from reconciler.alerts.alert import Alert, Told, passed_over
from reconciler.alerts.picking import Json, first, listed, mapped, text, texts, words
from reconciler.diagnostics import warning

__all__ = ["is_grafana", "is_message", "read_message"]

_COMPONENTS = ("component", "service", "job", "app", "application")
_MARKS = frozenset({"labels", "annotations", "fingerprint", "startsAt"})
_AROUND = frozenset({"groupKey", "groupLabels", "commonLabels", "receiver", "externalURL"})
_LEFT_OUT = {
    "Alertmanager": "raise `max_alerts` of the receiver's webhook",
    "Grafana": "raise `Max Alerts` of the contact point",
}


def is_message(root: Json) -> bool:
    """Whether it is a message of either: alerts of theirs, or what stands around them."""
    if any(_MARKS & mapped(each).keys() for each in listed(root.get("alerts"))):
        return True
    bare = not root.get("alerts") and not text(root.get("title"))
    return "alerts" in root and (bare or bool(_AROUND & root.keys()))


def is_grafana(root: Json) -> bool:
    """Whether it is one of Grafana's."""
    return is_message(root) and "orgId" in root


def read_message(root: Json) -> Iterator[Told]:
    """The incidents of a message: one for each alert, and word of those that it leaves out."""
    tool = "Grafana" if "orgId" in root else "Alertmanager"
    alerts = listed(root.get("alerts"))
    if not alerts:
        yield f"{tool}'s message without an alert"
    for each in alerts:
        if isinstance(each, dict):
            yield _alert(each, root, tool)
        else:
            yield passed_over(f"an alert of {tool}'s", "it is no JSON object")
    left_out = text(root.get("truncatedAlerts"))
    if left_out not in ("", "0"):
        yield warning("passed_over", f"{tool}'s message leaves out {left_out} alerts", hint=_LEFT_OUT[tool])


def _alert(alert: Json, root: Json, tool: str) -> Alert:
    own = words(alert.get("labels"))
    labels = words(root.get("commonLabels")) | own
    alone = len(listed(root.get("alerts"))) == 1
    notes = words(root.get("commonAnnotations")) | words(alert.get("annotations"))
    return Alert(
        titles={
            "annotations.summary": notes.get("summary"),
            "annotations.title": notes.get("title"),
            "annotations.message": notes.get("message"),
            "labels.alertname": labels.get("alertname"),
            "title": root.get("title"),
            "": "An alert",
        },
        keys={"fingerprint": alert.get("fingerprint"), "labels": _fingerprint(labels) if own or alone else ""},
        times={"startsAt": alert.get("startsAt")},
        pages={each: alert.get(each) for each in ("panelURL", "dashboardURL", "generatorURL")}
        | {"annotations.runbook_url": notes.get("runbook_url"), "externalURL": root.get("externalURL")},
        severity=first(labels.get("severity"), labels.get("priority"), labels.get("level")),
        text=first(notes.get("description"), notes.get("message")),
        logs=first(alert.get("valueString")) or _lines(alert.get("values")),
        components=texts([labels.get(each) for each in _COMPONENTS]),
        source=first(root.get("receiver"), tool),
        labels={**notes, **labels},
        resolved=first(alert.get("status"), root.get("status")).casefold() == "resolved",
    )


def _lines(values: object) -> str:
    return "\n".join(f"{name} = {value}" for name, value in words(values).items())


def _fingerprint(labels: Json) -> str:
    """What alerts of older versions, which send none, are known by: their labels. Empty where there are none."""
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16] if labels else ""
