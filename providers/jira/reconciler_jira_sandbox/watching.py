"""Endpoints for the people who watch an issue (FACTS A9)."""

from __future__ import annotations

from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route
from reconciler_jira_sandbox.site import USERS
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_NOT_ALLOWED = "You do not have permission to manage the watcher list."


def _watchers(tenant: Tenant, request: Request) -> Answer:
    """Who does not see watchers sees whether it watches itself, and how many there are."""
    issue = tenant.issue(request.path["issue"])
    shown = [each for each in issue.watchers if each == request.by or tenant.may("VIEW_VOTERS_AND_WATCHERS")]
    return Answer(
        200,
        {
            "self": f"{request.base}/rest/api/3/issue/{issue.key}/watchers",
            "isWatching": request.by in issue.watchers,
            "watchCount": len(issue.watchers),
            "watchers": [request.show.author(each) for each in shown],
        },
    )


def _watch(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    if request.body is not None and not isinstance(request.body, str):
        raise Refusal(400, "The request body must be an account id.")
    tenant.watch(issue, _account(tenant, request, request.body or request.by))
    return Answer(204)


def _unwatch(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    wanted = request.first("accountId")
    if not wanted:
        raise Refusal(400, "The accountId query parameter is required.")
    tenant.unwatch(issue, _account(tenant, request, wanted))
    return Answer(204)


def _account(tenant: Tenant, request: Request, wanted: str) -> str:
    """The account of somebody whom the signed-in account may let watch: itself, or with the permission anybody."""
    if not any(each.account_id == wanted and each.active for each in USERS):
        raise Refusal(404, f"The user with account id '{wanted}' does not exist.")
    if wanted != request.by and not tenant.may("MANAGE_WATCHERS"):
        raise Refusal(403, _NOT_ALLOWED)
    return wanted


_ISSUE = "/rest/api/3/issue/{issue}/watchers"
ROUTES = (
    Route("GET", _ISSUE, "getIssueWatchers", _watchers),
    Route("POST", _ISSUE, "addWatcher", _watch),
    Route("DELETE", _ISSUE, "removeWatcher", _unwatch),
)
