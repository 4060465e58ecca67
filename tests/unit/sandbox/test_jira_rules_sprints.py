"""The Jira sandbox's rules about the lives of sprints, and what issues keep of them."""

from __future__ import annotations

from typing import Any

AGILE = "/rest/agile/1.0"
SPRINT = "customfield_10020"
DATES = {"startDate": "2026-11-23T09:00:00.000Z", "endDate": "2026-12-04T18:00:00.000+01:00"}


def test_sprints_go_one_way(site: Any) -> None:
    """One is made to wait, is started with both dates, and is closed at this moment; every other way is refused."""
    ask = site.client.post
    made = ask(f"{AGILE}/sprint", {"name": " Sprint 9 ", "originBoardId": 1})
    assert made.status == 201
    url = f"{AGILE}/sprint/{made.json['id']}"
    assert (made.json["name"], made.json["state"], "startDate" in made.json) == ("Sprint 9", "future", False)
    assert [ask(url, {"state": state}).status for state in ("active", "closed")] == [400, 400]
    started = ask(url, {"state": "active", **DATES}).json
    assert (started["state"], started["endDate"]) == ("active", "2026-12-04T17:00:00.000Z")
    assert ask(url, {"state": "future"}).status == 400
    site.clock.sleep(3600)
    closed = ask(url, {"state": "closed"}).json
    assert (closed["state"], closed["completeDate"]) == ("closed", "2026-11-23T10:00:00.000Z")
    renamed = ask(url, {"name": "The ninth", "startDate": "2026-01-01T00:00:00Z", "state": "active"}).json
    assert renamed == {**closed, "name": "The ninth"}


def test_a_sprint_is_replaced_whole_by_put(site: Any) -> None:
    """What a PUT does not name becomes empty, and a sprint has to keep a name; dates are dates."""
    url = f"{AGILE}/sprint/{site.client.post(f'{AGILE}/sprint', {'name': 'A', 'originBoardId': 1, **DATES}).json['id']}"
    replaced = site.client.put(url, {"name": "B", "goal": "Ship it"}).json
    assert (replaced["name"], replaced["goal"], "startDate" in replaced) == ("B", "Ship it", False)
    assert site.client.put(url, {"goal": "Nameless"}).status == 400
    assert site.client.post(url, {"startDate": "soon"}).status == 400
    assert site.client.post(f"{AGILE}/sprint", {"name": "C", "originBoardId": 9}).status == 404


def test_past_sprints_stay_on_issues(site: Any) -> None:
    """What was in a sprint when it was closed keeps it beside its next one, is found by both, and tells so."""
    issue = site.make(**{SPRINT: 2})
    other = site.make(**{SPRINT: 3})
    assert site.client.post(f"{AGILE}/sprint/2", {"state": "closed"}).status == 200
    assert [each["state"] for each in site.fields(issue)[SPRINT]] == ["closed"]
    assert site.client.post(f"{AGILE}/sprint/3/issue", {"issues": [issue]}).status == 204
    assert [(each["id"], each["state"]) for each in site.fields(issue)[SPRINT]] == [(2, "closed"), (3, "future")]
    (edit,) = site.get(f"/issue/{issue}/changelog").json["values"]
    (item,) = edit["items"]
    assert (item["from"], item["to"], item["toString"]) == ("2", "2, 3", "Sprint 7, Sprint 8")
    assert site.found("sprint = 2") == [issue]
    assert site.found('sprint in (2, "sprint 8")') == [issue, other]
    assert site.found("sprint is EMPTY AND project = INVEST") == []
    assert site.post("/search/jql", {"jql": "sprint = 99"}).status == 400
    assert site.client.post(f"{AGILE}/backlog/issue", {"issues": [issue]}).status == 204
    assert [each["id"] for each in site.fields(issue)[SPRINT]] == [2]


def test_boards_say_how_they_estimate(site: Any) -> None:
    """The field by id and name, where the board estimates by one; its scope is another than the board's."""
    url = f"{AGILE}/board/1/configuration"
    shown = site.client.get(url).json
    assert shown["estimation"] == {
        "type": "field",
        "field": {"fieldId": "customfield_10028", "displayName": "Story Points"},
    }
    assert shown["columnConfig"]["columns"][-2]["statuses"][0]["id"] == "10004"
    site.turn(estimation="items")
    assert site.client.get(url).json["estimation"] == {"type": "issueCount"}
    site.turn(agile_reads="without_configuration")
    assert site.client.get(url).status == 401
    assert site.client.get(f"{AGILE}/board/1/sprint").status == 200


def test_the_lives_of_sprints_are_kept(site: Any) -> None:
    """The events that a site journalled make the same sprints on another one."""
    site.client.post(f"{AGILE}/sprint", {"name": "Sprint 9", "originBoardId": 1})
    site.client.post(f"{AGILE}/sprint/2", {"state": "closed"})
    again = type(site)()
    for event in site.events:
        again.platform.replay(event)
    assert again.client.get(f"{AGILE}/board/1/sprint").json == site.client.get(f"{AGILE}/board/1/sprint").json
