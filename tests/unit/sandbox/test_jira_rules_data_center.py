"""The Jira sandbox's rules about Data Center."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from asgi_client import Asker

API = "/rest/api/2"
EPIC_LINK, EPIC_NAME = "customfield_10008", "customfield_10009"


@pytest.fixture
def server(site: Any) -> Any:
    """The site as Data Center; paths are below version 2."""
    site.turn(jira_deployment="datacenter")
    return site


def ask(server: Any, method: str, path: str, body: Any = None) -> Any:
    return server.client.ask(method, f"{API}{path}", body)


def get(server: Any, path: str) -> Any:
    answer = ask(server, "GET", path)
    assert answer.status == 200, answer.content
    return answer.json


def made(server: Any, kind: str = "Task", **fields: Any) -> str:
    body = {"fields": {"project": {"key": "INVEST"}, "issuetype": {"name": kind}, "summary": "Made", **fields}}
    answer = ask(server, "POST", "/issue", body)
    assert answer.status == 201, answer.json
    return str(answer.json["key"])


def errors(answer: Any) -> dict[str, str]:
    assert answer.status == 400
    found: dict[str, str] = answer.json["errors"]
    return found


def test_data_center_says_so(server: Any) -> None:
    """To strangers too."""
    stranger = Asker(server.client._application, server.client._root)
    told = stranger.ask("GET", f"{API}/serverInfo").json
    assert (told["deploymentType"], told["versionNumbers"]) == ("Server", [9, 12, 4])
    assert stranger.ask("GET", "/_edge/tenant_info").status == 404


@pytest.mark.parametrize(
    "path",
    ["/rest/api/3/myself", f"{API}/project/search", f"{API}/label", f"{API}/user/bulk", f"{API}/task/1"],
)
def test_data_center_has_version_two_alone(server: Any, path: str) -> None:
    """Neither version 3 nor what only Cloud has."""
    assert server.client.ask("GET", path).status == 404


def test_data_center_takes_access_tokens(server: Any) -> None:
    """A personal access token is a bearer; a user name and a password are basic."""
    basic = base64.b64encode(b"sandbox:sandbox").decode()
    for authorization, status in ((f"Basic {basic}", 200), ("Bearer sandbox", 200), ("Bearer wrong", 401)):
        asker = Asker(server.client._application, server.client._root)
        asker._headers.append((b"authorization", authorization.encode()))
        assert asker.ask("GET", f"{API}/myself").status == status


def test_data_center_people_go_by_name(server: Any) -> None:
    """In fields, as watchers and in questions; account ids mean nothing."""
    key = made(server, assignee={"name": "l.gray"})
    assignee = get(server, f"/issue/{key}")["fields"]["assignee"]
    assert (assignee["name"], assignee["displayName"]) == ("l.gray", "Lena Gray")
    assert "accountId" not in assignee
    assert get(server, "/user?username=o.haddad")["displayName"] == "Omar Haddad"
    assert [each["name"] for each in get(server, "/user/search?username=mei")] == ["m.tanaka"]
    assert ask(server, "POST", f"/issue/{key}/watchers", "o.haddad").status == 204
    assert {each["name"] for each in get(server, f"/issue/{key}/watchers")["watchers"]} == {"sandbox", "o.haddad"}
    assert ask(server, "DELETE", f"/issue/{key}/watchers?username=o.haddad").status == 204
    assert ask(server, "PUT", f"/issue/{key}/assignee", {"name": "m.tanaka"}).status == 204
    assert ask(server, "PUT", f"/issue/{key}/assignee", {"name": None}).status == 204
    cloud = {"assignee": {"accountId": "712020:00000000-0000-4000-8000-000000000002"}}
    assert "assignee" in errors(ask(server, "PUT", f"/issue/{key}", {"fields": cloud}))


def test_data_center_keeps_texts_as_written(server: Any) -> None:
    """Wiki markup comes back as it was sent; a document is refused."""
    text = "h1. Deal\n\n* *bold*\n{code}x{code}"
    key = made(server, description=text)
    assert get(server, f"/issue/{key}")["fields"]["description"] == text
    document = {"type": "doc", "version": 1, "content": []}
    assert "description" in errors(ask(server, "PUT", f"/issue/{key}", {"fields": {"description": document}}))


def test_data_center_epics_are_no_parents(server: Any) -> None:
    """A task has the key of its epic in a field; epics have a name; only sub-tasks have parents, once and for all."""
    assert EPIC_NAME in errors(ask(server, "POST", "/issue", {"fields": server.draft(kind="Epic")["fields"]}))
    epic = made(server, "Epic", **{EPIC_NAME: "Deal"})
    task = made(server, **{EPIC_LINK: epic})
    fields = get(server, f"/issue/{task}?fields=parent,{EPIC_LINK}")["fields"]
    assert fields == {EPIC_LINK: epic}
    assert get(server, f"/issue/{epic}")["fields"][EPIC_NAME] == "Deal"
    parent = {"parent": {"key": epic}}
    assert "parent" in errors(ask(server, "POST", "/issue", server.draft(**parent)))
    assert "parent" in errors(ask(server, "PUT", f"/issue/{task}", {"fields": parent}))
    child = made(server, "Sub-task", parent={"key": task})
    assert get(server, f"/issue/{child}")["fields"]["parent"]["key"] == task
    assert EPIC_LINK in errors(ask(server, "POST", "/issue", server.draft(kind="Sub-task", **{EPIC_LINK: epic})))
    assert ask(server, "PUT", f"/issue/{task}", {"fields": {EPIC_LINK: None}}).status == 204
    changes = get(server, f"/issue/{task}?expand=changelog")["changelog"]["histories"]
    assert [item["field"] for each in changes for item in each["items"]] == ["Epic Link"]
    ids = {each["id"]: each["name"] for each in get(server, "/field")}
    assert (ids[EPIC_LINK], ids[EPIC_NAME]) == ("Epic Link", "Epic Name")


def test_data_center_pages_by_number(server: Any) -> None:
    """With a total and without properties; the field of epics can be asked for."""
    epic = made(server, "Epic", **{EPIC_NAME: "Deal"})
    keys = [made(server, **{EPIC_LINK: epic}) for _ in range(3)]
    body = {"jql": f"cf[10008] = {epic} ORDER BY key ASC", "startAt": 1, "maxResults": 1, "fields": [EPIC_LINK]}
    page = ask(server, "POST", "/search", body).json
    assert (page["startAt"], page["maxResults"], page["total"]) == (1, 1, 3)
    assert [(each["key"], each["fields"]) for each in page["issues"]] == [(keys[1], {EPIC_LINK: epic})]
    assert "properties" not in page["issues"][0]
    assert get(server, "/search?jql=project%20%3D%20INVEST&maxResults=2")["total"] == 4


@pytest.mark.parametrize(
    ("version", "by_type", "at_once"), [("8.3.9", 404, 200), ("8.20.0", 200, 200), ("9.0.0", 200, 404)]
)
def test_data_center_create_screens_changed(server: Any, version: str, by_type: int, at_once: int) -> None:
    """By type since 8.4, all at once until 9.0; epics have a name on theirs, tasks their epic."""
    server.turn(datacenter_version=version)
    one = ask(server, "GET", "/issue/createmeta/INVEST/issuetypes/10001")
    listed = ask(server, "GET", "/issue/createmeta?expand=projects.issuetypes.fields")
    assert (one.status, listed.status) == (by_type, at_once)
    if by_type == 200:
        screen = {each["fieldId"]: each["required"] for each in one.json["values"]}
        assert screen[EPIC_NAME]
        assert EPIC_LINK not in screen
    if at_once == 200:
        screens = {each["name"]: each["fields"] for each in listed.json["projects"][0]["issuetypes"]}
        assert EPIC_LINK in screens["Task"]
        assert "parent" not in screens["Task"]
        assert "parent" in screens["Sub-task"]


@pytest.mark.parametrize(("knob", "kept"), [("keeps_properties", 200), ("drops_properties", 404)])
def test_data_center_creations_keep_properties(server: Any, knob: str, kept: int) -> None:
    """As the knob says; written by themselves they are kept in any case."""
    server.turn(datacenter_creation=knob)
    body = {**server.draft(), "properties": [{"key": "mine", "value": {"a": 1}}]}
    key = ask(server, "POST", "/issue", body).json["key"]
    assert ask(server, "GET", f"/issue/{key}/properties/mine").status == kept
    assert ask(server, "PUT", f"/issue/{key}/properties/mine", {"a": 2}).status in (200, 201)
    assert get(server, f"/issue/{key}?properties=mine")["properties"] == {"mine": {"a": 2}}


@pytest.mark.parametrize(("knob", "status"), [("there", 201), ("missing", 404)])
def test_data_center_creates_in_bulk(server: Any, knob: str, status: int) -> None:
    """As the knob says; good elements are created, bad ones named by their number."""
    server.turn(datacenter_bulk=knob)
    body = {"issueUpdates": [server.draft(), server.draft(kind="Epic")]}
    answer = ask(server, "POST", "/issue/bulk", body)
    assert answer.status == status
    if status == 201:
        assert [each["failedElementNumber"] for each in answer.json["errors"]] == [1]
    assert ask(server, "POST", "/issue/bulk", {"issueUpdates": []}).status in (400, 404)


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_data_center_has_properties(server: Any, status: int) -> None:
    """Unless the knob says with what they are refused: then nothing else writes or tells them either."""
    body = {**server.draft(), "properties": [{"key": "mine", "value": 1}]}
    assert get(server, f"/issue/{ask(server, 'POST', '/issue', body).json['key']}/properties")["keys"]
    server.turn(datacenter_properties=str(status))
    key = ask(server, "POST", "/issue", body).json["key"]
    assert ask(server, "PUT", f"/issue/{key}", {"properties": body["properties"]}).status == 204
    said = {"body": "Said", "properties": body["properties"]}
    comment = ask(server, "POST", f"/issue/{key}/comment", said).json["id"]
    for path in (f"/issue/{key}/properties", f"/issue/{key}/properties/mine", f"/comment/{comment}/properties/mine"):
        assert ask(server, "GET", path).status == status
    assert ask(server, "PUT", f"/issue/{key}/properties/mine", 1).status == status
    server.turn(datacenter_properties="there")
    assert get(server, f"/issue/{key}/properties") == {"keys": []}
    assert ask(server, "GET", f"/comment/{comment}/properties/mine").status == 404


def test_data_center_may_only_show_properties(server: Any) -> None:
    """One that a creation brought along is shown, and neither written again nor removed."""
    body = {**server.draft(), "properties": [{"key": "mine", "value": 1}]}
    server.turn(datacenter_properties="read_only")
    path = f"/issue/{ask(server, 'POST', '/issue', body).json['key']}/properties"
    assert ask(server, "PUT", f"{path}/mine", 2).status == 403
    assert ask(server, "DELETE", f"{path}/mine").status == 403
    assert get(server, f"{path}/mine")["value"] == 1


def test_data_center_sprints_are_texts(server: Any) -> None:
    """As Java shows its objects."""
    key = made(server, customfield_10020=2)
    (sprint,) = get(server, f"/issue/{key}")["fields"]["customfield_10020"]
    assert sprint.startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert "id=2,name=Sprint 7," in sprint
    assert "state=ACTIVE]" in sprint


def test_data_center_limits_in_its_own_headers(server: Any) -> None:
    """No reason and no time of reset; `retry-after` is 0 while tokens are left."""
    server.turn(throttling={"endpoint": {"limit": 1, "per_seconds": 10}})
    first, second = (ask(server, "GET", "/myself") for _ in range(2))
    assert (first.status, first.headers["retry-after"]) == (200, "0")
    assert second.status == 429
    assert int(second.headers["retry-after"]) > 0
    assert {"ratelimit-reason", "x-ratelimit-reset"}.isdisjoint(second.headers)
    assert {"x-ratelimit-limit", "x-ratelimit-interval-seconds", "x-ratelimit-fillrate"} <= second.headers.keys()


def test_data_center_shows_a_comments_property(server: Any) -> None:
    """One by one, where Cloud tells those of many comments."""
    key = made(server)
    said = {"body": "Done", "properties": [{"key": "mine", "value": {"a": 1}}]}
    comment = ask(server, "POST", f"/issue/{key}/comment", said).json
    assert comment["body"] == "Done"
    assert get(server, f"/comment/{comment['id']}/properties/mine") == {"key": "mine", "value": {"a": 1}}
    assert ask(server, "GET", f"/comment/{comment['id']}/properties/other").status == 404


def test_data_center_picks_groups(server: Any) -> None:
    """By a part of their names."""
    assert [each["name"] for each in get(server, "/groups/picker?query=leg")["groups"]] == ["Legal"]
