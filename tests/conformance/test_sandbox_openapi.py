"""The sandbox, held against the vendor's OpenAPI file through each of its endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_judge import CORRECTIONS, FILES, OUTSIDE, api_dir, judge
from reconciler_jira_sandbox.application import routes

from reconciler.sandbox.serving import Endpoints, running

API = "/rest/api/3"
NOWHERE = "the vendor's OpenAPI files are absent: set VENDOR_API_DIR"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Endpoints]:
    with running() as endpoints:
        yield endpoints


@pytest.fixture
def jira(sandbox: Endpoints) -> Iterator[httpx.Client]:
    assert sandbox.sites["jira"]
    with httpx.Client(base_url=sandbox.sites["jira"] + API, auth=("sandbox@example.com", "sandbox")) as client:
        yield client


def recorded(sandbox: Endpoints) -> list[dict[str, Any]]:
    exchanges: list[dict[str, Any]] = httpx.get(f"{sandbox.url}/_sandbox/requests?bodies=1").json()
    return exchanges


def control(sandbox: Endpoints, path: str, body: Any, method: str = "POST") -> Any:
    answer = httpx.request(method, f"{sandbox.url}/_sandbox/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def text(words: str) -> dict[str, Any]:
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": words}]}],
    }


def draft(summary: str, kind: str = "Task", **fields: Any) -> dict[str, Any]:
    named = {"project": {"key": "INVEST"}, "issuetype": {"name": kind}, "summary": summary}
    return {"fields": {**named, **fields}, "properties": [{"key": "reconciler", "value": {"version": 1}}]}


def drive(sandbox: Endpoints, jira: httpx.Client) -> None:
    """Ask every endpoint something that it answers, and most of them something that it refuses."""
    epic = jira.post("/issue", json=draft("Deal", "Epic", description=text("Words"), labels=["a"])).json()
    me = jira.get("/myself").json()["accountId"]
    tasks = jira.post(
        "/issue/bulk",
        json={
            "issueUpdates": [
                draft("One", parent={"id": epic["id"]}, assignee={"accountId": me}, duedate="2026-12-01"),
                draft(
                    "Two", components=[{"name": "Legal"}], customfield_10050=5.5, customfield_10052={"value": "High"}
                ),
                draft("Three", labels=["two words"]),
                {**draft("Four"), "transition": {"id": "341"}},
                {**draft("Five"), "transition": {"id": "1"}},
            ]
        },
    ).json()
    one, two = tasks["issues"][0]["id"], tasks["issues"][1]["id"]
    jira.post("/issue/bulk", json={"issueUpdates": [draft("")]})
    jira.post("/issue", json=draft("No", customfield_1="?"))
    everything = {"fields": ["*all"], "properties": ["reconciler"], "issueIdsOrKeys": [epic["id"], one, "INVEST-99"]}
    jira.put(f"/issue/{one}", params={"returnIssue": "true"}, json={"fields": {"summary": "Uno"}})
    jira.put(f"/issue/{one}", json={"update": {"labels": [{"add": "x"}], "parent": [{"set": {"none": True}}]}})
    jira.put(f"/issue/{one}", json={"fields": {"status": {"id": "1"}}})
    for account in (me, None, "nobody"):
        jira.put(f"/issue/{one}/assignee", json={"accountId": account})
    jira.get(f"/issue/{one}/editmeta")
    jira.get(f"/issue/{one}/transitions", params={"expand": "transitions.fields"})
    jira.post(f"/issue/{one}/transitions", json={"transition": {"id": "341"}})
    jira.post(f"/issue/{one}/transitions", json={"transition": {"id": "1"}})
    jira.post(f"/issue/{one}/comment", json={"body": text("Said")})
    jira.post(f"/issue/{one}/comment", json={"body": "plain"})
    said = jira.get(f"/issue/{one}/comment", params={"orderBy": "-created"}).json()["comments"]
    jira.post("/comment/list", params={"expand": "properties"}, json={"ids": [int(each["id"]) for each in said]})
    comment = f"/issue/{one}/comment/{said[0]['id']}"
    jira.get(comment)
    for body in (text("Changed"), "plain"):
        jira.put(comment, json={"body": body})
    for _ in range(2):
        jira.delete(comment)
    jira.get(comment)
    for path in ("votes", "worklog"):
        jira.get(f"/issue/{one}/{path}")
    pairs = {"projectAndIssueTypes": [{"projectId": "10000", "issueTypeId": "10003"}]}
    control(sandbox, "knobs", {"denied": []}, "PATCH")
    jira.post("/workflows", json=pairs)
    control(sandbox, "knobs", {"workflow_reads": "refused"}, "PATCH")
    jira.post("/workflows", json=pairs)
    ends = {"inwardIssue": {"id": one}, "outwardIssue": {"id": two}}
    jira.post("/issueLink", json={"type": {"name": "Blocks"}, **ends})
    jira.post("/issueLink", json={"type": {"name": "Nothing"}, **ends})
    jira.post("/issue/bulkfetch", json=everything)
    link = jira.get(f"/issue/{two}", params={"fields": "issuelinks,-summary"}).json()["fields"]["issuelinks"][0]["id"]
    jira.get(f"/issueLink/{link}")
    jira.delete(f"/issueLink/{link}")
    jira.delete(f"/issueLink/{link}")
    jira.get(f"/issue/{one}", params={"expand": "changelog,names,transitions", "properties": "*all"})
    jira.get("/issue/INVEST-99")
    jira.get(f"/issue/{one}/changelog")
    jira.post("/changelog/bulkfetch", json={"issueIdsOrKeys": [one, two], "fieldIds": ["summary"], "maxResults": 1})
    control(sandbox, "knobs", {"bulk_changelog_created": "epoch_ms"}, "PATCH")
    jira.post("/changelog/bulkfetch", json={"issueIdsOrKeys": [one, two]})
    page = {"globalId": "x", "object": {"url": "https://room.example/1", "title": "Room"}}
    for body in (page, page, {"object": {"url": "https://room.example/2", "title": ""}}):
        jira.post(f"/issue/{one}/remotelink", json=body)
    jira.get(f"/issue/{one}/remotelink")
    jira.get(f"/issue/{one}/remotelink", params={"globalId": "x"})
    for _ in range(2):
        jira.delete(f"/issue/{one}/remotelink", params={"globalId": "x"})
    other = jira.post(f"/issue/{one}/remotelink", json=page).json()["id"]
    jira.put(f"/issue/{one}/remotelink/{other}", json=page)
    for _ in range(2):
        jira.get(f"/issue/{one}/remotelink/{other}")
        jira.delete(f"/issue/{one}/remotelink/{other}")
    for _ in range(2):
        jira.put(f"/issue/{one}/properties/mine", json={"a": 1})
    jira.get(f"/issue/{one}/properties")
    for _ in range(2):
        jira.get(f"/issue/{one}/properties/mine")
        jira.delete(f"/issue/{one}/properties/mine")
    many = {"issues": [{"issueID": int(one), "properties": {"reconciler": {"version": 2}}}]}
    jira.get(jira.post("/issue/properties/multi", json=many).headers["location"])
    jira.get("/task/1")
    query = {"jql": 'labels = "x" ORDER BY created', "fields": ["summary"], "maxResults": 1}
    jira.post("/search/jql", json={**query, "properties": ["reconciler"], "reconcileIssues": [int(one)]})
    jira.post("/search/jql", json={"jql": "project = INVEST", "maxResults": 2})
    jira.post("/search/jql", json={"jql": "project ="})
    jira.get("/search/jql", params={"jql": "project = INVEST", "maxResults": 2, "fields": "summary,status"})
    jira.post("/search/approximate-count", json={"jql": "project = INVEST"})
    jira.get("/search", params={"jql": "project = INVEST"})
    jira.post("/search", json={"jql": "project = INVEST"})
    for path in ("serverInfo", "priority", "priority/search", "field", "issueLinkType", "label", "project/search"):
        jira.get(f"/{path}")
    for path in ("project", "issuetype", "status", "statuscategory", "resolution"):
        jira.get(f"/{path}")
    for path in ("issuetype/10001", "status/10000", "statuscategory/2", "resolution/10000", "priority/1"):
        jira.get(f"/{path}")
    for path in ("component/10010", "issueLinkType/10000", "issueLinkType/1", "issuetype/project?projectId=10000"):
        jira.get(f"/{path}")
    jira.get("/issue/createmeta", params={"projectKeys": "INVEST", "expand": "projects.issuetypes.fields"})
    for path in ("_edge/tenant_info", "browse/INVEST-1"):
        jira.get(f"{sandbox.sites['jira']}/{path}")
    jira.get("/mypermissions", params={"permissions": "EDIT_ISSUES,ADMINISTER", "projectKey": "INVEST"})
    jira.get("/mypermissions", params={"permissions": "FLY"})
    for project in ("INVEST", "NOPE"):
        for path in ("", "/statuses", "/components", "/versions"):
            jira.get(f"/project/{project}{path}")
        jira.get(f"/issue/createmeta/{project}/issuetypes")
        for kind in ("10001", "10005", "1"):
            jira.get(f"/issue/createmeta/{project}/issuetypes/{kind}")
    drive_planning(sandbox, jira, one)
    drive_fields(jira, me)
    drive_webhooks(sandbox, jira)
    jira.get("/user", params={"accountId": me})
    jira.get("/user/search", params={"query": "l.gray@"})
    jira.get("/user/assignable/search", params={"query": "mei", "project": "INVEST"})
    jira.get("/user/bulk", params={"accountId": me})
    sub = jira.post("/issue", json=draft("Part", "Sub-task", parent={"id": two})).json()
    jira.delete(f"/issue/{two}")
    jira.delete(f"/issue/{two}", params={"deleteSubtasks": "true"})
    jira.get(f"/issue/{sub['key']}")
    with httpx.Client(base_url=f"{sandbox.sites['jira']}{API}", auth=("nobody@example.com", "wrong")) as stranger:
        for path in ("/myself", "/field", "/issue/INVEST-1", "/project/INVEST", "/issueLinkType", "/label"):
            stranger.get(path)
        stranger.post("/issue", json=draft("Mine"))
        stranger.post("/search/jql", json={"jql": "project = INVEST"})
    control(sandbox, "knobs", {"throttling": {"endpoint": {"limit": 1, "per_seconds": 3600}}}, "PATCH")
    for _ in range(2):
        jira.get("/field")
    control(sandbox, "knobs", {"throttling": None}, "PATCH")
    control(sandbox, "faults", {"what": {"status": 503, "body": "<html>down</html>"}})
    jira.get("/field")


def drive_planning(sandbox: Endpoints, jira: httpx.Client, issue: str) -> None:
    """Ask for boards, sprints and watchers, and refuse some."""
    agile = f"{sandbox.sites['jira']}/rest/agile/1.0"
    jira.get(f"{agile}/board", params={"projectKeyOrId": "INVEST"})
    for path in ("board/1", "board/9", "board/1/sprint", "sprint/2", "sprint/9"):
        jira.get(f"{agile}/{path}")
    jira.get(f"{agile}/board/1/sprint", params={"state": "active,future", "startAt": 1})
    jira.get(f"{agile}/board/1/configuration")
    made = jira.post(f"{agile}/sprint", json={"name": "Sprint 9", "originBoardId": 1}).json()
    for state in ("active", "closed"):
        jira.post(f"{agile}/sprint/{made['id']}", json={"state": state})
    jira.put(f"{agile}/sprint/{made['id']}", json={"name": "The ninth"})
    for path in ("sprint/2/issue", "sprint/1/issue", "backlog/issue"):
        jira.post(f"{agile}/{path}", json={"issues": [issue]})
    jira.put(f"/issue/{issue}", json={"fields": {"customfield_10020": 3, "fixVersions": [{"name": "1.1"}]}})
    jira.post("/issue/bulkfetch", json={"issueIdsOrKeys": [issue], "fields": ["*all"]})
    lena = jira.get("/user/search", params={"query": "lena"}).json()[0]["accountId"]
    jira.post(f"/issue/{issue}/watchers", json=lena)
    jira.get(f"/issue/{issue}/watchers")
    for account in (lena, "nobody"):
        jira.delete(f"/issue/{issue}/watchers", params={"accountId": account})


def drive_webhooks(sandbox: Endpoints, jira: httpx.Client) -> None:
    """Register, change and remove a webhook as an administrator; the vendor's file has none of it."""
    webhooks = f"{sandbox.sites['jira']}/rest/webhooks/1.0/webhook"
    wanted = {"name": "ours", "url": "http://127.0.0.1:1/", "events": []}
    control(sandbox, "knobs", {"denied": []}, "PATCH")
    made = jira.post(webhooks, json=wanted).json()["self"]
    for ask in (lambda: jira.get(webhooks), lambda: jira.get(made), lambda: jira.put(made, json=wanted)):
        ask()
    jira.delete(made)
    control(sandbox, "knobs", {"denied": ["ADMINISTER"]}, "PATCH")


def drive_fields(jira: httpx.Client, account: str) -> None:
    """Fill a custom field of each kind, make components and versions, and have some refused."""
    for path, project in (("component", {"project": "INVEST"}), ("version", {"projectId": 10000})):
        for _ in range(2):
            made = jira.post(f"/{path}", json={"name": "Tax", **project})
            jira.get(f"/{path}/{made.json().get('id', '1')}")
    jira.get("/group/bulk")
    values = {
        "customfield_10060": text("Why"),
        "customfield_10061": "2026-03-31T17:00:00.000+0100",
        "customfield_10062": "https://room.example",
        "customfield_10063": [{"value": "Germany"}],
        "customfield_10065": {"value": "Fund IV"},
        "customfield_10066": {"value": "EMEA", "child": {"value": "Germany"}},
        "customfield_10067": {"accountId": account},
        "customfield_10068": [{"accountId": account}],
        "customfield_10071": ["tax"],
        "customfield_10072": {"name": "1.1"},
        "customfield_10073": [{"name": "1.1"}],
    }
    epic = jira.post("/issue", json=draft("Fields", "Epic", **values)).json()
    jira.post("/issue/bulkfetch", json={"issueIdsOrKeys": [epic["key"]], "fields": ["*all"]})
    for field in values:
        jira.put(f"/issue/{epic['key']}", json={"fields": {field: 7}})
        jira.put(f"/issue/{epic['key']}", json={"fields": {field: None}})
    task = jira.post("/issue", json=draft("Groups")).json()
    groups = {"customfield_10069": {"name": "Legal"}, "customfield_10070": [{"name": "Legal"}]}
    sub = jira.post("/issue", json=draft("Part", "Sub-task", parent={"id": task["id"]}, **groups)).json()
    jira.post("/issue/bulkfetch", json={"issueIdsOrKeys": [sub["key"]], "fields": ["*all"]})
    jira.get(f"/issue/{epic['key']}/editmeta")


def test_every_exchange_conforms_to_the_openapi_file(
    sandbox: Endpoints, jira: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests, answers with a declared schema and errors conform, on every endpoint that the sandbox has."""
    folder = api_dir()
    if folder is None:
        pytest.skip(NOWHERE)
    drive(sandbox, jira)
    exchanges = recorded(sandbox)

    verdict = judge(exchanges, folder)

    with capsys.disabled():
        print(f"\nOpenAPI: {verdict}")
    assert verdict.problems == []
    assert verdict.counts["answers held against their schema"] > 50
    assert verdict.counts["errors held against ErrorCollection"] > 15
    assert verdict.counts["answers of injected faults (exempt)"] == 1
    assert {route.operation for route in routes()} - {each["operation"] for each in exchanges} == set()


def test_the_paths_and_names_of_the_endpoints_are_the_files(sandbox: Endpoints) -> None:
    """An endpoint's operation is the operationId that the file gives to its path and method."""
    folder = api_dir()
    if folder is None:
        pytest.skip(NOWHERE)
    import json

    declared = {
        (method.upper(), "/".join("{}" if part.startswith("{") else part for part in path.split("/"))): operation
        for name in FILES.values()
        for path, operations in json.loads((folder / name).read_bytes())["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }
    for route in routes():
        if route.path.startswith("/rest/") and not route.path.startswith(OUTSIDE):
            shape = "/".join("{}" if part.startswith("{") else part for part in route.path.split("/"))
            assert declared[route.method, shape]["operationId"] == route.operation


def test_the_judge_finds_what_does_not_conform() -> None:
    """A strange field, a wrong type, an undeclared parameter, an unknown path and an odd error are problems."""
    folder = api_dir()
    if folder is None:
        pytest.skip(NOWHERE)
    good: dict[str, Any] = {
        "n": 1, "method": "GET", "path": "/jira/rest/api/3/myself", "query": "", "status": 200, "fault": False,
        "request": None, "response": {"accountId": "1"},
    }  # fmt: skip
    wrong = [
        {**good, "response": {"accountId": 1}},
        {**good, "response": {"shoe": "1"}},
        {**good, "query": "shoe=1"},
        {**good, "path": "/jira/rest/api/3/shoe"},
        {**good, "status": 401, "response": {"message": "no"}},
        {**good, "status": 202},
        {**good, "request": {}},
    ]
    assert judge([good], folder).problems == []
    for exchange in wrong:
        assert len(judge([exchange], folder).problems) == 1, exchange
    assert judge([{**good, "response": 1, "fault": True}], folder).problems == []


@pytest.mark.parametrize(("operation", "place"), CORRECTIONS)
def test_the_file_contradicts_itself_where_it_is_corrected(operation: str, place: str) -> None:
    """Each correction has its reason in the file: its own example, or its own words, do not fit its schema."""
    folder = api_dir()
    if folder is None:
        pytest.skip(NOWHERE)
    import json

    data = json.loads((folder / "jira-platform-v3.openapi.json").read_bytes())
    found = next(
        each
        for operations in data["paths"].values()
        for each in operations.values()
        if isinstance(each, dict) and each.get("operationId") == operation
    )
    part = found["requestBody"] if place == "request" else found["responses"][place]
    content = part["content"]["application/json"]
    example = content.get("example")
    example = json.loads(example) if isinstance(example, str) else example
    match operation:
        case "getRemoteIssueLinks":
            assert isinstance(example, list)
            assert content["schema"]["$ref"].endswith("/RemoteIssueLink")
        case "bulkSetIssuePropertiesByIssue":
            assert isinstance(example["issues"][0]["properties"]["myProperty"]["owner"], str)
            assert "owner" not in data["components"]["schemas"]["JsonNode"]["properties"]
        case "assignIssue":
            assert "`null`, the issue is set to unassigned" in found["description"]
        case "getBulkChangelogs":
            assert isinstance(example["issueChangeLogs"][0]["changeHistories"][0]["created"], int)
            assert data["components"]["schemas"]["Changelog"]["properties"]["created"]["type"] == "string"
        case _:
            pytest.fail("a correction without a reason")
