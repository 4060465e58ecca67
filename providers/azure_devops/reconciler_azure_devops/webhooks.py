"""Azure DevOps' service hooks: who sent one, and which work items it is about (FACTS B11, F). Pure.

Azure DevOps signs nothing. What proves a sender is a secret that the request brings along, which says nothing of the
body: whoever can read one request can send another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.sdk import Delivery, DeliveryRefused, Headers
from reconciler.sdk.bodies import digest_of, event_in, id_in, json_object, object_in
from reconciler.sdk.signatures import check_basic, check_shared

__all__ = ["EVENTS", "SECRET_HEADER", "USER", "check_sender", "read_delivery"]

EVENTS: Final = ("workitem.created", "workitem.updated", "workitem.deleted", "workitem.restored")
"""The events that are subscribed to. A comment is told as an update too."""

USER: Final = "reconciler"
"""The user name of the Basic authentication that a subscription is made with."""

SECRET_HEADER: Final = "X-Reconciler-Secret"  # noqa: S105  the name of a header
"""The header that may bring the secret instead, where something in between takes Basic authentication away."""

_UNDERSTOOD: Final = frozenset({*EVENTS, "workitem.commented"})
_UPDATED: Final = "workitem.updated"
_URL: Final = re.compile(r"/workitems/([1-9][0-9]{0,18})(?:/|$)", re.IGNORECASE | re.ASCII)
_GUID: Final = re.compile(r"[0-9a-fA-F-]{32,36}", re.ASCII)
_RELATIONS_MOST: Final = 200


def read_delivery(headers: Headers, body: bytes) -> Delivery:
    """Read what was received, trusted or not.

    Raises:
        DeliveryRefused: it is no service hook of Azure DevOps'.
    """
    del headers
    data = json_object(body, "Azure DevOps")
    event = event_in(data.get("eventType"))
    if not event or not isinstance(data.get("publisherId"), str):
        raise DeliveryRefused("it is no webhook of Azure DevOps (it has no `eventType` and `publisherId`)")
    digest = digest_of(body)
    identity = data.get("id")
    understood = event in _UNDERSTOOD
    return Delivery(
        identity if isinstance(identity, str) and _GUID.fullmatch(identity) else digest,
        digest,
        event,
        tuple(dict.fromkeys(_items(event, object_in(data, "resource")))) if understood else (),
        _moment(data.get("createdDate")),
        understood,
    )


def check_sender(headers: Headers, body: bytes, secret: str) -> str:
    """Check the secret that the request brings along; gives what proves it, in words.

    Raises:
        DeliveryRefused: it brings none, or another one.
    """
    del body
    name = SECRET_HEADER.lower()
    if name in headers:
        check_shared(headers[name], secret, SECRET_HEADER)
        return f"its header {SECRET_HEADER} has the secret; the body is not signed"
    check_basic(headers.get("authorization", ""), secret)
    return "its Basic authentication has the secret; the body is not signed"


def _items(event: str, resource: Mapping[str, Any]) -> Iterator[str]:
    """The item, and those that relations were made to: neither's revision needs to change for that (FACTS F).

    Of an update `id` is the update's own number.
    """
    revision = object_in(resource, "revision")
    own = (resource.get("workItemId"), revision.get("id")) if event == _UPDATED else (resource.get("id"),)
    found = next((identity for each in own if (identity := id_in(each))), "")
    found = found or _linked(resource.get("url")) or _linked(revision.get("url"))
    if found:
        yield found
    changed = object_in(resource, "relations")
    for name in ("added", "removed", "updated"):
        relations = changed.get(name)
        for each in relations[:_RELATIONS_MOST] if isinstance(relations, list) else ():
            if isinstance(each, Mapping) and (other := _linked(each.get("url"))):
                yield other


def _linked(url: object) -> str:
    """The id of the item that a URL leads to; empty for any other URL."""
    found = _URL.search(url) if isinstance(url, str) else None
    return found[1] if found else ""


def _moment(text: object) -> datetime | None:
    """A time as Azure DevOps writes it, in UTC; one without a zone is in UTC."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
