"""From the operator's environment and the spec's provider blocks to configured providers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import ConfigurationError, LeaseLost, SpecError
from reconciler.sdk import (
    Clock,
    Credential,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginRegistry,
    Provider,
    Setting,
    WriteGate,
)
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.names import nearest
from reconciler.sdk.session import Session
from reconciler.spec.configuration import ProviderBlock
from reconciler.spec.vocabulary import PROVIDER_KEYS

__all__ = ["Connection", "ShutGate", "block_problems", "connect"]


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
            alone = sum(1 for each in blocks.values() if each.plugin == block.plugin) == 1
            config = _config(block, plugin, environment, alone=alone)
            session = Session(
                config.url,
                authorization=plugin.authorization(config),
                clock=clock,
                gate=gate,
                limiter=Limiter(clock),
                timeout=plugin.request_timeout(config),
            )
            stack.callback(session.close)
            connected = plugin(config, session)
            connections[name] = Connection(name, connected, connected.provider, session)
        yield connections


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


def _config(
    block: ProviderBlock, plugin: type[DevOpsIntegrationPlugin], environment: Mapping[str, str], *, alone: bool
) -> PluginConfig:
    metadata = plugin.metadata()
    values: dict[str, str] = {}
    missing: list[tuple[Setting, str]] = []
    for setting in metadata.settings:
        own, shared = _variables(block.name, setting)
        found = environment.get(own) or (environment.get(shared, "") if alone else "")
        if setting.role == "project":
            found = _project(block, found, own if environment.get(own) or not alone else shared)
        if found:
            values[setting.role] = found
        elif setting.required or setting.role == "project":
            missing.append((setting, shared if alone else own))
    if missing:
        listed = "\n".join(f"  {variable}: {setting.help}" for setting, variable in missing)
        raise ConfigurationError(
            f"{metadata.title} (provider {block.name!r}) is not configured",
            detail=f"These environment variables are not set:\n{listed}",
            hint="set them, or see it work without an account: `reconciler demo`",
        )
    config = PluginConfig(
        provider=block.name,
        url=values.get("url", "").rstrip("/"),
        project=values["project"],
        credential=Credential(values.get("user"), values["secret"]),
        types=block.types,
        statuses=block.statuses,
        priorities=block.priorities,
        fields=block.fields,
        options=block.options,
    )
    for problem in plugin.validate_config(config):
        raise problem
    return config


def _variables(provider: str, setting: Setting) -> tuple[str, str]:
    """The provider's own variable, which wins, and the one that a plugin's only provider takes too."""
    return f"RECONCILER_{re.sub('[^A-Z0-9]', '_', provider.upper())}_{setting.name}", setting.variable


def _project(block: ProviderBlock, found: str, variable: str) -> str:
    if block.project and found and block.project != found:
        summary = f"the spec's project is {block.project!r}, {variable} says {found!r}"
        hint = f"unset {variable}, or take `project` out of the spec"
        raise SpecError([error("other_project", summary, place=block.place, hint=hint)])
    return block.project or found
