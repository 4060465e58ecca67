"""The spec gives an item another type: on Jira a field of the plan, sent with the rest; or left to a person."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.field_views import View
from acceptance.harness import Result, Site, Workspace, writes
from acceptance.platforms import Platform, on_azure_devops, on_each_platform, on_jira

FLOW = [{"name": "Start", "to": "In Progress"}, {"name": "End", "to": "Done"}]


@pytest.fixture
def task(workspace: Workspace) -> Workspace:
    """One task with a label, applied."""
    want(workspace, "task")
    workspace.apply()
    return workspace


def want(workspace: Workspace, type: str, rest: str = "") -> None:
    """One item of a type, with these further fields."""
    workspace.items(f"  one: {{type: {type}, title: One, labels: [ours]{rest and ', '}{rest}}}\n")


def apply(workspace: Workspace) -> Result:
    return workspace.run("apply", "--auto-approve")


_TYPE = {"jira": "issuetype", "azure_devops": "Work Item Type"}
_CLOSED = {"jira": "Cancelled", "azure_devops": "Closed"}
"""What becomes of a bug that leaves the specs: on Azure DevOps no bug is removed."""
_STORY = {"jira": "Story", "azure_devops": "User Story"}


def by_a_person(site: Site, platform: Platform, type: str) -> None:
    """A person edits the type on the item's page."""
    site.edit("Lena Gray", platform.key(1), set={_TYPE[site.platform]: type})


@on_jira
def test_another_type_goes_with_the_other_fields(task: Workspace, site: Site) -> None:
    """The plan shows it before and after; one PUT has it with the rest; then nothing is left to do."""
    site.edit("Lena Gray", "INVEST-1", status="In Progress", add_labels=["theirs"])
    want(task, "bug", "due: 2027-03-01")
    assert "type task → bug due" in task.run("plan").text
    (action,) = task.plan()["actions"]
    assert action["type"] == "bug"
    assert [(each["field"], each["before"], each["after"]) for each in action["changes"]] == [
        ("type", "task", "bug"), ("due", None, "2027-03-01"),
    ]  # fmt: skip
    with site.watched() as during:
        assert apply(task).code == 0
    edits = [each for each in writes(during) if each["method"] == "PUT" and "/properties/" not in each["path"]]
    assert [each["request"]["fields"] for each in edits] == [{"issuetype": {"id": "10004"}, "duedate": "2027-03-01"}]
    issue = site.issue("INVEST-1")
    assert (issue["issuetype"]["name"], issue["status"]["name"]) == ("Bug", "In Progress")
    assert {"ours", "theirs"} <= set(issue["labels"])
    assert task.run("plan", "--detailed-exitcode").code == 0
    assert [each["type"] for each in task.run("state", "list", "--format", "json").json] == ["Bug"]


@on_jira
def test_it_can_be_changed_back(task: Workspace, site: Site, view: View) -> None:
    """The state has the type that was applied last, so the spec may change it again; the plan sends one request."""
    for type, name in (("story", "Story"), ("task", "Task")):
        want(task, type)
        assert task.plan()["requests"] == {"jira": {"edit": 1}}
        with site.watched() as during:
            assert apply(task).code == 0
        assert (view.seen("type", "INVEST-1"), len(writes(during))) == (name, 1)


@on_jira
def test_another_level_is_for_a_person(task: Workspace, site: Site) -> None:
    """An epic is no task's other type: the plan says what is, and nothing is sent."""
    want(task, "epic")
    with site.watched() as during:
        refused = apply(task)
    assert refused.code == 5
    assert "one (INVEST-1) is of the type Task, the spec wants Epic" in refused.text
    assert "It may become: Story, Bug." in refused.text
    assert "change the type on the site by hand" in refused.text
    assert writes(during) == []


@on_jira
def test_another_workflow_is_for_a_person(task: Workspace, site: Site, platform: Platform) -> None:
    """Jira does not let an edit do it, which the plan finds out before anything is sent; after the move all is well."""
    site.turn(workflows={"Bug": FLOW})
    want(task, "bug")
    plan = task.run("plan")
    assert "type of one: Jira does not let an edit make it a Bug" in plan.text
    assert "it takes: Story, Task" in plan.text
    with site.watched() as during:
        assert apply(task).code == 5
    assert writes(during) == []
    site.turn(workflows={})
    by_a_person(site, platform, "Bug")
    with site.watched() as during:
        assert apply(task).code == 0
    assert writes(during) == []
    assert task.run("plan", "--detailed-exitcode").code == 0


@on_azure_devops
def test_any_other_type_is_for_a_person(task: Workspace, site: Site, platform: Platform) -> None:
    """On Azure DevOps people change types: the plan says so, and nothing is sent; then there is nothing left to do."""
    want(task, "bug", "priority: low")
    with site.watched() as during:
        refused = apply(task)
    assert refused.code == 5
    assert "one (1) is of the type Task, the spec wants Bug" in refused.text
    assert "On Azure DevOps a type is changed by people, on the item's page." in refused.text
    assert writes(during) == []
    want(task, "bug")
    by_a_person(site, platform, "Bug")
    assert apply(task).code == 0
    assert task.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_a_persons_type_is_left_alone(task: Workspace, site: Site, platform: Platform, view: View) -> None:
    """A type that a person changed is neither reverted nor replaced: the plan says so, and what to do."""
    story = _STORY[site.platform]
    by_a_person(site, platform, story)
    for type in ("task", "bug"):
        want(task, type)
        with site.watched() as during:
            refused = apply(task)
        assert refused.code == 5
        assert "It was a Task when it was last applied; somebody changed that on the site." in refused.text
        assert writes(during) == []
    assert view.seen("type", platform.key(1)) == story


@on_jira
def test_a_type_that_moved_since_the_plan_is_skipped(
    task: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """A saved plan meets an item that a person gave a third type: it is left alone, and whose change it was is said."""
    want(task, "bug", "due: 2027-03-01")
    assert task.run("plan", "--out", "saved.json").code == 0
    by_a_person(site, platform, "Story")
    with site.watched() as during:
        result = task.run("apply", "saved.json")
    assert result.code == 4
    assert "type was changed since the plan by Lena Gray" in result.text
    assert writes(during) == []
    assert [view.seen(each, "INVEST-1") for each in ("type", "due")] == ["Story", None]


@on_jira
def test_a_saved_plan_changes_a_type(task: Workspace, view: View) -> None:
    """What was approved is what is sent."""
    want(task, "bug")
    assert task.run("plan", "--out", "saved.json").code == 0
    assert task.run("apply", "saved.json").code == 0
    assert view.seen("type", "INVEST-1") == "Bug"


@on_jira
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_settled(task: Workspace, site: Site, view: View, when: Any) -> None:
    """Whether or not the change arrived, the next runs find out, and it is made once."""
    task.keep_time_with(site)
    want(task, "bug", "due: 2027-03-01")
    site.fault("cut", path=r"/issue/\d+$", method="PUT", when=when)
    assert apply(task).code == 4
    results = [apply(task).code for _ in range(3)]
    assert results[-1] == 0, results
    assert view.passed("type", "INVEST-1") == ["Bug"]
    assert task.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_closing_leaves_alone_what_has_another_type_since_the_plan(
    task: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """A saved plan closes the item; meanwhile a person made a bug of it: it stays open, and the apply says why."""
    task.items("  two: {type: task, title: Two}\n")
    assert task.run("plan", "--out", "a.plan").code == 0
    by_a_person(site, platform, "Bug")
    result = task.run("apply", "a.plan", "--auto-approve")
    assert result.code == 4
    assert "its type changed since the plan: it is a Bug" in result.text
    assert view.seen("status", platform.key(1)) == platform.statuses["todo"]
    assert task.run("apply", "--auto-approve").code == 0
    assert view.seen("status", platform.key(1)) == _CLOSED[site.platform]
