"""Whether a class has the shape of a plugin: what can be told without a site."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from reconciler.errors import ReconcilerError
from reconciler.sdk.clock import SystemClock
from reconciler.sdk.config import SDK_VERSION, Credential, PluginConfig, PluginMetadata
from reconciler.sdk.gate import OpenGate
from reconciler.sdk.limiter import Limiter
from reconciler.sdk.plugin import DevOpsIntegrationPlugin
from reconciler.sdk.provider import Provider
from reconciler.sdk.session import Session

__all__ = ["faults_of"]

_NOWHERE = "https://plugin-check.invalid"
"""Nothing is sent to it: making a plugin and its provider does no I/O."""


def faults_of(name: str, plugin: type[DevOpsIntegrationPlugin]) -> tuple[str, ...]:
    """Find what keeps a plugin from being one, each in a sentence; none where its shape is right.

    The suite `reconciler.sdk.conformance` tells how it behaves; this needs no site.

    Args:
        name: of its entry point.
        plugin: what the entry point names.
    """
    return tuple(_faults(name, plugin))


def _faults(name: str, plugin: type[DevOpsIntegrationPlugin]) -> Iterator[str]:
    if plugin.sdk_version != SDK_VERSION:
        yield f"sdk_version is {plugin.sdk_version!r}; this SDK is version {SDK_VERSION!r}"
    if getattr(plugin, "name", None) != name:
        yield f"name is {getattr(plugin, 'name', None)!r}; its entry point calls it {name!r}"
    if missing := sorted(getattr(plugin, "__abstractmethods__", ())):
        yield f"it lacks {', '.join(missing)} of DevOpsIntegrationPlugin"
        return
    try:
        metadata = plugin.metadata()
    except Exception as problem:  # whatever another author's code raises
        yield f"metadata() raises {type(problem).__name__}: {problem}"
        return
    yield from _metadata_faults(name, metadata)
    try:
        provider = _made(plugin)
    except ReconcilerError as problem:
        yield f"it can't be made from a plain configuration: {problem.summary}"
        return
    except Exception as problem:
        yield f"it can't be made from a plain configuration: {type(problem).__name__}: {problem}"
        return
    yield from _provider_faults(provider)


def _metadata_faults(name: str, metadata: PluginMetadata) -> Iterator[str]:
    if metadata.name != name:
        yield f"metadata().name is {metadata.name!r}, not {name!r}"
    roles = [each.role for each in metadata.settings]
    for role in ("url", "secret", "project"):
        if role not in roles:
            yield f"metadata().settings has none with the role {role!r}"
    for each in sorted({each for each in roles if roles.count(each) > 1}):
        yield f"metadata().settings has several with the role {each!r}"
    for setting in metadata.settings:
        if not setting.help.endswith("."):
            yield f"the help of {setting.variable} is no sentence"
    for option, sentence in metadata.options.items():
        if not sentence.endswith("."):
            yield f"the help of the option {option!r} is no sentence"
    if not metadata.kinds:
        yield "metadata().kinds is empty: it can carry no field"


def _made(plugin: type[DevOpsIntegrationPlugin]) -> Provider:
    config = PluginConfig(plugin.name, _NOWHERE, "PROJECT", Credential("user", "secret"))
    clock = SystemClock()
    session = Session(
        config.url,
        authorization=plugin.authorization(config),
        clock=clock,
        gate=OpenGate(),
        limiter=Limiter(clock),
        timeout=plugin.request_timeout(config),
    )
    try:
        return plugin(config, session).provider
    finally:
        session.close()


def _provider_faults(provider: Provider) -> Iterator[str]:
    for method, promised in inspect.getmembers(Provider, inspect.isfunction):
        if method.startswith("_"):
            continue
        has = getattr(provider, method, None)
        if not callable(has):
            yield f"its provider has no {method}()"
            continue
        wanted = [each for each in inspect.signature(promised).parameters.values() if each.name != "self"]
        offered = inspect.signature(has).parameters
        lacking = [each.name for each in wanted if each.name not in offered]
        if lacking:
            yield f"its provider's {method}() does not take {', '.join(lacking)}"
        known = {each.name for each in wanted}
        asked = [name for name, each in offered.items() if name not in known and _is_required(each)]
        if asked:
            yield f"its provider's {method}() asks for {', '.join(asked)}, which nobody gives"


def _is_required(parameter: inspect.Parameter) -> bool:
    optional = parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return parameter.default is inspect.Parameter.empty and not optional
