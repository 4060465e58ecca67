"""What the integration kit says where it can't sign in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("settings", [{}, {"JIRA_URL": "http://127.0.0.1:9", "JIRA_API_TOKEN": "none"}])
def test_what_is_missing_is_named(settings: dict[str, str]) -> None:
    """The variable that is not set, or the site that can't be reached: in the product's words, without a traceback."""
    kit = [sys.executable, "-m", "pytest", "-n", "0", "--no-cov", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*kit, "-m", "integration", "--run-integration", "tests/sites/test_sites_smoke.py"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "RECONCILER_INTEGRATION_PROJECT_JIRA": "SCRATCH", **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert ("can't connect to 127.0.0.1:9" if settings else "JIRA_URL: The site") in done.stdout
    assert "reconciler/live/" not in done.stdout
    assert "Traceback" not in done.stdout
