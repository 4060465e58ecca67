"""Jira Data Center's answers, from stricter and laxer servers than the sandbox is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from reconciler_jira import JiraPlugin

from reconciler.sdk import (
    AuthenticationError,
    Change,
    Draft,
    Link,
    NotFoundError,
    Ref,
    UnreachableError,
    marker_label,
)

API = "/rest/api/2"
EPIC_LINK, EPIC_NAME = "customfield_8", "customfield_9"
VENDOR = "com.pyxis.greenhopper.jira:"
FIELDS = [
    {"id": "summary", "name": "Summary", "schema": {"type": "string", "system": "summary"}},
    {"id": "description", "name": "Description", "schema": {"type": "string", "system": "description"}},
    {"id": EPIC_LINK, "name": "Epic Link", "schema": {"type": "any", "custom": f"{VENDOR}gh-epic-link"}},
    {"id": EPIC_NAME, "name": "Epic Name", "schema": {"type": "string", "custom": f"{VENDOR}gh-epic-label"}},
    {"id": "customfield_1", "name": "Sprint", "schema": {"type": "array", "items": "string", "custom": "x:gh-sprint"}},
    {"id": "customfield_2", "name": "Memo", "schema": {"type": "string", "custom": "x:textarea"}},
    {"id": "customfield_3", "name": "Twin", "schema": {"type": "number", "custom": "x:float"}},
    {"id": "customfield_4", "name": "Twin", "schema": {"type": "number", "custom": "x:float"}},
    {"id": "strange"},
]
LEA = {"name": "lgray", "key": "JIRAUSER1", "displayName": "Lea Gray", "emailAddress": "l.gray@fund.example"}
TYPES = [
    {"id": "100", "name": "Opportunity", "subtask": False},
    {"id": "101", "name": "Task", "subtask": False},
    {"id": "102", "name": "Sub-task", "subtask": True},
]


def field(id: str) -> dict[str, Any]:
    known = next(each for each in FIELDS if each["id"] == id)
    return {"fieldId": id, "name": known["name"], "schema": known["schema"], "required": id in (EPIC_NAME, "summary")}


@pytest.fixture
def server(jira):
    """A server with a project of three types, whose answers each test makes its own."""
    jira.on("GET", "/_edge/tenant_info", (404, {}))
    jira.on("GET", f"{API}/serverInfo", {"deploymentType": "Server", "baseUrl": "https://jira.fund.example"})
    jira.on("POST", f"{API}/search", {"issues": []})
    jira.on("GET", f"{API}/field", FIELDS)
    jira.on("GET", f"{API}/myself", {**LEA, "name": "me"})
    jira.on("GET", f"{API}/project/INVEST", {"id": "10000", "key": "INVEST", "issueTypes": TYPES})
    jira.on("GET", f"{API}/project/INVEST/statuses", [{"id": each["id"]} for each in TYPES])
    jira.on("GET", f"{API}/mypermissions", {"permissions": {}})
    jira.on("GET", f"{API}/issueLinkType", {"issueLinkTypes": [{"id": "1", "name": "Blocks"}]})
    jira.on("GET", f"{API}/issue/createmeta/.*/issuetypes/100", {"values": [field("summary"), field(EPIC_NAME)]})
    jira.on("GET", f"{API}/issue/createmeta/.*/issuetypes/101", {"values": [field("summary"), field(EPIC_LINK)]})
    return jira


@pytest.fixture
def plugin(plugin_of, canned, server):
    """The plugin, whose epics are called opportunities."""
    return plugin_of(server, canned.config(types={"epic": "Opportunity"}))


def issue(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "key": f"INVEST-{id}", "fields": {"issuetype": {"id": "101"}, **fields}, "properties": {}}


def fetched(plugin: JiraPlugin, id: str, *fields: str) -> Any:
    (found,) = plugin.provider.fetch({id: fields})
    return found


def test_a_type_with_an_epics_name_is_an_epic(server, plugin):
    """Data Center tells no levels, and its administrators may call epics as they like."""
    site = plugin.provider.describe_site(("epic", "task"))
    assert {each.ref.name: each.level for each in site.types.values()} == {"Opportunity": 1, "Task": 0, "Sub-task": -1}
    assert not site.types["100"].fields[EPIC_NAME].required
    assert site.types["101"].by_word("parent") is not None
    assert site.types["101"].transitions is None


def test_a_type_that_no_spec_uses_is_an_epic_by_its_word(server, plugin):
    """Its screen is not read for that."""
    site = plugin.provider.describe_site(())
    assert {each.ref.name: each.level for each in site.types.values()} == {"Opportunity": 1, "Task": 0, "Sub-task": -1}


def test_create_screens_come_in_pages_or_all_at_once(server, plugin):
    """By type where the server has that, with or without a total; else by the older endpoint."""
    summary, link = field("summary"), {**field(EPIC_LINK), "fieldId": None, "key": EPIC_LINK}

    def page(request: httpx.Request) -> Any:
        return {"values": [[summary], [link], []][int(request.url.params["startAt"])], "total": 2}

    server.on("GET", f"{API}/issue/createmeta/.*/issuetypes/101", page)
    assert {"summary", "parent"} <= plugin.provider.describe_site(("task",)).types["101"].fields.keys()
    older = {"projects": [{"issuetypes": [{"id": "101", "fields": {"summary": field("summary")}}]}]}
    server.on("GET", f"{API}/issue/createmeta/.*/issuetypes/101", (404, {}))
    server.on("GET", f"{API}/issue/createmeta", older)
    assert "summary" in plugin.provider.describe_site(("task",)).types["101"].fields


@pytest.mark.parametrize("older", [(404, {}), {"projects": []}, {}])
def test_a_type_without_any_screen_is_said(server, plugin, older):
    """As the newer endpoint says it."""
    server.on("GET", f"{API}/issue/createmeta/.*/issuetypes/101", (404, {"errorMessages": ["Unknown"]}))
    server.on("GET", f"{API}/issue/createmeta", older)
    with pytest.raises(NotFoundError, match="issuetypes/101"):
        plugin.provider.describe_site(("task",))


def test_texts_people_and_sprints_are_read(server, plugin):
    """Texts are in wiki markup, people have names, and sprints are written as Java shows its objects."""
    text = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=7,rapidViewId=2,state=ACTIVE,name=Q1, part 2,"
        "startDate=<null>,goal=Ship=it]"
    )
    closed = text.replace("ACTIVE", "CLOSED").replace("id=7", "id=6")
    read = issue("1", description="h1. *Deal*", customfield_2="x", assignee=LEA, customfield_1=[closed, text])
    server.on("GET", f"{API}/issue/1", read)
    fields = fetched(plugin, "1", "description", "customfield_2", "assignee", "customfield_1").item.fields
    assert fields["description"].markdown == "# **Deal**"
    assert fields["customfield_2"].markdown == "x"
    assert fields["assignee"] == Ref("lgray")
    assert (fields["customfield_1"], fields["customfield_1"].name) == (Ref("7"), "Q1, part 2")


def test_people_without_a_name_go_by_their_key(server, plugin):
    """Whoever was made anonymous has no other."""
    server.on("GET", f"{API}/issue/1", issue("1", assignee={"key": "JIRAUSER1", "displayName": "Former user"}))
    assert fetched(plugin, "1", "assignee").item.fields["assignee"] == Ref("JIRAUSER1")


def test_an_epic_is_a_parent(server, plugin):
    """Found by its key once, and called by its key where it can't be seen; a sub-task's parent comes first."""
    server.on("GET", f"{API}/issue/1", issue("1", **{EPIC_LINK: "DEAL-5"}))
    server.on("GET", f"{API}/issue/2", issue("2", **{EPIC_LINK: "DEAL-5"}))
    server.on("GET", f"{API}/issue/3", issue("3", **{EPIC_LINK: "SECRET-1"}))
    server.on("GET", f"{API}/issue/4", issue("4", parent={"id": "1", "key": "INVEST-1"}))
    server.on("GET", f"{API}/issue/DEAL-5", {"id": "55", "key": "DEAL-5"})
    found = {each.asked: each.item for each in plugin.provider.fetch(dict.fromkeys("1234", ("parent",)))}
    parents = {id: item.fields["parent"].id for id, item in found.items() if item}
    assert parents == {"1": "55", "2": "55", "3": "SECRET-1", "4": "1"}
    assert len(server.sent("GET", f"{API}/issue/DEAL-5")) <= 2


def test_an_issue_that_tells_no_properties_is_asked_for_them(server, plugin, marker_of):
    """Some servers leave them out; a marker counts only beside its label."""
    marker = marker_of(item="1")
    value = {"version": 1, "workspace": "ws", "name": "deals", "instance": "acme", "address": "deal", "item": "1",
             "operation": "op", "protect": False, "closed": False, "base": {}, "observed": {}}  # fmt: skip
    told = issue("1", labels=[marker_label("ws", "acme")])
    del told["properties"]
    server.on("GET", f"{API}/issue/1", told)
    server.on("GET", f"{API}/issue/1/properties", {"keys": [{"key": "reconciler"}]})
    server.on("GET", f"{API}/issue/1/properties/reconciler", {"key": "reconciler", "value": value})
    (found,) = plugin.provider.fetch({"1": ()}, markers=True)
    assert found.item.marker.address == marker.address


def test_what_can_not_be_read_is_told_apart(server, plugin):
    """Missing is not visible; refused is undecided."""
    server.on("GET", f"{API}/issue/1", (404, {"errorMessages": ["Issue Does Not Exist"]}))
    server.on("GET", f"{API}/issue/2", (403, {"errorMessages": ["No."]}))
    found = {each.asked: each.state for each in plugin.provider.fetch({"1": (), "2": ()})}
    assert found == {"1": "not_visible", "2": "undecided"}


@pytest.mark.parametrize("total", [True, False])
def test_a_search_goes_by_number(server, plugin, total):
    """To the total where the server tells one, else to an empty page."""
    issues = [issue(str(number)) for number in range(1, 6)]

    def page(request: httpx.Request) -> Any:
        body = json.loads(request.content)
        start = body["startAt"]
        return {"issues": issues[start : start + 2], **({"total": len(issues)} if total else {})}

    server.on("POST", f"{API}/search", page)
    assert [each.id for each in plugin.provider.search("project = INVEST", ())] == ["1", "2", "3", "4", "5"]
    bodies = server.bodies("POST", f"{API}/search")
    assert bodies[0]["jql"] == "project = INVEST ORDER BY key ASC"
    assert len(bodies) == (3 if total else 4)


def test_hits_that_moved_up_while_others_went_are_found(server, plugin):
    """When the total falls, the pages are read once more from the beginning; no issue is told twice."""
    issues = [issue(str(number)) for number in range(1, 6)]

    def page(request: httpx.Request) -> Any:
        start = json.loads(request.content)["startAt"]
        found = {"issues": issues[start : start + 2], "total": len(issues)}
        if len(issues) == 5:
            del issues[0]
        return found

    server.on("POST", f"{API}/search", page)
    assert [each.id for each in plugin.provider.search("x = 1 order by key", ())] == ["1", "2", "3", "4", "5"]


def test_a_history_calls_fields_by_name(server, plugin):
    """By names of system fields, of custom ones that are unique, and of epics; an id is taken as it is."""

    def entry(field: str, kind: str = "jira", **more: str) -> dict[str, Any]:
        return {"field": field, "fieldtype": kind, "fromString": "a", "toString": "b", **more}

    items = [
        entry("summary"),
        entry("Fix Version"),
        entry("Epic Link", "custom"),
        entry("Memo", "custom"),
        entry("Twin", "custom"),
        entry("x", "custom", fieldId=EPIC_LINK),
    ]
    histories = [{"created": "2026-01-05T09:00:00.000+0000", "author": LEA, "items": items}, {"items": None}]
    server.on("GET", f"{API}/issue/1", {**issue("1"), "changelog": {"histories": histories}})
    fields = ("summary", "fixVersions", "parent", "customfield_2", "customfield_3")
    (history, other) = sorted(plugin.provider.history(["1", "2"], fields), key=lambda each: each.item)
    assert [each[0] for each in history.edits] == ["summary", "fixVersions", "parent", "customfield_2", "parent"]
    assert {each[2] for each in history.edits} == {Ref("lgray")}
    assert (other.complete, other.edits) == (False, ())


def test_people_are_found_by_name_and_text(server, plugin):
    """A user name may look like an e-mail address."""
    stone = {**LEA, "name": "m.stone@fund.example", "displayName": "Max Stone", "emailAddress": "max@fund.example"}
    server.on("GET", f"{API}/user", lambda request: LEA if request.url.params["username"] == "lgray" else (404, {}))
    server.on("GET", f"{API}/user/search", [LEA, stone])
    site = plugin.provider.describe_site((), ("lgray", "nobody", "m.stone@fund.example", "Lea Gray"))
    names = {name: site.user_names.get(name) for name in ("lgray", "nobody", "m.stone@fund.example", "lea gray")}
    assert names == {
        "lgray": "lgray",
        "nobody": None,
        "m.stone@fund.example": "m.stone@fund.example",
        "lea gray": "lgray",
    }


def test_a_server_without_bulk_creates_one_by_one(server, plugin, marker_of):
    """It is asked once; each of the issues is created once, whether the others are refused or not."""
    server.on("POST", f"{API}/issue/bulk", (405, {"errorMessages": ["Method Not Allowed"]}))
    made = iter(({"id": "1", "key": "INVEST-1"}, (400, {"errors": {EPIC_LINK: "No such epic."}}), {"id": "3"}))

    def create(request: httpx.Request) -> Any:
        answer = next(made)
        return answer if isinstance(answer, tuple) else (201, {"key": "INVEST-9", **answer})

    server.on("POST", f"{API}/issue", create)
    server.on("GET", f"{API}/issue/1/properties/reconciler", {"key": "reconciler", "value": {}})
    server.on("PUT", f"{API}/issue/.*", (204, None))
    drafts = [Draft(f"op{n}", Ref("101"), {"summary": str(n)}, marker_of(f"op{n}")) for n in range(3)]
    outcomes = list(plugin.provider.create(drafts))
    assert [each.result for each in outcomes] == ["done", "refused", "done"]
    assert [each.field for each in outcomes[1].problems] == ["parent"]
    assert len(server.sent("POST", f"{API}/issue/bulk")) == 1


def test_links_go_by_names_and_keys(server, plugin, live):
    """The forms that are documented; ids where no name or key can be seen."""
    server.on("GET", f"{API}/issue/1", issue("1")).on("GET", f"{API}/issue/2", (404, {}))
    server.on("POST", f"{API}/issueLink", (201, None))
    links = (Link("1", "2", True), Link("9", "2", False))
    (outcome,) = plugin.provider.update([Change("op", live("1"), {}, {"issuelinks": links}, {})], quiet=False)
    assert outcome.result == "done"
    bodies = server.bodies("POST", f"{API}/issueLink")
    assert bodies == [
        {"type": {"name": "Blocks"}, "inwardIssue": {"key": "INVEST-1"}, "outwardIssue": {"id": "2"}},
        {"type": {"id": "9"}, "inwardIssue": {"id": "2"}, "outwardIssue": {"key": "INVEST-1"}},
    ]


def test_projects_are_found_by_name_too(server, plugin_of, canned):
    """Among all of them, as there is no search for projects."""
    server.on("GET", f"{API}/project/Investments", (404, {}))
    server.on("GET", f"{API}/project", [{"key": "INVEST", "name": "Investments"}, {"key": "OTHER", "name": None}])
    site = plugin_of(server, canned.config(project="Investments")).provider.describe_site(())
    assert site.project.name == "INVEST"


@pytest.mark.parametrize("answer", [{}, {"id": "1"}, httpx.Response(201, text="<html>Done</html>")])
def test_an_answer_that_names_no_issue_is_unknown(server, plugin, marker_of, answer):
    """Whether it was created is for settling to find out."""
    server.on("POST", f"{API}/issue", answer if isinstance(answer, httpx.Response) else (201, answer))
    (outcome,) = plugin.provider.create([Draft("op", Ref("101"), {"summary": "x"}, marker_of())])
    assert outcome.result == "unknown"


def test_a_bulk_answer_with_too_few_issues_is_unknown(server, plugin, marker_of):
    """Nobody can tell which issue is whose."""
    server.on("POST", f"{API}/issue", (201, {"id": "1", "key": "INVEST-1"}))
    server.on("POST", f"{API}/issue/bulk", (201, {"issues": [{"id": "2", "key": "INVEST-2"}]}))
    drafts = [Draft(f"op{n}", Ref("101"), {"summary": str(n)}, marker_of(f"op{n}")) for n in range(3)]
    assert [each.result for each in plugin.provider.create(drafts)] == ["done", "unknown", "unknown"]


def test_a_refusal_to_create_several_is_theirs(server, plugin, marker_of):
    """A 403 says no to all; only a missing endpoint lets them go one by one."""
    server.on("POST", f"{API}/issue", (201, {"id": "1", "key": "INVEST-1"}))
    server.on("POST", f"{API}/issue/bulk", (403, {"errorMessages": ["You may not."]}))
    drafts = [Draft(f"op{n}", Ref("101"), {"summary": str(n)}, marker_of(f"op{n}")) for n in range(3)]
    assert [each.result for each in plugin.provider.create(drafts)] == ["done", "refused", "refused"]


def test_a_type_whose_screen_nobody_sees_takes_what_it_is_given(server, plugin, marker_of):
    """The server says what is wrong with it."""
    server.on("GET", f"{API}/issue/createmeta/.*/issuetypes/103", (404, {}))
    server.on("POST", f"{API}/issue", (400, {"errorMessages": ["No such type."]}))
    (outcome,) = plugin.provider.create([Draft("op", Ref("103"), {"summary": "x", "parent": Ref("1")}, marker_of())])
    assert outcome.result == "refused"
    (body,) = server.bodies("POST", f"{API}/issue")
    assert body["fields"]["parent"] == {"id": "1"}


def test_without_jira_software_there_are_no_epics(server, plugin, live):
    """A parent is a parent then, for those that have one; children are found by it."""
    server.on("GET", f"{API}/field", FIELDS[:2])
    server.on("GET", f"{API}/issue/1", {**issue("1"), "fields": {"issuetype": {"id": "101"}, "subtasks": []}})
    server.on("PUT", f"{API}/issue/1", (204, None))
    server.on("POST", f"{API}/search", {"issues": [], "total": 0})
    (outcome,) = plugin.provider.update([Change("op", live("1"), {"parent": Ref("2")}, {}, {})], quiet=False)
    assert outcome.result == "done"
    assert server.bodies("PUT", f"{API}/issue/1") == [{"fields": {"parent": {"id": "2"}}}]
    assert list(plugin.provider.children(["1"])) == []
    *_, body = server.bodies("POST", f"{API}/search")
    assert body["jql"] == "parent in (1) ORDER BY key ASC"


@pytest.mark.parametrize("answer", [[], {"issues": {}}, httpx.Response(200, text="<html>Sign in</html>")])
def test_json_of_another_shape_is_no_jira(server, plugin, answer):
    """It is said, and nothing is made of it."""
    server.on("POST", f"{API}/search", answer)
    with pytest.raises(UnreachableError):
        list(plugin.provider.search("x = 1", ()))


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"errorMessages": ["You are not authenticated."], "errors": {}}),
        httpx.Response(401, text="<html>Unauthorized (401)</html>", headers={"content-type": "text/html"}),
        {},
    ],
)
def test_a_refused_token_is_said_however_the_server_says_it(server, plugin, answer):
    """In its own JSON, by a page, or as to a stranger."""
    server.on("GET", f"{API}/myself", answer)
    with pytest.raises(AuthenticationError):
        plugin.provider.describe_site(())
