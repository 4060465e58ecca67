"""`reconciler demo`: the main job, from nothing to an empty second plan, on a sandbox of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from reconciler.cli.invocation import Invocation, shared_options
from reconciler.errors import ConfigurationError

__all__ = ["demo"]

_EXAMPLE: Final = "investment-asset-plan"


@click.command()
@shared_options
@click.pass_obj
def demo(invocation: Invocation) -> int:
    """See the whole of it work in a minute: no account, nothing to set up, nothing left behind.

    Starts the sandbox, plans and applies the investment example, lets people work on the cards, changes the specs, and
    shows after each step what the next plan makes of it.
    """
    from reconciler.sandbox.serving import running

    with tempfile.TemporaryDirectory(prefix="reconciler-demo-") as folder, running() as sandbox:
        workspace = Path(folder) / _EXAMPLE
        shutil.copytree(_example(), workspace, ignore=shutil.ignore_patterns(".reconciler"))
        settings = {
            "JIRA_URL": sandbox.sites["jira"],
            "JIRA_EMAIL": "sandbox@example.com",
            "JIRA_API_TOKEN": "sandbox",
        }
        with _environment(settings):
            return _Story(invocation, workspace, sandbox.url).tell()


@dataclass(frozen=True)
class _Step:
    text: str
    show: Callable[[], bool]


@dataclass(frozen=True)
class _Story:
    """The demo's steps.

    Args:
        workspace: a copy of the example.
        url: the sandbox's.
    """

    invocation: Invocation
    workspace: Path
    url: str

    def tell(self) -> int:
        """Each step with what it shows. Ends at the first that does not show it."""
        for number, step in enumerate(self._steps(), 1):
            self._say(f"\n{click.style(f'── {number} ', bold=True)}{step.text}\n")
            if not step.show():
                click.echo("The demo did not go as it should; please report what is printed above.", err=True)
                return 1
        self._say(
            "\nThat was all of it. For your own Jira: `reconciler init`, the variables that\n"
            "`reconciler doctor` names, and `reconciler plan`."
        )
        return 0

    def _steps(self) -> Iterator[_Step]:
        yield _Step(
            f"A sandbox is up: a Jira of your own at {self.url}, with a board page.\n"
            f"The specs of a deal are in {self.workspace}: one epic and six tasks.\n"
            "`plan` shows what would change, and saves it for review. Nothing is sent.",
            lambda: self._run(0, "plan", "--out", "first.plan"),
        )
        yield _Step(
            "`apply` carries out exactly the plan that was reviewed: two bulk creates, not seven single ones.",
            lambda: self._run(0, "apply", "first.plan"),
        )
        yield _Step(
            "Planned again, there is nothing to do. With --detailed-exitcode a script can tell: 0, not 2.",
            lambda: self._run(0, "plan", "--detailed-exitcode"),
        )
        yield _Step(
            "Now people work. Lena Gray moves the financial due diligence to In Progress and gives it a label of\n"
            "her own. Omar Haddad renames the legal one.",
            self._people_work,
        )
        yield _Step(
            "The move is progress: status is the people's field, so it is kept, and so is the label, which the\n"
            "specs never named. The title is the spec's: it goes back, and the plan says whose change that is.",
            lambda: self._run(2, "plan", "--detailed-exitcode"),
        )
        yield _Step("The deal slips by two weeks: one line in default.vars.yaml.", self._deal_slips)
        yield _Step(
            "Every due date moves with it, on working days. What people did on their cards stays.",
            lambda: self._run(0, "apply", "--auto-approve"),
        )
        yield _Step(
            "And the next plan is empty again; the kept move is all that it tells.",
            lambda: self._run(0, "plan", "--detailed-exitcode"),
        )

    def _run(self, expected: int, *arguments: str) -> bool:
        """Run a command of this very program in the workspace."""
        from reconciler.cli.main import run

        color = ["--no-color"] if self.invocation.no_color else []
        self._say(click.style(f"$ reconciler {' '.join(arguments)}", bold=True))
        return run(["-C", str(self.workspace), *color, *arguments]) == expected

    def _people_work(self) -> bool:
        self._edit("Lena Gray", "INVEST-2", {"status": "In Progress", "add_labels": ["board-pack"]})
        self._edit("Omar Haddad", "INVEST-4", {"set": {"summary": "Legal: waiting for counsel"}})
        return True

    def _deal_slips(self) -> bool:
        path = self.workspace / "default.vars.yaml"
        before = path.read_text(encoding="utf-8")
        after = before.replace("close_date: 2027-03-31", "close_date: 2027-04-14")
        path.write_text(after, encoding="utf-8")
        self._say("  - close_date: 2027-03-31\n  + close_date: 2027-04-14")
        return after != before

    def _edit(self, person: str, item: str, edit: Mapping[str, object]) -> None:
        """Do on the board what a person does with a mouse."""
        body = json.dumps({"platform": "jira", "by": person, "item": item, **edit}).encode()
        request = urllib.request.Request(  # noqa: S310  this machine's sandbox
            f"{self.url.rstrip('/')}/_sandbox/people/edit", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310  this machine's sandbox
            self._say(f"  {person}, {item}: {json.dumps(edit)}")

    def _say(self, text: str) -> None:
        click.echo(text, color=None if not self.invocation.no_color else False)


def _example() -> Path:
    """The investment example: package data of the wheel, or the checkout's folder."""
    packaged = Path(str(files("reconciler_library") / "examples" / _EXAMPLE))
    checkout = Path(__file__).parents[2] / "examples" / _EXAMPLE
    for path in (packaged, checkout):
        if (path / "main.yaml").is_file():
            return path
    raise ConfigurationError("the example is not installed", hint="install the wheel again, or run from a checkout")


@contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the commands that the demo runs; nothing else of the operator's reaches them."""
    names = [name for name in os.environ if name.startswith(("JIRA_", "RECONCILER_"))]
    before = {name: os.environ.pop(name) for name in names}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            del os.environ[name]
        os.environ.update(before)
