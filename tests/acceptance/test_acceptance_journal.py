"""What becomes of requests that go wrong: nothing is created twice, and nothing that is unknown is built upon."""

from __future__ import annotations

import json
import shutil
from typing import Any, Final

import httpx
from acceptance.field_views import View
from acceptance.harness import Result, Site, Workspace, kinds, writes
from acceptance.marker_views import MarkerView
from acceptance.platforms import Platform, on_each_platform, on_jira

MARKS: Final = {"jira": {"setIssueProperty"}, "azure_devops": {"Work Items_Update"}}
"""The operations that write a marker."""

DUE_REQUIRED: Final = {
    "jira": {"required": ["duedate"]},
    "azure_devops": {"required_fields": ["Microsoft.VSTS.Scheduling.DueDate"]},
}
"""The knob with which no item is created without due."""

SOME_REFUSED: Final = {
    "jira": {"createIssues": 1, "setIssueProperty": 1},
    "jira_datacenter": {"createIssue": 1, "createIssues": 1, "editIssue": 1, "setIssueProperty": 1},
    "azure_devops": {"Work Items_Create": 2, "Work Items_Update": 1},
}
"""The writes of an apply that creates two items, of which one is refused. Data Center's first creation goes alone,
with a label that is taken off again.
"""

REFUSED: Final = {
    "jira": (["plan"], "undated can't be created without due"),
    "azure_devops": (["plan", "--validate-live"], "Rule Error for field Due Date. Error code: Required"),
}
"""The plan that says of the other one what is in its way: Azure DevOps does not show its rules, it is asked."""

MADE_BY_TWO: Final = {"jira": 7, "azure_devops": 2}
"""How many of the example's items two requests make."""

FOLLOWING: Final = {
    "jira": {"method": "POST", "path": "/transitions"},
    "azure_devops": {"method": "PATCH", "path": r"/workitems/\d+$"},
}
"""The request that gives a new item another status."""


def results(result: Result) -> dict[str, str]:
    """What came of each address."""
    return {each["address"]: each["result"] for each in result.json["results"]}


def apply(workspace: Workspace, code: int) -> Result:
    """Apply without asking or waiting for lost answers, as JSON; the exit code has to be this one."""
    result = workspace.run("apply", "--auto-approve", "--settle", "0", "--format", "json")
    assert result.code == code, result.out + result.err
    return result


def untouched(site: Site, key: str) -> dict[str, Any]:
    """What a site answers to an edit that it does not carry out: Azure DevOps with the item."""
    if site.platform == "jira":
        return {"status": 204}
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    return {"status": 200, "body": httpx.get(url, params={"api-version": "7.1"}, auth=("anybody", "sandbox")).json()}


@on_each_platform
def test_a_create_whose_answer_was_lost_is_never_sent_again(example: Workspace, site: Site, platform: Platform) -> None:
    """The deal is created and its answer lost: the next run finds it by its marker, and makes the tasks below it."""
    site.fault("cut", when="after", **platform.creation)
    found = results(apply(example, 4))
    assert found.pop("deal") == "unsettled"
    assert set(found.values()) == {"skipped"}
    assert [card["title"] for card in site.cards().values()] == ["Investment: Acme Robotics"]

    plan = example.run("plan", "--format", "json")
    assert plan.code == 0
    assert (plan.json["summary"]["create"], plan.json["summary"]["update"]) == (6, 1)
    assert set(results(apply(example, 0)).values()) == {"done"}
    assert len(site.cards()) == 7
    assert example.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_a_create_that_may_still_arrive_is_unsettled(example: Workspace, site: Site, platform: Platform) -> None:
    """Cut before it was executed, nobody can know yet: it is unsettled, its tasks wait, and nothing is sent."""
    site.fault("cut", when="before", **platform.creation)
    apply(example, 4)
    for _ in range(2):
        plan = example.run("plan", "--format", "json")
        assert plan.code == 4
        assert plan.json["actions"] == []
        assert {each["code"] for each in plan.json["diagnostics"]} == {"unsettled"}
        assert [each["summary"] for each in plan.diagnostics] == [each["summary"] for each in plan.json["diagnostics"]]
        with site.watched() as during:
            again = apply(example, 4)
        assert writes(during) == []
        assert {each["code"] for each in again.diagnostics} == {"unsettled"}
    told = example.run("apply", "--auto-approve", "--settle", "0")
    assert told.code == 4
    assert "deal is unsettled: the outcome of its create is unknown" in told.text
    assert 'tasks["legal"] waits for' in told.text
    assert example.run("drift").code == 4
    assert site.cards() == {}


@on_each_platform
def test_what_does_not_need_an_unsettled_item_goes_on(workspace: Workspace, site: Site, platform: Platform) -> None:
    """An unsettled address holds back its dependents alone: others are created and updated, and the exit code is 4."""
    workspace.items(
        "  alone: {type: task, title: Alone}\n"
        "  deal: {type: epic, title: Deal, apply_after: [alone]}\n"
        "  below: {type: task, title: Below, parent: deal}\n"
    )
    site.fault("cut", when="before", skip=1, **platform.creation)
    assert results(apply(workspace, 4)) == {"alone": "done", "deal": "unsettled", "below": "skipped"}
    workspace.replace("title: Alone", "title: Not alone")
    workspace.write("items: {more: {type: task, title: More}}\n", "more.yaml")
    again = apply(workspace, 4)
    assert results(again) == {"alone": "done", "more": "done"}
    assert {card["title"] for card in site.cards().values()} == {"Not alone", "More"}


@on_each_platform
def test_an_update_whose_answer_was_lost_is_settled(applied: Workspace, site: Site, platform: Platform) -> None:
    """The edit arrived: the next run finds that out, and sends nothing but the marker that was left to write."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    site.fault("cut", when="after", **platform.edit)
    assert results(apply(applied, 4)) == {'tasks["references"]': "unsettled"}
    assert "unsettled" in applied.run("state", "show", "tasks.references").out
    with site.watched() as during:
        apply(applied, 0)
    assert kinds(writes(during)).keys() <= MARKS[site.platform]
    assert platform.fields_written(during) == []
    assert "[Acme Robotics] Reference Calls" in {card["title"] for card in site.cards().values()}
    assert applied.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_a_refused_create_fails_alone(workspace: Workspace, site: Site, platform: Platform) -> None:
    """What the site refuses is failed with the site's reason, exit 1; the next run tries again."""
    workspace.items("".join(f"  t{number}: {{type: task, title: Task {number}}}\n" for number in range(4)))
    refused = {"status": 400, "body": platform.refusal("The site is not in the mood.")}
    site.fault(refused, times=4, **platform.creation)
    first = apply(workspace, 1)
    assert set(results(first).values()) == {"failed"}
    assert "not in the mood" in str(first.json["results"])
    site.control("DELETE", "faults")
    assert set(results(apply(workspace, 0)).values()) == {"done"}
    assert len(site.cards()) == 4


@on_each_platform
def test_one_bad_element_of_a_bulk_create_fails_alone(workspace: Workspace, site: Site, platform: Platform) -> None:
    """Of what is created at once the site takes some and refuses others: each has its result, the rest can follow."""
    workspace.items("  dated: {title: Dated, type: task, due: 2027-01-01}\n  undated: {title: Undated, type: task}\n")
    workspace.run("plan", "--out", "a.plan")
    site.turn(**DUE_REQUIRED[site.platform])
    with site.watched() as during:
        first = workspace.run("apply", "a.plan", "--format", "json")
    assert first.code == 1
    assert results(first) == {"dated": "done", "undated": "failed"}
    assert any("due" in each for each in first.json["results"][1]["problems"])
    assert kinds(writes(during)) == SOME_REFUSED[platform.name]
    command, told = REFUSED[site.platform]
    assert told in workspace.run(*command).text
    workspace.replace("Undated, type: task", "Undated, type: task, due: 2027-01-02")
    assert results(apply(workspace, 0)) == {"undated": "done"}
    assert len(site.cards()) == 2


@on_each_platform
def test_a_create_that_the_network_delivered_twice(example: Workspace, site: Site, platform: Platform) -> None:
    """Of two items of one create, one is ours; the next look before a create names the other, and leaves it alone."""
    site.fault("duplicate", **platform.creation)
    apply(example, 0)
    assert len(site.cards()) == 8
    ours = example.run("state", "show", "deal", "--format", "json").json["key"]
    [other] = set(platform.keys(1, 2)) - {ours}
    example.write("items: {extra: {title: Extra}}\n", "extra.yaml")
    plan = example.run("plan")
    assert plan.code == 0
    assert f"{other} carries the marker of another item" in plan.text
    assert "1 to create" in plan.text


@on_each_platform
def test_a_killed_apply_leaves_its_address_unsettled(example: Workspace, site: Site, platform: Platform) -> None:
    """Killed while a create is in the air, the next plan says so with 4 and sends nothing for what needs it."""
    site.fault({"hang": 3600}, when="before", **platform.creation)
    process = example.start("apply", "--auto-approve")
    site.wait_for_fault()
    process.kill()
    process.communicate()
    plan = example.run("plan", "--format", "json")
    assert plan.code == 4
    assert plan.json["actions"] == []
    assert "deal is unsettled" in plan.text
    with site.watched() as during:
        apply(example, 4)
    assert writes(during) == []


@on_each_platform
def test_a_create_that_is_killed_later_keeps_what_was_done(example: Workspace, site: Site, platform: Platform) -> None:
    """Killed after a request of the second wave was executed, the next run finds what is there, and makes no eighth."""
    example.keep_time_with(site)
    strike = {"at": "send.after", "nth": 2, "signals": ["SIGKILL"], **platform.creation}
    assert example.run("apply", "--auto-approve", FAULTS_STRIKE=json.dumps(strike)).code == -9
    assert example.run("state", "list").out.split()[:2] == ["deal", platform.key(1)]
    made = len(site.cards())
    assert made == MADE_BY_TWO[site.platform]
    plan = example.run("plan", "--format", "json")
    assert plan.code == 0
    assert (plan.json["summary"]["create"], plan.json["summary"]["update"]) == (7 - made, made)
    apply(example, 0)
    assert len(site.cards()) == 7
    assert example.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_marked_items_without_a_state_refuse_a_plan(applied: Workspace, site: Site) -> None:
    """With the state lost, the marked items are found and named, and nothing is created: 5."""
    legal = applied.keys()['tasks["legal"]']
    shutil.rmtree(applied.path / ".reconciler")
    for command in (("plan",), ("apply", "--auto-approve")):
        with site.watched() as during:
            result = applied.run(*command, "--format", "json")
        assert result.code == 5
        assert writes(during) == []
        (found,) = result.diagnostics
        assert found["code"] == "unknown_marked"
        assert len(found["detail"].splitlines()) == 7
        assert "`reconciler state rebuild`" in found["hint"]
    text = applied.run("plan").text
    assert "7 items are marked as this workspace's, and there is no state" in text
    assert f'{legal} is marked as this workspace\'s tasks["legal"]' in text
    assert len(site.cards()) == 7


@on_each_platform
def test_a_copy_is_reported_and_left_alone(
    applied: Workspace, site: Site, platform: Platform, view: View, markers: MarkerView
) -> None:
    """A person's clone carries our marker: it is named as a copy, and neither adopted nor changed."""

    def shown(key: str) -> tuple[object, ...]:
        words = ("title", "description", "status", "due", "priority", "labels", "links", "documents")
        return (*(view.seen(word, key) for word in words), markers.labels(key), markers.read(key))

    copy = str(site.act("clone", by="Lena Gray", item=platform.key(4))["key"])
    before = shown(copy)
    applied.write("items: {extra: {title: Extra}}\n", "extra.yaml")
    result = applied.run("plan")
    assert result.code == 0
    assert f"{copy} carries the marker of another item: a copy" in result.text
    applied.apply()
    assert shown(copy) == before


@on_each_platform
def test_a_status_that_could_not_follow_a_create_is_finished_later(
    workspace: Workspace, site: Site, platform: Platform
) -> None:
    """Where the move after a creation fails, the item is there, and the next apply finishes it."""
    workspace.items("  one: {type: task, title: One, status: in_progress}\n")
    site.fault({"status": 400, "body": platform.refusal("Not now.")}, **FOLLOWING[site.platform])
    first = apply(workspace, 1)
    assert "Not now." in str(first.json["results"])
    assert [card["status"] for card in site.cards().values()] == [platform.statuses["todo"]]
    assert workspace.plan()["summary"]["create"] == 0
    apply(workspace, 0)
    assert [card["status"] for card in site.cards().values()] == [platform.statuses["in_progress"]]
    assert workspace.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_what_the_site_does_not_keep_is_reported(applied: Workspace, site: Site, platform: Platform) -> None:
    """An edit that the site took and did not keep is `not_kept`, exit 4, with the field; the read-back shows it."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    key = applied.keys()['tasks["references"]']
    site.fault(untouched(site, key), **platform.edit)
    result = apply(applied, 4)
    assert results(result) == {'tasks["references"]': "not_kept"}
    assert "title" in result.json["results"][0]["problems"][0]
    assert result.json["summary"]["not_kept"] == 1
    assert site.cards()[key]["title"] == "[Acme Robotics] Reference Checks"


@on_jira
def test_a_field_that_is_off_the_screens_is_refused_by_the_plan(workspace: Workspace, site: Site) -> None:
    """A field that no screen shows is named by the plan, before anything is sent. Azure DevOps has no screens."""
    site.turn(off_screen=["customfield_10028"])
    workspace.items("  one: {type: task, title: One, story_points: 3}\n")
    result = workspace.run("plan")
    assert result.code == 1
    assert "story_points" in result.text
    assert writes(site.requests()) == []
