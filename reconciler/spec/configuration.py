"""What the spec files say, read, checked and evaluated: the input of a plan. Every value knows its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from reconciler.diagnostics import Diagnostic, Place
from reconciler.sdk.incident import Incident

__all__ = [
    "Authored",
    "Configuration",
    "Conflicts",
    "DesiredItem",
    "Import",
    "IncidentTemplate",
    "ItemAttribute",
    "Move",
    "Notify",
    "OnMissing",
    "OnRemove",
    "Ownership",
    "Policy",
    "ProviderBlock",
    "Reference",
    "Rule",
    "Template",
    "Workspace",
]

Ownership: TypeAlias = Literal["spec", "people", "seed", "nobody"]
Conflicts: TypeAlias = Literal["spec", "people", "stop"]
Notify: TypeAlias = Literal["normal", "quiet"]
OnMissing: TypeAlias = Literal["stop", "recreate", "forget"]
OnRemove: TypeAlias = Literal["close", "delete", "forget"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Which workspace this is. `instance` is empty where there is only one, `previous_name` is what it was called."""

    name: str
    id: str
    instance: str
    place: Place
    previous_name: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression over an action and the plan that refuses a plan (`deny`) or speaks up about it (`warn`).

    `condition` is the expression, checked; `place` and `snippet` are where it stands. `message` says why.
    """

    effect: Literal["deny", "warn"]
    condition: str
    message: str
    place: Place
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How careful a run is.

    Attributes:
        conflicts: whose value wins where the spec and a person both changed a field. `None` where nothing is said:
            the spec's, which then moves no status back from where a person put it; with `spec` it does.
        notify: `quiet` suppresses the platform's mails where the account may.
        on_missing: what to do about an item that the platform no longer shows.
        rules: each holds for itself.
    """

    conflicts: Conflicts | None = None
    notify: Notify = "normal"
    on_missing: OnMissing = "stop"
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """An item under a new address, both canonical. A group that moves whole is one of these for each instance."""

    source: str
    target: str
    place: Place


@dataclass(frozen=True, slots=True)
class Import:
    """An item of the platform that an address takes over: named by exactly one of key, id and query."""

    address: str
    place: Place
    key: str | None = None
    id: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """A provider as the spec configures it; `options` are the keys that its plugin alone knows."""

    name: str
    plugin: str
    project: str | None
    types: Mapping[str, str]
    statuses: Mapping[str, tuple[str, ...]]
    priorities: Mapping[str, str]
    fields: Mapping[str, str]
    options: Mapping[str, object]
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """Another item: by its address in the spec, or from outside it by exactly one of key, id and url."""

    address: str | None = None
    key: str | None = None
    id: str | None = None
    url: str | None = None

    def __str__(self) -> str:
        return self.address or self.key or self.id or self.url or ""


@dataclass(frozen=True, slots=True)
class ItemAttribute:
    """Something of another item that is known after apply."""

    address: str
    attribute: Literal["key", "id", "url"]


@dataclass(frozen=True, slots=True)
class Template:
    """A text with parts that are known after apply; there is at least one such part."""

    parts: tuple[str | ItemAttribute, ...]


@dataclass(frozen=True, slots=True)
class Authored:
    """A value and where it was written.

    The value is text, number, flag, `date`, `None` (a literal null: clear the field), a list or mapping of these, a
    `Template`; for `parent` a `Reference`, for `links` a mapping of link word to a tuple of `Reference`, for `labels`,
    `components` and other sets a tuple. `exact` says that the spec owns a whole set. `snippet` is its source line.
    """

    value: object
    place: Place
    exact: bool = False
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class DesiredItem:
    """A work item that the spec wants.

    Attributes:
        address: canonical: `deal`, `tasks["legal"]`.
        group, key: `tasks` and `legal`; the key is `None` where the item stands alone.
        provider: the name of a provider block.
        type: the type's name or word.
        fields: by the spec's word: `title`, `due`, `fields.amount`; an absent key is left alone.
        ownership: what the spec says about it, by word; defaults are the engine's.
        apply_after: addresses.
        on_remove: what becomes of the item when its address leaves the specs.
        close_comment: the comment that closing it leaves, a text; `None` for none.
        through: statuses, by word or the platform's name, that may be passed on the way to another; or any.
    """

    address: str
    group: str
    key: str | None
    provider: str
    type: Authored
    fields: Mapping[str, Authored]
    ownership: Mapping[str, Ownership]
    protect: bool
    apply_after: tuple[str, ...]
    place: Place
    on_remove: OnRemove = "close"
    close_comment: Authored | None = None
    through: tuple[str, ...] | Literal["any"] = ()


@dataclass(frozen=True, slots=True, eq=False)
class IncidentTemplate:
    """How a report of an incident becomes an item.

    Attributes:
        provider: the name of a provider block.
        reopen: whether a report about an item that is done opens it again.
        paths: where the fields of an incident stand in a payload, by field a dotted path; empty where it is recognised.
        item: makes the item of an incident: of it, the item's key, the time of the report, and the characters of logs
            that there is room for. Raises `SpecError` where the template does not fit the incident.
        fixed: the item as far as it is the same for every incident; `None` where the template has a mistake.
    """

    name: str
    provider: str
    reopen: bool
    paths: Mapping[str, str]
    item: Callable[[Incident, str, datetime, int], DesiredItem]
    fixed: DesiredItem | None
    place: Place


@dataclass(frozen=True, slots=True)
class Configuration:
    """A workspace's specs, expanded.

    Attributes:
        directory: where the files are, absolute.
        items: by address, in the order of the files.
        variables: by name, 16 hex of the digest of each variable's value.
        digest: SHA-256 over the files and variables that were read.
        diagnostics: warnings and notes; errors are raised as one `SpecError`.
        moved: no source is an item of these specs; no address is a source twice, or a target twice.
        removed: addresses that left the specs for good, and where that is said. A bare name (`tasks`) also stands
            for every instance that the group had. None is an item of these specs.
        imports: each for an item of these specs.
        incidents: templates, by name.
    """

    directory: str
    workspace: Workspace
    providers: Mapping[str, ProviderBlock]
    items: Mapping[str, DesiredItem]
    variables: Mapping[str, str]
    digest: str
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    policy: Policy = field(default=Policy())
    moved: tuple[Move, ...] = ()
    removed: tuple[tuple[str, Place], ...] = ()
    imports: tuple[Import, ...] = ()
    incidents: Mapping[str, IncidentTemplate] = field(default_factory=dict)
