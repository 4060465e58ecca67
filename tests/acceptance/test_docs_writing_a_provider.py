"""`docs/writing-a-provider.md`, followed from an empty directory to its end."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.harness import Workspace
from doc_pages import ROOT, page, plain, table

import reconciler
from reconciler import sdk

pytest.importorskip("roundup", reason="Roundup is not installed")

PAGE = page("writing-a-provider.md")
EXAMPLE = ROOT / "examples" / "provider-plugin"
PORT = "8917"
"""The page's tracker has it; the test's has one that is free."""

_BLOCK = re.compile(r"(?:^`(?P<path>[^`\n]+)`\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A block of the page: a file to write, commands to run, or what the command before prints."""

    line: int
    path: str
    language: str
    text: str


STEPS = [
    Step(PAGE.count("\n", 0, found.start()) + 1, found["path"] or "", found["language"], found["text"])
    for found in _BLOCK.finditer(PAGE)
]


class Author:
    """Does what the page says.

    Attributes:
        place: the directory that the author is in.
        workspace: runs the commands of the product.
    """

    def __init__(self, place: Path, home: Path, stack: ExitStack) -> None:
        self.place = place
        self.workspace = Workspace(place, home)
        self._stack = stack
        self._port = PORT

    def write(self, path: str, text: str) -> None:
        """Write a file into a directory that is there."""
        (self.place / path).write_text(text, encoding="utf-8")

    def run(self, line: str) -> str:
        """Run a line, and give what it prints with the page's port."""
        printed = "".join(self._run(*shlex.split(each)) for each in line.split(" && "))
        return printed.replace(f":{self._port}", f":{PORT}")

    def _run(self, program: str, *arguments: str) -> str:
        given = [each.replace(f":{PORT}", f":{self._port}") for each in arguments]
        match program, given:
            case "mkdir", _:
                for each in given:
                    (self.place / each).mkdir()
            case "cd", [path]:
                self.place /= path
            case "export", _:
                self.workspace.settings |= dict(each.split("=", 1) for each in given)
            case "rm", ["-r", path]:
                shutil.rmtree(self.place / path)
            case "pip", ["install", "-e", ".[test]"]:
                self._install()
            case "python", ["tests/tracker.py", port] if port == PORT:
                return self._serve()
            case "reconciler", _:
                done = self.workspace.run(*given, cwd=self.place)
                assert "defect" not in done.err
                assert done.code == (1 if "is not a plugin yet" in done.out else 0), done.text
                return done.out
            case "pytest", ["-rs"]:  # the files are the example's, whose suite another test runs
                pass
            case _:
                raise AssertionError(f"the page has a command that nobody tries: {program} {arguments}")
        return ""

    def _install(self) -> None:
        """Install in place without a network: the distribution's name and entry point, and the author's own files."""
        beside = self.place.parent / "installed"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
        command += ["--no-deps", "--no-build-isolation", "--target", str(beside), "."]
        subprocess.run(command, cwd=self.place, check=True, capture_output=True, timeout=120)
        shutil.rmtree(beside / "reconciler_roundup")
        self.workspace.settings["PYTHONPATH"] = os.pathsep.join((str(self.place), str(beside)))

    def _serve(self) -> str:
        process = self._stack.enter_context(
            subprocess.Popen(
                [sys.executable, "tests/tracker.py", "0"],
                cwd=self.place,
                env={**os.environ, "TMPDIR": str(self.workspace.home)},
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        self._stack.callback(process.terminate)
        assert process.stdout is not None
        printed = process.stdout.readline()
        self._port = re.findall(r":(\d+) ", printed)[0]
        return printed


@pytest.fixture
def author(tmp_path: Path) -> Iterator[Author]:
    """An author in an empty directory."""
    for name in ("home", "empty"):
        (tmp_path / name).mkdir()
    with ExitStack() as stack:
        yield Author(tmp_path / "empty", tmp_path / "home", stack)


def test_each_step_prints_what_the_page_shows(author: Author) -> None:
    """With the files that stand above it and no others, to the byte but for the product's own version."""
    printed, shown = "", 0
    for step in STEPS:
        if step.path:
            author.write(step.path, step.text)
        elif step.language == "sh":
            printed = "".join(author.run(line) for line in step.text.splitlines())
        else:
            shown += 1
            mine = step.text.replace("workitem-reconciler 0.1.0", f"workitem-reconciler {reconciler.__version__}")
            assert printed == mine, f"line {step.line}"
    assert shown == 12
    written = {each: (author.place / each).read_text(encoding="utf-8") for each in _files(EXAMPLE)}
    assert written == {each: (EXAMPLE / each).read_text(encoding="utf-8") for each in _files(EXAMPLE)}


@pytest.mark.parametrize("path", sorted({each.path for each in STEPS if each.path and "chores" not in each.path}))
def test_a_file_of_the_page_is_the_examples(path: str) -> None:
    """Where a file stands on the page more than once, the last is whole."""
    assert [each.text for each in STEPS if each.path == path][-1] == (EXAMPLE / path).read_text(encoding="utf-8")


def test_the_page_has_every_file() -> None:
    """But for what the example says of itself."""
    assert {each.path for each in STEPS if each.path} == {*_files(EXAMPLE), "chores/main.yaml"}


def test_its_tables_are_the_sdks() -> None:
    """Each error and each capability is there, and each module that the page sends its reader to."""
    errors = [plain(row[0]) for row in table(PAGE, "Error", "Raised by", "Then")]
    known = {name for name in sdk.__all__ if isinstance(getattr(sdk, name), type)}
    kinds = {name for name in known if issubclass(getattr(sdk, name), Exception)}
    bases_and_others = {"PluginError", "ProviderError", "DeliveryRefused", "LeaseLost", "MarkerTooLong"}
    assert set(errors) == kinds - bases_and_others
    capabilities = [plain(row[0]) for row in table(PAGE, "`Capabilities`", "Says")]
    assert capabilities == [each.name for each in dataclasses.fields(sdk.Capabilities)]
    for _, added, module in table(PAGE, "Ability", "What you add", "Look at"):
        package, name = plain(module).split(".")
        assert list(ROOT.glob(f"providers/*/{package}/{name}.py")), module
        for protocol in re.findall(r": `([A-Z]\w+)`", added):
            assert protocol in sdk.__all__


def _files(folder: Path) -> set[str]:
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return {str(each) for each in found if each.suffix in (".py", ".toml")}
