"""A site whose statuses follow one another: what leads where, what may be passed, and what stands in the way."""

from __future__ import annotations

import pytest
from acceptance.field_views import View
from acceptance.harness import Result, Site, Workspace, writes
from acceptance.platforms import PLATFORMS, Platform, on_each_platform, on_jira
from acceptance.status_flows import FLOWS, Flow, want

by_readers = pytest.mark.parametrize("site", PLATFORMS, ids=lambda each: each.name, indirect=True)
"""Where an account may read workflows: Jira Cloud's administrator, and everybody on Azure DevOps. On Data Center nobody
can, so it stands with who sees none.
"""


@pytest.fixture
def flow(site: Site) -> Flow:
    """The site's statuses follow one another."""
    found = FLOWS[site.platform]
    site.turn(**found.knobs)
    return found


@pytest.fixture
def story(workspace: Workspace, flow: Flow) -> Workspace:
    """One story, applied, in the first status."""
    want(workspace, "")
    workspace.apply()
    return workspace


@pytest.fixture
def key(platform: Platform) -> str:
    """The story's key."""
    return platform.key(1)


def apply(workspace: Workspace) -> Result:
    return workspace.run("apply", "--auto-approve")


def shown(*path: str) -> str:
    """A path from the first status as a plan shows it."""
    return " → ".join(["todo", *(f'"{each}"' if " " in each else each for each in path)])


def way(flow: Flow) -> str:
    """Leave to pass the statuses on the way to the last, by name."""
    return f"workflow: {{through: [{flow.start}, {flow.review}]}}"


@on_each_platform
def test_one_direct_transition_is_taken(story: Workspace, flow: Flow, view: View, key: str) -> None:
    """What one transition reaches needs no leave: it is planned as one step, and made."""
    want(story, "status: in_progress")
    (change,) = story.plan()["actions"][0]["changes"]
    assert (change["after"], change["path"]) == ("in_progress", [])
    assert apply(story).code == 0
    assert view.passed("status", key) == [flow.start]
    assert story.run("plan", "--detailed-exitcode").code == 0


@on_each_platform
def test_without_leave_nothing_is_passed(story: Workspace, flow: Flow, site: Site, view: View, key: str) -> None:
    """A status that takes two steps is an error of the plan, with what one step reaches and how more are allowed;
    nothing is sent.
    """
    want(story, f"status: in_review, {flow.filled}")
    plan = story.run("plan")
    assert f"status of one: no transition leads to {flow.review} from " in plan.text
    assert f"it takes: {flow.start}, {flow.cancelled}; to let it pass others on the way, name them: " in plan.text
    assert f"`workflow: {{through: [{flow.start}]}}`, or `any`" in plan.text
    with site.watched() as during:
        refused = apply(story)
    assert refused.code == 5
    assert f"no transition leads to {flow.review} from " in refused.text
    assert writes(during) == []
    assert view.passed("status", key) == []


@on_each_platform
def test_the_path_is_shown_then_taken(story: Workspace, flow: Flow, view: View, key: str) -> None:
    """With leave to pass them, the plan shows the statuses on the way, and apply takes these and no other."""
    want(story, f"status: done, {flow.filled}, {way(flow)}")
    assert shown(flow.start, flow.review, flow.done) in story.run("plan").text
    assert apply(story).code == 0
    assert view.passed("status", key) == [flow.start, flow.review, flow.done]
    assert story.run("plan", "--detailed-exitcode").code == 0


@by_readers
def test_any_status_that_is_not_done_may_be_passed(story: Workspace, flow: Flow, view: View, key: str) -> None:
    """With `any`, the path is the shortest over these: not over the cancelled one, which is done."""
    want(story, f"status: done, {flow.filled}, workflow: {{through: any}}")
    assert shown(flow.start, flow.review, flow.done) in story.run("plan").text
    assert apply(story).code == 0
    assert view.passed("status", key) == [flow.start, flow.review, flow.done]


@by_readers
def test_no_other_status_is_passed(story: Workspace, flow: Flow, view: View, key: str) -> None:
    """The cancelled one would be the shorter way: it is taken where it is named, and only there."""
    for through in (flow.review, flow.start):
        want(story, f"status: done, {flow.filled}, workflow: {{through: [{through}]}}")
        plan = story.run("plan")
        assert f"no transition leads to {flow.done} from " in plan.text
        assert f", nor is there a path over {through}" in plan.text
        assert "to let it pass others" not in plan.text
        assert apply(story).code == 5
    assert view.passed("status", key) == []
    want(story, f"status: done, {flow.filled}, workflow: {{through: [{flow.cancelled}]}}")
    assert shown(flow.cancelled, flow.done) in story.run("plan").text
    assert apply(story).code == 0
    assert view.passed("status", key) == [flow.cancelled, flow.done]


@on_jira
def test_who_sees_no_workflow_passes_what_is_named(story: Workspace, site: Site, view: View) -> None:
    """An account that may not read workflows takes the named statuses in order; `any` tells it nothing."""
    flow = FLOWS["jira"]
    site.turn(denied=["ADMINISTER"])
    want(story, f"status: done, {flow.filled}, workflow: {{through: any}}")
    assert "can't read the workflow, so name what may be passed" in story.run("plan").text
    want(story, f"status: done, {flow.filled}, {way(flow)}")
    plan = story.run("plan")
    assert shown(flow.start, flow.review, flow.done) in plan.text
    assert "whether it goes on from In Progress can't be seen from here" in plan.text
    assert apply(story).code == 0
    assert view.passed("status", "INVEST-1") == [flow.start, flow.review, flow.done]


@on_each_platform
def test_a_new_item_goes_the_whole_way(workspace: Workspace, flow: Flow, view: View, key: str) -> None:
    """Its path begins where items begin: the plan says so, and one apply creates the item and takes it there."""
    want(workspace, f"status: in_review, due: 2027-03-01, workflow: {{through: [{flow.start}]}}")
    assert flow.start in workspace.run("plan").text
    assert apply(workspace).code == 0
    assert view.passed("status", key) == [flow.start, flow.review]
    assert workspace.run("plan", "--detailed-exitcode").code == 0


@by_readers
def test_a_new_item_goes_any_way(workspace: Workspace, flow: Flow, view: View, key: str) -> None:
    """With `any` too, where the workflow can be read."""
    want(workspace, "status: in_review, due: 2027-03-01, workflow: {through: any}")
    assert shown(flow.start, flow.review).removeprefix("todo → ") in workspace.run("plan").text
    assert apply(workspace).code == 0
    assert view.passed("status", key) == [flow.start, flow.review]


@on_jira
def test_a_new_items_way_is_found_by_who_sees_no_workflow(workspace: Workspace, flow: Flow, site: Site) -> None:
    """What an item offers is known once it is there: the plan says what may be passed, and apply passes that alone."""
    site.turn(denied=["ADMINISTER"])
    want(workspace, f"status: in_review, due: 2027-03-01, workflow: {{through: [{flow.start}]}}")
    assert "the path to In Review is looked for once the item is there, over In Progress" in workspace.run("plan").text
    assert apply(workspace).code == 0
    assert site.cards()["INVEST-1"]["status"] == flow.review


@by_readers
def test_a_new_item_without_leave_is_not_made(workspace: Workspace, flow: Flow, site: Site) -> None:
    """The plan says that one step does not reach the status, and nothing is sent."""
    want(workspace, f"status: done, {flow.filled}")
    plan = workspace.run("plan")
    assert f"no transition leads to {flow.done} from {flow.todo}" in plan.text
    assert f"it takes: {flow.start}, {flow.cancelled}" in plan.text
    assert apply(workspace).code == 5
    assert site.cards() == {}


@on_jira
def test_a_new_item_without_leave_stays_where_it_begins(workspace: Workspace, flow: Flow, site: Site) -> None:
    """Where nobody could know, it is created, its status is said not to be reached, and the next plan goes on."""
    site.turn(denied=["ADMINISTER"])
    want(workspace, f"status: done, {flow.filled}")
    first = apply(workspace)
    assert first.code in {1, 4}
    assert "no transition leads to Done from here" in first.text
    assert site.cards()["INVEST-1"]["status"] == flow.todo
    assert "it takes: In Progress, Cancelled" in workspace.run("plan").text
    want(workspace, f"status: done, {flow.filled}, {way(flow)}")
    assert apply(workspace).code == 0
    assert {key: each["status"] for key, each in site.cards().items()} == {"INVEST-1": flow.done}


@on_each_platform
def test_a_status_that_the_type_lacks_is_an_error(story: Workspace, flow: Flow) -> None:
    """In `through` too: with the nearest name, or with all that there are where none is near."""
    for name, hint in (
        (flow.start[:-1], f"did you mean '{flow.start}'?"),
        ("Nonsense", f"there are: {flow.todo} (todo), {flow.start} (in_progress)"),
    ):
        want(story, f"status: done, {flow.filled}, workflow: {{through: [{name}]}}")
        result = story.run("plan")
        assert result.code == 1
        assert f"`workflow.through` of one: no status is called '{name}'" in result.text
        assert "main.yaml, line 4" in result.text
        assert hint in result.text


@on_each_platform
def test_a_required_field_comes_from_the_spec(story: Workspace, site: Site, flow: Flow, view: View, key: str) -> None:
    """What a status asks for is in the spec: it is written, and the transition is made."""
    site.edit("Lena Gray", key, status=flow.start)
    want(story, "status: in_review, due: 2027-03-01")
    assert apply(story).code == 0
    assert [view.seen(each, key) for each in ("status", "due")] == [flow.review, "2027-03-01"]


@on_each_platform
def test_a_required_field_that_people_filled_will_do(
    story: Workspace, site: Site, flow: Flow, view: View, key: str
) -> None:
    """The spec need not own it: what the item has is enough."""
    site.edit("Lena Gray", key, status=flow.start, set={flow.due: "2027-04-01"})
    want(story, "status: in_review")
    assert apply(story).code == 0
    assert [view.seen(each, key) for each in ("status", "due")] == [flow.review, "2027-04-01"]


@on_each_platform
def test_a_missing_required_field_is_named(story: Workspace, site: Site, flow: Flow, key: str) -> None:
    """With the field's name, by the plan, and nothing is sent."""
    site.edit("Lena Gray", key, status=flow.start)
    want(story, "status: in_review")
    assert flow.lacks[0] in story.run("plan").text
    with site.watched() as during:
        assert apply(story).code == 5
    assert writes(during) == []
    site.edit("Lena Gray", key, set={flow.due: "2027-04-01"}, status=flow.review)
    want(story, "status: done")
    assert flow.lacks[1] in story.run("plan").text


@on_jira
def test_a_missing_choice_is_named_with_its_options(story: Workspace, site: Site, flow: Flow) -> None:
    """Jira's screen of a transition has them; the rule of Azure DevOps that refuses it does not."""
    site.edit("Lena Gray", "INVEST-1", status=flow.start, set={flow.due: "2027-04-01"})
    site.edit("Lena Gray", "INVEST-1", status=flow.review)
    want(story, "status: done")
    assert f"{flow.lacks[1]} it takes: Low, Medium, High, Critical" in story.run("plan").text


@on_each_platform
def test_a_field_missing_half_way_says_how_far_it_came(story: Workspace, flow: Flow, view: View, key: str) -> None:
    """What is asked for further on shows only when the item is there: what was passed is said, and the next plan goes
    on.
    """
    want(story, f"status: done, due: 2027-03-01, {way(flow)}")
    stopped = apply(story)
    assert stopped.code == 1
    assert flow.lacks[1] in stopped.text
    assert f"; it is in {flow.review} now" in stopped.text
    assert view.seen("status", key) == flow.review
    want(story, f"status: done, {flow.filled}, {way(flow)}")
    assert apply(story).code == 0
    assert view.passed("status", key) == [flow.start, flow.review, flow.done]


@on_jira
def test_a_condition_that_is_not_met_is_explained(workspace: Workspace, site: Site) -> None:
    """A transition that is hidden from this item is named; once its condition is met, it is taken. On Azure DevOps a
    state has no conditions but fields that have to be filled.
    """
    site.turn(workflows={"Story": [{"name": "Approve", "from": ["To Do"], "to": "Done", "assigned": True}]}, denied=[])
    want(workspace, "")
    workspace.apply()
    want(workspace, "status: done")
    plan = workspace.run("plan")
    assert "the transition 'Approve' leads to Done, and its condition is not met" in plan.text
    assert apply(workspace).code == 5
    site.edit("Lena Gray", "INVEST-1", set={"Assignee": "l.gray@fund.example"})
    assert apply(workspace).code == 0
    assert site.cards()["INVEST-1"]["status"] == "Done"


@on_each_platform
def test_a_way_that_was_closed_since_the_plan_is_not_gone_round(
    story: Workspace, site: Site, flow: Flow, view: View, key: str
) -> None:
    """A saved plan's path is the only one: where the workflow changed, the item stays, and it is said why."""
    want(story, f"status: done, {flow.filled}, {way(flow)}")
    assert story.run("plan", "--out", "way.plan").code == 0
    site.turn(**flow.turned)
    result = story.run("apply", "way.plan")
    assert result.code == 1
    assert flow.shut in result.text
    assert view.seen("status", key) == flow.todo
