"""An organisation in memory for each test."""

from __future__ import annotations

import pytest
from azure_organisation import Organisation


@pytest.fixture
def azure() -> Organisation:
    return Organisation()
