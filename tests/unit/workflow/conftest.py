"""A whole engine in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from memory_engine import Engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """One site, an empty state."""
    return Engine(tmp_path)
