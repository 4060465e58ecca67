"""What every command shares: where it works, how it is given variables, and how it speaks."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from reconciler.cli.pasting import for_workspace
from reconciler.errors import ReconcilerError, UsageError
from reconciler.stop import Stop

if TYPE_CHECKING:
    from reconciler.diagnostics import Diagnostic
    from reconciler.workflow import Request

__all__ = [
    "Invocation",
    "directory_argument",
    "format_option",
    "policy_option",
    "provider_option",
    "shared_options",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass
class Invocation:
    """One call of the command line. Options given before and after the command add up; the later wins.

    `directory` is the workspace that it works on, as it was given; `stop` is how its process is told to end early.
    """

    chdir: Path | None = None
    values: dict[str, str] = field(default_factory=dict)
    value_files: list[str] = field(default_factory=list)
    policy_files: list[str] = field(default_factory=list)
    no_color: bool = False
    log_level: str = "warning"
    format: str = "text"
    directory: str = "."
    stop: Stop = field(default_factory=Stop)

    def request(self, directory: str = ".") -> Request:
        """The workspace that the command works on."""
        self.directory = directory
        from reconciler.sdk import SystemClock
        from reconciler.workflow import Request

        path = self.path(directory)
        if not path.exists():
            raise UsageError(f"there is no directory {path}", hint="`reconciler init DIR` starts a workspace")
        files = tuple(map(self.path, self.value_files))
        clock = SystemClock(self.stop)
        return Request(path, self.values, files, self.policies, os.environ, stop=self.stop, clock=clock)

    @property
    def policies(self) -> tuple[Path, ...]:
        """The files with the operator's policy that the command line names."""
        return tuple(map(self.path, self.policy_files))

    def path(self, name: str) -> Path:
        """A path as the user gave it, from where the user wants to be."""
        return (self.chdir or Path()) / name

    def for_workspace(self, text: str) -> str:
        """A message whose commands can be pasted: they name the directory of the workspace that this one works on."""
        return for_workspace(text, self.path(self.directory))

    @property
    def color(self) -> bool:
        """Whether standard output takes colour."""
        return self._colored(sys.stdout)

    @property
    def at_terminal(self) -> bool:
        """Whether standard output goes to a terminal."""
        return sys.stdout is not None and sys.stdout.isatty()

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer."""
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def width(self) -> int:
        """Columns of the terminal; 100 where there is none."""
        return max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))

    @property
    def list_width(self) -> int:
        """Columns of a line of a list: the terminal's; without one there is no limit, so that a pipe gets all of it."""
        return self.width if self.at_terminal else sys.maxsize

    def say(self, text: str) -> None:
        """Write a result to standard output.

        Raises:
            ReconcilerError: it takes nothing more, but for a pipe whose reader has gone.
        """
        try:
            click.echo(text.rstrip("\n"))
        except BrokenPipeError:
            raise
        except OSError as problem:
            with suppress(OSError):  # else Python tries again at its end, and fails with words and a code of its own
                sys.stdout.close()
            raise ReconcilerError(
                "the result can't be written to standard output",
                detail=problem.strerror or str(problem),
                hint="what was applied is recorded all the same: `reconciler state history`",
            ) from problem

    def diagnose(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write diagnostics to standard error: text, or JSON lines where the format is JSON."""
        found = [
            replace(each, detail=self.for_workspace(each.detail), hint=self.for_workspace(each.hint))
            for each in diagnostics
        ]
        if not found:
            return
        from reconciler.report.diagnostics import diagnostic_lines, render_diagnostics

        if self.format == "json":
            text = diagnostic_lines(found)
        else:
            text = render_diagnostics(found, color=self._colored(sys.stderr), width=self.width)
        click.echo(text.rstrip("\n"), err=True)

    def _colored(self, stream: TextIO | None) -> bool:
        """Whether a stream takes colour; there is none where the shell has closed it (`>&-`)."""
        return not self.no_color and "NO_COLOR" not in os.environ and stream is not None and stream.isatty()

    def explain(self, problem: ReconcilerError) -> None:
        """Say what went wrong, and with `--log-level debug` its cause in full."""
        from reconciler.diagnostics import diagnostics_of

        logging.getLogger("reconciler").debug("the cause in full", exc_info=problem)
        self.diagnose(diagnostics_of(problem))

    def explain_defect(self, problem: Exception) -> None:
        """Say that the fault is ours."""
        logging.getLogger("reconciler").debug("the cause in full", exc_info=problem)
        click.echo(
            f"Error: a defect in reconciler: {type(problem).__name__}: {problem}\n"
            "  Run it again with --log-level debug, and report what it prints.",
            err=True,
        )


def shared_options(command: _Command) -> _Command:
    """Options that every command takes, before or after its name."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def format_option(command: _Command) -> _Command:
    """`--format text|json`; results go to standard output, diagnostics to standard error in the same format."""
    return click.option(
        "--format",
        type=click.Choice(["text", "json"]),
        default="text",
        expose_value=False,
        callback=_set("format"),
        help="How to print results; with json, diagnostics are JSON lines on standard error.",
    )(command)


def policy_option(command: _Command) -> _Command:
    """`--policy FILE`, of the commands that plan what is written."""
    return click.option(
        "--policy",
        multiple=True,
        metavar="FILE",
        expose_value=False,
        callback=_add_policies,
        help="Hold the plan against this policy too.",
    )(command)


def provider_option(command: _Command) -> _Command:
    """`--provider P`, of the commands that use one; without specs in DIR it is the platform's name."""
    return click.option(
        "--provider",
        default="",
        metavar="P",
        help="Which provider of DIR; without specs there, the platform.",
    )(command)


def directory_argument(command: _Command) -> _Command:
    """The workspace: a directory of specs, or one spec file."""
    return click.argument("directory", default=".", metavar="[DIR]")(command)


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        del parameter
        if value is not None and value is not False:
            setattr(context.ensure_object(Invocation), name, value)

    return callback


def _set_chdir(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    del parameter
    if value is not None:
        context.ensure_object(Invocation).chdir = Path(value)


def _add_values(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> None:
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{each!r} has no name and value: write --var name=value", context, parameter)
        context.ensure_object(Invocation).values[name] = value


def _add_files(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> None:
    del parameter
    context.ensure_object(Invocation).value_files.extend(given)


def _add_policies(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> None:
    del parameter
    context.ensure_object(Invocation).policy_files.extend(given)


def _set_level(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    del parameter
    if value is None:
        return
    context.ensure_object(Invocation).log_level = value
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=True)
    logging.getLogger("reconciler").setLevel(value.upper())


_OPTIONS: tuple[Callable[[_Command], _Command], ...] = (
    click.option(
        "-C",
        "--chdir",
        metavar="DIR",
        expose_value=False,
        callback=_set_chdir,
        help="Work as if started there; all paths count from there.",
    ),
    click.option(
        "--var",
        multiple=True,
        metavar="NAME=VALUE",
        expose_value=False,
        callback=_add_values,
        help="Set a variable of the specs.",
    ),
    click.option(
        "--var-file",
        multiple=True,
        metavar="FILE",
        expose_value=False,
        callback=_add_files,
        help="Set variables by a YAML file.",
    ),
    click.option("--no-color", is_flag=True, expose_value=False, callback=_set("no_color"), help="Print no colour."),
    click.option(
        "--log-level",
        type=click.Choice(["debug", "info", "warning", "error"]),
        expose_value=False,
        callback=_set_level,
        help="How much to log to standard error.",
    ),
)
