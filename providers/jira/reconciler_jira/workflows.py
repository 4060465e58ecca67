"""Read which status leads to which. Administrators may; others see only what an issue offers (FACTS A6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    ValidationError,
    as_completed,
)
from reconciler_jira.client import Client, Json

__all__ = ["Moves", "read_moves"]

Moves: TypeAlias = Mapping[str, tuple[str, ...]]
"""By status id, the ids of the statuses that one transition reaches."""


def read_moves(client: Client, project: str, types: Collection[str]) -> dict[str, Moves]:
    """Read the moves of some types by id; those that can't be read are left out.

    One request a type: an answer for several does not say which workflow is whose.
    """

    def read(type: str) -> tuple[str, Moves | None]:
        try:
            return type, _moves(client.workflows(project, (type,)))
        except (AuthenticationError, AuthorizationError, NotFoundError, ValidationError):
            return type, None

    return {type: moves for type, moves in as_completed(read, sorted(types)) if moves is not None}


def _moves(answer: Json) -> Moves | None:
    """Read the moves of an answer about one type; `None` where it holds no workflow that this account may see."""
    workflows = answer.get("workflows") or []
    if len(workflows) != 1:
        return None
    ids = {str(each.get("statusReference")): str(each.get("id")) for each in answer.get("statuses") or ()}
    references = [str(each.get("statusReference")) for each in workflows[0].get("statuses") or ()]
    moves: dict[str, dict[str, None]] = {ids[each]: {} for each in references if each in ids}
    for transition in workflows[0].get("transitions") or ():
        end = ids.get(str(transition.get("toStatusReference")))
        if end is None or transition.get("type") == "INITIAL":
            continue
        links = transition.get("links") or ()
        starts = [ids.get(str(each.get("fromStatusReference")), "") for each in links]
        if transition.get("type") == "GLOBAL":
            starts = list(moves)
        for start in starts:
            if start in moves and start != end:
                moves[start][end] = None
    return {start: tuple(ends) for start, ends in moves.items()}
