"""Statuses that no transition leads to directly: the path is found and walked, or what blocks it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from jira_in_process import InProcess

from reconciler.sdk import Change, Item, Preview, Ref, Transition

TODO, PROGRESS, REVIEW = Ref("10000", "To Do"), Ref("10001", "In Progress"), Ref("10002", "In Review")
BLOCKED, DONE, CANCELLED = Ref("10003", "Blocked"), Ref("10004", "Done"), Ref("10005", "Cancelled")
CHAIN = [
    {"name": "Start", "from": ["To Do"], "to": "In Progress"},
    {"name": "Review", "from": ["In Progress"], "to": "In Review", "required": ["duedate"]},
    {"name": "Cancel", "from": ["To Do"], "to": "Cancelled"},
    {"name": "Revive", "from": ["Cancelled"], "to": "Done"},
    {"name": "Finish", "from": ["In Review"], "to": "Done", "required": ["customfield_10052"]},
]
DUE, RISK = date(2026, 12, 1), Ref("10102", "High")
FIELDS = {"duedate": DUE, "customfield_10052": RISK}


@pytest.fixture
def site() -> InProcess:
    """An account that may read workflows."""
    site = InProcess()
    site.turn(workflows={"Task": CHAIN}, denied=[])
    site.provider.describe_site(("task",))
    return site


def item_of(site: InProcess, **fields: Any) -> Item:
    return site.read(site.create(site.draft(**fields)).item.id, "status")


def look(site: InProcess, change: Change) -> Preview:
    (preview,) = site.provider.preview([change], live=True)
    return preview


def status(site: InProcess, item: Item) -> Ref:
    return site.read(item.id, "status").fields["status"]


def test_the_workflow_is_read_for_administrators_alone() -> None:
    """By type; in a request that others are spared, and that a token without the scope survives."""
    site = InProcess()
    site.turn(workflows={"Task": CHAIN})
    kinds = site.provider.describe_site(("task", "epic")).types
    assert {each.transitions for each in kinds.values()} == {None}
    assert not [each for each in site.requests if "workflows" in each]
    site.turn(denied=[])
    kinds = site.provider.describe_site(("task", "epic")).types
    task = next(each for each in kinds.values() if each.word == "task")
    epic = next(each for each in kinds.values() if each.word == "epic")
    assert task.transitions == {
        "10000": ("10001", "10005"), "10001": ("10002",), "10002": ("10004",), "10004": (), "10005": ("10004",),
    }  # fmt: skip
    assert set(epic.transitions["10000"]) == {"10001", "10002", "10003", "10004", "10005"}
    site.turn(workflow_reads="refused")
    assert {each.transitions for each in site.provider.describe_site(("task",)).types.values()} == {None}


@pytest.mark.parametrize("through", ["any", (PROGRESS, REVIEW)])
def test_the_path_is_found_then_walked(site: InProcess, through: Any) -> None:
    """Each screen gets its own fields; the comment and the marker go with the last step."""
    item = item_of(site)
    marker = site.marker("op", item=item.id)
    asked = Change("op", item, transition=Transition((DONE,), FIELDS, through), comment="Over", marker=marker)
    found = look(site, asked)
    assert found.problems == ()
    assert found.transition == Transition((PROGRESS, REVIEW, DONE), FIELDS, through)
    assert found.requests == {"transition": 3}
    site.requests.clear()
    outcome = site.update(replace(asked, transition=found.transition))
    assert outcome.result == "done", outcome.problems
    assert outcome.applied == {"status", "duedate", "customfield_10052", "comment"}
    live = site.read(item.id, "status", *FIELDS)
    assert live.fields == {"status": DONE, **FIELDS}
    assert live.marker == marker
    moves = [each.partition(" ")[0] for each in site.requests if "transitions" in each]
    assert moves == ["GET", "POST"] * 3


def test_without_leave_nothing_is_passed(site: InProcess) -> None:
    """What can be reached is offered."""
    problem = look(site, Change("op", item_of(site), transition=Transition((DONE,)))).problems[0]
    assert (problem.code, problem.field) == ("no_path", "status")
    assert problem.message == "no transition leads to Done from here"
    assert problem.options == (PROGRESS, CANCELLED)


@pytest.mark.parametrize(
    ("target", "through", "said"),
    [
        (DONE, (BLOCKED,), "no transition leads to Done from here, nor is there a path over Blocked"),
        (BLOCKED, "any", "no transition leads to Blocked from here, nor is there a path over statuses that are not"),
    ],
)
def test_a_path_that_is_not_there_is_explained(site: InProcess, target: Ref, through: Any, said: str) -> None:
    """With what was looked for; the target stays as asked."""
    found = look(site, Change("op", item_of(site), transition=Transition((target,), through=through)))
    assert found.transition == Transition((target,), through=through)
    assert found.problems[0].code == "no_path"
    assert said in found.problems[0].message


def test_a_required_field_is_named_with_its_options(site: InProcess) -> None:
    """By the name that people know, with what it takes."""
    item = item_of(site)
    for step, fields in ((PROGRESS, {}), (REVIEW, {"duedate": DUE})):
        assert site.update(Change("op", item, transition=Transition((step,), fields))).result == "done"
    (problem,) = look(site, Change("op", item, transition=Transition((DONE,)))).problems
    assert (problem.code, problem.field) == ("required", "customfield_10052")
    assert problem.message == "the transition to Done asks for Risk level"
    assert [each.name for each in problem.options] == ["Low", "Medium", "High", "Critical"]


def test_a_required_field_that_the_item_has_is_not_asked_for(site: InProcess) -> None:
    """Its own value is on the screen already; so is one that the same change writes before."""
    item = item_of(site, customfield_10052=RISK)
    for step, fields in ((PROGRESS, {}), (REVIEW, {"duedate": DUE})):
        site.update(Change("op", item, transition=Transition((step,), fields)))
    change = Change("op", item, transition=Transition((DONE,)))
    assert look(site, change).problems == ()
    assert site.update(change).result == "done"
    other = item_of(site)
    site.update(Change("op", other, transition=Transition((PROGRESS,))))
    both = Change("op", other, set={"duedate": DUE}, transition=Transition((REVIEW,)))
    assert look(site, both).problems == ()
    assert site.update(both).result == "done"


def test_a_condition_that_is_not_met_is_said(site: InProcess) -> None:
    """The transition is there, and not for this item now."""
    site.turn(workflows={"Task": [{"name": "Approve", "to": "Done", "assigned": True}]})
    item = item_of(site)
    (problem,) = look(site, Change("op", item, transition=Transition((DONE,)))).problems
    assert problem.code == "rule"
    assert problem.message == "the transition 'Approve' leads to Done, and its condition is not met"
    assert site.update(Change("op", item, transition=Transition((DONE,)))).result == "refused"


def test_what_stops_half_way_is_not_written(site: InProcess) -> None:
    """A status short of the one that was asked for is not what was asked for; it is said where the item is."""
    item = item_of(site)
    outcome = site.update(Change("op", item, transition=Transition((PROGRESS, REVIEW, DONE))))
    assert (outcome.result, outcome.applied) == ("refused", frozenset())
    assert outcome.problems[0].message == "the transition to In Review asks for Due date; it is in In Progress now"
    assert status(site, item) == PROGRESS


def test_what_jira_refuses_half_way_is_not_written(site: InProcess) -> None:
    """A value that a screen on the way does not take: other fields of the change are written, the status is not."""
    item = item_of(site)
    path = Transition((PROGRESS, REVIEW), {"duedate": "soon"})
    outcome = site.update(Change("op", item, set={"summary": "New"}, transition=path))
    assert (outcome.result, outcome.applied) == ("partial", {"summary"})
    assert outcome.problems[0].field == "duedate"


def test_what_is_lost_half_way_is_unknown(site: InProcess) -> None:
    """Where it got to is settled; an answer that never came decides nothing."""
    item = item_of(site)
    site.faults.append(("POST", "transitions$", "cut_after"))
    change = Change("op", item, transition=Transition((PROGRESS, REVIEW), FIELDS))
    pending = site.pending(change)
    assert site.update(change).result == "unknown"
    assert site.settle(pending).state == "undecided"
    site.wait(60)
    assert site.settle(pending).item.fields["status"] == PROGRESS


def test_a_field_of_no_screen_is_left_to_jira(site: InProcess) -> None:
    """It goes with the last step, and Jira says that it has no place there."""
    outcome = site.update(Change("op", item_of(site), transition=Transition((PROGRESS,), {"duedate": DUE})))
    assert (outcome.result, outcome.problems[0].field) == ("refused", "duedate")


def test_who_sees_no_workflow_names_the_way() -> None:
    """The named statuses are taken in order, and the plan says that the way on can't be seen."""
    site = InProcess()
    site.turn(workflows={"Task": CHAIN})
    site.provider.describe_site(("task",))
    item = item_of(site, duedate=DUE, customfield_10052=RISK)
    change = Change("op", item, transition=Transition((DONE,), through=(PROGRESS, REVIEW)))
    found = look(site, change)
    assert found.problems == ()
    assert found.transition.path == (PROGRESS, REVIEW, DONE)
    assert "whether it goes on from In Progress can't be seen from here" in found.notices
    assert site.update(replace(change, transition=found.transition)).result == "done"
    blind = look(site, replace(change, item=item_of(site), transition=Transition((DONE,), through="any")))
    assert "name what may be passed" in blind.problems[0].message


def test_a_path_of_a_saved_plan_is_looked_at_again(site: InProcess) -> None:
    """Its first step has to be offered still; the path itself stays as approved."""
    item = item_of(site)
    saved = Transition((PROGRESS, REVIEW, DONE), FIELDS, "any")
    assert look(site, Change("op", item, transition=saved)).transition == saved
    site.person("edit", item=item.key, status="Cancelled")
    assert look(site, Change("op", item, transition=saved)).problems[0].code == "no_path"


@pytest.mark.parametrize("administrator", [True, False])
def test_mail_that_can_not_be_suppressed_is_counted(administrator: bool) -> None:
    """An administrator's edits may be silent; transitions and comments are not, and nobody hears of a marker."""
    site = InProcess()
    site.turn(denied=[] if administrator else ["ADMINISTER", "ADMINISTER_PROJECTS"])
    site.provider.describe_site(("task",))
    item = item_of(site)
    writes = [
        site.draft("create"),
        Change("edit", item, set={"summary": "x"}),
        Change("status", item, transition=Transition((DONE,))),
        Change("comment", item, comment="c"),
        Change("marker", item, marker=site.marker("m", item=item.id)),
    ]
    told = {each.operation: each for each in site.provider.preview(writes, live=False)}
    assert {key: each.notifies for key, each in told.items()} == {
        "create": False, "edit": not administrator, "status": True, "comment": True, "marker": False,
    }  # fmt: skip
    assert {each.notices for each in told.values() if each.notifies} == {
        ("notifies its watchers: this account can't suppress that",)
    }
    assert {each.notices for each in told.values() if not each.notifies} == {()}
