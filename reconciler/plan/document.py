"""The plan: one self-contained document, the same on the screen, in a file and in the hands of apply.

Values are in the spec's language, as `Provider.express` says them: apply normalizes them again, so that what was
approved is what is applied. Items are named by their address where the spec has one, else by `{"key": ...}`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

__all__ = [
    "FORMAT_VERSION",
    "MARKER",
    "Action",
    "ActionKind",
    "Claim",
    "Conflict",
    "Drift",
    "FieldChange",
    "Finding",
    "Leaving",
    "PlanDocument",
    "Recording",
    "Reported",
    "Site",
    "Summary",
    "WorkspaceName",
    "digest_of",
]

FORMAT_VERSION: Final = "1.0"

MARKER: Final = "marker"
"""Stands for a field in an action that puts an item's marker in order. No spec has a field of this name."""

ActionKind: TypeAlias = Literal["create", "update", "adopt", "close", "delete", "forget", "move"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SpecSource(_Part):
    """Which specs it was made from; `commit` where they lie in a git checkout."""

    digest: str
    commit: str | None = None


class WorkspaceName(_Part):
    """Which workspace it is for."""

    name: str
    id: str
    instance: str


class StateVersion(_Part):
    """Which state it was made from; both are `None` where there was none."""

    lineage: str | None = None
    last_run: str | None = None


class Site(_Part):
    """Where a provider writes; `id` is the site's stable id."""

    provider: str
    plugin: str
    id: str
    url: str
    project: str


class ProviderSettings(_Part):
    """A provider as the specs configured it, so that the plan needs no spec to be applied."""

    name: str
    plugin: str
    project: str | None = None
    types: dict[str, str] = Field(default_factory=dict)
    statuses: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    priorities: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    options: dict[str, JsonValue] = Field(default_factory=dict)


class FieldChange(_Part):
    """One field of an action.

    `field` is the spec's word (`fields.amount`, `links.blocks`). Sets use `added` and `removed`, other fields
    `before` and `after`. Where `unknown` is true, `after` holds parts: text, and `{"address", "attribute"}` for what is
    known after apply; so does the `url` of an added document whose page is not known yet. `path` is the way that a
    status takes, its target last.
    """

    field: str
    before: JsonValue = None
    after: JsonValue = None
    unknown: bool = False
    added: tuple[JsonValue, ...] = ()
    removed: tuple[JsonValue, ...] = ()
    path: tuple[str, ...] = ()
    ownership: Literal["spec", "people", "seed", "nobody"]
    reason: str


class Leaving(_Part):
    """What becomes of an item when its address leaves the specs; `comment` and `through` are for closing it.

    `through` are statuses that may be passed on the way to another, or any: they are for its other transitions too.
    """

    on_remove: Literal["close", "delete", "forget"] = "close"
    comment: str | None = None
    through: tuple[str, ...] | Literal["any"] = ()


class Reported(_Part):
    """What the state keeps of an incident's reports afterwards, as `reconciler.state.records.Sightings` has it.

    `comment` is what the item's one comment about them says then; `None` for no comment.
    """

    count: int
    exact: bool = True
    first: str = ""
    last: str = ""
    resolved: str = ""
    report: str = ""
    comment: str | None = None


class Action(_Part):
    """What happens to one item.

    `depends_on` are addresses whose actions come first; `protect` and `leaving` are what the state keeps.
    `missing`: the platform shows the item no more that the state has here. It is made anew or forgotten; an update or a
    move brings it back from the platform's recycle bin first.
    `parent` is the remote id of the parent that the plan saw, empty for none, `None` where it was not read; `live_type`
    the remote id of the type that the item had, `None` where there is no item. `incident` is of an item that an
    incident made: no plan of specs has one.
    """

    address: str
    previous_address: str | None = None
    action: ActionKind
    provider: str
    id: str | None = None
    key: str | None = None
    url: str | None = None
    title: str
    type: str
    reason: str
    changes: tuple[FieldChange, ...] = ()
    depends_on: tuple[str, ...] = ()
    protect: bool = False
    leaving: Leaving = Leaving()
    missing: bool = False
    parent: str | None = None
    live_type: str | None = None
    incident: Reported | None = None


class Drift(_Part):
    """A person's change since the last apply: kept, or about to be reverted. `by` and `at` are from the changelog."""

    address: str
    field: str
    before: JsonValue = None
    after: JsonValue = None
    kept: bool
    by: str | None = None
    at: str | None = None


class Conflict(_Part):
    """A field that both the spec and a person changed, and who wins."""

    address: str
    field: str
    base: JsonValue = None
    desired: JsonValue = None
    live: JsonValue = None
    resolution: Literal["spec", "people", "stop"]
    by: str | None = None
    at: str | None = None


class Claim(_Part):
    """One field as the state keeps it afterwards, exactly: values as `reconciler.sdk.encode` writes them.

    `field` is a field id. For a set, `base` holds our elements and `shared` those that people had put there before; for
    another field `observed` is what was live. The target of a link to an item yet to be created is an awaited one.
    """

    field: str
    base: JsonValue = None
    observed: JsonValue = None
    shared: tuple[JsonValue, ...] = ()


class Recording(_Part):
    """What the state learns beside what is written: fields claimed without a write, sets, fields let go, protection.

    `released` are field ids: the spec has no word for them any more. `type` is the one that a person gave the item and
    that the spec says too, as `reconciler.sdk.encode` writes it.
    """

    address: str
    claimed: tuple[Claim, ...] = ()
    released: tuple[str, ...] = ()
    protect: bool | None = None
    closed: bool | None = None
    leaving: Leaving | None = None
    type: JsonValue = None


class Summary(_Part):
    """How many items; every item that the spec or the state knows is counted once."""

    create: int = 0
    update: int = 0
    adopt: int = 0
    close: int = 0
    delete: int = 0
    forget: int = 0
    move: int = 0
    unchanged: int = 0


class Finding(_Part):
    """A diagnostic, as `reconciler.diagnostics.Diagnostic` in JSON."""

    severity: Literal["error", "warning", "note"]
    code: str
    summary: str
    detail: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str = ""
    snippet: str = ""


class PlanDocument(_Part):
    """A plan.

    `kind` tells an applicable plan from one that only shows drift; `variables` are digests, by name. `notify` says
    whether the platform's mails are suppressed where the account may; `notifications` counts the changes about which
    it sends mail all the same. `missing` are the addresses whose items the platform shows no more. `previous_name` is
    what the specs say that the workspace was called: a state of that name takes the new one.
    """

    format_version: Literal["1.0"] = FORMAT_VERSION
    kind: Literal["plan", "destroy", "refresh_only"] = "plan"
    directory: str
    workspace: WorkspaceName
    previous_name: str | None = None
    spec: SpecSource
    state: StateVersion
    site: tuple[Site, ...]
    providers: tuple[ProviderSettings, ...]
    variables: dict[str, str] = Field(default_factory=dict)
    targets: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    recordings: tuple[Recording, ...] = ()
    drift: tuple[Drift, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    requests: dict[str, dict[str, int]] = Field(default_factory=dict)
    notify: Literal["normal", "quiet"] = "normal"
    notifications: int = 0
    missing: tuple[str, ...] = ()
    summary: Summary
    diagnostics: tuple[Finding, ...] = ()
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$|^$")] = ""


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a plan's document, its own digest left out."""
    body = {name: value for name, value in document.items() if name != "digest"}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
