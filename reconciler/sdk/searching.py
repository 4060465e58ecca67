"""Search: pages of lines for a list, by a query of the platform's own language or by plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, runtime_checkable

from reconciler.errors import ValidationError
from reconciler.sdk.editing import Editor
from reconciler.sdk.items import Item
from reconciler.sdk.provider import Provider
from reconciler.sdk.site import SiteDescription
from reconciler.sdk.values import Ref

__all__ = ["Hit", "Page", "Searches", "outside_quotes", "position_in", "query_of", "search_page", "words_of"]

_WORD = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that a search found, as one line of a list; type and status go by the platform's names."""

    id: str
    key: str
    url: str
    type: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what a query finds.

    Attributes:
        query: as the platform got it.
        items: in the query's order.
        next_token: what goes on after these, opaque and for the same query alone; `None` where this is the end.
    """

    query: str
    items: tuple[Hit, ...]
    next_token: str | None


@runtime_checkable
class Searches(Protocol):
    """What a provider has beside the rest where it finds words, and gives lines of a list with few requests.

    Of any other the base class takes `search`: it reads the whole description of the site first, and counts its pages
    from the beginning each time.
    """

    def query_of(self, text: str) -> str:
        """The platform's own query that a text means. Pure.

        A text that has an operator of the query language is a query already, and comes back as it is. In any other
        `words_of` are the words: items of the project that have all of them, the newest first.
        """
        ...

    def search_page(self, query: str, limit: int, token: str | None) -> Page:
        """A page of at most so many items that a query of the platform's own language finds.

        Raises:
            ValidationError: the platform can't read the query, or the token is none of this query's.
        """
        ...


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text; what stands in double quotes is one."""
    found = (match["phrase"] if match["phrase"] is not None else match["word"] for match in _WORD.finditer(text))
    return tuple(stripped for each in found if (stripped := " ".join(each.split())))


def outside_quotes(text: str) -> str:
    """A text without what stands in quotes: where operators of a query stand."""
    return re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', '""', text)


def query_of(provider: Provider, text: str) -> str:
    """The query that a text means to a provider.

    Raises:
        ValidationError: it is empty.
    """
    if not words_of(text):
        raise ValidationError("there is nothing to search for", hint="write a query, or some words")
    return provider.query_of(text) if isinstance(provider, Searches) else text


def search_page(editor: Editor, platform: str, text: str, limit: int, token: str | None) -> Page:
    """A page of what a text finds.

    Args:
        editor: reads the site, where the provider does not search by pages.
        platform: its name, for messages.
        text: a query, or words.
        limit: how many items at most; one at least.
        token: of the page before.

    Raises:
        ValidationError: as of `Searches`.
    """
    if limit < 1:
        raise ValidationError(f"a page of {limit} items is none", hint="ask for one at least")
    provider = editor.provider
    query = query_of(provider, text)
    if not isinstance(provider, Searches):
        return _counted_page(editor, query, limit, token)
    try:
        return provider.search_page(query, limit, token)
    except ValidationError as problem:
        if problem.status is None:  # the plugin's own word, of the token
            raise
        if token is not None:
            raise ValidationError(
                f"{platform} does not go on from this token",
                detail=problem.detail,
                hint="a token is for the query whose page gave it, and not for ever: search again without one",
                status=problem.status,
                reasons=problem.reasons,
            ) from problem
        meant = "" if query == text else f"it was asked: {query}"
        raise ValidationError(
            f"{platform} does not take the query",
            detail="\n".join(each for each in (problem.detail, meant) if each),
            hint="a text with an operator is a query; put words that look like one in double quotes",
            status=problem.status,
            reasons=problem.reasons,
        ) from problem


def position_in(token: str | None) -> int:
    """The number that a token is where pages are counted, or found by the id of the last item; 0 without one.

    Raises:
        ValidationError: it is none.
    """
    if token is not None and not (token.isascii() and token.isdecimal() and len(token) < 20):
        raise ValidationError(f"{token!r} is no token of a search", hint="a page's `next_token` is one")
    return int(token or 0)


def _counted_page(editor: Editor, query: str, limit: int, token: str | None) -> Page:
    start = position_in(token)
    site = editor.whole_site()
    fields = {info.id for kind in site.types.values() for word in ("title", "status") if (info := kind.by_word(word))}
    found = list(islice(editor.provider.search(query, fields), start, start + limit + 1))
    hits = tuple(_hit(site, each) for each in found[:limit])
    return Page(query, hits, str(start + limit) if len(found) > limit else None)


def _hit(site: SiteDescription, item: Item) -> Hit:
    kind = site.types.get(item.type.id)
    infos = [kind.by_word(word) if kind else None for word in ("title", "status")]
    title, status = (item.fields.get(info.id) if info else None for info in infos)
    shown = status.name or status.id if isinstance(status, Ref) else ""
    return Hit(item.id, item.key, item.url, item.type.name, str(title or ""), shown)
