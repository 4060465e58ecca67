"""The main job on a site: make, find nothing to do, change, lose the state and rebuild it, remove."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import Workspace
from doc_pages import page
from sites.targets import PROJECTS, Target

from reconciler.workflow import Request, check_writes

SANDBOXES = ("jira", "jira_data_center", "azure_devops")

SPEC = """\
workspace: {{name: integration-kit, id: {id}}}
providers: {{{platform}: {{project: "{project}"}}}}
defaults: {{type: task, on_remove: delete}}
items:
  call:
    title: "{run} call"
    description: "**Ask** for the *terms*."
  send:
    title: "{run} send"
    links: {{relates_to: [call]}}
    documents: [{{title: Terms, url: "https://example.com/terms"}}]
"""


@pytest.fixture
def specs(target: Target, tmp_path: Path) -> Iterator[Workspace]:
    """Two items on the site, in a workspace of their own."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    workspace = Workspace(path, home, dict(target.settings))
    workspace.write(SPEC.format(id=uuid.uuid4(), platform=target.platform, project=target.project, run=target.run))
    try:
        yield workspace
    finally:
        known = workspace.run("state", "list", "--format", "json")
        target.made += [each["id"] for each in known.json] if known.code == 0 else []


def _title(target: Target, item: str) -> Any:
    if target.platform == "jira":
        return target.ask("GET", f"/rest/api/2/issue/{item}", fields="summary").json()["fields"]["summary"]
    answer = target.ask("GET", f"/_apis/wit/workitems/{item}", **{"api-version": "7.1"})
    return answer.json()["fields"]["System.Title"]


def _is_there(target: Target, item: str) -> bool:
    path = f"/rest/api/2/issue/{item}" if target.platform == "jira" else f"/_apis/wit/workitems/{item}"
    query = {} if target.platform == "jira" else {"api-version": "7.1"}
    return target.ask("GET", path, **query).status_code == 200


def test_the_main_job(target: Target, specs: Workspace) -> None:
    """Each step says what a user would see, and nothing is left at the end."""
    made = {each["address"]: each for each in specs.apply()["results"]}
    assert {address: each["result"] for address, each in made.items()} == {"call": "done", "send": "done"}
    assert specs.run("plan", "--detailed-exitcode").code == 0

    specs.replace(f"{target.run} call", f"{target.run} call today")
    specs.apply()
    items = {each["address"]: each["id"] for each in specs.run("state", "list", "--format", "json").json}
    assert _title(target, items["call"]) == f"{target.run} call today"

    shutil.rmtree(specs.path / ".reconciler")
    assert target.eventually(lambda: _rebuilt(specs) == items)
    assert specs.run("plan", "--detailed-exitcode").code == 0

    text = (specs.path / "main.yaml").read_text(encoding="utf-8")
    specs.write(text.partition("items:")[0] + "items: {}\n")
    specs.apply()
    assert [each for each in items.values() if _is_there(target, each)] == []


def _rebuilt(specs: Workspace) -> dict[str, str]:
    """What a rebuilt state knows, by address; nothing while the search does not show all."""
    shutil.rmtree(specs.path / ".reconciler", ignore_errors=True)
    if specs.run("state", "rebuild", "--auto-approve").code != 0:
        return {}
    return {each["address"]: each["id"] for each in specs.run("state", "list", "--format", "json").json}


def test_the_write_check(target: Target, specs: Workspace) -> None:
    """It measures, and leaves nothing behind."""
    probes = {
        each.what: each for each in check_writes(Request(specs.path, environment=target.settings), lambda _: True)
    }
    assert probes["create"].ok
    assert probes["delete"].ok
    assert probes["marker kept"].value


def test_the_page_names_the_projects_variables() -> None:
    """Where the kit may make items is the operator's to say, by a variable of its own for each platform."""
    assert all(
        f"`{each}`" in page("sandbox.md") or f"export {each}=" in page("sandbox.md") for each in PROJECTS.values()
    )
