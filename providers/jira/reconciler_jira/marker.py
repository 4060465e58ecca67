"""The issue property `reconciler`, which proves whose an issue is (FACTS A8, A12): to JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from reconciler.sdk import MARKER_VERSION, Item, Marker, Problem, marker_label

__all__ = ["NEWER", "PROPERTY", "MarkerTooLong", "is_newer", "label_of", "marker_from", "property_of"]

PROPERTY = "reconciler"
_MOST_CHARACTERS = 32_768
"""What a property's JSON may have (FACTS A8)."""
_HIDDEN = "sha256:"
_BETWEEN = ", "


NEWER = Problem("rule", "a newer version of this program marked the item, and this one can't keep what it wrote there")


class MarkerTooLong(Exception):
    """A marker is longer than the property that would hold it, even without its digests."""


def is_newer(item: Item) -> bool:
    """Whether an item's marker is of a version that this one must not write over."""
    return item.marker is not None and item.marker.version > MARKER_VERSION


def label_of(marker: Marker) -> str:
    """The label that goes with a marker."""
    return marker_label(marker.workspace, marker.instance)


def property_of(marker: Marker) -> dict[str, Any]:
    """Write a marker as the property's value. A hidden address goes as `{"digest": hex}`.

    Where it is longer than Jira takes, entries of base and observed are left out, the longest first, and `truncated`
    says so.

    Raises:
        MarkerTooLong: it is too long without any entry.
    """
    value = _written(marker)
    if len(json.dumps(value)) <= _MOST_CHARACTERS:
        return value
    value = _written(replace(marker, truncated=True))
    excess = len(json.dumps(value)) - _MOST_CHARACTERS + 2 * len(_BETWEEN)  # the last entry of each has none after it
    entries = [(_size(*each), kind, each[0]) for kind in ("base", "observed") for each in value[kind].items()]
    for size, kind, entry in sorted(entries, reverse=True):
        if excess <= 0:
            break
        del value[kind][entry]
        excess -= size
    if excess > 0:
        raise MarkerTooLong(
            f"the marker of {marker.address} is longer than the {_MOST_CHARACTERS} characters of a property"
        )
    return value


def marker_from(value: Any) -> Marker | None:
    """Read the property; `None` where it is not one that we wrote: anybody may edit it.

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
                observed, value.get("truncated") is True,
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
    return {**value, "truncated": True} if marker.truncated else value


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
