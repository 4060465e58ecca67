"""Which tool a payload is from, and what it reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from reconciler.alerts import alertmanager, datadog, generic, grafana, opsgenie, pagerduty
from reconciler.alerts.generic import FIELDS
from reconciler.alerts.picking import Json
from reconciler.alerts.texts import defused
from reconciler.errors import UsageError
from reconciler.sdk import Incident
from reconciler.sdk.names import nearest

__all__ = ["FIELDS", "MOST_BYTES", "Alerts", "read_alerts"]

MOST_BYTES: Final = 32_000_000
"""The largest payload, in bytes."""

_TITLE: Final = 200
_URL: Final = re.compile(r"https?://[^\s<>\"\x00-\x1f]+")

_Reader: TypeAlias = Callable[[Json], Iterator[Incident | str]]

_TOOLS: Final[tuple[tuple[str, Callable[[Json], bool], _Reader], ...]] = (
    ("PagerDuty", pagerduty.is_webhook, pagerduty.read_webhook),
    ("PagerDuty", pagerduty.is_old_webhook, pagerduty.read_old_webhook),
    ("PagerDuty", pagerduty.is_event, pagerduty.read_event),
    ("Opsgenie", opsgenie.is_webhook, opsgenie.read_webhook),
    ("Grafana", grafana.is_rule, grafana.read_rule),
    ("Grafana", alertmanager.is_grafana, alertmanager.read_message),
    ("Alertmanager", alertmanager.is_message, alertmanager.read_message),
    ("Opsgenie", opsgenie.is_alert, opsgenie.read_alert),
    ("Datadog", datadog.is_event, datadog.read_event),
    ("generic", generic.is_ours, generic.read_ours),
)
"""The first that knows a payload reads it."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a payload reports.

    Attributes:
        form: whose payload it is: PagerDuty, Opsgenie, Alertmanager, Grafana, Datadog, generic or mapped.
        incidents: each once, in its order.
        ignored: what is in it that neither raises an incident nor ends one, in words.
    """

    form: str
    incidents: tuple[Incident, ...]
    ignored: tuple[str, ...] = ()


def read_alerts(data: bytes, paths: Mapping[str, str] | None = None) -> Alerts:
    """Read a payload.

    Args:
        data: JSON, in UTF-8.
        paths: where the fields of an incident stand, by field a dotted path; without any the tool is recognised.

    Raises:
        UsageError: it is no JSON, or nothing that can be told to be an alert; an incident has no such field.
    """
    for field in paths or ():
        if field not in FIELDS:
            close = nearest(field, FIELDS)
            hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(FIELDS)}"
            raise UsageError(f"an incident has no field {field!r}", hint=hint)
    root = _parsed(data)
    if paths:
        return _alerts("mapped", generic.read_mapped(root, paths), "the map finds no title in the payload")
    if isinstance(root, list):  # what Alertmanager's own API takes
        root = {"alerts": root}
    if isinstance(root, dict):
        for form, knows, read in _TOOLS:
            if knows(root):
                return _alerts(form, read(root), f"{form}'s payload names no incident")
    raise UsageError(
        "this payload is of no tool that is known, and has no `title`",
        hint="say where its fields stand: --map title=event.name --map dedupe_key=event.id",
    )


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise UsageError(f"the payload has more than {MOST_BYTES // 1_000_000} MB", hint="send fewer logs")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise UsageError("the payload is no JSON", detail=str(problem)) from problem


def _alerts(form: str, found: Iterator[Incident | str], nothing: str) -> Alerts:
    everything = list(found)
    incidents = {each.dedupe_key: _tidied(each) for each in everything if isinstance(each, Incident) and _usable(each)}
    ignored = tuple(each for each in everything if isinstance(each, str))
    if not incidents and not ignored:
        raise UsageError(nothing, hint="say where its fields stand: --map title=event.name")
    return Alerts(form, tuple(incidents.values()), ignored)


def _usable(incident: Incident) -> bool:
    return bool(incident.title and incident.dedupe_key)


def _tidied(incident: Incident) -> Incident:
    """With its texts defused, and a title of one line."""
    title = " ".join(defused(incident.title).split())
    if len(title) > _TITLE:
        title = title[: _TITLE - 1] + "…"
    return replace(
        incident,
        title=title or "An alert",
        severity=defused(incident.severity),
        text=defused(incident.text),
        components=tuple(map(defused, incident.components)),
        url=incident.url if _URL.fullmatch(incident.url) else "",
        source=defused(incident.source),
        labels={defused(key): defused(value) for key, value in incident.labels.items()},
    )
