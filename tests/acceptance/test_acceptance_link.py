"""`reconciler link`: commits, pull requests and documents, on items in and out of the state, twice and killed."""

from __future__ import annotations

import json
from typing import Any, Final

import httpx
import pytest
from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.platforms import on_each_platform

pytestmark = on_each_platform

SHA: Final = "4800cfa0be564b1e606d6811e99e0380f765a9c4"
PAGE: Final = "https://data.example/room"


def repository(site: Site) -> str:
    """A repository that the platform's items can be linked to."""
    if site.platform == "jira":
        return "https://github.com/fund/valuation-models"
    return f"{site.endpoints.sites['azure_devops']}/INVEST/_git/valuation-models"


def pull_request(site: Site) -> str:
    """The page of a pull request there."""
    return f"{repository(site)}/{'pull' if site.platform == 'jira' else 'pullrequest'}/1"


def targets(site: Site, key: str) -> list[str]:
    """What an item is linked to beside items, as the platform has it: the ends of commits and pull requests."""
    if site.platform == "jira":
        return sorted(each["object"]["url"] for each in site.pages(key))
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    query = {"api-version": "7.1", "$expand": "relations"}
    answer = httpx.get(url, params=query, auth=("anybody", "sandbox")).json()
    urls = [each["url"] for each in answer["relations"] if each["rel"] in ("ArtifactLink", "Hyperlink")]
    return sorted(each for each in urls if not each.startswith("https://reconciler.invalid/"))


def linked(workspace: Workspace, *arguments: str) -> dict[str, Any]:
    """What a link's JSON says."""
    result = workspace.run("link", *arguments, "--format", "json")
    assert result.code == 0, result.err
    said: dict[str, Any] = result.json
    return said


def options(site: Site, kind: str) -> list[str]:
    """The options that ask for a link."""
    return {
        "commit": ["--commit", SHA, "--repo", repository(site)],
        "pull request": ["--pull-request", pull_request(site)],
        "document": ["--document", PAGE, "--title", "Data room"],
    }[kind]


def page(site: Site, kind: str) -> str:
    """What a person opens to see what is linked."""
    return {"commit": f"{repository(site)}/commit/{SHA}", "pull request": pull_request(site), "document": PAGE}[kind]


@pytest.mark.parametrize("kind", ["commit", "pull request", "document"])
def test_a_link_is_made_once(applied: Workspace, site: Site, kind: str) -> None:
    """Done twice it is one link: the second time nothing is written. The next plan is empty: the link is a person's."""
    asked = options(site, kind)
    first = linked(applied, "tasks.legal", *asked)
    key = first["key"]
    assert (first["result"], first["provider"], first["address"]) == ("linked", site.platform, 'tasks["legal"]')
    assert targets(site, key) == [first["target"]]
    assert applied.run("link", key, *asked).out == f'tasks["legal"] ({key}) is linked already to {first["page"]}\n'
    assert first["page"] == page(site, kind)
    with site.watched() as again:
        second = linked(applied, key, *asked)
    assert second == {**first, "result": "already"}
    assert [each for each in writes(again) if "batch" not in each["path"]] == []
    assert len(targets(site, key)) == 1
    assert applied.run("plan", "--detailed-exitcode").code == 0
    applied.apply()
    assert len(targets(site, key)) == 1


@pytest.mark.parametrize("at", ["send.before", "send.after"])
def test_killed_and_repeated_it_is_one_link(applied: Workspace, site: Site, at: str) -> None:
    """Whether the request went out or not: the next call finds out. The crash suite has all kinds, at each boundary."""
    applied.keep_time_with(site)
    method, path = ("POST", "/remotelink$") if site.platform == "jira" else ("PATCH", "/workitems/")
    strike = {"at": at, "nth": 1, "method": method, "path": path, "signals": ["SIGKILL"]}
    killed = applied.run("link", "deal", *options(site, "commit"), FAULTS_STRIKE=json.dumps(strike))
    assert killed.code == -9
    said = linked(applied, "deal", *options(site, "commit"))
    assert said["result"] == ("already" if at == "send.after" else "linked")
    assert targets(site, said["key"]).count(said["target"]) == 1
    assert linked(applied, "deal", *options(site, "commit"))["result"] == "already"


def test_a_lost_answer_says_to_run_it_again(applied: Workspace, site: Site) -> None:
    """That is safe: what arrived is found."""
    method, path = ("POST", "/remotelink$") if site.platform == "jira" else ("PATCH", r"/workitems/\d+$")
    site.fault("cut", method=method, path=path, when="after")
    lost = applied.run("link", "deal", *options(site, "document"))
    assert lost.code == 1
    assert "run it again: a link that has arrived is not made twice" in lost.text
    assert linked(applied, "deal", *options(site, "document"))["result"] == "already"


def test_items_of_nobodys_are_linked_too(applied: Workspace, site: Site) -> None:
    """By key or URL, with specs or without; the text says what became of it."""
    field = {"jira": "summary", "azure_devops": "System.Title"}[site.platform]
    key = str(site.act("create", by="Lena Gray", set={field: "Hers"})["key"])
    shown = applied.run("link", key, *options(site, "commit"))
    assert shown.code == 0
    assert shown.out.startswith(f"{key} is linked to ")
    url = applied.run("open", key).out.strip()
    assert "is linked already to" in applied.run("link", url, *options(site, "commit")).out
    project = {"JIRA_PROJECT": "INVEST", "AZURE_DEVOPS_PROJECT": "INVEST"}
    bare = applied.run(
        "link", key, *options(site, "document"), "--provider", site.platform, cwd=applied.home, **project
    )
    assert bare.code == 0
    assert len(targets(site, key)) == 2


def test_what_the_specs_link_is_linked_already(applied: Workspace, site: Site) -> None:
    """A spec's commit and one of the command line are one, however each writes it."""
    applied.replace("  deal:\n", f'  deal:\n    commits: [{{repo: "{repository(site)}.git", sha: {SHA.upper()}}}]\n')
    applied.apply()
    assert linked(applied, "deal", *options(site, "commit"))["result"] == "already"
    assert applied.run("plan", "--detailed-exitcode").code == 0


def test_another_title_takes_the_place_of_the_old_one(applied: Workspace, site: Site) -> None:
    """The page stands there once; without a title its old one is good."""
    linked(applied, "tasks.legal", "--document", PAGE, "--title", "Old")
    renamed = linked(applied, "tasks.legal", "--document", PAGE, "--title", "New")
    assert (renamed["result"], renamed["title"]) == ("linked", "New")
    untitled = linked(applied, "tasks.legal", "--document", PAGE)
    assert (untitled["result"], untitled["title"]) == ("already", "New")
    assert targets(site, renamed["key"]) == [PAGE]


def test_requests_are_few(applied: Workspace, site: Site) -> None:
    """One write, beside the reads that say what the site takes."""
    with site.watched() as asked:
        linked(applied, "deal", *options(site, "commit"))
    sent = {"jira": "createOrUpdateRemoteIssueLink", "azure_devops": "Work Items_Update"}[site.platform]
    assert kinds(asked)[sent] == 1
    assert len(asked) < 20


MISTAKES: Final = {
    "not a sha": (["--commit", "HEAD", "--repo", "https://github.com/fund/models"], "git rev-parse HEAD"),
    "no repository": (["--commit", SHA], "--commit needs its repository"),
    "no commit": (["--repo", "https://github.com/fund/models"], "--commit SHA --repo URL"),
    "several": (["--commit", SHA, "--document", PAGE], "one link at a time"),
    "repo of nothing": (["--document", PAGE, "--repo", "x"], "--repo goes with --commit"),
    "title of nothing": (["--pull-request", PAGE, "--title", "x"], "--title goes with --document"),
    "no page": (["--document", "data room"], "write it whole, as a browser shows it: https://data.example/room"),
    "no page of a commit": (["--commit", "https://data room"], "write it whole, as a browser shows it"),
    "no path": (["--pull-request", "https://github.com"], "pull request"),
    "another page": (["--pull-request", "https://github.com/fund/models/issues/12"], "pull request"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_wrong_is_explained(applied: Workspace, site: Site, mistake: str) -> None:
    """Exit 1, nothing is written."""
    given, said = MISTAKES[mistake]
    with site.watched() as asked:
        result = applied.run("link", "deal", *given)
    assert result.code == 1
    assert said in result.text
    assert writes(asked) == []


def test_an_unknown_repository_is_answered_with_those_that_there_are(applied: Workspace, site: Site) -> None:
    """On Azure DevOps commits and pull requests are of the project's own repositories."""
    if site.platform == "jira":
        assert linked(applied, "deal", "--commit", SHA, "--repo", "https://any.example/repo")["result"] == "linked"
        return
    base = site.endpoints.sites["azure_devops"]
    elsewhere = applied.run("link", "deal", "--commit", SHA, "--repo", "https://github.com/fund/valuation-models")
    assert elsewhere.code == 1
    assert f"its URLs begin with {base}" in elsewhere.text
    unknown = applied.run("link", "deal", "--commit", SHA, "--repo", f"{base}/INVEST/_git/valuation-model")
    assert unknown.code == 1
    assert "the project 'INVEST' has no repository 'valuation-model' did you mean" in unknown.text
    assert "did you mean 'INVEST/valuation-models'?" in unknown.text
    other = applied.run("link", "deal", "--commit", SHA, "--repo", f"{base}/SCRUM/_git/valuation-models")
    assert "the repository 'valuation-models' is said to be of the project 'SCRUM'" in other.text
    listed = applied.run("link", "deal", "--commit", SHA, "--repo", "zzz")
    assert "INVEST/valuation-models" in listed.text
    short = applied.run("link", "deal", "--commit", SHA[:8], "--repo", "valuation-models")
    assert short.code == 1
    assert f"{SHA[:8]!r} has 8 digits, and the link to a commit takes all 40 of its sha" in short.text
    assert f"git rev-parse {SHA[:8]}" in short.text


def test_an_item_that_nobody_knows(applied: Workspace) -> None:
    """Is said, with the address that may have been meant."""
    result = applied.run("link", "tasks.leagl", "--document", PAGE)
    assert result.code == 1
    assert 'did you mean tasks["legal"]?' in result.text
