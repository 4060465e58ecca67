"""Options that every command shares, usage errors, and how the end of a command is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from reconciler.cli import main
from reconciler.cli.apply import is_plan
from reconciler.cli.invocation import Invocation, shared_options
from reconciler.errors import Interrupted, LeaseHeld, Refused, UsageError


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[Invocation]:
    """What reached a command that does nothing, which stands in for `plan`."""
    calls: list[Invocation] = []

    @click.command(name="plan")
    @shared_options
    @click.pass_obj
    def plan(invocation: Invocation) -> int:
        calls.append(invocation)
        return 7

    monkeypatch.setattr("reconciler.cli.plan.plan", plan)
    return calls


def ending(monkeypatch: pytest.MonkeyPatch, problem: BaseException) -> None:
    """Have `plan` end like this."""

    @click.command(name="plan")
    @shared_options
    def plan() -> None:
        raise problem

    monkeypatch.setattr("reconciler.cli.plan.plan", plan)


def test_options_on_both_sides_add_up(called: list[Invocation]) -> None:
    """Options before and after the command are one set: lists grow, the later of two values wins."""
    before = ["-C", "one", "--var", "a=1", "--var", "b=1", "--var-file", "x.yaml", "--log-level", "error"]
    after = ["--chdir", "two", "--var", "b=2=3", "--var-file", "y.yaml", "--no-color"]
    assert main.run([*before, "plan", *after]) == 7
    [invocation] = called
    assert invocation.chdir == Path("two")
    assert invocation.values == {"a": "1", "b": "2=3"}
    assert invocation.value_files == ["x.yaml", "y.yaml"]
    assert (invocation.no_color, invocation.log_level) == (True, "error")
    assert invocation.path("specs") == Path("two/specs")


def test_a_path_without_chdir_stands_as_it_is() -> None:
    """Without -C a path is taken from where the command was started; an absolute one always."""
    assert Invocation().path("specs") == Path("specs")
    assert Invocation(chdir=Path("there")).path("/specs") == Path("/specs")


@pytest.mark.parametrize("given", ["name", "=value", ""])
def test_a_variable_needs_name_and_value(called: list[Invocation], capsys: Any, given: str) -> None:
    """`--var` without a name or an equals sign is a usage error that shows the form."""
    assert main.run(["plan", "--var", given]) == 1
    assert "--var name=value" in capsys.readouterr().err
    assert called == []


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A command for a directory that does not exist stops before anything else."""
    with pytest.raises(UsageError, match="nowhere"):
        Invocation(chdir=tmp_path).request("nowhere")


def test_variable_files_count_from_chdir(tmp_path: Path) -> None:
    """A --var-file is looked for where -C points to."""
    request = Invocation(chdir=tmp_path, value_files=["a.vars.yaml"]).request()
    assert request.value_files == (tmp_path / "a.vars.yaml",)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (UsageError("no such thing"), 1),
        (Refused("not approved"), 5),
        (LeaseHeld("another process is writing"), 6),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (Interrupted(143), 143),
        (click.UsageError("what?"), 1),
        (BrokenPipeError(), 1),
        (ZeroDivisionError("division by zero"), 1),
    ],
)
def test_each_end_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, problem: BaseException, code: int
) -> None:
    """However a command ends, its exit code is the contract's, and no traceback is shown."""
    ending(monkeypatch, problem)
    if isinstance(problem, BrokenPipeError):
        monkeypatch.setattr("sys.stderr", open("/dev/null", "w"))  # noqa: PTH123, SIM115  it is going to be closed
    assert main.run(["plan"]) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_a_defect_says_so_and_asks_for_a_report(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """What nobody foresaw is told as a defect of ours, in one line, with what to do."""
    ending(monkeypatch, ZeroDivisionError("division by zero"))
    assert main.run(["plan"]) == 1
    told = capsys.readouterr().err
    assert "a defect in reconciler: ZeroDivisionError: division by zero" in told
    assert "--log-level debug" in told


def test_a_misspelt_command_is_told_the_nearest(capsys: Any) -> None:
    """A command that does not exist is a usage error with the nearest that does, if one is near."""
    assert main.run(["aply"]) == 1
    assert "Did you mean 'apply'?" in capsys.readouterr().err
    assert main.run(["zzz"]) == 1
    assert "Did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "taken"), [("main.yaml", False), ("first.plan", True), ("plan.json", True), ("specs", False)]
)
def test_what_is_taken_for_a_plan(tmp_path: Path, name: str, taken: bool) -> None:
    """A directory or a `*.yaml` file is specs, another file is a plan."""
    (tmp_path / "specs").mkdir()
    if name != "specs":
        (tmp_path / name).write_text("")
    assert is_plan(tmp_path / name) is taken
    assert is_plan(tmp_path / "nowhere.plan") is False


@pytest.mark.parametrize(
    ("terminal", "no_color", "environment", "color"),
    [
        (True, False, {}, True),
        (False, False, {}, False),
        (True, True, {}, False),
        (True, False, {"NO_COLOR": "1"}, False),
        (True, False, {"NO_COLOR": ""}, False),
    ],
)
def test_colour_only_at_a_terminal_that_wants_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, no_color: bool, environment: dict[str, str], color: bool
) -> None:
    """Colour needs a terminal, and neither --no-color nor NO_COLOR, whatever its value."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    isatty: Callable[[], bool] = lambda: terminal  # noqa: E731
    monkeypatch.setattr("sys.stdout.isatty", isatty)
    assert Invocation(no_color=no_color).color is color


@pytest.mark.parametrize(("columns", "width"), [("20", 60), ("120", 120), ("500", 160)])
def test_lines_fit_the_terminal_within_reason(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    """Text is set as wide as the terminal, but neither too narrow nor too wide to read."""
    monkeypatch.setenv("COLUMNS", columns)
    assert Invocation().width == width


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "7" * 400, "86401"])
def test_patience_has_an_end(capsys: Any, seconds: str) -> None:
    """`--settle` is a number of seconds, a day at most: no command waits for ever."""
    assert main.run(["apply", "--settle", seconds]) == 1
    assert "--settle" in capsys.readouterr().err


def test_what_was_typed_is_quoted_in_part(capsys: Any) -> None:
    """A value of ten thousand digits does not fill the screen."""
    assert main.run(["search", "x", "--limit", "7" * 10_000]) == 1
    told = capsys.readouterr().err
    assert "'--limit'" in told
    assert len(told) < 1_000


@pytest.mark.parametrize(
    ("chdir", "directory", "text", "pasted"),
    [
        (None, ".", "`reconciler plan`", "`reconciler plan`"),
        (None, "deals", "see `reconciler state rm 'a'`", "see `reconciler -C deals state rm 'a'`"),
        (None, "my deals", "`reconciler plan`", "`reconciler -C 'my deals' plan`"),
        ("work", ".", "`reconciler plan`, `reconciler apply`", "`reconciler -C work plan`, `reconciler -C work apply`"),
        ("work", "deals", "`reconciler plan`", "`reconciler -C work/deals plan`"),
        (None, "deals", "`reconciler init DIR`", "`reconciler init DIR`"),
        (None, "deals", "`reconciler -C DIR apply PLAN`", "`reconciler -C DIR apply PLAN`"),
        (None, "deals", "`reconciler --version`, `reconciler demo`", "`reconciler --version`, `reconciler demo`"),
    ],
)
def test_commands_in_messages_can_be_pasted(chdir: str | None, directory: str, text: str, pasted: str) -> None:
    """They name the workspace's directory where that is not the current one, and nothing where none is meant."""
    invocation = Invocation(chdir=Path(chdir) if chdir else None, directory=directory)
    assert invocation.for_workspace(text) == pasted
