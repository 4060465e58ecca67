"""Write links between issues: one that is there already is made once, so doing it twice does no harm (FACTS A7)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from reconciler.sdk import Link, NotFoundError, Value
from reconciler_jira.client import Client
from reconciler_jira.reading import link_from

__all__ = ["add_links", "remove_links"]


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


def _links(values: Iterable[Value]) -> tuple[Link, ...]:
    return tuple(each for each in values if isinstance(each, Link))
