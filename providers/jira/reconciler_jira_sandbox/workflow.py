"""Which status follows which, under what conditions, and what a transition asks for (FACTS A6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler_jira_sandbox.site import STATUSES, TYPES, IssueType, Status

__all__ = ["Move", "blocked_from", "moves_from", "moves_of", "status_by_id", "statuses_of", "types_like"]


@dataclass(frozen=True, slots=True)
class Move:
    """A transition.

    Attributes:
        origins: the status ids that it leaves; `None` for any (a global transition).
        required: the field ids on its screen, all of them required.
        assigned: a condition: the issue has an assignee.
    """

    id: str
    name: str
    to: Status
    origins: frozenset[str] | None = None
    required: tuple[str, ...] = ()
    assigned: bool = False


def status_by_id(identity: str) -> Status:
    """The status of this id."""
    return next(each for each in STATUSES if each.id == identity)


def moves_from(workflows: Mapping[str, Any], type_id: str, values: Mapping[str, Any]) -> list[Move]:
    """The transitions that an issue offers now.

    Args:
        workflows: the knob: transitions by type name; a type that it lacks goes from any status to any.
        values: the issue's, with its status.
    """
    return [each for each in _leaving(workflows, type_id, values) if _is_met(each, values)]


def blocked_from(workflows: Mapping[str, Any], type_id: str, values: Mapping[str, Any]) -> list[Move]:
    """The transitions that an issue would offer if their conditions were met."""
    return [each for each in _leaving(workflows, type_id, values) if not _is_met(each, values)]


def _leaving(workflows: Mapping[str, Any], type_id: str, values: Mapping[str, Any]) -> list[Move]:
    return [each for each in moves_of(workflows, type_id) if each.origins is None or values["status"] in each.origins]


def _is_met(move: Move, values: Mapping[str, Any]) -> bool:
    return not move.assigned or values.get("assignee") is not None


def statuses_of(workflows: Mapping[str, Any], type_id: str) -> list[Status]:
    """The statuses of a type's workflow: those that its transitions name, and the one in which items begin."""
    moves = moves_of(workflows, type_id)
    named = {STATUSES[0].id}.union(*({each.to.id, *(each.origins or ())} for each in moves))
    return [each for each in STATUSES if each.id in named]


def types_like(workflows: Mapping[str, Any], kind: IssueType) -> list[IssueType]:
    """The types that an edit may give an issue, its own among them: of the same level, workflow and screens.

    Any other takes Jira's dialog "Move", in which a person says what becomes of the status and of the fields.
    """
    alike = (kind.level, kind.off_screen, workflows.get(kind.name))
    return [each for each in TYPES if (each.level, each.off_screen, workflows.get(each.name)) == alike]


def moves_of(workflows: Mapping[str, Any], type_id: str) -> list[Move]:
    """All transitions of a type's workflow, but the one that creates."""
    index = next(index for index, each in enumerate(TYPES) if each.id == type_id)
    first = (index + 1) * 100 + 1  # each type's workflow has ids of its own
    table = workflows.get(TYPES[index].name)
    if table is None:
        return [Move(str(first + offset * 10), each.name, each) for offset, each in enumerate(STATUSES)]
    ids = {each.name: each for each in STATUSES}
    return [
        Move(
            str(first + offset * 10),
            each.get("name", each["to"]),
            ids[each["to"]],
            frozenset(ids[name].id for name in each["from"]) if each.get("from") else None,
            tuple(each.get("required") or ()),
            bool(each.get("assigned")),
        )
        for offset, each in enumerate(table)
    ]
