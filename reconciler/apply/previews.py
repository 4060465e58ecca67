"""What a plan would take, and what the platforms would refuse: asked of the providers, sending no write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.apply.answers import Answer, notices, problems
from reconciler.apply.containers import unmade_in
from reconciler.apply.foreseen import marker_writes, planned_records
from reconciler.apply.intents import (
    Intent,
    after_creation,
    as_change,
    as_draft,
    at_creation,
    new_marker,
    understand,
)
from reconciler.apply.restoring import brings_back, coming_back
from reconciler.errors import BadValue
from reconciler.plan.assemble import Cost
from reconciler.plan.desired import awaited, awaited_address
from reconciler.plan.document import Action, FieldChange, PlanDocument
from reconciler.plan.order import waves
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Draft, FieldInfo, Fields, Item, Link, Preview, Provider, Ref, TypeInfo
from reconciler.spec.configuration import DesiredItem
from reconciler.state.records import ItemRecord

__all__ = ["count_mails", "preview"]


def preview(
    document: PlanDocument,
    speeches: Mapping[str, Speech],
    providers: Mapping[str, Provider],
    records: Mapping[str, ItemRecord],
    items: Mapping[str, Item],
    validated: Mapping[str, DesiredItem] | None = None,
) -> Cost:
    """Count the requests of a plan and its mails, find the paths of its transitions, and what stands in its way.

    Args:
        records: of the state, moved and adopted ones where they will be.
        items: by address, the live items that it changes, with their markers where reads carry them.
        validated: by address, items as the specs have them, where the platforms are asked whether they would take new
            ones too; what is in the way has a place in the specs then. `None` asks only about items that exist.
    """
    items = {**items, **coming_back(document, records)}
    every: list[Answer] = []
    requests: dict[str, Counter[str]] = {}
    for name, part in _parts(document, speeches, providers, records, items).items():
        creations = part.creations(live=validated is not None)
        answers = [*creations, *part.changes(live=True), *part.returns(), *part.markers(), *part.makings()]
        alone = Counter({"restore": sum(map(brings_back, part.actions))})
        alone["delete"] = sum(1 for each in part.actions if each.action == "delete")
        requests[name] = +sum((Counter(each.preview.requests) for each in answers), alone)
        every += answers
    return Cost(
        requests=requests,
        notifications=_mails(every),
        paths={
            each.address: tuple(status.name for status in each.preview.transition.path)
            for each in every
            if each.preview.transition is not None
        },
        diagnostics=(*(problem for each in every for problem in problems(each, validated or {})), *notices(every)),
    )


def count_mails(
    document: PlanDocument,
    speeches: Mapping[str, Speech],
    providers: Mapping[str, Provider],
    records: Mapping[str, ItemRecord],
) -> int:
    """How many changes of a saved plan send mail, whatever the plan says itself. Reads the items once, in bulk.

    What can't be understood or read sends none: it is left alone when its turn comes.
    """
    known = planned_records(document, {name: each.site for name, each in speeches.items()}, records)
    touched = {*(each.address for each in document.actions), *(each.address for each in document.recordings)}
    items: dict[str, Item] = {}
    for name, provider in providers.items():
        mine = {known[each].id: each for each in touched & known.keys() if known[each].provider == name}
        there = {id: () for id in mine if awaited_address(id) is None}
        for found in provider.fetch(there, markers=True) if there else ():
            if found.item is not None:
                items[mine[found.asked]] = found.item
    items |= coming_back(document, known)
    clear = [each for each in document.actions if _is_clear(each, speeches[each.provider], known, items)]
    rest = document.model_copy(update={"actions": tuple(clear)})
    parts = _parts(rest, speeches, providers, records, items)
    return _mails(
        [
            each
            for part in parts.values()
            for each in (*part.creations(live=False), *part.changes(live=False), *part.returns(), *part.markers())
        ]
    )


def _is_clear(action: Action, speech: Speech, records: Mapping[str, ItemRecord], items: Mapping[str, Item]) -> bool:
    try:
        understand(action, speech, records)
    except BadValue:
        return False
    return action.action == "create" or action.address in items


def _mails(answers: Sequence[Answer]) -> int:
    return sum(1 for each in answers if each.preview.notifies)


def _parts(
    document: PlanDocument,
    speeches: Mapping[str, Speech],
    providers: Mapping[str, Provider],
    records: Mapping[str, ItemRecord],
    items: Mapping[str, Item],
) -> dict[str, _Part]:
    known = planned_records(document, {name: each.site for name, each in speeches.items()}, records)
    return {
        name: _Part(
            document.model_copy(
                update={
                    "actions": tuple(each for each in document.actions if each.provider == name),
                    "recordings": tuple(each for each in document.recordings if _is_of(each.address, name, known)),
                }
            ),
            speeches[name],
            provider,
            known,
            items,
        )
        for name, provider in providers.items()
    }


def _is_of(address: str, provider: str, records: Mapping[str, ItemRecord]) -> bool:
    return address in records and records[address].provider == provider


@dataclass(frozen=True, slots=True)
class _Part:
    """One provider's part of a plan, in the order in which it is carried out.

    Attributes:
        document: with this provider's actions and recordings alone.
        records: of all providers, as the plan will have them.
    """

    document: PlanDocument
    speech: Speech
    provider: Provider
    records: Mapping[str, ItemRecord]
    items: Mapping[str, Item]

    @property
    def actions(self) -> tuple[Action, ...]:
        return self.document.actions

    def creations(self, *, live: bool) -> Iterator[Answer]:
        """What is said of creations wave by wave, and of what follows them.

        Args:
            live: whether the platform is asked if it would take them.
        """
        fresh = [each for each in self.actions if each.action == "create"]
        for wave in waves(fresh):
            intents = self._understood(wave, at_creation)
            drafts = [
                as_draft(each, address, new_marker(self.document.workspace, each.action, ""))
                for address, each in intents.items()
            ]
            yield from self._ask(drafts, intents, live=live)
        intents = self._understood(fresh, after_creation)
        later = {address: _certain(each) for address, each in intents.items()}
        changes = [as_change(each, address, self._unborn(each)) for address, each in later.items() if each.fields]
        yield from self._ask(changes, later, live=False)

    def changes(self, *, live: bool) -> Iterator[Answer]:
        """What is said of changes to items that exist.

        Args:
            live: whether the provider may look where transitions lead.
        """
        changed = [each for each in self.actions if each.action not in {"create", "delete"} and not each.missing]
        intents = self._understood(changed)
        changes = [as_change(each, address, self.items[address]) for address, each in intents.items()]
        returning = {self.items[each.address].id for each in self.actions if brings_back(each)}
        early = [each for each in changes if _names(each, returning)]
        yield from self._ask([each for each in changes if each not in early], intents, live=live)
        yield from self._ask(early, intents, live=False)

    def returns(self) -> Iterator[Answer]:
        """What is said of changes to items that have to be brought back first."""
        intents = self._understood([each for each in self.actions if brings_back(each)])
        changes = [as_change(each, address, self.items[address]) for address, each in intents.items() if each.fields]
        yield from self._ask(changes, intents, live=False)

    def makings(self) -> Iterator[Answer]:
        """What is said of components, versions and sprints that are made; the first that needs one counts it."""
        if not any(info.makes for type in self.speech.site.types.values() for info in type.fields.values()):
            return
        seen: set[Ref] = set()
        intents = self._understood([each for each in self.actions if each.action not in {"delete", "forget"}])
        for address, intent in intents.items():
            for kind, wanted in unmade_in(intent):
                requests: dict[str, int] = {} if wanted in seen else {kind: 1}
                notice = f"the {kind} {wanted.name!r} is made first"
                yield Answer(address, Preview(address, requests, notices=(notice,)))
                seen.add(wanted)

    def markers(self) -> Iterator[Answer]:
        """What is said of the markers, which are written at the end."""
        intents = self._understood([each for each in self.actions if each.action not in {"delete", "forget"}])
        unborn = {each: self._unborn(intent) for each, intent in intents.items() if intent.action.action == "create"}
        writes = list(marker_writes(self.document, intents, self.records, {**self.items, **unborn}))
        yield from self._ask(writes, {}, live=False)

    def _understood(
        self, actions: Sequence[Action], *parts: Callable[[FieldInfo, FieldChange], bool]
    ) -> dict[str, Intent]:
        return {each.address: understand(each, self.speech, self.records, *parts) for each in actions}

    def _unborn(self, intent: Intent) -> Item:
        """An item that is yet to be created: its type, its marker, and the status in which it starts."""
        marker = new_marker(self.document.workspace, intent.action, "")
        info, start = intent.type.by_word("status"), _start(intent.type)
        fields: Fields = {info.id: start} if info and start else {}
        return Item(awaited(intent.action.address), "", "", intent.type.ref, fields, "", marker)

    def _ask(self, writes: Sequence[Draft | Change], intents: Mapping[str, Intent], *, live: bool) -> Iterator[Answer]:
        """Preview writes whose operation is their address; the answers in the order of the writes."""
        answers = {each.operation: each for each in self.provider.preview(writes, live=live)} if writes else {}
        for each in writes:
            yield Answer(each.operation, answers[each.operation], intents.get(each.operation))


def _start(type: TypeInfo) -> Ref | None:
    return next((each.ref for each in type.statuses if each.ref.id == type.initial), None)


def _certain(intent: Intent) -> Intent:
    """What follows a creation for sure: a status in which new items start takes no request.

    Where nobody knows that one, it is taken for any status of the first category that the specs name.
    """
    status = next((each for each in intent.type.statuses if each.ref == intent.status), None)
    start = _start(intent.type)
    if status is None or (status.ref != start if start else status.category != "new"):
        return intent
    return replace(intent, set={id: value for id, value in intent.set.items() if not _is_status(intent.type, id)})


def _names(change: Change, ids: Collection[str]) -> bool:
    """Whether a change names one of these items: what lies in the recycle bin still, the platform would not know."""
    added = (each.target for elements in change.add.values() for each in elements if isinstance(each, Link))
    return any(id in ids for id in (*(each.id for each in change.set.values() if isinstance(each, Ref)), *added))


def _is_status(type: TypeInfo, field: str) -> bool:
    return type.fields[field].kind == "status"
