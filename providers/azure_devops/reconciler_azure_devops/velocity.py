"""What a team's past iterations committed to and completed: queries asked of the past, and items as they were then.

There is no endpoint for it (FACTS B8). `ASOF` in a query gives what an iteration held at its start and at its end, and
`asOf` in a read gives the states and efforts of that moment (FACTS B4, B5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any, Final

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
    as_completed,
    resolve,
    sprint_of,
)
from reconciler_azure_devops.client import BATCH_MOST, Client, Json
from reconciler_azure_devops.levels import levels_of
from reconciler_azure_devops.upwards import moment
from reconciler_azure_devops.workflows import statuses_of

__all__ = ["velocity"]

_STATE: Final = "System.State"
_TYPE: Final = "System.WorkItemType"
_STARTED: Final = "Microsoft.VSTS.Common.ActivatedDate"
_FINISHED: Final = ("Microsoft.VSTS.Common.ClosedDate", "Microsoft.VSTS.Common.StateChangeDate")
_TWO_LOOKS: Final = (
    "Azure DevOps is asked what an iteration held at its start and at its end: what came and left in between counts "
    "nowhere, and an item that was reopened and finished again in between does not count as reopened. Nor do items "
    "count that were deleted since."
)


@dataclass(frozen=True, slots=True)
class _Span:
    """An iteration: its path, and its first day's beginning and its last day's end."""

    id: str
    name: str
    path: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Counting:
    """What counts: the condition that finds a team's requirements, their effort, and how far their states are.

    `effort` is a field, empty where nothing is estimated; `fields` are those that are read; `standings` is by type and
    state.
    """

    condition: str
    effort: Ref
    fields: tuple[str, ...]
    standings: Mapping[tuple[str, str], Standing]


@dataclass(frozen=True, slots=True)
class _Held:
    """What an iteration held at both its ends, by item; `raw` are the fields at its end, and `lost` counts the items
    that nobody can read any more.
    """

    start: Mapping[str, Sighting]
    end: Mapping[str, Sighting]
    raw: Mapping[str, Json]
    lost: int


def velocity(
    client: Client, project: str, words: Mapping[str, tuple[str, ...]], zone: tzinfo, team: str, days: int
) -> Velocity:
    """Read a team's iterations that ended in the last so many days.

    Args:
        client: the site.
        project: its id or name.
        words: the spec's own words for states.
        zone: whose midnights iterations begin and end at.
        team: its name or id; empty for the only one.
        days: one or more.

    Raises:
        BadValue: there is no such team, or several and none was named.
    """
    chosen = _team(client, project, team)
    now = client.clock.now()
    spans, unknown = _over(client.team_iterations(project, chosen.id), now - timedelta(days=days), now, zone)
    if not spans:
        return Velocity(chosen, "", (), tuple(unknown))
    counting = _counting(client, project, chosen.id, words)
    if not counting.effort.id:
        unknown.append("The team's backlog names no field for effort, so there are no points.")
    unknown.append(_TWO_LOOKS)
    held = dict(as_completed(lambda span: (span.id, _held(client, project, span, counting)), spans))
    sprints = []
    before: Mapping[str, Sighting] = {}
    for span in spans:
        read = held[span.id]
        if read.lost:
            unknown.append(
                f"Not counted: {read.lost} of the items that {span.name} held, which can't be read any more (deleted "
                "since, or hidden from this account)."
            )
        sprints.append(sprint_of(span.id, span.name, span.start, span.end, _items(read, before)))
        before = {**before, **read.end}
    return Velocity(chosen, counting.effort.name, tuple(sprints), tuple(unknown))


def _team(client: Client, project: str, team: str) -> Ref:
    try:
        teams = [Ref(str(each["id"]), str(each["name"])) for each in client.teams(project)]
    except (AuthenticationError, AuthorizationError, NotFoundError):
        if not team:
            raise
        return Ref(team, team)  # a token may do without the right to list teams; an unknown one is refused later
    if team:
        return resolve(team, teams, "team")
    if len(teams) == 1:
        return teams[0]
    raise BadValue(f"name a team: {', '.join(each.name for each in teams)}" if teams else f"{project} has no team")


def _over(iterations: Iterable[Json], since: datetime, now: datetime, zone: tzinfo) -> tuple[list[_Span], list[str]]:
    """The iterations that ended between two moments, by their ends, and what is to be said of the others."""
    spans: list[_Span] = []
    undated: list[str] = []
    for each in iterations:
        dates = each.get("attributes") or {}
        start, finish = _day(dates.get("startDate")), _day(dates.get("finishDate"))
        if start is None or finish is None:
            undated.append(str(each.get("name")))
            continue
        first = datetime.combine(start, time(), zone)
        last = datetime.combine(finish + timedelta(days=1), time(), zone)
        if since <= last <= now:
            spans.append(_Span(str(each["id"]), str(each["name"]), str(each["path"]), first, last))
    said = [f"These iterations have no dates, so they are left out: {', '.join(undated)}."] if undated else []
    return sorted(spans, key=lambda each: (each.end, each.path)), said


def _counting(client: Client, project: str, team: str, words: Mapping[str, tuple[str, ...]]) -> _Counting:
    types = [each for each in client.types(project) if each.get("name")]
    levels = levels_of(client.backlogs(project, team), [str(each["name"]) for each in types])
    counted = [each for each in types if levels.of.get(str(each["name"])) == 0]
    if not counted:
        raise BadValue("the team's backlog has no type of requirements, so nothing counts")
    names = {
        str(field.get("referenceName")): str(field.get("name"))
        for each in counted
        for field in each.get("fields") or each.get("fieldInstances") or ()
    }
    needed = (_TYPE, _STATE, *((levels.effort,) if levels.effort else ()))
    standings: dict[tuple[str, str], Standing] = {}
    for each in counted:
        type = str(each["name"])
        for state, standing in _standings(each.get("states") or client.states(project, type), words):
            standings[type, state] = standing
    chosen = ", ".join(_quoted(str(each["name"])) for each in counted)
    areas = " OR ".join(_areas(client.team_areas(project, team)))
    condition = f"[System.TeamProject] = @project AND [{_TYPE}] IN ({chosen})" + (f" AND ({areas})" if areas else "")
    return _Counting(
        condition,
        Ref(levels.effort, names.get(levels.effort, levels.effort)),
        (*needed, *(each for each in (_STARTED, *_FINISHED) if each in names)),
        standings,
    )


def _standings(states: Sequence[Json], words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Standing]]:
    said = {each.ref.id: each.word for each in statuses_of(states, words)}
    for each in states:
        name, category = str(each.get("name")), str(each.get("category", "")).casefold()
        if category == "removed" or said.get(name) == "cancelled":
            yield name, "cancelled"
        else:
            yield name, "done" if category == "completed" else "open"


def _areas(settings: Json) -> Iterator[str]:
    """The conditions for what is the team's own: areas, or the values of another field that teams go by."""
    field = str((settings.get("field") or {}).get("referenceName") or "System.AreaPath")
    for each in settings.get("values") or ():
        sign = "UNDER" if each.get("includeChildren") else "="
        yield f"[{field}] {sign} {_quoted(str(each['value']))}"


def _held(client: Client, project: str, span: _Span, counting: _Counting) -> _Held:
    condition = f"{counting.condition} AND [System.IterationPath] = {_quoted(span.path)}"
    ends = (span.start, span.end)
    inside = [frozenset(client.query(_query(condition, when), project)) for when in ends]
    ids = sorted(inside[0] | inside[1], key=int)
    raw = [_fields_at(client, ids, when, counting.fields) for when in ends]
    lost = {id for held, read in zip(inside, raw, strict=True) for id in held - read.keys()}
    start, end = (
        {id: _sighting(fields, counting, inside=id in held) for id, fields in read.items() if id not in lost}
        for held, read in zip(inside, raw, strict=True)
    )
    return _Held(start, end, raw[1], len(lost))


def _query(condition: str, when: datetime) -> str:
    return f"SELECT [System.Id] FROM WorkItems WHERE {condition} ASOF '{moment(when)}'"  # noqa: S608  it only reads


def _fields_at(client: Client, ids: Sequence[str], when: datetime, fields: Sequence[str]) -> dict[str, Json]:
    return {
        str(each["id"]): each.get("fields") or {}
        for at in range(0, len(ids), BATCH_MOST)
        for each in client.items_as_of(ids[at : at + BATCH_MOST], fields, moment(when))
    }


def _sighting(fields: Json, counting: _Counting, *, inside: bool) -> Sighting:
    standing = counting.standings.get((str(fields.get(_TYPE)), str(fields.get(_STATE))), "open")
    points = fields.get(counting.effort.id)
    return Sighting(inside, standing, float(points) if isinstance(points, (int, float)) else None)


def _items(held: _Held, before: Mapping[str, Sighting]) -> Iterator[SprintItem]:
    """The items of an iteration; `before` is what those of earlier ones were at the ends of these."""
    for id in sorted(held.start.keys() | held.end.keys(), key=int):
        start, end, fields = held.start.get(id), held.end.get(id), held.raw.get(id, {})
        looks = [each.standing for each in (before.get(id), start, end) if each is not None]
        reopened = ("done", "open") in pairwise(looks)
        finished = (at for name in _FINISHED if (at := _moment(fields.get(name))) is not None)
        yield SprintItem(id, start, end, reopened, _moment(fields.get(_STARTED)), next(finished, None))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _day(data: Any) -> date | None:
    at = _moment(data)
    return None if at is None else at.date()


def _moment(data: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(data) if isinstance(data, str) else None
    except ValueError:
        return None
