"""What a change takes: one document with what changed and the first status, then what has to go alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from reconciler.sdk import Change, Marker
from reconciler_azure_devops.fields import STATUS
from reconciler_azure_devops.links import PARENT, RELATIONS
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import Marking

__all__ = ["COMMENT", "Part", "exchanged", "parts_of", "retags", "said_along"]

COMMENT: Final = "comment"
"""What a comment counts as among an outcome's applied fields."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a change; `fields` are those that it writes, none where it only marks.

    document: the first patch, with all that is no removal of relations. status: the next status of a path. exchange:
    relations that go, with those that come in their place. comment: one with a name, added or written anew.
    """

    kind: Literal["document", "status", "exchange", "comment"]
    fields: frozenset[str]


def parts_of(change: Change, marking: Marking) -> tuple[Part, ...]:
    """What a change takes, in order."""
    transition, swapped = change.transition, exchanged(change)
    path = transition.path if transition else ()
    said = said_along(change)
    edited = {*change.set, *change.add, *change.remove, *(said if len(path) < 2 else ())} - swapped
    if transition is not None:
        edited |= {STATUS, *transition.fields}
    marks = change.marker != "keep"
    parts = [Part("document", frozenset(edited))] if edited or (marks and (marking.field or retags(change))) else []
    last = len(path) - 1
    parts += [Part("status", frozenset({STATUS, *(said if at == last else ())})) for at in range(1, len(path))]
    if swapped or (marks and not marking.field):
        parts.append(Part("exchange", swapped))
    if change.comment is not None and change.comment_name:
        parts.append(Part("comment", frozenset({COMMENT})))
    return tuple(parts)


def said_along(change: Change) -> frozenset[str]:
    """The comment, where it goes with a document: one with a name goes on its own."""
    return frozenset({COMMENT} if change.comment is not None and not change.comment_name else ())


def exchanged(change: Change) -> frozenset[str]:
    """The fields of which relations go: they are written by an exchange, what comes along with what goes."""
    parent = {PARENT} & change.set.keys()
    return frozenset((*parent, *(RELATIONS & change.remove.keys())))


def retags(change: Change) -> bool:
    """Whether a change of the marker takes the tag along: where there was none, or there is to be none."""
    if isinstance(change.marker, Marker):
        before = change.item.marker
        return before is None or label_of(before) != label_of(change.marker)
    return change.marker == "drop"
