"""The everyday verbs' way to a provider and an item: from the specs and the state, or from the environment alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.diagnostics import Place
from reconciler.errors import NotFoundError, SpecError, UsageError
from reconciler.live.connections import Connection, connect
from reconciler.live.settings import given_settings
from reconciler.sdk import PluginRegistry, WriteGate
from reconciler.sdk.names import nearest
from reconciler.spec import canonical_address, holds_specs
from reconciler.spec.configuration import ProviderBlock
from reconciler.state.records import ItemRecord
from reconciler.workflow.request import Request

__all__ = ["Ground", "Named", "chosen", "connected_on", "ground_of", "missing", "named"]


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


@dataclass(frozen=True, slots=True)
class Named:
    """An item as somebody named it.

    Attributes:
        provider: that has it.
        reference: its id where the state knows it, else its id, key or URL as it was given.
        record: what the state knows of it.
    """

    provider: str
    reference: str
    record: ItemRecord | None


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


def named(request: Request, ground: Ground, text: str, provider: str = "") -> Named:
    """Find out which item a text names: by its address, id, key or URL in the state, else by the text as it is.

    Raises:
        UsageError: the item is not on its site yet, or it is not clear which provider has it.
    """
    known = _known(ground, text, provider)
    if known is not None:
        return Named(known.provider, known.id, known)
    if text in ground.wanted or _address(text) in ground.wanted:
        raise UsageError(f"{text} is in the specs, and not on its site yet", hint="`reconciler apply` creates it")
    if not provider and "://" in text:
        at = [name for name in ground.blocks if _is_below(text, _url_of(request, ground, name))]
        provider = at[0] if len(at) == 1 else ""
    return Named(chosen(ground, provider), text, None)


def missing(ground: Ground, text: str, problem: NotFoundError) -> NotFoundError:
    """Say that neither the state nor the site has what a text names, with the addresses that it may have meant."""
    close = nearest(text, {*ground.records, *ground.wanted})
    if not close:
        return problem
    return NotFoundError(problem.summary, detail=problem.detail, hint=f"did you mean {close[0]}?")


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


def _known(ground: Ground, text: str, provider: str) -> ItemRecord | None:
    record = ground.records.get(_address(text))
    if record is not None and provider not in ("", record.provider):
        raise UsageError(f"{text} is an item of the provider {record.provider!r}", hint="leave --provider out")
    if record is not None:
        return record
    found = [
        each
        for each in ground.records.values()
        if text in (each.id, each.key, each.url) and provider in ("", each.provider)
    ]
    if len({each.provider for each in found}) > 1:
        having = " | ".join(dict.fromkeys(each.provider for each in found))
        raise UsageError(f"several providers have an item {text!r}", hint=f"name one: --provider {having}")
    return found[0] if found else None


def _address(text: str) -> str:
    """The address that a text is, in its one spelling; empty for what can't be one."""
    try:
        return canonical_address(text)
    except UsageError:
        return ""


def _url_of(request: Request, ground: Ground, name: str) -> str:
    metadata = PluginRegistry().load(ground.blocks[name].plugin).metadata()
    given = given_settings(ground.blocks, name, metadata, request.environment)
    return given["url"].value if "url" in given else ""


def _is_below(url: str, site: str) -> bool:
    """Whether a URL is one of a site's pages."""
    asked, base = urlsplit(url.casefold()), urlsplit(site.casefold())
    return bool(site) and asked.netloc == base.netloc and asked.path.startswith(f"{base.path.rstrip('/')}/")
