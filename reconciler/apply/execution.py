"""One run: a plan's actions in order, each outcome in the state before the next is taken.

create, wave by wave  ->  read back  ->  what creation could not carry
update, wave by wave      (guarded by a read of each group just before its writes)
close, leaves first
verify all that was written in one bulk read  ->  record
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from reconciler.apply.intents import (
    Intent,
    as_change,
    as_draft,
    moved_fields,
    understand,
    without_what_is_there,
)
from reconciler.apply.journal import Journal
from reconciler.apply.records import after_write, as_recorded, as_verified
from reconciler.errors import BadValue, LeaseLost, ProviderError
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.order import waves
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Clock, Draft, Fields, Found, Item, Marker, Outcome, Provider
from reconciler.state.records import ItemRecord, OperationKind, OperationRecord, OperationStatus
from reconciler.state.store import Lease

__all__ = ["Execution", "Result", "ResultKind"]

ResultKind: TypeAlias = Literal["done", "skipped", "failed", "unsettled", "not_kept"]

_ENDED: Mapping[str, OperationStatus] = {
    "done": "done",
    "partial": "partial",
    "refused": "refused",
    "changed": "changed",
    "gone": "gone",
    "not_sent": "refused",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one action. `problems` are in words, for people."""

    action: Action
    result: ResultKind
    record: ItemRecord | None = None
    problems: tuple[str, ...] = ()


@dataclass
class Execution:
    """Carries out one plan under a lease.

    Args:
        run: the id of the run.
        records: the state's, by address; kept up to date as the run goes on.
        report: called with each action's result as soon as it is certain.
    """

    document: PlanDocument
    run: str
    lease: Lease
    journal: Journal
    clock: Clock
    providers: Mapping[str, Provider]
    speeches: Mapping[str, Speech]
    records: dict[str, ItemRecord]
    report: Callable[[Result], None] = field(default=lambda _: None)

    def __post_init__(self) -> None:
        self._results: dict[str, Result] = {}
        self._written: dict[str, set[str]] = {}

    def execute(self) -> tuple[Result, ...]:
        """Do all that can be done, in the plan's order; one failure holds back only what needs it.

        Raises:
            LeaseLost: another process took over; nothing more is sent.
        """
        actions = self.document.actions
        for wave in waves([each for each in actions if each.action == "create"]):
            self._create(self._ready(wave))
        self._finish_creations()
        for kind in ("update", "close"):
            for wave in waves([each for each in actions if each.action == kind]):
                self._update(self._ready(wave))
        self._verify()
        self._record()
        return tuple(self._results[each.address] for each in actions)

    # -- what may be sent

    def _ready(self, wave: Iterable[Action]) -> Iterator[Intent]:
        """Intents of the actions whose needs are there; the others are skipped."""
        for action in wave:
            waits = [each for each in action.depends_on if each != action.address and self._failed(each)]
            if waits:
                self._end(action, "skipped", f"waits for {', '.join(waits)}")
                continue
            try:
                yield understand(action, self.speeches[action.provider], self.records)
            except BadValue as problem:
                self._end(action, "failed", problem.summary)

    def _failed(self, address: str) -> bool:
        result = self._results.get(address)
        return result is not None and result.result in {"skipped", "failed", "unsettled"}

    # -- creating

    def _create(self, intents: Iterator[Intent]) -> None:
        for provider, group in _by_provider(intents).items():
            drafts: list[Draft] = []
            waiting: dict[str, Intent] = {}
            for intent in group:
                operation = uuid.uuid4().hex
                draft = as_draft(intent, operation, self._marker(intent.action, operation))
                self._prepare(draft.operation, intent, "create", None, draft.fields, {})
                drafts.append(draft)
                waiting[draft.operation] = intent
            for outcome in self._outcomes(self.providers[provider].create(drafts), waiting):
                self._created(waiting.pop(outcome.operation), outcome)
            self._lost(waiting)

    def _created(self, intent: Intent, outcome: Outcome) -> None:
        action, item = intent.action, outcome.item
        if outcome.result != "done" or item is None:
            self._not_done(intent, outcome)
            return
        sent = intent.at_creation()
        record = ItemRecord(
            address=action.address,
            provider=action.provider,
            site=self.speeches[action.provider].site.site,
            id=item.id,
            key=item.key,
            url=item.url,
            type=intent.type.ref,
            title=action.title,
            base={},
            observed={},
        )
        self._keep(after_write(record, sent, sent.fields), outcome, sent.fields)
        self._end(action, "done")

    def _finish_creations(self) -> None:
        """Read back what was created, and write what its creation could not carry, if it is not so already."""
        created = [
            each
            for each in self.document.actions
            if each.action == "create" and self._results[each.address].result == "done"
        ]
        for provider, group in _by_provider(self._ready(created)).items():
            later = {each.action.address: each.after_creation() for each in group}
            wanted = {address: self._written[address] | intent.set.keys() for address, intent in later.items()}
            found = self._fetched(provider, wanted)
            for address, answer in found.items():
                if answer.item is not None:
                    self._verified(address, answer.item)
            self._send_changes(provider, {address: each for address, each in later.items() if each.fields}, found)

    # -- changing

    def _update(self, intents: Iterator[Intent]) -> None:
        for provider, group in _by_provider(intents).items():
            by_address = {each.action.address: each for each in group}
            found = self._fetched(provider, {address: each.fields for address, each in by_address.items()})
            self._send_changes(provider, by_address, found)

    def _send_changes(self, provider: str, intents: Mapping[str, Intent], just_read: Mapping[str, Found]) -> None:
        """Leave those items alone on which somebody moved what the plan writes, and change the rest."""
        changes: list[Change] = []
        waiting: dict[str, Intent] = {}
        for address, whole in intents.items():
            found = just_read[address]
            intent = self._guarded(whole, found)
            if intent is None or found.item is None:
                continue
            operation = uuid.uuid4().hex
            before = {id: found.item.fields.get(id) for id in intent.fields}
            kind: OperationKind = "close" if whole.action.action == "close" else "update"
            sent = {**intent.set, **intent.add}
            self._prepare(operation, intent, kind, found.item, sent, before)
            changes.append(as_change(intent, operation, found.item))
            waiting[operation] = whole
        if changes:
            for outcome in self._outcomes(self.providers[provider].update(changes, quiet=False), waiting):
                self._changed(waiting.pop(outcome.operation), outcome)
            self._lost(waiting)

    def _guarded(self, intent: Intent, found: Found) -> Intent | None:
        """The part of an intent that is still to be written, or `None` where the item has to be left alone."""
        action = intent.action
        if found.item is None:
            self._end(action, "skipped", "the item can't be read any more")
            return None
        moved = moved_fields(intent, found.item, self.speeches[action.provider]) if action.action != "create" else []
        if moved:
            names = ", ".join(each.word or each.name for each in moved)
            self._end(action, "skipped", f"{names} changed since the plan was made")
            return None
        rest = without_what_is_there(intent, found.item)
        if not rest.fields:
            record = after_write(self.records[action.address], intent, intent.fields)
            self._keep(record, None, intent.fields)
            self._end(action, "done")
            return None
        return rest

    def _changed(self, intent: Intent, outcome: Outcome) -> None:
        applied = intent.fields if outcome.result == "done" else outcome.applied
        if outcome.result not in {"done", "partial"}:
            self._not_done(intent, outcome)
            return
        self._keep(after_write(self.records[intent.action.address], intent, applied), outcome, applied)
        if outcome.result == "done":
            self._end(intent.action, "done")
        else:
            self._end(intent.action, "failed", *(each.message for each in outcome.problems))

    # -- outcomes

    def _prepare(
        self, operation: str, intent: Intent, kind: OperationKind, item: Item | None, values: Fields, before: Fields
    ) -> None:
        action = intent.action
        keys = [each.key for each in self.records.values() if each.provider == action.provider]
        self.journal.prepare(
            OperationRecord(
                id=operation,
                run=self.run,
                address=action.address,
                provider=action.provider,
                kind=kind,
                item=item.id if item else None,
                values=values,
                before=before,
                highest_key=max(keys, key=lambda key: (len(key), key), default=""),
                journalled_at=self.clock.now(),
                send_before=None,
            )
        )

    def _outcomes(self, outcomes: Iterator[Outcome], waiting: Mapping[str, Intent]) -> Iterator[Outcome]:
        """The outcomes of a call; where the whole call fails, what is left is told apart by the journal."""
        try:
            yield from outcomes
        except LeaseLost:
            raise
        except ProviderError as problem:
            for operation, intent in waiting.items():
                if not self.journal.sent(operation):
                    self._end(intent.action, "failed", problem.summary)

    def _lost(self, waiting: Mapping[str, Intent]) -> None:
        """Operations without an outcome: sent, and nobody knows what became of them."""
        for operation, intent in waiting.items():
            if self.journal.sent(operation):
                self._end(intent.action, "unsettled", "its answer was lost; the next run says so until it is settled")

    def _not_done(self, intent: Intent, outcome: Outcome) -> None:
        problems = tuple(each.message for each in outcome.problems)
        if outcome.result == "unknown":
            self._end(intent.action, "unsettled", *problems)
            return
        self.lease.record(None, (outcome.operation, _ENDED[outcome.result]))
        self._end(intent.action, "skipped" if outcome.result in {"changed", "gone"} else "failed", *problems)

    def _keep(self, record: ItemRecord, outcome: Outcome | None, written: Iterable[str]) -> None:
        """Commit what a write made of a record, and that its operation ended."""
        self.lease.record(record, (outcome.operation, _ENDED[outcome.result]) if outcome else None)
        self.records[record.address] = record
        self._written.setdefault(record.address, set()).update(written)

    def _end(self, action: Action, result: ResultKind, *problems: str) -> None:
        self._results[action.address] = Result(action, result, self.records.get(action.address), problems)
        self.report(self._results[action.address])

    # -- reading back

    def _verify(self) -> None:
        """Read what was written and not verified yet, in bulk, and record what live makes of it."""
        for provider in self.providers:
            due = {
                address: fields
                for address, fields in self._written.items()
                if self.records[address].provider == provider
            }
            for address, found in self._fetched(provider, due).items():
                if found.item is not None:
                    self._verified(address, found.item)

    def _verified(self, address: str, live: Item) -> None:
        record, lost = as_verified(self.records[address], live, self._written.pop(address))
        self.lease.record(record)
        self.records[address] = record
        before = self._results[address]
        if lost and before.result == "done":
            self._end(
                before.action, "not_kept", f"the platform did not keep {self._names(record, lost)} as it was sent"
            )
        else:
            self._results[address] = replace(before, record=record)

    def _names(self, record: ItemRecord, fields: Iterable[str]) -> str:
        infos = self.speeches[record.provider].site.types[record.type.id].fields
        return ", ".join(infos[id].word or infos[id].name for id in fields)

    def _fetched(self, provider: str, wanted: Mapping[str, Collection[str]]) -> dict[str, Found]:
        """By address, items as they are now."""
        if not wanted:
            return {}
        addresses = {self.records[address].id: address for address in wanted}
        asked = {id: frozenset(wanted[address]) for id, address in addresses.items()}
        return {addresses[found.asked]: found for found in self.providers[provider].fetch(asked)}

    def _record(self) -> None:
        """What the plan records without a write, for items with which nothing went wrong."""
        ids = {address: record.id for address, record in self.records.items()}
        for recording in self.document.recordings:
            record = self.records.get(recording.address)
            if record is not None and not self._failed(recording.address):
                self.records[recording.address] = as_recorded(record, recording, ids)
                self.lease.record(self.records[recording.address])

    def _marker(self, action: Action, operation: str) -> Marker:
        workspace = self.document.workspace
        return Marker(
            version=1,
            workspace=workspace.id,
            name=workspace.name,
            instance=workspace.instance,
            address=action.address,
            item=None,
            operation=operation,
            protect=action.protect,
            closed=False,
            base={},
            observed={},
        )


def _by_provider(intents: Iterable[Intent]) -> dict[str, list[Intent]]:
    found: dict[str, list[Intent]] = {}
    for each in intents:
        found.setdefault(each.action.provider, []).append(each)
    return found
