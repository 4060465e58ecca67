"""`docs/everyday.md`: its commands run on the applied example, and print what the page shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
from acceptance.harness import Site, Workspace, writes
from doc_pages import ROOT, blocks, page, table
from reconciler_azure_devops.searching import query_of as wiql_of
from reconciler_jira.searching import query_of as jql_of

PAGE = ROOT / "docs" / "everyday.md"
ELSEWHERE = "https://fund.example"
"""What the page calls the site."""


def examples() -> list[tuple[str, str]]:
    """The page's commands in order, each with the output that the page shows of it; empty where it shows none."""
    found: list[tuple[str, str]] = []
    for language, text in re.findall(
        r"^```(sh|text)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        if language == "sh":
            found += [(line, "") for line in text.splitlines()]
        else:
            found[-1] = (found[-1][0], text)
    return found


def test_its_commands_do_what_the_page_says(applied: Workspace, site: Site) -> None:
    """In the page's order; at the end a plan has nothing to say about what they did."""
    shown = 0
    for command, output in examples():
        program, *arguments = shlex.split(command)
        assert program == "reconciler"
        arguments = [str(applied.home) if each == "~" else each for each in arguments]
        ended = applied.run(*arguments, **({"JIRA_PROJECT": "INVEST"} if str(applied.home) in arguments else {}))
        assert ended.code == 0, f"{command}: {ended.err}"
        assert ended.out, command
        if output:
            shown += 1
            assert ended.out.replace(site.endpoints.sites["jira"], ELSEWHERE) == output
    assert shown == 4
    assert applied.run("plan", "--detailed-exitcode").code == 0


def test_the_program_runs(applied: Workspace, site: Site) -> None:
    """As it stands on the page; twice, it links once."""
    [block] = blocks("python", PAGE)
    said = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", block.text],
            env=applied.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    title = "INVEST-4 [Acme Robotics] Legal Due Diligence"
    assert said == [f"{title} linked\n", f"{title} already\n"]
    assert sum(each["path"].endswith("/remotelink") for each in writes(site.requests())) == 2


@pytest.mark.parametrize("row", table(page("everyday.md"), "Platform", "A query", "An example"))
def test_its_queries_are_queries(row: tuple[str, ...]) -> None:
    """No example of the platform's own language is taken for words."""
    platform, _, example = row
    query = example.strip("`")
    assert (jql_of("INVEST", query) if platform == "Jira" else wiql_of(query)) == query
