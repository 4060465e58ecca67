"""Commands that look: at the specs, the state, the sites."""

from __future__ import annotations

from reconciler.errors import ReconcilerError, SpecError, UsageError
from reconciler.live.connections import ShutGate, block_problems, connect
from reconciler.live.snapshots import load_snapshots
from reconciler.plan.desired import word_of
from reconciler.plan.ownership import owner_of
from reconciler.report.probes import Probe
from reconciler.report.records import ShownField, ShownItem
from reconciler.spec import canonical_address
from reconciler.spec.configuration import Configuration
from reconciler.state.records import State
from reconciler.workflow.request import Request

__all__ = ["Probe", "ShownItem", "list_state", "probe_sites", "show_item", "validate"]


def validate(request: Request) -> Configuration:
    """Read and evaluate the specs, offline.

    Raises:
        SpecError: they hold mistakes; all are in it.
    """
    configuration = request.load()
    if problems := block_problems(configuration.providers):
        raise SpecError((*configuration.diagnostics, *problems))
    return configuration


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
        raise UsageError(f"the state has no item at {canonical}", hint="`reconciler state list` has the addresses")
    item = configuration.items.get(canonical)
    declared = item.ownership if item else {}
    site = load_snapshots(request.directory).get(record.provider)
    type = site.types.get(record.type.id) if site else None
    words = {id: word_of(info) for id, info in type.fields.items()} if type else {}
    named = {words.get(id, id): (value, record.observed.get(id)) for id, value in record.base.items()}
    return ShownItem(
        record,
        tuple(ShownField(word, owner_of(word, declared), base, observed) for word, (base, observed) in named.items()),
        tuple(each.kind for each in state.open_operations if each.address == canonical),
    )


def probe_sites(request: Request) -> list[Probe]:
    """Sign in to every provider of the specs, look at its project and at what the account may do."""
    configuration = request.load()
    probes: list[Probe] = []
    for name in configuration.providers:
        probes.extend(_probe(request, configuration, name))
    return probes


def _probe(request: Request, configuration: Configuration, name: str) -> list[Probe]:
    types = {str(each.type.value) for each in configuration.items.values() if each.provider == name}
    probes: list[Probe] = []
    what = "settings"
    try:
        with connect(
            configuration.providers, [name], request.environment, gate=ShutGate(), clock=request.clock
        ) as connections:
            probes.append(Probe(name, what, ok=True, found=connections[name].session.url))
            what = "sign-in"
            account = connections[name].plugin.authenticate()
            probes.append(Probe(name, what, ok=True, found=account.name or account.id))
            what = "project"
            site = connections[name].provider.describe_site(sorted(types))
            offered = ", ".join(sorted(each.ref.name for each in site.types.values()))
            probes.append(Probe(name, what, ok=True, found=f"{site.project.name} with {offered}"))
            probes.extend(
                Probe(name, f"may {permission}", ok=granted, found="yes" if granted else "no", required=False)
                for permission, granted in sorted(site.permissions.items())
            )
    except ReconcilerError as problem:
        remedy = "\n".join(text for text in (problem.detail, problem.hint) if text)
        probes.append(Probe(name, what, ok=False, found=problem.summary, hint=remedy))
    return probes
