"""What a board's closed sprints committed to and completed, from its issues and their histories (FACTS A11).

Jira has a chart of it, but no documented endpoint. What an issue was when a sprint began is its present with its
history taken back; histories come in bulk, for a thousand issues in one request.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    BadValue,
    NotFoundError,
    Ref,
    Sighting,
    SprintItem,
    Standing,
    Velocity,
    resolve,
    sprint_of,
)
from reconciler_jira.changelog import moment_of
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import type_of
from reconciler_jira.timelines import Timeline, Tracked, sprints_left, timeline_of
from reconciler_jira.vocabulary import STATUSES, STORY_POINTS

__all__ = ["velocity"]

_FETCHED: Final = 100
_HISTORIES: Final = 1000
_SKEW: Final = timedelta(hours=1)
"""By how much the site's clock may be ahead of this one's."""
_WITHOUT_SPRINTS: Final = "kanban"
_HOURS: Final = {"timeoriginalestimate", "timeestimate"}
"""Fields that hold seconds."""
_UNSEEN: Final = (
    "Jira tells nothing of items that were deleted, or that this account may not see: what a sprint held of them is "
    "missing from its numbers."
)


@dataclass(frozen=True, slots=True)
class _Span:
    """A closed sprint's time."""

    id: str
    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Statuses:
    """By id, what the site's statuses say of an issue, and which of them mean that somebody works on it."""

    standings: Mapping[str, Standing]
    active: frozenset[str]

    def standing(self, status: str) -> Standing:
        """How far an issue with a status is; a status that the site has no more is taken as not done."""
        return self.standings.get(status, "open")


def velocity(client: Client, project: Ref, words: Mapping[str, Sequence[str]], team: str, days: int) -> Velocity:
    """Read the sprints of a board that were closed in the last so many days.

    Args:
        client: the site.
        project: its id, and its key as the name.
        words: the spec's names of statuses by its words; what is `cancelled` by them, or else usually, is not done.
        team: the board's name or id; empty for the only one.
        days: one or more.

    Raises:
        BadValue: there is no such board, several have the name, or it has no sprints.
    """
    board = _board(client, project.name, team)
    now = client.clock.now()
    spans, unknown = _closed(client, board, now - timedelta(days=days))
    if not spans:
        return Velocity(board, "", (), tuple(unknown))
    tracked, estimating = _tracked(client, board)
    statuses = _statuses(client, words.get("cancelled", STATUSES["cancelled"]))
    timelines = _timelines(client, project, spans, tracked, now)
    gone = {status for each in timelines for status in _seen(each)} - statuses.standings.keys()
    unknown += (
        *estimating,
        _UNSEEN,
        f"Of the items that left a sprint before it was closed, only those of the project {project.name} can be found.",
        *(
            f"The site has no status {each} any more: items count as not done where they had it."
            for each in sorted(gone)
        ),
    )
    sprints = []
    before: datetime | None = None
    for span in spans:
        since = span.start if before is None else min(span.start, before)
        items = (_item(each, span, since, statuses) for each in timelines)
        sprints.append(sprint_of(span.id, span.name, span.start, span.end, items))
        before = span.end
    return Velocity(board, tracked.points.name if tracked.points else "", tuple(sprints), tuple(unknown))


def _board(client: Client, project: str, team: str) -> Ref:
    boards = [
        (Ref(str(each["id"]), str(each.get("name", each["id"]))), each.get("type")) for each in client.boards(project)
    ]
    refs = [ref for ref, _ in boards]
    with_sprints = [ref for ref, kind in boards if kind != _WITHOUT_SPRINTS]
    if not team and len(with_sprints) == 1:
        return with_sprints[0]
    if not team:
        named = ", ".join(f"{each.name} ({each.id})" for each in with_sprints)
        raise BadValue(f"{project} has no board with sprints" if not named else f"name a board: {named}")
    board = resolve(team, refs, "board")
    if board not in with_sprints:
        raise BadValue(f"the board {board.name!r} is a kanban board, which has no sprints")
    return board


def _closed(client: Client, board: Ref, since: datetime) -> tuple[list[_Span], list[str]]:
    """The board's sprints that were closed since a moment, the first closed first, and what is to be said of others."""
    spans: list[_Span] = []
    unknown: list[str] = []
    for each in client.closed_sprints(board.id):
        start, end = moment_of(each.get("startDate")), moment_of(each.get("completeDate") or each.get("endDate"))
        name = str(each.get("name", each["id"]))
        if end is not None and end < since:
            continue
        if start is None or end is None:
            unknown.append(f"The sprint {name!r} has no dates, so it is left out.")
        elif str(each.get("originBoardId", board.id)) != board.id:
            unknown.append(f"The sprint {name!r} belongs to the board {each['originBoardId']}, so it is left out.")
        else:
            spans.append(_Span(str(each["id"]), name, start, end))
    return sorted(spans, key=lambda each: (each.end, each.id)), unknown


def _tracked(client: Client, board: Ref) -> tuple[Tracked, list[str]]:
    """The fields to follow, and what is to be said of the estimates."""
    fields = client.all_fields()
    sprint = next((each for each in fields if type_of(str(each["id"]), each.get("schema")).kind == "sprint"), None)
    if sprint is None:
        raise BadValue("the site has no field for sprints that this account sees")
    followed = Ref(str(sprint["id"]), str(sprint.get("name", "Sprint")))
    try:
        estimation = client.board_configuration(board.id).get("estimation") or {}
    except (AuthenticationError, AuthorizationError, NotFoundError):
        named = {str(each.get("name")): str(each["id"]) for each in reversed(fields)}
        points = next((Ref(named[name], name) for name in STORY_POINTS if name in named), None)
        said = f"the field {points.name!r}" if points else "no field, so there are no points"
        return Tracked(followed, points), [f"This account may not read what the board estimates by; taken was {said}."]
    field = estimation.get("field") or {}
    if estimation.get("type") != "field" or not field.get("fieldId"):
        return Tracked(followed, None), ["The board counts items and estimates none, so there are no points."]
    id = str(field["fieldId"])
    if id in _HOURS:
        return Tracked(followed, Ref(id, "hours"), 3600.0), []
    return Tracked(followed, Ref(id, str(field.get("displayName") or id))), []


def _statuses(client: Client, cancelled: Iterable[str]) -> _Statuses:
    gone = {each.casefold() for each in cancelled}
    standings: dict[str, Standing] = {}
    active: set[str] = set()
    for each in client.site_statuses():
        id, category = str(each["id"]), (each.get("statusCategory") or {}).get("key")
        if gone & {id, str(each.get("name", "")).casefold()}:
            standings[id] = "cancelled"
        else:
            standings[id] = "done" if category == "done" else "open"
        if category == "indeterminate":
            active.add(id)
    return _Statuses(standings, frozenset(active))


def _timelines(client: Client, project: Ref, spans: Sequence[_Span], tracked: Tracked, now: datetime) -> list[Timeline]:
    """The issues that were ever in one of the sprints: those that are, and those that left one while it ran.

    No query finds the latter. Whoever left has been changed since the first sprint began, and its history tells.
    """
    fields = ("issuetype", "created", *tracked.ids)
    ids = {each.id for each in spans}
    clause = f"cf[{tracked.sprint.id.rpartition('_')[2]}]"
    inside = f"{clause} in ({', '.join(sorted(ids, key=int))})"
    members = {str(each["id"]): each for each in client.search(inside, fields, ())}
    earliest = min(each.start for each in spans) - _SKEW
    minutes = math.ceil((now - earliest).total_seconds() / 60)
    left = f"project = {project.id} AND updated >= -{minutes}m AND ({clause} is EMPTY OR NOT {inside})"
    keys = [*members, *client.keys(left)]
    logs: dict[str, list[Json]] = {}
    for at in range(0, len(keys), _HISTORIES):
        for log in client.changelogs(keys[at : at + _HISTORIES], tracked.ids):
            logs.setdefault(str(log.get("issueId")), []).append(log)
    leavers = [id for id in logs if id not in members and ids & sprints_left(logs[id], tracked)]
    for at in range(0, len(leavers), _FETCHED):
        answer = client.bulk_fetch(leavers[at : at + _FETCHED], fields, ())
        members |= {str(each["id"]): each for each in answer.get("issues") or ()}
    return [timeline_of(each, logs.get(id, ()), tracked) for id, each in members.items() if not _is_subtask(each)]


def _is_subtask(issue: Json) -> bool:
    """Whether it is part of another issue, in whose sprint it is and with which it counts."""
    return bool(((issue.get("fields") or {}).get("issuetype") or {}).get("subtask"))


def _seen(timeline: Timeline) -> set[str]:
    """The statuses that an issue has had."""
    return {timeline.status, *(each.before for each in timeline.status_changes)}


def _item(timeline: Timeline, span: _Span, since: datetime, statuses: _Statuses) -> SprintItem:
    moves = [(each.at, statuses.standing(each.before), each.after) for each in timeline.status_changes]
    reopened = any(
        since < at <= span.end and before == "done" and statuses.standing(after) == "open"
        for at, before, after in moves
    )
    begun = [at for at, _, after in moves if after in statuses.active and at <= span.end]
    ended = [at for at, before, after in moves if before != "done" and statuses.standing(after) == "done"]
    if timeline.status_at(timeline.created) in statuses.active:
        begun.insert(0, timeline.created)
    return SprintItem(
        timeline.key,
        _sighting(timeline, span, span.start, statuses),
        _sighting(timeline, span, span.end, statuses),
        reopened,
        begun[0] if begun else None,
        max((at for at in ended if at <= span.end), default=None),
    )


def _sighting(timeline: Timeline, span: _Span, moment: datetime, statuses: _Statuses) -> Sighting | None:
    if timeline.created > moment:
        return None
    inside = span.id in timeline.sprints_at(moment)
    return Sighting(inside, statuses.standing(timeline.status_at(moment)), timeline.points_at(moment))
