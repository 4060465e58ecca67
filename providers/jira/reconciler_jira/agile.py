"""The sprints of a project's boards (FACTS A11).

The agile interface has scopes of its own, which a token may lack (FACTS A1). Then sprints go by their ids alone.
"""

from __future__ import annotations

from reconciler.sdk import AuthenticationError, AuthorizationError, NotFoundError, Ref, as_completed
from reconciler_jira.client import Client

__all__ = ["open_sprints"]

_WITHOUT_SPRINTS = "kanban"


def open_sprints(client: Client, project: str) -> tuple[Ref, ...] | None:
    """Read the active and future sprints of a project's boards; `None` where this account may not."""
    try:
        boards = [str(each["id"]) for each in client.boards(project) if each.get("type") != _WITHOUT_SPRINTS]
        pages = as_completed(lambda board: list(client.sprints(board)), boards)
        sprints = {str(each["id"]): Ref(str(each["id"]), str(each["name"])) for page in pages for each in page}
    except (AuthenticationError, AuthorizationError, NotFoundError):
        return None
    return tuple(sprints[id] for id in sorted(sprints, key=int))
