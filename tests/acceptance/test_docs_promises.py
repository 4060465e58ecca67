"""The page of promises: every test that it names is there and says what it proves, and none is forgotten."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from doc_pages import page

TESTS = Path(__file__).resolve().parents[1]
SECTIONS = [
    "Ownership and the three-way diff", "Identity: the state is a cache", "Removing, moving, limits", "Plans",
    "Exit codes", "Applying", "Everyday verbs",
]  # fmt: skip


def promises() -> list[str]:
    """The rows of the page's tables."""
    rows = [line for line in page("promises.md").splitlines() if line.startswith("| ")]
    return [line for line in rows if not line.startswith("| Promise")]


def named(text: str) -> list[tuple[str, str]]:
    """The tests that a text names, each as module and function."""
    return re.findall(r"`(test_\w+)::(test_\w+)`", text)


def docstrings(path: Path) -> dict[str, str | None]:
    """By function, what the tests of a file say of themselves."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name: ast.get_docstring(node) for node in nodes if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_tests_that_exist() -> None:
    """Each row has a test, each name leads to a function of that module, and its docstring states a fact."""
    assert re.findall(r"^## (.*)$", page("promises.md"), re.MULTILINE) == SECTIONS
    found = {path.stem: path for path in TESTS.rglob("test_*.py")}
    stated = {module: docstrings(found[module]) for module in {each for each, _ in named(page("promises.md"))}}
    for line in promises():
        assert named(line), line
        for module, test in named(line):
            assert stated[module].get(test), f"{module}::{test}"


def test_no_promise_is_made_twice() -> None:
    """Each row says something else, so that a reader finds one place for one promise."""
    said = [line.split(" | ")[0] for line in promises()]
    assert len(said) > 100
    assert len(said) == len(set(said))


def test_every_test_of_a_promise_is_on_the_page() -> None:
    """What was written to prove a sentence is found from the sentence."""
    listed = set(named(page("promises.md")))
    for path in TESTS.rglob("test_promises_*.py"):
        for test in docstrings(path):
            assert not test.startswith("test_") or (path.stem, test) in listed, f"{path.stem}::{test}"


def test_where_twins_are_possible_is_said() -> None:
    """Two machines that begin without any state within the lag can make twins: the page on the state says it."""
    text = " ".join(page("state.md").split())
    assert "Two machines that both begin without any state, within the site's index lag" in text
    assert "can still make twins" in text
