"""PagerDuty: webhooks of version 3, of the older versions 2 and 1, and events of the Events API v2."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reconciler.alerts.picking import Json, at, first, listed, mapped, text, texts, words
from reconciler.sdk import Incident

__all__ = ["is_event", "is_old_webhook", "is_webhook", "read_event", "read_old_webhook", "read_webhook"]

_RAISED = frozenset({"triggered", "trigger", "reopened"})
_OVER = frozenset({"resolved", "resolve"})


def is_webhook(root: Json) -> bool:
    """Whether it is a webhook of version 3."""
    return "event_type" in mapped(root.get("event"))


def read_webhook(root: Json) -> Iterator[Incident | str]:
    """The incident of a webhook of version 3."""
    event = mapped(root.get("event"))
    kind = text(event.get("event_type"))
    yield from _told(kind, mapped(event.get("data")), event.get("occurred_at"))


def is_old_webhook(root: Json) -> bool:
    """Whether it is a webhook of version 2 or 1."""
    return any("incident" in mapped(each) or "incident" in mapped(mapped(each).get("data")) for each in _messages(root))


def read_old_webhook(root: Json) -> Iterator[Incident | str]:
    """The incidents of a webhook of version 2 or 1."""
    for each in map(mapped, _messages(root)):
        incident = mapped(each.get("incident")) or mapped(mapped(each.get("data")).get("incident"))
        yield from _told(first(each.get("event"), each.get("type")), incident, each.get("created_on"))


def is_event(root: Json) -> bool:
    """Whether it is an event as the Events API v2 takes it."""
    return "event_action" in root and ("payload" in root or "dedup_key" in root)


def read_event(root: Json) -> Iterator[Incident | str]:
    """The incident of an event."""
    action, payload = text(root.get("event_action")).casefold(), mapped(root.get("payload"))
    if action not in _RAISED | _OVER:
        yield f"PagerDuty's {action or 'event without an action'}"
        return
    links = [text(mapped(each).get("href")) for each in listed(root.get("links"))]
    title = first(payload.get("summary"), root.get("dedup_key"))
    details = payload.get("custom_details")
    logs = json.dumps(details, indent=2, ensure_ascii=False) if isinstance(details, (dict, list)) else text(details)
    yield Incident(
        title=title,
        dedupe_key=first(root.get("dedup_key"), title),
        severity=text(payload.get("severity")),
        at=at(payload.get("timestamp")),
        logs=logs if details else "",
        components=texts([payload.get("component"), payload.get("group")]),
        url=first(root.get("client_url"), *links),
        source=first(payload.get("source"), root.get("client")),
        labels=words(details) | words({"class": payload.get("class")}),
        resolved=action in _OVER,
    )


def _messages(root: Json) -> list[object]:
    return listed(root.get("messages"))


def _told(kind: str, incident: Json, when: object) -> Iterator[Incident | str]:
    what, _, change = kind.rpartition(".")
    if what != "incident" or change not in _RAISED | _OVER or not incident:
        yield f"PagerDuty's {kind or 'message without a type'}"
        return
    service = mapped(incident.get("service"))
    urgency, priority = first(incident.get("urgency")), mapped(incident.get("priority"))
    number = first(incident.get("number"), incident.get("incident_number"))
    subject = mapped(incident.get("trigger_summary_data")).get("subject")
    yield Incident(
        title=first(incident.get("title"), incident.get("summary"), incident.get("description"), subject, number),
        dedupe_key=first(incident.get("id"), incident.get("incident_key"), number),
        severity=first(priority.get("summary"), priority.get("name"), urgency),
        at=at(first(incident.get("created_at"), incident.get("created_on"), when)),
        text=text(mapped(incident.get("body")).get("details")),
        components=texts([first(service.get("summary"), service.get("name"))]),
        url=first(incident.get("html_url"), incident.get("self")),
        source="PagerDuty",
        labels=words({"urgency": urgency, "number": number, "status": incident.get("status")}),
        resolved=change in _OVER,
    )
