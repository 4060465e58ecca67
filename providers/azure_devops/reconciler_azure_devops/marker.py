"""Markers as hyperlinks: what proves whose an item is, in the URL of a page that is nowhere (FACTS B6).

    https://reconciler.invalid/<workspace id>/<instance>/<address>?op=<operation>&item=<own id>&name=<workspace>&v=1

Each part is percent-encoded. `item` is absent at creation; `made` is the operation that created the item; `protect=1`,
`closed=1` and `origin=incident` are there where they hold. A URL has no room for digests: base and observed are empty,
and the marker says that it is truncated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlencode

from reconciler.sdk import MARKER_VERSION, Item, Marker, MarkerTooLong, Problem, marker_label
from reconciler_azure_devops.links import MARKER_URL

__all__ = ["NEWER", "is_newer", "label_of", "marker_from", "marker_url"]

_MOST_CHARACTERS: Final = 2000
"""What browsers and servers take in a URL."""

NEWER: Final = Problem(
    "rule", "a newer version of this program marked the item, and this one can't keep what it wrote there"
)


def is_newer(item: Item) -> bool:
    """Whether an item's marker is of a version that this one must not write over."""
    return item.marker is not None and item.marker.version > MARKER_VERSION


def label_of(marker: Marker) -> str:
    """The tag that goes with a marker."""
    return marker_label(marker.workspace, marker.instance)


def marker_url(marker: Marker) -> str:
    """Write a marker as a URL.

    Raises:
        MarkerTooLong: no URL is that long.
    """
    parts = "/".join(quote(each, safe="") for each in (marker.workspace, marker.instance, marker.address))
    said = {"op": marker.operation, "item": marker.item, "name": marker.name, "v": str(marker.version)}
    said |= {"protect": "1" if marker.protect else None, "closed": "1" if marker.closed else None}
    said |= {"origin": marker.origin if marker.origin != "spec" else None, "made": marker.creation or None}
    query = urlencode({key: value for key, value in said.items() if value is not None}, quote_via=quote, safe="")
    url = f"{MARKER_URL}{parts}?{query}"
    if len(url) > _MOST_CHARACTERS:
        raise MarkerTooLong(f"the marker of {marker.address} is longer than a URL's {_MOST_CHARACTERS} characters")
    return url


def marker_from(url: str) -> Marker | None:
    """Read a marker; `None` where the URL is none that we wrote. Of a later version what it says otherwise is empty."""
    if not url.startswith(MARKER_URL):
        return None
    path, _, query = url.removeprefix(MARKER_URL).partition("?")
    parts = [unquote(each) for each in path.split("/", 2)]
    said = {key: values[-1] for key, values in parse_qs(query).items()}
    version = said.get("v", "")
    if len(parts) < 3 or not parts[0] or not (version.isascii() and version.isdecimal()) or int(version) < 1:
        return None
    if int(version) == MARKER_VERSION and not _is_whole(parts[2], said):
        return None
    return Marker(
        version=int(version),
        workspace=parts[0],
        name=said.get("name", ""),
        instance=parts[1],
        address=parts[2],
        item=said.get("item"),
        operation=said.get("op", ""),
        protect=said.get("protect") == "1",
        closed=said.get("closed") == "1",
        base={},
        observed={},
        truncated=True,
        origin="incident" if said.get("origin") == "incident" else "spec",
        creation=said.get("made", ""),
    )


def _is_whole(address: str, said: Mapping[str, str]) -> bool:
    return bool(address and said.get("op") and said.get("name"))
