"""What an issue was in the past: what it is now, with its history taken back (FACTS A9, A11). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

from reconciler.sdk import Ref
from reconciler_jira.changelog import moment_of
from reconciler_jira.client import Json

__all__ = ["Change", "Timeline", "Tracked", "sprints_left", "timeline_of"]

_Value = TypeVar("_Value")
_STATUS: Final = Ref("status", "Status")
_NUMBER = re.compile(r"\d+")
_ID = re.compile(r"\bid=(\d+)")
"""In the text that Data Center shows of a sprint."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """The fields that are followed, by id with their names; `points` is `None` where nothing is estimated, and
    `scale` is how much of the field's value is one point.
    """

    sprint: Ref
    points: Ref | None
    scale: float = 1.0

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(each.id for each in (self.sprint, _STATUS, self.points) if each is not None)


@dataclass(frozen=True, slots=True)
class Change(Generic[_Value]):
    """One edit of one field."""

    at: datetime
    before: _Value
    after: _Value


@dataclass(frozen=True, slots=True)
class Timeline:
    """An issue through time; edits are oldest first. A sprint that was closed stays among an issue's sprints."""

    id: str
    key: str
    created: datetime
    sprints: frozenset[str]
    status: str
    points: float | None
    sprint_changes: tuple[Change[frozenset[str]], ...]
    status_changes: tuple[Change[str], ...]
    points_changes: tuple[Change[float | None], ...]

    def sprints_at(self, moment: datetime) -> frozenset[str]:
        """The ids of the sprints that it was in."""
        return _value_at(self.sprint_changes, self.sprints, moment)

    def status_at(self, moment: datetime) -> str:
        """The id of its status."""
        return _value_at(self.status_changes, self.status, moment)

    def points_at(self, moment: datetime) -> float | None:
        """Its estimate."""
        return _value_at(self.points_changes, self.points, moment)


def timeline_of(issue: Json, logs: Iterable[Json], tracked: Tracked) -> Timeline:
    """Read an issue with its fields, and the pieces of its history in any order."""
    fields = issue.get("fields") or {}
    pieces = list(logs)
    points = tracked.points
    return Timeline(
        str(issue["id"]),
        str(issue.get("key", issue["id"])),
        moment_of(fields.get("created")) or datetime.min.replace(tzinfo=UTC),
        frozenset(_sprint_ids(fields.get(tracked.sprint.id))),
        str((fields.get("status") or {}).get("id", "")),
        _number(fields.get(points.id), tracked.scale) if points else None,
        _changes(pieces, tracked.sprint, _sprints_in),
        _changes(pieces, _STATUS, lambda item, side: str(item.get(side) or "")),
        _changes(pieces, points, lambda item, side: _number(item.get(f"{side}String"), tracked.scale))
        if points
        else (),
    )


def sprints_left(logs: Iterable[Json], tracked: Tracked) -> frozenset[str]:
    """The ids of the sprints that an issue was in when its sprints were changed."""
    changes = _changes(logs, tracked.sprint, _sprints_in)
    return frozenset[str]().union(*(each.before for each in changes))


def _value_at(changes: Sequence[Change[_Value]], now: _Value, moment: datetime) -> _Value:
    return next((each.before for each in changes if each.at > moment), now)


def _changes(logs: Iterable[Json], field: Ref, read: Callable[[Json, str], _Value]) -> tuple[Change[_Value], ...]:
    found = [
        Change(at, read(item, "from"), read(item, "to"))
        for log in logs
        for history in log.get("changeHistories") or ()
        if (at := moment_of(history.get("created"))) is not None
        for item in history.get("items") or ()
        if str(item.get("fieldId") or "") == field.id
        or (not item.get("fieldId") and str(item.get("field", "")).casefold() == field.name.casefold())
    ]
    return tuple(sorted(found, key=lambda each: each.at))


def _sprints_in(item: Json, side: str) -> frozenset[str]:
    """What one side of a history's item says: `7, 8`."""
    return frozenset(_NUMBER.findall(str(item.get(side) or "")))


def _sprint_ids(data: Any) -> Iterator[str]:
    for each in data if isinstance(data, list) else ():
        if isinstance(each, dict):
            yield str(each.get("id"))
        elif match := _ID.search(str(each)):
            yield match[1]


def _number(data: Any, scale: float) -> float | None:
    try:
        return None if data in (None, "") else float(data) / scale
    except (TypeError, ValueError):
        return None
