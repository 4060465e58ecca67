"""Write the markers of what a run touched, when all of it is verified: they hold what was read back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.markers import is_current, marker_of
from reconciler.apply.running import Running
from reconciler.errors import ProviderError
from reconciler.plan.document import Action, PlanDocument
from reconciler.plan.results import ResultKind
from reconciler.sdk import Change, Clock, Item, Outcome, Provider, marker_label
from reconciler.state.records import ItemRecord, OperationRecord

__all__ = ["write_markers"]

_UNWRITTEN = frozenset({"skipped", "unsettled"})


def write_markers(running: Running) -> None:
    """Bring the markers in line with the state, of all items that a plan's actions and recordings were about.

    What can't be written now is said in the results, and the next plan sees it.

    Raises:
        LeaseLost: another process took over; nothing more is sent.
    """
    ledger = running.ledger
    marking = _Marking(running.document, running.run, ledger, running.journal, running.clock)
    records = [ledger.records[each] for each in _touched(running.document, ledger) if each in ledger.records]
    for name, provider in running.providers.items():
        mine = {each.id: each for each in records if each.provider == name}
        if mine:
            marking.write(provider, mine)


def _touched(document: PlanDocument, ledger: Ledger) -> Iterable[str]:
    acted = [each.address for each in document.actions if _has_news(each, ledger.result(each.address).result)]
    learned = [each.address for each in document.recordings if not ledger.failed(each.address)]
    return dict.fromkeys((*acted, *learned))


def _has_news(action: Action, result: ResultKind) -> bool:
    """Whether an item's marker may have to say something else: a moved one's does, though its fields were skipped."""
    return result not in _UNWRITTEN or (action.action == "move" and result == "skipped")


@dataclass(frozen=True)
class _Marking:
    document: PlanDocument
    run: str
    ledger: Ledger
    journal: Journal
    clock: Clock

    def write(self, provider: Provider, records: Mapping[str, ItemRecord]) -> None:
        """Read the markers of these items, by remote id, and write those that are not as they should be."""
        waiting: dict[str, ItemRecord] = {}
        try:
            changes = list(self._changes(provider, records, waiting))
            for outcome in provider.update(changes, quiet=True) if changes else ():
                self._ended(waiting.pop(outcome.operation), outcome)
        except ProviderError as problem:
            for record in waiting.values() or records.values():
                self.ledger.remark(record.address, f"its marker may not be written: {problem.summary}")

    def _changes(
        self, provider: Provider, records: Mapping[str, ItemRecord], waiting: dict[str, ItemRecord]
    ) -> Iterator[Change]:
        for found in provider.fetch(dict.fromkeys(records, ()), markers=True):
            record = records[found.asked]
            if found.item is None or not self._is_due(found.item, record):
                continue
            operation = uuid.uuid4().hex
            known = replace(record, creation=record.creation or _creation(found.item))
            marker = marker_of(known, self.document.workspace, operation)
            self.journal.prepare(
                OperationRecord(
                    id=operation,
                    run=self.run,
                    address=record.address,
                    provider=record.provider,
                    kind="marker",
                    item=record.id,
                    values={},
                    before={},
                    highest_key="",
                    journalled_at=self.clock.now(),
                    send_before=None,
                    after=known,
                )
            )
            waiting[operation] = record
            yield Change(operation, found.item, marker=marker)

    def _is_due(self, item: Item, record: ItemRecord) -> bool:
        """Whether a marker has to be written; one of another workspace, or a copy's, is never written over.

        Only where the specs import a copy in so many words, it becomes an item of its own.
        """
        marker, workspace = item.marker, self.document.workspace
        if marker is None:
            return True
        ours = marker_label(workspace.id, workspace.instance)
        if marker_label(marker.workspace, marker.instance) != ours:
            self.ledger.remark(record.address, f"it carries the marker of another workspace: {marker.name}")
            return False
        if marker.item not in (None, item.id) and record.address not in self._adopted:
            self.ledger.remark(record.address, "it carries the marker of another item: it is a copy")
            return False
        return not is_current(marker, record, workspace)

    @property
    def _adopted(self) -> frozenset[str]:
        return frozenset(each.address for each in self.document.actions if each.action == "adopt")

    def _ended(self, record: ItemRecord, outcome: Outcome) -> None:
        if outcome.result == "done":
            self.ledger.ended(outcome)
            return
        problems = "; ".join(each.message for each in outcome.problems)
        if outcome.result == "unknown":
            self.ledger.remark(record.address, f"whether its marker was written is not known: {problems}")
            return
        if self.journal.sent(outcome.operation):
            self.ledger.ended(outcome)
        self.ledger.remark(record.address, f"its marker was not written: {problems or outcome.result}")


def _creation(item: Item) -> str:
    """The operation that created an item, as its marker has it; a copy's is another item's."""
    marker = item.marker
    return marker.creation if marker is not None and marker.item in (None, item.id) else ""
