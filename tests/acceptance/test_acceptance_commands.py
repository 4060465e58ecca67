"""The commands around the main job: init, schema, doctor, state, show, demo and the sandbox itself."""

from __future__ import annotations

import base64
import json
import re
import signal
import stat
import subprocess
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import PLATFORMS, Platform, on_each_platform, on_jira

from reconciler.sandbox.serving import Endpoints

_SIGN_IN = {
    "jira": (
        "JIRA_API_TOKEN",
        "check JIRA_EMAIL and JIRA_API_TOKEN",
        (b"sandbox@example.com", b"sandbox@example.com:sandbox"),
    ),
    "azure_devops": ("AZURE_DEVOPS_PAT", "check AZURE_DEVOPS_PAT", (b":sandbox",)),
}
"""The secret's variable, what a refusal says to do, and what signs in. On Azure DevOps an e-mail address is no part of
that: it names somebody who can be assigned.
"""


@pytest.fixture
def directory(tmp_path: Path) -> Workspace:
    """An empty directory, and no credentials at all."""
    path, home = tmp_path / "deals", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    return Workspace(path, home)


def test_init_makes_a_workspace_that_validates(directory: Workspace) -> None:
    """`init` writes specs that validate offline, a schema and an id of their own; a second time it touches nothing."""
    result = directory.run("init")
    assert result.code == 0
    assert directory.run("validate").code == 0
    spec = (directory.path / "main.yaml").read_text()
    [identity] = re.findall(r"id: ([0-9a-f-]{36})", spec)
    assert uuid.UUID(identity).version == 4
    assert "name: deals" in spec
    assert json.loads((directory.path / ".reconciler" / "schema.json").read_text())["type"] == "object"
    again = directory.run("init")
    assert again.code == 1
    assert "is there already" in again.text
    assert (directory.path / "main.yaml").read_text() == spec
    assert directory.run("init", "other", "--name", "named").code == 0
    other = (directory.path / "other" / "main.yaml").read_text()
    assert "name: named" in other
    assert identity not in other


@on_each_platform
def test_what_init_makes_can_be_applied(workspace: Workspace, site: Site) -> None:
    """From `init` to an empty second plan takes the settings of the site, its project among them, and its name."""
    workspace.settings[f"{site.platform.upper()}_PROJECT"] = "INVEST"
    workspace.run("init")
    workspace.replace("jira: {}", f"{site.platform}: {{}}")
    workspace.apply()
    assert workspace.run("plan", "--detailed-exitcode").code == 0
    assert site.cards()


def test_validate_and_schema_need_no_site(directory: Workspace) -> None:
    """`validate` and `schema` work offline and without credentials; the JSON form says how many items there are."""
    directory.copy_example()
    assert directory.run("validate").out == "Valid: investment-asset-plan/acme-robotics wants 7 items.\n"
    assert directory.run("validate", "--format", "json").json == {"valid": True, "items": 7, "names_read_at": {}}
    result = directory.run("schema")
    assert result.code == 0
    assert str(Path(".reconciler") / "schema.json") in result.out
    schema = json.loads((directory.path / ".reconciler" / "schema.json").read_text())
    assert {"workspace", "items", "variables"} <= schema["properties"].keys()


@pytest.mark.parametrize(
    ("platform", "names"),
    [("jira", ("JIRA_URL", "JIRA_API_TOKEN")), ("azure_devops", ("AZURE_DEVOPS_ORG_URL", "AZURE_DEVOPS_PAT"))],
)
def test_without_credentials_the_variables_are_named(
    directory: Workspace, platform: str, names: tuple[str, ...]
) -> None:
    """Whatever needs the site says which variables are not set, and names the demo."""
    directory.copy_example()
    directory.settings["RECONCILER_VAR_PLATFORM"] = platform
    for command in ("plan", "drift", "doctor"):
        result = directory.run(command)
        assert result.code == 1
        assert [name for name in names if name not in result.text] == []
        assert "reconciler demo" in result.text
    assert not list((directory.path / ".reconciler").glob("*.db"))


@on_each_platform
def test_doctor_says_how_far_the_credentials_carry(example: Workspace, site: Site) -> None:
    """Doctor probes settings, sign-in and project; it stops at the first that fails, with 1."""
    well = example.run("doctor")
    assert well.code == 0
    for words in ("sign-in", "Sandbox", "INVEST with Bug, Epic"):
        assert words in well.text
    probes = example.run("doctor", "--format", "json").json
    assert all(each["ok"] for each in probes if each["required"])

    variable, advice, _ = _SIGN_IN[site.platform]
    token = example.run("doctor", **{variable: "no-such-token"})
    assert token.code == 1
    assert "did not accept the credential" in token.text
    assert advice in token.text
    assert "✗ project" not in token.text
    assert "no-such-token" not in token.text
    example.replace("project: INVEST", "project: INVST")
    project = example.run("doctor")
    assert project.code == 1
    assert "✓ sign-in" in project.text
    assert "'INVST'" in project.text
    assert writes(site.requests()) == []


@on_jira
def test_doctor_says_what_the_account_may(example: Workspace, site: Site) -> None:
    """Permission by permission. Azure DevOps' interface for work items tells none; there `--write-check` tries."""
    assert "may CREATE_ISSUES yes" in example.run("doctor").text
    site.turn(denied=["ADMINISTER", "CREATE_ISSUES"])
    assert "may CREATE_ISSUES no" in example.run("doctor").text


_PAGES = {"jira": "browse", "azure_devops": "_workitems/edit"}


@on_each_platform
def test_the_state_can_be_looked_into(applied: Workspace, site: Site, platform: Platform) -> None:
    """`state list` has a line an item; `state show` and `show` give an item's fields with owner and values."""
    listed = applied.run("state", "list")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 7
    assert 'tasks["legal"]' in listed.out
    items = applied.run("state", "list", "--format", "json").json
    assert items[0]["address"] == "deal"
    key, above = platform.key(1), f"{site.endpoints.sites[site.platform]}/{_PAGES[site.platform]}"
    assert (items[0]["key"], items[0]["url"]) == (key, f"{above}/{key}")
    shown = applied.run("state", "show", "tasks.legal")
    assert shown.out == applied.run("show", 'tasks["legal"]').out
    for words in ("[Acme Robotics] Legal Due Diligence", "status (owner people)", "title (owner spec)", "2027-03-01"):
        assert words in shown.text
    data = applied.run("state", "show", "tasks.legal", "--format", "json").json
    fields = {each["field"]: each for each in data["fields"]}
    assert fields["priority"]["ownership"] == "people"
    assert data["unsettled"] == []
    missing = applied.run("state", "show", "tasks.leagl")
    assert missing.code == 1
    assert 'tasks["leagl"]' in missing.text


def test_showing_specs_says_what_to_do_instead(example: Workspace) -> None:
    """Where a plan is expected, a spec file or a directory is a usage error that names the right commands."""
    for specs in ("main.yaml", "."):
        result = example.run("show", specs)
        assert (result.code, result.out) == (1, "")
        assert f"{specs} is specs, not a saved plan" in result.text
        assert f"`reconciler plan {specs}`" in result.text


def test_an_empty_state_says_so(directory: Workspace) -> None:
    """Before the first apply `state list` is empty, in words and in JSON, and no state is made by looking."""
    directory.copy_example()
    assert "nothing was applied yet" in directory.run("state", "list").out
    assert directory.run("state", "list", "--format", "json").json == []
    assert not (directory.path / ".reconciler").exists()


@on_each_platform
def test_what_is_kept_is_private(applied: Workspace, site: Site) -> None:
    """State, lock and plans are for their owner alone, git ignores them, and no credential is in any of them."""
    applied.run("plan", "--out", "a.plan")
    kept = [*(applied.path / ".reconciler").rglob("*"), applied.path / "a.plan"]
    files = [path for path in kept if path.is_file()]
    private = [path for path in files if path.suffix in {".db", ".lock", ".plan"}]
    assert len(private) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert (applied.path / ".reconciler" / ".gitignore").read_text() == "*\n"
    secrets = _SIGN_IN[site.platform][2]
    for path in files:
        held = path.read_bytes()
        assert [each for each in secrets if each in held or base64.b64encode(each) in held] == []


def test_the_demo_tells_the_main_job(directory: Workspace, tmp_path: Path) -> None:
    """The demo ends by itself with 0, shows each step, uses nobody's credentials, and leaves nothing behind."""
    there = tmp_path / "tmp"
    there.mkdir()
    result = directory.run("demo", TMPDIR=str(there), JIRA_URL="https://real.example", JIRA_API_TOKEN="real")
    assert (result.code, result.err) == (0, "")
    for words in (
        "Plan: 7 to create",
        "Apply: 7 done.",
        "No changes.",
        "by Lena Gray",
        "Omar Haddad changed it",
        "7 unchanged",
    ):
        assert words in result.out
    assert "\x1b" not in result.out
    assert list(there.iterdir()) == []
    assert list(directory.path.iterdir()) == []


@contextmanager
def sandbox(workspace: Workspace, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """The sandbox in a process of its own, and its first line."""
    process = workspace.start("sandbox", "--port", "0", *arguments)
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> tuple[int, bytes, bytes]:
    """Send a signal; gives the exit code and what else was printed."""
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_sandbox_prints_one_line_and_ends_on_a_signal(directory: Workspace, number: signal.Signals) -> None:
    """One line of JSON with port and URLs, nothing else; a signal ends it in order, without a traceback."""
    with sandbox(directory) as (process, line):
        assert line.keys() == {"port", "jira_url", "azure_devops_url"}
        assert line["jira_url"] == f"http://127.0.0.1:{line['port']}/jira"
        assert line["azure_devops_url"] == f"http://127.0.0.1:{line['port']}/azure/sandbox"
        with urllib.request.urlopen(f"http://127.0.0.1:{line['port']}/") as page:
            assert b"<html" in page.read()
        code, out, err = ended(process, number)
    assert (out, err) == (b"", b"")
    assert code == 0


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.name)
def test_the_sandbox_keeps_its_data(directory: Workspace, platform: Platform) -> None:
    """What was applied to a sandbox with --data is there when it starts again; the plan stays empty. A Data Center is
    known by its URL alone, and here that has another port.
    """
    directory.copy_example()
    for expected in (2, 0):
        with sandbox(directory, "--data", "site.jsonl") as (process, line):
            endpoints = Endpoints(line["port"], "", {each.name: line[f"{each.name}_url"] for each in PLATFORMS})
            settings = Site(endpoints, platform.plugin).settings
            directory.settings = {**settings, "RECONCILER_VAR_PLATFORM": platform.plugin}
            assert directory.run("plan", "--detailed-exitcode").code == expected
            directory.apply()
            ended(process, signal.SIGTERM)


def test_a_port_in_use_is_an_error_in_words(directory: Workspace, site: Site) -> None:
    """The sandbox on a port that is taken ends with 1 and offers --port 0."""
    result = directory.run("sandbox", "--port", str(site.endpoints.port))
    assert result.code == 1
    assert "--port 0" in result.text
    assert list(directory.path.iterdir()) == []
