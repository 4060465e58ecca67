"""`search`, `open`, `link` and `whoami` on Jira Data Center."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.harness import Site, Workspace

from reconciler.sandbox.serving import running

COMMIT = ("--commit", "4800cfa0be56", "--repo", "git@github.com:fund/models.git")


@pytest.fixture
def site() -> Iterator[Site]:
    """A sandbox that plays Data Center. The vendor's OpenAPI files are Cloud's: they don't judge it."""
    with running(knobs={"jira_deployment": "datacenter"}) as endpoints:
        yield Site(endpoints, api="/rest/api/2")


@pytest.fixture
def applied(site: Site, tmp_path: Path) -> Workspace:
    """The investment example, applied with a personal access token."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    settings = {"JIRA_URL": site.endpoints.sites["jira"], "JIRA_API_TOKEN": "sandbox"}
    workspace = Workspace(path, home, settings)
    workspace.copy_example()
    workspace.apply()
    return workspace


def test_words_queries_and_pages(applied: Workspace) -> None:
    """Pages are counted there, and their tokens are as opaque as any."""
    [hit] = applied.run("search", "legal diligence", "--format", "json").json["items"]
    assert (hit["address"], hit["status"]) == ('tasks["legal"]', "To Do")
    query = "project = INVEST ORDER BY key"
    whole = [each["key"] for each in applied.run("search", query, "--format", "json").json["items"]]
    first = applied.run("search", query, "--limit", "4", "--format", "json").json
    rest = applied.run("search", query, "--limit", "4", "--token", first["next_token"], "--format", "json").json
    assert [each["key"] for each in (*first["items"], *rest["items"])] == whole
    assert (len(whole), rest["next_token"]) == (7, None)
    refused = applied.run("search", "status = Nonsense")
    assert refused.code == 1
    assert "The value 'Nonsense' does not exist for the field 'status'." in refused.text
    token = applied.run("search", query, "--token", "nonsense")
    assert token.code == 1
    assert "token" in token.text


def test_items_and_accounts(applied: Workspace, site: Site) -> None:
    """By key, where the state does not know the item."""
    key = site.act("create", by="Lena Gray", set={"summary": "Hers"})["key"]
    assert applied.run("open", key).out == f"{site.endpoints.sites['jira']}/browse/{key}\n"
    [who] = applied.run("whoami", "--provider", "jira", "--format", "json").json
    assert (who["account"]["name"], who["project"]) == ("Sandbox", "INVEST")


@pytest.mark.parametrize("at", ["send.before", "send.after"])
def test_a_link_killed_and_repeated_is_one(applied: Workspace, site: Site, at: str) -> None:
    """By its global id, as on Cloud; the next plan is empty."""
    applied.keep_time_with(site)
    strike = {"at": at, "nth": 1, "method": "POST", "path": "/remotelink$", "signals": ["SIGKILL"]}
    assert applied.run("link", "tasks.legal", *COMMIT, FAULTS_STRIKE=json.dumps(strike)).code == -9
    results = [applied.run("link", "tasks.legal", *COMMIT, "--format", "json").json["result"] for _ in range(2)]
    assert results == ["already" if at == "send.after" else "linked", "already"]
    [page] = site.pages("INVEST-4")
    assert page["object"]["url"] == "https://github.com/fund/models/commit/4800cfa0be56"
    assert applied.run("plan", "--detailed-exitcode").code == 0
