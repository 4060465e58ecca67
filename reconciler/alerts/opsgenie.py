"""Opsgenie: outgoing webhooks, and alerts as its API takes them."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.alerts.alert import Alert, Told, passed_over
from reconciler.alerts.picking import Json, first, mapped, text, texts, words

__all__ = ["is_alert", "is_webhook", "read_alert", "read_webhook"]

_OVER = frozenset({"close", "delete"})
_RAISED = frozenset({"create"})
_NAMES = frozenset({"alertId", "tinyId", "alias"})
_AROUND = frozenset({"integrationId", "integrationName"})


def is_webhook(root: Json) -> bool:
    """Whether it is an outgoing webhook."""
    alert = mapped(root.get("alert"))
    ours = bool(_NAMES & alert.keys()) or ("alert" in root and bool(_AROUND & root.keys()))
    return "action" in root and ours


def read_webhook(root: Json) -> Iterator[Told]:
    """The incident of a webhook."""
    action, alert = text(root.get("action")), mapped(root.get("alert"))
    if action.casefold() not in _RAISED | _OVER:
        yield f"Opsgenie's {action or 'webhook without an action'}"
    elif not alert:
        yield passed_over(f"Opsgenie's {action}", "its `alert` tells of none")
    else:
        yield _alert(alert, resolved=action.casefold() in _OVER)


def is_alert(root: Json) -> bool:
    """Whether it is an alert as the API takes and gives it."""
    return "message" in root and bool({"alias", "tinyId"} & root.keys()) and "ruleId" not in root


def read_alert(root: Json) -> Iterator[Told]:
    """The incident of an alert."""
    yield _alert(root, resolved=text(root.get("status")).casefold() == "closed")


def _alert(alert: Json, *, resolved: bool) -> Alert:
    tags = texts(alert.get("tags"))
    return Alert(
        titles={each: alert.get(each) for each in ("message", "alias", "alertId", "tinyId")},
        keys={each: alert.get(each) for each in ("alias", "alertId", "id", "tinyId")},
        times={"createdAt": alert.get("createdAt")},
        severity=text(alert.get("priority")),
        text=text(alert.get("description")),
        components=texts([alert.get("entity")]),
        source=first(alert.get("source"), "Opsgenie"),
        labels=words(alert.get("details")) | ({"tags": ", ".join(tags)} if tags else {}),
        resolved=resolved,
    )
