"""What bad input gets: its place, what is wrong, what was meant, and nothing sent."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from acceptance.harness import HEAD, Site, Workspace, writes

TASK = "{type: task, title: A"


@dataclass(frozen=True)
class Mistake:
    """Items with a mistake: where it stands (line and column of main.yaml), what is said, and what is offered."""

    items: str
    place: str
    said: str
    hint: str


MISTAKES = {
    "unknown key": Mistake(f"  a: {TASK}, priorty: high}}", "4:29", "`priorty`", "did you mean `priority`?"),
    "synonym": Mistake(f"  a: {TASK}, state: done}}", "4:29", "`state`", "`status`"),
    "wrong type": Mistake("  a: {type: task, title: [A]}", "4:26", "`title`: a text is needed", ""),
    "no date": Mistake(f"  a: {TASK}, due: soon}}", "4:34", "'soon' is not a date", "2026-12-24"),
    "unknown type": Mistake("  a: {type: Taks, title: A}", "4:13", "'Taks'", "did you mean 'Task'?"),
    "unknown field": Mistake(
        f"  a: {TASK}, fields: {{Sektor: x}}}}", "4:46", "Sektor", "did you mean 'fields.Sector'?"
    ),
    "unknown status": Mistake(
        f"  a: {TASK}, status: In Progres}}", "4:37", "'In Progres'", "did you mean 'In Progress'?"
    ),
    "unknown priority": Mistake(f"  a: {TASK}, priority: Higest}}", "4:39", "'Higest'", "did you mean 'Highest'?"),
    "unknown option": Mistake(f"  a: {TASK}, fields: {{Risk level: Hihg}}}}", "4:50", "'Hihg'", "did you mean 'High'?"),
    "unknown component": Mistake(
        f"  a: {TASK}, components: [Finence]}}", "4:41", "'Finence'", "did you mean 'Finance'?"
    ),
    "unknown link": Mistake(
        f"  b: {TASK}}}\n  a: {TASK}, links: {{bloks: [b]}}}}", "5:36", "'bloks'", "did you mean 'blocks'?"
    ),
    "unknown target": Mistake(
        f"  a: {TASK}, links: {{blocks: [b]}}}}\n  bb: {TASK}}}", "4:46", "`b`", "did you mean `bb`?"
    ),
    "unknown user": Mistake(
        f"  a: {TASK}, assignee: l.grey@fund.example}}",
        "4:39",
        "'l.grey@fund.example'",
        "did you mean 'l.gray@fund.example'?",
    ),
    "unknown parent": Mistake(
        f"  deal: {TASK}}}\n  a: {TASK}, parent: dael}}", "5:37", "`dael`", "did you mean `deal`?"
    ),
    "parents in a circle": Mistake(
        f"  a: {TASK}, parent: b}}\n  b: {TASK}, parent: a}}", "4:37", "a → b → a", "out of the circle"
    ),
    "references in a circle": Mistake(
        f"  a: {TASK}, due: '${{items.b.due}}'}}\n  b: {TASK}, due: '${{items.a.due}}'}}",
        "5:45",
        "a.due → b.due → a.due",
        "write one of these values out",
    ),
    "missing variable": Mistake("  a: {type: task, title: '${var.company}'}", "4:33", "no variable `company`", ""),
    "duplicate key": Mistake(f"  a: {TASK}, title: B}}", "4:29", "`title` stands here a second time", "main.yaml:4:19"),
    "duplicate address": Mistake(f"  a: {TASK}}}\n  a: {TASK}}}", "5:3", "`a`", "main.yaml:4:3"),
    "label with a space": Mistake(f"  a: {TASK}, labels: [two words]}}", "4:38", '"two words"', "write `two_words`"),
    "title too long": Mistake(f"  a: {{type: task, title: {'x' * 256}}}", "4:26", "256 characters", "255"),
    "unknown sprint": Mistake(f"  a: {TASK}, sprint: Sprnt 7}}", "4:37", "'Sprnt 7'", "did you mean 'Sprint 7'?"),
    "no such field here": Mistake(f"  a: {TASK}, area: Deals}}", "4:35", "area can't be written on Task", "no areas"),
    "no YAML": Mistake("  a: {type: task, title: ", "5:1", "this is not YAML", "compare it with the lines around it"),
    "a tab": Mistake("\ta: {type: task}", "4:1", "", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_specs_is_told_with_its_place(workspace: Workspace, site: Site, name: str) -> None:
    """Plan ends with 1, file, line and column, what is wrong and what was meant; nothing is written."""
    mistake = MISTAKES[name]
    workspace.items(mistake.items + "\n")
    result = workspace.run("plan", "--format", "json")
    assert (result.code, result.out) == (1, "")
    told = [
        (f"{each['line']}:{each['column']}", " ".join((each["summary"], each["detail"], each["hint"])))
        for each in result.diagnostics
        if each["severity"] == "error" and each["file"] == "main.yaml"
    ]
    at_place = [text for place, text in told if place.startswith(mistake.place)]
    assert at_place, told
    assert mistake.said in at_place[0]
    assert mistake.hint in at_place[0]
    assert writes(site.requests()) == []


def test_all_mistakes_are_told_at_once(workspace: Workspace, site: Site) -> None:
    """Five mistakes are five diagnostics of one run: as text with the line and a caret, apply like plan."""
    items = [f"  a{number}: {TASK}, priorty: high}}\n" for number in range(5)]
    workspace.items("".join(items))
    for command in ("validate", "plan", "apply"):
        result = workspace.run(command, *(["--auto-approve"] if command == "apply" else []))
        assert result.code == 1
        assert result.err.count("did you mean `priority`?") == 5
        assert "5 errors." in result.err
        assert re.search(r"on main.yaml, line 4, column 30", result.err)
    assert site.requests() == []


def test_the_same_address_in_two_files_shows_both_places(workspace: Workspace, site: Site) -> None:
    """An address that two files claim is an error that names both."""
    workspace.items(f"  a: {TASK}}}\n")
    workspace.write(f"items: {{a: {TASK}}}}}\n", "more.yaml")
    result = workspace.run("plan")
    assert result.code == 1
    assert "on more.yaml, line 1" in result.text
    assert "main.yaml:4:3" in result.text
    assert writes(site.requests()) == []


def test_an_unknown_plugin_names_those_that_are_installed(workspace: Workspace, site: Site) -> None:
    """A plugin that is not installed is an error with the nearest that is."""
    workspace.write(HEAD.replace("jira: {", "jira: {plugin: jirra, ") + f"items:\n  a: {TASK}}}\n")
    result = workspace.run("plan")
    assert result.code == 1
    assert "no plugin 'jirra'" in result.text
    assert "did you mean 'jira'?" in result.text
    assert site.requests() == []


def test_a_missing_variable_of_the_example_names_itself(example: Workspace, site: Site) -> None:
    """A declared variable without a value, one of the wrong type, and an undeclared one each say which."""
    file = example.path / "default.vars.yaml"
    whole = file.read_text()
    for text, arguments, words in [
        (whole.replace("company: Acme Robotics\n", ""), (), "company"),
        (whole.replace("40000000", "lots"), (), "amount"),
        (whole, ("--var", "stage=later"), "due_diligence"),
        (whole, ("--var", "amount=-1"), "Whole dollars above zero"),
        (whole, ("--var", "compny=Acme"), "company"),
        (whole, ("--var-file", "nowhere.vars.yaml"), "nowhere.vars.yaml"),
    ]:
        file.write_text(text)
        result = example.run("plan", *arguments)
        assert result.code == 1, words
        assert words in result.text
    assert site.requests() == []


@pytest.mark.parametrize(
    ("settings", "said", "hint"),
    [
        ({"JIRA_URL": "http://127.0.0.1:9"}, "can't connect to 127.0.0.1:9", "check the site's URL"),
        ({"JIRA_URL": "ftp://site.example"}, "https", ""),
        ({"JIRA_URL": "http://site.example"}, "https", ""),
        ({"JIRA_API_TOKEN": "no-such-token"}, "did not accept the credential", "check JIRA_EMAIL and JIRA_API_TOKEN"),
        ({"JIRA_API_TOKEN": "", "JIRA_EMAIL": ""}, "JIRA_API_TOKEN", "`reconciler demo`"),
        ({"JIRA_PROJECT": "OTHER"}, "JIRA_PROJECT says 'OTHER'", "unset JIRA_PROJECT"),
    ],
)
def test_settings_that_do_not_work_say_which(
    workspace: Workspace, site: Site, settings: dict[str, str], said: str, hint: str
) -> None:
    """An unreachable site, a refused token and missing settings end with 1 and what to do; no token is printed."""
    workspace.keep_time_with(site)
    workspace.items(f"  a: {TASK}}}\n")
    result = workspace.run("plan", **settings)
    assert (result.code, result.out) == (1, "")
    assert said in result.text
    assert hint in result.text
    assert "no-such-token" not in result.err
    assert writes(site.requests()) == []


def test_a_project_that_cannot_be_seen_names_those_that_can(workspace: Workspace, site: Site) -> None:
    """A project that the account can't see is an error with the nearest that it can."""
    workspace.write(HEAD.replace("INVEST", "INVST") + f"items:\n  a: {TASK}}}\n")
    for command in ("plan", "apply", "doctor"):
        result = workspace.run(command, *(["--auto-approve"] if command == "apply" else []))
        assert result.code == 1
        assert "'INVST'" in result.text
        assert "did you mean 'INVEST'?" in result.text
    assert writes(site.requests()) == []


def state_file(workspace: Workspace) -> Path:
    """The only state of a workspace."""
    [path] = (workspace.path / ".reconciler").glob("*.db")
    return path


def test_a_state_that_cannot_be_read_stops_every_command(applied: Workspace, site: Site) -> None:
    """A corrupt state and one of a newer version end with 1, the file's name and what to do; nothing is sent."""
    path = state_file(applied)
    whole = path.read_bytes()
    path.write_bytes(b"not a database" * 100)
    for command in (("plan",), ("apply", "--auto-approve"), ("destroy", "--auto-approve"), ("state", "list")):
        with site.watched() as during:
            result = applied.run(*command)
        assert result.code == 1, command
        assert "is corrupt" in result.text
        assert path.name in result.text.replace(" ", "")
        assert writes(during) == []
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")
        database.commit()
    for command in (("plan",), ("apply", "--auto-approve")):
        with site.watched() as during:
            result = applied.run(*command)
        assert result.code == 1
        assert "newer" in result.text
        assert writes(during) == []
    assert len(site.cards()) == 7


def test_a_renamed_or_copied_workspace_stops(applied: Workspace, site: Site) -> None:
    """The same id under another name is refused with both names: a copy of the specs never touches their items."""
    applied.replace("name: investment-asset-plan", "name: another")
    with site.watched() as during:
        for command in (("plan",), ("apply", "--auto-approve"), ("state", "list")):
            result = applied.run(*command)
            assert result.code == 1
            assert "investment-asset-plan" in result.text
            assert "another" in result.text
    assert writes(during) == []


def test_the_cause_is_shown_in_full_on_request(workspace: Workspace, site: Site) -> None:
    """With `--log-level debug` the cause comes in full, down to the first exception; no credential is in it."""
    workspace.keep_time_with(site)
    workspace.items(f"  a: {TASK}}}\n")
    result = workspace.run("--log-level", "debug", "plan", JIRA_URL="http://127.0.0.1:9", JIRA_API_TOKEN="se-cret-7")
    assert result.code == 1
    assert "Traceback" in result.err
    assert "ConnectError" in result.err
    assert "se-cret-7" not in result.err
    assert "Basic" not in result.err


def test_what_the_directory_lacks_is_said(workspace: Workspace, tmp_path: Path) -> None:
    """An empty directory, a file that is no spec and specs without a workspace each say what is missing."""
    empty = workspace.run("plan")
    assert empty.code == 1
    assert "reconciler init" in empty.text
    workspace.write("items: {}\n")
    assert workspace.run("plan").code == 1
    assert "workspace" in workspace.run("plan").text
    workspace.write(HEAD + "modules: {}\n")
    later = workspace.run("plan")
    assert later.code == 1
    assert "not in this version" in later.text
    assert "on main.yaml, line 3" in later.text
