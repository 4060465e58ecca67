"""What the state keeps: frozen records, the same in every store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from reconciler.sdk import Fields, Ref, Value

__all__ = [
    "Archive",
    "ItemRecord",
    "OperationKind",
    "OperationRecord",
    "OperationStatus",
    "RunRecord",
    "Sightings",
    "State",
    "WorkspaceRecord",
]


@dataclass(frozen=True, slots=True)
class WorkspaceRecord:
    """Whose state this is. `lineage` is made with the state and never changes; `last_run` is the last that wrote."""

    id: str
    name: str
    instance: str
    lineage: str
    last_run: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sightings:
    """How often an incident was reported.

    Attributes:
        count: reports that the state knows of; not `exact` where it was lost and made anew.
        first, last: when, ISO 8601 in UTC; empty where that is not known.
        resolved: when its end was reported; empty while it is not over.
        report: 16 hex of the last report's digest.
    """

    count: int
    exact: bool = True
    first: str = ""
    last: str = ""
    resolved: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """What is known of the live item at an address.

    Attributes:
        provider: the name of its provider; `site` the site's stable id, `project` the id of the project that was
            configured when it was made or taken over.
        id: the remote id; `key` and `url` are for people.
        base: by field id, what the spec said when it was last applied; sets hold our elements.
        observed: by field id, live as read back after our last write.
        shared: by field id, elements of `base` that were live before the spec claimed them.
        not_kept: by field id, values that the platform did not keep.
        creation: the operation that created it; empty where none of ours did.
        on_remove: what to do when the address leaves the spec, as last applied; with it `close_comment`, the comment
            that closing leaves, and `through`, the statuses that may be passed on the way.
        sightings: of an item that an incident made; `None` for the specs' own.
    """

    address: str
    provider: str
    site: str
    id: str
    key: str
    url: str
    type: Ref
    title: str
    base: Fields
    observed: Fields
    shared: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    not_kept: Fields = field(default_factory=dict)
    revision: str = ""
    protect: bool = False
    closed: bool = False
    on_remove: Literal["close", "delete", "forget"] = "close"
    close_comment: str | None = None
    through: tuple[str, ...] | Literal["any"] = ()
    project: str = ""
    creation: str = ""
    sightings: Sightings | None = None

    @property
    def origin(self) -> Literal["spec", "incident"]:
        """Where the item comes from. An incident's is no plan's business: it is neither changed nor removed."""
        return "spec" if self.sightings is None else "incident"


OperationKind: TypeAlias = Literal[
    "create", "update", "close", "delete", "forget", "move", "adopt", "restore", "marker"
]
OperationStatus: TypeAlias = Literal["open", "done", "partial", "refused", "changed", "gone", "absent"]
"""`open`: sent, or about to be, and not known to have ended: it has to be settled. A refused, changed, gone or
absent operation wrote nothing."""


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """One write of the journal: written before it is sent, ended when its outcome is known.

    Attributes:
        values: by field id, what is sent of single values, the status too.
        before: by field id, live just before.
        added, removed: by field id, the elements that it adds to sets and removes from them.
        after: what the state keeps of the item once it has arrived; its id is empty before a creation. `None` where it
            leaves nothing to keep.
        highest_key: the highest key known at the time, from which a look upwards starts; empty where keys don't rank.
        send_before: the request is not sent after this.
    """

    id: str
    run: str
    address: str
    provider: str
    kind: OperationKind
    item: str | None
    values: Fields
    before: Fields
    highest_key: str
    journalled_at: datetime
    send_before: datetime | None
    status: OperationStatus = "open"
    added: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    removed: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    comment: str | None = None
    after: ItemRecord | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One command that wrote into the state.

    Attributes:
        plan_digest: of the plan that was applied; empty where the command had none.
        overrides: limits that the operator accepted, by name.
        counts: how many of what came of it; `interrupted` are actions that a stop kept from being begun.
        command: `apply`, `state rebuild`, and so on.
    """

    id: str
    started_at: datetime
    who: str
    commit: str | None
    plan_digest: str
    overrides: Mapping[str, int] = field(default_factory=dict)
    finished_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    command: str = "apply"


@dataclass(frozen=True, slots=True)
class State:
    """One reading of the state, consistent in itself. `open_operations` are oldest first."""

    workspace: WorkspaceRecord
    items: Mapping[str, ItemRecord] = field(default_factory=dict)
    open_operations: tuple[OperationRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """All that a state holds. Operations and runs are oldest first."""

    workspace: WorkspaceRecord
    items: tuple[ItemRecord, ...] = ()
    operations: tuple[OperationRecord, ...] = ()
    runs: tuple[RunRecord, ...] = ()
