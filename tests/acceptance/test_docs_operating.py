"""The pages for operators: what they say that a command says is what it says, and their commands run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from acceptance.harness import Workspace
from doc_pages import ROOT, blocks, page, table

SOURCE = re.sub(
    r'"\s*\n\s*f?"',
    "",
    "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "reconciler").rglob("*.py"))),
)
"""The program, with texts that go on in the next line put together."""

TOLD = [
    (name, text)
    for name, column, header in (
        ("operating.md", 0, ("It says", "It means", "Do")),
        ("state.md", 0, ("The error says", "Do")),
        ("state.md", 0, ("The plan says", "It means")),
    )
    for row in table(page(name), *header)
    for text in re.findall(r"\*([^*]+)\*", row[column])
]


@pytest.mark.parametrize(("name", "text"), TOLD)
def test_a_quoted_message_is_one_that_there_is(name: str, text: str) -> None:
    """Whoever searches a page for what the terminal says finds it."""
    assert all(part in SOURCE for part in text.split("'...'")), f"{name}: {text}"


def test_the_commands_for_operators_run(applied: Workspace) -> None:
    """In the page's order, on an applied workspace: each ends with 0, and afterwards there is nothing to do."""
    script = "\n".join(block.text for block in blocks("sh", ROOT / "docs" / "operating.md"))
    assert script.count("reconciler ") > 8
    commands = 'set -e\nreconciler() { "$PYTHON" -m reconciler "$@"; }\n' + script
    done = subprocess.run(
        ["/bin/bash", "-c", commands],
        cwd=applied.path,
        env={**applied.environment(), "PYTHON": applied.command()[0]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(Path(applied.path, "damaged").glob("rc-*.db"))
    assert applied.run("plan", "--detailed-exitcode").code == 0
