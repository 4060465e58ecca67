"""PagerDuty: webhooks of version 3, of the older versions 2 and 1, and events of the Events API v2."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reconciler.alerts.alert import Alert, Told, passed_over
from reconciler.alerts.picking import Json, first, listed, mapped, text, texts, words

__all__ = ["is_event", "is_old_webhook", "is_webhook", "read_event", "read_old_webhook", "read_webhook"]

_RAISED = frozenset({"triggered", "trigger", "reopened"})
_OVER = frozenset({"resolved", "resolve"})


def is_webhook(root: Json) -> bool:
    """Whether it is a webhook of version 3."""
    event = mapped(root.get("event"))
    return "event_type" in event or {"resource_type", "data"} <= event.keys()


def read_webhook(root: Json) -> Iterator[Told]:
    """The incident of a webhook of version 3."""
    event = mapped(root.get("event"))
    kind = text(event.get("event_type"))
    yield from _told(kind, event.get("data"), "data", {"occurred_at": event.get("occurred_at")})


def is_old_webhook(root: Json) -> bool:
    """Whether it is a webhook of version 2 or 1."""
    messages = [mapped(each) for each in listed(root.get("messages"))]
    told = (first(each.get("event"), each.get("type")) for each in messages)
    return any(each.startswith("incident.") for each in told) or any(
        "incident" in each or "incident" in mapped(each.get("data")) for each in messages
    )


def read_old_webhook(root: Json) -> Iterator[Told]:
    """The incidents of a webhook of version 2 or 1."""
    for each in map(mapped, listed(root.get("messages"))):
        incident = each.get("incident") or mapped(each.get("data")).get("incident")
        kind = first(each.get("event"), each.get("type"))
        yield from _told(kind, incident, "incident", {"created_on": each.get("created_on")})


def is_event(root: Json) -> bool:
    """Whether it is an event as the Events API v2 takes it."""
    return "event_action" in root and ("payload" in root or "dedup_key" in root)


def read_event(root: Json) -> Iterator[Told]:
    """The incident of an event."""
    action, payload = text(root.get("event_action")).casefold(), mapped(root.get("payload"))
    if action not in _RAISED | _OVER:
        yield f"PagerDuty's {action or 'event without an action'}"
        return
    links = [text(mapped(each).get("href")) for each in listed(root.get("links"))]
    titles = {"payload.summary": payload.get("summary"), "dedup_key": root.get("dedup_key")}
    details = payload.get("custom_details")
    logs = json.dumps(details, indent=2, ensure_ascii=False) if isinstance(details, (dict, list)) else text(details)
    yield Alert(
        titles=titles,
        keys={"dedup_key": root.get("dedup_key")} | titles,
        times={"payload.timestamp": payload.get("timestamp")},
        pages={"client_url": root.get("client_url"), "links.href": first(*links)},
        severity=text(payload.get("severity")),
        logs=logs if details else "",
        components=texts([payload.get("component"), payload.get("group")]),
        source=first(payload.get("source"), root.get("client")),
        labels=words(details) | words({"class": payload.get("class")}),
        resolved=action in _OVER,
    )


def _told(kind: str, data: object, field: str, when: Json) -> Iterator[Told]:
    what, _, change = kind.rpartition(".")
    if what != "incident" or change not in _RAISED | _OVER:
        yield f"PagerDuty's {kind or 'message without a type'}"
        return
    incident = mapped(data)
    if not incident:
        yield passed_over(f"PagerDuty's {kind}", f"its `{field}` tells of no incident")
        return
    service = mapped(incident.get("service"))
    urgency, priority = first(incident.get("urgency")), mapped(incident.get("priority"))
    number = first(incident.get("number"), incident.get("incident_number"))
    numbers = {each: incident.get(each) for each in ("number", "incident_number")}
    yield Alert(
        titles={each: incident.get(each) for each in ("title", "summary", "description")}
        | {"trigger_summary_data.subject": mapped(incident.get("trigger_summary_data")).get("subject")}
        | numbers,
        keys={each: incident.get(each) for each in ("id", "incident_key")} | numbers,
        times={**{each: incident.get(each) for each in ("created_at", "created_on")}, **when},
        pages={each: incident.get(each) for each in ("html_url", "self")},
        severity=first(priority.get("summary"), priority.get("name"), urgency),
        text=text(mapped(incident.get("body")).get("details")),
        components=texts([first(service.get("summary"), service.get("name"))]),
        source="PagerDuty",
        labels=words({"urgency": urgency, "number": number, "status": incident.get("status")}),
        resolved=change in _OVER,
    )
