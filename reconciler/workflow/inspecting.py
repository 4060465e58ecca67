"""Commands that look: at the specs, the state, the sites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace

from reconciler.diagnostics import Diagnostic, diagnostics_of, has_errors
from reconciler.errors import ReconcilerError, SpecError, UsageError
from reconciler.live.connections import ShutGate, block_problems, connect
from reconciler.live.remembered import name_problems, remembered_sites
from reconciler.live.snapshots import load_snapshots
from reconciler.plan.desired import word_of
from reconciler.plan.ownership import owner_of
from reconciler.report.probes import Probe
from reconciler.report.records import ShownField, ShownItem
from reconciler.sdk import DevOpsIntegrationPlugin, Health, PluginRegistry, SiteDescription
from reconciler.spec import canonical_address
from reconciler.spec.configuration import Configuration
from reconciler.state.records import State
from reconciler.workflow.addresses import suggestion
from reconciler.workflow.request import Request

__all__ = ["Probe", "ShownItem", "Validated", "list_state", "probe_sites", "show_item", "validate"]


@dataclass(frozen=True, slots=True)
class Validated:
    """Specs without a mistake, what else is to be said of them, and the sites whose names were used, by provider."""

    configuration: Configuration
    diagnostics: tuple[Diagnostic, ...]
    sites: Mapping[str, SiteDescription]


def validate(request: Request) -> Validated:
    """Read and evaluate the specs, and hold their names against the sites as they were last read; offline.

    Raises:
        SpecError: they hold mistakes; all are in it.
    """
    configuration = request.load()
    if problems := block_problems(configuration.providers):
        raise SpecError((*configuration.diagnostics, *problems))
    sites = remembered_sites(request.directory, configuration.providers, request.environment, request.clock.now())
    fixed = {name: each.fixed for name, each in configuration.incidents.items() if each.fixed is not None}
    named = replace(configuration, items={**configuration.items, **fixed})
    diagnostics = (*configuration.diagnostics, *name_problems(named, sites, request.clock))
    if has_errors(diagnostics):
        raise SpecError(diagnostics)
    return Validated(configuration, diagnostics, sites)


def list_state(request: Request) -> State | None:
    """What the state keeps, or `None` where there is none."""
    return request.store(request.load()).read()


def show_item(request: Request, address: str) -> ShownItem:
    """What is known of the item at an address.

    Raises:
        UsageError: the state has none there.
    """
    configuration = request.load()
    state = request.store(configuration).read()
    canonical = canonical_address(address)
    record = state.items.get(canonical) if state else None
    if state is None or record is None:
        hint = suggestion(canonical, state.items if state else ()) or "`reconciler state list` has the addresses"
        raise UsageError(f"the state has no item at {canonical}", hint=hint)
    item = configuration.items.get(canonical)
    declared = item.ownership if item else {}
    snapshot = load_snapshots(request.directory).get(record.provider)
    type = snapshot.site.types.get(record.type.id) if snapshot else None
    words = {id: word_of(info) for id, info in type.fields.items()} if type else {}
    named = {words.get(id, id): (value, record.observed.get(id)) for id, value in record.base.items()}
    return ShownItem(
        record,
        tuple(ShownField(word, owner_of(word, declared), base, observed) for word, (base, observed) in named.items()),
        tuple(each.kind for each in state.open_operations if each.address == canonical),
    )


def probe_sites(request: Request) -> list[Probe]:
    """Sign in to every provider of the specs, look at its project and at what the account may do.

    What keeps a provider from working is no harm where no item uses it.
    """
    configuration = request.load()
    used = {each.provider for each in configuration.items.values()}
    probes: dict[str, list[Probe]] = {}
    plugins: dict[str, tuple[DevOpsIntegrationPlugin, list[str]]] = {}
    with ExitStack() as stack:
        for name in configuration.providers:
            connecting = connect(
                configuration.providers, [name], request.environment, gate=ShutGate(), clock=request.clock
            )
            try:
                connection = stack.enter_context(connecting)[name]
            except ReconcilerError as problem:
                probes[name] = [_failed(name, "settings", problem, required=name in used)]
                continue
            probes[name] = [Probe(name, "settings", ok=True, found=connection.session.url)]
            if connection.note:
                probes[name].append(Probe(name, "secret", ok=False, found=connection.note, required=False))
            types = {str(each.type.value) for each in configuration.items.values() if each.provider == name}
            plugins[name] = (connection.plugin, sorted(types))
        for name, health in PluginRegistry().health_check_all(plugins).items():
            probes[name] += _of_health(name, health, required=name in used)
    return [each for found in probes.values() for each in found]


def _of_health(provider: str, health: Health, *, required: bool) -> Iterator[Probe]:
    if health.account is not None:
        yield Probe(provider, "sign-in", ok=True, found=health.account.name or health.account.id)
    if health.site is not None:
        offered = ", ".join(sorted(each.ref.name for each in health.site.types.values()))
        yield Probe(provider, "project", ok=True, found=f"{health.site.project.name} with {offered}")
        if note := health.site.capabilities.marker_note:
            yield Probe(provider, "markers", ok=True, found=note)
        for permission, granted in sorted(health.site.permissions.items()):
            found = "yes" if granted else "no"
            yield Probe(provider, f"may {permission}", ok=granted, found=found, required=False)
    if health.problem is not None:
        what = "sign-in" if health.account is None else "project"
        yield _failed(provider, what, health.problem, required=required)


def _failed(provider: str, what: str, problem: ReconcilerError, *, required: bool) -> Probe:
    first, *others = diagnostics_of(problem)
    said = (first.detail, first.hint, *(each.summary for each in others))
    return Probe(provider, what, ok=False, found=first.summary, hint="\n".join(filter(None, said)), required=required)
