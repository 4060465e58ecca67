"""Which tool a payload is from, and what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from reconciler.alerts import alertmanager, datadog, generic, grafana, opsgenie, pagerduty
from reconciler.alerts.alert import Told, Unnamed, incident_of
from reconciler.alerts.generic import FIELDS
from reconciler.alerts.picking import Json
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import UsageError
from reconciler.sdk import Incident
from reconciler.sdk.names import nearest

__all__ = ["FIELDS", "MOST_BYTES", "Alerts", "read_alerts"]

MOST_BYTES: Final = 32_000_000
"""The largest payload, in bytes."""

_DIGITS: Final = 300
_MAPS: Final = "--map title=event.name --map dedupe_key=event.id"

_Reader: TypeAlias = Callable[[Json], Iterator[Told]]

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
        warnings: what of it could not be read, and what is passed over.
    """

    form: str
    incidents: tuple[Incident, ...]
    ignored: tuple[str, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def read_alerts(data: bytes, paths: Mapping[str, str] | None = None) -> Alerts:
    """Read a payload.

    Args:
        data: JSON, in UTF-8.
        paths: where the fields of an incident stand, by field a dotted path; without any the tool is recognised.

    Raises:
        UsageError: it is no JSON, or nothing that can be told to be an alert; none of its alerts has a title and what
            tells it from others; an incident has no such field.
    """
    for field in paths or ():
        if field not in FIELDS:
            close = nearest(field, FIELDS)
            hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(FIELDS)}"
            raise UsageError(f"an incident has no field {field!r}", hint=hint)
    root = _parsed(data)
    if paths:
        return _alerts("mapped", generic.read_mapped(root, paths))
    if isinstance(root, list):  # what Alertmanager's own API takes
        root = {"alerts": root}
    if isinstance(root, dict):
        for form, knows, read in _TOOLS:
            if knows(root):
                return _alerts(form, read(root))
    raise UsageError(
        "this payload is of no tool that is known, and has no `title`",
        hint=f"say where its fields stand: {_MAPS}",
    )


def _parsed(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise UsageError(f"the payload has more than {MOST_BYTES // 1_000_000} MB", hint="send fewer logs")
    if not data.strip():
        raise UsageError("the payload is empty", hint="look at what writes it: it has to be JSON")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_int=_number)
    except (ValueError, RecursionError) as problem:
        raise UsageError("the payload is no JSON", detail=str(problem)) from problem


def _number(digits: str) -> int | str:
    """A whole number; one that is longer than any number is meant to be stays a text."""
    return int(digits) if len(digits) <= _DIGITS else digits


def _alerts(form: str, told: Iterator[Told]) -> Alerts:
    incidents: dict[str, Incident] = {}
    ignored: list[str] = []
    warnings: list[Diagnostic] = []
    unnamed: list[str] = []
    for each in told:
        if isinstance(each, str):
            ignored.append(each)
        elif isinstance(each, Diagnostic):
            warnings.append(each)
        else:
            try:
                incident, found = incident_of(each, form)
            except Unnamed as problem:
                unnamed.append(str(problem))
            else:
                incidents[incident.dedupe_key] = incident
                warnings += found
    hint = f"look at what the tool is set up to send, or say where its fields stand: {_MAPS}"
    if unnamed and not incidents:
        raise UsageError(unnamed[0], hint=hint)
    warnings += (warning("passed_over", each, hint=hint) for each in unnamed)
    return Alerts(form, tuple(incidents.values()), tuple(ignored), tuple(warnings))
