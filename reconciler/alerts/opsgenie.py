"""Opsgenie: outgoing webhooks, and alerts as its API takes them."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.alerts.picking import Json, at, first, mapped, text, texts, words
from reconciler.sdk import Incident

__all__ = ["is_alert", "is_webhook", "read_alert", "read_webhook"]

_OVER = frozenset({"close", "delete"})
_RAISED = frozenset({"create"})


def is_webhook(root: Json) -> bool:
    """Whether it is an outgoing webhook."""
    return "action" in root and bool({"alertId", "tinyId", "alias"} & mapped(root.get("alert")).keys())


def read_webhook(root: Json) -> Iterator[Incident | str]:
    """The incident of a webhook."""
    action, alert = text(root.get("action")), mapped(root.get("alert"))
    if action.casefold() not in _RAISED | _OVER:
        yield f"Opsgenie's {action or 'webhook without an action'}"
        return
    yield _incident(alert, resolved=action.casefold() in _OVER)


def is_alert(root: Json) -> bool:
    """Whether it is an alert as the API takes and gives it."""
    return "message" in root and bool({"alias", "tinyId"} & root.keys()) and "ruleId" not in root


def read_alert(root: Json) -> Iterator[Incident | str]:
    """The incident of an alert."""
    yield _incident(root, resolved=text(root.get("status")).casefold() == "closed")


def _incident(alert: Json, *, resolved: bool) -> Incident:
    tags = texts(alert.get("tags"))
    return Incident(
        title=first(alert.get("message"), alert.get("alias"), alert.get("alertId"), alert.get("tinyId")),
        dedupe_key=first(alert.get("alias"), alert.get("alertId"), alert.get("id"), alert.get("tinyId")),
        severity=text(alert.get("priority")),
        at=at(alert.get("createdAt")),
        text=text(alert.get("description")),
        components=texts([alert.get("entity")]),
        source=first(alert.get("source"), "Opsgenie"),
        labels=words(alert.get("details")) | ({"tags": ", ".join(tags)} if tags else {}),
        resolved=resolved,
    )
