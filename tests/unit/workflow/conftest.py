"""A whole engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from memory_engine import Engine
from memory_workspace import Workspace

from reconciler.workflow import applying, planning


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One site, an empty state."""
    return Engine(tmp_path)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty one, with a real state on the disk."""
    found = Workspace(tmp_path)
    monkeypatch.setattr(applying, "connect", found.connect)
    monkeypatch.setattr(planning, "connect", found.connect)
    return found
