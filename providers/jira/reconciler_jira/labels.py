"""Markers as labels, where a server takes no issue properties: what proves whose an issue is (FACTS A12, A17).

    <the marker's label>:<version>:<workspace id>:<instance>:<name>:<address>:<own id>:<operation>:<made by>:<flags>

Each part is percent-encoded. The own id is empty at creation. Flags are `p` for protected, `c` for closed and `i` for
an incident's. A label has no room for digests: base and observed are empty, and the marker says that it is truncated.

    <the marker's label>:-:<operation>

says that the property that this operation wrote counts no more: the site shows it, and refuses to remove it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, unquote

from reconciler.sdk import MARKER_VERSION, Marker, MarkerTooLong, marker_label
from reconciler_jira.marker import label_of, operation_label

__all__ = ["let_go", "marker_from", "marker_in", "outdated", "proof_of"]

_MOST_CHARACTERS: Final = 255
"""What a label may have (FACTS A9)."""
_BETWEEN: Final = ":"
_CERTAIN, _PARTS = 4, 10
"""How many parts a label of any version begins with, and how many one of this version has."""


def proof_of(marker: Marker) -> str:
    """Write a marker as a label. Where an address has no room, it goes hidden.

    Raises:
        MarkerTooLong: the workspace's name and instance alone are too long.
    """
    for address in (marker.address, marker.hidden_address):
        label = _written(marker, address)
        if len(label) <= _MOST_CHARACTERS:
            return label
    raise MarkerTooLong(
        f"the marker of {marker.address} is longer than the {_MOST_CHARACTERS} characters of a label, "
        f"and this server takes no issue properties"
    )


def let_go(marker: Marker) -> str:
    """The label that takes back a property which can't be removed; one that is written later counts again."""
    return f"{label_of(marker)}{_BETWEEN}-{_BETWEEN}{quote(marker.operation, safe='')}"


def marker_in(labels: Iterable[str], issue: str, kept: Marker | None = None) -> Marker | None:
    """The marker of an issue with these labels and, in its property, this one.

    What has the issue's own id comes first, for only that was written for it; then what has another's, for it tells a
    copy; then what an issue is created with. Of two alike the label counts: a label is only written where the property
    can't be, and goes when the property is written, so what stands beside it is older.
    """
    there = set(labels)
    found = [marker for each in sorted(there) if (marker := marker_from(each)) is not None]
    if kept is not None and let_go(kept) not in there:
        found.append(kept)
    ranks = {issue: 0, None: 2}
    return min(found, key=lambda each: (-each.version, ranks.get(each.item, 1)), default=None)


def outdated(labels: Iterable[str], kept: str = "") -> list[dict[str, Any]]:
    """What takes off an issue's labels, as operations on them, all that proved before whose it is, but one marker."""
    marker = marker_from(kept)
    made = operation_label(marker.creation) if marker else None
    return [{"remove": each} for each in labels if each == made or (each != kept and marker_from(each) is not None)]


def marker_from(label: str) -> Marker | None:
    """Read a marker; `None` where the label is none that we wrote. Of a later version most stays empty."""
    parts = [unquote(each) for each in label.split(_BETWEEN)]
    if len(parts) < _CERTAIN or not (parts[1].isascii() and parts[1].isdecimal()):
        return None
    (label, _, workspace, instance), version = parts[:_CERTAIN], int(parts[1])
    if version < 1 or label != marker_label(workspace, instance):
        return None
    if version > MARKER_VERSION:
        return Marker(version, workspace, "", instance, "", None, "", False, False, {}, {}, truncated=True)
    if len(parts) != _PARTS or not all((parts[4], parts[5], parts[7])):
        return None
    name, address, item, operation, creation, flags = parts[_CERTAIN:]
    return Marker(
        version=version,
        workspace=workspace,
        name=name,
        instance=instance,
        address=address,
        item=item or None,
        operation=operation,
        protect="p" in flags,
        closed="c" in flags,
        base={},
        observed={},
        truncated=True,
        origin="incident" if "i" in flags else "spec",
        creation=creation,
    )


def _written(marker: Marker, address: str) -> str:
    holds = {"p": marker.protect, "c": marker.closed, "i": marker.origin == "incident"}
    parts = (
        marker_label(marker.workspace, marker.instance),
        str(marker.version),
        marker.workspace,
        marker.instance,
        marker.name,
        address,
        marker.item or "",
        marker.operation,
        marker.creation,
        "".join(flag for flag, held in holds.items() if held),
    )
    return _BETWEEN.join(quote(each, safe="") for each in parts)
