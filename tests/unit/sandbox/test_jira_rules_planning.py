"""The Jira sandbox's rules about versions, sprints and watchers."""

from __future__ import annotations

from typing import Any

import pytest

AGILE = "/rest/agile/1.0"
SPRINT = "customfield_10020"
SANDBOX = "712020:00000000-0000-4000-8000-000000000001"
LENA = "712020:00000000-0000-4000-8000-000000000002"
FORMER = "712020:00000000-0000-4000-8000-000000000006"


def watching(site: Any, issue: str) -> list[str]:
    """The names of those that are shown to watch an issue."""
    return [each["displayName"] for each in site.get(f"/issue/{issue}/watchers").json["watchers"]]


def test_versions_by_id_or_name(site: Any) -> None:
    """They are added, removed and refused like components; archived ones are not offered on screens."""
    issue = site.make(fixVersions=[{"name": "1.1"}])
    site.put(f"/issue/{issue}", {"update": {"fixVersions": [{"add": {"id": "10203"}}, {"remove": {"name": "1.1"}}]}})
    assert [each["name"] for each in site.fields(issue)["fixVersions"]] == ["2.0"]
    refused = site.put(f"/issue/{issue}", {"fields": {"fixVersions": [{"name": "9.9"}]}})
    assert refused.json["errors"] == {"fixVersions": "Version name '9.9' is not valid"}
    assert site.put(f"/issue/{issue}", {"fields": {"fixVersions": "2.0"}}).status == 400
    assert site.put(f"/issue/{issue}", {"fields": {"fixVersions": None}}).status == 204
    assert site.fields(issue)["fixVersions"] == []
    listed = site.get("/project/INVEST/versions").json
    assert [each["name"] for each in listed if not each["archived"]] == ["1.0", "1.1", "2.0"]
    assert [each["name"] for each in site.get("/project/INVEST").json["versions"]] == ["0.9", "1.0", "1.1", "2.0"]
    offered = site.get(f"/issue/{issue}/editmeta").json["fields"]["fixVersions"]
    assert [each["name"] for each in offered["allowedValues"]] == ["1.0", "1.1", "2.0"]
    assert offered["operations"] == ["add", "set", "remove"]


def test_sprint_is_a_number(site: Any) -> None:
    """A name is refused; null takes the issue out; the history tells the sprints by name."""
    issue = site.make(**{SPRINT: 2})
    (shown,) = site.fields(issue)[SPRINT]
    assert (shown["id"], shown["name"], shown["state"], shown["boardId"]) == (2, "Sprint 7", "active", 1)
    for wrong in ("Sprint 7", "2", True, 99):
        assert SPRINT in site.put(f"/issue/{issue}", {"fields": {SPRINT: wrong}}).json["errors"]
    assert site.put(f"/issue/{issue}", {"fields": {SPRINT: None}}).status == 204
    assert site.fields(issue)[SPRINT] is None
    (edit,) = site.get(f"/issue/{issue}/changelog").json["values"]
    assert [(each["field"], each["fromString"]) for each in edit["items"]] == [("Sprint", "Sprint 7")]
    parent = site.make()
    refused = site.post("/issue", site.draft(kind="Sub-task", parent={"id": parent}, **{SPRINT: 2}))
    assert "not on the appropriate screen" in refused.json["errors"][SPRINT]


def test_closed_sprints_take_nothing(site: Any) -> None:
    """Neither by the field nor by moving; the board shows all three kinds, and the state chooses among them."""
    issue = site.make()
    assert SPRINT in site.put(f"/issue/{issue}", {"fields": {SPRINT: 1}}).json["errors"]
    assert site.client.post(f"{AGILE}/sprint/1/issue", {"issues": [issue]}).status == 400
    (board,) = site.client.get(f"{AGILE}/board", projectKeyOrId="INVEST").json["values"]
    assert site.client.get(f"{AGILE}/board/{board['id']}").json == board
    every = site.client.get(f"{AGILE}/board/{board['id']}/sprint").json
    assert [each["state"] for each in every["values"]] == ["closed", "active", "future"]
    assert every["isLast"]
    chosen = site.client.get(f"{AGILE}/board/{board['id']}/sprint", state="active,future").json["values"]
    assert [each["name"] for each in chosen] == ["Sprint 7", "Sprint 8"]
    assert site.client.get(f"{AGILE}/sprint/3").json == chosen[1]
    assert site.client.get(f"{AGILE}/board/{board['id']}/sprint", state="open").status == 400
    assert site.client.get(f"{AGILE}/board", projectKeyOrId="OTHER").json["values"] == []
    assert [site.client.get(f"{AGILE}/{path}").status for path in ("board/9", "board/9/sprint", "sprint/9")] == [
        404
    ] * 3


def test_fifty_move_at_once(site: Any) -> None:
    """Into a sprint and back to the backlog, by id or key; more than fifty, or none, are refused."""
    issues = [site.make(str(number)) for number in range(3)]
    assert site.client.post(f"{AGILE}/sprint/3/issue", {"issues": [issues[0], "INVEST-2"]}).status == 204
    assert [bool(site.fields(each)[SPRINT]) for each in issues] == [True, True, False]
    assert site.client.post(f"{AGILE}/backlog/issue", {"issues": issues}).status == 204
    assert [site.fields(each)[SPRINT] for each in issues] == [None] * 3
    for many in ([], ["INVEST-1"] * 51):
        assert site.client.post(f"{AGILE}/backlog/issue", {"issues": many}).status == 400
    assert site.client.post(f"{AGILE}/sprint/3/issue", {"issues": ["INVEST-9"]}).status == 404


@pytest.mark.parametrize("path", ["board", "board/1", "board/1/sprint", "board/1/configuration", "sprint/2"])
def test_boards_need_scopes_of_their_own(path: str, site: Any) -> None:
    """Such a token is refused at each of them, and by nothing else."""
    assert site.client.get(f"{AGILE}/{path}").status == 200
    site.turn(agile_reads="refused")
    assert site.client.get(f"{AGILE}/{path}").status == 401
    assert site.client.post(f"{AGILE}/backlog/issue", {"issues": [site.make()]}).status == 401


def test_watchers_are_a_set(site: Any) -> None:
    """The body is an account id; without one it is one's own. Nobody unknown or inactive watches."""
    site.turn(autowatch=False)
    issue = site.make()
    for body in (LENA, LENA, None):
        assert site.post(f"/issue/{issue}/watchers", body).status == 204
    shown = site.get(f"/issue/{issue}/watchers").json
    assert (shown["watchCount"], shown["isWatching"]) == (2, True)
    assert watching(site, issue) == ["Lena Gray", "Sandbox"]
    assert [site.delete(f"/issue/{issue}/watchers", accountId=LENA).status for _ in range(2)] == [204, 204]
    assert watching(site, issue) == ["Sandbox"]
    assert site.post(f"/issue/{issue}/watchers", FORMER).status == 404
    assert site.post(f"/issue/{issue}/watchers", {"accountId": LENA}).status == 400
    assert site.delete(f"/issue/{issue}/watchers").status == 400


def test_others_watch_by_permission(site: Any) -> None:
    """Without the right to manage the list, everybody else is refused."""
    site.turn(denied=["MANAGE_WATCHERS"])
    issue = site.make()
    assert site.post(f"/issue/{issue}/watchers", LENA).status == 403
    assert site.delete(f"/issue/{issue}/watchers", accountId=LENA).status == 403
    assert site.delete(f"/issue/{issue}/watchers", accountId=SANDBOX).status == 204
    assert watching(site, issue) == []


def test_watchers_are_seen_by_permission(site: Any) -> None:
    """The number is told all the same."""
    issue = site.make()
    site.platform.act("edit", {"item": issue, "by": "Lena Gray", "add_watchers": ["Lena Gray"]})
    assert watching(site, issue) == ["Sandbox", "Lena Gray"]
    site.turn(denied=["VIEW_VOTERS_AND_WATCHERS"])
    assert watching(site, issue) == ["Sandbox"]
    assert site.get(f"/issue/{issue}/watchers").json["watchCount"] == 2


@pytest.mark.parametrize("autowatch", [True, False])
def test_creators_watch(autowatch: bool, site: Any) -> None:
    """Unless they chose not to; a person takes them off the list again."""
    site.turn(autowatch=autowatch)
    issue = site.make()
    assert watching(site, issue) == (["Sandbox"] if autowatch else [])
    site.platform.act("edit", {"item": issue, "by": "Lena Gray", "remove_watchers": ["Sandbox"]})
    assert watching(site, issue) == []


def test_people_plan_as_they_type(site: Any) -> None:
    """A person names a sprint and versions by name."""
    issue = site.make()
    named = {"Sprint": "Sprint 8", "Fix versions": ["1.1"]}
    site.platform.act("edit", {"item": issue, "by": "Omar Haddad", "set": named})
    fields = site.fields(issue)
    assert ([each["name"] for each in fields[SPRINT]], [each["name"] for each in fields["fixVersions"]]) == (
        ["Sprint 8"], ["1.1"],
    )  # fmt: skip
