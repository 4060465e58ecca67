"""Comments that carry the operation that wrote them, so that one whose answer was lost can be found (FACTS A9)."""

from __future__ import annotations

from reconciler_jira.adf import from_markdown, sendable
from reconciler_jira.client import Client, Json
from reconciler_jira.marker import PROPERTY

__all__ = ["comment_body", "has_comment"]


def comment_body(markdown: str, operation: str) -> Json:
    """Write a comment as Jira takes it."""
    return {
        "body": sendable(from_markdown(markdown)),
        "properties": [{"key": PROPERTY, "value": {"operation": operation}}],
    }


def has_comment(client: Client, issue: str, operation: str) -> bool:
    """Whether an operation's comment is among an issue's hundred newest."""
    ids = [str(each["id"]) for each in client.comments(issue) if "id" in each]
    if not ids:
        return False
    return any(_operation(each) == operation for each in client.comments_by_id(ids))


def _operation(comment: Json) -> object:
    for each in comment.get("properties") or ():
        if each.get("key") == PROPERTY and isinstance(each.get("value"), dict):
            return each["value"].get("operation")
    return None
