"""An incident or alert, in the words that all alerting tools share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from reconciler.sdk.workitem import WorkItem, WorkItemPriority

__all__ = ["SEVERITIES", "Incident", "incident_label", "with_incident"]

SEVERITIES: Final[Mapping[str, WorkItemPriority]] = {
    word: priority
    for priority, words in (
        (
            WorkItemPriority.CRITICAL,
            "critical fatal disaster emergency page sev0 sev1 sev-0 sev-1 p0 p1 1 highest",
        ),
        (WorkItemPriority.HIGH, "high error major alert sev2 sev-2 p2 2"),
        (WorkItemPriority.MEDIUM, "medium warning warn average minor moderate sev3 sev-3 p3 3 normal"),
        (WorkItemPriority.LOW, "low info information informational notice sev4 sev5 sev-4 sev-5 p4 p5 4 5 lowest"),
    )
    for word in words.split()
}
"""What severities usually mean, by small letters."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that a monitoring tool, or a person, reports.

    Attributes:
        title: on one line, never empty.
        dedupe_key: equal for all reports of one incident; never empty.
        severity: as the tool says it; empty where it says nothing.
        at: when it happened; `None` where that is not said.
        text: what the tool says about it, in Markdown or plain.
        logs: lines of a log, as they are.
        components: what is hit, the most important first.
        url: its page in the tool.
        source: the tool, or what it watches.
        labels: what else it says, by name.
        resolved: it is over.
    """

    title: str
    dedupe_key: str
    severity: str = ""
    at: datetime | None = None
    text: str = ""
    logs: str = ""
    components: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    resolved: bool = False


def incident_label(incident: Incident) -> str:
    """The label by which the item of an incident is found: `incident-` and 12 hex of SHA-256 over its key."""
    key = incident.dedupe_key.encode("utf-8", "surrogatepass")
    return f"incident-{hashlib.sha256(key).hexdigest()[:12]}"


def with_incident(template: WorkItem, incident: Incident) -> WorkItem:
    """A template, with what it leaves empty filled by an incident, and with the incident's label."""
    described = "\n\n".join(each for each in (incident.text, incident.url) if each)
    return replace(
        template,
        title=template.title or incident.title,
        description=template.description or described or None,
        priority=template.priority or SEVERITIES.get(incident.severity.casefold()),
        labels=(*template.labels, incident_label(incident)),
    )
