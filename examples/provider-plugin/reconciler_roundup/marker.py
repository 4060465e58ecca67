"""The marker in an issue's property: the label that finds it, then what proves it as JSON."""

from __future__ import annotations

import json

from reconciler.sdk import Marker, decode_marker, encode_marker, marker_label
from reconciler_roundup.client import Json

__all__ = ["MARKER", "label_of", "marker_in", "written"]

MARKER = "reconciler"
"""The property that the tracker's administrator adds to the issue class."""
_ROOM = 16_000


def label_of(marker: Marker) -> str:
    """What finds the items of a marker's workspace."""
    return marker_label(marker.workspace, marker.instance)


def written(marker: Marker) -> str:
    """The property's text."""
    return f"{label_of(marker)} {json.dumps(encode_marker(marker, _ROOM))}"


def marker_in(attributes: Json) -> Marker | None:
    """The marker among an issue's attributes; `None` where there is none, or somebody edited it."""
    text = attributes.get(MARKER)
    try:
        return decode_marker(json.loads(text.partition(" ")[2])) if isinstance(text, str) else None
    except ValueError:
        return None
