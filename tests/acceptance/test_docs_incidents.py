"""`docs/incidents.md`: its template, its payload and its commands run, and its tables are the program's."""

from __future__ import annotations

import json
import re
import shlex
from typing import get_args

import pytest
from acceptance.harness import Site, Workspace
from doc_pages import ROOT, blocks, page, plain, table
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin

from reconciler.alerts import FIELDS
from reconciler.report.incident import IncidentResult
from reconciler.sdk import Credential, PluginConfig
from reconciler.sdk.incident import SEVERITIES
from reconciler.spec.alert_names import ALERT_NAMES
from reconciler.spec.vocabulary import INCIDENT_WORDS

PAGE = page("incidents.md")
_HEAD = """\
workspace: {name: deals, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {jira: {project: INVEST}}
"""


def test_its_commands_do_what_the_page_says(workspace: Workspace, site: Site) -> None:
    """With the page's template and payload, in the page's order; then the comment says what the page says."""
    path = ROOT / "docs" / "incidents.md"
    [spec], [payload] = blocks("yaml", path), blocks("json", path)
    workspace.write(_HEAD + spec.text)
    (workspace.path / "alert.json").write_text(payload.text, encoding="utf-8")
    other = {"event": {"name": "A disk is full", "id": 7, "level": "warn"}}
    (workspace.path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    shown = []
    for language, text in re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
        if language == "sh":
            done = workspace.run(*shlex.split(text)[1:])
            assert done.code == 0, done.err
        else:
            assert done.out.replace(site.endpoints.sites["jira"], "https://fund.example") == text
            shown.append(text)
    assert len(shown) == 2
    assert site.cards()["INVEST-1"]["title"] == "[queue-watch] Orders are stuck"
    assert site.issue("INVEST-1")["assignee"]["displayName"] == "Lena Gray"
    assert site.issue("INVEST-2")["priority"]["name"] == "Medium"
    assert site.cards()["INVEST-2"]["title"] == "A disk is full"
    (said,) = site.issue("INVEST-1")["comment"]["comments"]
    (sentence,) = re.findall(r"then reads \*(.*?)\*", PAGE, re.DOTALL)
    assert said["body"]["content"][0]["content"][0]["text"] == " ".join(sentence.split())
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_its_tables_are_the_programs() -> None:
    """Keys, names, severities, results and fields: none is missing and none is made up."""
    assert [plain(row[0]) for row in table(PAGE, "Key", "Means")] == list(INCIDENT_WORDS)
    names = {plain(name).removeprefix("alert."): means for name, means in table(PAGE, "Name in a template", "Is")}
    assert names == {name: _small(says) for name, says in ALERT_NAMES.items()}
    severities = {word: plain(row[0]) for row in table(PAGE, "Priority", "Severities") for word in row[1].split(", ")}
    assert severities == SEVERITIES
    assert [plain(row[0]) for row in table(PAGE, "Result", "Means")] == list(get_args(IncidentResult))
    listed = re.search(r"The fields are (.*?), which", PAGE, re.DOTALL)
    assert listed is not None
    assert re.findall(r"`(\w+)`", listed[1]) == list(FIELDS)


def _small(sentence: str) -> str:
    """A sentence as it stands in a cell."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def test_its_program_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Twice, it gives the same item."""
    config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", Credential("sandbox@example.com", "sandbox"))
    [block] = blocks("python", ROOT / "docs" / "incidents.md")
    names = {"jira": InProcess().opened(JiraPlugin, config)}
    for _ in range(2):
        exec(block.text, names)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second == "INVEST-1 critical"
