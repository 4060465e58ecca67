"""The marker on an issue: a label that finds it, and the property `reconciler` that proves whose it is (FACTS A12)."""

from __future__ import annotations

import json
from typing import Any

from reconciler.sdk import Marker, marker_label

__all__ = ["PROPERTY", "MarkerTooLong", "label_of", "marker_from", "property_of"]

PROPERTY = "reconciler"
_MOST_CHARACTERS = 32_768
"""What a property's JSON may have (FACTS A8)."""


class MarkerTooLong(Exception):
    """A marker is longer than the property that would hold it."""


def label_of(marker: Marker) -> str:
    """The label that goes with a marker."""
    return marker_label(marker.workspace, marker.instance)


def property_of(marker: Marker) -> dict[str, Any]:
    """Write a marker as the property's value.

    Raises:
        MarkerTooLong: it is longer than Jira takes.
    """
    value = {
        "version": marker.version,
        "workspace": marker.workspace,
        "name": marker.name,
        "instance": marker.instance,
        "address": marker.address,
        "item": marker.item,
        "operation": marker.operation,
        "protect": marker.protect,
        "closed": marker.closed,
        "base": dict(marker.base),
        "observed": dict(marker.observed),
    }
    if len(json.dumps(value)) > _MOST_CHARACTERS:
        raise MarkerTooLong(
            f"the marker of {marker.address} is longer than the {_MOST_CHARACTERS} characters of a property"
        )
    return value


def marker_from(value: Any) -> Marker | None:
    """Read the property; `None` where it is not one that we wrote: anybody may edit it."""
    match value:
        case {
            "version": int(version),
            "workspace": str(workspace),
            "name": str(name),
            "instance": str(instance),
            "address": str(address),
            "item": str() | None as item,
            "operation": str(operation),
            "protect": bool(protect),
            "closed": bool(closed),
            "base": dict(base),
            "observed": dict(observed),
        } if all(isinstance(each, str) for each in (*base.values(), *observed.values())):
            return Marker(version, workspace, name, instance, address, item, operation, protect, closed, base, observed)
    return None
