"""Carry out one plan under a lease, and record the run: who, when, what came of it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reconciler.apply.execution import execute
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.apply.running import Running
from reconciler.errors import Interrupted
from reconciler.live.connections import Connection
from reconciler.plan.assemble import speeches
from reconciler.plan.document import PlanDocument
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultSummary
from reconciler.sdk import Clock, SiteDescription
from reconciler.state.records import RunRecord, State
from reconciler.state.store import Lease
from reconciler.workflow.accepting import Limits
from reconciler.workflow.runs import who

__all__ = ["Applied", "Carrying", "has_work"]

_LEAVES_OPEN = frozenset({"unsettled", "conflict"})
"""Findings that leave work to be done after an apply."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did. `in_part` says that something is left: unsettled, skipped, not kept, in conflict."""

    document: ApplyDocument
    failed: bool
    in_part: bool


@dataclass(frozen=True)
class Carrying:
    """One plan, about to be carried out."""

    document: PlanDocument
    state: State
    sites: Mapping[str, SiteDescription]
    connections: Mapping[str, Connection]
    lease: Lease
    journal: Journal
    clock: Clock
    limits: Limits
    command: str = "apply"

    def carry_out(self, report: Callable[[ApplyResult], None]) -> Applied:
        """Do it.

        Args:
            report: called with each result as it is known.

        Raises:
            Interrupted: a stop was asked for; what was done is recorded.
            LeaseLost: another process took over.
        """
        if not has_work(self.document):
            return self._applied("", ())
        run = RunRecord(
            id=uuid.uuid4().hex,
            started_at=self.clock.now(),
            who=who(),
            commit=self.document.spec.commit,
            plan_digest=self.document.digest,
            overrides=self.limits.named,
            command=self.command,
        )
        providers = {name: each.provider for name, each in self.connections.items()}
        ledger = Ledger(self.lease, self.state.items, report)
        self.lease.begin_run(run, self.document.variables)
        try:
            with self.journal.finishing():
                results = execute(
                    Running(
                        document=self.document,
                        run=run.id,
                        ledger=ledger,
                        journal=self.journal,
                        clock=self.clock,
                        providers=providers,
                        speeches=speeches(self.sites, providers, self.state.items),
                    )
                )
        except Interrupted:
            self._finish(run, ledger.results)
            raise
        self._finish(run, results)
        return self._applied(run.id, results)

    def _finish(self, run: RunRecord, results: tuple[ApplyResult, ...]) -> None:
        """Record the end of a run; what an interruption kept from being begun is counted as such."""
        counts = Counter[str](each.result for each in results)
        counts["interrupted"] = len(self.document.actions) - len(results)
        self.lease.finish_run(replace(run, finished_at=self.clock.now(), counts=dict(+counts)))

    def _applied(self, run: str, results: tuple[ApplyResult, ...]) -> Applied:
        kinds = Counter(each.result for each in results)
        findings = {each.code for each in self.document.diagnostics}
        document = ApplyDocument(
            workspace=self.document.workspace,
            run=run,
            plan_digest=self.document.digest,
            results=results,
            summary=ResultSummary.model_validate(kinds),
            diagnostics=self.document.diagnostics,
        )
        left = kinds["skipped"] + kinds["unsettled"] + kinds["not_kept"]
        return Applied(document, failed=kinds["failed"] > 0, in_part=left > 0 or bool(findings & _LEAVES_OPEN))


def has_work(document: PlanDocument) -> bool:
    """Whether there is anything to carry out."""
    return bool(document.actions or document.recordings)
