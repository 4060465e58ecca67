"""Search as people do it: WIQL, its condition, or plain words made into one, a page at a time (FACTS B5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reconciler.sdk import Hit, Page, outside_quotes, position_in, words_of
from reconciler_azure_devops.client import BATCH_MOST, Client
from reconciler_azure_devops.fields import STATUS, TITLE, TYPE

__all__ = ["is_whole", "query_of", "search_page"]

_MOST: Final = 20_000
"""Ids in one answer to a query (FACTS B5)."""
_WHOLE: Final = re.compile(r"\s*select\s", re.IGNORECASE)
_OPERATOR: Final = re.compile(
    r"[=<>]|\bin\s*\(|\]\s+is\s+(not\s+)?empty\b|\b(contains(\s+words)?|under|ever|in\s+group)\s+(\"\"|@)",
    re.IGNORECASE,
)
"""What stands in quotes in a query stands here as two quotes."""


def is_whole(query: str) -> bool:
    """Whether a query is a whole one, and no condition alone."""
    return _WHOLE.match(query) is not None


def query_of(text: str) -> str:
    """The WIQL that a text means: itself where it is a query or has an operator, else a condition.

    The condition is for items whose title or description has all words of the text.
    """
    if is_whole(text) or _OPERATOR.search(outside_quotes(text)):
        return text
    return " AND ".join(
        f"([System.Title] CONTAINS {word} OR [System.Description] CONTAINS WORDS {word})"
        for word in map(_quoted, words_of(text))
    )


def search_page(client: Client, project: str, query: str, limit: int, token: str | None) -> Page:
    """Items that a query finds, at most so many: a request for the ids, and one for 200 items.

    What a condition finds comes newest first, and a page goes on below the last id of the page before. A whole query
    has an order of its own, and its pages are counted from its beginning: what is new meanwhile moves the others.

    Args:
        client: the site.
        project: whose items a condition is about.
        query: a whole one, or a condition.
        limit: how many.
        token: of the page before.

    Raises:
        ValidationError: it is no query, or no token.
    """
    position = position_in(token)
    if is_whole(query):
        wiql = query
        found = tuple(client.query(wiql, project, min(position + limit + 1, _MOST)))[position:]
        following = position + limit
    else:
        below = f" AND [System.Id] < {position}" if token is not None else ""
        where = f"[System.TeamProject] = @project AND ({query}){below}"
        wiql = f"SELECT [System.Id] FROM WorkItems WHERE {where} ORDER BY [System.Id] DESC"  # noqa: S608  it only reads
        found = tuple(client.query(wiql, project, limit + 1))
        following = int(found[limit - 1]) if len(found) > limit else 0
    return Page(wiql, _hits(client, found[:limit]), str(following) if len(found) > limit else None)


def _hits(client: Client, ids: Sequence[str]) -> tuple[Hit, ...]:
    unique = tuple(dict.fromkeys(ids))
    hits: dict[str, Hit] = {}
    for at in range(0, len(unique), BATCH_MOST):
        for each in client.fields_of(unique[at : at + BATCH_MOST], (TYPE, TITLE, STATUS)):
            id, said = str(each["id"]), each.get("fields") or {}
            type, title, status = (str(said.get(field) or "") for field in (TYPE, TITLE, STATUS))
            hits[id] = Hit(id, id, f"{client.site_url}/_workitems/edit/{id}", type, title, status)
    return tuple(hits[id] for id in unique if id in hits)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
