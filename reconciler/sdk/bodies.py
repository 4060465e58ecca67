"""Read what others send us: headers, JSON that may be anything, ids and names in it. Pure, and nothing is guessed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from reconciler.errors import DeliveryRefused

__all__ = ["check_size", "digest_of", "event_in", "id_in", "json_object", "lowered", "object_in"]

_MOST_BYTES: Final = 10 * 1024 * 1024
"""The largest body that is read. An issue with hundreds of long comments has a few million bytes."""

_HEADERS_MOST: Final = 64 * 1024
_ID: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_EVENT: Final = re.compile(r"[A-Za-z][\w.:-]{0,99}", re.ASCII)


def check_size(body: bytes) -> None:
    """Check that a body is no larger than is read.

    Raises:
        DeliveryRefused: it is.
    """
    if len(body) > _MOST_BYTES:
        raise DeliveryRefused(f"it has {len(body)} bytes; at most {_MOST_BYTES} are read")


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by their names in lower case.

    Raises:
        DeliveryRefused: there are too many, or two of one name that differ.
    """
    if sum(len(name) + len(value) for name, value in headers.items()) > _HEADERS_MOST:
        raise DeliveryRefused(f"its headers have more than {_HEADERS_MOST} characters")
    found: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        if found.setdefault(key, value) != value:
            raise DeliveryRefused(f"it has two headers {name}, which differ")
    return found


def json_object(body: bytes, platform: str) -> dict[str, Any]:
    """Parse a body that has to be a JSON object.

    Args:
        platform: whose, for the message.

    Raises:
        DeliveryRefused: it is none.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise DeliveryRefused(f"it is no webhook of {platform} (its body is not JSON)") from problem
    if not isinstance(data, dict):
        raise DeliveryRefused(f"it is no webhook of {platform} (its body is not a JSON object)")
    return data


def event_in(data: object) -> str:
    """An event's name; empty for what can't be one."""
    return data if isinstance(data, str) and _EVENT.fullmatch(data) else ""


def object_in(data: object, name: str) -> Mapping[str, Any]:
    """A member that is an object; empty where it is absent, null or anything else."""
    found = data.get(name) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def id_in(data: object) -> str:
    """A positive whole number, which may be written as text; empty for anything else."""
    text = str(data) if isinstance(data, (int, str)) and not isinstance(data, bool) else ""
    return text if _ID.fullmatch(text) else ""


def digest_of(body: bytes) -> str:
    """A body's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()
