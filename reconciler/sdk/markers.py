"""A marker as JSON, for platforms that have room for it: a property, a text field."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from reconciler.sdk.items import MARKER_VERSION, Marker

__all__ = ["MarkerTooLong", "decode_marker", "encode_marker"]

_HIDDEN = "sha256:"
_BETWEEN = ", "


class MarkerTooLong(Exception):
    """A marker is longer than what would hold it, even without its digests."""


def encode_marker(marker: Marker, room: int) -> dict[str, Any]:
    """Write a marker as a value for `json.dumps`. A hidden address goes as `{"digest": hex}`.

    Where that is longer than `room` characters, entries of base and observed are left out, the longest first, and
    `truncated` says so.

    Raises:
        MarkerTooLong: it is too long without any entry.
    """
    value = _written(marker)
    if len(json.dumps(value)) <= room:
        return value
    value = _written(replace(marker, truncated=True))
    excess = len(json.dumps(value)) - room + 2 * len(_BETWEEN)  # the last entry of each has none after it
    entries = [(_size(*each), kind, each[0]) for kind in ("base", "observed") for each in value[kind].items()]
    for size, kind, entry in sorted(entries, reverse=True):
        if excess <= 0:
            break
        del value[kind][entry]
        excess -= size
    if excess > 0:
        raise MarkerTooLong(
            f"the marker of {marker.address} is longer than the {room} characters that there is room for"
        )
    return value


def decode_marker(value: Any) -> Marker | None:
    """Read what `encode_marker` wrote; `None` where it is not one that we wrote: anybody may edit it.

    Of a later version nothing is certain but that it is one: what has another form there is left empty.
    """
    match value:
        case {"version": bool()}:
            return None
        case {"version": int(version), "workspace": str(workspace), "instance": str(instance)} if (
            version > MARKER_VERSION
        ):
            return _of_later_version(version, workspace, instance, value)
        case {
            "version": int(version),
            "workspace": str(workspace),
            "name": str(name),
            "instance": str(instance),
            "address": str() | {"digest": str()} as address,
            "item": str() | None as item,
            "operation": str(operation),
            "protect": bool(protect),
            "closed": bool(closed),
            "base": dict(base),
            "observed": dict(observed),
        } if version == MARKER_VERSION and all(isinstance(each, str) for each in (*base.values(), *observed.values())):
            return Marker(
                version, workspace, name, instance, _address(address), item, operation, protect, closed, base,
                observed, value.get("truncated") is True, "incident" if value.get("origin") == "incident" else "spec",
                _creation(value),
            )  # fmt: skip
    return None


def _written(marker: Marker) -> dict[str, Any]:
    address = marker.address
    value: dict[str, Any] = {
        "version": marker.version,
        "workspace": marker.workspace,
        "name": marker.name,
        "instance": marker.instance,
        "address": {"digest": address.removeprefix(_HIDDEN)} if address.startswith(_HIDDEN) else address,
        "item": marker.item,
        "operation": marker.operation,
        "protect": marker.protect,
        "closed": marker.closed,
        "base": dict(marker.base),
        "observed": dict(marker.observed),
    }
    if marker.origin != "spec":
        value["origin"] = marker.origin
    if marker.creation:
        value["creation"] = marker.creation
    return {**value, "truncated": True} if marker.truncated else value


def _creation(value: dict[str, Any]) -> str:
    creation = value.get("creation")
    return creation if isinstance(creation, str) else ""


def _size(entry: str, digest: str) -> int:
    """The characters that an entry takes, with what stands between it and the next."""
    return len(json.dumps({entry: digest})) - len("{}") + len(_BETWEEN)


def _address(value: Any) -> str:
    return value if isinstance(value, str) else _HIDDEN + str(value["digest"])


def _of_later_version(version: int, workspace: str, instance: str, value: dict[str, Any]) -> Marker:
    def text(key: str) -> str:
        return value[key] if isinstance(value.get(key), str) else ""

    return Marker(
        version, workspace, text("name"), instance, text("address"), text("item") or None, text("operation"),
        value.get("protect") is True, value.get("closed") is True, {}, {},
    )  # fmt: skip
