"""Datadog: the payload of its webhooks as it is by default, and with the variables that people add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.alerts.alert import Alert, Told
from reconciler.alerts.picking import Json, first, text, texts

__all__ = ["is_event", "read_event"]

_PREFIX = re.compile(
    r"\[(?P<change>(?:re-)?(?:triggered|warn|no data)|recovered|renotify)(?: on (?P<scope>\{[^}]*\}))?\]\s*",
    re.IGNORECASE,
)
_TITLES = ("title", "event_title", "alert_title")
_SAID = frozenset({"title", "body", "event_title", "text_only_msg"})
_OVER = frozenset({"recovered", "success", "ok"})
_OURS = frozenset(
    ("alert_id", "alert_cycle_key", "alert_transition", "aggreg_key", "event_type", "last_updated", "alert_type")
)


def is_event(root: Json) -> bool:
    """Whether it is an event: a title or a text, and variables that only Datadog has, or its way to begin a title."""
    ours = len(_OURS & root.keys()) + (_PREFIX.match(text(root.get("title"))) is not None)
    return bool(_SAID & root.keys()) and ours > 1


def read_event(root: Json) -> Iterator[Told]:
    """The incident of an event.

    What a title says in brackets of the change, and of the scope, comes and goes; the default payload says it nowhere
    else, and its id is another one each time.
    """
    tags = texts(root.get("tags"))
    labels = dict(each.partition(":")[::2] for each in tags if ":" in each)
    said = first(*(root.get(each) for each in _TITLES))
    prefix = _PREFIX.match(said)
    title = said[prefix.end() :] or said if prefix else said
    told = prefix["change"] if prefix else ""
    change = first(root.get("alert_transition"), root.get("transition"), told, root.get("alert_type")).casefold()
    alert, scope = first(root.get("alert_id")), first(root.get("alert_scope"), root.get("scope"))
    yield Alert(
        titles={"title": title, "id": root.get("id"), "": "An alert"},
        keys={
            "aggreg_key": root.get("aggreg_key"),
            "aggregation_key": root.get("aggregation_key"),
            "alert_id": f"{alert}-{scope}" if alert and scope else alert,
            "alert_cycle_key": root.get("alert_cycle_key"),
            "id": f"{prefix['scope'] or ''} {title}" if prefix else root.get("id"),
            "title": title,
        },
        times={each: root.get(each) for each in ("date", "last_updated")},
        pages={each: root.get(each) for each in ("link", "url")},
        severity=first(
            root.get("priority"), root.get("alert_priority"), root.get("alert_type"), labels.get("severity")
        ),
        text=first(root.get("body"), root.get("text_only_msg")),
        logs=text(root.get("logs_sample")),
        components=texts([labels.get("service"), labels.get("component"), root.get("hostname"), labels.get("host")]),
        source="Datadog",
        labels={key: value for key, value in labels.items() if value},
        resolved=change in _OVER,
    )
