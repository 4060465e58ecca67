"""Jira Software's endpoints: the board, its sprints, and what moves issues into them (FACTS A11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler_jira_sandbox.bodies import texts_of
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import BOARD, FIELDS, PROJECT, SPRINTS, Sprint
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_FIELD = next(each.id for each in FIELDS.values() if each.kind == "sprint")
_STATES = frozenset({"future", "active", "closed"})
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
    found = [_shown(request, each) for each in SPRINTS if not states or each.state in states]
    return Answer(200, _page(request, found))


def _one_sprint(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _shown(request, _known_sprint(tenant, request)))


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
    sprint = next((each for each in SPRINTS if str(each.id) == wanted), None)
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
        "startDate": sprint.start,
        "endDate": sprint.end,
        "originBoardId": BOARD.id,
    }
    return {**shown, "completeDate": sprint.end} if sprint.state == "closed" else shown


def _page(request: Request, values: Sequence[Any]) -> dict[str, Any]:
    start, size = page_bounds(request, 50)
    page = {"startAt": start, "maxResults": size, "total": len(values)}
    return {**page, "isLast": start + size >= len(values), "values": list(values[start : start + size])}


_AGILE = "/rest/agile/1.0"
ROUTES = (
    Route("GET", f"{_AGILE}/board", "getAllBoards", _boards),
    Route("GET", f"{_AGILE}/board/{{board}}", "getBoard", _one_board),
    Route("GET", f"{_AGILE}/board/{{board}}/sprint", "getAllSprints", _sprints),
    Route("GET", f"{_AGILE}/sprint/{{sprint}}", "getSprint", _one_sprint),
    Route("POST", f"{_AGILE}/sprint/{{sprint}}/issue", "moveIssuesToSprintAndRank", _move_to_sprint, "EDIT_ISSUES"),
    Route("POST", f"{_AGILE}/backlog/issue", "moveIssuesToBacklog", _move_to_backlog, "EDIT_ISSUES"),
)
