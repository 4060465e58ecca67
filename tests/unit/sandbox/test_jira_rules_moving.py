"""The Jira sandbox's rules about status, links, properties, limits and the end of issues; and the table of rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from reconciler_jira_sandbox.behaviour import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_test(site: Any, rule: Any) -> None:
    """Each row of the table is proved by the test of its name, and its knob exists."""
    tests = "\n".join(each.read_text() for each in Path(__file__).parent.glob("test_jira_rules_*.py"))
    assert re.search(rf"^def test_{rule.name}\(", tests, re.MULTILINE)
    assert not rule.knob or rule.knob in site.platform.knobs()
    assert rule.fact[0] == "A"


def test_transitions_depend_on_the_issue(site: Any) -> None:
    """Any status leads to any; a workflow of the type's own offers what leads on from here, under its conditions."""
    issue = site.make()
    names = [each["to"]["name"] for each in site.get(f"/issue/{issue}/transitions").json["transitions"]]
    assert names == ["To Do", "In Progress", "In Review", "Blocked", "Done", "Cancelled"]
    site.turn(workflows={"Task": [
        {"name": "Start", "from": ["To Do"], "to": "In Progress", "assigned": True},
        {"name": "Finish", "from": ["In Progress"], "to": "Done"},
    ]})  # fmt: skip
    assert site.get(f"/issue/{issue}/transitions").json["transitions"] == []
    lena = site.get("/user/search", query="lena").json[0]["accountId"]
    site.put(f"/issue/{issue}/assignee", {"accountId": lena})
    (start,) = site.get(f"/issue/{issue}/transitions").json["transitions"]
    assert (start["name"], start["to"]["name"], start["isConditional"], start["isGlobal"]) == (
        "Start", "In Progress", True, False,
    )  # fmt: skip
    assert site.post(f"/issue/{issue}/transitions", {"transition": {"id": "311"}}).status == 400
    assert site.post(f"/issue/{issue}/transitions", {"transition": {"id": start["id"]}}).status == 204
    assert site.transition_to(issue, "Done") == "311"
    with pytest.raises(ValueError, match="the workflow leads"):
        site.platform.act("edit", {"item": issue, "status": "To Do"})


def test_unmet_conditions_are_shown_on_request(site: Any) -> None:
    """A transition whose condition is not met is listed for whoever asks, and can't be made."""
    issue = site.make()
    site.turn(workflows={"Task": [
        {"name": "Start", "to": "In Progress"}, {"name": "Approve", "to": "Done", "assigned": True},
    ]})  # fmt: skip
    path = f"/issue/{issue}/transitions"
    assert [each["name"] for each in site.get(path).json["transitions"]] == ["Start"]
    offered = site.get(path, includeUnavailableTransitions="true").json["transitions"]
    assert [(each["name"], each["isAvailable"]) for each in offered] == [("Start", True), ("Approve", False)]
    assert site.post(path, {"transition": {"id": offered[1]["id"]}}).status == 400


def test_workflows_are_for_administrators(site: Any) -> None:
    """Others get an empty answer; an administrator gets each type's transitions, unless the token has not the scope."""
    site.turn(workflows={"Task": [{"name": "Start", "from": ["To Do"], "to": "In Progress"}]})
    asked = {"projectAndIssueTypes": [{"projectId": "10000", "issueTypeId": "10003"}]}
    assert site.post("/workflows", asked).json == {"statuses": [], "workflows": []}
    site.turn(denied=[])
    answer = site.post("/workflows", asked).json
    names = {each["statusReference"]: each["name"] for each in answer["statuses"]}
    (workflow,) = answer["workflows"]
    create, start = workflow["transitions"]
    assert (create["type"], names[create["toStatusReference"]]) == ("INITIAL", "To Do")
    assert (start["type"], names[start["toStatusReference"]]) == ("DIRECTED", "In Progress")
    assert [names[each["fromStatusReference"]] for each in start["links"]] == ["To Do"]
    assert site.post("/workflows", {"projectAndIssueTypes": [{"issueTypeId": "1"}]}).status == 400
    site.turn(workflow_reads="refused")
    assert site.post("/workflows", asked).status == 401


def test_statuses_depend_on_the_type(site: Any) -> None:
    """Those that its transitions name, and the one in which its issues begin; other types keep theirs."""
    site.turn(workflows={"Task": [
        {"from": ["In Review", "In Progress"], "to": "Done"}, {"to": "In Progress"},
    ]})  # fmt: skip
    found = {each["name"]: [status["name"] for status in each["statuses"]] for each in (
        site.get("/project/INVEST/statuses").json
    )}  # fmt: skip
    assert found["Task"] == ["To Do", "In Progress", "In Review", "Done"]
    assert found["Bug"] == ["To Do", "In Progress", "In Review", "Blocked", "Done", "Cancelled"]


def test_transition_ids_differ_by_type(site: Any) -> None:
    """A task's transition does nothing for an epic."""
    task, epic = site.make(), site.make(kind="Epic")
    done = site.transition_to(task, "Done")
    assert done != site.transition_to(epic, "Done")
    assert site.post(f"/issue/{epic}/transitions", {"transition": {"id": done}}).status == 400


def test_transition_demands_its_screen(site: Any, text: Any) -> None:
    """A required field is refused when missing, taken with the transition; other fields are off its screen."""
    issue = site.make()
    site.turn(workflows={"Task": [{"name": "Finish", "to": "Done", "required": ["duedate"]}]})
    (finish,) = site.get(f"/issue/{issue}/transitions", expand="transitions.fields").json["transitions"]
    assert finish["hasScreen"]
    assert finish["fields"]["duedate"]["required"]
    body: dict[str, Any] = {"transition": {"id": finish["id"]}}
    path = f"/issue/{issue}/transitions"
    assert "duedate" in site.post(path, body).json["errors"]
    assert "summary" in site.post(path, {**body, "fields": {"duedate": "2026-12-01", "summary": "x"}}).json["errors"]
    assert "duedate" in site.post(path, {**body, "fields": {"duedate": "soon"}}).json["errors"]
    assert "labels" in site.post(path, {**body, "update": {"labels": [{"add": "x"}]}}).json["errors"]
    bad_comment = {"comment": [{"add": {"body": "plain"}}]}
    assert (
        "comment"
        in site.post(path, {**body, "fields": {"duedate": "2026-12-01"}, "update": bad_comment}).json["errors"]
    )
    comment = {"comment": [{"add": {"body": text("Finished")}}]}
    assert site.post(path, {**body, "fields": {"duedate": "2026-12-01"}, "update": comment}).status == 204
    fields = site.fields(issue)
    assert (fields["status"]["name"], fields["duedate"]) == ("Done", "2026-12-01")
    assert fields["comment"]["comments"][0]["body"] == text("Finished")


def test_no_permission_no_transitions(site: Any) -> None:
    """An empty list, not an error."""
    issue = site.make()
    site.turn(denied=["TRANSITION_ISSUES"])
    answer = site.get(f"/issue/{issue}/transitions")
    assert (answer.status, answer.json["transitions"]) == (200, [])
    assert site.post(f"/issue/{issue}/transitions", {"transition": {"id": "1"}}).status == 403


def test_done_sets_the_resolution(site: Any) -> None:
    """Set on the way in, cleared on the way back, kept between two such statuses."""
    issue = site.make()
    for status, resolution in (("Done", "Done"), ("Cancelled", "Done"), ("To Do", None)):
        site.platform.act("edit", {"item": issue, "status": status})
        shown = site.fields(issue)["resolution"]
        assert (shown["name"] if shown else None) == resolution


def test_link_direction(site: Any) -> None:
    """A posted as inwardIssue blocks B: A shows B as outwardIssue, B shows A as inwardIssue; both histories say so."""
    a, b = site.make("A"), site.make("B")
    ends = {"inwardIssue": {"id": a}, "outwardIssue": {"key": "INVEST-2"}}
    assert site.post("/issueLink", {"type": {"name": "Blocks"}, **ends}).status == 201
    (on_a,), (on_b,) = site.fields(a)["issuelinks"], site.fields(b)["issuelinks"]
    assert on_a["id"] == on_b["id"]
    assert (on_a["outwardIssue"]["key"], on_b["inwardIssue"]["key"]) == ("INVEST-2", "INVEST-1")
    assert "inwardIssue" not in on_a
    assert on_a["type"]["outward"] == "blocks"
    item = site.get(f"/issue/{a}/changelog").json["values"][0]["items"][0]
    assert (item["to"], item["toString"]) == ("INVEST-2", "This issue blocks INVEST-2")
    site.platform.act("hide", {"item": b})
    assert site.fields(a)["issuelinks"] == []
    site.platform.act("show", {"item": b})
    assert site.delete(f"/issueLink/{on_a['id']}").status == 204
    assert site.fields(b)["issuelinks"] == []
    assert site.delete(f"/issueLink/{on_a['id']}").status == 404


def test_links_are_idempotent(site: Any) -> None:
    """The second request is answered like the first; the reverse is a link of its own; no issue links itself."""
    a, b = site.make(), site.make()
    link = {"type": {"id": "10000"}, "inwardIssue": {"id": a}, "outwardIssue": {"id": b}}
    assert [site.post("/issueLink", link).status for _ in range(2)] == [201, 201]
    assert len(site.fields(a)["issuelinks"]) == 1
    site.post("/issueLink", {**link, "inwardIssue": {"id": b}, "outwardIssue": {"id": a}})
    assert len(site.fields(a)["issuelinks"]) == 2
    assert site.post("/issueLink", {**link, "outwardIssue": {"id": a}}).status == 400
    assert site.post("/issueLink", {**link, "outwardIssue": {}}).status == 400
    assert site.post("/issueLink", {**link, "type": {"name": "Nothing"}}).status == 404
    assert site.post("/issueLink", {**link, "outwardIssue": {"id": "1"}}).status == 404


def test_remote_links_by_global_id(site: Any) -> None:
    """The same globalId is one link, whose absent parts are forgotten; without one each request makes another."""
    issue = site.make()
    path = f"/issue/{issue}/remotelink"
    room: dict[str, Any] = {"globalId": "room", "object": {"url": "https://room.example", "title": "Room"}}
    first = site.post(path, {**room, "relationship": "documents"})
    second = site.post(path, {**room, "object": {**room["object"], "title": "Data room"}})
    assert (first.status, second.status) == (201, 200)
    assert first.json["id"] == second.json["id"]
    (shown,) = site.get(path).json
    assert shown["object"]["title"] == "Data room"
    assert "relationship" not in shown
    assert site.get(path, globalId="room").json == shown
    assert site.get(path, globalId="none").status == 404
    for _ in range(2):
        site.post(path, {"object": room["object"]})
    links = site.get(path).json
    assert len(links) == 3
    last = f"{path}/{links[2]['id']}"
    assert site.get(last).json == links[2]
    assert [site.delete(last).status for _ in range(2)] == [204, 404]
    assert site.get(last).status == 404
    assert site.delete(path, globalId="room").status == 204
    assert site.delete(path, globalId="room").status == 404
    assert list(site.post(path, {"object": {"url": "https://x.example"}}).json["errors"]) == ["title"]
    assert "globalId" in site.post(path, {**room, "globalId": "x" * 256}).json["errors"]


def test_properties_replace_wholesale(site: Any) -> None:
    """Nothing of the old value stays; empty and too large values are refused."""
    issue = site.make()
    path = f"/issue/{issue}/properties/mine"
    assert site.get(path).status == 404
    assert [site.put(path, value).status for value in ({"a": 1}, {"b": 2})] == [201, 200]
    assert site.get(path).json == {"key": "mine", "value": {"b": 2}}
    assert site.put(path, "x" * 32_768).status == 400
    assert site.put(path, b"null").status == 400
    assert site.put(f"/issue/{issue}/properties/{'x' * 256}", 1).status == 400
    assert site.delete(path).status == 204
    assert site.delete(path).status == 404
    assert site.put(f"/issue/{issue}", {"properties": {"a": 1}}).status == 400


def test_properties_in_bulk_redirect(site: Any) -> None:
    """303 to a task that is complete, or failed where an issue is missing; the good ones are written anyway."""
    issue = site.make()
    body: dict[str, Any] = {"issues": [{"issueID": int(issue), "properties": {"mine": {"a": 1}}}]}
    answer = site.post("/issue/properties/multi", body)
    assert answer.status == 303
    task = site.get(answer.headers["location"].partition("/rest/api/3")[2]).json
    assert (task["status"], task["progress"]) == ("COMPLETE", 100)
    assert site.get(f"/issue/{issue}", properties="mine").json["properties"] == {"mine": {"a": 1}}
    body["issues"].append({"issueID": 1, "properties": {"mine": {"a": 2}}})
    where = site.post("/issue/properties/multi", body).headers["location"]
    assert site.get(where.partition("/rest/api/3")[2]).json["status"] == "FAILED"
    for bad in ([], [{"issueID": 1, "properties": {}}], [{"issueID": 1, "properties": {"x": 1}}] * 101):
        assert site.post("/issue/properties/multi", {"issues": bad}).status == 400
    assert site.get("/task/1").status == 404


def test_throttling_says_when(site: Any) -> None:
    """After the bucket is empty: 429, how long to wait, why; after the wait it goes on."""
    site.turn(throttling={"endpoint": {"limit": 5, "per_seconds": 10}})
    first = site.get("/field").headers
    assert (first["x-ratelimit-limit"], first["x-ratelimit-remaining"]) == ("5", "4")
    near = [site.get("/field").headers.get("x-ratelimit-nearlimit") for _ in range(4)]
    assert near == [None, None, None, "true"]
    refused = site.get("/field")
    assert refused.status == 429
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["ratelimit-reason"] == "jira-burst-based"
    assert refused.headers["x-ratelimit-reset"] == "2026-11-23T09:00:02Z"
    site.clock.sleep(2)
    assert site.get("/field").status == 200


def test_throttled_is_not_executed(site: Any) -> None:
    """No issue is made; the same request again makes one."""
    site.turn(throttling={"endpoint": {"limit": 1, "per_seconds": 5}})
    site.post("/issue", site.draft("First"))
    assert site.post("/issue", site.draft("Second")).status == 429
    site.clock.sleep(5)
    assert site.post("/issue", site.draft("Second")).json["key"] == "INVEST-2"


def test_endpoints_are_limited_one_by_one(site: Any) -> None:
    """One that is used up leaves the others, whatever issue is in the path: by method 100 or 50, more for some."""
    one, two = site.make(), site.make()
    site.turn(throttling="documented")
    limits = {
        site.ask(method, path, body).headers["x-ratelimit-limit"]
        for method, path, body in (
            ("GET", "/field", None),
            ("PUT", f"/issue/{one}", {}),
            ("DELETE", "/issueLink/1", None),
            ("GET", f"/issue/{one}", None),
            ("GET", f"/issue/{one}/changelog", None),
        )
    }
    assert limits == {"100", "50", "150", "200"}
    statuses = [site.get(f"/issue/{each}").status for each in (one, two) * 75]
    assert statuses == [200] * 149 + [429]
    assert site.get("/field").status == 200
    assert site.get("/nowhere").status == 404


def test_writes_to_an_issue_are_limited(site: Any) -> None:
    """Its edits, properties and transitions count together, by id or key; reads of it and other issues do not."""
    one, two = site.make(), site.make()
    site.turn(throttling="documented")
    for _ in range(10):
        assert site.put(f"/issue/{one}", {"fields": {}}).status == 204
        assert site.put("/issue/INVEST-1/properties/mine", 1).status in (200, 201)
    refused = site.post(f"/issue/{one}/transitions", {"transition": {"id": "1"}})
    assert refused.status == 429
    assert refused.headers["ratelimit-reason"] == "jira-per-issue-on-write"
    assert (refused.headers["retry-after"], refused.headers["x-ratelimit-limit"]) == ("1", "20")
    assert site.get(f"/issue/{one}").status == 200
    assert site.put(f"/issue/{two}", {"fields": {}}).status == 204
    done = 20
    for _ in range(40):
        site.clock.sleep(0.5)
        done += sum(site.put(f"/issue/{one}", {"fields": {}}).status == 204 for _ in range(5))
    assert done == 100 + int(20 / 30 * 100)
    site.turn(throttling={"issue": {"limit": 1, "per_seconds": 5}})
    assert [site.put(f"/issue/{one}", {"fields": {}}).status for _ in range(2)] == [204, 429]
    assert "x-ratelimit-limit" not in site.get("/field").headers


def test_delete_needs_a_word_for_subtasks(site: Any) -> None:
    """Refused without, done with: the sub-tasks and the links go too, for good."""
    task, other = site.make(), site.make()
    part = site.make(kind="Sub-task", parent={"id": task})
    site.post("/issueLink", {"type": {"name": "Blocks"}, "inwardIssue": {"id": task}, "outwardIssue": {"id": other}})
    assert [each["id"] for each in site.fields(task)["subtasks"]] == [part]
    assert site.delete(f"/issue/{task}").status == 400
    assert site.delete(f"/issue/{task}", deleteSubtasks="true").status == 204
    assert [site.get(f"/issue/{each}").status for each in (task, part)] == [404, 404]
    assert site.fields(other)["issuelinks"] == []
    assert site.make() != task


def test_delete_spares_the_epics_children(site: Any) -> None:
    """The task stays, without a parent."""
    epic = site.make(kind="Epic")
    task = site.make(parent={"id": epic})
    assert site.delete(f"/issue/{epic}").status == 204
    assert "parent" not in site.fields(task)


def test_copies_carry_the_marks(site: Any) -> None:
    """A clone has the labels and the property of its source, a key of its own and the first status."""
    issue = site.make("Deal", labels=["rc-1"])
    site.put(f"/issue/{issue}/properties/reconciler", {"address": "deal"})
    site.platform.act("edit", {"item": issue, "status": "Done"})
    copy = site.platform.act("clone", {"item": issue, "by": "Mei Tanaka"})["id"]
    fields = site.fields(copy)
    assert (fields["labels"], fields["status"]["name"], fields["summary"]) == (["rc-1"], "To Do", "CLONE - Deal")
    assert fields["creator"]["displayName"] == "Mei Tanaka"
    assert site.get(f"/issue/{copy}/properties/reconciler").json["value"] == {"address": "deal"}
    site.turn(clone_properties=False)
    bare = site.platform.act("clone", {"item": issue})["id"]
    assert site.get(f"/issue/{bare}/properties/reconciler").status == 404
    assert site.fields(bare)["labels"] == ["rc-1"]
