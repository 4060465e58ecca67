"""What another author's plugin lacks, said when it is needed and no earlier: a plugin is tried as it grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.errors import PluginError
from reconciler.sdk import DevOpsIntegrationPlugin, Provider

__all__ = ["lacking_method", "lacking_parts"]

_METHODS: Final = frozenset(name for name in vars(Provider) if not name.startswith("_"))


def lacking_parts(name: str, plugin: type[DevOpsIntegrationPlugin]) -> PluginError | None:
    """The error for a plugin that can't be made, because parts of its class are missing."""
    missing = sorted(getattr(plugin, "__abstractmethods__", ()))
    if not missing:
        return None
    return PluginError(f"the plugin {name!r} lacks {', '.join(missing)} of DevOpsIntegrationPlugin", hint=_hint(name))


def lacking_method(problem: Exception, providers: Mapping[str, Provider]) -> PluginError | None:
    """The error for a call of a method that a provider does not have yet; `None` where the problem is another.

    Args:
        problem: what the call raised.
        providers: by the name of their plugin.
    """
    called, method = _missed(problem)
    for name, provider in providers.items():
        if called is provider and method in _METHODS:
            summary = f"the provider of the plugin {name!r} has no {method}(), which this command needs"
            return PluginError(summary, hint=_hint(name))
    return None


def _missed(problem: Exception) -> tuple[object, str]:
    """On which object which method was missed: it is not there, or all it does is to say so."""
    if isinstance(problem, AttributeError):
        return problem.obj, problem.name or ""
    place = problem.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if not isinstance(problem, NotImplementedError) or place is None:
        return None, ""
    return place.tb_frame.f_locals.get("self"), place.tb_frame.f_code.co_name


def _hint(name: str) -> str:
    return f"`reconciler plugins check {name}` says all that it lacks"
