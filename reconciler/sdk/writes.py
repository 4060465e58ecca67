"""Writes to a platform, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from reconciler.sdk.items import Item, Marker
from reconciler.sdk.values import Fields, Ref, Value

__all__ = ["Change", "Draft", "Outcome", "Pending", "Preview", "Problem", "Transition"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of status along an approved path: the last status is the target, no other way is taken.

    Attributes:
        fields: for the screens on the way.
        through: statuses that a path may pass where none leads straight to the target. `preview` looks for the path;
            a write takes `path` alone.
    """

    path: tuple[Ref, ...]
    fields: Fields = field(default_factory=dict)
    through: tuple[Ref, ...] | Literal["any"] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An item to create. `fields` holds only fields that can be written at creation; `marker.item` is `None`.

    Without a marker it is nobody's: what the everyday verbs create.
    """

    operation: str
    type: Ref
    fields: Fields
    marker: Marker | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one item.

    Attributes:
        item: as just read: the precondition, and the positions of relations.
        set: fields to write whole; `None` clears.
        add, remove: elements of set-valued fields. Where one target is in both (a document's new title), the
            provider replaces it.
        comment: Markdown; inside the transition where there is one. It carries the operation's id.
        comment_name: names the comment. One of this name that we wrote on the item before is rewritten instead, apart
            from any transition; so there is one of a name, and to write it again is harmless.
        marker: a new marker, or whether to keep or drop the one that is there.
    """

    operation: str
    item: Item
    set: Fields = field(default_factory=dict)
    add: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    remove: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    transition: Transition | None = None
    comment: str | None = None
    comment_name: str = ""
    marker: Marker | Literal["keep", "drop"] = "keep"


@dataclass(frozen=True, slots=True)
class Pending:
    """A write whose outcome is unknown.

    Attributes:
        write: as it was sent; a change's item carries its id, and in its fields what was live just before.
        send_before: the request was not sent after this.
        highest_key: the highest key of the project that was known when it was journalled; empty where there was none.
    """

    write: Draft | Change
    send_before: datetime
    highest_key: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something can't be, or was not, written. `field` is a field id; `message` the platform's words."""

    code: Literal["bad_value", "required", "not_writable", "no_path", "rule", "forbidden", "changed", "gone", "limit"]
    message: str
    field: str | None = None
    options: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one operation.

    `partial`: only the field ids in `applied` were written; a status counts at the end of its path alone. `unknown`: it
    has to be settled before anything else is done to the item. `not_sent`: nothing left this machine. `item` is what
    the platform answered, where it did; after a creation its id, key and url are certain and its fields may be empty.
    """

    operation: str
    result: Literal["done", "partial", "refused", "changed", "gone", "unknown", "not_sent"]
    item: Item | None = None
    applied: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a write would take: the requests by kind of call, the path of its transition, what the platform would
    refuse, and what a person should know ("notifies its watchers: this account can't suppress that").

    A whole call's shared requests (a bulk create) are counted in the preview of the first input that needs them.

    Attributes:
        transition: with the path that was found, where the write named only the target.
        notifies: the platform sends mail about this change, and this account can't suppress it.
    """

    operation: str
    requests: Mapping[str, int]
    transition: Transition | None = None
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    notifies: bool = False
