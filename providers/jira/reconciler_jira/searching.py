"""Search as people do it: JQL, or plain words made into JQL, a page at a time (FACTS A4)."""

from __future__ import annotations

import re
from typing import Final

from reconciler.sdk import Hit, Page, outside_quotes, words_of
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import ref_of

__all__ = ["query_of", "search_page"]

_FIELDS: Final = ("summary", "status", "issuetype")
_MOST: Final = 100
_HISTORIES: Final = "assignee|fixversion|priority|reporter|resolution|status"
"""The fields of which JQL knows what they were."""
_OPERATOR: Final = re.compile(
    r"[=~<>]|\bin\s*\(|\bin\s+\w+\(|\bis\s+(not\s+)?(empty|null)\b|^\s*order\s+by\b"
    rf"|\b({_HISTORIES})\s+(was|changed)\b",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(r"\w+")
_CONJUNCTIONS: Final = frozenset({"AND", "OR", "NOT"})


def query_of(project: str, text: str) -> str:
    """The JQL that a text means: itself where it has an operator, else issues of the project that have all its words.

    Args:
        project: its key, id or name.
        text: as a person typed it.
    """
    if _OPERATOR.search(outside_quotes(text)):
        return text
    clauses = [f"project = {_quoted(project)}", *(f"text ~ {_quoted(_term(each))}" for each in words_of(text))]
    return f"{' AND '.join(clauses)} ORDER BY created DESC"


def search_page(client: Client, query: str, limit: int, token: str | None) -> Page:
    """Issues that a query finds, at most so many: one request for a hundred."""
    hits: dict[str, Hit] = {}
    seen: set[str] = set()
    while len(hits) < limit:
        issues, token = client.search_page(query, _FIELDS, min(limit - len(hits), _MOST), token)
        hits |= {hit.id: hit for hit in (_hit(client, each) for each in issues)}
        if token is None or token in seen:
            token = None
            break
        seen.add(token)
    return Page(query, tuple(hits.values()), token)


def _hit(client: Client, issue: Json) -> Hit:
    fields = issue.get("fields") or {}
    type, status = (ref_of(fields.get(each)) for each in ("issuetype", "status"))
    key = str(issue["key"])
    return Hit(
        str(issue["id"]),
        key,
        f"{client.site_url}/browse/{key}",
        type.name if type else "",
        str(fields.get("summary") or ""),
        status.name if status else "",
    )


def _term(word: str) -> str:
    """A word as the search of texts takes it: a phrase, where it has signs or is an operator of that search."""
    if _PLAIN.fullmatch(word) and word not in _CONJUNCTIONS:
        return word
    return _quoted(word)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
