"""From decisions to the plan's document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from reconciler.diagnostics import Diagnostic
from reconciler.plan.authors import Authors
from reconciler.plan.desired import Dialect
from reconciler.plan.document import (
    Finding,
    PlanDocument,
    ProviderSettings,
    Site,
    SpecSource,
    StateVersion,
    Summary,
    WorkspaceName,
    digest_of,
)
from reconciler.plan.limits import removal_problem
from reconciler.plan.planner import Plan
from reconciler.plan.speech import Speech
from reconciler.plan.wording import Wording
from reconciler.sdk import SiteDescription
from reconciler.spec.configuration import Configuration
from reconciler.state.records import ItemRecord, State

__all__ = ["Origin", "assemble", "findings", "speeches", "with_requests"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a plan comes from. `directory` is absolute."""

    kind: Literal["plan", "destroy", "refresh_only"]
    directory: str
    commit: str | None
    targets: tuple[str, ...] = ()


def assemble(
    plan: Plan,
    origin: Origin,
    configuration: Configuration,
    state: State | None,
    sites: Mapping[str, SiteDescription],
    dialects: Mapping[str, Dialect],
    authors: Authors,
) -> PlanDocument:
    """Word a plan. The document has no requests and no digest yet: `with_requests` gives it both."""
    wording = Wording(speeches(sites, dialects, state.items if state else {}), authors)
    actions = [action for each in plan.items if (action := wording.action(each))]
    counts = Counter(each.action for each in actions)
    refresh_only = origin.kind == "refresh_only"
    limit = removal_problem(plan.items, state.items) if state and origin.kind == "plan" else None
    return PlanDocument(
        kind=origin.kind,
        directory=origin.directory,
        workspace=WorkspaceName(
            name=configuration.workspace.name,
            id=configuration.workspace.id,
            instance=configuration.workspace.instance,
        ),
        spec=SpecSource(digest=configuration.digest, commit=origin.commit),
        state=StateVersion(
            lineage=state.workspace.lineage if state else None, last_run=state.workspace.last_run if state else None
        ),
        site=tuple(
            Site(
                provider=name,
                plugin=configuration.providers[name].plugin,
                id=site.site,
                url=site.url,
                project=site.project.name,
            )
            for name, site in sites.items()
        ),
        providers=tuple(
            ProviderSettings(
                name=block.name,
                plugin=block.plugin,
                project=block.project,
                types=dict(block.types),
                statuses=dict(block.statuses),
                priorities=dict(block.priorities),
                fields=dict(block.fields),
                options=dict(block.options),
            )
            for block in configuration.providers.values()
        ),
        variables=dict(configuration.variables),
        targets=origin.targets,
        actions=() if refresh_only else tuple(actions),
        recordings=()
        if refresh_only
        else tuple(recording for each in plan.items if (recording := wording.recording(each))),
        drift=tuple(found for each in plan.items for found in wording.drift(each)),
        conflicts=tuple(found for each in plan.items for found in wording.conflicts(each)),
        summary=Summary(
            unchanged=len(plan.items) - len(actions), **({} if refresh_only else {k: counts[k] for k in counts})
        ),
        diagnostics=findings((*configuration.diagnostics, *plan.diagnostics, *((limit,) if limit else ()))),
    )


def speeches(
    sites: Mapping[str, SiteDescription], dialects: Mapping[str, Dialect], records: Mapping[str, ItemRecord]
) -> dict[str, Speech]:
    """How each provider's values are said, with the state's addresses for its items."""
    addresses: dict[str, dict[str, str]] = {}
    for address, record in records.items():
        addresses.setdefault(record.provider, {})[record.id] = address
    return {name: Speech(site, dialects[name], addresses.get(name, {})) for name, site in sites.items()}


def with_requests(
    document: PlanDocument, requests: Mapping[str, Mapping[str, int]], diagnostics: Sequence[Diagnostic]
) -> PlanDocument:
    """Complete a document: what it takes, what the platforms said of it, and its digest."""
    whole = document.model_copy(
        update={
            "requests": {name: dict(sorted(counts.items())) for name, counts in requests.items() if counts},
            "diagnostics": document.diagnostics + findings(diagnostics),
        }
    )
    return whole.model_copy(update={"digest": digest_of(whole.model_dump(mode="json"))})


def findings(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Diagnostics as a plan keeps them."""
    return tuple(
        Finding(
            severity=each.severity,
            code=each.code,
            summary=each.summary,
            detail=each.detail,
            file=each.place.file if each.place else None,
            line=each.place.line if each.place else None,
            column=each.place.column if each.place else None,
            hint=each.hint,
            snippet=each.snippet,
        )
        for each in diagnostics
    )
