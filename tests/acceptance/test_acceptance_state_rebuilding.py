"""A lost state is made anew from the markers on the site, and the next plan is what it would have been."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.marker_views import FIELD, with_option
from acceptance.platforms import Platform, on_azure_devops, on_each_platform, on_jira

TASK = """\
  task:
    type: task
    title: Review the contract
    description: "**All** of it"
    due: 2027-03-31
    labels: [legal, urgent]
    status: todo
    documents: [{title: Data room, url: "https://data.example/a"}]
"""

MARKING = {
    "jira": ("bulkSetIssuePropertiesByIssue", 1),
    "jira_datacenter": ("setIssueProperty", 20),
    "azure_devops": ("Work Items_Update", 20),
}
"""The requests that write the markers of twenty items."""


def lose(workspace: Workspace) -> None:
    """The state's file is gone, with its directory."""
    shutil.rmtree(workspace.path / ".reconciler")


def essence(plan: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan says apart from which state it was made from."""
    return {name: plan[name] for name in ("actions", "drift", "conflicts", "recordings", "summary")}


def rebuilt(workspace: Workspace) -> dict[str, Any]:
    """Rebuild without asking; what was found, by address."""
    result = workspace.run("state", "rebuild", ".", "--auto-approve", "--format", "json")
    assert result.code == 0, result.err
    return {each["address"]: each for each in result.json}


@on_each_platform
def test_nothing_changed_meanwhile(applied: Workspace) -> None:
    """A state that is lost and rebuilt plans nothing: all that was applied is known again."""
    before = applied.plan()
    assert before["actions"] == []
    lose(applied)
    found = rebuilt(applied)
    assert len(found) == 7
    assert all(each["in_spec"] and not each["changed_by_people"] for each in found.values())
    assert essence(applied.plan()) == essence(before)


@on_each_platform
def test_the_same_changes_and_the_same_drift(site: Site, platform: Platform, example: Workspace) -> None:
    """People and the spec changed fields: the plan after the loss is the plan from the kept state, word for word, but
    for the drift's values before, of which a marker holds digests alone. Azure DevOps' hyperlinks hold none: see below.
    """
    example.replace("  azure_devops:\n", f"  azure_devops:\n    {FIELD}\n")
    example.apply()
    second, third, fourth = platform.keys(2, 3, 4)
    site.edit("Lena Gray", second, set={platform.title: "Somebody's title"})
    site.edit("Lena Gray", third, status=platform.statuses["in_progress"])
    site.edit("Lena Gray", fourth, set={platform.due: "2030-01-01"}, add_labels=["mine"], remove_labels=["investment"])
    example.replace("title: Legal Due Diligence", "title: Legal review")
    example.replace("labels: [investment,", "labels: [invest,")
    before = example.plan()
    assert {each["address"] for each in before["actions"]}
    lose(example)
    rebuilt(example)
    after = example.plan()
    assert after["actions"] == before["actions"]
    assert after["recordings"] == before["recordings"]
    assert after["conflicts"] == before["conflicts"]
    without = [[{**each, "before": None} for each in plan["drift"]] for plan in (before, after)]
    assert without[0] == without[1]


@on_each_platform
def test_plan_names_the_way_out(applied: Workspace) -> None:
    """With marked items on the site and no state, plan refuses and names `state rebuild`."""
    lose(applied)
    result = applied.run("plan")
    assert result.code == 5
    assert "state rebuild" in result.text


@on_each_platform
def test_it_asks_and_writes_to_no_platform(site: Site, applied: Workspace) -> None:
    """Without a terminal and without --auto-approve nothing is recorded; and no request of it writes."""
    lose(applied)
    with site.watched() as during:
        assert applied.run("state", "rebuild").code == 5
        assert applied.run("state", "list").text == "The state is empty: nothing was applied yet."
        rebuilt(applied)
    assert writes(during) == []


@on_each_platform
def test_copies_are_left_alone(site: Site, platform: Platform, workspace: Workspace) -> None:
    """A clone carries the label and the proof of its original, whose id it has not: it is reported, never taken."""
    site.turn(clone_properties=True)
    workspace.items(TASK)
    workspace.apply()
    clone = site.act("clone", by="Lena Gray", item=platform.key(1))["key"]
    lose(workspace)
    result = workspace.run("state", "rebuild", "--auto-approve")
    assert result.code == 0
    assert f"{clone} is left alone: it is a copy" in result.text
    assert [each["key"] for each in workspace.run("state", "list", "--format", "json").json] == [platform.key(1)]
    assert workspace.plan()["actions"] == []


@on_each_platform
def test_what_is_known_stays(workspace: Workspace) -> None:
    """Rebuilding adds what the state lacks; what it knows already is not made less certain."""
    workspace.items(TASK + "  other: {type: task, title: Other}\n")
    workspace.apply()
    assert workspace.run("state", "rm", "other").code == 0
    assert list(rebuilt(workspace)) == ["other"]
    again = workspace.run("state", "rebuild", "--auto-approve")
    assert "The state knows every marked item already: 2 of them." in again.text
    assert workspace.plan()["actions"] == []


@on_each_platform
def test_an_item_that_left_the_specs(workspace: Workspace) -> None:
    """It is found all the same, and the next plan closes it."""
    workspace.items(TASK + "  other: {type: task, title: Other}\n")
    workspace.apply()
    lose(workspace)
    workspace.items(TASK)
    found = rebuilt(workspace)
    assert not found["other"]["in_spec"]
    assert [(each["address"], each["action"]) for each in workspace.plan()["actions"]] == [("other", "close")]


@on_each_platform
def test_protection_and_closure_are_known_again(workspace: Workspace) -> None:
    """A protected item stays protected, a closed one stays closed and reopens when its address comes back."""
    workspace.items(TASK + "    protect: true\n  other: {type: task, title: Other}\n")
    workspace.apply()
    workspace.items(TASK + "    protect: true\n")
    workspace.apply()
    lose(workspace)
    rebuilt(workspace)
    listed = {each["address"]: each for each in workspace.run("state", "list", "--format", "json").json}
    assert (listed["task"]["protect"], listed["other"]["closed"]) == (True, True)
    assert workspace.plan()["actions"] == []


@on_jira
def test_not_without_markers_that_can_be_searched(workspace: Workspace) -> None:
    """With Jira's `marker: none` nothing finds the items again: rebuilding is refused, and says why."""
    workspace.head = with_option(workspace.head, "marker: none")
    workspace.items(TASK)
    workspace.apply()
    lose(workspace)
    result = workspace.run("state", "rebuild", "--auto-approve")
    assert result.code == 5
    assert "markers are not searchable" in result.text


@on_each_platform
def test_one_request_for_the_markers_of_all(site: Site, platform: Platform, workspace: Workspace) -> None:
    """The markers of a hundred items go in one request, where the platform takes several in one, after one read."""
    workspace.items(
        "  t:\n    type: task\n    matrix: {a: [1, 2, 3, 4], b: [1, 2, 3, 4, 5]}\n    title: T ${each.key}\n"
    )
    with site.watched() as during:
        workspace.apply()
    request, times = MARKING[platform.name]
    assert kinds(during)[request] == times
    assert workspace.plan()["actions"] == []


DUE = "Microsoft.VSTS.Scheduling.TargetDate"
HYPERLINKS = """\
workspace: {name: small, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers: {azure_devops: {project: INVEST}}
items:
  deal: {type: epic, title: Deal, status: todo, labels: [fund, urgent], due: 2027-03-31}
  legal: {type: task, title: Legal review, parent: deal, priority: low, documents: [{title: A, url: "https://a.example"}]}
"""


def _applied_twice(workspace: Workspace) -> None:
    """Items with hyperlinks for markers: the second time wrote a field."""
    workspace.write(HYPERLINKS.replace("priority: low", "priority: high"))
    workspace.apply()
    workspace.write(HYPERLINKS)
    workspace.apply()


@on_azure_devops
def test_hyperlinks_tell_the_same_drift(site: Site, workspace: Workspace) -> None:
    """Azure DevOps' hyperlinks hold no digests, so the items' updates tell what our last writes left, by a request for
    each item: the plan is the one from the kept state, with kept drift, reverts and elements that go back.
    """
    _applied_twice(workspace)
    site.edit("Lena Gray", "1", status="Active", set={DUE: "2027-04-30T00:00:00Z"}, remove_labels=["fund"])
    site.edit("Lena Gray", "2", set={"Priority": 1})
    before = workspace.plan()
    assert [(each["address"], each["field"]) for each in before["drift"] if each["kept"]] == [("deal", "status")]
    changes = [each["field"] for action in before["actions"] for each in action["changes"]]
    assert sorted(changes) == ["due", "labels", "priority"]
    lose(workspace)
    with site.watched() as during:
        found = rebuilt(workspace)
    assert kinds(during)["Updates_List"] == 2
    assert {address: each["changed_by_people"] for address, each in found.items()} == {
        "deal": ["due", "status"], "legal": ["priority"],
    }  # fmt: skip
    after = workspace.plan()
    assert (after["actions"], after["conflicts"], after["recordings"]) == (before["actions"], [], [])
    without = [[{**each, "before": None} for each in plan["drift"]] for plan in (before, after)]
    assert without[0] == without[1]


@on_azure_devops
def test_hyperlinks_ask_where_the_spec_changed_too(site: Site, workspace: Workspace) -> None:
    """What the spec said before is nowhere any more: the item is left alone until the two agree. What was empty all
    the time is written, and what the spec let go stays on the item.
    """
    _applied_twice(workspace)
    lose(workspace)
    workspace.replace("due: 2027-03-31", "due: 2027-05-31")
    workspace.replace("priority: low,", "priority: low, start: 2027-01-31,")
    workspace.replace(', documents: [{title: A, url: "https://a.example"}]', ", documents: []")
    found = rebuilt(workspace)
    assert {address: each["unknown"] for address, each in found.items()} == {"deal": ["due"], "legal": []}
    plan = workspace.plan()
    assert [(each["address"], each["field"], each["resolution"]) for each in plan["conflicts"]] == [
        ("deal", "due", "stop")
    ]
    [legal] = plan["actions"]
    assert [(each["field"], each["after"]) for each in legal["changes"]] == [("start", "2027-01-31")]
    site.edit("Lena Gray", "1", set={DUE: "2027-05-31T00:00:00Z"})
    workspace.apply()
    plan = workspace.plan()
    assert (plan["actions"], plan["conflicts"], plan["drift"]) == ([], [], [])
