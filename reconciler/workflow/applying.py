"""From a plan to the platforms and the state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from reconciler.apply.journal import Journal
from reconciler.apply.previews import count_mails
from reconciler.diagnostics import Place
from reconciler.errors import Refused, StateError
from reconciler.live.connections import Connection, connect
from reconciler.live.reading import describe_sites_of
from reconciler.plan.assemble import speeches
from reconciler.plan.document import PlanDocument
from reconciler.plan.results import ApplyResult
from reconciler.sdk import Clock, SiteDescription, SystemClock
from reconciler.spec import load_policies
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.records import State
from reconciler.state.sqlite import SqliteStore
from reconciler.stop import Stop
from reconciler.workflow.accepting import Limits, refuse_all_missing, refuse_breaches, refuse_denied, refuse_findings
from reconciler.workflow.carrying import Applied, Carrying, has_work
from reconciler.workflow.planning import (
    PlanKind,
    plan_with,
    refuse_other_sites,
    refuse_unknown_marked,
    used_providers,
)
from reconciler.workflow.request import Request, policy_files
from reconciler.workflow.ruling import judged, tightened
from reconciler.workflow.saved import (
    refuse_forged,
    refuse_other_workspace,
    refuse_stale,
    refuse_unequal,
    refuse_unsettled,
)
from reconciler.workflow.settling import settle_open

__all__ = ["apply_plan", "apply_specs"]


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
            refuse_findings(document, limits)
            refuse_breaches(document, before, limits)
            if has_work(document) and not approve(document):
                raise Refused("not approved")
            run = Carrying(document, before, planned.sites, connections, lease, journal, request.clock, limits)
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
    policies: Sequence[Path] = (),
) -> Applied:
    """Carry out a saved plan, as it was approved.

    Args:
        directory: the workspace's: where its state is.
        specs: planned anew where they are given; the plan has to be what they say.
        policies: files with the operator's policy; what `RECONCILER_POLICY` names holds beside them.

    Raises:
        Refused: the plan is stale, for another site or state, not what the specs say, goes beyond a limit, or a rule
            denies it.
        SpecError, UsageError: a policy can't be read.
    """
    policy = load_policies(policy_files(environment, policies))
    document = tightened(document, policy)
    stop = stop or Stop()
    clock = clock or SystemClock(stop)
    workspace = document.workspace
    store = SqliteStore(
        directory,
        id=workspace.id,
        name=workspace.name,
        instance=workspace.instance,
        clock=clock,
        previous_name=document.previous_name,
    )
    refuse_other_workspace(document, directory)
    _refuse_saved(document, store.read(), limits)  # before the lease: with it a state takes its new name
    journal = Journal(clock, stop)
    with store.lease() as lease:
        journal.attach(lease)
        state = _state(store)
        _refuse_saved(document, state, limits)
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
            refuse_unsettled(document, state)
            refuse_forged(document, state.items)
            if specs is not None:
                configuration = specs.load()
                planned = plan_with(specs, configuration, state, connections, document.kind, document.targets)
                refuse_denied(planned.document)
                refuse_unequal(document, planned.document)
            if any(each.action == "create" for each in document.actions):
                refuse_unknown_marked(document, connections, sites, state)
            counted = _with_mails_counted(document, state, connections, sites)
            refuse_breaches(counted, state, limits)
            document = judged(counted, policy, connections, sites, state)
            refuse_denied(document)
            return Carrying(document, state, sites, connections, lease, journal, clock, limits).carry_out(report)


def _state(store: SqliteStore) -> State:
    state = store.read()
    if state is None:
        raise StateError("the state vanished while it was held")
    return state


def _refuse_saved(document: PlanDocument, state: State | None, limits: Limits) -> None:
    """Stop at what a saved plan can be told by itself and the state; how much mail it sends, the site says later."""
    refuse_stale(document, state)
    refuse_forged(document, state.items if state else {})
    refuse_findings(document, limits)
    refuse_all_missing(document, state, limits)
    refuse_breaches(document.model_copy(update={"notifications": 0}), state, limits)


def _with_mails_counted(
    document: PlanDocument, state: State, connections: Mapping[str, Connection], sites: Mapping[str, SiteDescription]
) -> PlanDocument:
    providers = {name: each.provider for name, each in connections.items()}
    mails = count_mails(document, speeches(sites, providers, state.items), providers, state.items)
    return document.model_copy(update={"notifications": mails})


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
