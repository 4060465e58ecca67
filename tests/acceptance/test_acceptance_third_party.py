"""A third party's plugin: in a distribution of its own, installed beside the product, found by its entry point."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from acceptance.harness import Workspace
from doc_pages import page

ROUNDUP = pytest.importorskip("roundup", reason="Roundup is not installed")

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "provider-plugin"

SPEC = """\
workspace: {name: chores, id: 6f0c2f3e-0000-4000-8000-0000000000aa}
providers: {roundup: {project: issue}}
items:
  kitchen: {type: task, title: Mend the kitchen, priority: high, labels: [house], status: in_progress}
  garden:
    type: task
    title: Water the garden
    assignee: Lena Gray
"""


@dataclass
class Tracker:
    """A real tracker over HTTP, and Lena, who works on it."""

    url: str
    lena: httpx.Client

    def issue(self, number: int) -> dict[str, Any]:
        """An issue's attributes."""
        answer = self.lena.get(f"/rest/data/issue/{number}", params={"@verbose": "2"})
        attributes: dict[str, Any] = answer.raise_for_status().json()["data"]["attributes"]
        return attributes

    def change(self, number: int, **values: object) -> None:
        """Lena changes an issue."""
        etag = self.lena.get(f"/rest/data/issue/{number}").headers["ETag"]
        self.lena.patch(f"/rest/data/issue/{number}", json=values, headers={"If-Match": etag}).raise_for_status()

    def numbers(self) -> list[int]:
        """The issues that there are."""
        collection = self.lena.get("/rest/data/issue").raise_for_status().json()["data"]["collection"]
        return sorted(int(each["id"]) for each in collection)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the example's distribution is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
         "--no-build-isolation", "--target", str(folder), str(EXAMPLE)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracker]:
    """A tracker of its own, with the one issue that it begins with."""
    monkeypatch.syspath_prepend(str(EXAMPLE / "tests"))
    import tracker as roundups

    with (
        roundups.running(tmp_path / "tracker") as url,
        roundups.client(url, roundups.LENA) as lena,
    ):
        yield Tracker(url, lena)


@pytest.fixture
def chores(installed: Path, tracker: Tracker, tmp_path: Path) -> Workspace:
    """A workspace whose one provider is the tracker."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    settings = {
        "PYTHONPATH": str(installed),
        "ROUNDUP_URL": tracker.url,
        "ROUNDUP_USER": "bot",
        "ROUNDUP_PASSWORD": "bot-secret",
    }
    workspace = Workspace(path, home, settings)
    workspace.write(SPEC)
    return workspace


def test_its_own_suite_passes(installed: Path, tmp_path: Path) -> None:
    """The author's tests, which are the SDK's suite on a real tracker, pass against what is installed; what they skip,
    they skip for the reasons that `docs/writing-a-provider.md` names.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(EXAMPLE / "tests")],
        cwd=EXAMPLE,
        env={**os.environ, "PYTHONPATH": str(installed), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    [said] = re.findall(r"suite\s+says:\n\n((?:- .*\n)+)", page("writing-a-provider.md"))
    reasons = set(re.findall(r"^SKIPPED \[\d+\] \S+: (.*)$", done.stdout, re.MULTILINE))
    assert reasons == {line.removeprefix("- ") for line in said.splitlines()}


def test_it_is_an_equal(chores: Workspace) -> None:
    """Listed with its own distribution, described and checked like those that the product brings."""
    listed = chores.run("plugins", "list")
    assert "roundup" in listed.out
    assert "Roundup (reconciler-roundup 0.1.0)" in listed.out
    assert chores.run("plugins", "check", "roundup").code == 0
    assert "ROUNDUP_PASSWORD" in chores.run("plugins", "describe", "roundup").out
    assert chores.run("doctor").code == 0


def test_the_main_job(chores: Workspace, tracker: Tracker) -> None:
    """Plan, apply, an empty plan; people's work is kept and what the spec owns goes back; removal closes."""
    assert [each["action"] for each in chores.plan()["actions"]] == ["create", "create"]
    chores.apply()
    assert tracker.numbers() == [1, 2, 3]
    kitchen = tracker.issue(2)
    assert (kitchen["title"], kitchen["status"]["name"]) == ("Mend the kitchen", "in-progress")
    assert tracker.issue(3)["assignedto"]["username"] == "lena"
    assert chores.run("plan", "--detailed-exitcode").code == 0

    tracker.change(2, status="resolved", title="Mended by Lena")
    plan = chores.plan()
    assert [(each["address"], each["action"]) for each in plan["actions"]] == [("kitchen", "update")]
    chores.apply()
    kitchen = tracker.issue(2)
    assert (kitchen["title"], kitchen["status"]["name"]) == ("Mend the kitchen", "resolved")

    chores.write(SPEC.partition("  garden:")[0])
    chores.apply()
    assert tracker.issue(3)["status"]["name"] == "resolved"
    assert chores.run("plan", "--detailed-exitcode").code == 0


def test_a_lost_state_is_rebuilt(chores: Workspace, tracker: Tracker) -> None:
    """From the markers in the tracker; nothing is made twice."""
    chores.apply()
    for each in (chores.path / ".reconciler").glob("*.db"):
        each.unlink()
    refused = chores.run("plan")
    assert refused.code == 5
    assert "state rebuild" in refused.text
    assert chores.run("state", "rebuild", "--auto-approve").code == 0
    assert chores.run("plan", "--detailed-exitcode").code == 0
    assert tracker.numbers() == [1, 2, 3]


def test_the_everyday_commands_come_for_nothing(chores: Workspace, tracker: Tracker) -> None:
    """What the base class can do over any provider; what a tracker lacks is said in words."""
    chores.apply()
    found = chores.run("search", "title=garden", "--format", "json").json
    assert [(each["key"], each["address"], each["status"]) for each in found["items"]] == [
        ("issue3", "garden", tracker.issue(3)["status"]["name"])
    ]
    page = chores.run("search", "priority=1,2,3,4,5", "--limit", "1", "--format", "json")
    assert page.code == 0
    assert chores.run("open", "garden").out == f"{tracker.url}/issue3\n"
    assert "project issue" in chores.run("whoami").out
    refused = chores.run("link", "garden", "--document", "https://x.example/page")
    assert refused.code == 1
    assert "issue3 takes no documents" in refused.text
