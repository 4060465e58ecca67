"""States that are broken, old or doubled: no item is made twice, and what to do is said."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from acceptance.harness import Site, Workspace
from acceptance.platforms import on_each_platform

pytestmark = on_each_platform

A = "  a: {type: task, title: A}\n"
B = "  b: {type: task, title: B, labels: [ours]}\n"


def state_file(workspace: Workspace) -> Path:
    """The state's file."""
    (found,) = workspace.path.glob(".reconciler/*.db")
    return found


def titles(site: Site) -> list[str]:
    """The titles of all the items on the board."""
    return sorted(card["title"] for card in site.cards().values())


@pytest.fixture
def backup(workspace: Workspace, tmp_path: Path) -> Path:
    """A backup of the state from when only `a` was applied; now `a` and `b` are."""
    workspace.items(A)
    workspace.apply()
    kept = tmp_path / "backup.db"
    shutil.copy(state_file(workspace), kept)
    workspace.items(A + B)
    workspace.apply()
    return kept


def test_an_old_backup_takes_up_what_it_does_not_know(site: Site, workspace: Workspace, backup: Path) -> None:
    """The item that was created after the backup is adopted, not created again; then the plan is empty."""
    shutil.copy(backup, state_file(workspace))
    assert [(each["address"], each["action"]) for each in workspace.plan()["actions"]] == [("b", "adopt")]
    workspace.apply()
    assert titles(site) == ["A", "B"]
    assert workspace.plan()["actions"] == []


def test_within_the_index_lag_too(site: Site, workspace: Workspace, tmp_path: Path) -> None:
    """The search does not know the newest item yet; the look upwards from the highest key that the copy knows does."""
    workspace.items(A)
    workspace.apply()
    kept = tmp_path / "backup.db"
    shutil.copy(state_file(workspace), kept)
    site.turn(lag=60)
    workspace.items(A + B)
    workspace.apply()
    shutil.copy(kept, state_file(workspace))
    assert [(each["address"], each["action"]) for each in workspace.plan()["actions"]] == [("b", "adopt")]
    workspace.apply()
    assert titles(site) == ["A", "B"]


def test_a_second_stale_copy_on_another_machine(site: Site, workspace: Workspace, tmp_path: Path) -> None:
    """Two machines with copies of one state both apply: each takes up what the other made."""
    workspace.items(A)
    workspace.apply()
    other = replace(workspace, path=tmp_path / "elsewhere")
    shutil.copytree(workspace.path, other.path)
    workspace.items(A + B)
    workspace.apply()
    other.items(A + B + "  c: {type: task, title: C}\n")
    other.apply()
    workspace.items(A + B + "  c: {type: task, title: C}\n")
    workspace.apply()
    assert titles(site) == ["A", "B", "C"]
    assert workspace.plan()["actions"] == []


def test_a_state_cut_short(site: Site, workspace: Workspace, backup: Path) -> None:
    """A state file that was cut short is refused with both ways out; moved away and rebuilt, nothing is to be done."""
    path = state_file(workspace)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    result = workspace.run("apply", "--auto-approve")
    assert result.code == 1
    assert "is corrupt" in result.text
    assert "state rebuild" in result.text
    path.rename(path.with_suffix(".broken"))
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.plan()["actions"] == []
    assert titles(site) == ["A", "B"]


def test_a_state_of_another_version(site: Site, workspace: Workspace, backup: Path) -> None:
    """A state of a newer version is refused by every command and left as it is."""
    path = state_file(workspace)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 9")
        database.commit()
    before = path.read_bytes()
    for command in (["plan"], ["apply", "--auto-approve"], ["state", "pull"], ["state", "rebuild", "--auto-approve"]):
        result = workspace.run(*command)
        assert result.code == 1
        assert "written by a newer reconciler" in result.text
    assert path.read_bytes() == before
    assert titles(site) == ["A", "B"]
