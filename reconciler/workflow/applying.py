"""From a plan to the platforms and the state."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reconciler.apply.execution import Execution
from reconciler.apply.journal import Journal
from reconciler.apply.ledger import Ledger
from reconciler.diagnostics import Diagnostic, Place
from reconciler.errors import Refused, StateError
from reconciler.live.connections import Connection, connect
from reconciler.live.reading import describe_sites_of
from reconciler.plan.assemble import speeches
from reconciler.plan.document import Finding, PlanDocument
from reconciler.plan.limits import MISSING_CODES, LimitName, breaches
from reconciler.plan.results import ApplyDocument, ApplyResult, ResultSummary
from reconciler.sdk import Clock, SiteDescription, SystemClock
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.records import RunRecord, State
from reconciler.state.sqlite import SqliteStore
from reconciler.state.store import Lease
from reconciler.stop import Stop
from reconciler.workflow.planning import (
    PlanKind,
    plan_with,
    refuse_other_sites,
    refuse_unknown_marked,
    used_providers,
)
from reconciler.workflow.request import Request
from reconciler.workflow.runs import who
from reconciler.workflow.saved import refuse_forged, refuse_stale, refuse_unequal
from reconciler.workflow.settling import settle_open

__all__ = ["Applied", "Limits", "apply_plan", "apply_specs"]

_LEAVES_OPEN = frozenset({"unsettled", "conflict"})
"""Findings that leave work to be done after an apply."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that the operator lifts, each by the exact number; `None` leaves it standing.

    `patience` is how many seconds to wait until writes whose answer was lost can be settled.
    """

    removals: int | None = None
    changes: int | None = None
    creates: int | None = None
    missing: int | None = None
    notifications: int | None = None
    patience: float = 120.0

    def accepts(self, limit: LimitName, number: int) -> bool:
        """Whether this is the exact number that was named."""
        return self.named.get(limit) == number

    @property
    def named(self) -> Mapping[str, int]:
        """What was named, by limit: the record of a run keeps it."""
        every: dict[LimitName, int | None] = {
            "removals": self.removals,
            "changes": self.changes,
            "creates": self.creates,
            "missing": self.missing,
            "notifications": self.notifications,
        }
        return {limit: number for limit, number in every.items() if number is not None}


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did. `in_part` says that something is left: unsettled, skipped, not kept, in conflict."""

    document: ApplyDocument
    failed: bool
    in_part: bool


def apply_specs(
    request: Request,
    kind: PlanKind,
    approve: Callable[[PlanDocument], bool],
    limits: Limits,
    report: Callable[[ApplyResult], None],
) -> Applied:
    """Plan under the lease, ask, and carry it out.

    Args:
        approve: shown the plan where there is something to do; false refuses.
        report: called with each result as it is known.

    Raises:
        Refused: nothing was sent: a limit, protection, a missing item, or no approval.
        LeaseHeld: another process is writing.
    """
    configuration = request.load()
    store = request.store(configuration)
    journal = Journal(request.clock, request.stop)
    with store.lease() as lease:
        journal.attach(lease)
        state = _state(store)
        with connect(
            configuration.providers,
            used_providers(configuration, state),
            request.environment,
            gate=journal,
            clock=request.clock,
        ) as connections:
            planned = plan_with(request, configuration, state, connections, kind, lease=lease, patience=limits.patience)
            document, before = planned.document, planned.state or state
            _refuse_findings(document, limits)
            _refuse_breaches(document, before, limits)
            if _has_work(document) and not approve(document):
                raise Refused("not approved")
            run = _Run(document, before, planned.sites, connections, lease, journal, request.clock, limits)
            return run.carry_out(report)


def apply_plan(
    document: PlanDocument,
    directory: Path,
    environment: Mapping[str, str],
    limits: Limits,
    report: Callable[[ApplyResult], None],
    specs: Request | None = None,
    stop: Stop | None = None,
    clock: Clock | None = None,
) -> Applied:
    """Carry out a saved plan, as it was approved.

    Args:
        directory: the workspace's: where its state is.
        specs: planned anew where they are given; the plan has to be what they say.

    Raises:
        Refused: the plan is stale, for another site or state, not what the specs say, or goes beyond a limit.
    """
    stop = stop or Stop()
    clock = clock or SystemClock(stop)
    workspace = document.workspace
    store = SqliteStore(directory, id=workspace.id, name=workspace.name, instance=workspace.instance, clock=clock)
    refuse_stale(document, store.read())
    journal = Journal(clock, stop)
    with store.lease() as lease:
        journal.attach(lease)
        state = _state(store)
        refuse_stale(document, state)
        refuse_forged(document, state.items)
        _refuse_findings(document, limits)
        _refuse_breaches(document, state, limits)
        blocks = {each.name: each for each in _blocks(document)}
        used = sorted({each.provider for each in document.actions} | {each.provider for each in state.items.values()})
        for name in used:
            if name not in blocks:
                raise Refused(f"the plan does not say what its provider {name!r} is", hint="make a new plan")
        with connect(blocks, used, environment, gate=journal, clock=clock) as connections:
            sites = describe_sites_of(connections, document, state.items)
            refuse_other_sites(state.items, sites)
            _refuse_other_plan_sites(document, sites)
            patience = limits.patience
            settled = settle_open(state, workspace, connections, sites, lease=lease, clock=clock, patience=patience)
            state = settled or state
            if specs is not None:
                configuration = specs.load()
                planned = plan_with(specs, configuration, state, connections, document.kind, document.targets)
                refuse_unequal(document, planned.document)
            if any(each.action == "create" for each in document.actions):
                refuse_unknown_marked(document, connections, sites, state)
            return _Run(document, state, sites, connections, lease, journal, clock, limits).carry_out(report)


@dataclass(frozen=True)
class _Run:
    """One plan, about to be carried out."""

    document: PlanDocument
    state: State
    sites: Mapping[str, SiteDescription]
    connections: Mapping[str, Connection]
    lease: Lease
    journal: Journal
    clock: Clock
    limits: Limits

    def carry_out(self, report: Callable[[ApplyResult], None]) -> Applied:
        if not _has_work(self.document):
            return self._applied("", ())
        run = RunRecord(
            id=uuid.uuid4().hex,
            started_at=self.clock.now(),
            who=who(),
            commit=self.document.spec.commit,
            plan_digest=self.document.digest,
            overrides=self.limits.named,
        )
        providers = {name: each.provider for name, each in self.connections.items()}
        self.lease.begin_run(run, self.document.variables)
        with self.journal.finishing():
            results = Execution(
                document=self.document,
                run=run.id,
                ledger=Ledger(self.lease, self.state.items, report),
                journal=self.journal,
                clock=self.clock,
                providers=providers,
                speeches=speeches(self.sites, providers, self.state.items),
            ).execute()
        counts = Counter(each.result for each in results)
        self.lease.finish_run(
            replace(run, finished_at=self.clock.now(), counts={kind: counts[kind] for kind in counts})
        )
        return self._applied(run.id, results)

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


def _state(store: SqliteStore) -> State:
    state = store.read()
    if state is None:
        raise StateError("the state vanished while it was held")
    return state


def _has_work(document: PlanDocument) -> bool:
    return bool(document.actions or document.recordings)


def _refuse_findings(document: PlanDocument, limits: Limits) -> None:
    lifted = MISSING_CODES if limits.accepts("missing", len(document.missing)) else frozenset()
    found = [each for each in document.diagnostics if each.severity == "error" and each.code not in lifted]
    if found:
        raise Refused("the plan can't be applied", diagnostics=[_diagnostic(each) for each in found])


def _diagnostic(finding: Finding) -> Diagnostic:
    place = Place(finding.file, finding.line or 1, finding.column or 1) if finding.file else None
    return Diagnostic(
        finding.severity, finding.code, finding.summary, finding.detail, place, finding.hint, finding.snippet
    )


def _refuse_breaches(document: PlanDocument, state: State, limits: Limits) -> None:
    """Stop at more than passes without a word, counted anew: a saved plan's own diagnostics prove nothing."""
    found = [each for each in breaches(document, state) if not limits.accepts(each.limit, each.number)]
    if found:
        words = " ".join(dict.fromkeys(f"--accept-{each.limit} {each.number}" for each in found))
        raise Refused(
            found[0].diagnostic.summary,
            detail="\n".join((*(each.diagnostic.summary for each in found[1:]), found[0].diagnostic.detail)),
            hint=f"if it is meant: {words}",
        )


def _refuse_other_plan_sites(document: PlanDocument, sites: Mapping[str, SiteDescription]) -> None:
    planned = {each.provider: each for each in document.site}
    for name, site in sites.items():
        if name in planned and planned[name].id != site.site:
            raise Refused(
                f"the plan was made for another site of {name}",
                detail=f"It is for {planned[name].url}; the configured site is {site.url}.",
            )


def _blocks(document: PlanDocument) -> Iterator[ProviderBlock]:
    for each in document.providers:
        yield ProviderBlock(
            name=each.name,
            plugin=each.plugin,
            project=each.project,
            types=each.types,
            statuses=each.statuses,
            priorities=each.priorities,
            fields=each.fields,
            options=each.options,
            place=Place("the plan", 1, 1),
        )
