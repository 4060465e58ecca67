"""Jira Software's endpoints: the board, its sprints and their lives, and what moves issues into them (FACTS A11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from reconciler_jira_sandbox.bodies import texts_of
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import BOARD, FIELDS, PROJECT, STATUSES, Sprint
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_FIELD = next(each.id for each in FIELDS.values() if each.kind == "sprint")
_ESTIMATE = FIELDS["customfield_10028"]
_STATES = ("closed", "active", "future")
_NEXT = {"future": "active", "active": "closed"}
_CLOSED_KEEP = frozenset({"state", "startDate", "endDate", "completeDate"})
_MOVED_MAX = 50
_SCOPE = "Unauthorized; scope does not match"


def _boards(tenant: Tenant, request: Request) -> Answer:
    _require_scope(tenant)
    project, kind = request.first("projectKeyOrId"), request.first("type")
    fits = project.upper() in ("", PROJECT.key, PROJECT.id) and kind in ("", BOARD.type)
    return Answer(200, _page(request, [_board(request)] if fits else []))


def _one_board(tenant: Tenant, request: Request) -> Answer:
    _require_board(tenant, request)
    return Answer(200, _board(request))


def _sprints(tenant: Tenant, request: Request) -> Answer:
    _require_board(tenant, request)
    states = request.listed("state")
    if unknown := [each for each in states if each not in _STATES]:
        raise Refusal(400, f"The state '{unknown[0]}' is not one of future, active, closed.")
    sprints = sorted(tenant.store.sprints.values(), key=lambda each: (_STATES.index(each.state), each.id))
    found = [_shown(request, each) for each in sprints if not states or each.state in states]
    return Answer(200, _page(request, found))


def _configuration(tenant: Tenant, request: Request) -> Answer:
    """Its columns, and the field that it estimates by, which scrum boards alone have."""
    _require_board(tenant, request)
    if tenant.knobs["agile_reads"] == "without_configuration":
        raise Refusal(401, _SCOPE)
    columns = [{"name": each.name, "statuses": [_reference(request, each.id)]} for each in STATUSES]
    shown = {
        **{name: value for name, value in _board(request).items() if name in ("id", "name", "type")},
        "self": f"{request.base}/rest/agile/1.0/board/{BOARD.id}/configuration",
        "location": {"type": "project", "projectKeyOrId": PROJECT.key},
        "filter": {"id": "10000", "self": f"{request.base}/rest/api/2/filter/10000"},
        "columnConfig": {"columns": columns, "constraintType": "none"},
        "ranking": {"rankCustomFieldId": 10019},
    }
    if tenant.knobs["estimation"] == "points":
        field = {"fieldId": _ESTIMATE.id, "displayName": _ESTIMATE.name}
        return Answer(200, {**shown, "estimation": {"type": "field", "field": field}})
    return Answer(200, {**shown, "estimation": {"type": "issueCount"}})


def _reference(request: Request, status: str) -> dict[str, str]:
    return {"id": status, "self": f"{request.base}/rest/api/2/status/{status}"}


def _one_sprint(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _shown(request, _known_sprint(tenant, request)))


def _create_sprint(tenant: Tenant, request: Request) -> Answer:
    """A new sprint, which waits for its start."""
    _require_scope(tenant)
    body = request.object()
    if str(body.get("originBoardId")) != str(BOARD.id):
        raise Refusal(404, f"The board with id {body.get('originBoardId')} does not exist, or you may not view it.")
    sprint = Sprint(max(tenant.store.sprints) + 1, "", "future", "", "")
    return Answer(201, _shown(request, _saved(tenant, _named(sprint, body))))


def _change_sprint(tenant: Tenant, request: Request) -> Answer:
    """The named fields alone."""
    return Answer(200, _shown(request, _changed(tenant, _known_sprint(tenant, request), request.object())))


def _replace_sprint(tenant: Tenant, request: Request) -> Answer:
    """All fields: those that are not named become empty."""
    sprint, body = _known_sprint(tenant, request), request.object()
    empty = {"name": "", "goal": "", "startDate": None, "endDate": None, "state": sprint.state}
    return Answer(200, _shown(request, _changed(tenant, sprint, {**empty, **body})))


def _changed(tenant: Tenant, sprint: Sprint, body: Mapping[str, Any]) -> Sprint:
    """A sprint's next state, which is the one way that it goes, and its new fields.

    Raises:
        Refusal: 400: it is closed, has no dates to start with, or is not to go that way.
    """
    state = str(body.get("state", sprint.state)).casefold()
    if sprint.state == "closed":
        body = {name: value for name, value in body.items() if name not in _CLOSED_KEEP}
        return _saved(tenant, _named(sprint, body))
    fresh = _named(sprint, body)
    if state == sprint.state:
        return _saved(tenant, fresh)
    if _NEXT[sprint.state] != state:
        raise Refusal(400, f"A sprint can't go from the state {sprint.state} to {state}.")
    if state == "active":
        if not fresh.start or not fresh.end:
            raise Refusal(400, "A sprint needs a start date and an end date to be started.")
        return _saved(tenant, replace(fresh, state="active"))
    return _saved(tenant, replace(fresh, state="closed", completed=_time(tenant.now())))


def _named(sprint: Sprint, body: Mapping[str, Any]) -> Sprint:
    name = str(body.get("name", sprint.name) or "").strip()
    if not name:
        raise Refusal(400, "The sprint name is missing.")
    start, end = (_time(body.get(key, old)) for key, old in (("startDate", sprint.start), ("endDate", sprint.end)))
    return replace(sprint, name=name, goal=str(body.get("goal", sprint.goal) or ""), start=start, end=end)


def _time(value: Any) -> str:
    """A time as sprints show it; empty for none."""
    if not value:
        return ""
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    except ValueError:
        raise Refusal(400, f"'{value}' is not a date.") from None


def _saved(tenant: Tenant, sprint: Sprint) -> Sprint:
    tenant.store.record({"event": "sprint_saved", "at": tenant.now(), "sprint": asdict(sprint)})
    return sprint


def _move_to_sprint(tenant: Tenant, request: Request) -> Answer:
    sprint = _known_sprint(tenant, request)
    if sprint.state == "closed":
        raise Refusal(400, "Issues can only be moved to open or active sprints.")
    _move(tenant, request, sprint.id)
    return Answer(204)


def _move_to_backlog(tenant: Tenant, request: Request) -> Answer:
    _require_scope(tenant)
    _move(tenant, request, None)
    return Answer(204)


def _move(tenant: Tenant, request: Request, sprint: int | None) -> None:
    wanted = texts_of(request.object(), "issues")
    if not 0 < len(wanted) <= _MOVED_MAX:
        raise Refusal(400, "issues must hold between 1 and 50 issues.")
    for issue in [tenant.issue(each) for each in wanted]:
        tenant.edit(issue, {"fields": {_FIELD: sprint}}, request.by)


def _require_scope(tenant: Tenant) -> None:
    if tenant.knobs["agile_reads"] == "refused":
        raise Refusal(401, _SCOPE)


def _require_board(tenant: Tenant, request: Request) -> None:
    _require_scope(tenant)
    if request.path["board"] != str(BOARD.id):
        raise Refusal(404, f"The board with id {request.path['board']} does not exist, or you may not view it.")


def _known_sprint(tenant: Tenant, request: Request) -> Sprint:
    _require_scope(tenant)
    wanted = request.path["sprint"]
    sprint = tenant.store.sprints.get(int(wanted)) if wanted.isdecimal() else None
    if sprint is None:
        raise Refusal(404, f"The sprint with id {wanted} does not exist, or you may not view it.")
    return sprint


def _board(request: Request) -> dict[str, Any]:
    return {
        "id": BOARD.id,
        "self": f"{request.base}/rest/agile/1.0/board/{BOARD.id}",
        "name": BOARD.name,
        "type": BOARD.type,
        "location": {
            "projectId": int(PROJECT.id),
            "displayName": f"{PROJECT.name} ({PROJECT.key})",
            "projectName": PROJECT.name,
            "projectKey": PROJECT.key,
            "projectTypeKey": "software",
            "name": f"{PROJECT.name} ({PROJECT.key})",
        },
        "isPrivate": False,
    }


def _shown(request: Request, sprint: Sprint) -> dict[str, Any]:
    shown = {
        "id": sprint.id,
        "self": f"{request.base}/rest/agile/1.0/sprint/{sprint.id}",
        "state": sprint.state,
        "name": sprint.name,
        "originBoardId": BOARD.id,
        "goal": sprint.goal,
    }
    times = {"startDate": sprint.start, "endDate": sprint.end, "completeDate": sprint.completed}
    return shown | {name: time for name, time in times.items() if time}


def _page(request: Request, values: Sequence[Any]) -> dict[str, Any]:
    start, size = page_bounds(request, 50)
    page = {"startAt": start, "maxResults": size, "total": len(values)}
    return {**page, "isLast": start + size >= len(values), "values": list(values[start : start + size])}


_AGILE = "/rest/agile/1.0"
_MANAGE = "MANAGE_SPRINTS_PERMISSION"
ROUTES = (
    Route("GET", f"{_AGILE}/board", "getAllBoards", _boards),
    Route("GET", f"{_AGILE}/board/{{board}}", "getBoard", _one_board),
    Route("GET", f"{_AGILE}/board/{{board}}/sprint", "getAllSprints", _sprints),
    Route("GET", f"{_AGILE}/board/{{board}}/configuration", "getConfiguration", _configuration),
    Route("POST", f"{_AGILE}/sprint", "createSprint", _create_sprint, _MANAGE),
    Route("GET", f"{_AGILE}/sprint/{{sprint}}", "getSprint", _one_sprint),
    Route("POST", f"{_AGILE}/sprint/{{sprint}}", "partiallyUpdateSprint", _change_sprint, _MANAGE),
    Route("PUT", f"{_AGILE}/sprint/{{sprint}}", "updateSprint", _replace_sprint, _MANAGE),
    Route("POST", f"{_AGILE}/sprint/{{sprint}}/issue", "moveIssuesToSprintAndRank", _move_to_sprint, "EDIT_ISSUES"),
    Route("POST", f"{_AGILE}/backlog/issue", "moveIssuesToBacklog", _move_to_backlog, "EDIT_ISSUES"),
)
