"""Move an issue to a status: by the transitions that lead there now, whatever they are called (FACTS A6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.sdk import Problem, Ref, UnknownOutcome
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import STATUS, ref_of

__all__ = ["Walk", "Way", "ends_of", "way_to"]


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


@dataclass(slots=True)
class Walk:
    """One issue on its way from status to status.

    Attributes:
        issue: its id.
        given: fields for the screens on the way, by id. Each goes with the steps whose screen has it, and with the
            last one where no screen had it: Jira says then what is wrong.
        operation: the operation that it is for.
        at: the last status that it got to.
    """

    client: Client
    issue: str
    given: Mapping[str, Any]
    operation: str
    at: Ref | None = None
    _sent: set[str] = field(default_factory=set)

    def along(self, path: Sequence[Ref], riding: Json) -> Problem | None:
        """Walk a path, the target last, and look again what is offered before each step; the problem, where there is
        no way on.

        Args:
            path: the statuses.
            riding: what else goes with the last step.

        Raises:
            ProviderError: the site refused a step, or its outcome is unknown.
        """
        for status in path[:-1]:
            problem = self._step(status, {}, self._on_screen)
            if problem is not None:
                return problem
        return self._step(path[-1], riding, lambda way: {**self._left(), **self._on_screen(way)})

    def _on_screen(self, way: Way) -> dict[str, Any]:
        return {field: value for field, value in self.given.items() if field in way.screen}

    def _left(self) -> dict[str, Any]:
        return {field: value for field, value in self.given.items() if field not in self._sent}

    def _step(self, target: Ref, riding: Json, fields_for: Callable[[Way], dict[str, Any]]) -> Problem | None:
        """Make one transition.

        Jira answers 409 where something else changed the issue at the same instant. It is looked at then, and where
        it has not arrived, the transition is tried once more.
        """
        for again in (False, True):
            way = way_to(self.client, self.issue, self.client.transitions(self.issue), target, self.given)
            if way.problem is not None:
                where = f"; it is in {_called(self.at)} now" if self.at else ""
                return replace(way.problem, message=way.problem.message + where)
            fields = fields_for(way)
            body = {"transition": {"id": way.id}, **({"fields": fields} if fields else {}), **riding}
            try:
                self.client.transition(self.issue, body, self.operation)
            except UnknownOutcome as problem:
                if problem.status != 409 or again:
                    raise
                if _status(self.client, self.issue) != target.id:
                    continue
            self._sent.update(fields)
            self.at = target
            break
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
        return Problem("rule", text, STATUS, ends)
    return Problem("no_path", f"no transition leads to {_called(target)} from here", STATUS, ends)


def _called(status: Ref) -> str:
    return status.name or status.id
