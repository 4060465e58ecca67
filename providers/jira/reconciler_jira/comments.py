"""Comments that carry the operation that wrote them, so that one whose answer was lost can be found (FACTS A9)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from reconciler_jira.adf import from_markdown, sendable
from reconciler_jira.client import Client, Json
from reconciler_jira.marker import PROPERTY

__all__ = ["comment_body", "has_comment", "named_comment"]


def comment_body(markdown: str, operation: str, name: str = "") -> Json:
    """Write a comment as Jira takes it.

    Args:
        name: by which it is found again, to be rewritten.
    """
    return {
        "body": sendable(from_markdown(markdown)),
        "properties": [{"key": PROPERTY, "value": {"operation": operation} | ({"name": name} if name else {})}],
    }


def has_comment(client: Client, issue: str, operation: str) -> bool:
    """Whether an operation's comment is on an issue."""
    return any(said.get("operation") == operation for _, said in _ours(client, issue))


def named_comment(client: Client, issue: str, name: str) -> str | None:
    """The id of an issue's comment of this name, the newest of several; `None` where there is none."""
    return next((id for id, said in _ours(client, issue) if said.get("name") == name), None)


def _ours(client: Client, issue: str) -> Iterator[tuple[str, Json]]:
    """By id, what the comments that we wrote say of themselves, the newest hundred first."""
    every = (each for each in client.comments(issue) if "id" in each)
    while page := list(islice(every, 100)):
        told = "properties" in page[0]
        for comment in page if told else client.comments_by_id([str(each["id"]) for each in page]):
            for each in comment.get("properties") or ():
                if each.get("key") == PROPERTY and isinstance(each.get("value"), dict):
                    yield str(comment.get("id")), each["value"]
