"""What all parts of a run share: the plan, the providers, the ledger, and the look just before a write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from reconciler.apply.guard import reasons_to_skip
from reconciler.apply.intents import Intent
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.operations import Operations
from reconciler.apply.verification import fetch_addresses, verify
from reconciler.errors import ProviderError
from reconciler.plan.document import PlanDocument
from reconciler.plan.speech import Speech
from reconciler.sdk import Clock, Found, Outcome, Provider, Ref

__all__ = ["Running"]


@dataclass(frozen=True, slots=True)
class Running:
    """One plan that is carried out under a lease.

    Attributes:
        run: the id of the run.
        ledger: keeps what is done.
        journal: the gate of the providers' sessions.
        made: by provider and what stood for them, the components, versions and sprints that the run made.
    """

    document: PlanDocument
    run: str
    ledger: Ledger
    journal: Journal
    clock: Clock
    providers: Mapping[str, Provider]
    speeches: Mapping[str, Speech]
    made: dict[str, dict[str, Ref]] = field(default_factory=dict)

    @property
    def operations(self) -> Operations:
        """The operations of this run."""
        return Operations(self.run, self.ledger, self.journal, self.clock)

    def just_read(
        self, provider: str, wanted: Mapping[str, Collection[str]], intents: Collection[Intent]
    ) -> dict[str, Found]:
        """By address, items as they are now; where they can't be read, nothing is sent for them.

        Args:
            wanted: by address, the ids of the fields to read.
            intents: those that fail where the call does.
        """
        try:
            markers = _asks_whose(intents) or self.speeches[provider].site.capabilities.marker_in_reads
            found = fetch_addresses(self.providers[provider], self.ledger, wanted, markers=markers)
            fresh = {address: answer for address, answer in found.items() if address in self.ledger.unverified}
            verify(self.providers[provider], self.speeches[provider].site, self.ledger, fresh)
        except ProviderError as problem:
            for intent in intents:
                self.ledger.end(intent.action, "failed", f"nothing more was sent for it: {problem.summary}")
            return {}
        return found

    def lacks(self, address: str) -> bool:
        """Whether others can't refer to an address: its action failed, or it has neither an action nor an item, as one
        has not that a conflict or an open operation leaves alone before it is moved there, or taken over.
        """
        coming = any(each.address == address for each in self.document.actions)
        return self.ledger.failed(address) or not (coming or address in self.ledger.records)

    def may_be_written(self, intent: Intent, found: Found) -> bool:
        """Whether nothing moved that the plan writes; else the item is left alone, and it is said why."""
        action = intent.action
        speech, provider = self.speeches[action.provider], self.providers[action.provider]
        reasons = reasons_to_skip(intent, found, self.document.workspace, speech, provider)
        if reasons:
            self.ledger.end(action, "skipped", *reasons)
        return not reasons

    def forget(self, intent: Intent, outcome: Outcome | None) -> None:
        """Have the state know an item no more, its action done.

        Args:
            outcome: of the operation that did it; `None` where nothing was sent.
        """
        self.ledger.end(intent.action, "done")
        journalled = self.operations.journalled(outcome) if outcome else None
        self.ledger.forget(intent.action.address, journalled)


def _asks_whose(intents: Iterable[Intent]) -> bool:
    """Whether it matters whose marker the items carry."""
    return any(each.action.action in {"adopt", "forget"} for each in intents)
