"""The page of promises: every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

from doc_pages import page

TESTS = Path(__file__).resolve().parents[1]


def test_every_promise_names_tests_that_exist() -> None:
    """Each row of the table has a test, and each name leads to a function of that module."""
    rows = [line for line in page("promises.md").splitlines() if line.startswith("| ")]
    promises = [line for line in rows if not line.startswith("| Promise")]
    assert len(promises) > 50
    sources = {path.stem: path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py")}
    for line in promises:
        named = re.findall(r"`(test_\w+)::(test_\w+)`", line)
        assert named, line
        for module, test in named:
            assert f"def {test}(" in sources[module], f"{module}::{test}"
