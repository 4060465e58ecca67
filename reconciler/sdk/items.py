"""Live items and the markers that tie them to their workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciler.sdk.values import Fields, Ref

__all__ = ["MARKER_VERSION", "Found", "History", "Item", "Marker", "marker_label"]

MARKER_VERSION = 1
"""The version of the markers that are written. One of a later version is read, and never written over."""
_HIDDEN = "sha256:"


def marker_label(workspace: str, instance: str) -> str:
    """The label or tag by which a workspace's items are found: `rc-` and 12 hex of SHA-256 over `<id>/<instance>`."""
    return f"rc-{hashlib.sha256(f'{workspace}/{instance}'.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Marker:
    """What proves that a live item is this workspace's, at this address.

    Attributes:
        workspace: the workspace's id.
        name: its name.
        address: plain, or what `hidden_address` makes of it.
        item: the id of the item that it was written for; `None` at creation. Any other item's is a copy.
        operation: the last operation that wrote it.
        base: by field id, or "field id/element" for sets: 16 hex of the digest of desired as last applied.
        observed: likewise, of live as read back after that write.
        truncated: entries of `base` and `observed` were left out, because the platform has no room for all of them.
        origin: what the item comes from; no plan touches an incident's.
        creation: the operation that created the item, empty where none of ours did: it tells an item from a clone that
            was made of it while its marker had no id.
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
    truncated: bool = False
    origin: Literal["spec", "incident"] = "spec"
    creation: str = ""

    @property
    def hidden_address(self) -> str:
        """What stands for the address where it must not be readable: `sha256:` and 32 hex, of this workspace alone."""
        if self.address.startswith(_HIDDEN):
            return self.address
        return _hidden(self.workspace, self.instance, self.address)

    def is_at(self, address: str) -> bool:
        """Whether it is the marker of this address, plain or hidden."""
        return self.address in (address, _hidden(self.workspace, self.instance, address))


@dataclass(frozen=True, slots=True)
class Item:
    """A live item as read.

    `revision` is opaque; equal revisions do not prove equal links. `status` is a field like any other. `type` is always
    there; where the platform lets an edit change it, the type's field is in `fields` too, if it was asked for, as an
    equal `Ref`. `project` is the id of the project that it is in; empty where the platform did not say.
    """

    id: str
    key: str
    url: str
    type: Ref
    fields: Fields
    revision: str
    marker: Marker | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one thing that was asked for: `asked` is the id, key, URL or operation as it was given.

    `deleted`: it lies in the platform's recycle bin. `absent`: there is none, for certain. `not_visible`: this account
    sees none. `undecided`: it can't be known yet.
    """

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


def _hidden(workspace: str, instance: str, address: str) -> str:
    return _HIDDEN + hashlib.sha256(f"{workspace}/{instance}/{address}".encode()).hexdigest()[:32]
