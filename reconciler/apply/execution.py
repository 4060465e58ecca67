"""One run: a plan's actions in order, each outcome in the state before the next is taken.

moves                     in the state alone: records go to their new addresses
create, wave by wave  ->  read back  ->  what creation could not carry
update, wave by wave      (guarded by a read of each group just before its writes; those that a creation has to wait
                           for go before it); adopted and moved items too
close, delete and forget, leaves first
verify all that was written in one bulk read  ->  record
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from reconciler.apply.guard import children_left, guarded_fields, is_ours, reasons_to_skip
from reconciler.apply.intents import (
    Intent,
    after_creation,
    as_change,
    as_draft,
    at_creation,
    link_ends,
    new_marker,
    understand,
    without_what_is_there,
)
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.marking import write_markers
from reconciler.apply.operations import Operations, problem_texts
from reconciler.apply.records import after_write
from reconciler.apply.verification import fetch_addresses, verify, verify_rest
from reconciler.errors import BadValue, ProviderError
from reconciler.plan.desired import find_type
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.items import REMOVALS
from reconciler.plan.order import creations_and_needs, waves
from reconciler.plan.results import ApplyResult
from reconciler.plan.speech import Speech
from reconciler.sdk import Change, Clock, Draft, FieldInfo, Fields, Found, Item, Outcome, Provider, Ref
from reconciler.state.records import ItemRecord, OperationKind

__all__ = ["Execution"]


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

    @property
    def _operations(self) -> Operations:
        return Operations(self.run, self.ledger, self.journal, self.clock)

    def execute(self) -> tuple[ApplyResult, ...]:
        """Do all that can be done, in the plan's order; one failure holds back only what needs it.

        Raises:
            LeaseLost: another process took over; nothing more is sent.
        """
        actions = self.document.actions
        self._prepare_addresses()
        first = creations_and_needs(actions)
        for wave in waves(first):
            self._create(self._ready([each for each in wave if each.action == "create"], at_creation))
            self._update(self._ready([each for each in wave if each.action != "create"]))
        self._finish_creations()
        done = {each.address for each in first}
        rest = [each for each in actions if each.address not in done]
        for wave in waves([each for each in rest if each.action not in REMOVALS]):
            self._update(self._ready(wave))
        for wave in waves([each for each in rest if each.action in REMOVALS]):
            self._update(self._ready([each for each in wave if each.action != "delete"]))
            self._delete(self._ready([each for each in wave if each.action == "delete"]))
        for name, provider in self.providers.items():
            verify_rest(name, provider, self.speeches[name].site, self.ledger)
        self.ledger.record(self.document.recordings)
        self.ledger.drop_expected()
        write_markers(self.document, self.run, self.ledger, self.journal, self.clock, self.providers)
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

    def _prepare_addresses(self) -> None:
        """Bring records to where the plan has them: before anything is sent, so that others find them there."""
        for action in self.document.actions:
            if action.action == "move" and action.previous_address is not None:
                self.ledger.move(action.previous_address, action.address)
            elif action.action == "adopt":
                self.ledger.expect(self._new_record(action))

    def _create(self, ready: Mapping[str, list[Intent]]) -> None:
        for provider, intents in ready.items():
            drafts: list[Draft] = []
            waiting: dict[str, Intent] = {}
            back = self._back([each for each in intents if each.action.missing], provider)
            highest = "" if self.ledger.has_records(provider) else self.providers[provider].highest_key()
            for intent in (each for each in intents if each.action.address not in back):
                operation = uuid.uuid4().hex
                draft = as_draft(intent, operation, new_marker(self.document.workspace, intent.action, operation))
                after = after_write(self._new_record(intent.action), intent, intent.fields)
                self._operations.prepare(operation, intent, "create", None, after, {}, highest)
                drafts.append(draft)
                waiting[operation] = intent
            for intent, outcome in self._operations.outcomes(self.providers[provider].create(drafts), waiting):
                self._created(intent, outcome)

    def _back(self, intents: list[Intent], provider: str) -> frozenset[str]:
        """Of addresses to be made anew, those whose item is there again, or of which nobody can say: left alone."""
        found = self._just_read(provider, {each.action.address: () for each in intents}, intents)
        there = [each for each in intents if each.action.address in found and found[each.action.address].item]
        for each in there:
            self.ledger.end(each.action, "skipped", "its item is there again")
        unread = [each for each in intents if each.action.address not in found]
        return frozenset(each.action.address for each in (*there, *unread))

    def _created(self, intent: Intent, outcome: Outcome) -> None:
        action, item = intent.action, outcome.item
        if outcome.result != "done" or item is None:
            self._operations.not_done(intent, outcome)
            return
        record = replace(self._new_record(action), id=item.id, key=item.key, url=item.url)
        kept = after_write(record, intent, intent.fields)
        self.ledger.keep(kept, dict.fromkeys(intent.fields), self._operations.journalled(outcome))
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
            found = self._just_read(provider, {each.action.address: guarded_fields(each) for each in intents}, intents)
            self._send_changes(provider, intents, found)

    def _delete(self, ready: Mapping[str, list[Intent]]) -> None:
        for provider, intents in ready.items():
            found = self._just_read(provider, {each.action.address: guarded_fields(each) for each in intents}, intents)
            left = self._children_left(provider, [each for each in intents if each.action.address in found])
            items: dict[str, Item] = {}
            waiting: dict[str, Intent] = {}
            for intent in intents:
                answer = found.get(intent.action.address)
                if left is None or answer is None or not self._may_be_written(intent, answer) or answer.item is None:
                    continue
                if keys := left.get(answer.item.id):
                    self.ledger.end(intent.action, "skipped", f"it has children that stay: {', '.join(sorted(keys))}")
                    continue
                operation = uuid.uuid4().hex
                self._operations.prepare(operation, intent, "delete", answer.item.id, None, answer.item.fields)
                items[operation] = answer.item
                waiting[operation] = intent
            outcomes = self.providers[provider].remove(items) if items else iter(())
            for intent, outcome in self._operations.outcomes(outcomes, waiting):
                if outcome.result in {"done", "gone"}:
                    self._forgotten(intent, self._operations.journalled(outcome))
                else:
                    self._operations.not_done(intent, outcome)

    def _children_left(self, provider: str, intents: list[Intent]) -> dict[str, list[str]] | None:
        """By remote id, the keys of children that this run has not removed; `None` where they can't be read."""
        removed = {
            each.id
            for each in self.document.actions
            if each.action in REMOVALS and each.id and self.ledger.is_done(each.address)
        }
        try:
            ids = [self.ledger.records[each.action.address].id for each in intents]
            return children_left(self.providers[provider], ids, removed) if ids else {}
        except ProviderError as problem:
            for intent in intents:
                self.ledger.end(intent.action, "failed", f"nothing was sent for it: {problem.summary}")
            return None

    def _just_read(
        self, provider: str, wanted: Mapping[str, Collection[str]], intents: Collection[Intent]
    ) -> dict[str, Found]:
        """By address, items as they are now; where they can't be read, nothing is sent for them."""
        try:
            found = fetch_addresses(self.providers[provider], self.ledger, wanted, markers=_asks_whose(intents))
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
        for whole in intents:
            found = just_read.get(whole.action.address)
            rest = self._guarded(whole, found) if found else None
            if rest is None or found is None or found.item is None:
                continue
            operation = uuid.uuid4().hex
            before[operation] = {id: found.item.fields.get(id) for id in whole.fields}
            kind: OperationKind = "update" if whole.action.action == "create" else whole.action.action
            record = self.ledger.records[whole.action.address]
            after = after_write(record, whole, whole.fields) if kind != "forget" else None
            self._operations.prepare(operation, rest, kind, found.item.id, after, before[operation])
            changes.append(as_change(rest, operation, found.item))
            waiting[operation] = whole
        if changes:
            quiet = self.document.notify == "quiet"
            outcomes = self.providers[provider].update(changes, quiet=quiet)
            for intent, outcome in self._operations.outcomes(outcomes, waiting):
                self._changed(intent, outcome, before[outcome.operation])

    def _guarded(self, intent: Intent, found: Found) -> Intent | None:
        """The part of an intent that is still to be written, or `None` where there is none, or it must not be."""
        action = intent.action
        if action.action == "forget":
            return self._guarded_forget(intent, found)
        if not self._may_be_written(intent, found) or found.item is None:
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

    def _guarded_forget(self, intent: Intent, found: Found) -> Intent | None:
        """An intent whose marker is to be dropped; an item that is gone or marked by another is only forgotten."""
        if intent.action.missing and found.item is not None:
            self.ledger.end(intent.action, "skipped", "its item is there again")
            return None
        if found.item is None and not intent.action.missing:
            self.ledger.end(intent.action, "skipped", "the item can't be read any more")
            return None
        if found.item is None or not is_ours(found.item, self.document.workspace):
            self._forgotten(intent, None)
            return None
        return intent

    def _may_be_written(self, intent: Intent, found: Found) -> bool:
        """Whether nothing moved that the plan writes; else the item is left alone, and it is said why."""
        action = intent.action
        speech, provider = self.speeches[action.provider], self.providers[action.provider]
        reasons = reasons_to_skip(intent, found, self.document.workspace, speech, provider)
        if reasons:
            self.ledger.end(action, "skipped", *reasons)
        return not reasons

    def _forgotten(self, intent: Intent, outcome: Outcome | None) -> None:
        self.ledger.end(intent.action, "done")
        self.ledger.forget(intent.action.address, outcome)

    def _changed(self, intent: Intent, outcome: Outcome, before: Fields) -> None:
        if outcome.result not in {"done", "partial"}:
            self._operations.not_done(intent, outcome)
            return
        if intent.action.action == "forget" and outcome.result == "done":
            self._forgotten(intent, self._operations.journalled(outcome))
            return
        applied = intent.fields if outcome.result == "done" else outcome.applied & intent.fields
        record = after_write(self.ledger.records[intent.action.address], intent, applied)
        self.ledger.keep(record, {id: before[id] for id in applied}, self._operations.journalled(outcome))
        if outcome.result == "done":
            self.ledger.end(intent.action, "done")
        else:
            self.ledger.end(intent.action, "failed", *problem_texts(intent, outcome))

    def _new_record(self, action: Action) -> ItemRecord:
        """What the state keeps of an item that is about to be created or adopted."""
        site = self.speeches[action.provider].site
        type = find_type(site, action.type)
        return ItemRecord(
            address=action.address,
            provider=action.provider,
            site=site.site,
            id=action.id or "",
            key=action.key or "",
            url=action.url or "",
            type=type.ref if type else Ref("", action.type),
            title=action.title,
            base={},
            observed={},
        )


def _asks_whose(intents: Iterable[Intent]) -> bool:
    """Whether it matters whose marker the items carry."""
    return any(each.action.action in {"adopt", "forget"} for each in intents)
