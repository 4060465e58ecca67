"""A team's past iterations from canned answers: which team, which iterations, which items, and what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from azure_canned import BACKLOGS, STATES, CannedAzure, instance, listed, refused

from reconciler.sdk import Amount, AuthorizationError, BadValue, Finished, NotFoundError, Velocity

TEAM = "t-1"
WORK = f"/Fund/{TEAM}/_apis/work"
TEAMS = "/_apis/projects/Fund/teams"
POINTS = "Microsoft.VSTS.Scheduling.StoryPoints"
ACTIVATED, CLOSED = "Microsoft.VSTS.Common.ActivatedDate", "Microsoft.VSTS.Common.ClosedDate"
CHANGED = "Microsoft.VSTS.Common.StateChangeDate"
FIELDS = [instance(POINTS, "Story Points"), *(instance(each, each) for each in (ACTIVATED, CLOSED, CHANGED))]
STORY = {"name": "User Story", "states": STATES, "fields": FIELDS}
TYPES = [
    STORY,
    {"name": "Bug", "states": STATES, "fields": FIELDS},
    {"name": "Task", "states": STATES, "fields": FIELDS},
]

Then = Mapping[int, Mapping[str, Any]]
"""The fields of what a moment knew, by item."""


def iteration(name: str, start: str | None, finish: str | None) -> dict[str, Any]:
    dates = {"startDate": start and f"{start}T00:00:00Z", "finishDate": finish and f"{finish}T00:00:00Z"}
    return {"id": name.casefold(), "name": name, "path": f"Fund\\{name}", "attributes": dates}


FIRST = iteration("First", "2025-12-08", "2025-12-19")


def story(state: str = "New", points: float | None = 3, **fields: Any) -> dict[str, Any]:
    estimate = {} if points is None else {POINTS: points}
    return {"System.WorkItemType": "User Story", "System.State": state, **estimate, **fields}


@pytest.fixture
def team(azure: CannedAzure) -> CannedAzure:
    """One team with one past iteration, which holds nothing yet."""
    azure.on("GET", TEAMS, listed({"id": TEAM, "name": "Deals"}))
    azure.on("GET", f"{WORK}/teamsettings/iterations", listed(FIRST))
    areas = {"field": {"referenceName": "System.AreaPath"}, "values": [{"value": "Fund", "includeChildren": True}]}
    azure.on("GET", f"{WORK}/teamsettings/teamfieldvalues", areas)
    azure.on("GET", f"{WORK}/backlogconfiguration", BACKLOGS)
    azure.on("GET", "/Fund/_apis/wit/workitemtypes", listed(*TYPES))
    azure.on("POST", "/Fund/_apis/wit/wiql", {"workItems": []})
    azure.on("POST", "/_apis/wit/workitemsbatch", listed())
    return azure


@pytest.fixture
def holding(team) -> Callable[..., None]:
    """Say what moments knew: by day, which items the iteration held and the fields of all."""

    def held(**days: tuple[list[int], Then]) -> None:
        def query(request: httpx.Request) -> Any:
            text = request.content.decode()
            inside = next((ids for day, (ids, _) in days.items() if day[1:].replace("_", "-") in text), [])
            return {"workItems": [{"id": each} for each in inside]}

        def batch(request: httpx.Request) -> Any:
            body = json.loads(request.content)
            known = next(fields for day, (_, fields) in days.items() if day[1:].replace("_", "-") in body["asOf"])
            return listed(*({"id": id, "fields": known[id]} for id in body["ids"] if id in known))

        team.on("POST", "/Fund/_apis/wit/wiql", query)
        team.on("POST", "/_apis/wit/workitemsbatch", batch)

    return held


@pytest.fixture
def measured(team, connect) -> Callable[..., Velocity]:
    def read(name: str = "", days: int = 90, **block: Any) -> Velocity:
        found: Velocity = connect(fields={}, **block).provider.velocity(name, days)
        return found

    return read


def test_the_only_team_needs_no_name(team, measured):
    """By name or id a team is found; of several one has to be named, and an unknown one offers the nearest."""
    assert [measured(name).team.name for name in ("", "deals", TEAM)] == ["Deals"] * 3
    team.on("GET", TEAMS, listed({"id": TEAM, "name": "Deals"}, {"id": "t-2", "name": "Audit"}))
    with pytest.raises(BadValue, match="name a team: Deals, Audit"):
        measured("")
    with pytest.raises(BadValue) as caught:
        measured("Deal")
    assert caught.value.hint == "did you mean 'Deals'?"
    team.on("GET", TEAMS, listed())
    with pytest.raises(BadValue, match="Fund has no team"):
        measured("")


def test_a_token_need_not_list_teams(team, measured):
    """Where it may not, the name is taken as it is; without one the refusal is told."""
    team.on("GET", TEAMS, (403, refused("No")))
    team.on("GET", "/Fund/Deals/_apis/work/teamsettings/iterations", listed())
    assert measured("Deals").team.name == "Deals"
    with pytest.raises(NotFoundError):
        measured("Nobody")
    with pytest.raises(AuthorizationError):
        measured("")


def test_iterations_of_the_window_come_in_order(team, measured):
    """Those that are over, by their ends: the day after the last one. Undated ones are named."""
    future = iteration("Future", "2026-01-05", "2026-01-16")
    now = iteration("Now", "2025-12-22", "2026-01-05")
    last = iteration("Last", "2025-12-22", "2026-01-04")
    old = iteration("Old", "2025-01-06", "2025-01-17")
    team.on(
        "GET",
        f"{WORK}/teamsettings/iterations",
        listed(future, now, last, old, iteration("Someday", None, None), FIRST),
    )
    found = measured(days=30)
    assert [each.name for each in found.sprints] == ["First", "Last"]
    assert (found.sprints[1].start, found.sprints[1].end) == (
        datetime(2025, 12, 22, tzinfo=UTC),
        datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert "These iterations have no dates, so they are left out: Someday." in found.unknown


def test_without_an_iteration_no_item_is_asked_for(team, measured):
    """Team and iterations are all that is read."""
    found = measured(days=1)
    assert (found.sprints, found.unit) == ((), "")
    assert team.sent("POST", "/.*") == []


def test_two_looks_at_an_iteration(holding, team, measured):
    """One query at each end, asked of the past, for the team's requirements; states and efforts are those of then."""
    start = {1: story("New", 3), 2: story("Active", 5), 3: story("New", 8), 4: story("New", None)}
    end = {
        1: story("Closed", 4, **{ACTIVATED: "2025-12-09T08:00:00Z", CLOSED: "2025-12-11T08:00:00.5Z"}),
        2: story("Resolved", 5),
        3: story("Removed", 8),
        4: story("New", None),
        5: story("Closed", 2, **{CHANGED: "2025-12-12T08:00:00Z"}),
    }
    holding(d2025_12_08=([1, 2, 3, 4], start), d2025_12_20=([1, 2, 3, 5], end))
    found = measured()
    (sprint,) = found.sprints
    assert found.unit == "Story Points"
    assert (sprint.committed, sprint.completed) == (Amount(4, 16, 1), Amount(2, 6))
    assert (sprint.carried, sprint.added, sprint.removed) == (Amount(1, 5), Amount(1, 2), Amount(2, 8, 1))
    assert sprint.reestimated == 1
    first = (datetime(2025, 12, 9, 8, tzinfo=UTC), datetime(2025, 12, 11, 8, 0, 0, 500_000, UTC))
    assert sprint.finished == (
        Finished("1", 4, *first),
        Finished("5", 2, None, datetime(2025, 12, 12, 8, tzinfo=UTC)),
    )
    queries = [each["query"] for each in team.bodies("POST", "/Fund/_apis/wit/wiql")]
    assert queries[0] == (
        "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project "
        "AND [System.WorkItemType] IN ('User Story') AND ([System.AreaPath] UNDER 'Fund') "
        "AND [System.IterationPath] = 'Fund\\First' ASOF '2025-12-08T00:00:00Z'"
    )
    assert queries[1].endswith("ASOF '2025-12-20T00:00:00Z'")
    asked, _ = team.bodies("POST", "/_apis/wit/workitemsbatch")
    assert asked == {
        "ids": [1, 2, 3, 4, 5],
        "fields": ["System.WorkItemType", "System.State", POINTS, ACTIVATED, CLOSED, CHANGED],
        "asOf": "2025-12-08T00:00:00Z",
        "errorPolicy": "omit",
    }


def test_midnight_is_that_of_the_zone(holding, team, measured):
    """Iterations begin and end at the midnights of the time zone that the spec names."""
    holding()
    (sprint,) = measured(options={"time_zone": "Europe/London"}).sprints
    assert sprint.start.isoformat() == "2025-12-08T00:00:00+00:00"
    (sprint,) = measured(options={"time_zone": "Asia/Tokyo"}).sprints
    assert sprint.end.astimezone(UTC) == datetime(2025, 12, 19, 15, tzinfo=UTC)
    assert "ASOF '2025-12-07T15:00:00Z'" in team.bodies("POST", "/Fund/_apis/wit/wiql")[2]["query"]


def test_reopened_between_two_looks(holding, team, measured):
    """Done at one look and not at the next one, be it of the iteration before; what nobody looked at is not known."""
    second = iteration("Second", "2025-12-22", "2026-01-02")
    team.on("GET", f"{WORK}/teamsettings/iterations", listed(FIRST, second))
    holding(
        d2025_12_08=([1, 2], {1: story(), 2: story("Closed")}),
        d2025_12_20=([1, 2], {1: story("Closed"), 2: story("Active")}),
        d2025_12_22=([1], {1: story("Active")}),
        d2026_01_03=([1], {1: story("Closed")}),
    )
    first, last = measured().sprints
    assert (first.reopened, first.completed, first.added) == (1, Amount(1, 3), Amount(1, 3))
    assert (last.reopened, last.committed, last.completed) == (1, Amount(1, 3), Amount(1, 3))


def test_what_cannot_be_read_any_more_counts_nowhere(holding, measured):
    """A query may find what was deleted since; how many is said."""
    holding(d2025_12_08=([1, 2], {1: story()}), d2025_12_20=([1], {1: story("Closed")}))
    found = measured()
    assert found.sprints[0].committed == Amount(1, 3)
    assert any(each.startswith("Not counted: 1 of the items that First held") for each in found.unknown)


def test_more_than_two_hundred_items_are_read_in_pieces(holding, team, measured):
    """200 in a request, at each end."""
    many = {id: story() for id in range(1, 402)}
    holding(d2025_12_08=([*many], many), d2025_12_20=([*many], many))
    (sprint,) = measured().sprints
    assert (sprint.committed, sprint.carried) == (Amount(401, 1203), Amount(401, 1203))
    assert [len(each["ids"]) for each in team.bodies("POST", "/_apis/wit/workitemsbatch")] == [200, 200, 1] * 2


def test_what_counts_is_what_the_backlog_says(team, measured):
    """Bugs where they are planned like requirements; the team's own field where it has one; no effort, no points."""
    team.on("GET", f"{WORK}/backlogconfiguration", {**BACKLOGS, "bugsBehavior": "asRequirements", "backlogFields": {}})
    own = {
        "field": {"referenceName": "Custom.Team"},
        "values": [{"value": "D'Arcy"}, {"value": "Fund\\A", "includeChildren": True}],
    }
    team.on("GET", f"{WORK}/teamsettings/teamfieldvalues", own)
    found = measured()
    assert found.unit == ""
    assert "The team's backlog names no field for effort, so there are no points." in found.unknown
    query = team.bodies("POST", "/Fund/_apis/wit/wiql")[0]["query"]
    assert "IN ('User Story', 'Bug')" in query
    assert "AND ([Custom.Team] = 'D''Arcy' OR [Custom.Team] UNDER 'Fund\\A')" in query
    team.on("GET", f"{WORK}/teamsettings/teamfieldvalues", {})
    measured()
    assert "OR" not in team.bodies("POST", "/Fund/_apis/wit/wiql")[-1]["query"].replace("FROM WorkItems", "")
    team.on("GET", f"{WORK}/backlogconfiguration", {"requirementBacklog": {"workItemTypes": [{"name": "Old"}]}})
    with pytest.raises(BadValue, match="no type of requirements"):
        measured()


def test_states_are_read_where_the_types_leave_them_out(holding, team, measured):
    """One request a type; a state that the spec calls cancelled is no completion."""
    team.on("GET", "/Fund/_apis/wit/workitemtypes", listed({"name": "User Story", "fieldInstances": FIELDS}))
    path = "/Fund/_apis/wit/workitemtypes/User Story/states"
    team.on("GET", path, listed(*STATES, {"name": "Dropped", "category": "Completed"}))
    before, after = {1: story(), 2: story()}, {1: story("Closed"), 2: story("Dropped")}
    holding(d2025_12_08=([1, 2], before), d2025_12_20=([1, 2], after))
    (sprint,) = measured(statuses={"cancelled": ("Dropped",)}).sprints
    assert (sprint.completed, sprint.removed) == (Amount(1, 3), Amount(1, 3))


def test_odd_dates_are_none(holding, team, measured):
    """A platform's answer of another shape makes no crash: what can't be read is not known."""
    before, after = {1: story()}, {1: story("Closed", **{ACTIVATED: "once", CLOSED: None})}
    holding(d2025_12_08=([1], before), d2025_12_20=([1], after))
    (sprint,) = measured().sprints
    assert sprint.finished == (Finished("1", 3, None, None),)
