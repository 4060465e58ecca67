"""What becomes of requests that go wrong: nothing is created twice, and nothing that is unknown is built upon."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest
from acceptance.harness import Result, Site, Workspace, kinds, writes

CREATE = {"path": "/issue/bulk$", "method": "POST"}


def results(result: Result) -> dict[str, str]:
    """What came of each address."""
    return {each["address"]: each["result"] for each in result.json["results"]}


def apply(workspace: Workspace, code: int) -> Result:
    """Apply without asking or waiting for lost answers, as JSON; the exit code has to be this one."""
    result = workspace.run("apply", "--auto-approve", "--settle", "0", "--format", "json")
    assert result.code == code, result.out + result.err
    return result


def test_a_create_whose_answer_was_lost_is_never_sent_again(example: Workspace, site: Site) -> None:
    """The deal is created and its answer lost: the next run finds it by its marker, and makes the tasks below it."""
    site.fault("cut", when="after", **CREATE)
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


def test_a_create_that_may_still_arrive_is_unsettled(example: Workspace, site: Site) -> None:
    """Cut before it was executed, nobody can know yet: it is unsettled, its tasks wait, and nothing is sent."""
    site.fault("cut", when="before", **CREATE)
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


def test_what_does_not_need_an_unsettled_item_goes_on(workspace: Workspace, site: Site) -> None:
    """An unsettled address holds back its dependents alone: others are created and updated, and the exit code is 4."""
    workspace.items(
        "  alone: {type: task, title: Alone}\n"
        "  deal: {type: epic, title: Deal, apply_after: [alone]}\n"
        "  below: {type: task, title: Below, parent: deal}\n"
    )
    site.fault("cut", when="before", skip=1, **CREATE)
    assert results(apply(workspace, 4)) == {"alone": "done", "deal": "unsettled", "below": "skipped"}
    workspace.replace("title: Alone", "title: Not alone")
    workspace.write("items: {more: {type: task, title: More}}\n", "more.yaml")
    again = apply(workspace, 4)
    assert results(again) == {"alone": "done", "more": "done"}
    assert {card["title"] for card in site.cards().values()} == {"Not alone", "More"}


def test_an_update_whose_answer_was_lost_is_settled(applied: Workspace, site: Site) -> None:
    """The edit arrived: the next run finds that out, and sends nothing but the marker that was left to write."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    site.fault("cut", path="/issue/", method="PUT", when="after")
    assert results(apply(applied, 4)) == {'tasks["references"]': "unsettled"}
    assert "unsettled" in applied.run("state", "show", "tasks.references").out
    with site.watched() as during:
        apply(applied, 0)
    assert kinds(writes(during)).keys() <= {"setIssueProperty"}
    assert "[Acme Robotics] Reference Calls" in {card["title"] for card in site.cards().values()}
    assert applied.run("plan", "--detailed-exitcode").code == 0


def test_a_refused_create_fails_alone(workspace: Workspace, site: Site) -> None:
    """What the site refuses is failed with the site's reason, exit 1; the next run tries again."""
    workspace.items("".join(f"  t{number}: {{type: task, title: Task {number}}}\n" for number in range(4)))
    body = {"errorMessages": ["The site is not in the mood."], "errors": {}}
    site.fault({"status": 400, "body": body}, **CREATE)
    first = apply(workspace, 1)
    assert set(results(first).values()) == {"failed"}
    assert "not in the mood" in str(first.json["results"])
    assert set(results(apply(workspace, 0)).values()) == {"done"}
    assert len(site.cards()) == 4


def test_one_bad_element_of_a_bulk_create_fails_alone(workspace: Workspace, site: Site) -> None:
    """Of one bulk create the site takes some and refuses others: each has its result, and the rest can follow."""
    workspace.items("  dated: {title: Dated, type: task, due: 2027-01-01}\n  undated: {title: Undated, type: task}\n")
    workspace.run("plan", "--out", "a.plan")
    site.turn(required=["duedate"])
    with site.watched() as during:
        first = workspace.run("apply", "a.plan", "--format", "json")
    assert first.code == 1
    assert results(first) == {"dated": "done", "undated": "failed"}
    assert any("due" in each for each in first.json["results"][1]["problems"])
    assert kinds(writes(during)) == {"createIssues": 1, "setIssueProperty": 1}
    assert "undated can't be created without due" in workspace.run("plan").text
    workspace.replace("Undated, type: task", "Undated, type: task, due: 2027-01-02")
    assert results(apply(workspace, 0)) == {"undated": "done"}
    assert len(site.cards()) == 2


def test_429_is_waited_for(example: Workspace, site: Site) -> None:
    """A create that was throttled was not executed: it is sent again after the time that was told, and once."""
    example.keep_time_with(site)
    body = {"errorMessages": ["Slow down."], "errors": {}}
    site.fault({"status": 429, "headers": {"Retry-After": "40"}, "body": body}, **CREATE)
    began = site.now()
    assert set(results(apply(example, 0)).values()) == {"done"}
    assert 40 <= (site.now() - began).total_seconds() < 60
    assert kinds(site.requests())["createIssues"] == 2
    assert len(site.cards()) == 7


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"endpoint": {"limit": 2, "per_seconds": 2}}, "jira-burst-based"),
        ({"issue": {"limit": 1, "per_seconds": 5}}, "jira-per-issue-on-write"),
    ],
)
def test_a_site_that_throttles_gets_all_in_the_end(
    workspace: Workspace, site: Site, limits: dict[str, Any], reason: str
) -> None:
    """Whichever limit is met, nothing fails, nothing is sent twice that was executed, and the next plan is empty."""
    workspace.keep_time_with(site)
    item = (
        "  t{0}: {{type: task, title: T{0}, status: in_progress, documents: [{{title: D, url: 'https://d.example'}}]}}"
    )
    workspace.items("\n".join(map(item.format, range(4))))
    site.turn(throttling=limits)
    assert set(results(apply(workspace, 0)).values()) == {"done"}
    site.turn(throttling=None)
    exchanges = site.requests()
    refused = [each for each in exchanges if each["status"] == 429]
    assert refused
    taken = [json.dumps([each["path"], each["request"]]) for each in writes(exchanges) if each["status"] != 429]
    assert len(taken) == len(set(taken))
    assert [card["status"] for card in site.cards().values()] == ["In Progress"] * 4
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_the_published_limits_are_not_met(example: Workspace, site: Site) -> None:
    """At the rates that Jira publishes, the main job is never told to wait."""
    site.turn(throttling="documented")
    assert set(results(apply(example, 0)).values()) == {"done"}
    assert 429 not in {each["status"] for each in site.requests()}


def test_a_site_that_is_throttled_for_long_ends_the_run(example: Workspace, site: Site) -> None:
    """A wait of an hour is not waited for: what could not be sent has failed, with the reason; nothing is unsettled."""
    body = {"errorMessages": ["Slow down."], "errors": {}}
    headers = {"Retry-After": "3600", "RateLimit-Reason": "jira-burst-based"}
    site.fault({"status": 429, "headers": headers, "body": body}, **CREATE)
    first = apply(example, 1)
    assert results(first)["deal"] == "failed"
    assert first.json["results"][0]["problems"] == [
        "the site asks to wait 3600 s more before POST /rest/api/3/issue/bulk: jira-burst-based"
    ]
    assert set(results(apply(example, 0)).values()) == {"done"}
    assert len(site.cards()) == 7


def test_a_read_is_tried_again(example: Workspace, site: Site) -> None:
    """A 503 to a read, and half an answer, are tried again; nobody notices."""
    example.keep_time_with(site)
    site.fault({"status": 503, "headers": {"Retry-After": "0"}, "body": "<html>away</html>"}, path="/project/")
    site.fault("truncate", path="/issueLinkType", when="after")
    result = example.run("plan")
    assert (result.code, result.err) == (0, "")
    assert [each["struck"] for each in site.control("GET", "faults")] == [1, 1]


def test_a_create_that_the_network_delivered_twice(example: Workspace, site: Site) -> None:
    """Of two items of one create, one is ours; the next look before a create names the other, and leaves it alone."""
    site.fault("duplicate", **CREATE)
    apply(example, 0)
    assert len(site.cards()) == 8
    ours = example.run("state", "show", "deal", "--format", "json").json["key"]
    [other] = {"INVEST-1", "INVEST-2"} - {ours}
    example.write("items: {extra: {title: Extra}}\n", "extra.yaml")
    plan = example.run("plan")
    assert plan.code == 0
    assert f"{other} carries the marker of another item" in plan.text
    assert "1 to create" in plan.text


def test_a_killed_apply_leaves_its_address_unsettled(example: Workspace, site: Site) -> None:
    """Killed while a create is in the air, the next plan says so with 4 and sends nothing for what needs it."""
    site.fault({"hang": 3600}, when="before", **CREATE)
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


def test_a_create_that_is_killed_later_keeps_what_was_done(example: Workspace, site: Site) -> None:
    """Killed after the second wave was executed, the next run finds all seven, and makes no eighth."""
    site.fault({"hang": 3600}, when="after", skip=1, **CREATE)
    process = example.start("apply", "--auto-approve")
    site.wait_for_fault()
    process.kill()
    process.communicate()
    assert example.run("state", "list").out.split()[:2] == ["deal", "INVEST-1"]
    plan = example.run("plan", "--format", "json")
    assert plan.code == 0
    assert {each["action"] for each in plan.json["actions"]} == {"update"}
    apply(example, 0)
    assert len(site.cards()) == 7
    assert example.run("plan", "--detailed-exitcode").code == 0
    site.control("POST", "clock", {"advance": 3600})


def test_marked_items_without_a_state_refuse_a_plan(applied: Workspace, site: Site) -> None:
    """With the state lost, the marked items are found and named, and nothing is created: 5."""
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
    assert 'INVEST-4 is marked as this workspace\'s tasks["legal"]' in text
    assert len(site.cards()) == 7


def test_a_copy_is_reported_and_left_alone(applied: Workspace, site: Site) -> None:
    """A person's clone carries our marker: it is named as a copy, and neither adopted nor changed."""
    copy = site.act("clone", by="Lena Gray", item="INVEST-4")["key"]
    before = site.issue(copy)
    applied.write("items: {extra: {title: Extra}}\n", "extra.yaml")
    result = applied.run("plan")
    assert result.code == 0
    assert f"{copy} carries the marker of another item: a copy" in result.text
    applied.apply()
    assert site.issue(copy) == before


def test_a_status_that_could_not_follow_a_create_is_finished_later(workspace: Workspace, site: Site) -> None:
    """Where the move after a creation fails, the item is there, and the next apply finishes it."""
    workspace.items("  one: {type: task, title: One, status: in_progress}\n")
    body = {"errorMessages": ["Not now."], "errors": {}}
    site.fault({"status": 400, "body": body}, path="/transitions", method="POST")
    first = apply(workspace, 1)
    assert "Not now." in str(first.json["results"])
    assert workspace.plan()["summary"]["create"] == 0
    apply(workspace, 0)
    assert [card["status"] for card in site.cards().values()] == ["In Progress"]
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_what_the_site_does_not_keep_is_reported(applied: Workspace, site: Site) -> None:
    """An edit that the site took and did not keep is `not_kept`, exit 4, with the field; the read-back shows it."""
    applied.replace("title: Reference Checks", "title: Reference Calls")
    site.fault({"status": 204}, path="/issue/", method="PUT")
    result = apply(applied, 4)
    assert results(result) == {'tasks["references"]': "not_kept"}
    assert "title" in result.json["results"][0]["problems"][0]
    assert result.json["summary"]["not_kept"] == 1
    assert site.issue("INVEST-7")["summary"] == "[Acme Robotics] Reference Checks"


def test_a_field_that_is_off_the_screens_is_refused_by_the_plan(workspace: Workspace, site: Site) -> None:
    """A field that no screen shows is an error of the plan, with its name, before anything is sent."""
    site.turn(off_screen=["customfield_10028"])
    workspace.items("  one: {type: task, title: One, story_points: 3}\n")
    result = workspace.run("plan")
    assert result.code == 1
    assert "story_points" in result.text
    assert writes(site.requests()) == []
