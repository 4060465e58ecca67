"""A site whose statuses follow one another: what leads where, what may be passed, and what stands in the way."""

from __future__ import annotations

from typing import Any

import pytest
from acceptance.harness import Result, Site, Workspace, writes

CHAIN = [
    {"name": "Start", "from": ["To Do"], "to": "In Progress"},
    {"name": "Review", "from": ["In Progress"], "to": "In Review", "required": ["duedate"]},
    {"name": "Cancel", "from": ["To Do"], "to": "Cancelled"},
    {"name": "Revive", "from": ["Cancelled"], "to": "Done"},
    {"name": "Finish", "from": ["In Review"], "to": "Done", "required": ["customfield_10052"]},
]
FILLED = "due: 2027-03-01, fields: {Risk level: High}"


@pytest.fixture
def chain(site: Site) -> Site:
    """Tasks go from To Do by In Progress and In Review to Done; the account may read workflows."""
    site.turn(workflows={"Task": CHAIN}, denied=[])
    return site


@pytest.fixture
def task(workspace: Workspace, chain: Site) -> Workspace:
    """One task, applied, in To Do."""
    want(workspace, "")
    workspace.apply()
    return workspace


def want(workspace: Workspace, rest: str) -> None:
    """One task with these further fields."""
    workspace.items(f"  one: {{type: task, title: One{rest and ', '}{rest}}}\n")


def apply(workspace: Workspace) -> Result:
    return workspace.run("apply", "--auto-approve")


def passed(site: Site, key: str = "INVEST-1") -> list[str]:
    """The statuses that an issue has been in since its creation, by its history."""
    found = []
    for each in site.history(key):
        found += [item["toString"] for item in each["items"] if item["field"] == "status"]
    return found


def status(site: Site, key: str = "INVEST-1") -> str:
    name: str = site.issue(key)["status"]["name"]
    return name


def test_one_direct_transition_is_taken(task: Workspace, chain: Site) -> None:
    """What one transition reaches needs no leave: it is planned as one step, and made."""
    want(task, "status: in_progress")
    (change,) = task.plan()["actions"][0]["changes"]
    assert (change["after"], change["path"]) == ("in_progress", [])
    assert apply(task).code == 0
    assert passed(chain) == ["In Progress"]
    assert task.run("plan", "--detailed-exitcode").code == 0


def test_without_leave_nothing_is_passed(task: Workspace, chain: Site) -> None:
    """A status that takes two steps is an error of the plan, with what one step reaches and how more are allowed;
    nothing is sent.
    """
    want(task, f"status: in_review, {FILLED}")
    plan = task.run("plan")
    assert "status of one: no transition leads to In Review from here" in plan.text
    assert "it takes: In Progress, Cancelled; to let it pass others on the way, name them: " in plan.text
    assert "`workflow: {through: [In Progress]}`, or `any`" in plan.text
    with chain.watched() as during:
        refused = apply(task)
    assert refused.code == 5
    assert "no transition leads to In Review from here" in refused.text
    assert writes(during) == []
    assert status(chain) == "To Do"


@pytest.mark.parametrize("through", ["[In Progress, In Review]", "any"])
def test_the_path_is_shown_then_taken(task: Workspace, chain: Site, through: str) -> None:
    """With leave to pass them, the plan shows the statuses on the way, and apply takes these and no other."""
    want(task, f"status: done, {FILLED}, workflow: {{through: {through}}}")
    assert 'todo → "In Progress" → "In Review" → Done' in task.run("plan").text
    assert apply(task).code == 0
    assert passed(chain) == ["In Progress", "In Review", "Done"]
    assert task.run("plan", "--detailed-exitcode").code == 0


def test_no_other_status_is_passed(task: Workspace, chain: Site) -> None:
    """Cancelled would be the shorter way: it is not named, and `any` passes nothing that is done."""
    for through in ("[In Review]", "[In Progress]"):
        want(task, f"status: done, {FILLED}, workflow: {{through: {through}}}")
        plan = task.run("plan")
        over = through.strip("[]")
        assert f"no transition leads to Done from here, nor is there a path over {over}" in plan.text
        assert "to let it pass others" not in plan.text
        assert apply(task).code == 5
    assert passed(chain) == []
    want(task, "status: done, workflow: {through: [Cancelled]}")
    assert "todo → Cancelled → Done" in task.run("plan").text
    assert apply(task).code == 0
    assert passed(chain) == ["Cancelled", "Done"]


def test_who_sees_no_workflow_passes_what_is_named(task: Workspace, chain: Site) -> None:
    """An account that may not read workflows takes the named statuses in order; `any` tells it nothing."""
    chain.turn(denied=["ADMINISTER"])
    want(task, f"status: done, {FILLED}, workflow: {{through: any}}")
    plan = task.run("plan")
    assert "can't read the workflow, so name what may be passed" in plan.text
    want(task, f"status: done, {FILLED}, workflow: {{through: [In Progress, In Review]}}")
    plan = task.run("plan")
    assert 'todo → "In Progress" → "In Review" → Done' in plan.text
    assert "whether it goes on from In Progress can't be seen from here" in plan.text
    assert apply(task).code == 0
    assert passed(chain) == ["In Progress", "In Review", "Done"]


@pytest.mark.parametrize("through", ["any", "[In Progress]"])
def test_a_new_item_goes_the_whole_way(workspace: Workspace, chain: Site, through: str) -> None:
    """Its path begins where items begin: the plan shows it, and one apply creates the item and takes it there."""
    want(workspace, f"status: in_review, due: 2027-03-01, workflow: {{through: {through}}}")
    assert "In Progress" in workspace.run("plan").text
    assert apply(workspace).code == 0
    assert passed(chain) == ["In Progress", "In Review"]
    assert workspace.run("plan", "--detailed-exitcode").code == 0


def test_a_new_items_way_is_found_by_who_sees_no_workflow(workspace: Workspace, chain: Site) -> None:
    """What an item offers is known once it is there: the plan says what may be passed, and apply passes that alone."""
    chain.turn(denied=["ADMINISTER"])
    want(workspace, "status: in_review, due: 2027-03-01, workflow: {through: [In Progress]}")
    assert "the path to In Review is looked for once the item is there, over In Progress" in workspace.run("plan").text
    assert apply(workspace).code == 0
    assert passed(chain) == ["In Progress", "In Review"]


def test_a_new_item_without_leave_is_not_made(workspace: Workspace, chain: Site) -> None:
    """Where the workflow can be read, the plan says that one step does not reach the status, and nothing is sent."""
    want(workspace, f"status: done, {FILLED}")
    plan = workspace.run("plan")
    assert "no transition leads to Done from To Do" in plan.text
    assert "it takes: In Progress, Cancelled" in plan.text
    assert apply(workspace).code == 5
    assert chain.cards() == {}


def test_a_new_item_without_leave_stays_where_it_begins(workspace: Workspace, chain: Site) -> None:
    """Where nobody could know, it is created, its status is said not to be reached, and the next plan goes on."""
    chain.turn(denied=["ADMINISTER"])
    want(workspace, f"status: done, {FILLED}")
    first = apply(workspace)
    assert first.code in {1, 4}
    assert "no transition leads to Done from here" in first.text
    assert status(chain) == "To Do"
    assert "it takes: In Progress, Cancelled" in workspace.run("plan").text
    want(workspace, f"status: done, {FILLED}, workflow: {{through: [In Progress, In Review]}}")
    assert apply(workspace).code == 0
    assert (status(chain), len(chain.cards())) == ("Done", 1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("In Progres", "did you mean 'In Progress'?"), ("Blocked", "there are: ")],
)
def test_a_status_that_the_type_lacks_is_an_error(task: Workspace, chain: Site, name: str, hint: str) -> None:
    """In `through` too: with the nearest name, or with all that there are where none is near."""
    want(task, f"status: done, {FILLED}, workflow: {{through: [{name}]}}")
    result = task.run("plan")
    assert result.code == 1
    assert f"`workflow.through` of one: no status is called '{name}'" in result.text
    assert "main.yaml, line 4" in result.text
    assert hint in result.text


def test_a_required_field_comes_from_the_spec(task: Workspace, chain: Site) -> None:
    """What a transition asks for is in the spec: it is written, and the transition is made."""
    chain.edit("Lena Gray", "INVEST-1", status="In Progress")
    want(task, "status: in_review, due: 2027-03-01")
    assert apply(task).code == 0
    assert (status(chain), chain.issue("INVEST-1")["duedate"]) == ("In Review", "2027-03-01")


def test_a_required_field_that_people_filled_will_do(task: Workspace, chain: Site) -> None:
    """The spec need not own it: what the item has is enough."""
    chain.edit("Lena Gray", "INVEST-1", status="In Progress", set={"Due date": "2027-04-01"})
    want(task, "status: in_review")
    assert apply(task).code == 0
    assert (status(chain), chain.issue("INVEST-1")["duedate"]) == ("In Review", "2027-04-01")


def test_a_missing_required_field_is_named(task: Workspace, chain: Site) -> None:
    """With the field's name and, where it is a choice, its options: by the plan, and nothing is sent."""
    chain.edit("Lena Gray", "INVEST-1", status="In Progress")
    want(task, "status: in_review")
    assert "the transition to In Review asks for Due date" in task.run("plan").text
    with chain.watched() as during:
        assert apply(task).code == 5
    assert writes(during) == []
    chain.edit("Lena Gray", "INVEST-1", status="In Review", set={"Due date": "2027-04-01"})
    want(task, "status: done")
    plan = task.run("plan")
    assert "the transition to Done asks for Risk level" in plan.text
    assert "it takes: Low, Medium, High, Critical" in plan.text


def test_a_field_missing_half_way_says_how_far_it_came(task: Workspace, chain: Site) -> None:
    """A screen further on shows only when the item is there: what was passed is said, and the next plan goes on."""
    want(task, "status: done, due: 2027-03-01, workflow: {through: any}")
    stopped = apply(task)
    assert stopped.code == 1
    assert "the transition to Done asks for Risk level; it is in In Review now" in stopped.text
    assert status(chain) == "In Review"
    want(task, f"status: done, {FILLED}, workflow: {{through: any}}")
    assert apply(task).code == 0
    assert passed(chain) == ["In Progress", "In Review", "Done"]


def test_a_condition_that_is_not_met_is_explained(workspace: Workspace, site: Site) -> None:
    """A transition that is hidden from this item is named; once its condition is met, it is taken."""
    site.turn(workflows={"Task": [{"name": "Approve", "from": ["To Do"], "to": "Done", "assigned": True}]}, denied=[])
    want(workspace, "")
    workspace.apply()
    want(workspace, "status: done")
    plan = workspace.run("plan")
    assert "the transition 'Approve' leads to Done, and its condition is not met" in plan.text
    assert apply(workspace).code == 5
    site.edit("Lena Gray", "INVEST-1", set={"Assignee": "l.gray@fund.example"})
    assert apply(workspace).code == 0
    assert status(site) == "Done"


def test_a_way_that_was_closed_since_the_plan_is_not_gone_round(task: Workspace, chain: Site) -> None:
    """A saved plan's path is the only one: where the workflow changed, the item stays, and it is said why."""
    want(task, f"status: done, {FILLED}, workflow: {{through: any}}")
    assert task.run("plan", "--out", "way.plan").code == 0
    changed: list[dict[str, Any]] = [each for each in CHAIN if each["name"] != "Start"]
    chain.turn(workflows={"Task": [*changed, {"name": "Ask", "from": ["To Do"], "to": "In Review"}]})
    result = task.run("apply", "way.plan")
    assert result.code == 1
    assert "no transition leads to In Progress from here; it takes: Cancelled, In Review" in result.text
    assert status(chain) == "To Do"
