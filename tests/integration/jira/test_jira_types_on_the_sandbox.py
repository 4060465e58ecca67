"""Giving an issue another type: the plugin and the sandbox, each from its own reading of Jira's documents."""

from __future__ import annotations

import pytest
from jira_in_process import TASK, InProcess

from reconciler.sdk import Change, Item, Ref, Transition

BUG, EPIC, STORY = Ref("10004", "Bug"), Ref("10001", "Epic"), Ref("10002", "Story")
PROGRESS = Ref("10001", "In Progress")
FLOW = [{"name": "Start", "to": "In Progress"}]


@pytest.fixture
def site() -> InProcess:
    """Any status follows any other, and types of one level may become each other."""
    site = InProcess()
    site.provider.describe_site(("task", "bug"))
    return site


def task_of(site: InProcess) -> Item:
    """A task, read with its type as a field."""
    made = site.create(site.draft()).item
    assert made is not None
    return site.read(made.id, "issuetype", "summary")


def test_the_type_is_a_field_where_it_is_asked_for(site: InProcess) -> None:
    """It is the item's own type, by the same id."""
    task = task_of(site)
    assert (task.type, task.fields["issuetype"]) == (TASK, TASK)
    assert "issuetype" not in site.read(task.id, "summary").fields


@pytest.mark.parametrize(("type", "codes"), [(BUG, []), (STORY, []), (EPIC, ["bad_value"])])
def test_what_the_preview_says_is_what_the_write_meets(site: InProcess, type: Ref, codes: list[str]) -> None:
    """What it has no problem with is done, the status too; of what it warns of, the whole edit is refused."""
    task = task_of(site)
    change = Change("op", task, set={"issuetype": type, "summary": "New"}, transition=Transition((PROGRESS,)))
    (preview,) = site.provider.preview([change], live=True)
    assert [each.code for each in preview.problems] == codes
    outcome = site.update(change)
    live = site.read(task.id, "issuetype", "summary", "status")
    if codes:
        assert [each.field for each in outcome.problems] == ["issuetype"]
        assert outcome.applied == {"status"}
        assert (live.type, live.fields["summary"]) == (TASK, "Ours")
    else:
        assert outcome.result == "done"
        assert (live.type, live.fields["issuetype"], live.fields["summary"]) == (type, type, "New")
    assert live.fields["status"] == PROGRESS


def test_another_workflow_is_a_problem_of_the_preview(site: InProcess) -> None:
    """With the types that remain; the write is refused in Jira's words."""
    site.turn(workflows={"Bug": FLOW})
    change = Change("op", task_of(site), set={"issuetype": BUG})
    (preview,) = site.provider.preview([change], live=True)
    (problem,) = preview.problems
    assert [each.name for each in problem.options] == ["Story", "Task"]
    (refused,) = site.update(change).problems
    assert (refused.field, refused.message) == ("issuetype", "The issue type selected is invalid.")


@pytest.mark.parametrize(("fault", "arrived"), [("cut_after", True), ("cut_before", False)])
def test_a_lost_answer_is_settled(site: InProcess, fault: str, arrived: bool) -> None:
    """What arrived is seen at once; what did not is known when it can't arrive any more."""
    task = task_of(site)
    change = Change("op", task, set={"issuetype": BUG})
    site.faults.append(("PUT", r"/issue/\d+$", fault))
    assert site.update(change).result == "unknown"
    pending = site.pending(change)
    (soon,) = site.provider.settle([pending])
    assert soon.state == ("live" if arrived else "undecided")
    site.wait(120)
    (later,) = site.provider.settle([pending])
    assert later.item is not None
    assert later.item.fields["issuetype"] == (BUG if arrived else TASK)
