"""WIQL, its conditions and plain words, and the pages of what they find."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from azure_canned import URL, listed
from hypothesis import given
from hypothesis import strategies as st
from reconciler_azure_devops.searching import query_of

from reconciler.sdk import ValidationError

WIQL, BATCH = "/Fund/_apis/wit/wiql", "/_apis/wit/workitemsbatch"
WHOLE = "SELECT [System.Id] FROM WorkItems WHERE [System.State] = 'New' ORDER BY [System.Title]"


@pytest.fixture
def known(azure):
    """A site whose queries find these ids, as far as `$top` goes, and whose items have a title each."""

    def answers(*ids: int) -> None:
        def found(request: httpx.Request) -> Any:
            top = int(request.url.params["$top"])
            return {"queryType": "flat", "workItems": [{"id": id} for id in ids[:top]]}

        def items(request: httpx.Request) -> Any:
            asked = json.loads(request.content)
            shown = {"System.WorkItemType": "Task", "System.Title": "T", "System.State": "New"}
            return listed(*({"id": id, "fields": shown} for id in sorted(asked["ids"]) if id in ids))

        azure.on("POST", WIQL, found).on("POST", BATCH, items)

    return answers


@pytest.mark.parametrize(
    "query",
    [
        WHOLE,
        "  select [System.Id] from workitems",
        "[System.State] = 'New'",
        "[Story Points] > 3",
        "[System.Title] CONTAINS 'x'",
        "[System.Tags] NOT CONTAINS 'x'",
        "[System.AreaPath] UNDER 'Fund'",
        "[System.State] IN ('New', 'Active')",
        "[System.State] EVER 'Done'",
        "[System.AssignedTo] IN GROUP '[Fund]\\\\Legal'",
        "[System.IterationPath] UNDER @CurrentIteration",
        "[System.Description] IS EMPTY",
        "Title CONTAINS 'x'",
        "Description contains words 'x'",
    ],
)
def test_what_has_an_operator_is_wiql(query):
    """And goes to Azure DevOps as it stands."""
    assert query_of(query) == query


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("legal", ["'legal'"]),
        ("[Acme] in London", ["'[Acme]'", "'in'", "'London'"]),
        ("[Acme] is late", ["'[Acme]'", "'is'", "'late'"]),
        ('"due diligence" Acme', ["'due diligence'", "'Acme'"]),
        ("Acme's", ["'Acme''s'"]),
        ('"a = b"', ["'a = b'"]),
        ("what contains words", ["'what'", "'contains'", "'words'"]),
    ],
)
def test_words_become_a_condition(text, words):
    """Each in the title or in the description."""
    each = "([System.Title] CONTAINS {0} OR [System.Description] CONTAINS WORDS {0})"
    assert query_of(text) == " AND ".join(each.format(word) for word in words)


@given(st.text(alphabet=st.sampled_from(" '\"()[]a;,.-%*"), max_size=30))
def test_no_quote_leaves_its_quotes(text):
    """Whatever words are made of, what stands outside of the condition's quotes is our own."""
    outside = "".join(query_of(text).split("'")[::2])
    for own in ("([System.Title] CONTAINS ", " OR [System.Description] CONTAINS WORDS ", ")", " AND "):
        outside = outside.replace(own, "")
    assert outside == ""


def test_a_condition_finds_the_newest_first(azure, provider, known):
    """A page goes on below the last id, so that what is new meanwhile moves nothing."""
    known(9, 7, 5)
    page = provider.search_page("[System.State] = 'New'", 2, None)
    assert [each.key for each in page.items] == ["9", "7"]
    assert page.next_token == "7"
    [first] = page.items[:1]
    assert (first.type, first.title, first.status) == ("Task", "T", "New")
    assert first.url == f"{URL}/_workitems/edit/9"
    assert azure.bodies("POST", BATCH) == [
        {
            "ids": [9, 7],
            "fields": ["System.State", "System.Title", "System.WorkItemType"],
            "errorPolicy": "omit",
        }
    ]
    provider.search_page("[System.State] = 'New'", 2, "7")
    first, second = (each["query"] for each in azure.bodies("POST", WIQL))
    where = "[System.TeamProject] = @project AND ([System.State] = 'New')"
    start = "SELECT [System.Id] FROM WorkItems WHERE"
    assert first == f"{start} {where} ORDER BY [System.Id] DESC" == page.query
    assert second == f"{start} {where} AND [System.Id] < 7 ORDER BY [System.Id] DESC"


def test_the_end_has_no_token(provider, known):
    """Nor has a page that is just full."""
    known(9, 7)
    assert provider.search_page("[System.State] = 'New'", 2, None).next_token is None
    assert provider.search_page(WHOLE, 2, None).next_token is None
    known()
    page = provider.search_page("[System.State] = 'New'", 2, None)
    assert (page.items, page.next_token) == ((), None)


def test_a_whole_query_keeps_its_order(azure, provider, known):
    """Its pages are counted from its beginning."""
    known(3, 9, 1, 4)
    first = provider.search_page(WHOLE, 2, None)
    assert ([each.key for each in first.items], first.next_token) == (["3", "9"], "2")
    second = provider.search_page(WHOLE, 2, first.next_token)
    assert ([each.key for each in second.items], second.next_token) == (["1", "4"], None)
    assert [each.url.params["$top"] for each in azure.sent("POST", WIQL)] == ["3", "5"]
    assert azure.bodies("POST", WIQL)[0]["query"] == WHOLE == first.query


def test_a_whole_query_ends_where_the_site_does(azure, provider, known):
    """An answer has 20,000 ids at most (FACTS B5): no more are asked for."""
    known(*range(1, 20_002))
    page = provider.search_page(WHOLE, 50, "19990")
    assert ([each.key for each in page.items][-1], len(page.items), page.next_token) == ("20000", 10, None)
    [asked] = azure.sent("POST", WIQL)
    assert asked.url.params["$top"] == "20000"


def test_items_that_vanished_are_left_out(azure, provider, known):
    """Between the two reads: the page is shorter, and goes on all the same."""
    known(9, 7, 5)
    azure.on("POST", BATCH, listed({"id": 7, "fields": {"System.Title": "T"}}))
    page = provider.search_page("[System.State] = 'New'", 2, None)
    assert ([each.key for each in page.items], page.next_token) == (["7"], "7")


def test_many_items_are_read_200_at_a_time(azure, provider, known):
    """The site takes no more (FACTS B4)."""
    known(*range(450, 0, -1))
    page = provider.search_page("[System.State] = 'New'", 401, None)
    assert [each.key for each in page.items] == [str(id) for id in range(450, 49, -1)]
    assert [len(each["ids"]) for each in azure.bodies("POST", BATCH)] == [200, 200, 1]


def test_a_token_of_nothing_is_refused(provider):
    """Before anything is sent."""
    with pytest.raises(ValidationError, match="is no token of a search"):
        provider.search_page(WHOLE, 2, "next")
