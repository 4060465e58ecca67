"""The plugins that are installed, found through entry points and in no other way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from reconciler.errors import ConfigurationError, PluginError
from reconciler.sdk.concurrency import as_completed
from reconciler.sdk.config import SDK_VERSION
from reconciler.sdk.health import Health
from reconciler.sdk.names import nearest
from reconciler.sdk.plugin import DevOpsIntegrationPlugin

__all__ = ["PluginRegistry"]


class PluginRegistry:
    """The plugins of this installation.

    Args:
        found: entry points; those of the group `reconciler.plugins` by default.
    """

    def __init__(self, found: Iterable[EntryPoint] | None = None) -> None:
        points = _installed() if found is None else found
        self._points = {point.name: point for point in points}

    @property
    def names(self) -> tuple[str, ...]:
        """What is installed, sorted; nothing is imported for it."""
        return tuple(sorted(self._points))

    def distribution(self, name: str) -> str:
        """The distribution that a plugin came with, and its version: `workitem-reconciler 0.1.0`."""
        found = self._points[name].dist
        return f"{found.name} {found.version}" if found else "of no distribution"

    def load(self, name: str) -> type[DevOpsIntegrationPlugin]:
        """Import a plugin.

        Raises:
            ConfigurationError: none of this name is installed.
            PluginError: it can't be imported, is no plugin, or was written for another version of the SDK.
        """
        point = self._points.get(name)
        if point is None:
            close = nearest(name, self._points)
            hint = f"did you mean {close[0]!r}?" if close else "a provider's `plugin` defaults to the provider's name"
            installed = ", ".join(self.names) or "none"
            raise ConfigurationError(f"no plugin {name!r} is installed", detail=f"installed: {installed}", hint=hint)
        try:
            plugin = point.load()
        except Exception as problem:  # whatever the module of another author raises
            raise PluginError(
                f"the plugin {name!r} can't be imported", detail=f"{type(problem).__name__}: {problem}"
            ) from problem
        version = getattr(plugin, "sdk_version", None)
        if version != SDK_VERSION:
            raise PluginError(
                f"the plugin {name!r} was written for version {version} of the SDK; this is version {SDK_VERSION}",
                hint="install versions of the two that fit",
            )
        if not (isinstance(plugin, type) and issubclass(plugin, DevOpsIntegrationPlugin)):
            raise PluginError(f"the plugin {name!r} is no DevOpsIntegrationPlugin", detail=f"it is {point.value}")
        return plugin

    def health_check_all(
        self, configured: Mapping[str, tuple[DevOpsIntegrationPlugin, Collection[str]]]
    ) -> dict[str, Health]:
        """Look at several sites at once: by provider, its plugin and the types to look at."""

        def checked(name: str) -> tuple[str, Health]:
            plugin, types = configured[name]
            return name, plugin.health_check(types)

        return dict(as_completed(checked, configured))


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """Read once: to look through all distributions takes a tenth of a short command's time."""
    return tuple(entry_points(group="reconciler.plugins"))
