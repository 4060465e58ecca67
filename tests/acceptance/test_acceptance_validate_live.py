"""`plan --validate-live`: the platforms are asked whether they would take what is planned, and write nothing."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.harness import Site, Workspace

HEAD = """\
workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {azure_devops: {project: INVEST}}
"""
ITEMS = """\
items:
  deal: {type: epic, title: Deal}
  legal: {type: task, title: Legal review, parent: deal}
"""


@pytest.fixture
def azure(site: Site, workspace: Workspace) -> Site:
    """Azure DevOps, with specs for it."""
    found = Site(site.endpoints, "azure_devops")
    workspace.settings = found.settings
    workspace.write(HEAD + ITEMS)
    return found


def validations(exchanges: list[dict[str, Any]]) -> list[str]:
    """The methods of the requests that only validate."""
    return [each["method"] for each in exchanges if "validateOnly=true" in each["query"]]


def test_nothing_is_asked_about_new_items_unless_it_is_said(azure: Site, workspace: Workspace) -> None:
    """A plan sends no validation of a creation; with the option it sends one for each, and nothing is made."""
    for options, sent in (((), []), (("--validate-live",), ["POST", "POST"])):
        with azure.watched() as during:
            result = workspace.run("plan", *options)
        assert (result.code, validations(during)) == (0, sent)
    assert azure.cards() == {}


def test_what_the_platform_would_refuse_has_a_place_in_the_specs(azure: Site, workspace: Workspace) -> None:
    """A rule that no description of a type tells is found before anything is sent: at the item, with exit code 1."""
    azure.turn(demanded={"New": ["Custom.Sector"]})
    assert workspace.run("plan").code == 0
    result = workspace.run("plan", "--validate-live", "--format", "json")
    assert result.code == 1
    [found] = [each for each in result.json["diagnostics"] if each["severity"] == "error"]
    assert (found["file"], found["line"]) == ("main.yaml", 4)
    assert "Sector of deal" in found["summary"]
    shown = workspace.run("plan", "--validate-live")
    assert "on main.yaml, line 4" in shown.text
    workspace.replace("title: Deal}", "title: Deal, fields: {Sector: Robotics}}")
    assert workspace.run("plan", "--validate-live").code == 0


def test_a_change_that_would_be_refused_has_one_too(azure: Site, workspace: Workspace) -> None:
    """Of an item that exists, the place is that of the field."""
    workspace.apply()
    azure.turn(transitions={"Task": {"New": ["Closed"]}})
    workspace.write(HEAD + ITEMS.replace("parent: deal", "parent: deal, status: in_progress"))
    result = workspace.run("plan", "--validate-live", "--format", "json")
    assert result.code == 1
    [found] = [each for each in result.json["diagnostics"] if each["severity"] == "error"]
    assert (found["line"], found["snippet"]) == (
        5,
        ITEMS.splitlines()[2].replace("deal}", "deal, status: in_progress}"),
    )


def test_jira_says_what_it_can(site: Site, workspace: Workspace) -> None:
    """Jira has no validation of creations: the option is no mistake there, and sends nothing more."""
    workspace.items("  one: {type: task, title: One}\n")
    counts = []
    for options in ((), ("--validate-live",)):
        with site.watched() as during:
            assert workspace.run("plan", *options).code == 0
        counts.append(len(during))
    assert counts[0] == counts[1]
    assert site.cards() == {}
