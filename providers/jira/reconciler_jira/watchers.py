"""The people who watch an issue: a set with endpoints of its own, written one person at a time (FACTS A9)."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.sdk import Ref, Value
from reconciler.sdk.shapes import in_order
from reconciler_jira.client import Client
from reconciler_jira.fields import ref_of

__all__ = ["change_watchers", "watchers_of"]


def watchers_of(client: Client, issue: str) -> tuple[Value, ...]:
    """Read them."""
    return in_order(ref for each in client.watchers(issue) if (ref := ref_of(each)))


def change_watchers(client: Client, issue: str, add: Iterable[Value], remove: Iterable[Value], operation: str) -> None:
    """Add and remove people; each is safe to repeat."""
    for each in remove:
        if isinstance(each, Ref):
            client.remove_watcher(issue, each.id, operation)
    for each in add:
        if isinstance(each, Ref):
            client.add_watcher(issue, each.id, operation)
