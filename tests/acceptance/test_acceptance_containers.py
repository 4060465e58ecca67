"""Components, versions, sprints and areas that a spec names and a project lacks: made where the provider says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from acceptance.harness import Site, Workspace, kinds, writes

from reconciler.sandbox.serving import running

_HEAD = """workspace: {name: containers, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {jira: {project: INVEST, create: [component, version, sprint]}}
items:
"""
_ITEMS = """  one: {type: task, title: One, components: [Legal, Tax], fix_versions: ["3.0"], sprint: Sprint 9}
  two: {type: task, title: Two, components: [Tax], fix_versions: ["3.0"], fields: {Target version: "3.0"}}
"""


def spec(workspace: Workspace, items: str = _ITEMS) -> None:
    """Write items of a provider that makes what is missing."""
    workspace.write(_HEAD + items)


def settled(workspace: Workspace) -> None:
    """The next plan has nothing to do."""
    plan = workspace.plan()
    assert (plan["actions"], plan["recordings"], plan["conflicts"]) == ([], [], [])


def test_a_plan_says_what_is_made_and_an_apply_makes_each_once(workspace: Workspace, site: Site) -> None:
    """Requests and a line of the plan; the items have them; nothing is left to do, and nothing is made by the plan."""
    spec(workspace)

    with site.watched() as during:
        plan = workspace.plan()

    assert writes(during) == []
    assert {kind: plan["requests"]["jira"][kind] for kind in ("component", "version", "sprint")} == {
        "component": 1, "version": 1, "sprint": 1,
    }  # fmt: skip
    said = " ".join(each["summary"] for each in plan["diagnostics"])
    assert "one, two: the component 'Tax' is made first" in said
    assert "one: the sprint 'Sprint 9' is made first" in said
    assert "the component 'Tax' is made first" in workspace.run("plan").text

    with site.watched() as during:
        workspace.apply()

    made = Counter({name: kinds(during)[name] for name in ("createComponent", "createVersion", "createSprint")})
    assert made == {"createComponent": 1, "createVersion": 1, "createSprint": 1}
    one, two = site.issue("INVEST-1"), site.issue("INVEST-2")
    assert sorted(each["name"] for each in one["components"]) == ["Legal", "Tax"]
    assert [each["name"] for each in (*one["fixVersions"], *two["fixVersions"])] == ["3.0", "3.0"]
    assert [each["name"] for each in one["customfield_10020"]] == ["Sprint 9"]
    assert two["customfield_10072"]["name"] == "3.0"
    settled(workspace)


def test_an_update_makes_what_is_missing_too(workspace: Workspace, site: Site) -> None:
    """Elements of sets that there are already stay ours, and are taken away again when the spec drops them."""
    spec(workspace, "  one: {type: task, title: One, components: [Legal]}\n")
    workspace.apply()
    spec(workspace, "  one: {type: task, title: One, components: [Legal, Tax], sprint: Sprint 9}\n")
    workspace.apply()
    settled(workspace)

    spec(workspace, "  one: {type: task, title: One, components: [Legal], sprint: Sprint 7}\n")
    workspace.apply()

    assert [each["name"] for each in site.issue("INVEST-1")["components"]] == ["Legal"]
    settled(workspace)


def test_an_item_that_is_taken_over_gets_what_is_missing(workspace: Workspace, site: Site) -> None:
    """What people had put there stays theirs when the spec lets go; what was made for the spec goes."""
    site.act("create", by="Mei Tanaka", type="Task", set={"Summary": "One", "Components": ["Legal"]})
    imports = "imports:\n  - {to: one, key: INVEST-1}\n"
    workspace.write(imports + _HEAD + "  one: {type: task, title: One, components: [Legal, Tax]}\n")
    workspace.apply()
    settled(workspace)

    spec(workspace, "  one: {type: task, title: One, components: []}\n")
    workspace.apply()

    assert [each["name"] for each in site.issue("INVEST-1")["components"]] == ["Legal"]
    settled(workspace)


def test_a_saved_plan_makes_what_it_says(workspace: Workspace, site: Site) -> None:
    """What is made between the plan and its apply, by whomever, is used."""
    spec(workspace)
    assert workspace.run("plan", "--out", "p.json").code == 0
    jira = f"{site.endpoints.sites['jira']}/rest/api/3"
    body = {"name": "Tax", "project": "INVEST"}
    assert httpx.post(f"{jira}/component", json=body, auth=("sandbox@example.com", "sandbox")).status_code == 201

    with site.watched() as during:
        workspace.apply("p.json")

    assert (kinds(during)["createComponent"], kinds(during)["createVersion"]) == (0, 1)
    settled(workspace)


_THREE = "  three: {type: task, title: Three}\n"


def problems_of(done: Mapping[str, Any]) -> dict[str, str]:
    """By address, what an apply says went wrong."""
    return {each["address"]: " ".join(each["problems"]) for each in done["results"]}


def test_a_refusal_fails_what_needs_it_and_nothing_else(workspace: Workspace, site: Site) -> None:
    """The item is not sent, and it is said what could not be made and why."""
    spec(workspace, _ITEMS + _THREE)
    site.fault({"status": 403, "body": "{}"}, path="/component$", method="POST", times=2)

    problems = problems_of(workspace.apply(code=1))

    assert all("the component 'Tax' could not be made: " in problems[each] for each in ("one", "two"))
    assert problems["three"] == ""


def test_a_permission_lost_since_the_plan_fails_what_needs_it(workspace: Workspace, site: Site) -> None:
    """The site is asked anew before a saved plan is carried out."""
    spec(workspace, "  one: {type: task, title: One, sprint: Sprint 9}\n" + _THREE)
    assert workspace.run("plan", "--out", "p.json").code == 0
    site.turn(denied=["ADMINISTER", "MANAGE_SPRINTS_PERMISSION"])

    problems = problems_of(workspace.apply("p.json", code=1))

    assert (problems["one"], problems["three"]) == ("no sprint is called 'Sprint 9'", "")


@pytest.mark.parametrize("operation", ["component", "version", "sprint"])
def test_a_lost_answer_makes_nothing_twice(operation: str, workspace: Workspace, site: Site) -> None:
    """It was made, and nobody heard: the apply looks it up by name and goes on."""
    spec(workspace)
    site.fault("cut", path=f"/{operation}", method="POST", when="after")

    with site.watched() as during:
        workspace.apply()

    name = f"create{operation.title()}"
    assert kinds(during)[name] == 1
    settled(workspace)


def test_a_sprint_that_the_network_made_twice_is_left_to_a_person(workspace: Workspace, site: Site) -> None:
    """Jira takes two of one name: the next plan asks for the id, and with that there is nothing to do."""
    items = "  one: {type: task, title: One, sprint: Sprint 9}\n"
    spec(workspace, items)
    site.fault("duplicate", path="/sprint$", method="POST")
    workspace.apply()

    told = workspace.run("plan")

    assert told.code == 1
    assert "more than one sprint is called 'Sprint 9'" in told.text
    assert "name it by its id" in told.text
    [used] = [each["id"] for each in site.issue("INVEST-1")["customfield_10020"]]
    spec(workspace, items.replace("Sprint 9", str(used)))
    settled(workspace)


def test_a_creation_that_never_arrived_is_told_and_made_by_the_next_run(workspace: Workspace, site: Site) -> None:
    """Items that need it are not sent; the others are."""
    spec(workspace, _ITEMS + "  three: {type: task, title: Three}\n")
    site.fault("cut", path="/component", method="POST", when="before")

    done = workspace.apply(code=1)

    results = {each["address"]: each["result"] for each in done["results"]}
    assert results["three"] == "done"
    assert "failed" in results.values()
    workspace.apply()
    assert sorted(each["name"] for each in site.issue(site_key(workspace, "one"))["components"]) == ["Legal", "Tax"]
    settled(workspace)


def site_key(workspace: Workspace, address: str) -> str:
    """The key of an item of the state."""
    shown = workspace.run("state", "show", address, "--format", "json")
    assert shown.code == 0, shown.err
    return str(shown.json["key"])


def test_without_the_permission_a_plan_refuses(workspace: Workspace, site: Site) -> None:
    """With what is called alike, and what it takes to have it made."""
    site.turn(denied=["ADMINISTER", "ADMINISTER_PROJECTS", "MANAGE_SPRINTS_PERMISSION"])
    spec(workspace, "  one: {type: task, title: One, components: [Leagl], sprint: Sprint 9}\n")

    told = workspace.run("plan")

    assert told.code == 1
    assert "no component is called 'Leagl'" in told.text
    assert "did you mean 'Legal'?; to have it made, this account has to administer the project" in told.text
    assert "to have it made, this account has to manage the sprints of its boards" in told.text


def test_without_the_option_nothing_is_made(workspace: Workspace) -> None:
    """A name that is not there is a mistake."""
    workspace.items("  one: {type: task, title: One, components: [Tax]}\n")

    told = workspace.run("plan")

    assert told.code == 1
    assert "no component is called 'Tax'" in told.text


def test_another_spelling_is_found(workspace: Workspace, site: Site) -> None:
    """A name that is there with other capitals is not made again."""
    spec(workspace, "  one: {type: task, title: One, components: [legal]}\n")

    with site.watched() as during:
        workspace.apply()

    assert kinds(during)["createComponent"] == 0
    settled(workspace)


def test_a_process_that_dies_after_making_one_leaves_nothing_to_make_twice(workspace: Workspace, site: Site) -> None:
    """The next run looks before it makes; no half-made item is left."""
    spec(workspace)
    site.fault({"hang": 600}, path="/sprint", method="POST", when="after")
    process = workspace.start("apply", "--auto-approve")
    site.wait_for_fault()
    process.kill()
    process.communicate()

    with site.watched() as during:
        workspace.apply()

    assert (kinds(during)["createSprint"], kinds(during)["createComponent"]) == (0, 1)
    assert [each["name"] for each in site.issue("INVEST-1")["customfield_10020"]] == ["Sprint 9"]
    settled(workspace)


def test_data_center_has_the_same_fields(tmp_path: Path) -> None:
    """Every kind of custom field, people and groups by name, and what is made: the next plan has nothing to do."""
    fields = (
        "Region: EMEA/Germany, Reviewers: [Lena Gray], Sponsor: l.gray@fund.example, Jurisdictions: [Germany], "
        'Signing: "2026-03-31T17:00:00+02:00", Target version: "3.0", Affected versions: ["1.0"], Keywords: [a], '
        'Data room: "https://room.example", Thesis: "A **good** buy", Closing date: 2026-12-24, Risk level: High'
    )
    items = (
        f"{_ITEMS}  three: {{type: epic, title: Three, fields: {{{fields}}}}}\n"
        "  part: {type: subtask, title: Part, parent: one, fields: {Owning group: legal, Committees: [Legal]}}\n"
    )
    for name in ("specs", "home"):
        (tmp_path / name).mkdir()
    with running() as endpoints:
        site = Site(endpoints)
        site.turn(jira_deployment="datacenter")
        workspace = Workspace(tmp_path / "specs", tmp_path / "home", dict(site.settings))
        for said in (
            items,
            items.replace("[Germany]", "[Jersey]").replace("Owning group: legal", "Owning group: null"),
        ):
            spec(workspace, said)
            workspace.apply()
            settled(workspace)
