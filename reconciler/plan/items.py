"""What happens to one item: the three-way diff over all of its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import UNKNOWN, Decision, SetDecision, decide, decide_set
from reconciler.plan.edges import Edges
from reconciler.plan.parting import Parting, parting_of
from reconciler.sdk import Item, Ref, SiteDescription, TypeInfo, Value
from reconciler.spec.configuration import Conflicts, Template
from reconciler.state.records import ItemRecord

__all__ = ["REMOVALS", "DecidedField", "DecidedSet", "ItemKind", "ItemPlan", "is_done", "plan_create", "plan_update"]

ItemKind: TypeAlias = Literal["create", "update", "adopt", "move", "close", "delete", "forget"]

REMOVALS: Final = frozenset({"close", "delete", "forget"})
"""What can become of an item whose address leaves the specs."""

_CATEGORIES = {"new": 0, "active": 1, "done": 2}


@dataclass(frozen=True, slots=True)
class DecidedField:
    """A field with a single value, and what happens to it."""

    want: Want
    decision: Decision
    base: Value = None
    observed: Value = None
    live: Value = None


@dataclass(frozen=True, slots=True)
class DecidedSet:
    """A set, and what happens to its elements."""

    want: Want
    decision: SetDecision
    recorded: bool

    @property
    def sends(self) -> bool:
        """Whether anything is written."""
        return bool(self.decision.added or self.decision.removed)

    @property
    def moved(self) -> bool:
        """Whether people changed it: took away what is ours, or put something into an exact set."""
        return bool(self.decision.restore or self.decision.gone or self.decision.dismiss)


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One address and all that is decided about it.

    Attributes:
        previous_address: where a moved item was.
        released: field ids that the state lets go.
        protect, closed, parting: what the state keeps afterwards.
        missing: the platform does not show the item that the state has here; what is known of it is what was seen last.
        marker_missing: the item's marker is not there, or does not say what the state knows.
    """

    address: str
    kind: ItemKind
    provider: str
    type: TypeInfo
    title: str
    record: ItemRecord | None = None
    live: Item | None = None
    wanted: Wanted | None = None
    fields: tuple[DecidedField, ...] = ()
    sets: tuple[DecidedSet, ...] = ()
    released: tuple[str, ...] = ()
    protect: bool = False
    closed: bool = False
    parting: Parting = field(default=Parting())
    previous_address: str | None = None
    missing: bool = False
    marker_missing: bool = False
    needs: frozenset[str] = field(default=frozenset())

    @property
    def stopped(self) -> bool:
        """A conflict that only a person can end: nothing is sent for the item."""
        return any(each.decision.verdict == "stop" for each in self.fields)

    @property
    def sends(self) -> bool:
        """Whether anything is written to the platform."""
        return (
            self.kind in {"create", "adopt", "move", "delete", "forget"}
            or self.missing
            or self.marker_missing
            or any(each.decision.verdict in {"write", "revert"} for each in self.fields)
            or any(each.sends for each in self.sets)
        )

    @property
    def became(self) -> Ref | None:
        """The type that a person gave it and that the spec says too, where the state has another."""
        if self.record is None or self.live is None or self.wanted is None or self.live.type == self.record.type:
            return None
        return self.live.type if self.live.type == self.wanted.type.ref else None

    @property
    def records(self) -> bool:
        """Whether the state learns something without a write."""
        before = self.record
        return (
            any(each.decision.verdict == "record" for each in self.fields)
            or any(each.recorded for each in self.sets)
            or bool(self.released)
            or self.became is not None
            or (before is not None and (before.protect, before.closed) != (self.protect, self.closed))
            or (before is not None and parting_of(before) != self.parting)
        )

    @property
    def asks_who(self) -> frozenset[str]:
        """Ids of the fields that a person changed: their authors are worth a look in the changelog."""
        fields = {
            each.want.info.id
            for each in self.fields
            if each.decision.verdict in {"revert", "keep"} or each.decision.conflict
        }
        sets = {each.want.info.id for each in self.sets if each.moved}
        return frozenset(fields | sets)


def plan_create(wanted: Wanted, new: frozenset[str]) -> ItemPlan:
    """Everything that the spec says is written; what it clears is recorded: a new item has nothing to clear.

    Args:
        new: addresses that no item has yet.
    """
    fields = tuple(
        DecidedField(want, Decision("record" if want.value is None else "write"))
        for want in wanted.fields.values()
        if not want.info.many
    )
    sets = tuple(
        DecidedSet(want, SetDecision(add=want.value, base=want.value), recorded=False)
        for want in wanted.fields.values()
        if want.info.many and isinstance(want.value, tuple) and want.value
    )
    return ItemPlan(
        address=wanted.item.address,
        kind="create",
        provider=wanted.item.provider,
        type=wanted.type,
        title=wanted.title,
        wanted=wanted,
        fields=fields,
        sets=sets,
        protect=wanted.item.protect,
        parting=wanted.parting,
        needs=_needs(wanted, new),
    )


def plan_update(
    wanted: Wanted,
    record: ItemRecord,
    live: Item,
    site: SiteDescription,
    edges: Edges,
    new: frozenset[str],
    conflicts: Conflicts | None = None,
) -> ItemPlan:
    """Decide each field that the spec names, and let go of those that it names no more.

    Args:
        new: addresses that no item has yet.
        conflicts: what the policy says about fields that the spec and a person both changed.
    """
    reopened = _reopened(wanted, live) if record.closed else None
    wants = {**wanted.fields, reopened.info.id: reopened} if reopened else wanted.fields
    fields: list[DecidedField] = []
    sets: list[DecidedSet] = []
    for id, want in wants.items():
        if want.info.many:
            sets.append(_decide_set(want, record, live, site, edges))
            continue
        now = live.fields.get(id)
        decision = decide(
            desired=want.value,
            base=record.base.get(id, UNKNOWN),
            observed=record.observed.get(id, UNKNOWN),
            live=now,
            owner=want.owner,
            behind=_behind(wanted.type, want, now),
            conflicts=conflicts,
        )
        if want is reopened:
            decision = Decision("write")
        base = record.base.get(id)
        fields.append(DecidedField(want, decision, base, record.observed.get(id, base), now))
    return ItemPlan(
        address=record.address,
        kind="update",
        provider=record.provider,
        type=wanted.type,
        title=wanted.title,
        record=record,
        live=live,
        wanted=wanted,
        fields=tuple(fields),
        sets=tuple(sets),
        released=tuple(sorted({id for id in (*record.base, *wants) if id not in wanted.fields})),
        protect=wanted.item.protect,
        parting=wanted.parting,
        needs=_needs(wanted, new),
    )


def _decide_set(want: Want, record: ItemRecord, live: Item, site: SiteDescription, edges: Edges) -> DecidedSet:
    id = want.info.id
    base = record.base.get(id, UNKNOWN)
    before = tuple(each for each in base if each not in want.let_go) if isinstance(base, tuple) else UNKNOWN
    desired = want.value if isinstance(want.value, tuple) else ()
    shared = record.shared.get(id, ())
    there = _elements(live.fields.get(id))
    decision = decide_set(
        desired=desired,
        base=before,
        shared=shared,
        live=there,
        owner=want.owner,
        exact=want.exact,
        not_kept=_elements(record.not_kept.get(id)),
        ours_elsewhere=edges.elsewhere(edges.held, record, site, desired),
        wanted_elsewhere=edges.elsewhere(edges.wanted, record, site, (*_elements(base), *there)),
    )
    recorded = set(_elements(base)) != set(decision.base) or set(shared) != set(decision.shared)
    return DecidedSet(want, decision, recorded)


def _needs(wanted: Wanted, new: frozenset[str]) -> frozenset[str]:
    """What has to come first: items that are yet to be created, and those that the spec says so of."""
    return wanted.needs & (new | set(wanted.item.apply_after))


def _elements(value: object) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _behind(type: TypeInfo, want: Want, live: Value) -> bool:
    if want.info.kind != "status":
        return False
    desired, now = _category(type, want.value), _category(type, live)
    return desired is not None and now is not None and desired < now


def _category(type: TypeInfo, value: object) -> int | None:
    if not isinstance(value, Ref):
        return None
    return next((_CATEGORIES[each.category] for each in type.statuses if each.ref == value), None)


def is_done(type: TypeInfo, value: Value) -> bool:
    """Whether a status is of a type's last category."""
    return _category(type, value) == _CATEGORIES["done"]


def _reopened(wanted: Wanted, live: Item) -> Want | None:
    """The status that a closed item gets whose address came back: the spec's, or the first where it names none.

    Whoever closed it, us or a person, does not matter: it is written, unless the spec wants it done, or it is open.
    """
    type = wanted.type
    info = type.by_word("status")
    new = next((each.ref for each in type.statuses if each.category == "new"), None)
    if info is None or not is_done(type, live.fields.get(info.id)):
        return None
    want = wanted.fields.get(info.id)
    if want is None:
        return Want(info, "status", new, "people", exact=False) if new else None
    return None if isinstance(want.value, Template) or is_done(type, want.value) else want
