"""What happens to one item: the three-way diff over all of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reconciler.plan.desired import Want, Wanted
from reconciler.plan.diff import UNKNOWN, Decision, SetDecision, decide, decide_set
from reconciler.plan.edges import Edges
from reconciler.sdk import FieldInfo, Item, Ref, SiteDescription, TypeInfo, Value
from reconciler.state.records import ItemRecord

__all__ = ["DecidedField", "DecidedSet", "ItemPlan", "plan_close", "plan_create", "plan_update"]

ItemKind: TypeAlias = Literal["create", "update", "close"]

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


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One address and all that is decided about it.

    `released` are field ids that the state lets go; `closed` and `protect` what the state keeps afterwards.
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
    needs: frozenset[str] = field(default=frozenset())

    @property
    def stopped(self) -> bool:
        """A conflict that only a person can end: nothing is sent for the item."""
        return any(each.decision.verdict == "stop" for each in self.fields)

    @property
    def sends(self) -> bool:
        """Whether anything is written to the platform."""
        return (
            self.kind == "create"
            or any(each.decision.verdict in {"write", "revert"} for each in self.fields)
            or any(each.sends for each in self.sets)
        )

    @property
    def records(self) -> bool:
        """Whether the state learns something without a write."""
        before = self.record
        return before is not None and (
            any(each.decision.verdict == "record" for each in self.fields)
            or any(each.recorded for each in self.sets)
            or bool(self.released)
            or before.protect != self.protect
            or before.closed != self.closed
        )

    @property
    def asks_who(self) -> frozenset[str]:
        """Ids of the fields that a person changed: their authors are worth a look in the changelog."""
        fields = {
            each.want.info.id
            for each in self.fields
            if each.decision.verdict in {"revert", "keep"} or each.decision.conflict
        }
        sets = {each.want.info.id for each in self.sets if each.decision.restore or each.decision.gone}
        return frozenset(fields | sets)


def plan_create(wanted: Wanted) -> ItemPlan:
    """Everything that the spec says is written, but for what it clears: a new item has nothing to clear."""
    fields = tuple(
        DecidedField(want, Decision("write"))
        for want in wanted.fields.values()
        if not want.info.many and want.value is not None
    )
    sets = tuple(
        DecidedSet(want, SetDecision(add=want.value, base=want.value), recorded=True)
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
        needs=wanted.needs,
    )


def plan_update(
    wanted: Wanted, record: ItemRecord, live: Item, site: SiteDescription, edges: Edges, new: frozenset[str]
) -> ItemPlan:
    """Decide each field that the spec names, and let go of those that it names no more.

    Args:
        new: addresses that no item has yet.
    """
    wants = dict(wanted.fields)
    if record.closed:
        wants = _reopened(wants, wanted.type, live)
    fields: list[DecidedField] = []
    sets: list[DecidedSet] = []
    for id, want in wants.items():
        if want.info.many:
            sets.append(_decide_set(want, record, live, site, edges))
            continue
        base, observed = record.base.get(id, UNKNOWN), record.observed.get(id, UNKNOWN)
        now = live.fields.get(id)
        decision = decide(
            desired=want.value,
            base=base,
            observed=observed,
            live=now,
            owner=want.owner,
            behind=_behind(wanted.type, want, now),
        )
        fields.append(DecidedField(want, decision, record.base.get(id), record.observed.get(id), now))
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
        released=tuple(id for id in record.base if id not in wants),
        protect=wanted.item.protect,
        needs=wanted.needs & (new | set(wanted.item.apply_after)),
    )


def plan_close(record: ItemRecord, live: Item, type: TypeInfo) -> ItemPlan:
    """Bring an item that left the spec to the platform's cancelled status, or done where there is no such."""
    info = type.by_word("status")
    target = _closing_status(type)
    decided: tuple[DecidedField, ...] = ()
    if info is not None and target is not None and not _is_done(type, live.fields.get(info.id)):
        want = Want(info, "status", target, "spec", exact=False)
        base, observed, now = (fields.get(info.id) for fields in (record.base, record.observed, live.fields))
        decided = (DecidedField(want, Decision("write"), base, observed, now),)
    return ItemPlan(
        address=record.address,
        kind="close",
        provider=record.provider,
        type=type,
        title=record.title,
        record=record,
        live=live,
        fields=decided,
        protect=record.protect,
        closed=True,
    )


def _decide_set(want: Want, record: ItemRecord, live: Item, site: SiteDescription, edges: Edges) -> DecidedSet:
    id = want.info.id
    base = record.base.get(id, UNKNOWN)
    before = base if isinstance(base, tuple) else UNKNOWN
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
        ours_elsewhere=edges.elsewhere(edges.held, record, site, desired),
        wanted_elsewhere=edges.elsewhere(edges.wanted, record, site, _elements(base if base is not UNKNOWN else None)),
    )
    recorded = before is UNKNOWN or set(_elements(base)) != set(decision.base) or set(shared) != set(decision.shared)
    return DecidedSet(want, decision, recorded)


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


def _is_done(type: TypeInfo, value: Value) -> bool:
    return _category(type, value) == _CATEGORIES["done"]


def _closing_status(type: TypeInfo) -> Ref | None:
    done = [each for each in type.statuses if each.category == "done"]
    by_word = {each.word: each.ref for each in reversed(done)}
    return by_word.get("cancelled") or by_word.get("done") or next((each.ref for each in done), None)


def _reopened(wants: Mapping[str, Want], type: TypeInfo, live: Item) -> dict[str, Want]:
    """A closed item whose address came back, and whose spec names no status, starts anew."""
    info: FieldInfo | None = type.by_word("status")
    new = next((each.ref for each in type.statuses if each.category == "new"), None)
    if info is None or new is None or info.id in wants or not _is_done(type, live.fields.get(info.id)):
        return dict(wants)
    return {**wants, info.id: Want(info, "status", new, "people", exact=False)}
