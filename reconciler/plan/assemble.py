"""From decisions to the plan's document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from reconciler.diagnostics import Diagnostic
from reconciler.plan.authors import Authors
from reconciler.plan.desired import Dialect
from reconciler.plan.document import (
    Action,
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
from reconciler.plan.limits import breaches
from reconciler.plan.planner import Plan
from reconciler.plan.rules import Bench
from reconciler.plan.speech import Speech
from reconciler.plan.wording import Wording
from reconciler.sdk import SiteDescription
from reconciler.spec.configuration import Configuration
from reconciler.state.records import ItemRecord, State

__all__ = ["Cost", "Origin", "assemble", "findings", "sites_of", "speeches", "with_requests"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the platforms say of a plan.

    Attributes:
        requests: by provider, how many of each kind of call.
        notifications: how many changes send mail that this account can't suppress.
        paths: by address, the names of the statuses on the way, the target last.
    """

    requests: Mapping[str, Mapping[str, int]]
    notifications: int = 0
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


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
    return PlanDocument(
        kind=origin.kind,
        directory=origin.directory,
        workspace=WorkspaceName(
            name=configuration.workspace.name,
            id=configuration.workspace.id,
            instance=configuration.workspace.instance,
        ),
        previous_name=configuration.workspace.previous_name,
        spec=SpecSource(digest=configuration.digest, commit=origin.commit),
        state=StateVersion(
            lineage=state.workspace.lineage if state else None, last_run=state.workspace.last_run if state else None
        ),
        site=sites_of(sites, {name: each.plugin for name, each in configuration.providers.items()}),
        providers=tuple(
            ProviderSettings(
                name=block.name,
                plugin=block.plugin,
                project=block.project,
                types=dict(block.types),
                statuses=dict(block.statuses),
                priorities=dict(block.priorities),
                fields=dict(block.fields),
                options={name: _as_json(value) for name, value in block.options.items()},
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
        notify=configuration.policy.notify,
        missing=plan.missing,
        diagnostics=findings((*configuration.diagnostics, *plan.diagnostics)),
    )


def sites_of(sites: Mapping[str, SiteDescription], plugins: Mapping[str, str]) -> tuple[Site, ...]:
    """Where each provider writes.

    Args:
        plugins: by provider.
    """
    return tuple(
        Site(provider=name, plugin=plugins[name], id=site.site, url=site.url, project=site.project.name)
        for name, site in sites.items()
    )


def speeches(
    sites: Mapping[str, SiteDescription], dialects: Mapping[str, Dialect], records: Mapping[str, ItemRecord]
) -> dict[str, Speech]:
    """How each provider's values are said, with the state's addresses for the items of its site."""
    addresses: dict[str, dict[str, str]] = {}
    for address, record in records.items():
        addresses.setdefault(record.site, {})[record.id] = address
    return {name: Speech(site, dialects[name], addresses.get(site.site, {})) for name, site in sites.items()}


def with_requests(
    document: PlanDocument, cost: Cost, diagnostics: Sequence[Diagnostic], state: State | None, bench: Bench
) -> PlanDocument:
    """Complete a document: what it takes, what the platforms and the policy's rules say of it, the limits that it
    meets, and its digest.

    Args:
        diagnostics: further ones.
    """
    costed = document.model_copy(
        update={
            "requests": {name: dict(sorted(counts.items())) for name, counts in cost.requests.items() if counts},
            "notifications": cost.notifications,
            "actions": tuple(_with_path(each, cost.paths.get(each.address, ())) for each in document.actions),
        }
    )
    limits = [each.diagnostic for each in breaches(costed, state)]
    found = document.diagnostics + findings((*limits, *bench.findings(costed), *diagnostics, *cost.diagnostics))
    whole = costed.model_copy(update={"diagnostics": found})
    return whole.model_copy(update={"digest": digest_of(whole.model_dump(mode="json"))})


def _as_json(value: object) -> JsonValue:
    """An option's value as a plan holds it; the lists of specs are tuples."""
    match value:
        case Mapping():
            return {str(key): _as_json(each) for key, each in value.items()}
        case tuple() | list():
            return [_as_json(each) for each in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)


def _with_path(action: Action, path: tuple[str, ...]) -> Action:
    """An action whose status takes a way that was found: one step needs no showing."""
    if len(path) < 2:
        return action
    changes = tuple(
        each.model_copy(update={"path": path}) if each.field == "status" else each for each in action.changes
    )
    return action.model_copy(update={"changes": changes})


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
