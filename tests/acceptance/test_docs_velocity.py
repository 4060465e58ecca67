"""`docs/velocity.md`: its commands run on two sprints, and print what the page shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
from acceptance.harness import Site, Workspace
from acceptance.sprint_team import SPECS, team_on, two_sprints
from doc_pages import ROOT, blocks, page, table

PAGE = page("velocity.md")
PATH = ROOT / "docs" / "velocity.md"


@pytest.fixture
def measured(workspace: Workspace, site: Site) -> Workspace:
    """Two sprints are over, and commands live on the sandbox's clock."""
    workspace.keep_time_with(site)
    workspace.write(SPECS.format("jira"))
    two_sprints(team_on(site))
    return workspace


def undated(text: str) -> str:
    """A text without its days: the sandbox's sprints are always of these weeks."""
    return re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)


def keys_in(data: Any) -> set[str]:
    """All keys of what JSON nests."""
    if isinstance(data, list):
        return {key for each in data for key in keys_in(each)}
    return {*data, *(key for each in data.values() for key in keys_in(each))} if isinstance(data, dict) else set()


def test_its_commands_print_what_the_page_shows(measured: Workspace) -> None:
    """The first one's output to the letter, but for the days; the second one writes a picture beside its JSON."""
    shown, drawn = (shlex.split(block.text) for block in blocks("sh", PATH))
    [expected] = blocks("text", PATH)
    assert shown[0] == drawn[0] == "reconciler"
    assert undated(measured.run(*shown[1:]).out) == undated(expected.text)
    data = measured.run(*drawn[1:]).json
    assert [each["name"] for each in data["sprints"]] == ["First", "Second"]
    told = dict(table(PAGE, "Key", "Holds"))
    assert [key for cell in told for key in re.findall(r"`(\w+)`", cell)] == list(data)
    assert set(re.findall(r"`(\w+)`", told["`sprints`"])) == keys_in(data["sprints"])
    assert set(re.findall(r"`(\w+)`", told["`measures`"])) >= keys_in(data["measures"])
    assert (measured.path / "velocity.svg").read_text(encoding="utf-8").startswith("<svg ")


def test_the_page_names_every_number() -> None:
    """Each number of a sprint in JSON, and each line of the summary, has a row that says what it means."""
    rows = [*table(PAGE.partition("The numbers balance")[0], "Number", "Means")]
    rows += table(PAGE.partition("The numbers balance")[2], "Number", "Means")
    assert [name for name, _ in rows] == [
        *("committed", "completed", "carried over", "added", "removed", "re-estimated", "reopened"),
        *("Completed", "Trend", "Carried over", "Cycle time", "Throughput"),
    ]


def test_the_script_runs(measured: Workspace) -> None:
    """As it stands on the page."""
    [block] = blocks("python", PATH)
    done = subprocess.run(
        [sys.executable, "-c", block.text],
        env=measured.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["First 18.0", "Second 12.0"]
    assert "mean=15" in done.stdout
