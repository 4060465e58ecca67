"""Commands from another directory: each takes the workspace's, and what a message tells to run can be pasted."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

import pytest
from acceptance.harness import Result, Workspace
from acceptance.platforms import on_each_platform

pytestmark = on_each_platform

LONG: Final = "x" * 120


@pytest.fixture
def elsewhere(workspace: Workspace, tmp_path: Path) -> Path:
    """A directory above the workspace, whose name has a blank in it; the workspace has applied one item."""
    workspace.items(f'  {LONG}: {{type: task, title: "{LONG}"}}\n')
    workspace.apply()
    above = tmp_path / "all work"
    above.mkdir()
    workspace.path.rename(above / "deals")
    workspace.path = above / "deals"
    return above


def pasted(workspace: Workspace, result: Result, cwd: Path) -> Result:
    """Run the one command that a message names, as a shell would read it."""
    (command,) = re.findall(r"`reconciler ([^`]+)`", " ".join(result.text.split()))
    return workspace.run(*shlex.split(command), cwd=cwd)


@pytest.mark.parametrize(
    "command",
    [
        ("show", LONG),
        ("state", "list"),
        ("state", "show", LONG),
        ("state", "mv", LONG, "other"),
        ("state", "rm", LONG),
        ("state", "pull"),
        ("state", "unlock"),
        ("state", "history"),
        ("state", "rebuild", "--auto-approve"),
    ],
)
def test_a_command_on_the_state_takes_the_directory(
    workspace: Workspace, elsewhere: Path, command: tuple[str, ...]
) -> None:
    """All of them the same way: last, or by -C."""
    here = workspace.run(*command[:1], *command[1:], "deals", cwd=elsewhere)
    assert here.code == 0, here.text


def test_a_state_is_pushed_into_a_directory(workspace: Workspace, elsewhere: Path) -> None:
    """The file is read from here, and the state is the directory's."""
    (elsewhere / "state.json").write_text(workspace.run("state", "pull", "deals", cwd=elsewhere).out, encoding="utf-8")
    pushed = workspace.run("state", "push", "state.json", "deals", cwd=elsewhere)
    assert (pushed.code, pushed.out) == (0, "The state has 1 item now.\n")


@pytest.mark.parametrize("at", [("deals",), ("-C", "deals"), ("deals/main.yaml",)], ids=["DIR", "-C", "a file"])
def test_a_hint_names_the_directory(workspace: Workspace, elsewhere: Path, at: tuple[str, ...]) -> None:
    """What a hint says to run runs as it stands, from where the command was run."""
    wrong = workspace.run("state", "show", "nothing", *at, cwd=elsewhere)
    assert (wrong.code, "the state has no item at nothing" in wrong.text) == (1, True)
    assert LONG in pasted(workspace, wrong, elsewhere).out


def test_a_hint_to_here_names_no_directory(workspace: Workspace, elsewhere: Path) -> None:
    """In the workspace itself there is nothing to add."""
    wrong = workspace.run("state", "show", "nothing")
    assert "`reconciler state list`" in wrong.text


def test_a_name_with_blanks_is_quoted(workspace: Workspace, elsewhere: Path) -> None:
    """A directory's name is written as a shell reads it."""
    wrong = workspace.run("state", "show", "nothing", "all work/deals", cwd=elsewhere.parent)
    assert LONG in pasted(workspace, wrong, elsewhere.parent).out


@pytest.mark.parametrize("at", [("deals",), ("-C", "deals")], ids=["DIR", "-C"])
def test_a_saved_plan_says_how_to_apply_it(workspace: Workspace, elsewhere: Path, at: tuple[str, ...]) -> None:
    """The command is whole, wherever the plan was saved."""
    workspace.replace(f'"{LONG}"', '"Short"')
    saved = workspace.run("plan", *at, "--out", "plan.json", cwd=elsewhere)
    command = saved.out.splitlines()[-1].partition("exactly this: reconciler ")[2]
    applied = workspace.run(*shlex.split(command), cwd=elsewhere)
    assert applied.code == 0, applied.text


def test_a_saved_plan_of_another_place_names_it(workspace: Workspace, elsewhere: Path) -> None:
    """A plan may not choose a state that is not below the current directory: the command says which it is."""
    (elsewhere / "other").mkdir()
    saved = workspace.run("plan", "../deals", "--out", "plan.json", cwd=elsewhere / "other")
    command = saved.out.splitlines()[-1].partition("exactly this: reconciler ")[2]
    assert workspace.run("apply", "plan.json", cwd=elsewhere / "other").code == 1
    applied = workspace.run(*shlex.split(command), cwd=elsewhere / "other")
    assert applied.code == 0, applied.text


def test_a_pipe_gets_all_of_a_line(workspace: Workspace, elsewhere: Path) -> None:
    """Lists are cut to a terminal's width; where there is none, scripts get addresses and titles whole."""
    listed = workspace.run("state", "list").out
    assert listed.split() == [LONG, workspace.run("state", "list", "--format", "json").json[0]["key"], LONG]
