"""What a provider that `Searches` promises."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reconciler.errors import ValidationError
from reconciler.sdk.conformance.line import Line
from reconciler.sdk.searching import Searches

__all__ = ["Searching"]


class Searching:
    """`Searches`, where a provider has it."""

    def _searching(self, line: Line) -> Searches:
        if not isinstance(line.provider, Searches):
            pytest.skip("the provider does not search by pages: the base class does")
        return line.provider

    def test_words_find_the_items_that_have_all_of_them(self, line: Line) -> None:
        """However the platform says it, and whatever signs stand in them."""
        provider = self._searching(line)
        word = f"w{uuid4().hex[:12]}"
        wanted = line.created(title=f"The {word} audit's (first) part")
        line.created(title=f"The {word} list")
        line.wait(line.bench.lag)
        for text in (f"{word} audit", f"audit's {word}", f'{word} "(first) part"'):
            page = provider.search_page(provider.query_of(text), 10, None)
            assert [each.id for each in page.items] == [wanted.id], text
            [hit] = page.items
            assert (hit.key, hit.url, hit.type) == (wanted.key, wanted.url, wanted.type.name)
            assert word in hit.title
            assert hit.status

    def test_a_page_goes_on_where_the_one_before_ended(self, line: Line) -> None:
        """The newest come first, each item comes once, and the last page has no token."""
        provider = self._searching(line)
        word = f"w{uuid4().hex[:12]}"
        ids = [line.created(title=f"{word} {number}").id for number in range(5)]
        line.wait(line.bench.lag)
        query, found, token = provider.query_of(word), list[str](), None
        for length in (2, 2, 1):
            page = provider.search_page(query, 2, token)
            assert len(page.items) == length
            found += [each.id for each in page.items]
            token = page.next_token
        assert token is None
        assert found == ids[::-1]

    def test_a_query_stays_as_it_is(self, line: Line) -> None:
        """What words mean is a query, which means itself."""
        provider = self._searching(line)
        query = provider.query_of("due diligence")
        assert provider.query_of(query) == query

    def test_a_token_of_nothing_is_refused(self, line: Line) -> None:
        """No page is given for it, and no other error than one of the query."""
        provider = self._searching(line)
        with pytest.raises(ValidationError):
            provider.search_page(provider.query_of("word"), 2, "no token")
