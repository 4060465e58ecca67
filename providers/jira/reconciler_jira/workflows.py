"""Read which status leads to which. Administrators may; others see only what an issue offers (FACTS A6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    ValidationError,
    as_completed,
)
from reconciler_jira.client import Client, Json

__all__ = ["Workflow", "read_workflows"]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A type's workflow.

    Attributes:
        moves: by status id, the ids of the statuses that one transition reaches.
        initial: the id of the status in which new issues start; `None` where the workflow does not say.
    """

    moves: Mapping[str, tuple[str, ...]]
    initial: str | None


def read_workflows(client: Client, project: str, types: Collection[str]) -> dict[str, Workflow]:
    """Read the workflows of some types by id; those that can't be read are left out.

    One request a type: an answer for several does not say which workflow is whose.
    """

    def read(type: str) -> tuple[str, Workflow | None]:
        try:
            return type, _workflow(client.workflows(project, (type,)))
        except (AuthenticationError, AuthorizationError, NotFoundError, ValidationError):
            return type, None

    return {type: found for type, found in as_completed(read, sorted(types)) if found is not None}


def _workflow(answer: Json) -> Workflow | None:
    """Read an answer about one type; `None` where it holds no workflow that this account may see."""
    workflows = answer.get("workflows") or []
    if len(workflows) != 1:
        return None
    ids = {str(each.get("statusReference")): str(each.get("id")) for each in answer.get("statuses") or ()}
    references = [str(each.get("statusReference")) for each in workflows[0].get("statuses") or ()]
    moves: dict[str, dict[str, None]] = {ids[each]: {} for each in references if each in ids}
    initial: str | None = None
    for transition in workflows[0].get("transitions") or ():
        end = ids.get(str(transition.get("toStatusReference")))
        if end is None:
            continue
        if transition.get("type") == "INITIAL":
            initial = end
            continue
        links = transition.get("links") or ()
        starts = [ids.get(str(each.get("fromStatusReference")), "") for each in links]
        if transition.get("type") == "GLOBAL":
            starts = list(moves)
        for start in starts:
            if start in moves and start != end:
                moves[start][end] = None
    return Workflow({start: tuple(ends) for start, ends in moves.items()}, initial)
