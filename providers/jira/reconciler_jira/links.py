"""Write links between issues, and documents: both are upserts, so doing them twice does no harm (FACTS A7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress

from reconciler.sdk import Link, NotFoundError, Value
from reconciler_jira.client import Client
from reconciler_jira.reading import link_from

__all__ = ["add_links", "global_id", "put_documents", "remove_documents", "remove_links", "urls_of"]


def global_id(url: str) -> str:
    """The id under which we keep a document on an issue."""
    return f"reconciler:{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def add_links(client: Client, issue: str, links: Iterable[Value], operation: str) -> None:
    """Make links. The issue at the outward text's left is the one that Jira calls inward."""
    for link in _links(links):
        ends = (issue, link.target) if link.outward else (link.target, issue)
        client.add_link(link.type, *ends, operation)


def remove_links(client: Client, issue: str, links: Iterable[Value], operation: str) -> None:
    """Remove links by the ids that they have now; one that is gone already is as wanted."""
    wanted = set(_links(links))
    if not wanted:
        return
    for entry in client.issue_links(issue):
        if link_from(entry) in wanted:
            with suppress(NotFoundError):
                client.remove_link(str(entry["id"]), operation)


def put_documents(client: Client, issue: str, documents: Iterable[Value], operation: str) -> None:
    """Make documents, or give those that are there their new titles."""
    for document in _links(documents):
        client.put_remote_link(issue, global_id(document.target), document.target, document.title, operation)


def remove_documents(client: Client, issue: str, documents: Iterable[Value], operation: str) -> None:
    """Remove documents by the ids that they have now: where one URL stands there twice, ours alone."""
    urls = urls_of(documents)
    if not urls:
        return
    entries = client.remote_links(issue)
    for url in sorted(urls):
        there = [each for each in entries if (each.get("object") or {}).get("url") == url]
        ours = [each for each in there if each.get("globalId") == global_id(url)]
        for entry in ours or there:
            with suppress(NotFoundError):
                client.remove_remote_link(issue, str(entry["id"]), operation)


def urls_of(documents: Iterable[Value]) -> frozenset[str]:
    """The URLs of documents."""
    return frozenset(document.target for document in _links(documents))


def _links(values: Iterable[Value]) -> tuple[Link, ...]:
    return tuple(each for each in values if isinstance(each, Link))
