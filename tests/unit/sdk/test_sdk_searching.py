"""Search by the SDK's verbs: words, and pages over a provider that only yields items."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_site import site_description

from reconciler.sdk import (
    Item,
    Page,
    Ref,
    Searches,
    SiteDescription,
    ValidationError,
    outside_quotes,
    position_in,
    words_of,
)
from reconciler.sdk.editing import Editor
from reconciler.sdk.searching import query_of, search_page


@dataclass
class Yielding:
    """A provider with a few tasks and no pages of its own."""

    many: int = 5
    asked: list[tuple[str, set[str]]] = field(default_factory=list)

    def describe_site(self, types: Any, users: Any = ()) -> SiteDescription:
        return site_description()

    def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
        self.asked.append((query, set(fields)))
        for number in range(1, self.many + 1):
            values = {"summary": f"Title {number}", "status": Ref("s1", "To Do")}
            yield Item(str(number), f"K-{number}", f"https://s/{number}", Ref("t2", "Task"), values, "1")


class Paging(Yielding):
    """One that finds words, and refuses every query."""

    def query_of(self, text: str) -> str:
        return f"<{text}>"

    def search_page(self, query: str, limit: int, token: str | None) -> Page:
        raise ValidationError("400", detail="no such field", status=400, reasons=(("", "no such field"),))


def page(provider: Any, text: str = "query", limit: int = 2, token: str | None = None) -> Page:
    return search_page(Editor(provider), "Tracker", text, limit, token)


def test_what_needs_a_page_and_what_does_not():
    """A provider that has the two methods is one that searches."""
    assert isinstance(Paging(), Searches)
    assert not isinstance(Yielding(), Searches)


def test_any_provider_is_searched_by_pages():
    """Each item once; the last page has no token; only titles and statuses are read."""
    provider = Yielding()
    keys, token, tokens = [], None, []
    while True:
        got = page(provider, token=token)
        keys += [each.key for each in got.items]
        token = got.next_token
        tokens.append(token)
        if token is None:
            break
    assert keys == ["K-1", "K-2", "K-3", "K-4", "K-5"]
    assert tokens == ["2", "4", None]
    assert set(provider.asked[0][1]) == {"summary", "status"}
    [hit] = page(provider, limit=1).items
    assert (hit.type, hit.title, hit.status, hit.url) == ("Task", "Title 1", "To Do", "https://s/1")


def test_the_end_of_a_full_page_has_no_token():
    """It does not ask people to look at an empty page."""
    assert page(Yielding(many=2)).next_token is None


def test_an_item_of_an_unknown_type_is_shown_by_its_names():
    """A search may find what lies in another project: of what nobody described, key and URL are known."""

    class Alien(Yielding):
        def search(self, query: str, fields: Collection[str]) -> Iterator[Item]:
            yield Item("9", "Q-9", "https://s/9", Ref("t99", "Alien"), {"summary": "Title", "status": None}, "1")

    [hit] = page(Alien()).items
    assert (hit.key, hit.type, hit.title, hit.status) == ("Q-9", "Alien", "", "")


@pytest.mark.parametrize("token", ["", "-1", "1.5", "²", "9" * 30, "next"])
def test_a_token_of_nothing_is_refused(token):
    """And said."""
    with pytest.raises(ValidationError, match="is no token of a search"):
        page(Yielding(), token=token)


def test_a_refused_query_keeps_the_platforms_words():
    """With what it was asked, where that is not what the user wrote."""
    with pytest.raises(ValidationError) as raised:
        page(Paging(), "word")
    problem = raised.value
    assert problem.summary == "Tracker does not take the query"
    assert problem.detail == "no such field\nit was asked: <word>"
    assert (problem.status, problem.reasons) == (400, (("", "no such field"),))


def test_a_refused_page_is_the_tokens_fault():
    """A page that goes on is refused for its token, not for the operators of a query that was taken before."""
    with pytest.raises(ValidationError) as raised:
        page(Paging(), "word", token="nonsense")
    problem = raised.value
    assert problem.summary == "Tracker does not go on from this token"
    assert (problem.detail, problem.status) == ("no such field", 400)
    assert "search again without one" in problem.hint
    assert "operator" not in problem.hint


@pytest.mark.parametrize("text", ["", "  ", '""', '"  "'])
def test_an_empty_query_is_refused(text):
    """Before anything is sent: nothing is not everything."""
    provider = Yielding()
    with pytest.raises(ValidationError, match="nothing to search for"):
        page(provider, text)
    assert provider.asked == []


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_has_room_for_an_item(limit):
    """None is not without end."""
    with pytest.raises(ValidationError, match="items is none"):
        page(Yielding(), limit=limit)


def test_words_are_a_query_only_to_who_can_make_one():
    """Any other provider gets the text as it stands."""
    assert query_of(Yielding(), "a b") == "a b"  # type: ignore[arg-type]
    assert query_of(Paging(), "a b") == "<a b>"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("due  diligence", ("due", "diligence")),
        ('"due   diligence" legal', ("due diligence", "legal")),
        ('an "open quote', ("an", "open quote")),
        ('tight"ly bound"words', ("tight", "ly bound", "words")),
        ("Acme's", ("Acme's",)),
    ],
)
def test_words(text, words):
    """What stands in double quotes is one."""
    assert words_of(text) == words


@given(st.text(max_size=60))
def test_words_have_no_quotes_and_no_edges(text):
    """Whatever was typed, no word is empty or has a double quote, with which it could leave a query's quotes."""
    for word in words_of(text):
        assert word == " ".join(word.split())
        assert word
        assert '"' not in word


def test_what_stands_in_quotes_is_no_operator():
    """Either kind of quotes, escapes in them."""
    assert outside_quotes('a = "b = c"') == 'a = ""'
    assert outside_quotes(r""""x \" = y" or 'z = \' q' """) == '"" or "" '
    assert outside_quotes("it's = open") == "it's = open"


@given(st.integers(min_value=0, max_value=10**18))
def test_positions_come_back(number):
    """A token that is a number is that number."""
    assert position_in(str(number)) == number
    assert position_in(None) == 0
