"""Live items and the markers that tie them to their workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciler.sdk.values import Fields, Ref

__all__ = ["Found", "History", "Item", "Marker", "marker_label"]


def marker_label(workspace: str, instance: str) -> str:
    """The label or tag by which a workspace's items are found: `rc-` and 12 hex of SHA-256 over `<id>/<instance>`."""
    return f"rc-{hashlib.sha256(f'{workspace}/{instance}'.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Marker:
    """What proves that a live item is this workspace's, at this address.

    Attributes:
        workspace: the workspace's id.
        name: its name.
        item: the id of the item that it was written for; `None` at creation. Any other item's is a copy.
        operation: the last operation that wrote it.
        base: by field id, or "field id/element" for sets: 16 hex of the digest of desired as last applied.
        observed: likewise, of live as read back after that write.
    """

    version: int
    workspace: str
    name: str
    instance: str
    address: str
    item: str | None
    operation: str
    protect: bool
    closed: bool
    base: Mapping[str, str]
    observed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A live item as read.

    `revision` is opaque; equal revisions do not prove equal links. `status` is a field like any other, `type` is
    not: its field id is absent from `fields`.
    """

    id: str
    key: str
    url: str
    type: Ref
    fields: Fields
    revision: str
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one thing that was asked for: `asked` is the id, key, URL or operation as it was given."""

    asked: str
    state: Literal["live", "deleted", "not_visible", "absent", "undecided"]
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Who changed what on an item, oldest first.

    An edit is (field id, when, by whom, before, after); the texts are for people, as the platform shows them.
    `complete` is false where the platform no longer has all of it.
    """

    item: str
    complete: bool
    edits: tuple[tuple[str, datetime, Ref, str, str], ...]
