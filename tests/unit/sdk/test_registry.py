"""How plugins are found and refused."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from reconciler.sdk import ConfigurationError, DevOpsIntegrationPlugin, PluginError, PluginRegistry

OLD = type("Old", (DevOpsIntegrationPlugin,), {"sdk_version": "0"})
OTHER = type("Other", (), {"sdk_version": "1"})


def registry(**points: str) -> PluginRegistry:
    return PluginRegistry(EntryPoint(name, value, "reconciler.plugins") for name, value in points.items())


def test_the_installed_plugin_is_found():
    """This installation has Jira's, and loading gives its class."""
    assert "jira" in PluginRegistry().names
    assert PluginRegistry().load("jira").name == "jira"


def test_an_unknown_plugin_names_the_nearest_and_what_there_is():
    """A misspelt plugin gets a hint."""
    with pytest.raises(ConfigurationError, match="no plugin 'jria'") as raised:
        registry(jira="a:b", azure="a:c").load("jria")
    assert raised.value.hint == "did you mean 'jira'?"
    assert raised.value.detail == "installed: azure, jira"


def test_an_unknown_plugin_among_none_says_so():
    """Nothing installed is said, not an empty list."""
    with pytest.raises(ConfigurationError) as raised:
        registry().load("jira")
    assert raised.value.detail == "installed: none"


def test_another_version_of_the_sdk_is_refused(monkeypatch):
    """A plugin that was written for another contract never runs."""
    monkeypatch.setattr(EntryPoint, "load", lambda _: OLD)
    with pytest.raises(PluginError, match="version 0 of the SDK"):
        registry(old="x:Y").load("old")


def test_what_is_no_plugin_is_refused(monkeypatch):
    """The entry point has to name a class of ours."""
    monkeypatch.setattr(EntryPoint, "load", lambda _: OTHER)
    with pytest.raises(PluginError, match="no DevOpsIntegrationPlugin"):
        registry(other="x:Y").load("other")


@pytest.mark.parametrize("value", ["no.such.module:X", "reconciler.sdk:NoSuchName"])
def test_a_plugin_that_cannot_be_imported_says_why(value):
    """An import error is told, not thrown."""
    with pytest.raises(PluginError, match="can't be imported") as raised:
        registry(broken=value).load("broken")
    assert raised.value.detail


def test_whatever_a_plugins_module_raises_is_told(monkeypatch):
    """A mistake in another author's module is theirs: it ends in words."""

    def raising(_):
        raise SyntaxError("invalid syntax (tracker.py, line 3)")

    monkeypatch.setattr(EntryPoint, "load", raising)
    with pytest.raises(PluginError, match="can't be imported") as raised:
        registry(broken="x:Y").load("broken")
    assert raised.value.detail == "SyntaxError: invalid syntax (tracker.py, line 3)"
