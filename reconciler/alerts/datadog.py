"""Datadog: the payload of its webhooks as it is by default, and with the variables that people add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.alerts.picking import Json, at, first, text, texts
from reconciler.sdk import Incident

__all__ = ["is_event", "read_event"]

_PREFIX = re.compile(
    r"\[(?P<change>(?:re-)?(?:triggered|warn|no data)|recovered|renotify)(?: on (?P<scope>\{[^}]*\}))?\]\s*",
    re.IGNORECASE,
)
_OVER = frozenset({"recovered", "success", "ok"})
_OURS = frozenset(
    ("alert_id", "alert_cycle_key", "alert_transition", "aggreg_key", "event_type", "last_updated", "alert_type")
)


def is_event(root: Json) -> bool:
    """Whether it is an event: a title or a text, and variables that only Datadog has."""
    return bool({"title", "body", "event_title", "text_only_msg"} & root.keys()) and len(_OURS & root.keys()) > 1


def read_event(root: Json) -> Iterator[Incident | str]:
    """The incident of an event.

    What a title says in brackets of the change, and of the scope, comes and goes; the default payload says it nowhere
    else, and its id is another one each time.
    """
    tags = texts(root.get("tags"))
    labels = dict(each.partition(":")[::2] for each in tags if ":" in each)
    said = first(root.get("title"), root.get("event_title"), root.get("alert_title"), root.get("id"), "An alert")
    prefix = _PREFIX.match(said)
    title = said[prefix.end() :] or said if prefix else said
    told = prefix["change"] if prefix else ""
    change = first(root.get("alert_transition"), root.get("transition"), told, root.get("alert_type")).casefold()
    alert, scope = first(root.get("alert_id")), first(root.get("alert_scope"), root.get("scope"))
    yield Incident(
        title=title,
        dedupe_key=first(
            root.get("aggreg_key"),
            root.get("aggregation_key"),
            f"{alert}-{scope}" if alert and scope else alert,
            root.get("alert_cycle_key"),
            f"{prefix['scope'] or ''} {title}" if prefix else root.get("id"),
            title,
        ),
        severity=first(
            root.get("priority"), root.get("alert_priority"), root.get("alert_type"), labels.get("severity")
        ),
        at=at(first(root.get("date"), root.get("last_updated"))),
        text=first(root.get("body"), root.get("text_only_msg")),
        logs=text(root.get("logs_sample")),
        components=texts([labels.get("service"), labels.get("component"), root.get("hostname"), labels.get("host")]),
        url=first(root.get("link"), root.get("url")),
        source="Datadog",
        labels={key: value for key, value in labels.items() if value},
        resolved=change in _OVER,
    )
