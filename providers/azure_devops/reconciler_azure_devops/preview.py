"""What writes would take: requests by kind of call, mail, paths of statuses, and what the site would refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.sdk import (
    Change,
    Draft,
    Fields,
    Link,
    Marker,
    MarkerTooLong,
    Preview,
    Problem,
    ProviderError,
    Ref,
    Transition,
    TypeInfo,
    Value,
    as_completed,
)
from reconciler_azure_devops.client import BATCH_MOST, Json
from reconciler_azure_devops.creating import Creating
from reconciler_azure_devops.fields import AREA, SPRINT, STATUS, FieldType, from_json
from reconciler_azure_devops.links import LINKS, PARENT, pseudo_field
from reconciler_azure_devops.parts import parts_of
from reconciler_azure_devops.paths import path_to
from reconciler_azure_devops.problems import problems_of
from reconciler_azure_devops.writing import Writing

__all__ = ["Previewing"]

_BATCH: Final = "batch"
_NODE: Final = "area or sprint"
"""Kinds of calls."""
_MAIL: Final = "notifies whoever follows it: this account can't suppress that"
_PERHAPS: Final = "may notify whoever follows it: whether this account can suppress that can't be read"


@dataclass(frozen=True, slots=True)
class Previewing:
    """What it takes to preview.

    Attributes:
        described: the types of the site by id, where it was described.
    """

    creating: Creating
    writing: Writing
    described: Mapping[str, TypeInfo]

    def run(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Count requests and find the paths of statuses; where `live` allows it, have the site validate each write.

        An area or sprint that several writes need is counted for the first of them.
        """
        known: set[tuple[str, ...]] = set()
        nodes: dict[str, int] = {}
        for write in writes:
            missing = set(self.writing.nodes.missing(write.fields if isinstance(write, Draft) else _values(write)))
            nodes[write.operation] = len(missing - known)
            known |= missing
        for preview in self._each(writes, live=live):
            requests = {**preview.requests, _NODE: nodes[preview.operation]}
            yield replace(preview, requests=_counted(requests))

    def _each(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        drafts = [each for each in writes if isinstance(each, Draft)]
        yield from as_completed(lambda each: self._draft(*each, live=live), list(enumerate(drafts)))
        changes = [each for each in writes if isinstance(each, Change)]
        together = self.writing.sent_together(changes)
        firsts = {each.operation for each in together[::BATCH_MOST]}
        shared = {each.operation for each in together}
        for preview in as_completed(self._looked if live else self._foreseen, changes):
            if preview.operation in shared:
                yield replace(preview, requests={_BATCH: 1} if preview.operation in firsts else {})
            else:
                yield preview

    def _draft(self, number: int, draft: Draft, *, live: bool) -> Preview:
        creating = self.creating
        problems: tuple[Problem, ...] = ()
        nodes = creating.nodes.missing(draft.fields)
        try:
            if live:
                patch = creating.patch(replace(draft, fields=_there(draft.fields, nodes)))
                creating.client.tried(creating.project, draft.type.id, patch)
            elif draft.marker is not None:
                creating.marking.check(draft.marker)
        except (MarkerTooLong, ProviderError) as problem:
            problems = _problems(problem)
        first = not creating.together or number % BATCH_MOST == 0
        requests = {_BATCH if creating.together else "create": int(first)}
        return Preview(draft.operation, _counted(requests), problems=problems, notices=_made(nodes))

    def _foreseen(self, change: Change) -> Preview:
        """Without a look at the item: the path where its status is known."""
        asked, at = change.transition, change.item.fields.get(STATUS)
        if asked is None or len(asked.path) > 1:
            return self._previewed(change)
        if isinstance(at, Ref):
            return self._along(change, asked, at)
        counted = self._previewed(change)
        if not asked.through:
            return counted
        notice = f"the path to {_called(asked.path[-1])} is looked for once the item is there, {_over(asked)} at most"
        return replace(counted, notices=(*counted.notices, notice))

    def _looked(self, change: Change) -> Preview:
        """The site validates the first document; a path is looked for from the status that the item has."""
        found, asked, at = self._previewed(change), change.transition, change.item.fields.get(STATUS)
        live: Json | None = None
        try:
            if self.writing.needs_live(change) or (asked is not None and at is None):
                live = self.writing.client.item(change.item.id)
        except ProviderError as problem:
            return replace(found, problems=problems_of(problem))
        if live is not None:
            at = from_json(FieldType("status"), (live.get("fields") or {}).get(STATUS))
        if asked is not None and len(asked.path) == 1 and isinstance(at, Ref):
            found = self._along(change, asked, at)
        if found.problems:
            return found
        return replace(found, problems=self._tried(replace(change, transition=found.transition), live))

    def _along(self, change: Change, asked: Transition, at: Ref) -> Preview:
        """With the path from a status, or with what is in its way."""
        type, target = self.described.get(change.item.type.id), asked.path[-1]
        if type is None or type.transitions is None or at.id == target.id:
            return self._previewed(change)  # the site says it, when it is asked
        path = path_to(type, at, target, asked.through)
        if path is not None:
            return self._previewed(replace(change, transition=replace(asked, path=path)))
        around = f", nor is there a path {_over(asked)}" if asked.through else ""
        text = f"no transition leads to {_called(target)} from {_called(at)}{around}"
        reached = type.transitions.get(at.id, ())
        offered = tuple(each.ref for each in type.statuses if each.ref.id in reached)
        return replace(self._previewed(change), problems=(Problem("no_path", text, STATUS, offered),))

    def _tried(self, change: Change, live: Json | None) -> tuple[Problem, ...]:
        """What the site would refuse of the first document."""
        nodes = self.writing.nodes.missing(_values(change))
        sendable = replace(
            change,
            set=_there(change.set, nodes),
            add={id: tuple(each for each in elements if not _is_awaited(each)) for id, elements in change.add.items()},
        )
        try:
            patch = self.writing.document(sendable, live)
            if patch:
                self.writing.client.tried_on(change.item.id, patch)
        except (MarkerTooLong, ProviderError) as problem:
            return _problems(problem)
        return ()

    def _previewed(self, change: Change) -> Preview:
        nodes = self.writing.nodes.missing(_values(change))
        try:
            if isinstance(change.marker, Marker):
                self.writing.marking.check(change.marker)
        except MarkerTooLong as problem:
            return Preview(change.operation, {}, change.transition, _problems(problem))
        requests = Counter[str]()
        for part in parts_of(change, self.writing.marking):
            requests["edit" if part.kind != "exchange" and part.fields else "link" if part.fields else "marker"] += 1
        mailed = requests["edit"] > 0
        mail = _PERHAPS if self.writing.quiet else _MAIL
        return Preview(
            change.operation,
            _counted(requests),
            change.transition,
            notices=(*_made(nodes), *((mail,) if mailed else ())),
            notifies=mailed,
        )


def _values(change: Change) -> Fields:
    return {**change.set, **(change.transition.fields if change.transition else {})}


def _there(values: Fields, nodes: Sequence[tuple[str, ...]]) -> dict[str, Value]:
    """What of these values the site can validate now: without areas, iterations and items that are yet to be made."""
    missing = {"\\".join(path) for path in nodes}
    found: dict[str, Value] = {}
    for field, value in values.items():
        if isinstance(value, Ref) and (
            (field == PARENT and not value.id.isdecimal()) or (field in (AREA, SPRINT) and value.id in missing)
        ):
            continue
        found[field] = tuple(each for each in value if not _is_awaited(each)) if isinstance(value, tuple) else value
    return found


def _is_awaited(element: Value) -> bool:
    """Whether a link goes to an item that has no id yet."""
    return isinstance(element, Link) and pseudo_field(element) == LINKS and not element.target.isdecimal()


def _problems(problem: MarkerTooLong | ProviderError) -> tuple[Problem, ...]:
    return (Problem("limit", str(problem)),) if isinstance(problem, MarkerTooLong) else problems_of(problem)


def _counted(requests: Mapping[str, int]) -> dict[str, int]:
    return {kind: count for kind, count in requests.items() if count}


def _made(nodes: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(f"{'/'.join(path)} is made" for path in nodes)


def _called(status: Ref) -> str:
    return status.name or status.id


def _over(asked: Transition) -> str:
    named = asked.through
    return f"over {'statuses that are not done' if named == 'any' else ', '.join(each.name for each in named)}"
