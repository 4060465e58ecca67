"""What a site offers: its types, fields, statuses, link types and permissions, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from reconciler.sdk.values import Kind, Ref

__all__ = ["Capabilities", "FieldInfo", "LinkType", "SiteDescription", "Status", "TypeInfo"]


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field of one type.

    Attributes:
        id: the platform's id, unique on the site.
        name: the platform's name, not unique on Jira.
        word: the spec's word: `title`, `status`, ...; `fields.<alias>` for an alias that the spec declares. `None`
            where the spec has no word and the field goes by name or id.
        words: the spec's words for values, to option ids: `critical` -> "1".
        many: a set, written by element, never whole.
        required: at creation, and without a default.
        writable: when it can be written.
        options: the values it takes; `None` where it is open or the options are too many to list.
        past: the values that it takes no more, though they are there: archived versions, closed sprints.
        max_length: in characters.
        whole: of numbers: they are whole, and of 32 bits.
        markup: what a rich text is kept in, in the plugin's own word; empty for what it keeps texts in elsewhere.
        makes: a value that is not among the options is made, before the items that need it.
        why: why it is unsupported or not writable, or why nothing can be made that is not among its options.
    """

    id: str
    name: str
    kind: Kind
    word: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    required: bool = False
    writable: frozenset[Literal["create", "update", "transition"]] = frozenset()
    options: tuple[Ref, ...] | None = None
    past: tuple[Ref, ...] = ()
    max_length: int | None = None
    whole: bool = False
    markup: str = ""
    makes: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A status; `word` is the spec's: todo, in_progress, in_review, blocked, done, cancelled."""

    ref: Ref
    category: Literal["new", "active", "done"]
    word: str | None = None


@dataclass(frozen=True, slots=True)
class LinkType:
    """A type of link, read "this item <outward> that one". Equal texts make it symmetric.

    `outward_word` and `inward_word` are the spec's words for its directions (`blocks`, `blocked_by`), where it has
    them; a type goes by its `outward` or `inward` text else.
    """

    id: str
    outward: str
    inward: str
    target: Literal["item", "url", "commit", "pull_request"] = "item"
    outward_word: str | None = None
    inward_word: str | None = None

    @property
    def symmetric(self) -> bool:
        """Whether both ends read the same."""
        return self.outward == self.inward


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A work item type.

    Attributes:
        level: 1 and up for epics, 0 for standard types, -1 for sub-tasks.
        fields: by id, the pseudo-fields for links and documents among them. One with the word `type`, writable at
            update, says that an edit may give items another type of this level; `preview` says whether it may for an
            item. A platform where it may not needs no such field.
        transitions: by status id, the statuses that one transition reaches; `None` where this account may not read
            workflows.
        word: the spec's: epic, feature, story, task, bug, subtask.
        initial: the id of the status in which new items start; `None` where this account may not know.
    """

    ref: Ref
    level: int
    fields: Mapping[str, FieldInfo]
    statuses: tuple[Status, ...]
    transitions: Mapping[str, tuple[str, ...]] | None = None
    word: str | None = None
    initial: str | None = None

    def by_word(self, word: str) -> FieldInfo | None:
        """The field that the spec calls `word`."""
        return next((each for each in self.fields.values() if each.word == word), None)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the platform and this account can do.

    Attributes:
        guarded: ids of fields whose write the platform refuses when the item changed meanwhile.
        quiet: this account may suppress the notifications of updates.
        marker: whether creation carries the marker, or a second write does.
        marker_in_reads: markers come with bulk reads; else each costs a read of its own.
        lag: how long a search may miss a write.
        searchable_marker: `find_marked` can search for markers; else it only reads upwards by key.
        marker_note: what is unusual about where this site's markers are, for people: `doctor` shows it.
        hides_markers: an item may have a marker of another time that the site does not show any more.
    """

    guarded: frozenset[str]
    quiet: bool
    marker: Literal["in_create", "second_write"]
    marker_in_reads: bool
    lag: timedelta
    searchable_marker: bool = True
    marker_note: str = ""
    hides_markers: bool = False


@dataclass(frozen=True, slots=True)
class SiteDescription:
    """All that `normalize` needs offline, for one site, project and account.

    Attributes:
        site: a stable id (cloud id, collection id), never the URL.
        types: by type id.
        containers: sprints, components, versions and paths, by kind.
        users: those resolved so far, never the directory.
        user_names: what a spec may call them (e-mail, account id, display name), casefolded, to account ids.
    """

    site: str
    url: str
    project: Ref
    account: Ref
    read_at: datetime
    types: Mapping[str, TypeInfo]
    link_types: tuple[LinkType, ...]
    containers: Mapping[Kind, tuple[Ref, ...]]
    users: tuple[Ref, ...]
    user_names: Mapping[str, str]
    permissions: Mapping[str, bool]
    capabilities: Capabilities
