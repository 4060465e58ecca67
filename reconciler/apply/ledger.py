"""What a run has done so far: each result, and each record committed as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from reconciler.apply.records import as_recorded, as_verified
from reconciler.plan.document import Action, Recording
from reconciler.plan.results import ApplyResult, ResultKind
from reconciler.sdk import FieldInfo, Fields, Item, Outcome, Ref, Value
from reconciler.state.records import ItemRecord, OperationStatus
from reconciler.state.store import Lease

__all__ = ["Ledger"]

_ENDED: Mapping[str, OperationStatus] = {
    "done": "done",
    "partial": "partial",
    "refused": "refused",
    "changed": "changed",
    "gone": "gone",
    "not_sent": "refused",
}


class Ledger:
    """The results and records of one run.

    Args:
        records: the state's, by address.
        report: called with each result as soon as it is known, and again where verification changes it.

    Attributes:
        records: by address, as they stand.
        unverified: by address, the fields that were written and not read back yet, as they were before by field id.
    """

    def __init__(self, lease: Lease, records: Mapping[str, ItemRecord], report: Callable[[ApplyResult], None]) -> None:
        self.records = dict(records)
        self.unverified: dict[str, dict[str, Value]] = {}
        self._lease = lease
        self._report = report
        self._actions: dict[str, Action] = {}
        self._results: dict[str, ApplyResult] = {}
        self._expected: set[str] = set()

    def end(self, action: Action, result: ResultKind, *problems: str) -> None:
        """Say what came of an action."""
        record = self.records.get(action.address)
        self._actions[action.address] = action
        self._results[action.address] = ApplyResult(
            address=action.address,
            action=action.action,
            result=result,
            id=record.id if record else None,
            key=record.key if record else None,
            url=record.url if record else None,
            problems=problems,
        )
        self._report(self._results[action.address])

    @property
    def results(self) -> tuple[ApplyResult, ...]:
        """What came of the actions that were begun."""
        return tuple(self._results.values())

    def result(self, address: str) -> ApplyResult:
        """What came of an address's action."""
        return self._results[address]

    def failed(self, address: str) -> bool:
        """Whether an address had an action, and it did not come to pass."""
        result = self._results.get(address)
        return result is not None and result.result in {"skipped", "failed", "unsettled"}

    def is_done(self, address: str) -> bool:
        """Whether an address had an action, and it came to pass."""
        result = self._results.get(address)
        return result is not None and result.result == "done"

    def has_records(self, provider: str) -> bool:
        """Whether the state knows an item of a provider."""
        return any(each.provider == provider for each in self.records.values())

    def move(self, source: str, target: str) -> None:
        """Commit that a record is at another address of the specs from now on."""
        record = replace(self.records.pop(source), address=target, sightings=None)
        self._lease.record(record, forget=source)
        self.records[target] = record

    def expect(self, record: ItemRecord) -> None:
        """Know an item that is about to be taken over; it is in the state once something of it is kept."""
        self.records[record.address] = record
        self._expected.add(record.address)

    def drop_expected(self) -> None:
        """Know no more of those items that were not taken over."""
        for address in self._expected:
            self.records.pop(address, None)
        self._expected.clear()

    def forget(self, address: str, outcome: Outcome | None) -> None:
        """Commit that the state knows an item no more, and that the operation ended, where there was one."""
        self._lease.record(None, (outcome.operation, "done") if outcome else None, forget=address)
        self.records.pop(address, None)
        self.unverified.pop(address, None)

    def keep(self, record: ItemRecord, written: Fields, outcome: Outcome | None = None) -> None:
        """Commit what a write made of a record, and that its operation ended, in one.

        Args:
            written: by id of each field that was written, what was live before.
            outcome: of an operation that was journalled; `None` where nothing had to be sent.
        """
        self._lease.record(record, (outcome.operation, _ENDED[outcome.result]) if outcome else None)
        self.records[record.address] = record
        self._expected.discard(record.address)
        unverified = self.unverified.setdefault(record.address, {})
        unverified.update((id, before) for id, before in written.items() if id not in unverified)

    def ended(self, outcome: Outcome) -> None:
        """Commit that a journalled operation ended; the state keeps nothing of it but that."""
        self._lease.record(None, (outcome.operation, _ENDED[outcome.result]))

    def verified(self, address: str, live: Item, infos: Mapping[str, FieldInfo], moved: Mapping[str, str]) -> None:
        """Record what live makes of what was written.

        Args:
            moved: by id of each field that a person changed since, who.
        """
        record, lost = as_verified(self.records[address], live, self.unverified.pop(address), moved)
        self._lease.record(record)
        self.records[address] = record
        result = self._results[address]
        if result.result != "done" or not (lost or moved):
            return
        people = [f"{_word(infos, id)} was changed by {who} since it was written" for id, who in moved.items()]
        words = ", ".join(_word(infos, id) for id in lost)
        problems = (*result.problems, *people, *([f"the site shows another value: {words}"] if lost else []))
        self.end(self._actions[address], "not_kept" if lost else "done", *problems)

    def remark(self, address: str, what: str) -> None:
        """Add to what is said of an address's action, if it had one; how it ended stays."""
        result = self._results.get(address)
        if result is not None:
            self.end(self._actions[address], result.result, *result.problems, what)

    def unread(self, address: str, why: str) -> None:
        """Say that what was written could not be read back."""
        result = self._results[address]
        if result.result == "done":
            self.end(self._actions[address], "done", *result.problems, f"it was written, and not read back: {why}")

    def record(self, recordings: Iterable[Recording], made: Mapping[str, Mapping[str, Ref]]) -> None:
        """Record what a plan learned without a write, for items with which nothing went wrong.

        Args:
            made: by provider and what stood for them, the components, versions and sprints that the run made.
        """
        for recording in recordings:
            record = self.records.get(recording.address)
            if record is not None and not self.failed(recording.address):
                self.records[recording.address] = as_recorded(
                    record, recording, self.records, made.get(record.provider, {})
                )
                self._lease.record(self.records[recording.address])


def _word(infos: Mapping[str, FieldInfo], field: str) -> str:
    info = infos.get(field)
    return info.word or info.name if info else field
