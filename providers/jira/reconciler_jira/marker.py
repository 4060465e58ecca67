"""The issue property `reconciler`, which proves whose an issue is (FACTS A8, A12)."""

from __future__ import annotations

import hashlib
from typing import Any

from reconciler.sdk import MARKER_VERSION, Item, Marker, Problem, encode_marker, marker_label

__all__ = ["NEWER", "PROPERTY", "is_newer", "label_of", "operation_label", "property_of"]

PROPERTY = "reconciler"
_MOST_CHARACTERS = 32_768
"""What a property's JSON may have (FACTS A8)."""

NEWER = Problem("rule", "a newer version of this program marked the item, and this one can't keep what it wrote there")


def is_newer(item: Item) -> bool:
    """Whether an item's marker is of a version that this one must not write over."""
    return item.marker is not None and item.marker.version > MARKER_VERSION


def label_of(marker: Marker) -> str:
    """The label that goes with a marker."""
    return marker_label(marker.workspace, marker.instance)


def operation_label(operation: str) -> str:
    """A label that proves which operation created an issue, where a property can't yet. It has a marker's form, so
    that nobody takes it for one of people's.
    """
    return f"rc-{hashlib.sha256(operation.encode()).hexdigest()[:12]}"


def property_of(marker: Marker) -> dict[str, Any]:
    """The property's value.

    Raises:
        MarkerTooLong: it is too long without any digest.
    """
    return encode_marker(marker, _MOST_CHARACTERS)
