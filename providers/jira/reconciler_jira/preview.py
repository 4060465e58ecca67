"""What writes would take, sending none: requests by kind of call, mail, whether a status or a type can be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.sdk import (
    Change,
    Draft,
    Marker,
    MarkerTooLong,
    Preview,
    Problem,
    ProviderError,
    Ref,
    Transition,
    TypeInfo,
    as_completed,
)
from reconciler_jira.client import CREATE_MOST, BulkClient, Client, Json
from reconciler_jira.fields import COMMITS, DOCUMENTS, LINKS, PULL_REQUESTS, STATUS, WATCHERS, to_json
from reconciler_jira.markers import MARKERS_MOST
from reconciler_jira.marking import Marking
from reconciler_jira.pages import urls_of
from reconciler_jira.paths import path_to
from reconciler_jira.problems import problems_of
from reconciler_jira.reading import FieldTypes
from reconciler_jira.retyping import type_problem
from reconciler_jira.transitions import ends_of, way_to
from reconciler_jira.writing import edit_of, is_marker_alone, retitled

__all__ = ["Previewing"]

_MAIL = "notifies its watchers: this account can't suppress that"
_MAILED = frozenset({"edit", "transition", "comment"})
"""The kinds of call that Jira sends mail about."""


@dataclass(frozen=True, slots=True)
class Previewing:
    """What it takes to preview.

    Attributes:
        described: the types of the site by id, where it was described.
        quiet: this account may suppress the mail of edits. Jira has no such wish for transitions and comments.
    """

    client: Client
    types: FieldTypes
    marking: Marking
    described: Mapping[str, TypeInfo]
    quiet: bool

    def run(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Count requests; where `live` allows it, look where transitions lead and find their paths, and what types an
        issue may have.
        """
        drafts = [each for each in writes if isinstance(each, Draft)]
        for number, draft in enumerate(drafts):
            yield Preview(draft.operation, {"bulk create": 1} if number % CREATE_MOST == 0 else {})
        changes = [each for each in writes if isinstance(each, Change)]
        alone = [each for each in changes if is_marker_alone(each)]
        together = len(alone) > 1 and isinstance(self.client, BulkClient)
        others = [each for each in changes if not is_marker_alone(each)] if together else changes
        if together:
            yield from (self._together(number, each) for number, each in enumerate(alone))
        yield from as_completed(self._looked if live else self._foreseen, others)

    def _together(self, number: int, change: Change) -> Preview:
        """One of several markers that go in one request."""
        counted = self._counted(change)
        return replace(counted, requests={"bulk marker": 1} if number % MARKERS_MOST == 0 else {})

    def _counted(self, change: Change) -> Preview:
        try:
            requests = self._requests(change)
        except MarkerTooLong as problem:
            return Preview(change.operation, {}, change.transition, (Problem("limit", str(problem)),))
        notifies = any(kind in _MAILED and not (kind == "edit" and self.quiet) for kind in requests)
        return Preview(
            change.operation, requests, change.transition, notices=(_MAIL,) if notifies else (), notifies=notifies
        )

    def _foreseen(self, change: Change) -> Preview:
        """Without a look at the issue: the path by the workflow, where this account may read it and the issue's status
        is known; else only what it may pass.
        """
        asked, at = change.transition, change.item.fields.get(STATUS)
        type = self.described.get(change.item.type.id)
        counted = self._counted(change)
        if asked is None or len(asked.path) > 1:
            return counted
        target, through = asked.path[-1], asked.through
        if type is not None and type.transitions is not None and isinstance(at, Ref):
            reached = type.transitions.get(at.id, ())
            offered = tuple(each.ref for each in type.statuses if each.ref.id in reached)
            path = path_to(target, through, offered, type)
            if path is not None:
                return self._counted(replace(change, transition=replace(asked, path=path)))
            around = f", nor is there a path {_over(asked)}" if through else ""
            text = f"no transition leads to {target.name or target.id} from {at.name or at.id}{around}"
            return replace(counted, problems=(Problem("no_path", text, STATUS, offered),))
        if not through:
            return counted
        notice = f"the path to {target.name} is looked for once the item is there, {_over(asked)} at most"
        return replace(counted, notices=(*counted.notices, notice))

    def _looked(self, change: Change) -> Preview:
        try:
            retyped = type_problem(self.client, change)
            if change.transition is None:
                return _with(self._counted(change), retyped)
            offered = self.client.transitions(change.item.id)
            transition, problem, notice = self._found(change, change.transition, offered)
        except ProviderError as failed:
            return replace(self._counted(change), problems=problems_of(failed))
        counted = self._counted(replace(change, transition=transition))
        notices = (*counted.notices, notice) if notice else counted.notices
        return _with(replace(counted, notices=notices), retyped, problem)

    def _requests(self, change: Change) -> dict[str, int]:
        known = self.types.of((*change.set, *change.add, *change.remove))
        body = edit_of(change, known, self.marking)
        alone = body.keys() == {"properties"}
        drops = change.marker == "drop" and self.marking.proof != "label"
        counts = Counter(
            {
                "edit": int(bool(body) and not alone),
                "marker": int(alone or self._rides(change)) + int(drops),
                "transition": len(change.transition.path) if change.transition else 0,
                "link": _elements(change, LINKS),
                "document": _pages(change, DOCUMENTS),
                "commit": _pages(change, COMMITS),
                "pull request": _pages(change, PULL_REQUESTS),
                "watcher": _elements(change, WATCHERS),
                "comment": int(change.comment is not None and change.transition is None),
            }
        )
        return {kind: count for kind, count in counts.items() if count}

    def _rides(self, change: Change) -> bool:
        """Whether a marker that goes along with other things takes a request of its own all the same."""
        apart = self.client.markers_apart and not self.marking.in_labels
        return apart and isinstance(change.marker, Marker)

    def _found(
        self, change: Change, asked: Transition, offered: Sequence[Json]
    ) -> tuple[Transition, Problem | None, str]:
        """The transition with its path, what is in its way, and what can't be known of it."""
        target = asked.path[-1]
        type = self.described.get(change.item.type.id)
        path: tuple[Ref, ...] | None = asked.path
        if len(asked.path) == 1:
            path = path_to(target, asked.through, ends_of(offered), type)
        first = path[0] if path else target
        known = self.types.of(asked.fields)
        given = {field: to_json(known[field], value) for field, value in asked.fields.items()}
        soon = [field for field, value in change.set.items() if value is not None]
        problem = way_to(self.client, change.item.id, offered, first, given, soon).problem
        if problem is not None and problem.code == "no_path" and asked.through:
            problem = replace(problem, message=f"{problem.message}, nor {_around(asked, type)}")
        certain = type is not None and type.transitions is not None
        unknown = path is not None and len(path) > 1 and not certain
        notice = f"whether it goes on from {path[0].name} can't be seen from here" if path and unknown else ""
        return replace(asked, path=path or asked.path), problem, notice


def _with(preview: Preview, *problems: Problem | None) -> Preview:
    """A preview with those further problems that there are."""
    return replace(preview, problems=(*preview.problems, *(each for each in problems if each)))


def _elements(change: Change, field: str) -> int:
    return len(change.add.get(field, ())) + len(change.remove.get(field, ()))


def _pages(change: Change, field: str) -> int:
    """Requests that pages take: one that only gets another title takes one."""
    return len(change.add.get(field, ())) + len(urls_of(change.remove.get(field, ())) - retitled(change, field))


def _around(asked: Transition, type: TypeInfo | None) -> str:
    """Where else a path was looked for."""
    if asked.through == "any" and (type is None or type.transitions is None):
        return "is there a path that this account may see: it can't read the workflow, so name what may be passed"
    return f"is there a path {_over(asked)}"


def _over(asked: Transition) -> str:
    named = asked.through
    return f"over {'statuses that are not done' if named == 'any' else ', '.join(each.name for each in named)}"
