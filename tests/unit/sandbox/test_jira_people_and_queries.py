"""People at work on the Jira sandbox, its board, and the finer points of JQL and reads."""

from __future__ import annotations

from typing import Any

import pytest
from asgi_client import Asker, HandClock
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira_sandbox import adf, sandbox
from reconciler_jira_sandbox.application import routes
from reconciler_jira_sandbox.site import FIELDS


def test_people_create_edit_comment_and_delete(site: Any) -> None:
    """What a person does goes by names, and is theirs in the history."""
    made = site.platform.act(
        "create",
        {"by": "Omar Haddad", "type": "Story", "set": {
            "summary": "Mine", "description": "One\n\nTwo", "assignee": "Lena Gray", "components": ["Legal"],
            "Risk level": "Low", "priority": "Low",
        }},
    )  # fmt: skip
    fields = site.fields(made["id"])
    assert (fields["creator"]["displayName"], fields["issuetype"]["name"]) == ("Omar Haddad", "Story")
    assert [len(each["content"]) for each in fields["description"]["content"]] == [1, 1]
    site.platform.act("comment", {"by": "Lena Gray", "item": made["key"], "text": "Why?"})
    (comment,) = site.get(f"/issue/{made['id']}/comment").json["comments"]
    assert comment["author"]["displayName"] == "Lena Gray"
    site.platform.act("edit", {"item": made["key"], "set": {"description": None}, "add_labels": ["x"]})
    site.platform.act("edit", {"item": made["key"], "remove_labels": ["x"], "status": "to do"})
    assert site.fields(made["id"])["labels"] == []
    assert site.platform.act("delete", {"item": made["key"]}) == {}
    assert site.get(f"/issue/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("action", "details", "says"),
    [
        ("edit", {"item": "INVEST-1", "set": {"shoe": 1}}, "there is no field 'shoe'"),
        ("edit", {"item": "INVEST-1", "status": "Shoe"}, "there is no status"),
        ("edit", {"item": "INVEST-1", "set": {"summary": ""}}, "You must specify a summary"),
        ("edit", {}, "there is no item"),
        ("comment", {"item": "INVEST-1"}, "Comment body is not valid"),
    ],
)
def test_what_people_cannot_do_is_explained(site: Any, action: str, details: Any, says: str) -> None:
    """A ValueError with the reason; the issue stays as it was."""
    issue = site.make()
    with pytest.raises(ValueError, match=says):
        site.platform.act(action, details)
    assert site.fields(issue)["summary"] == "Title"


def test_the_board_shows_every_card(site: Any, text: Any) -> None:
    """Columns in the order of the statuses; a card has what a person looks for."""
    epic = site.make("Deal", "Epic")
    lena = site.get("/user/search", query="lena").json[0]["accountId"]
    site.make("Check", parent={"id": epic}, assignee={"accountId": lena}, labels=["a"], customfield_10028=3,
              duedate="2026-12-01", description=text("Words"))  # fmt: skip
    board = site.platform.board()
    assert [each["name"] for each in board["columns"]][:2] == ["To Do", "In Progress"]
    assert {each["category"] for each in board["columns"]} == {"new", "active", "done"}
    assert "Former Colleague" not in board["people"]
    card = board["cards"][1]
    assert card == {
        "key": "INVEST-2", "type": "Task", "title": "Check", "status": "To Do", "assignee": "Lena Gray",
        "priority": "Medium", "labels": ["a"], "points": 3.0, "due": "2026-12-01", "parent": "INVEST-1",
        "description": "Words",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("jql", "hits"),
    [
        ("project = INVEST ORDER BY created DESC", "dcba"),
        ("project = investments", "abcd"),
        ("key in (INVEST-1, invest-3)", "ac"),
        ("issuekey > INVEST-2", "cd"),
        ("key <= INVEST-2 AND NOT labels = x", "b"),
        ("labels in (x, y) OR status = Done", "abc"),
        ("labels not in (x)", "bcd"),
        ("labels is EMPTY", "cd"),
        ("labels is not EMPTY", "ab"),
        ("status != Done and (labels = 'x' or labels = y)", "ab"),
        ('statusCategory = "To Do"', "abd"),
        ("issuetype = Epic", "d"),
        ("parent = INVEST-4", "a"),
        ("assignee = 'Lena Gray'", "b"),
        ("assignee is empty", "acd"),
        ("priority = Highest", "c"),
        ('"Risk level" = High', "d"),
        ("cf[10051] = Robots", "d"),
        ("summary ~ three", "c"),
        ("summary !~ three", "abd"),
        ("text ~ 'words'", "d"),
        ("created >= -1h", "abcd"),
        ("created > '2027-01-01'", ""),
        ("updated < 2026/11/23", ""),
        ("id = INVEST-1", "a"),
    ],
)
def test_queries_find_what_they_say(site: Any, text: Any, jql: str, hits: str) -> None:
    """The clauses that tools use, combined."""
    lena = site.get("/user/search", query="lena").json[0]["accountId"]
    a = site.make("one", labels=["x"])
    b = site.make("two", labels=["y"], assignee={"accountId": lena})
    c = site.make("three", priority={"name": "Highest"})
    d = site.make(
        "four", "Epic", description=text("Words"), customfield_10051="Robots", customfield_10052={"id": "10102"}
    )
    site.put(f"/issue/{a}", {"fields": {"parent": {"id": d}}})
    site.platform.act("edit", {"item": c, "status": "Done"})
    names = dict(zip((a, b, c, d), "abcd", strict=True))
    assert "".join(names[each] for each in site.found(jql)) == hits


@pytest.mark.parametrize(
    "jql",
    ["project = OTHER", "labels ~ x", "key ~ INVEST-1", "key > x", "created > soon", "labels = x labels = y (",
     "labels is x", "labels not x", "project = INVEST ORDER BY shoe", "project = INVEST )", "issuetype = Saga",
     "project = INVEST ORDER BY " + ", ".join(["key"] * 8), "and", "priority = Odd", "assignee = nobody"],
)  # fmt: skip
def test_queries_that_jira_refuses(site: Any, jql: str) -> None:
    """400 with a text."""
    answer = site.post("/search/jql", {"jql": jql})
    assert answer.status == 400
    assert answer.json["errorMessages"][0]


def test_search_by_get_and_by_count(site: Any) -> None:
    """GET takes the same query as POST; the count agrees."""
    issue = site.make("Title", labels=["x"])
    site.put(f"/issue/{issue}/properties/p", 1)
    answer = site.get("/search/jql", jql="labels = x", fields="summary,labels", properties="p", maxResults="5")
    assert answer.json["issues"][0]["fields"] == {"summary": "Title", "labels": ["x"]}
    assert answer.json["issues"][0]["properties"] == {"p": 1}
    assert site.post("/search/approximate-count", {"jql": "labels = x"}).json == {"count": 1}
    assert site.get("/search/jql", jql="labels = x", maxResults="x").status == 400
    assert site.post("/search/jql", {"jql": "labels = x", "properties": list("abcdef")}).status == 400


def test_an_older_state_is_found_while_the_index_lags(site: Any) -> None:
    """A search answers with the values that it knows, not with those of the moment."""
    issue = site.make("Old", labels=["x"])
    site.turn(lag=60)
    site.put(f"/issue/{issue}", {"fields": {"summary": "New"}})
    hit = site.post("/search/jql", {"jql": "labels = x", "fields": ["summary"]}).json["issues"][0]
    assert hit["fields"]["summary"] == "Old"


def test_a_fields_choice_is_kept_to(site: Any) -> None:
    """Named fields, all, all but some; links of the moment in every one."""
    issue = site.make("Title")
    assert site.get(f"/issue/{issue}", fields="summary").json["fields"] == {"summary": "Title"}
    everything = site.get(f"/issue/{issue}").json["fields"]
    assert set(everything) - set(site.get(f"/issue/{issue}", fields="*all,-comment").json["fields"]) == {"comment"}
    assert set(everything) - set(site.get(f"/issue/{issue}", fields="*navigable").json["fields"]) == {"comment"}
    names = site.get(f"/issue/{issue}", expand="names").json["names"]
    assert names["customfield_10028"] == "Story Points"


def test_a_moved_type_keeps_its_level(site: Any) -> None:
    """A task becomes a bug; it does not become an epic."""
    issue = site.make()
    assert site.put(f"/issue/{issue}", {"fields": {"issuetype": {"name": "Bug"}}}).status == 204
    assert site.fields(issue)["issuetype"]["name"] == "Bug"
    assert site.put(f"/issue/{issue}", {"fields": {"issuetype": {"name": "Epic"}}}).status == 400


def test_bodies_that_are_no_objects_are_refused(site: Any) -> None:
    """Broken JSON, lists and wrong parts answer 400 in Jira's shape."""
    for body in (b"{", [], {"fields": []}, {"issueUpdates": {}}):
        for path in ("/issue", "/issue/bulk"):
            answer = site.post(path, body)
            assert answer.status == 400
            assert set(answer.json) == {"errorMessages", "errors"}


_ODD = st.sampled_from([None, True, 1, "x", [], {}, [1], [None], [[]], {"x": 1}, {"id": []}, {"type": []}])
_PARTS = ("fields", "update", "properties", "transition", "issueUpdates", "issueIdsOrKeys", "fieldIds", "maxResults",
          "type", "inwardIssue", "outwardIssue", "globalId", "object", "issues", "jql", "nextPageToken",
          "reconcileIssues", "body", "accountId")  # fmt: skip
_FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, _ODD))


@pytest.mark.parametrize(
    "route", [each for each in routes() if each.method in ("POST", "PUT")], ids=lambda route: route.operation
)
@given(
    body=_ODD
    | st.dictionaries(st.sampled_from(_PARTS), _ODD)
    | st.fixed_dictionaries({"fields": _FIELDS, "update": st.dictionaries(st.sampled_from(list(FIELDS)), _ODD)}),
)
def test_no_body_breaks_an_endpoint(route: Any, body: Any) -> None:
    """Whatever is sent, the answer is Jira's: never a failure of the sandbox."""
    platform = sandbox(HandClock(), lambda _event: None)
    platform.act("create", {"set": {"summary": "There"}})
    client = Asker(platform.application, "/jira", ("sandbox@example.com", "sandbox"))
    answer = client.ask(route.method, route.path.replace("{issue}", "INVEST-1").replace("{key}", "key"), body)
    assert answer.status < 500


@given(st.text().filter(lambda text: text.strip()))
def test_typed_text_becomes_a_sound_document(text: str) -> None:
    """Whatever a person types is stored as a document that the checker takes, and reads back line by line."""
    document = adf.text_document(text)
    if document is not None:
        assert adf.problem_of(document) is None
        assert adf.plain_text(document) == "\n".join(line for line in text.splitlines() if line.strip())
