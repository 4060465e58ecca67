"""One run: a plan's actions in order, each outcome in the state before the next is taken.

create, wave by wave  ->  read back  ->  what creation could not carry
update, wave by wave      (guarded by a read of each group just before its writes)
close, leaves first
verify all that was written in one bulk read  ->  record
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.apply.intents import (
    Intent,
    after_creation,
    as_change,
    as_draft,
    at_creation,
    moved_fields,
    understand,
    without_what_is_there,
)
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.records import after_write
from reconciler.errors import BadValue, ProviderError
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.order import waves
from reconciler.plan.results import ApplyResult
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Clock, Draft, FieldInfo, Fields, Found, Marker, Outcome, Problem, Provider
from reconciler.state.records import ItemRecord, OperationKind, OperationRecord

__all__ = ["Execution"]

_LOST: Final = "its answer was lost: until it is known, nothing is sent for this address"


@dataclass(frozen=True)
class Execution:
    """Carries out one plan under a lease.

    Args:
        run: the id of the run.
        ledger: keeps what is done.
        journal: the gate of the providers' sessions.
    """

    document: PlanDocument
    run: str
    ledger: Ledger
    journal: Journal
    clock: Clock
    providers: Mapping[str, Provider]
    speeches: Mapping[str, Speech]

    def execute(self) -> tuple[ApplyResult, ...]:
        """Do all that can be done, in the plan's order; one failure holds back only what needs it.

        Raises:
            LeaseLost: another process took over; nothing more is sent.
        """
        actions = self.document.actions
        for wave in waves([each for each in actions if each.action == "create"]):
            self._create(self._ready(wave, at_creation))
        self._finish_creations()
        for kind in ("update", "close"):
            for wave in waves([each for each in actions if each.action == kind]):
                self._update(self._ready(wave))
        self._verify()
        self.ledger.record(self.document.recordings)
        return tuple(self.ledger.result(each.address) for each in actions)

    def _ready(
        self, wave: Iterable[Action], part: Callable[[FieldInfo], bool] | None = None
    ) -> dict[str, list[Intent]]:
        """By provider, intents of the actions whose needs are there; the others are skipped."""
        ready: dict[str, list[Intent]] = {}
        for action in wave:
            waits = [each for each in action.depends_on if each != action.address and self.ledger.failed(each)]
            if waits:
                self.ledger.end(action, "skipped", f"waits for {', '.join(waits)}")
                continue
            try:
                intent = understand(action, self.speeches[action.provider], self.ledger.records, part)
            except BadValue as problem:
                self.ledger.end(action, "failed", problem.summary)
                continue
            ready.setdefault(action.provider, []).append(intent)
        return ready

    def _create(self, ready: Mapping[str, list[Intent]]) -> None:
        for provider, intents in ready.items():
            drafts: list[Draft] = []
            waiting: dict[str, Intent] = {}
            for intent in intents:
                operation = uuid.uuid4().hex
                draft = as_draft(intent, operation, self._marker(intent.action, operation))
                self._prepare(operation, intent, "create", None, draft.fields, {})
                drafts.append(draft)
                waiting[operation] = intent
            for intent, outcome in self._outcomes(self.providers[provider].create(drafts), waiting):
                self._created(intent, outcome)

    def _created(self, intent: Intent, outcome: Outcome) -> None:
        action, item = intent.action, outcome.item
        if outcome.result != "done" or item is None:
            self._not_done(intent, outcome)
            return
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
        self.ledger.keep(after_write(record, intent, intent.fields), intent.fields, outcome)
        self.ledger.end(action, "done")

    def _finish_creations(self) -> None:
        """Read back what was created, and write what its creation could not carry, if it is not so already."""
        created = [
            each
            for each in self.document.actions
            if each.action == "create" and self.ledger.result(each.address).result == "done"
        ]
        for provider, intents in self._ready(created, after_creation).items():
            later = {each.action.address: each for each in intents}
            wanted = {address: self.ledger.unverified[address] | each.set.keys() for address, each in later.items()}
            found = self._fetched(provider, wanted)
            self._verified(provider, found)
            self._send_changes(provider, [each for each in intents if each.fields], found)

    def _update(self, ready: Mapping[str, list[Intent]]) -> None:
        for provider, intents in ready.items():
            found = self._fetched(provider, {each.action.address: each.fields for each in intents})
            self._send_changes(provider, intents, found)

    def _send_changes(self, provider: str, intents: Iterable[Intent], just_read: Mapping[str, Found]) -> None:
        """Leave those items alone on which somebody moved what the plan writes, and change the rest."""
        changes: list[Change] = []
        waiting: dict[str, Intent] = {}
        for whole in intents:
            found = just_read[whole.action.address]
            rest = self._guarded(whole, found)
            if rest is None or found.item is None:
                continue
            operation = uuid.uuid4().hex
            before = {id: found.item.fields.get(id) for id in rest.fields}
            kind: OperationKind = "close" if whole.action.action == "close" else "update"
            self._prepare(operation, rest, kind, found.item.id, {**rest.set, **rest.add}, before)
            changes.append(as_change(rest, operation, found.item))
            waiting[operation] = whole
        if changes:
            for intent, outcome in self._outcomes(self.providers[provider].update(changes, quiet=False), waiting):
                self._changed(intent, outcome)

    def _guarded(self, intent: Intent, found: Found) -> Intent | None:
        """The part of an intent that is still to be written, or `None` where the item has to be left alone."""
        action = intent.action
        if found.item is None:
            self.ledger.end(action, "skipped", "the item can't be read any more")
            return None
        moved = moved_fields(intent, found.item, self.speeches[action.provider]) if action.action != "create" else []
        if moved:
            self.ledger.end(action, "skipped", *(f"{each.word or each.name} changed since the plan" for each in moved))
            return None
        rest = without_what_is_there(intent, found.item)
        if not rest.fields:
            self.ledger.keep(after_write(self.ledger.records[action.address], intent, intent.fields), intent.fields)
            self.ledger.end(action, "done")
            return None
        return rest

    def _changed(self, intent: Intent, outcome: Outcome) -> None:
        if outcome.result not in {"done", "partial"}:
            self._not_done(intent, outcome)
            return
        applied = intent.fields if outcome.result == "done" else outcome.applied & intent.fields
        record = after_write(self.ledger.records[intent.action.address], intent, applied)
        self.ledger.keep(record, applied, outcome)
        if outcome.result == "done":
            self.ledger.end(intent.action, "done")
        else:
            self.ledger.end(intent.action, "failed", *_problems(intent, outcome))

    def _outcomes(self, outcomes: Iterator[Outcome], waiting: dict[str, Intent]) -> Iterator[tuple[Intent, Outcome]]:
        """Each outcome with its intent. Where the call fails, the journal tells what was sent from what was not."""
        failure = _LOST
        try:
            for outcome in outcomes:
                yield waiting.pop(outcome.operation), outcome
        except ProviderError as problem:
            failure = problem.summary
        for operation, intent in waiting.items():
            self.ledger.end(intent.action, "unsettled" if self.journal.sent(operation) else "failed", failure)

    def _not_done(self, intent: Intent, outcome: Outcome) -> None:
        problems = _problems(intent, outcome)
        if outcome.result == "unknown":
            self.ledger.end(intent.action, "unsettled", *(problems or (_LOST,)))
            return
        self.ledger.not_written(outcome)
        self.ledger.end(intent.action, "skipped" if outcome.result in {"changed", "gone"} else "failed", *problems)

    def _prepare(
        self, operation: str, intent: Intent, kind: OperationKind, item: str | None, values: Fields, before: Fields
    ) -> None:
        action = intent.action
        keys = [each.key for each in self.ledger.records.values() if each.provider == action.provider]
        self.journal.prepare(
            OperationRecord(
                id=operation,
                run=self.run,
                address=action.address,
                provider=action.provider,
                kind=kind,
                item=item,
                values=values,
                before=before,
                highest_key=max(keys, key=lambda key: (len(key), key), default=""),
                journalled_at=self.clock.now(),
                send_before=None,
            )
        )

    def _verify(self) -> None:
        """Read what was written and not verified yet, in bulk."""
        for provider in self.providers:
            records = self.ledger.records
            due = {
                address: fields
                for address, fields in self.ledger.unverified.items()
                if records[address].provider == provider
            }
            self._verified(provider, self._fetched(provider, due))

    def _verified(self, provider: str, found: Mapping[str, Found]) -> None:
        types = self.speeches[provider].site.types
        for address, answer in found.items():
            if answer.item is not None:
                self.ledger.verified(address, answer.item, types[answer.item.type.id].fields)

    def _fetched(self, provider: str, wanted: Mapping[str, Collection[str]]) -> dict[str, Found]:
        """By address, items as they are now."""
        if not wanted:
            return {}
        addresses = {self.ledger.records[address].id: address for address in wanted}
        asked = {id: frozenset(wanted[address]) for id, address in addresses.items()}
        return {addresses[found.asked]: found for found in self.providers[provider].fetch(asked)}

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


def _problems(intent: Intent, outcome: Outcome) -> tuple[str, ...]:
    """The platform's reasons, each with the spec's word for its field."""
    return tuple(_problem(intent, each) for each in outcome.problems)


def _problem(intent: Intent, problem: Problem) -> str:
    info = intent.type.fields.get(problem.field or "")
    return f"{info.word or info.name}: {problem.message}" if info else problem.message
