"""From the operator's environment and the spec's provider blocks to configured providers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ConfigurationError, LeaseLost, SpecError
from reconciler.plan.desired import Dialect
from reconciler.sdk import (
    Clock,
    Credential,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginMetadata,
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

__all__ = ["Connection", "Given", "ShutGate", "block_problems", "connect", "given_settings", "offline_dialect"]


class ShutGate:
    """The gate of commands that only read: nothing passes."""

    def open(self, operations: object) -> None:
        """Refuse."""
        raise LeaseLost(f"a command that only reads tried to write: {operations}")


@dataclass(frozen=True, slots=True)
class Connection:
    """A configured provider: one plugin, one site, one project."""

    name: str
    plugin: DevOpsIntegrationPlugin
    provider: Provider
    session: Session


@dataclass(frozen=True, slots=True)
class Given:
    """A setting as the operator's environment has it: the variable that holds it, or would; empty where none does."""

    variable: str
    value: str


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
        ConfigurationError: settings are missing; names every variable.
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
            config = _config(block, plugin, given)
            session = Session(
                config.url,
                authorization=plugin.authorization(config),
                credential=_credential(given),
                clock=clock,
                gate=gate,
                limiter=Limiter(clock),
                timeout=plugin.request_timeout(config),
            )
            stack.callback(session.close)
            connected = plugin(config, session)
            connections[name] = Connection(name, connected, connected.provider, session)
        yield connections


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
            metadata = registry.load(block.plugin).metadata()
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


def given_settings(
    blocks: Mapping[str, ProviderBlock], name: str, metadata: PluginMetadata, environment: Mapping[str, str]
) -> dict[str, Given]:
    """By role, the settings of one provider as the operator's environment has them."""
    alone = sum(1 for each in blocks.values() if each.plugin == blocks[name].plugin) == 1
    given: dict[str, Given] = {}
    for setting in metadata.settings:
        own, shared = _variables(name, setting)
        variable = own if environment.get(own) or not alone else shared
        given[setting.role] = Given(variable, environment.get(variable, ""))
    return given


def _credential(given: Mapping[str, Given]) -> str:
    """The variables that hold it."""
    return " and ".join(given[role].variable for role in ("user", "secret") if role in given)


def _config(block: ProviderBlock, plugin: type[DevOpsIntegrationPlugin], given: Mapping[str, Given]) -> PluginConfig:
    metadata = plugin.metadata()
    values: dict[str, str] = {}
    missing: list[tuple[Setting, str]] = []
    for setting in metadata.settings:
        variable, found = given[setting.role].variable, given[setting.role].value
        if setting.role == "project":
            found = _project(block, found, variable)
        if found:
            values[setting.role] = found
        elif setting.required or setting.role == "project":
            missing.append((setting, variable))
    if missing:
        listed = "\n".join(f"  {variable}: {setting.help}" for setting, variable in missing)
        raise ConfigurationError(
            f"{metadata.title} (provider {block.name!r}) is not configured",
            detail=f"These environment variables are not set:\n{listed}",
            hint="set them, or see it work without an account: `reconciler demo`",
        )
    credential = Credential(values.get("user"), values["secret"])
    config = _plugin_config(block, values.get("url", "").rstrip("/"), values["project"], credential)
    for problem in plugin.validate_config(config):
        raise problem
    return config


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


def _variables(provider: str, setting: Setting) -> tuple[str, str]:
    """The provider's own variable, which wins, and the one that a plugin's only provider takes too."""
    return f"RECONCILER_{re.sub('[^A-Z0-9]', '_', provider.upper())}_{setting.name}", setting.variable


def _project(block: ProviderBlock, found: str, variable: str) -> str:
    if block.project and found and block.project != found:
        summary = f"the spec's project is {block.project!r}, {variable} says {found!r}"
        hint = f"unset {variable}, or take `project` out of the spec"
        raise SpecError([error("other_project", summary, place=block.place, hint=hint)])
    return block.project or found
