"""Reports of incidents become items: one for each incident, however often it is reported, wherever that is cut off.

read the payload -> draft the items -> settle -> look for marked ones -> one plan -> the same execution as an apply's
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from reconciler.alerts import Alerts, instance_key, read_alerts
from reconciler.apply.journal import Journal
from reconciler.apply.previews import preview
from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import StateError, UsageError
from reconciler.live.connections import Connection, connect
from reconciler.plan.assemble import Origin, assemble, speeches, with_requests
from reconciler.plan.authors import Authors
from reconciler.plan.desired import find_type
from reconciler.plan.document import PlanDocument, Summary
from reconciler.plan.incidents import (
    RESUMED,
    again,
    cut_off_run,
    is_last_report,
    reported,
    seen_again,
    seen_first,
    without_bad_values,
)
from reconciler.plan.planner import Plan
from reconciler.plan.planner import make_plan as decide
from reconciler.plan.results import ApplyResult
from reconciler.plan.rules import Bench
from reconciler.report.incident import IncidentReport, IncidentResult, ReportedIncident
from reconciler.sdk import Incident, Item, Provider, SiteDescription
from reconciler.sdk.names import nearest
from reconciler.spec.address import address_of
from reconciler.spec.configuration import Configuration, DesiredItem, IncidentTemplate
from reconciler.state.records import ItemRecord, RunRecord, Sightings
from reconciler.state.sqlite import SqliteStore
from reconciler.state.store import Lease
from reconciler.workflow.accepting import Limits, refuse_findings
from reconciler.workflow.carrying import Carrying, has_work
from reconciler.workflow.incident_ground import Ground, ground_of, read_live, resolved
from reconciler.workflow.leasing import lease_in_turn
from reconciler.workflow.request import Request

__all__ = ["IncidentReport", "report_incidents"]

_ROOM: Final = 20_000
"""Characters of logs that a description gets, where the platform takes as many."""
_SPARE: Final = 700
"""How much shorter a description is kept than the platform's limit: there a text is longer than its Markdown."""


def report_incidents(
    request: Request, payload: bytes, *, template: str = "", paths: Mapping[str, str] | None = None, patience: float
) -> IncidentReport:
    """Make items of the incidents that a payload reports, and count the reports of those that have one.

    Args:
        payload: JSON, as an alerting tool sends it.
        template: of the specs' `incidents`; empty for the only one.
        paths: where the fields of an incident stand; those of the template where there are none.
        patience: seconds to wait for another process that is writing, and for writes whose answer was lost.

    Raises:
        SpecError: the specs hold mistakes, or the template does not fit an incident.
        UsageError: the payload can't be read, or there is no such template.
        Refused: nothing was sent: a rule denies it, or it is not safe.
        LeaseHeld: another process is writing.
    """
    configuration = request.load()
    chosen = _chosen(configuration.incidents, template)
    alerts = read_alerts(payload, paths or chosen.paths)
    if not alerts.incidents:
        return IncidentReport(alerts.form, (), alerts.ignored, alerts.warnings)
    store = request.store(configuration)
    journal = Journal(request.clock, request.stop)
    with lease_in_turn(store, request.clock, patience) as lease:
        journal.attach(lease)
        with connect(
            configuration.providers, [chosen.provider], request.environment, gate=journal, clock=request.clock
        ) as connections:
            return _Reporting(
                request, configuration, chosen, alerts, store, lease, journal, connections, Limits(patience=patience)
            ).run()


def _chosen(templates: Mapping[str, IncidentTemplate], name: str) -> IncidentTemplate:
    if not templates:
        hint = "write one: `incidents: {outage: {type: bug}}`"
        raise UsageError("the specs have no template for incidents", hint=hint)
    if not name and len(templates) > 1:
        hint = f"name one: --template {' | '.join(templates)}"
        raise UsageError("the specs have several templates for incidents", hint=hint)
    if name and name not in templates:
        close = nearest(name, templates)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(templates)}"
        raise UsageError(f"the specs have no template {name!r} for incidents", hint=hint)
    return templates[name] if name else next(iter(templates.values()))


@dataclass(frozen=True)
class _Reporting:
    """One payload, under the lease, with the template's provider connected."""

    request: Request
    configuration: Configuration
    template: IncidentTemplate
    alerts: Alerts
    store: SqliteStore
    lease: Lease
    journal: Journal
    connections: Mapping[str, Connection]
    limits: Limits

    @cached_property
    def incidents(self) -> Mapping[str, Incident]:
        """By address."""
        return {address_of(self.template.name, instance_key(each.dedupe_key)): each for each in self.alerts.incidents}

    def run(self) -> IncidentReport:
        """Do it."""
        drafts = {address: self._drafted(address, _ROOM) for address in self.incidents}
        read = self.store.read()
        if read is None:
            raise StateError("the state vanished while it was held")
        clock, patience = self.request.clock, self.limits.patience
        ground = ground_of(
            read, self._about(drafts), self.connections, lease=self.lease, clock=clock, patience=patience
        )
        new: dict[str, DesiredItem] = {}
        warnings: list[Diagnostic] = []
        for address, draft in drafts.items():
            if address not in (*ground.known, *ground.held) and not self.incidents[address].resolved:
                new[address], found = self._fitting(address, draft, ground.sites[draft.provider])
                warnings += found
        live = read_live(ground, self.connections, self.template.provider)
        resumed = self._cut_off(ground.known)
        seen = self._seen(new, ground.known, resumed)
        document = self._priced(self._planned(new, ground, seen, drafts, live), ground, live)
        refuse_findings(document, self.limits)
        results = self._carried_out(document, ground)
        for address, run in resumed.items():
            if results[address].result == "done":
                counts = {**run.counts, RESUMED: 1}
                self.lease.finish_run(replace(run, finished_at=run.finished_at or clock.now(), counts=counts))
        told = tuple(self._told(address, results.get(address), seen, ground) for address in self.incidents)
        return IncidentReport(self.alerts.form, told, self.alerts.ignored, (*self.alerts.warnings, *warnings))

    def _drafted(self, address: str, room: int) -> DesiredItem:
        incident = self.incidents[address]
        return self.template.item(incident, instance_key(incident.dedupe_key), self.request.clock.now(), room)

    def _fitting(
        self, address: str, draft: DesiredItem, site: SiteDescription
    ) -> tuple[DesiredItem, tuple[Diagnostic, ...]]:
        """The item as the site takes it: with no more logs than its description has room for; and what it lacks."""
        type = find_type(site, str(draft.type.value))
        if type is None:
            return draft, ()
        info = type.by_word("description")
        if info is not None and info.max_length is not None and "description" in draft.fields:
            excess = len(str(draft.fields["description"].value)) - (info.max_length - _SPARE)
            draft = draft if excess <= 0 else self._drafted(address, max(0, _ROOM - excess))
        severity = self.incidents[address].severity
        lacking: tuple[Diagnostic, ...] = ()
        if severity and "priority" not in draft.fields:
            summary = f"{address} is made without its priority: nothing says what the severity {severity!r} means"
            hint = f"write `severities: {{{severity}: high}}` in the template"
            lacking = (warning("unknown_severity", summary, place=self.template.place, hint=hint),)
        item, left_out = without_bad_values(draft, type, site, self._dialects[draft.provider])
        return item, (*lacking, *left_out)

    def _about(self, items: Mapping[str, DesiredItem]) -> Configuration:
        """The configuration, of these items alone."""
        return replace(self.configuration, items=items, imports=(), moved=(), removed=())

    def _cut_off(self, known: Mapping[str, ItemRecord]) -> dict[str, RunRecord]:
        """By address, the runs that counted the very same report and did not come to their end: they are resumed."""
        again = [record for address, record in known.items() if is_last_report(record, self.incidents[address])]
        archive = self.store.read_all() if again else None
        runs = {each.address: cut_off_run(each, archive) for each in again if archive is not None}
        return {address: run for address, run in runs.items() if run is not None}

    def _seen(
        self, new: Collection[str], known: Mapping[str, ItemRecord], resumed: Collection[str]
    ) -> dict[str, Sightings]:
        """By address, what is known of its reports now."""
        now = self.request.clock.now()
        seen = {address: seen_first(self.incidents[address], now) for address in new}
        for address, record in known.items():
            before = record.sightings if address in resumed else None
            seen[address] = before or seen_again(record.sightings, self.incidents[address], now)
        return seen

    def _planned(
        self,
        new: Mapping[str, DesiredItem],
        ground: Ground,
        seen: Mapping[str, Sightings],
        drafts: Mapping[str, DesiredItem],
        live: Mapping[str, Item],
    ) -> PlanDocument:
        """One plan: new items are created, those that are there get their comment."""
        fresh = self._about(new)
        wanted = resolved(self.configuration, new, ground, self.connections)
        policy = self.configuration.policy
        plan = Plan(())
        if wanted:
            plan = decide(wanted, ground.state, ground.sites, {}, policy=policy, targets=frozenset(wanted))
        origin = Origin("plan", str(self.request.directory.absolute()), self.request.commit())
        document = assemble(plan, origin, fresh, ground.state, ground.sites, self._dialects, Authors())
        made = [each.model_copy(update={"incident": reported(seen[each.address])}) for each in document.actions]
        speech = speeches(ground.sites, self._dialects, ground.state.items)[self.template.provider]
        reopen = self.template.reopen
        counted = [
            again(
                ground.known[address],
                item,
                seen[address],
                drafts[address],
                speech,
                adopted=address in ground.adopted,
                reopen=reopen,
            )
            for address, item in live.items()
        ]
        summary = Summary(create=len(made), update=len(counted))
        variables = dict(ground.state.workspace.variables)  # an apply's business
        return document.model_copy(update={"actions": (*made, *counted), "summary": summary, "variables": variables})

    def _priced(self, document: PlanDocument, ground: Ground, live: Mapping[str, Item]) -> PlanDocument:
        """The plan, with what the platform and the policy's rules say of it."""
        records = ground.state.items
        says = speeches(ground.sites, self._dialects, records)
        cost = preview(document, says, self._dialects, records, live, None)
        bench = Bench(self.configuration.policy.rules, says, live)
        return with_requests(document, cost, (), ground.state, bench)

    def _carried_out(self, document: PlanDocument, ground: Ground) -> Mapping[str, ApplyResult]:
        if not has_work(document):
            return {}
        run = Carrying(
            document,
            ground.state,
            ground.sites,
            self.connections,
            self.lease,
            self.journal,
            self.request.clock,
            self.limits,
            command="incident",
        )
        return {each.address: each for each in run.carry_out(lambda _: None).document.results}

    def _told(
        self, address: str, result: ApplyResult | None, seen: Mapping[str, Sightings], ground: Ground
    ) -> ReportedIncident:
        incident = self.incidents[address]
        if address in ground.held:
            return ReportedIncident(address, incident.title, "unsettled")
        if result is None:
            return ReportedIncident(address, incident.title, "ignored")
        return ReportedIncident(
            address,
            incident.title,
            _result(incident, result),
            seen[address],
            result.key or "",
            result.url or "",
            result.problems,
        )

    @property
    def _dialects(self) -> dict[str, Provider]:
        return {name: each.provider for name, each in self.connections.items()}


def _result(incident: Incident, result: ApplyResult) -> IncidentResult:
    if result.result in {"failed", "skipped"}:
        return "failed"
    if result.result == "unsettled":
        return "unsettled"
    if result.action == "create":
        return "created"
    return "resolved" if incident.resolved else "counted"
