"""A board's closed sprints from canned answers: which board, which sprints, which fields, and what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.sdk import Amount, BadValue, Finished, Velocity

AGILE = "/rest/agile/1.0"
POINTS, SPRINT = "customfield_2", "customfield_20"
SCHEMA = {"type": "array", "items": "json", "custom": "com.pyxis.greenhopper.jira:gh-sprint"}
FIELDS = [
    {"id": "status", "name": "Status", "schema": {"type": "status", "system": "status"}},
    {"id": POINTS, "name": "Story Points", "schema": {"type": "number", "custom": "x:float"}},
    {"id": SPRINT, "name": "Sprint", "schema": SCHEMA},
]
TODO, DOING, DONE, CANCELED = "1", "2", "5", "6"
STATUSES = [
    {"id": TODO, "name": "To Do", "statusCategory": {"key": "new"}},
    {"id": DOING, "name": "In Progress", "statusCategory": {"key": "indeterminate"}},
    {"id": DONE, "name": "Done", "statusCategory": {"key": "done"}},
    {"id": CANCELED, "name": "Canceled", "statusCategory": {"key": "done"}},
    {"id": "7", "name": "Dropped", "statusCategory": {"key": "done"}},
]


def board(id: int, name: str, type: str = "scrum") -> dict[str, Any]:
    return {"id": id, "name": name, "type": type}


def closed(id: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": f"Sprint {id}", "state": "closed", "startDate": start, "completeDate": end, **more}


def page(*values: Any) -> dict[str, Any]:
    return {"startAt": 0, "isLast": True, "values": list(values)}


def issue(id: int, status: str, points: float | None, sprints: Any, **fields: Any) -> dict[str, Any]:
    shown = {
        "status": {"id": status},
        "created": "2025-12-01T09:00:00.000+0000",
        "issuetype": {"id": "101", "subtask": False},
        POINTS: points,
        SPRINT: sprints,
    }
    return {"id": str(id), "key": f"INVEST-{id}", "fields": {**shown, **fields}}


def edit(at: str, field: str, before: str, after: str, **named: Any) -> dict[str, Any]:
    kinds = {"status": ("status", "from", "to"), "sprint": (SPRINT, "from", "to"), "points": (POINTS,)}
    id, *sides = kinds[field]
    one, other = sides or ("fromString", "toString")
    return {"created": at, "items": [{"fieldId": id, "field": field, one: before, other: after, **named}]}


def log(id: int, *edits: Any) -> dict[str, Any]:
    return {"issueId": str(id), "changeHistories": list(edits)}


SEVEN = closed(7, "2025-12-08T09:00:00.000Z", "2025-12-19T17:00:00.000Z", originBoardId=1)


@pytest.fixture
def scrum(jira):
    """A board with one closed sprint, which holds nothing yet."""
    jira.on("GET", f"{AGILE}/board", page(board(1, "Deals")))
    jira.on("GET", f"{AGILE}/board/1/sprint", page(SEVEN))
    estimation = {"type": "field", "field": {"fieldId": POINTS, "displayName": "Story Points"}}
    jira.on("GET", f"{AGILE}/board/1/configuration", {"id": 1, "estimation": estimation})
    jira.on("GET", "/field", FIELDS)
    jira.on("GET", "/status", STATUSES)
    jira.on("POST", "/search/jql", {"issues": [], "isLast": True})
    jira.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": []})
    jira.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": []})
    return jira


@pytest.fixture
def holding(scrum) -> Callable[..., None]:
    """Let the sprint hold issues, with what left it and their histories."""

    def held(inside: list[Any], logs: list[Any] | None = None, left: list[Any] | None = None) -> None:
        pages = iter([inside, [{"id": each["id"], "key": each["key"]} for each in left or ()]])
        scrum.on("POST", "/search/jql", lambda _: {"issues": next(pages), "isLast": True})
        scrum.on("POST", "/issue/bulkfetch", {"issues": left or [], "issueErrors": []})
        scrum.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": logs or []})

    return held


@pytest.fixture
def measured(scrum, provider) -> Callable[..., Velocity]:
    def read(team: str = "", days: int = 90) -> Velocity:
        found: Velocity = provider.velocity(team, days)
        return found

    return read


def test_the_only_board_with_sprints_needs_no_name(scrum, measured):
    """Kanban boards have none; by name or id a board is found too."""
    scrum.on("GET", f"{AGILE}/board", page(board(1, "Deals"), board(2, "Support", "kanban")))
    assert [measured(team).team.id for team in ("", "deals", "1")] == ["1", "1", "1"]
    with pytest.raises(BadValue, match="kanban board, which has no sprints"):
        measured("Support")


def test_boards_of_one_name_go_by_their_ids(scrum, measured):
    """Several are an error with their ids; without a name the error lists all; an unknown one offers the nearest."""
    scrum.on("GET", f"{AGILE}/board", page(board(1, "Deals"), board(3, "Deals"), board(4, "Audit")))
    with pytest.raises(BadValue, match="more than one board is called 'Deals'") as caught:
        measured("Deals")
    assert caught.value.detail == "their ids: 1, 3"
    assert measured("1").team.name == "Deals"
    with pytest.raises(BadValue, match=r"name a board: Deals \(1\), Deals \(3\), Audit \(4\)"):
        measured("")
    with pytest.raises(BadValue) as caught:
        measured("Audti")
    assert caught.value.hint == "did you mean 'Audit'?"
    scrum.on("GET", f"{AGILE}/board", page())
    with pytest.raises(BadValue, match="INVEST has no board with sprints"):
        measured("")


def test_sprints_of_the_window_come_in_order(scrum, measured):
    """Those that ended in the window, by their ends; others' sprints and undated ones are left out with a word."""
    scrum.on(
        "GET",
        f"{AGILE}/board/1/sprint",
        page(
            closed(9, "2025-12-22T09:00:00.000+01:00", "2026-01-02T17:00:00.000+01:00"),
            SEVEN,
            closed(2, "2025-01-06T09:00:00.000Z", "2025-01-17T17:00:00.000Z"),
            closed(8, "2025-12-08T09:00:00.000Z", "2025-12-19T17:00:00.000Z", originBoardId=5),
            {"id": 10, "name": "Dateless", "state": "closed"},
        ),
    )
    found = measured(days=30)
    assert [each.name for each in found.sprints] == ["Sprint 7", "Sprint 9"]
    assert found.sprints[1].end == datetime(2026, 1, 2, 16, tzinfo=UTC)
    assert "The sprint 'Sprint 8' belongs to the board 5, so it is left out." in found.unknown
    assert "The sprint 'Dateless' has no dates, so it is left out." in found.unknown
    (asked,) = scrum.sent("GET", f"{AGILE}/board/1/sprint")
    assert asked.url.params["state"] == "closed"


def test_without_a_sprint_no_issue_is_asked_for(scrum, measured):
    """The board and its sprints are all that is read."""
    found = measured(days=1)
    assert (found.sprints, found.unit) == ((), "")
    assert scrum.sent("POST", "/search/jql") == []


def test_the_past_is_the_present_with_its_history_taken_back(holding, measured):
    """Committed with the points of then, finished from the first work to the last finish; a status of the spec's own
    for what is cancelled removes; the numbers are those of the sprint's ends, whatever happened since.
    """
    holding(
        [
            issue(1, DONE, 8, [{"id": 7, "state": "closed"}]),
            issue(2, TODO, 5, [{"id": 7, "state": "closed"}, {"id": 8, "state": "active"}]),
            issue(3, CANCELED, None, [{"id": 7, "state": "closed"}]),
        ],
        [
            log(
                1,
                edit("2025-12-09T09:00:00.000+0000", "status", TODO, DOING),
                edit("2025-12-10T09:00:00.000+0000", "points", "3", "5"),
            ),
            log(
                1,
                edit("2025-12-12T09:00:00.000+0000", "status", DOING, DONE),
                edit("2025-12-22T09:00:00.000+0000", "points", "5", "8"),
            ),
            log(2, edit("2025-12-19T17:00:05.000+0000", "sprint", "7", "7, 8")),
            log(3, edit("2025-12-10T09:00:00.000+0000", "status", TODO, CANCELED)),
        ],
    )
    (sprint,) = measured().sprints
    assert (sprint.committed, sprint.completed) == (Amount(3, 8, 1), Amount(1, 5))
    assert (sprint.carried, sprint.removed, sprint.reestimated) == (Amount(1, 5), Amount(1, 0, 1), 2)
    days = (datetime(2025, 12, day, 9, tzinfo=UTC) for day in (9, 12))
    assert sprint.finished == (Finished("INVEST-1", 5, *days),)


def test_what_left_the_sprint_is_found_by_its_history(holding, scrum, measured):
    """No query knows it. Whatever of the project was changed since the sprint began is asked for its history, and what
    was in the sprint is read.
    """
    holding(
        [],
        [
            log(4, edit("2025-12-10T09:00:00.000+0000", "sprint", "7", "")),
            log(5, edit("2025-12-10T09:00:00.000+0000", "sprint", "", "8")),
        ],
        [issue(4, TODO, 3, None), issue(6, TODO, 3, None)],
    )
    (sprint,) = measured().sprints
    assert (sprint.committed, sprint.removed) == (Amount(1, 3), Amount(1, 3))
    inside, left = (each["jql"] for each in scrum.bodies("POST", "/search/jql"))
    assert inside == "cf[20] in (7)"
    minutes = (28 * 24 + 1) * 60
    assert left == f"project = 10000 AND updated >= -{minutes}m AND (cf[20] is EMPTY OR NOT cf[20] in (7))"
    (asked,) = scrum.bodies("POST", "/issue/bulkfetch")
    assert asked["issueIdsOrKeys"] == ["4"]
    (histories,) = scrum.bodies("POST", "/changelog/bulkfetch")
    assert histories["fieldIds"] == [SPRINT, "status", POINTS]


def test_hundreds_of_issues_take_few_requests(holding, scrum, measured):
    """The histories of 2,500 issues are three requests; board, sprints, fields, estimate and statuses are one each."""
    holding([issue(id, TODO, 1, [{"id": 7}]) for id in range(2500)])
    (sprint,) = measured().sprints
    assert sprint.committed == Amount(2500, 2500)
    sent = Counter(each.url.path.removeprefix("/jira/rest/") for each in scrum.requests)
    assert sent["api/3/changelog/bulkfetch"] == 3
    assert sent["api/3/search/jql"] == 2
    once = (
        "agile/1.0/board",
        "agile/1.0/board/1/sprint",
        "agile/1.0/board/1/configuration",
        "api/3/field",
        "api/3/status",
    )
    assert [sent[each] for each in once] == [1] * 5
    assert sent["api/3/issue/bulkfetch"] == 0


def test_reopened_since_the_sprint_before(holding, scrum, measured):
    """Opened again between two sprints counts in the second; before the first, in none; a cancelled one is not
    reopened.
    """
    eight = closed(8, "2025-12-22T09:00:00.000Z", "2026-01-02T17:00:00.000Z", originBoardId=1)
    scrum.on("GET", f"{AGILE}/board/1/sprint", page(SEVEN, eight))
    both = [{"id": 7, "state": "closed"}, {"id": 8, "state": "closed"}]
    holding(
        [issue(1, DOING, 1, both), issue(2, TODO, 1, [{"id": 7}]), issue(3, CANCELED, 1, [{"id": 7}])],
        [
            log(
                1,
                edit("2025-12-10T09:00:00.000+0000", "status", TODO, DONE),
                edit("2025-12-20T09:00:00.000+0000", "status", DONE, DOING),
                edit("2025-12-20T09:00:00.000+0000", "sprint", "7", "7, 8"),
            ),
            log(2, edit("2025-12-05T09:00:00.000+0000", "status", DONE, TODO)),
            log(3, edit("2025-12-10T09:00:00.000+0000", "status", DONE, CANCELED)),
        ],
    )
    assert [(each.completed.items, each.reopened) for each in measured().sprints] == [(1, 0), (0, 1)]


def test_what_can_be_counted_without_points(holding, scrum, measured):
    """A board that counts items has no unit, and says so; where its settings can't be read, the usual field serves."""
    scrum.on("GET", f"{AGILE}/board/1/configuration", {"id": 1, "estimation": {"type": "issueCount"}})
    found = measured()
    assert found.unit == ""
    assert "The board counts items and estimates none, so there are no points." in found.unknown
    scrum.on("GET", f"{AGILE}/board/1/configuration", (403, {"errorMessages": ["No"]}))
    found = measured()
    assert found.unit == "Story Points"
    assert "taken was the field 'Story Points'" in " ".join(found.unknown)
    scrum.on("GET", "/field", [each for each in FIELDS if each["id"] != POINTS])
    found = measured()
    assert found.unit == ""
    assert "taken was no field, so there are no points" in " ".join(found.unknown)
    scrum.on("GET", "/field", FIELDS[:2])
    with pytest.raises(BadValue, match="no field for sprints"):
        measured()


def test_estimates_in_time_are_hours(holding, scrum, measured):
    """Jira keeps them in seconds."""
    field = {"fieldId": "timeoriginalestimate", "displayName": "Original Time Estimate"}
    scrum.on("GET", f"{AGILE}/board/1/configuration", {"id": 1, "estimation": {"type": "field", "field": field}})
    changed = {"created": "2025-12-10T09:00:00.000+0000"}
    item = {
        "fieldId": "timeoriginalestimate",
        "field": "timeoriginalestimate",
        "fromString": "7200",
        "toString": "3600",
    }
    holding([issue(1, TODO, None, [{"id": 7}], timeoriginalestimate=3600)], [log(1, {**changed, "items": [item]})])
    found = measured()
    (sprint,) = found.sprints
    assert (found.unit, sprint.committed, sprint.carried) == ("hours", Amount(1, 2), Amount(1, 1))


def test_subtasks_count_with_what_they_belong_to(holding, measured):
    """They are in their parents' sprints, and not counted beside them."""
    holding([issue(1, TODO, 1, [{"id": 7}], issuetype={"id": "102", "subtask": True})])
    (sprint,) = measured().sprints
    assert sprint.committed == Amount()


def test_the_spec_says_what_is_cancelled(holding, scrum, plugin_of, canned):
    """Its own words come before the usual names."""
    holding([issue(1, "7", 1, [{"id": 7}]), issue(2, CANCELED, 1, [{"id": 7}])], [])
    provider = plugin_of(scrum, canned.config(statuses={"cancelled": ("Dropped",)})).provider
    (sprint,) = provider.velocity("", 90).sprints
    # Both were so at the sprint's start: what is cancelled counts nowhere, what was done before does not either.
    assert (sprint.committed, sprint.completed) == (Amount(), Amount())
    holding([issue(1, "7", 1, [{"id": 7}])], [log(1, edit("2025-12-10T09:00:00.000+0000", "status", TODO, "7"))])
    (sprint,) = provider.velocity("", 90).sprints
    assert (sprint.removed, sprint.completed) == (Amount(1, 1), Amount())


def test_a_status_that_is_gone_is_named(holding, measured):
    """An item with it counts as not done."""
    holding([issue(1, DONE, 1, [{"id": 7}])], [log(1, edit("2025-12-10T09:00:00.000+0000", "status", "99", DONE))])
    found = measured()
    assert "The site has no status 99 any more: items count as not done where they had it." in found.unknown
    assert found.sprints[0].completed == Amount(1, 1)


def test_work_that_begins_with_the_item_begins_there(holding, measured):
    """Created in a status of work, and finished; without any such status the begin is unknown."""
    created = "2025-12-10T09:00:00.000+0000"
    done = edit("2025-12-11T09:00:00.000+0000", "status", DOING, DONE)
    at_once = edit("2025-12-11T09:00:00.000+0000", "status", TODO, DONE)
    holding(
        [issue(1, DONE, 1, [{"id": 7}], created=created), issue(2, DONE, 1, [{"id": 7}])],
        [log(1, done), log(2, at_once)],
    )
    first, second = measured().sprints[0].finished
    assert first.started_at == datetime(2025, 12, 10, 9, tzinfo=UTC)
    assert (second.started_at, second.finished_at) == (None, datetime(2025, 12, 11, 9, tzinfo=UTC))


def test_other_shapes_of_histories_and_sprints_are_read(holding, measured):
    """Times as milliseconds, items that name their field alone, sprints as Data Center writes them, numbers as texts,
    and what is none of these.
    """
    old = "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=7,rapidViewId=1,state=CLOSED,name=Sprint 7]"
    at = int(datetime(2025, 12, 10, 9, tzinfo=UTC).timestamp() * 1000)
    named = {"created": at, "items": [{"field": "Story Points", "fromString": "2.0", "toString": "3"}, {"field": "x"}]}
    odd = {"created": "once", "items": [{"fieldId": POINTS, "fromString": "9", "toString": "3"}]}
    holding([issue(1, TODO, "3", [old, "nothing"]), issue(2, TODO, {}, "none")], [log(1, named, odd)])
    (sprint,) = measured().sprints
    assert (sprint.committed, sprint.carried) == (Amount(1, 2), Amount(1, 3))
