"""Move an issue to a status: by the transition that leads there now, whatever it is called (FACTS A6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sdk import Problem, Ref, UnknownOutcome
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import STATUS, ref_of

__all__ = ["Way", "move", "way_to"]


@dataclass(frozen=True, slots=True)
class Way:
    """The transition to take, or why there is none."""

    id: str | None
    problem: Problem | None = None


def way_to(offered: list[Json], target: Ref, given: Mapping[str, Any]) -> Way:
    """Choose among the transitions that are offered: one whose screen asks for nothing that is not given."""
    leading = [each for each in offered if str((each.get("to") or {}).get("id")) == target.id]
    if not leading:
        ends = {ref.id: ref for each in offered if (ref := ref_of(each.get("to")))}
        return Way(None, Problem("no_path", f"no transition leads to {target.name}", STATUS, tuple(ends.values())))
    asked = [_asked(each, given) for each in leading]
    for each, fields in zip(leading, asked, strict=True):
        if not fields:
            return Way(str(each["id"]))
    names = ", ".join(fields := asked[0])
    return Way(None, Problem("required", f"the transition to {target.name} asks for {names}", fields[0]))


def move(
    client: Client, issue: str, target: Ref, given: Mapping[str, Any], body: Json, operation: str
) -> Problem | None:
    """Make one transition; `body` rides along. The problem, where there is no way.

    Jira answers 409 where something else changed the issue at the same instant. It is looked at then, and where it
    has not arrived, the transition is tried once more.

    Raises:
        ProviderError: the site refused it, or its outcome is unknown.
    """
    for last in (False, True):
        way = way_to(client.transitions(issue), target, given)
        if way.id is None:
            return way.problem
        fields = {"fields": dict(given)} if given else {}
        try:
            client.transition(issue, {"transition": {"id": way.id}, **fields, **body}, operation)
        except UnknownOutcome as problem:
            if problem.status != 409 or last:
                raise
            if str(client.status(issue).get("id")) == target.id:
                return None
        else:
            return None
    return None


def _asked(transition: Json, given: Mapping[str, Any]) -> list[str]:
    """The fields that a transition's screen requires and that nobody gave, by id."""
    fields = transition.get("fields") or {}
    return [
        str(field)
        for field, info in fields.items()
        if info.get("required") and not info.get("hasDefaultValue") and field not in given
    ]
