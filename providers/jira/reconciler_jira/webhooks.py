"""Jira's webhooks: who sent one, and which issues it is about (FACTS A16, F). Pure.

Atlassian publishes the payload of issue events alone. Of all others it says that they tell of the thing concerned, so
each is read wherever it may name an issue, and may name none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.sdk import Delivery, DeliveryRefused, Headers
from reconciler.sdk.bodies import digest_of, event_in, id_in, json_object, object_in
from reconciler.sdk.signatures import check_signature

__all__ = ["check_sender", "read_delivery"]

_UNDERSTOOD: Final = re.compile(
    r"jira:issue_(created|updated|deleted)|comment_(created|updated|deleted)|worklog_(created|updated|deleted)"
    r"|issuelink_(created|deleted)|sprint_(created|updated|started|closed|deleted)"
    r"|jira:version_(created|updated|released|unreleased|moved|deleted)|jira:worklog_updated"
)
"""Events about issues, and about sprints and versions, which issues name."""

_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,254}-[1-9][0-9]{0,18}", re.ASCII)
_SELF: Final = re.compile(r"/issue/([^/]+)/(?:comment|worklog)/")
_IDENTIFIER: Final = re.compile(r"[\w.:-]{1,200}", re.ASCII)
_YEAR_10000: Final = 253_402_300_800_000


def read_delivery(headers: Headers, body: bytes) -> Delivery:
    """Read what was received, trusted or not.

    Raises:
        DeliveryRefused: it is no webhook of Jira's.
    """
    data = json_object(body, "Jira")
    event = event_in(data.get("webhookEvent"))
    if not event:
        raise DeliveryRefused("it is no webhook of Jira (it has no `webhookEvent`)")
    digest = digest_of(body)
    identifier = headers.get("x-atlassian-webhook-identifier", "")
    understood = _UNDERSTOOD.fullmatch(event) is not None
    return Delivery(
        identifier if _IDENTIFIER.fullmatch(identifier) else digest,
        digest,
        event,
        tuple(dict.fromkeys(_issues(data))) if understood else (),
        _moment(data.get("timestamp")),
        understood,
    )


def check_sender(headers: Headers, body: bytes, secret: str) -> str:
    """Check the signature; gives what proves it, in words.

    Raises:
        DeliveryRefused: it is not signed, or not with this secret.
    """
    check_signature(headers.get("x-hub-signature", ""), body, secret)
    return "the signature of its body fits"


def _issues(data: Mapping[str, Any]) -> Iterator[str]:
    """The issues that a payload names: by id, or by key where it has no id."""
    yield from _issue(object_in(data, "issue")) or _owner(data)
    link = object_in(data, "issueLink")
    for side in ("source", "destination"):
        yield from _issue({"id": link.get(f"{side}IssueId"), "key": link.get(f"{side}IssueKey")})


def _issue(issue: Mapping[str, Any]) -> list[str]:
    return _named(issue.get("id")) or _named(issue.get("key"))


def _owner(data: Mapping[str, Any]) -> list[str]:
    """The issue of a comment or worklog that comes without it: a comment tells it by its URL alone."""
    for name in ("comment", "worklog"):
        entity = object_in(data, name)
        where = entity.get("self")
        url = _SELF.search(where) if isinstance(where, str) else None
        if found := _named(entity.get("issueId")) or _named(url and url[1]):
            return found
    return []


def _named(text: object) -> list[str]:
    """An id or a key, in a list; an empty one for anything else."""
    if found := id_in(text):
        return [found]
    return [text] if isinstance(text, str) and _KEY.fullmatch(text) else []


def _moment(milliseconds: object) -> datetime | None:
    """A time in milliseconds since 1970, in UTC."""
    text = id_in(milliseconds)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text and int(text) < _YEAR_10000 else None
