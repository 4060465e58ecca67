"""One run: a plan's actions in order, each outcome in the state before the next is taken.

create, wave by wave  ->  read back  ->  what creation could not carry
update, wave by wave      (guarded by a read of each group just before its writes; those that a creation has to wait
                           for go before it)
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
    link_ends,
    moved_fields,
    new_marker,
    understand,
    without_what_is_there,
)
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.records import after_write
from reconciler.apply.verification import fetch_addresses, verify, verify_rest
from reconciler.errors import BadValue, ProviderError
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.order import creations_and_needs, waves
from reconciler.plan.results import ApplyResult
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Clock, Draft, FieldInfo, Fields, Found, Outcome, Problem, Provider
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
        first = creations_and_needs(actions)
        for wave in waves(first):
            self._create(self._ready([each for each in wave if each.action == "create"], at_creation))
            self._update(self._ready([each for each in wave if each.action != "create"]))
        self._finish_creations()
        done = {each.address for each in first}
        for kind in ("update", "close"):
            for wave in waves([each for each in actions if each.action == kind and each.address not in done]):
                self._update(self._ready(wave))
        for name, provider in self.providers.items():
            verify_rest(name, provider, self.speeches[name].site, self.ledger)
        self.ledger.record(self.document.recordings)
        return tuple(self.ledger.result(each.address) for each in actions)

    def _ready(
        self, wave: Iterable[Action], part: Callable[[FieldInfo], bool] | None = None
    ) -> dict[str, list[Intent]]:
        """By provider, intents of the actions whose needs are there; the others are skipped."""
        ready: dict[str, list[Intent]] = {}
        for action in wave:
            needs = action.depends_on if part is at_creation else (*action.depends_on, *link_ends(action))
            waits = [each for each in dict.fromkeys(needs) if each != action.address and self.ledger.failed(each)]
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
            highest = self._highest_key(provider)
            for intent in intents:
                operation = uuid.uuid4().hex
                draft = as_draft(intent, operation, new_marker(self.document.workspace, intent.action, operation))
                self._prepare(operation, intent, "create", None, draft.fields, {}, highest)
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
        self.ledger.keep(
            after_write(record, intent, intent.fields), dict.fromkeys(intent.fields), self._journalled(outcome)
        )
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
            wanted = {
                address: self.ledger.unverified[address].keys() | each.set.keys() for address, each in later.items()
            }
            found = self._just_read(provider, wanted, [each for each in intents if each.fields])
            self._send_changes(provider, [each for each in intents if each.fields], found)

    def _update(self, ready: Mapping[str, list[Intent]]) -> None:
        for provider, intents in ready.items():
            found = self._just_read(provider, {each.action.address: each.fields for each in intents}, intents)
            self._send_changes(provider, intents, found)

    def _just_read(
        self, provider: str, wanted: Mapping[str, Collection[str]], intents: Iterable[Intent]
    ) -> dict[str, Found]:
        """By address, items as they are now; where they can't be read, nothing is sent for them."""
        try:
            found = fetch_addresses(self.providers[provider], self.ledger, wanted)
            fresh = {address: answer for address, answer in found.items() if address in self.ledger.unverified}
            verify(self.providers[provider], self.speeches[provider].site, self.ledger, fresh)
        except ProviderError as problem:
            for intent in intents:
                self.ledger.end(intent.action, "failed", f"nothing more was sent for it: {problem.summary}")
            return {}
        return found

    def _send_changes(self, provider: str, intents: Iterable[Intent], just_read: Mapping[str, Found]) -> None:
        """Leave those items alone on which somebody moved what the plan writes, and change the rest."""
        changes: list[Change] = []
        waiting: dict[str, Intent] = {}
        before: dict[str, Fields] = {}
        highest = self._highest_key(provider)
        for whole in intents:
            found = just_read.get(whole.action.address)
            rest = self._guarded(whole, found) if found else None
            if rest is None or found is None or found.item is None:
                continue
            operation = uuid.uuid4().hex
            before[operation] = {id: found.item.fields.get(id) for id in whole.fields}
            kind: OperationKind = "close" if whole.action.action == "close" else "update"
            self._prepare(operation, rest, kind, found.item.id, {**rest.set, **rest.add}, before[operation], highest)
            changes.append(as_change(rest, operation, found.item))
            waiting[operation] = whole
        if changes:
            for intent, outcome in self._outcomes(self.providers[provider].update(changes, quiet=False), waiting):
                self._changed(intent, outcome, before[outcome.operation])

    def _guarded(self, intent: Intent, found: Found) -> Intent | None:
        """The part of an intent that is still to be written, or `None` where the item has to be left alone."""
        action = intent.action
        if found.item is None:
            self.ledger.end(action, "skipped", "the item can't be read any more")
            return None
        if action.action == "update" and found.item.type != intent.type.ref:
            self.ledger.end(action, "skipped", f"its type changed since the plan: it is a {found.item.type.name}")
            return None
        moved = moved_fields(intent, found.item, self.speeches[action.provider]) if action.action != "create" else []
        if moved:
            self.ledger.end(action, "skipped", *(f"{each.word or each.name} changed since the plan" for each in moved))
            return None
        rest = without_what_is_there(intent, found.item)
        if not rest.fields:
            record = after_write(self.ledger.records[action.address], intent, intent.fields)
            self.ledger.keep(record, {id: found.item.fields.get(id) for id in intent.fields})
            self.ledger.end(action, "done")
            provider = self.providers[action.provider]
            verify(provider, self.speeches[action.provider].site, self.ledger, {action.address: found})
            return None
        return rest

    def _changed(self, intent: Intent, outcome: Outcome, before: Fields) -> None:
        if outcome.result not in {"done", "partial"}:
            self._not_done(intent, outcome)
            return
        applied = intent.fields if outcome.result == "done" else outcome.applied & intent.fields
        record = after_write(self.ledger.records[intent.action.address], intent, applied)
        self.ledger.keep(record, {id: before[id] for id in applied}, self._journalled(outcome))
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
        if self._journalled(outcome):
            self.ledger.not_written(outcome)
        self.ledger.end(intent.action, "skipped" if outcome.result in {"changed", "gone"} else "failed", *problems)

    def _journalled(self, outcome: Outcome) -> Outcome | None:
        """An outcome whose operation is in the journal; what is decided before anything is sent never gets there."""
        return outcome if self.journal.sent(outcome.operation) else None

    def _prepare(
        self,
        operation: str,
        intent: Intent,
        kind: OperationKind,
        item: str | None,
        values: Fields,
        before: Fields,
        highest_key: str,
    ) -> None:
        self.journal.prepare(
            OperationRecord(
                id=operation,
                run=self.run,
                address=intent.action.address,
                provider=intent.action.provider,
                kind=kind,
                item=item,
                values=values,
                before=before,
                highest_key=highest_key,
                journalled_at=self.clock.now(),
                send_before=None,
            )
        )

    def _highest_key(self, provider: str) -> str:
        keys = [each.key for each in self.ledger.records.values() if each.provider == provider]
        return max(keys, key=lambda key: (len(key), key), default="")


def _problems(intent: Intent, outcome: Outcome) -> tuple[str, ...]:
    """The platform's reasons, each with the spec's word for its field."""
    return tuple(_problem(intent, each) for each in outcome.problems)


def _problem(intent: Intent, problem: Problem) -> str:
    info = intent.type.fields.get(problem.field or "")
    return f"{info.word or info.name}: {problem.message}" if info else problem.message
