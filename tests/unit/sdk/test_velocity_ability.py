"""Measuring velocity is an ability that a provider has or has not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reconciler.sdk import (
    ConfigurationError,
    Credential,
    DevOpsIntegrationPlugin,
    PluginConfig,
    PluginMetadata,
    Provider,
    Ref,
    Session,
    Velocity,
)


class Tracker(DevOpsIntegrationPlugin):
    """A plugin over whatever provider it is given."""

    name = "tracker"
    over: Any = None

    @classmethod
    def metadata(cls) -> PluginMetadata:
        return PluginMetadata("tracker", "The Tracker", "1", (), frozenset(), {})

    @classmethod
    def authorization(cls, config: PluginConfig) -> str:
        return config.name

    @property
    def provider(self) -> Provider:
        return cast("Provider", self.over)

    def authenticate(self) -> Ref:
        return Ref("me")


def plugin_over(provider: object) -> Tracker:
    config = PluginConfig("tracker", "https://tracker.example", "P", Credential(None, "secret"))
    plugin = Tracker(config, cast("Session", None))
    plugin.over = provider
    return plugin


def test_a_provider_that_measures_is_asked() -> None:
    """With what the caller said."""
    asked = []

    def velocity(team: str, days: int) -> Velocity:
        asked.append((team, days))
        return Velocity(Ref("1", team), "", ())

    found = plugin_over(SimpleNamespace(velocity=velocity)).get_team_velocity("Deals", 30)
    assert found.team.name == "Deals"
    assert asked == [("Deals", 30)]


def test_another_says_that_it_cannot() -> None:
    """By the platform's title."""
    with pytest.raises(ConfigurationError, match="the plugin for The Tracker can't measure velocity"):
        plugin_over(SimpleNamespace()).get_team_velocity("Deals", 30)
