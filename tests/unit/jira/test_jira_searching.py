"""JQL and plain words, and the pages of what they find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.searching import query_of

from reconciler.sdk import ValidationError

SEARCH = "/search/jql"


def issue(number: int, **fields: object) -> dict[str, object]:
    """An issue as a search gives it."""
    shown = {"summary": f"Title {number}", "status": {"id": "1", "name": "To Do"}, **fields}
    return {"id": str(number), "key": f"INVEST-{number}", "fields": {"issuetype": {"id": "3", "name": "Task"}, **shown}}


@pytest.mark.parametrize(
    "query",
    [
        "status = Done",
        "summary~legal",
        "created > -7d",
        "project IN (INVEST, OTHER)",
        "sprint in openSprints()",
        'assignee in membersOf("fund")',
        "labels is EMPTY",
        "due is not null",
        "status was Done",
        "status changed",
        "ORDER BY created",
        'summary ~ "a = b"',
    ],
)
def test_what_has_an_operator_is_jql(query):
    """And goes to Jira as it stands."""
    assert query_of("INVEST", query) == query


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("legal", ['text ~ "legal"']),
        ("Due Diligence", ['text ~ "Due"', 'text ~ "Diligence"']),
        ('"due diligence"', [r'text ~ "\"due diligence\""']),
        ('"a = b"', [r'text ~ "\"a = b\""']),
        ("what was agreed in London", [f'text ~ "{each}"' for each in ("what", "was", "agreed", "in", "London")]),
        ("INVEST-4", [r'text ~ "\"INVEST-4\""']),
        ("now AND then", ['text ~ "now"', r'text ~ "\"AND\""', 'text ~ "then"']),
        (r"path\to", [r'text ~ "\"path\\\\to\""']),
        ("Acme's", ['text ~ "\\"Acme\'s\\""']),
        ("Prüfung 2027", ['text ~ "Prüfung"', 'text ~ "2027"']),
    ],
)
def test_words_become_jql(words, clauses):
    """Of the project, newest first; a word with signs in it is a phrase, in which no sign means anything."""
    expected = " AND ".join(['project = "INVEST"', *clauses])
    assert query_of("INVEST", words) == f"{expected} ORDER BY created DESC"


def test_a_projects_name_is_quoted():
    """It may have spaces, and be a reserved word."""
    assert query_of('The "DO" board', "x").startswith('project = "The \\"DO\\" board" AND ')


@given(st.text(alphabet=st.sampled_from(" \"\\'()[]{}*?-+!^:/|&a;,."), max_size=30))
def test_no_sign_leaves_its_quotes(text):
    """Whatever words are made of, what stands outside of the query's quotes is our own."""
    query = query_of("INVEST", text)
    outside, quoted, escaped = "", False, False
    for sign in query:
        if quoted and not escaped and sign == "\\":
            escaped = True
            continue
        if sign == '"' and not escaped:
            quoted = not quoted
        elif not quoted:
            outside += sign
        escaped = False
    assert not quoted
    clauses = outside.removesuffix(" ORDER BY created DESC").split(" AND ")
    assert clauses[0] == "project = "
    assert set(clauses[1:]) <= {"text ~ "}


def test_a_page_is_one_request(jira, provider):
    """With only the fields that a line shows."""
    jira.on("POST", SEARCH, {"issues": [issue(1), issue(2)], "nextPageToken": "next"})
    page = provider.search_page("project = INVEST", 2, None)
    assert [(each.id, each.key, each.type, each.title, each.status) for each in page.items] == [
        ("1", "INVEST-1", "Task", "Title 1", "To Do"),
        ("2", "INVEST-2", "Task", "Title 2", "To Do"),
    ]
    assert page.items[0].url == "https://site.example/jira/browse/INVEST-1"
    assert page.next_token == "next"
    assert jira.bodies("POST", SEARCH) == [
        {"jql": "project = INVEST", "fields": ["summary", "status", "issuetype"], "maxResults": 2}
    ]
    provider.search_page("project = INVEST", 2, "next")
    assert jira.bodies("POST", SEARCH)[1]["nextPageToken"] == "next"


def test_many_items_take_pages_of_a_hundred(jira, provider):
    """The server may give fewer than it was asked for, and an item twice: each counts once."""
    answers = iter(
        [
            {"issues": [issue(n) for n in range(1, 101)], "nextPageToken": "a"},
            {"issues": [issue(n) for n in range(100, 120)], "nextPageToken": "b"},
            {"issues": [issue(120)], "nextPageToken": "c"},
        ]
    )
    jira.on("POST", SEARCH, lambda _: next(answers))
    page = provider.search_page("project = INVEST", 120, None)
    assert [each.id for each in page.items] == [str(n) for n in range(1, 121)]
    assert page.next_token == "c"
    assert [each["maxResults"] for each in jira.bodies("POST", SEARCH)] == [100, 20, 1]


@pytest.mark.parametrize("end", [{"isLast": True, "nextPageToken": "x"}, {}, {"nextPageToken": ""}])
def test_the_last_page(jira, provider, end):
    """However Jira says that it is the last (FACTS A4)."""
    jira.on("POST", SEARCH, {"issues": [issue(1)], **end})
    assert provider.search_page("project = INVEST", 50, None).next_token is None


def test_a_token_that_comes_again_ends_it(jira, provider):
    """A page that leads to itself is not asked for without end (FACTS A4)."""
    jira.on("POST", SEARCH, {"issues": [issue(1)], "nextPageToken": "again"})
    page = provider.search_page("project = INVEST", 50, None)
    assert (len(page.items), page.next_token) == (1, None)
    assert len(jira.bodies("POST", SEARCH)) == 2


def test_an_issue_with_nothing_in_it(jira, provider):
    """An account that may not see the fields sees the key."""
    jira.on("POST", SEARCH, {"issues": [{"id": "1", "key": "INVEST-1"}], "isLast": True})
    [hit] = provider.search_page("project = INVEST", 50, None).items
    assert (hit.key, hit.type, hit.title, hit.status) == ("INVEST-1", "", "", "")


def test_the_plugin_says_what_was_asked(jira, plugin):
    """Words that Jira does not take are shown with the query that they became."""
    jira.on("POST", SEARCH, (400, {"errorMessages": ["It is too much."]}))
    with pytest.raises(ValidationError) as raised:
        plugin.search_page("legal")
    assert raised.value.detail == (
        'It is too much.\nit was asked: project = "INVEST" AND text ~ "legal" ORDER BY created DESC'
    )


def test_all_items_of_words(jira, plugin):
    """The verb that gives whole items takes words too."""
    jira.on("POST", SEARCH, {"issues": [], "isLast": True})
    assert list(plugin.search_work_items("legal")) == []
    [asked] = jira.bodies("POST", SEARCH)
    assert asked["jql"] == 'project = "INVEST" AND text ~ "legal" ORDER BY created DESC'
