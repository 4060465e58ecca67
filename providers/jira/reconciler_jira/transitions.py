"""Move an issue to a status: by the transitions that lead there now, whatever they are called (FACTS A6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.sdk import Problem, Ref, UnknownOutcome
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import STATUS, ref_of

__all__ = ["Way", "ends_of", "walk", "way_to"]


@dataclass(frozen=True, slots=True)
class Way:
    """The transition to take with the fields of its screen, or why there is none."""

    id: str | None
    screen: frozenset[str] = frozenset()
    problem: Problem | None = None


def way_to(
    client: Client,
    issue: str,
    offered: Sequence[Json],
    target: Ref,
    given: Mapping[str, Any],
    soon: Collection[str] = (),
) -> Way:
    """Choose among the transitions that are offered: one whose screen asks for nothing that is missing.

    Args:
        client: asked for the issue's own values of fields that are required and not given.
        issue: its id.
        offered: what `Client.transitions` says.
        target: where to.
        given: fields to fill the screen with, by id.
        soon: fields that the issue has by then.
    """
    leading = [each for each in offered if _end(each) == target.id]
    open_ones = [each for each in leading if each.get("isAvailable", True)]
    if not open_ones:
        return Way(None, problem=_blocked(offered, leading, target))
    missing = [[field for field in _required(each) if field not in given and field not in soon] for each in open_ones]
    if all(missing):
        filled = _filled(client, issue, {field for fields in missing for field in fields})
        missing = [[field for field in fields if field not in filled] for fields in missing]
    for each, fields in zip(open_ones, missing, strict=True):
        if not fields:
            return Way(str(each["id"]), frozenset(each.get("fields") or {}))
    infos = open_ones[0].get("fields") or {}
    names = ", ".join(str(infos[field].get("name") or field) for field in missing[0])
    first = missing[0][0]
    options = tuple(ref for each in infos[first].get("allowedValues") or () if (ref := ref_of(each)))
    problem = Problem("required", f"the transition to {_called(target)} asks for {names}", first, options)
    return Way(None, problem=problem)


def ends_of(offered: Sequence[Json]) -> tuple[Ref, ...]:
    """The statuses that can be reached now, each once, in Jira's order."""
    ends = (ref_of(each.get("to")) for each in offered if each.get("isAvailable", True))
    return tuple({ref.id: ref for ref in ends if ref}.values())


def walk(
    client: Client,
    issue: str,
    path: Sequence[Ref],
    given: Mapping[str, Any],
    riding: Json,
    operation: str,
    arrived: Callable[[], None],
) -> Problem | None:
    """Go from status to status along a path, and look again what is offered before each step.

    Args:
        client: the site.
        issue: its id.
        path: the statuses, the target last.
        given: fields for the screens on the way, by id. Each goes with the steps whose screen has it, and with the
            last one where no screen had it: Jira says then what is wrong.
        riding: what else goes with the last step.
        operation: the operation that it is for.
        arrived: told after each step.

    Returns:
        The problem, where there is no way on.

    Raises:
        ProviderError: the site refused a step, or its outcome is unknown.
    """
    sent: set[str] = set()
    at: Ref | None = None
    for status in path:
        last = status is path[-1]
        problem = _step(client, issue, status, given, sent, riding if last else {}, operation, last=last)
        if problem is not None:
            where = f"; it is in {_called(at)} now" if at else ""
            return replace(problem, message=problem.message + where)
        arrived()
        at = status
    return None


def _step(
    client: Client,
    issue: str,
    target: Ref,
    given: Mapping[str, Any],
    sent: set[str],
    riding: Json,
    operation: str,
    *,
    last: bool,
) -> Problem | None:
    """Make one transition.

    Jira answers 409 where something else changed the issue at the same instant. It is looked at then, and where it
    has not arrived, the transition is tried once more.
    """
    for again in (False, True):
        way = way_to(client, issue, client.transitions(issue), target, given)
        if way.id is None:
            return way.problem
        fields = {field: value for field, value in given.items() if field in way.screen or (last and field not in sent)}
        body = {"transition": {"id": way.id}, **({"fields": fields} if fields else {}), **riding}
        try:
            client.transition(issue, body, operation)
        except UnknownOutcome as problem:
            if problem.status != 409 or again:
                raise
            if _status(client, issue) != target.id:
                continue
        sent.update(fields)
        return None
    return None


def _status(client: Client, issue: str) -> str:
    fields = client.issue(issue, (STATUS,)).get("fields") or {}
    return str((fields.get(STATUS) or {}).get("id"))


def _end(transition: Json) -> str:
    return str((transition.get("to") or {}).get("id"))


def _required(transition: Json) -> list[str]:
    """The fields that a transition's screen requires, by id."""
    fields = transition.get("fields") or {}
    return [str(field) for field, info in fields.items() if info.get("required") and not info.get("hasDefaultValue")]


def _filled(client: Client, issue: str, fields: Collection[str]) -> frozenset[str]:
    """Which of these fields the issue has a value for."""
    values = client.issue(issue, sorted(fields)).get("fields") or {}
    return frozenset(field for field in fields if values.get(field) not in (None, "", [], {}))


def _blocked(offered: Sequence[Json], leading: Sequence[Json], target: Ref) -> Problem:
    ends = ends_of(offered)
    if leading:
        names = ", ".join(repr(str(each.get("name", each.get("id")))) for each in leading)
        text = f"the transition {names} leads to {_called(target)}, and its condition is not met"
    else:
        text = f"no transition leads to {_called(target)} from here"
    return Problem("no_path", text, STATUS, ends)


def _called(status: Ref) -> str:
    return status.name or status.id
