"""The root of the command line."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NoReturn

import click

from reconciler import __version__
from reconciler.cli.invocation import Invocation, shared_options
from reconciler.errors import Interrupted, ReconcilerError
from reconciler.stop import Stop

__all__ = ["main", "run"]

_COMMANDS: Final[Mapping[str, str]] = {
    "init": "Start a workspace in a directory.",
    "validate": "Check the specs, offline.",
    "plan": "Show what would change on the platforms.",
    "apply": "Bring the platforms to what the specs say.",
    "drift": "Show what people changed; exit 3 where apply would revert it.",
    "destroy": "Close every item of the workspace.",
    "show": "Show a saved plan, or what is known of an item.",
    "search": "Find items by a query or by words.",
    "open": "Open an item in a browser.",
    "link": "Link an item to a commit, a pull request or a document.",
    "incident": "Make an item of an incident or alert; the same again is counted.",
    "whoami": "Say which account each provider signs in with.",
    "velocity": "Show what a team's past sprints committed to and completed.",
    "state": "Look into the state, mend it, make it anew.",
    "webhook": "Check what a platform sent, and register where it is to send it.",
    "schema": "Write the JSON Schema for editors.",
    "plugins": "Show which platforms there are plugins for, and check a plugin.",
    "doctor": "Check sign-in, project and permissions.",
    "sandbox": "Serve a Jira and an Azure DevOps to try things on, with a board page.",
    "demo": "See the whole of it work on the sandbox, in a minute.",
}
"""Each command's module in this package, and its line in `--help`, which imports none of them."""


_END: Final = 200
"""Characters that are shown of each end of an overlong line."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(f"reconciler.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from reconciler.sdk.names import nearest

            close = nearest(args[0], _COMMANDS)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="reconciler")
@shared_options
def reconciler() -> None:
    """Plan and apply for the work that people do.

    YAML specs in git become work items in Jira and Azure DevOps: `plan` shows what would change, `apply` makes it so,
    and what people do to their cards is kept.

    `reconciler demo` shows it without an account; `reconciler init DIR` starts a workspace. Wherever a command takes
    DIR, that is the directory of the specs, or one spec file; the current directory where it is left out.
    """


def main() -> NoReturn:
    """Run the command line of this process, and exit."""
    stop = Stop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` and a shell's `&` mean it
            signal.signal(number, _stopping(stop))
    sys.exit(run(sys.argv[1:], stop))


def run(arguments: Sequence[str], stop: Stop | None = None) -> int:
    """Run one command; whatever goes wrong is said to the user in words.

    Args:
        stop: how the process is told to end early.

    Returns:
        The exit code.
    """
    stop = stop or Stop()
    invocation = Invocation(stop=stop)
    try:
        code = reconciler.main(list(arguments), prog_name="reconciler", standalone_mode=False, obj=invocation)
    except Interrupted as problem:
        return _interrupted(problem.exit_code, "what was in flight is finished and recorded, the rest was not begun")
    except ReconcilerError as problem:
        invocation.explain(problem)
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _interrupted(stop.exit_code, "nothing more was sent")
    except click.ClickException as problem:
        told = io.StringIO()
        problem.show(told)
        click.echo("\n".join(map(_shortened, told.getvalue().splitlines())), err=True)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as problem:
        invocation.explain_defect(problem)
        return 1
    return code if isinstance(code, int) else 0


def _shortened(line: str) -> str:
    """A line that quotes what was typed, without the middle of what nobody reads."""
    return line if len(line) <= 2 * _END else f"{line[:_END]} … {line[-_END:]}"


def _interrupted(code: int, how: str) -> int:
    with suppress(OSError):  # after a hang-up there is no terminal to tell
        click.echo(f"Interrupted: {how}.", err=True)
    return code


def _stopping(stop: Stop) -> Callable[[int, object], None]:
    """What a signal does: the first lets writes in flight be finished and recorded, the second ends the process."""

    def told(number: int, frame: object) -> None:
        del frame
        if stop.asked:
            with suppress(OSError):
                os.write(2, b"Interrupted at once: what was in flight is in the journal, the next run settles it.\n")
            os._exit(128 + number)
        stop.ask(128 + number)
        if not stop.waits:
            raise KeyboardInterrupt

    return told
