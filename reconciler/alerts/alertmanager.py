"""Prometheus' Alertmanager, and Grafana's unified alerting, which sends the same shape with more in it.

A message is about a group of alerts. Each of them is an incident of its own, by its fingerprint: groups come apart and
grow together, fingerprints stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from reconciler.alerts.picking import Json, at, first, listed, mapped, text, texts, words
from reconciler.sdk import Incident

__all__ = ["is_grafana", "is_message", "read_message"]

_COMPONENTS = ("component", "service", "job", "app", "application")


def is_message(root: Json) -> bool:
    """Whether it is a message of either."""
    alerts = listed(root.get("alerts"))
    return any(isinstance(each, dict) and ("labels" in each or "annotations" in each) for each in alerts)


def is_grafana(root: Json) -> bool:
    """Whether it is one of Grafana's."""
    return is_message(root) and "orgId" in root


def read_message(root: Json) -> Iterator[Incident | str]:
    """The incidents of a message: one for each alert, and word of those that it leaves out."""
    for each in listed(root.get("alerts")):
        if isinstance(each, dict):
            yield _incident(each, root)
    if left_out := text(root.get("truncatedAlerts")).strip("0"):
        yield f"{left_out} alerts that the message leaves out"


def _incident(alert: Json, root: Json) -> Incident:
    labels = words(root.get("commonLabels")) | words(alert.get("labels"))
    notes = words(root.get("commonAnnotations")) | words(alert.get("annotations"))
    name = labels.get("alertname", "")
    return Incident(
        title=first(
            notes.get("summary"), notes.get("title"), notes.get("message"), name, root.get("title"), "An alert"
        ),
        dedupe_key=first(alert.get("fingerprint")) or _fingerprint(labels),
        severity=first(labels.get("severity"), labels.get("priority"), labels.get("level")),
        at=at(alert.get("startsAt")),
        text=first(notes.get("description"), notes.get("message")),
        logs=first(alert.get("valueString")) or _lines(alert.get("values")),
        components=texts([labels.get(each) for each in _COMPONENTS]),
        url=first(
            alert.get("panelURL"),
            alert.get("dashboardURL"),
            alert.get("generatorURL"),
            notes.get("runbook_url"),
            root.get("externalURL"),
        ),
        source=first(root.get("receiver"), "Grafana" if "orgId" in root else "Alertmanager"),
        labels={**mapped(notes), **labels},
        resolved=first(alert.get("status"), root.get("status")).casefold() == "resolved",
    )


def _lines(values: object) -> str:
    return "\n".join(f"{name} = {value}" for name, value in words(values).items())


def _fingerprint(labels: Json) -> str:
    """What older versions, which send none, would be known by: their labels."""
    return hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16]
