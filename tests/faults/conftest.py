"""A fresh sandbox, and a workspace whose commands live on its clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.harness import Site
from faults.workspace import FaultWorkspace

from reconciler.sandbox.serving import running


@pytest.fixture
def site() -> Iterator[Site]:
    """A sandbox."""
    with running() as endpoints:
        yield Site(endpoints)


@pytest.fixture
def workspace(site: Site, tmp_path: Path) -> FaultWorkspace:
    """An empty directory for specs."""
    return FaultWorkspace.on(site, tmp_path)
