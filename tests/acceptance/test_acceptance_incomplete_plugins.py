"""A plugin that another author has not finished: what is there works, and what is not is said in words."""

from __future__ import annotations

import pytest
from acceptance.harness import Workspace

PLUGIN = """\
from reconciler.sdk import (
    Capabilities, DevOpsIntegrationPlugin, PluginMetadata, Ref, Setting, SiteDescription, TypeInfo, FieldInfo, Status,
)
from datetime import UTC, datetime, timedelta


class Provider:
    def describe_site(self, types, users=()):
        both = frozenset({"create", "update"})
        title = FieldInfo("title", "Title", "text", "title", required=True, writable=both)
        kind = TypeInfo(Ref("t", "Task"), 0, {"title": title}, (Status(Ref("s", "Open"), "new", "todo"),), None, "task")
        return SiteDescription(
            site="here", url="https://tracker.example", project=Ref("1", "P"), account=Ref("u", "U"),
            read_at=datetime(2026, 1, 5, tzinfo=UTC), types={"t": kind}, link_types=(), containers={}, users=(),
            user_names={}, permissions={}, capabilities=Capabilities(
                frozenset(), quiet=False, marker="in_create", marker_in_reads=False, lag=timedelta(),
            ),
        )

    def normalize(self, site, type, field, value):
        return value

    def express(self, site, field, value):
        return value
    BODY


class Plugin(DevOpsIntegrationPlugin):
    name, sdk_version = "growing", "1"
    PART

    @classmethod
    def metadata(cls):
        settings = (
            Setting("URL", "GROWING_URL", "url", "The URL."), Setting("KEY", "GROWING_KEY", "secret", "The key."),
            Setting("PROJECT", "GROWING_PROJECT", "project", "The project.", required=False),
        )
        return PluginMetadata("growing", "Growing", "1.0", settings, frozenset({"text"}))

    @classmethod
    def authorization(cls, config):
        return "Bearer x"

    @property
    def provider(self):
        return self.__dict__.setdefault("_made", Provider())
"""
WHOLE = "\n    def authenticate(self):\n        return Ref('u', 'U')"
REFUSES = "\n    def find_marked(self, *asked, **more):\n        raise NotImplementedError"


@pytest.fixture
def growing(workspace: Workspace) -> Workspace:
    """A workspace with a folder of modules, in which a plugin is registered."""
    folder = workspace.path / "modules"
    (folder / "growing-1.0.dist-info").mkdir(parents=True)
    (folder / "growing-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: growing\nVersion: 1.0\n")
    (folder / "growing-1.0.dist-info" / "entry_points.txt").write_text(
        "[reconciler.plugins]\ngrowing = growing_plugin:Plugin\n"
    )
    workspace.settings = {"PYTHONPATH": str(folder), "GROWING_URL": "https://tracker.example", "GROWING_KEY": "x"}
    workspace.write(
        "workspace: {name: w, id: 6f0c2f3e-0000-4000-8000-0000000000ab}\nproviders: {growing: {project: P}}\n"
        "items:\n  a: {type: task, title: A}\n"
    )
    return workspace


def write_plugin(workspace: Workspace, part: str, body: str = "") -> None:
    """Write the plugin's module."""
    module = PLUGIN.replace("    BODY\n", body + "\n").replace("    PART\n", part + "\n")
    (workspace.path / "modules" / "growing_plugin.py").write_text(module)


@pytest.mark.parametrize("body", ["", REFUSES])
def test_a_method_that_is_missing_is_named_where_it_is_needed(growing: Workspace, body: str) -> None:
    """What the provider has is used; the first method that it lacks, or leaves open, is an error and no defect."""
    write_plugin(growing, WHOLE, body)
    assert growing.run("validate").code == 0
    assert growing.run("doctor").code == 0
    planned = growing.run("plan")
    assert planned.code == 1
    assert "the provider of the plugin 'growing' has no find_marked(), which this command needs" in planned.text
    assert "`reconciler plugins check growing` says all that it lacks" in planned.text
    assert "defect" not in planned.text
    assert growing.run("plugins", "check", "growing").code == 1


def test_a_plugin_whose_class_is_not_whole_is_named(growing: Workspace) -> None:
    """It can't be made at all: the part that it lacks is named."""
    write_plugin(growing, "")
    planned = growing.run("plan")
    assert planned.code == 1
    assert "the plugin 'growing' lacks authenticate of DevOpsIntegrationPlugin" in planned.text
    assert "`reconciler plugins check growing` says all that it lacks" in planned.text


def test_a_mistake_inside_a_method_stays_a_defect(growing: Workspace) -> None:
    """An attribute that something else lacks is not taken for a missing method."""
    write_plugin(growing, WHOLE, "\n    def find_marked(self, *asked, **more):\n        return None.fetch")
    planned = growing.run("plan")
    assert "defect" in planned.text
    assert "which this command needs" not in planned.text
