"""The integration kit's sites; without `--run-integration` the sandbox alone, which proves the kit itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sites.targets import PROJECTS, Target, on_a_site, on_the_sandbox

from reconciler.errors import ReconcilerError

_LIVE = "live "


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test on the sandboxes that its module names, and on the live sites of their platforms."""
    if "target" in metafunc.fixturenames:
        sandboxes = metafunc.module.SANDBOXES
        live = [pytest.param(f"{_LIVE}{each}", marks=pytest.mark.integration) for each in PROJECTS if each in sandboxes]
        metafunc.parametrize("target", [*sandboxes, *live], indirect=True, scope="module")


@pytest.fixture(scope="module")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A project on a site. What the tests made there is deleted at the end."""
    name: str = request.param
    platform = name.removeprefix(_LIVE)
    if name == platform:
        opened = on_the_sandbox(name)
    elif not os.environ.get(PROJECTS[platform]):
        pytest.skip(f"{PROJECTS[platform]} names no project in which items may be made")
    else:
        opened = on_a_site(platform)
    with ExitStack() as stack:
        try:
            found = stack.enter_context(opened)
        except ReconcilerError as problem:
            said = "\n".join(filter(None, (problem.summary, problem.detail, problem.hint)))
            raise pytest.fail.Exception(said, pytrace=False) from None
        yield found
