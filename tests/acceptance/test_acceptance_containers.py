"""Components, versions, sprints and areas that a spec names and a project lacks: made where the provider says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest
from acceptance.container_makings import MAKING, Making
from acceptance.field_views import View
from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.platforms import (
    AZURE_DEVOPS,
    JIRA,
    JIRA_DATACENTER,
    Platform,
    on_azure_devops,
    on_each_platform,
    on_jira,
)


@pytest.fixture
def making(workspace: Workspace, site: Site, platform: Platform) -> Making:
    """What is made there; the workspace's provider makes it."""
    found = MAKING[site.platform]
    workspace.head = platform.head.replace("INVEST}", f"INVEST, create: [{found.create}]}}")
    return found


def items(making: Making) -> str:
    """Two items that need the new part; the first needs all the rest, too."""
    return (
        f"  one: {{type: task, title: One, {making.part}, {making.more}}}\n"
        f"  two: {{type: task, title: Two, {making.part}}}\n"
    )


_THREE: Final = "  three: {type: task, title: Three}\n"


def one(fields: str) -> str:
    """One item with these fields."""
    return f"  one: {{type: task, title: One, {fields}}}\n"


def made(exchanges: list[dict[str, Any]], making: Making) -> dict[str, int]:
    """How often each of the operations was used that make something."""
    return {name: kinds(exchanges)[name] for name in making.made}


def applied(workspace: Workspace, *arguments: str) -> dict[str, str]:
    """Apply, and give the keys of what was written, by address."""
    return {each["address"]: each["key"] for each in workspace.apply(*arguments)["results"]}


def problems_of(done: Mapping[str, Any]) -> dict[str, str]:
    """By address, what an apply says went wrong."""
    return {each["address"]: " ".join(each["problems"]) for each in done["results"]}


def settled(workspace: Workspace) -> None:
    """The next plan has nothing to do."""
    plan = workspace.plan()
    assert (plan["actions"], plan["recordings"], plan["conflicts"]) == ([], [], [])


@on_each_platform
def test_a_plan_says_what_is_made_and_an_apply_makes_each_once(
    workspace: Workspace, site: Site, making: Making, view: View
) -> None:
    """Requests and a line of the plan; the items have them; nothing is left to do, and nothing is made by the plan."""
    workspace.items(items(making))
    with site.watched() as during:
        plan = workspace.plan()
    assert writes(during) == []
    assert making.counted.items() <= plan["requests"][site.platform].items()
    said = " ".join(each["summary"] for each in plan["diagnostics"])
    assert [each for each in making.said if each not in said] == []
    assert making.said[0].partition(": ")[2] in workspace.run("plan").text

    with site.watched() as during:
        keys = applied(workspace)
    assert made(during, making) == making.made
    assert [view.seen(making.word, keys[each]) for each in ("one", "two")] == [making.has, making.has]
    assert str(view.seen("sprint", keys["one"])).endswith("Sprint 9")
    settled(workspace)


@on_each_platform
def test_an_update_makes_what_is_missing_too(workspace: Workspace, making: Making, view: View) -> None:
    """What there is already stays ours; what the spec drops is taken away again."""
    workspace.items(one(making.legal))
    key = applied(workspace)["one"]
    workspace.items(one(f"{making.part}, sprint: Sprint 9"))
    workspace.apply()
    settled(workspace)
    workspace.items(one(making.legal))
    workspace.apply()
    assert view.seen(making.word, key) == making.had
    settled(workspace)


@on_each_platform
def test_an_item_that_is_taken_over_gets_what_is_missing(
    workspace: Workspace, site: Site, platform: Platform, making: Making, view: View
) -> None:
    """It is made for a person's item, which the spec takes over, as for any other."""
    key = site.act("create", by="Mei Tanaka", type="Task", set={platform.title: "One"})["key"]
    workspace.items(one(making.part))
    workspace.write(f"imports:\n  - {{to: one, key: {key}}}\n{(workspace.path / 'main.yaml').read_text()}")
    workspace.apply()
    assert view.seen(making.word, key) == making.has
    settled(workspace)


@on_jira
def test_what_people_had_put_there_stays_theirs(workspace: Workspace, site: Site, making: Making, view: View) -> None:
    """Of a set, when the spec lets go of an item that it took over; what was made for the spec goes."""
    site.act("create", by="Mei Tanaka", type="Task", set={"Summary": "One", "Components": ["Legal"]})
    workspace.items(one(making.part))
    workspace.write(f"imports:\n  - {{to: one, key: INVEST-1}}\n{(workspace.path / 'main.yaml').read_text()}")
    workspace.apply()
    workspace.items(one("components: []"))
    workspace.apply()
    assert view.seen("components", "INVEST-1") == ["Legal"]
    settled(workspace)


@on_each_platform
def test_a_saved_plan_makes_what_it_says(workspace: Workspace, site: Site, platform: Platform, making: Making) -> None:
    """What is made between the plan and its apply, by whomever, is used."""
    workspace.items(items(making))
    assert workspace.run("plan", "--out", "p.json").code == 0
    path, body = making.there
    url = f"{site.endpoints.sites[site.platform]}{platform.api if site.platform == 'jira' else ''}{path}"
    assert httpx.post(url, json=body, auth=("sandbox@example.com", "sandbox")).status_code == 201
    with site.watched() as during:
        workspace.apply("p.json")
    assert sum(made(during, making).values()) == sum(making.made.values()) - 1
    settled(workspace)


@on_each_platform
def test_a_refusal_fails_what_needs_it_and_nothing_else(
    workspace: Workspace, site: Site, platform: Platform, making: Making
) -> None:
    """The item is not sent, and it is said what could not be made and why."""
    workspace.items(items(making) + _THREE)
    refusal = {"status": 400, "body": platform.refusal("No more Tax, please.")}
    site.fault(refusal, path=making.refusal, method="POST", times=2)
    problems = problems_of(workspace.apply(code=1))
    for each in ("one", "two"):
        assert problems[each].startswith(making.not_made)
        assert problems[each].endswith("No more Tax, please.")
    assert problems["three"] == ""


@on_jira
def test_a_permission_lost_since_the_plan_fails_what_needs_it(workspace: Workspace, site: Site, making: Making) -> None:
    """The site is asked anew before a saved plan is carried out."""
    workspace.items(one("sprint: Sprint 9") + _THREE)
    assert workspace.run("plan", "--out", "p.json").code == 0
    site.turn(denied=["ADMINISTER", "MANAGE_SPRINTS_PERMISSION"])
    problems = problems_of(workspace.apply("p.json", code=1))
    assert (problems["one"], problems["three"]) == ("no sprint is called 'Sprint 9'", "")


_LOST: Final = (
    *((platform, f"/{each}$") for platform in (JIRA, JIRA_DATACENTER) for each in ("component", "version", "sprint")),
    *((AZURE_DEVOPS, f"/classificationnodes/{each}") for each in ("areas", "iterations")),
)


@pytest.mark.parametrize(("site", "path"), _LOST, indirect=["site"], ids=lambda each: getattr(each, "name", None))
def test_a_lost_answer_makes_nothing_twice(workspace: Workspace, site: Site, making: Making, path: str) -> None:
    """It was made, and nobody heard: the apply looks it up by name and goes on."""
    workspace.items(items(making))
    site.fault("cut", path=path, method="POST", when="after")
    with site.watched() as during:
        workspace.apply()
    assert made(during, making) == making.made
    settled(workspace)


@on_jira
def test_a_sprint_that_the_network_made_twice_is_left_to_a_person(
    workspace: Workspace, site: Site, making: Making
) -> None:
    """Jira takes two of one name: the next plan asks for the id, and with that there is nothing to do."""
    workspace.items(one("sprint: Sprint 9"))
    site.fault("duplicate", path="/sprint$", method="POST")
    workspace.apply()
    told = workspace.run("plan")
    assert told.code == 1
    assert "more than one sprint is called 'Sprint 9'" in told.text
    assert "name it by its id" in told.text
    [used] = re.findall(r"\bid(?:=|': )(\d+)", str(site.issue("INVEST-1")["customfield_10020"]))
    workspace.items(one(f"sprint: {used}"))
    settled(workspace)


@on_azure_devops
@pytest.mark.parametrize("tree", ["areas", "iterations"])
def test_an_area_that_the_network_asks_for_twice_is_made_once(
    workspace: Workspace, site: Site, making: Making, view: View, tree: str
) -> None:
    """Azure DevOps takes no two of one name at one place: the second is refused, and the first is used."""
    workspace.items(one(f"{making.part}, {making.more}"))
    site.fault("duplicate", path=f"/classificationnodes/{tree}", method="POST")
    key = applied(workspace)["one"]
    assert [view.seen(each, key) for each in ("area", "sprint")] == ["INVEST\\Legal\\Tax", "INVEST\\Sprint 9"]
    settled(workspace)


@on_each_platform
def test_a_creation_that_never_arrived_is_told_and_made_by_the_next_run(
    workspace: Workspace, site: Site, making: Making, view: View
) -> None:
    """Items that need it are not sent; the others are."""
    workspace.items(items(making) + _THREE)
    site.fault("cut", path=making.refusal, method="POST", when="before")
    done = workspace.apply(code=1)
    results = {each["address"]: each["result"] for each in done["results"]}
    assert results["three"] == "done"
    assert "failed" in results.values()
    workspace.apply()
    assert view.seen(making.word, workspace.keys()["one"]) == making.has
    settled(workspace)


@on_jira
def test_without_the_permission_a_plan_refuses(workspace: Workspace, site: Site, making: Making) -> None:
    """With what is called alike, and what it takes to have it made. Azure DevOps does not tell who may make areas."""
    site.turn(denied=["ADMINISTER", "ADMINISTER_PROJECTS", "MANAGE_SPRINTS_PERMISSION"])
    workspace.items(one(f"{making.wrong}, sprint: Sprint 9"))
    told = workspace.run("plan")
    assert told.code == 1
    assert "no component is called 'Leagl'" in told.text
    assert "did you mean 'Legal'?; to have it made, this account has to administer the project" in told.text
    assert "to have it made, this account has to manage the sprints of its boards" in told.text


@on_azure_devops
def test_without_the_permission_an_apply_says_so(workspace: Workspace, site: Site, making: Making) -> None:
    """What needs it fails, and nothing else."""
    site.turn(permissions_denied=["create_nodes"])
    workspace.items(one(making.part) + _THREE)
    problems = problems_of(workspace.apply(code=1))
    assert problems["one"].startswith(f"{making.not_made}TF401027: You need the 'Create child nodes' permission")
    assert problems["three"] == ""


@on_each_platform
def test_without_the_option_nothing_is_made(workspace: Workspace, site: Site) -> None:
    """A name that is not there is a mistake."""
    making = MAKING[site.platform]
    workspace.items(one(making.wrong))
    told = workspace.run("plan")
    assert told.code == 1
    assert "is called 'Leagl'" in told.text
    assert "did you mean 'Legal'?" in told.text


@on_each_platform
def test_another_spelling_is_found(workspace: Workspace, site: Site, making: Making, view: View) -> None:
    """A name that is there with other capitals is not made again."""
    workspace.items(one(making.spelt))
    with site.watched() as during:
        key = applied(workspace)["one"]
    assert sum(made(during, making).values()) == 0
    assert view.seen(making.word, key) == making.had
    settled(workspace)


@on_each_platform
def test_a_process_that_dies_after_making_one_leaves_nothing_to_make_twice(
    workspace: Workspace, site: Site, making: Making, view: View
) -> None:
    """The next run looks before it makes; no half-made item is left."""
    workspace.items(items(making))
    site.fault({"hang": 600}, path=making.first, method="POST", when="after")
    process = workspace.start("apply", "--auto-approve")
    site.wait_for_fault()
    process.kill()
    process.communicate()
    with site.watched() as during:
        workspace.apply()
    assert sum(made(during, making).values()) == sum(making.made.values()) - 1
    keys = workspace.keys()
    assert [view.seen(making.word, keys[each]) for each in ("one", "two")] == [making.has, making.has]
    settled(workspace)
