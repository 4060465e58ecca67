"""The everyday verbs' way to a provider: from the specs and the state, or from the environment alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.diagnostics import Place
from reconciler.errors import SpecError, UsageError
from reconciler.live.connections import Connection, connect
from reconciler.sdk import PluginRegistry, WriteGate
from reconciler.sdk.names import nearest
from reconciler.spec import holds_specs
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.records import ItemRecord
from reconciler.workflow.request import Request

__all__ = ["Ground", "chosen", "connected_on", "ground_of"]


@dataclass(frozen=True, slots=True)
class Ground:
    """What verbs stand on.

    Attributes:
        blocks: the providers by name.
        records: the items that the state knows, by address.
        wanted: the addresses in the specs.
        used: the providers that items of the specs or the state use.
    """

    blocks: Mapping[str, ProviderBlock]
    records: Mapping[str, ItemRecord]
    wanted: frozenset[str]
    used: frozenset[str]


def ground_of(request: Request, provider: str = "") -> Ground:
    """Load the specs and the state.

    Where there are no specs, the provider is one of the plugin that it is named by, with all its settings from the
    environment, and the state knows nothing.

    Raises:
        SpecError, StateError: they hold mistakes.
        UsageError: there are no specs, and no plugin is called so.
    """
    try:
        configuration = request.load()
    except SpecError:
        if holds_specs(request.path):
            raise
        return Ground({provider: _bare(request, provider)}, {}, frozenset(), frozenset({provider}))
    state = request.store(configuration).read()
    records = state.items if state else {}
    used = {each.provider for each in configuration.items.values()} | {each.provider for each in records.values()}
    return Ground(configuration.providers, records, frozenset(configuration.items), frozenset(used))


@contextmanager
def connected_on(request: Request, ground: Ground, provider: str, *, gate: WriteGate) -> Iterator[Connection]:
    """Connect one provider, and close its session at the end. Sends nothing yet.

    Args:
        request: the workspace, with the environment.
        ground: what was loaded of it.
        provider: its name, chosen as `chosen` does.
        gate: `ShutGate()` for what only reads, `OpenGate()` for a verb that writes.

    Raises:
        SpecError, ConfigurationError: as of `connect`.
        UsageError: as of `chosen`.
    """
    name = chosen(ground, provider)
    with connect(ground.blocks, [name], request.environment, gate=gate, clock=request.clock) as connections:
        yield connections[name]


def chosen(ground: Ground, provider: str) -> str:
    """The provider of this name; of no name the only one, or the only one that items use.

    Raises:
        UsageError: there is none, or there are several and none was named.
    """
    blocks = ground.blocks
    if not blocks:
        raise UsageError("the specs have no provider", hint="write `providers: {jira: {project: KEY}}`")
    for only in (list(blocks), sorted(ground.used & blocks.keys())):
        if not provider and len(only) == 1:
            provider = only[0]
    if not provider:
        raise UsageError("the specs have several providers", hint=f"name one: --provider {' | '.join(blocks)}")
    if provider not in blocks:
        close = nearest(provider, blocks)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(blocks)}"
        raise UsageError(f"the specs have no provider {provider!r}", hint=hint)
    return provider


def _bare(request: Request, provider: str) -> ProviderBlock:
    """A provider that no spec configures, called by its plugin."""
    plugins = PluginRegistry().names
    if provider not in plugins:
        raise UsageError(
            f"there are no specs in {request.directory}" + (f", and no plugin {provider!r}" if provider else ""),
            hint=f"name the directory of the specs, or the platform: --provider {' | '.join(plugins)}",
        )
    return ProviderBlock(provider, provider, None, {}, {}, {}, {}, {}, Place(str(request.path), 1, 1))
