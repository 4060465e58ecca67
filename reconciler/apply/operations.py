"""The operations of one run: prepared for the journal, and ended by what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from reconciler.apply.intents import Intent, comment_of
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.errors import ProviderError
from reconciler.sdk import Clock, Fields, Outcome, Problem
from reconciler.state.records import ItemRecord, OperationKind, OperationRecord

__all__ = ["Operations", "problem_texts"]

_LOST: Final = "its answer was lost: until it is known, nothing is sent for this address"


@dataclass(frozen=True)
class Operations:
    """What a run sends, before and after.

    Args:
        run: the id of the run.
    """

    run: str
    ledger: Ledger
    journal: Journal
    clock: Clock

    def prepare(
        self,
        operation: str,
        intent: Intent,
        kind: OperationKind,
        item: str | None,
        after: ItemRecord | None,
        before: Fields,
        highest: str = "",
    ) -> None:
        """Have an operation ready for the journal.

        Args:
            item: the remote id, `None` before a creation.
            after: what the state keeps once it has arrived.
            before: by field id, live just before.
            highest: the highest key of the project, where the state knows none.
        """
        self.journal.prepare(
            OperationRecord(
                id=operation,
                run=self.run,
                address=intent.action.address,
                provider=intent.action.provider,
                kind=kind,
                item=item,
                values=intent.set,
                before=before,
                added=intent.add,
                removed=intent.remove,
                comment=comment_of(intent),
                after=after,
                highest_key=self._highest_key(intent.action.provider) or highest,
                journalled_at=self.clock.now(),
                send_before=None,
            )
        )

    def outcomes(self, outcomes: Iterator[Outcome], waiting: dict[str, Intent]) -> Iterator[tuple[Intent, Outcome]]:
        """Each outcome with its intent. Where the call fails, the journal tells what was sent from what was not."""
        failure = _LOST
        try:
            for outcome in outcomes:
                yield waiting.pop(outcome.operation), outcome
        except ProviderError as problem:
            failure = problem.summary
        for operation, intent in waiting.items():
            self.ledger.end(intent.action, "unsettled" if self.journal.sent(operation) else "failed", failure)

    def not_done(self, intent: Intent, outcome: Outcome) -> None:
        """Say that an operation did not come to pass, or that nobody knows."""
        problems = problem_texts(intent, outcome.problems)
        if outcome.result == "unknown":
            self.ledger.end(intent.action, "unsettled", *(problems or (_LOST,)))
            return
        if self.journalled(outcome):
            self.ledger.ended(outcome)
        self.ledger.end(intent.action, "skipped" if outcome.result in {"changed", "gone"} else "failed", *problems)

    def journalled(self, outcome: Outcome) -> Outcome | None:
        """An outcome whose operation is in the journal; what is decided before anything is sent never gets there."""
        return outcome if self.journal.sent(outcome.operation) else None

    def _highest_key(self, provider: str) -> str:
        keys = [each.key for each in self.ledger.records.values() if each.provider == provider]
        return max(keys, key=lambda key: (len(key), key), default="")


def problem_texts(intent: Intent, problems: Iterable[Problem]) -> tuple[str, ...]:
    """The platform's reasons, each with the spec's word for its field, and with the options that there are."""
    return tuple(_problem(intent, each) for each in problems)


def _problem(intent: Intent, problem: Problem) -> str:
    info = intent.type.fields.get(problem.field or "")
    options = ", ".join(each.name or each.id for each in problem.options)
    message = f"{problem.message}; it takes: {options}" if options else problem.message
    return f"{info.word or info.name}: {message}" if info else message
