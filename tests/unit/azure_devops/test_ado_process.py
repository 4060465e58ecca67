"""States, moves, trees and levels of a process: pure functions."""

from __future__ import annotations

import pytest
from azure_canned import BACKLOGS, TREES, moves, state
from reconciler_azure_devops.levels import levels_of
from reconciler_azure_devops.paths import path_to
from reconciler_azure_devops.trees import node_called, paths_of
from reconciler_azure_devops.workflows import initial_of, moves_of, status_words, statuses_of

from reconciler.sdk import BadValue, Ref, Status, TypeInfo

PROCESSES = {
    "Basic": ("To Do Proposed", "Doing InProgress", "Done Completed"),
    "Agile": ("New Proposed", "Active InProgress", "Resolved Resolved", "Closed Completed", "Removed Removed"),
    "Scrum": ("New Proposed", "Approved Proposed", "Committed InProgress", "Done Completed", "Removed Removed"),
    "CMMI": ("Proposed Proposed", "Active InProgress", "Resolved Resolved", "Closed Completed"),
}


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ("Basic", {"todo": "To Do", "in_progress": "Doing", "done": "Done"}),
        (
            "Agile",
            {"todo": "New", "in_progress": "Active", "in_review": "Resolved", "done": "Closed", "cancelled": "Removed"},
        ),
        ("Scrum", {"todo": "New", "in_progress": "Committed", "done": "Done", "cancelled": "Removed"}),
        ("CMMI", {"todo": "Proposed", "in_progress": "Active", "in_review": "Resolved", "done": "Closed"}),
    ],
)
def test_the_standard_words_mean_something_in_every_process(process, words):
    """By the categories of states, since their names differ (FACTS B7)."""
    states = [state(*each.rpartition(" ")[::2]) for each in PROCESSES[process]]
    assert status_words(statuses_of(states, {}), {}) == words


def test_a_name_counts_before_a_category():
    """An inherited process may have several states in progress."""
    states = [state("Doing", "InProgress"), state("Blocked", "InProgress"), state("Code review", "InProgress")]
    assert status_words(statuses_of(states, {}), {}) == {
        "in_progress": "Doing",
        "blocked": "Blocked",
        "in_review": "Code review",
    }


def test_a_mapping_of_states_that_a_type_lacks_leaves_it_alone():
    """The spec's mapping is for all types of the project."""
    states = statuses_of([state("New", "Proposed")], {"todo": ("Approved",)})
    assert [each.word for each in states] == [None]
    assert status_words(states, {"todo": ("Approved",)}) == {}


def test_moves_leave_out_what_stays():
    """A state lists itself among those that it may become."""
    type = {"transitions": moves(new=["New"], New=["New", "Active"], Active=[])}
    assert moves_of(type) == {"New": ("Active",), "Active": ()}
    assert initial_of(type) == "New"
    assert (moves_of({}), initial_of({})) == ({}, None)
    assert initial_of({"transitions": moves(new=["New", "Active"])}) is None


def _type(**ends):
    refs = [("New", "new"), ("Active", "active"), ("Review", "active"), ("Closed", "done"), ("Removed", "done")]
    statuses = tuple(Status(Ref(name, name), category) for name, category in refs)
    return TypeInfo(Ref("T"), 0, {}, statuses, ends or None)


@pytest.mark.parametrize(
    ("target", "through", "path"),
    [
        ("Active", (), ["Active"]),
        ("Closed", (), None),
        ("Closed", (Ref("Review"), Ref("Active")), ["Active", "Review", "Closed"]),
        ("Closed", "any", ["Active", "Review", "Closed"]),
        ("New", "any", None),
    ],
)
def test_a_path_passes_only_what_may_be_passed(target, through, path):
    """The shortest; `any` passes nothing that is done."""
    type = _type(New=("Active", "Removed"), Active=("Review",), Review=("Closed",), Removed=("Closed",))
    found = path_to(type, Ref("New"), Ref(target), through)
    assert (found and [each.id for each in found]) == path


def test_without_moves_there_is_no_path():
    """A type that does not say how it moves."""
    assert path_to(_type(), Ref("New"), Ref("Active"), "any") is None


def test_a_status_that_the_type_does_not_list_may_still_be_passed():
    """It goes by its name."""
    found = path_to(_type(New=("Odd",), Odd=("Closed",)), Ref("New"), Ref("Closed"), (Ref("Odd"),))
    assert [each.name for each in found or ()] == ["Odd", ""]


def test_trees_are_paths_of_names():
    """The root is the project; specs write slashes."""
    assert [(each.id, each.name) for each in paths_of(TREES, "iteration")] == [
        ("Fund", "Fund"),
        ("Fund\\2027", "Fund/2027"),
        ("Fund\\2027\\Sprint 1", "Fund/2027/Sprint 1"),
    ]


def test_a_node_is_found_without_its_root_unless_that_names_another():
    """A child may be called as the project is."""
    nodes = (Ref("A", "A"), Ref("A\\A", "A/A"), Ref("A\\A\\B", "A/A/B"), Ref("A\\B", "A/B"))
    assert node_called("B", nodes, "area", new=False).id == "A\\B"
    assert node_called("A/B", nodes, "area", new=False).id == "A\\B"
    assert node_called("A\\A\\B", nodes, "area", new=False).id == "A\\A\\B"


def test_a_node_that_is_far_from_all_gets_another_hint():
    """How to have it made."""
    with pytest.raises(BadValue) as problem:
        node_called("Marketing", (Ref("A", "A"),), "area", new=False)
    assert "create: [area]" in problem.value.hint


def test_levels_are_the_backlogs():
    """Portfolios by rank, whatever they are called; what is on none is standard."""
    levels = levels_of(BACKLOGS, ["Deal", "Task", "Risk"])
    assert levels.of == {"Deal": 1, "User Story": 0, "Task": -1}
    assert levels.defaults == {"epic": "Deal", "story": "User Story", "task": "Task"}
    assert levels.effort == "Microsoft.VSTS.Scheduling.StoryPoints"
