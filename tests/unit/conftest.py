"""A whole engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from memory_engine import Engine
from memory_site import site_description


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One site, an empty state."""
    return Engine(tmp_path)


@pytest.fixture
def two_sites(tmp_path: Path) -> Engine:
    """Two sites whose items have the same ids and keys."""
    return Engine(tmp_path, {"tracker": site_description(), "other": site_description("site-2")})
