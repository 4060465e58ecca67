"""A fresh sandbox for each test, judged at the test's end, and a workspace signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openapi_judge
import pytest
import swagger_judge
from acceptance.field_views import View, view_of
from acceptance.harness import Site, Workspace
from acceptance.marker_views import MarkerView, marker_view_of
from acceptance.platforms import JIRA, JIRA_DATACENTER, Platform, platform_of

from reconciler.sandbox.serving import running


@pytest.fixture
def site(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> Iterator[Site]:
    """A sandbox: Jira, or what `on_each_platform` says. At the end, all that went over its wire is held against the
    vendors' OpenAPI files; there is none of Data Center's.
    """
    platform: Platform = getattr(request, "param", JIRA)
    with running(knobs=dict(platform.knobs)) as endpoints:
        site = Site(endpoints, platform.plugin, platform.api)
        yield site
        folder = openapi_judge.api_dir()
        if folder is None:
            record_property("openapi", None)
            return
        exchanges = site.requests()
    prefixes = () if platform is JIRA_DATACENTER else ("/jira/",)
    jira = openapi_judge.judge([each for each in exchanges if each["path"].startswith(prefixes)], folder)
    azure = swagger_judge.judge([each for each in exchanges if each["path"].startswith("/azure/")], folder)
    record_property("openapi", dict(jira.counts + azure.counts))
    assert [*jira.problems, *azure.problems] == []


@pytest.fixture
def platform(site: Site) -> Platform:
    """What the sandbox is looked at as."""
    return platform_of(site)


@pytest.fixture
def workspace(site: Site, tmp_path: Path) -> Workspace:
    """An empty directory for specs, with credentials for the sandbox; the example's items are its platform's."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    settings = {**site.settings, "RECONCILER_VAR_PLATFORM": site.platform, "CREATE_IN_ORDER": "1"}
    return Workspace(path, home, settings, platform_of(site).head)


@pytest.fixture
def example(workspace: Workspace) -> Workspace:
    """The investment example."""
    workspace.copy_example()
    return workspace


@pytest.fixture
def applied(example: Workspace) -> Workspace:
    """The investment example, applied: the first item is the deal, the others are the tasks in the spec's order."""
    example.apply()
    return example


@pytest.fixture
def view(site: Site) -> View:
    """The platform's items, in the specs' words."""
    return view_of(site)


@pytest.fixture
def markers(site: Site) -> MarkerView:
    """The platform's markers."""
    return marker_view_of(site)
