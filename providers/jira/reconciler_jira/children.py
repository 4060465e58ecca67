"""Children of issues: sub-tasks as their parents name them, the others as a search finds them (FACTS A3, A15)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reconciler.sdk import Item, NotFoundError, Ref, as_completed
from reconciler_jira.client import Client
from reconciler_jira.marking import Marking
from reconciler_jira.reading import FieldTypes, fetch, search

__all__ = ["children"]

_PARENTS_MOST = 100
"""In one query, which Jira limits by its length."""


def children(client: Client, types: FieldTypes, marking: Marking, ids: Collection[str]) -> Iterator[Item]:
    """Issues whose parent is one of these, with their titles, parents and markers.

    All that are found are read again: one that has another parent by now is no child, whatever a search says.

    Args:
        client: the site.
        types: of its fields.
        marking: how issues are marked.
        ids: of the parents.
    """
    named = dict(as_completed(lambda id: (id, _subtasks(client, id)), sorted(ids)))
    found = {child for those in named.values() for child in those or ()}
    parents = sorted(id for id, those in named.items() if those is not None)  # a query with any other is refused
    for at in range(0, len(parents), _PARENTS_MOST):
        query = client.children_of(parents[at : at + _PARENTS_MOST])
        found.update(each.id for each in search(client, types, query, ()))
    for answer in fetch(client, types, dict.fromkeys(sorted(found), ("summary", "parent")), marking):
        parent = answer.item.fields.get("parent") if answer.item else None
        if answer.item is not None and isinstance(parent, Ref) and parent.id in ids:
            yield answer.item


def _subtasks(client: Client, issue: str) -> tuple[str, ...] | None:
    """The ids of an issue's sub-tasks as the issue itself names them, at this moment; `None` where it can't be seen."""
    try:
        fields = client.issue(issue, ("subtasks",)).get("fields") or {}
    except NotFoundError:
        return None
    return tuple(str(each["id"]) for each in fields.get("subtasks") or ())
