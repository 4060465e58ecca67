"""Jira Data Center: the example unchanged, and the promises, from an empty site to a lost state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import Site, Workspace, kinds

from reconciler.sandbox.serving import running

KEYS = [f"INVEST-{number}" for number in range(1, 8)]


@pytest.fixture
def site() -> Iterator[Site]:
    """A sandbox that plays Data Center. The vendor's OpenAPI files are Cloud's: they don't judge it."""
    with running(knobs={"jira_deployment": "datacenter"}) as endpoints:
        yield Site(endpoints, api="/rest/api/2")


@pytest.fixture
def example(site: Site, tmp_path: Path) -> Workspace:
    """The investment example, with a personal access token and nothing else."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    workspace = Workspace(path, home, {"JIRA_URL": site.endpoints.sites["jira"], "JIRA_API_TOKEN": "sandbox"})
    workspace.copy_example()
    return workspace


def _changes(workspace: Workspace) -> list[dict[str, Any]]:
    return [each for each in workspace.plan()["actions"] if each["action"] != "none"]


def test_the_example_is_applied_unchanged(site: Site, example: Workspace) -> None:
    """Its tasks are in their epic, their texts are wiki markup, and the next plan is empty."""
    example.apply()
    assert list(site.cards()) == KEYS
    deal, *tasks = (site.issue(key) for key in KEYS)
    assert deal["summary"] == deal["customfield_10009"] == "Investment: Acme Robotics"
    assert deal["description"].startswith("*Acme Robotics*, Industrial Automation\n\n* Amount: USD 40,000,000")
    assert deal["customfield_10050"] == 40_000_000
    assert {each["customfield_10008"] for each in tasks} == {"INVEST-1"}
    assert _changes(example) == []


def test_the_interface_of_cloud_is_never_asked(site: Site, example: Workspace) -> None:
    """Beside the two questions which Jira it is, version 2 and the boards are all that is spoken to."""
    with site.watched() as exchanges:
        example.apply()
        example.run("plan")
    paths = {each["path"].removeprefix("/jira") for each in exchanges}
    others = {each for each in paths if not each.startswith(("/rest/api/2/", "/rest/agile/1.0/"))}
    assert others == {"/_edge/tenant_info"}
    assert kinds(exchanges)["getServerInfo"] == 2


def test_a_persons_edits_stay_and_are_drift(site: Site, example: Workspace) -> None:
    """A person's text in wiki markup, a label beside ours and a user by name: all stay, and the plan has nothing."""
    example.apply()
    site.edit("Lena Gray", "INVEST-2", set={"assignee": "Lena Gray"}, add_labels=["hot"], status="In Progress")
    assert _changes(example) == []
    example.replace("Financial Due Diligence", "Financial Review")
    example.apply()
    after = site.issue("INVEST-2")
    assert after["summary"] == "[Acme Robotics] Financial Review"
    assert after["assignee"]["name"] == "l.gray"
    assert "hot" in after["labels"]
    assert after["status"]["name"] == "In Progress"


def test_a_persons_text_is_shown_in_markdown(site: Site, example: Workspace) -> None:
    """The spec owns the description: the plan says what it is now, and apply asks before it goes."""
    example.apply()
    site.edit("Lena Gray", "INVEST-2", set={"description": "h2. Mine\n\n* {color:red}red{color}"})
    shown = example.run("plan").text
    assert "## Mine" in shown


def test_with_the_state_lost_it_is_rebuilt(site: Site, example: Workspace) -> None:
    """From the marked issues, and the next plan is empty."""
    example.apply()
    shutil.rmtree(example.path / ".reconciler")
    assert example.run("plan").code == 5
    assert example.run("state", "rebuild", "--auto-approve").code == 0
    assert _changes(example) == []


@pytest.mark.parametrize(
    "knobs",
    [
        {"datacenter_creation": "drops_properties"},
        {"datacenter_bulk": "missing"},
        {"datacenter_version": "8.3.0"},
        {"datacenter_version": "8.20.30", "datacenter_bulk": "missing", "datacenter_creation": "drops_properties"},
        {"datacenter_version": "10.3.0", "throttling": {"endpoint": {"limit": 3, "per_seconds": 1}}},
    ],
    ids=str,
)
def test_stricter_and_laxer_servers_end_alike(site: Site, example: Workspace, knobs: dict[str, Any]) -> None:
    """Whatever the documents leave open: the same items, no label but theirs, and the next plan is empty."""
    site.turn(**knobs)
    example.apply()
    assert list(site.cards()) == KEYS
    labels = {label for card in site.cards().values() for label in card["labels"]}
    assert len([each for each in labels if each.startswith("rc-")]) == 1
    assert _changes(example) == []


def test_a_wrong_token_is_said(site: Site, example: Workspace) -> None:
    """With the name of the variable that holds it."""
    result = example.run("plan", JIRA_API_TOKEN="wrong")
    assert result.code == 1
    assert "JIRA_API_TOKEN" in result.text


def test_a_user_name_and_a_password_will_do(site: Site, example: Workspace) -> None:
    """Basic authentication, where there is no personal access token."""
    assert example.run("plan", JIRA_EMAIL="sandbox").code == 0


def test_what_wiki_markup_can_not_say_is_refused_at_plan_time(site: Site, example: Workspace) -> None:
    """A list that begins with three would begin with one on the site."""
    example.replace("**${var.company}**, ${var.sector}", "3. three\n      4. four\n")
    result = example.run("plan")
    assert result.code == 1
    assert "Jira Data Center has no room for" in result.text
    assert "begin with 1" in result.text


def test_the_everyday_verbs_work_there(site: Site, example: Workspace) -> None:
    """Who we are, a search by pages, a link that is made once, and a doctor who tries a write."""
    example.apply()
    assert "Sandbox" in example.run("whoami").text
    search = ("search", "Due Diligence", "--format", "json", "--limit")
    first = example.run(*search, "2").json
    assert len(first["items"]) == 2
    second = example.run(*search, "9", "--token", first["next_token"]).json
    assert {each["key"] for each in (*first["items"], *second["items"])} == {*KEYS[:5]}
    linked = ("link", "deal", "--document", "https://data.example/model", "--title", "Model")
    assert example.run(*linked).code == 0
    assert "already" in example.run(*linked).text
    assert example.run("doctor", "--write-check", "--auto-approve").code == 0
    assert list(site.cards()) == KEYS
