"""A fresh sandbox for each test, judged at the test's end, and a workspace signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openapi_judge
import pytest
import swagger_judge
from acceptance.harness import Site, Workspace
from acceptance.platforms import PLATFORMS, Platform

from reconciler.sandbox.serving import running


@pytest.fixture
def site(record_property: Callable[[str, object], None]) -> Iterator[Site]:
    """A sandbox. At the end, all that went over its wire is held against the vendors' OpenAPI files."""
    with running() as endpoints:
        site = Site(endpoints)
        yield site
        folder = openapi_judge.api_dir()
        if folder is None:
            record_property("openapi", None)
            return
        exchanges = site.requests()
    jira = openapi_judge.judge([each for each in exchanges if each["path"].startswith("/jira/")], folder)
    azure = swagger_judge.judge([each for each in exchanges if each["path"].startswith("/azure/")], folder)
    record_property("openapi", dict(jira.counts + azure.counts))
    assert [*jira.problems, *azure.problems] == []


@pytest.fixture
def workspace(site: Site, tmp_path: Path) -> Workspace:
    """An empty directory for specs, with credentials for the sandbox."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    return Workspace(path, home, dict(site.settings))


@pytest.fixture
def example(workspace: Workspace) -> Workspace:
    """The investment example."""
    workspace.copy_example()
    return workspace


@pytest.fixture
def applied(example: Workspace) -> Workspace:
    """The investment example, applied: INVEST-1 is the deal, INVEST-2 to INVEST-7 the tasks in the spec's order."""
    example.apply()
    return example


@pytest.fixture(params=PLATFORMS, ids=lambda each: each.name)
def everywhere(request: pytest.FixtureRequest, site: Site, example: Workspace) -> Workspace:
    """The investment example, applied on each platform in turn: the sandbox's own, which `site.platform` names."""
    platform: Platform = request.param
    site.platform = platform.name
    example.settings = {**site.settings, "RECONCILER_VAR_PLATFORM": platform.name}
    example.apply()
    return example
