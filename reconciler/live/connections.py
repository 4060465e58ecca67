"""From the operator's environment and the spec's provider blocks to configured providers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial

from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ConfigurationError, LeaseLost, SpecError
from reconciler.live.lacking import lacking_method, lacking_parts
from reconciler.live.network import network_of
from reconciler.live.secrets import SOURCES, Kept, find_secret, secret_of
from reconciler.live.settings import Given, given_settings, variables
from reconciler.plan.desired import Dialect
from reconciler.sdk import (
    Clock,
    Credential,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginRegistry,
    Provider,
    Setting,
    SiteDescription,
    WriteGate,
)
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.names import nearest
from reconciler.sdk.session import Session
from reconciler.spec.configuration import ProviderBlock
from reconciler.spec.vocabulary import PROVIDER_KEYS

__all__ = ["Connection", "ShutGate", "block_problems", "connect", "offline_dialect"]


class ShutGate:
    """The gate of commands that only read: nothing passes."""

    def open(self, operations: object) -> None:
        """Refuse."""
        raise LeaseLost(f"a command that only reads tried to write: {operations}")


@dataclass(frozen=True, slots=True)
class Connection:
    """A configured provider: one plugin, one site, one project. `note` is what its settings leave to be desired."""

    name: str
    plugin: DevOpsIntegrationPlugin
    provider: Provider
    session: Session
    note: str = ""


@contextmanager
def connect(
    blocks: Mapping[str, ProviderBlock],
    names: Collection[str],
    environment: Mapping[str, str],
    *,
    gate: WriteGate,
    clock: Clock,
) -> Iterator[dict[str, Connection]]:
    """Configure the providers named, and close their sessions at the end. Sends nothing yet.

    Args:
        blocks: all of the spec's provider blocks: a plugin that has only one takes its settings from the plugin's own
            variables.
        names: those to connect.

    Raises:
        SpecError: a block names no plugin, or an option or project that can't be.
        ConfigurationError: settings are missing, each of which is named, or a secret can't be had.
        PluginError: what is done with the connections needs a method that a provider lacks.
    """
    if problems := block_problems({name: blocks[name] for name in names}):
        raise SpecError(problems)
    registry = PluginRegistry()
    with ExitStack() as stack:
        connections = {}
        for name in names:
            block = blocks[name]
            plugin = registry.load(block.plugin)
            given = given_settings(blocks, name, plugin.metadata(), environment)
            kept = _kept(blocks, name, plugin, environment)
            config = _config(block, plugin, given, kept, environment)
            session = Session(
                config.url,
                authorization=plugin.authorization(config),
                credential=_credential(given, kept),
                clock=clock,
                gate=gate,
                limiter=Limiter(clock),
                timeout=plugin.request_timeout(config),
                network=network_of(name, config.url, environment),
                advice=partial(plugin.advice, config),
            )
            stack.callback(session.close)
            connected = plugin(config, session)
            connections[name] = Connection(name, connected, connected.provider, session, kept.note if kept else "")
        try:
            yield connections
        except (AttributeError, NotImplementedError) as problem:
            providers = {each.plugin.name: each.provider for each in connections.values()}
            lacking = lacking_method(problem, providers)
            if lacking is None:
                raise
            raise lacking from problem


@contextmanager
def offline_dialect(block: ProviderBlock, site: SiteDescription, clock: Clock) -> Iterator[Dialect]:
    """The pure half of a provider, for a site that was read before: without a credential, nothing is sent."""
    plugin = PluginRegistry().load(block.plugin)
    config = _plugin_config(block, site.url, site.project.name, Credential(None, ""))
    session = Session(site.url, authorization="", clock=clock, gate=ShutGate(), limiter=Limiter(clock))
    with closing(session):
        yield plugin(config, session).provider


def block_problems(blocks: Mapping[str, ProviderBlock]) -> list[Diagnostic]:
    """What is wrong with provider blocks, offline: plugins that are not installed, options that they don't have."""
    registry = PluginRegistry()
    problems: list[Diagnostic] = []
    for block in blocks.values():
        try:
            plugin = registry.load(block.plugin)
            if lacking := lacking_parts(block.plugin, plugin):
                raise lacking
            metadata = plugin.metadata()
        except ConfigurationError as problem:
            problems.append(
                error("unknown_plugin", problem.summary, detail=problem.detail, place=block.place, hint=problem.hint)
            )
            continue
        for option in block.options:
            if option not in metadata.options:
                close = nearest(option, (*PROVIDER_KEYS, *metadata.options))
                known = ", ".join((*PROVIDER_KEYS, *sorted(metadata.options)))
                hint = f"did you mean `{close[0]}`?" if close else f"it has: {known}"
                summary = f"{metadata.title} has no provider option {option!r}"
                problems.append(error("unknown_option", summary, place=block.place, hint=hint))
    return problems


def _kept(
    blocks: Mapping[str, ProviderBlock],
    name: str,
    plugin: type[DevOpsIntegrationPlugin],
    environment: Mapping[str, str],
) -> Kept | None:
    """Where the provider's secret is kept; `None` where nobody says, or its plugin has none."""
    secrets = (each for each in plugin.metadata().settings if each.role == "secret")
    names = (each for setting in secrets for each in variables(blocks, name, setting))
    return find_secret(tuple(names), environment)


def _credential(given: Mapping[str, Given], kept: Kept | None) -> str:
    """The variables that hold it, or would."""
    found = {role: given[role].variable for role in ("user", "secret") if role in given}
    if "user" in found and not given["user"].value:
        del found["user"]
    if kept:
        found["secret"] = kept.variable
    return " and ".join(found.values())


def _config(
    block: ProviderBlock,
    plugin: type[DevOpsIntegrationPlugin],
    given: Mapping[str, Given],
    kept: Kept | None,
    environment: Mapping[str, str],
) -> PluginConfig:
    metadata = plugin.metadata()
    there = {role: each.value for role, each in given.items()} | {"secret": kept.variable if kept else ""}
    if "project" in given:
        there["project"] = _project(block, given["project"])
    missing = [
        _wanted(each, given[each.role].variable)
        for each in metadata.settings
        if not there[each.role] and (each.required or each.role == "project")
    ]
    if missing:
        listed = "\n".join(missing)
        raise ConfigurationError(
            f"{metadata.title} (provider {block.name!r}) is not configured",
            detail=f"These environment variables are not set:\n{listed}",
            hint="set them, or see it work without an account: `reconciler demo`",
        )
    credential = Credential(there.get("user") or None, secret_of(kept, environment) if kept else "")
    config = _plugin_config(block, there.get("url", "").rstrip("/"), there.get("project", ""), credential)
    for problem in plugin.validate_config(config):
        raise problem
    return config


def _wanted(setting: Setting, variable: str) -> str:
    """A line for a setting that is missing."""
    elsewhere = f" (or {', '.join(f'..{each}' for each in SOURCES[1:])})" if setting.role == "secret" else ""
    return f"  {variable}{elsewhere}: {setting.help}"


def _plugin_config(block: ProviderBlock, url: str, project: str, credential: Credential) -> PluginConfig:
    return PluginConfig(
        provider=block.name,
        url=url,
        project=project,
        credential=credential,
        types=block.types,
        statuses=block.statuses,
        priorities=block.priorities,
        fields=block.fields,
        options=block.options,
    )


def _project(block: ProviderBlock, given: Given) -> str:
    if block.project and given.value and block.project != given.value:
        summary = f"the spec's project is {block.project!r}, {given.variable} says {given.value!r}"
        hint = f"unset {given.variable}, or take `project` out of the spec"
        raise SpecError([error("other_project", summary, place=block.place, hint=hint)])
    return block.project or given.value
