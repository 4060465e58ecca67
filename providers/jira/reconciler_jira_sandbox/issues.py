"""Endpoints for issues: create, read, edit, delete, transitions, histories (FACTS A2, A3, A5, A6, A15)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler_jira_sandbox.bodies import texts_of
from reconciler_jira_sandbox.metadata import field_metadata
from reconciler_jira_sandbox.refusal import Refusal, missing_issue
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import FIELDS
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import blocked_from, moves_from

__all__ = ["ROUTES"]

_BULK_CREATE_MAX = 50
_BULK_FETCH_MAX = 100
_PROPERTIES_MAX = 5


def _create(tenant: Tenant, request: Request) -> Answer:
    issue, transition = tenant.create(request.object(), request.by)
    created = _created(request, issue)
    return Answer(201, created if transition is None else {**created, "transition": transition})


def _create_bulk(tenant: Tenant, request: Request) -> Answer:
    updates = request.object().get("issueUpdates")
    if not isinstance(updates, list) or not updates:
        raise Refusal(400, "The issueUpdates list must not be empty.")
    if len(updates) > _BULK_CREATE_MAX:
        raise Refusal(400, "The number of issues to create in bulk exceeds the limit of 50.")
    issues: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for number, update in enumerate(updates):
        try:
            issue, transition = tenant.create(update, request.by)
        except Refusal as refusal:
            errors.append({"status": refusal.status, "elementErrors": refusal.as_json(), "failedElementNumber": number})
        else:
            created = _created(request, issue)
            issues.append(created if transition is None else {**created, "transition": transition})
    return Answer(201 if issues else 400, {"issues": issues, "errors": errors})


def _created(request: Request, issue: Issue) -> dict[str, Any]:
    return {"id": issue.id, "key": issue.key, "self": f"{request.base}/rest/api/3/issue/{issue.id}"}


def _fetch_bulk(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    wanted = body.get("issueIdsOrKeys")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= _BULK_FETCH_MAX:
        raise Refusal(400, "The issueIdsOrKeys list must hold between 1 and 100 issues.")
    fields, properties = texts_of(body, "fields"), texts_of(body, "properties")
    if len(properties) > _PROPERTIES_MAX:
        raise Refusal(400, "The maximum number of properties is 5.")
    found = {issue.id: issue for each in wanted if (issue := tenant.store.find(str(each))) and not issue.hidden}
    shown = []
    for issue in sorted(found.values(), key=lambda issue: int(issue.id)):
        values = tenant.index.view(issue, tenant.clock.now()) if tenant.knobs["bulkfetch_lags"] else issue.values
        if values is not None:
            older = None if values is issue.values else values
            shown.append(request.show.issue(issue, fields or ["*navigable"], properties, older))
    return Answer(200, {"issues": shown, "issueErrors": []})


def _get(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    return Answer(200, _shown(tenant, request, issue, request.listed("fields") or ["*all"]))


def _shown(tenant: Tenant, request: Request, issue: Issue, fields: list[str]) -> dict[str, Any]:
    shown = request.show.issue(issue, fields, request.listed("properties"))
    expand = request.listed("expand")
    if "changelog" in expand:
        histories = [request.show.changelog(each) for each in reversed(issue.history)]
        shown["changelog"] = {
            "startAt": 0,
            "maxResults": len(histories),
            "total": len(histories),
            "histories": histories,
        }
    if "names" in expand:
        shown["names"] = {name: FIELDS[name].name for name in shown["fields"]}
    if "transitions" in expand:
        shown["transitions"] = list(_offered(tenant, request, issue, screens=False, blocked=False))
    return shown


def _edit(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    quiet = request.first("notifyUsers", "true").casefold() == "false"
    administers = tenant.may("ADMINISTER") or tenant.may("ADMINISTER_PROJECTS")
    if not quiet or administers or tenant.knobs["quiet_without_permission"] == "parameter_ignored":
        tenant.edit(issue, request.object(), request.by)
    if request.flag("returnIssue"):
        return Answer(200, _shown(tenant, request, issue, ["*all"]))
    return Answer(204)


def _delete(tenant: Tenant, request: Request) -> Answer:
    tenant.delete(tenant.issue(request.path["issue"]), subtasks=request.flag("deleteSubtasks"))
    return Answer(204)


def _assign(tenant: Tenant, request: Request) -> Answer:
    account = request.object().get("accountId")
    tenant.edit(tenant.issue(request.path["issue"]), {"fields": {"assignee": {"accountId": account}}}, request.by)
    return Answer(204)


def _transitions(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    screens = "transitions.fields" in request.listed("expand")
    blocked = request.flag("includeUnavailableTransitions")
    offered = list(_offered(tenant, request, issue, screens=screens, blocked=blocked))
    wanted = request.first("transitionId")
    return Answer(
        200, {"expand": "transitions", "transitions": [each for each in offered if wanted in ("", each["id"])]}
    )


def _offered(
    tenant: Tenant, request: Request, issue: Issue, *, screens: bool, blocked: bool
) -> Iterator[dict[str, Any]]:
    if not tenant.may("TRANSITION_ISSUES"):
        return
    where = (tenant.knobs["workflows"], issue.type, issue.values)
    available = moves_from(*where)
    for move in [*available, *(blocked_from(*where) if blocked else ())]:
        shown = {
            "id": move.id,
            "name": move.name,
            "to": request.show.status(move.to),
            "hasScreen": bool(move.required),
            "isGlobal": move.origins is None,
            "isInitial": False,
            "isConditional": move.assigned,
            "isAvailable": move in available,
            "looped": False,
        }
        if screens:
            fields = {name: field_metadata(request, issue.type, FIELDS[name], required=True) for name in move.required}
            shown["fields"] = fields
        yield shown


def _transition(tenant: Tenant, request: Request) -> Answer:
    tenant.move(tenant.issue(request.path["issue"]), request.object(), request.by)
    return Answer(204)


def _changelog(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    start, size = page_bounds(request, 100)
    shown = [request.show.changelog(each) for each in issue.history[start : start + size]]
    total = len(issue.history)
    page = {"startAt": start, "maxResults": size, "total": total, "isLast": start + size >= total, "values": shown}
    return Answer(200, page)


_HIDDEN = Answer(404, missing_issue().as_json())
_ISSUE = "/rest/api/3/issue/{issue}"
ROUTES = (
    Route("POST", "/rest/api/3/issue", "createIssue", _create, "CREATE_ISSUES"),
    Route("POST", "/rest/api/3/issue/bulk", "createIssues", _create_bulk, "CREATE_ISSUES"),
    Route(
        "POST",
        "/rest/api/3/issue/bulkfetch",
        "bulkFetchIssues",
        _fetch_bulk,
        anonymous=Answer(200, {"issues": [], "issueErrors": []}),
    ),
    Route("GET", _ISSUE, "getIssue", _get, anonymous=_HIDDEN),
    Route("PUT", _ISSUE, "editIssue", _edit, "EDIT_ISSUES"),
    Route("DELETE", _ISSUE, "deleteIssue", _delete, "DELETE_ISSUES"),
    Route("PUT", f"{_ISSUE}/assignee", "assignIssue", _assign, "ASSIGN_ISSUES"),
    Route("GET", f"{_ISSUE}/transitions", "getTransitions", _transitions, anonymous=_HIDDEN),
    Route("POST", f"{_ISSUE}/transitions", "doTransition", _transition, "TRANSITION_ISSUES"),
    Route("GET", f"{_ISSUE}/changelog", "getChangeLogs", _changelog, anonymous=_HIDDEN),
)
