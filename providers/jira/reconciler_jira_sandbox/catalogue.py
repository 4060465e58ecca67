"""Endpoints that list what the site has, and give one of it: projects, types, statuses, resolutions and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reconciler_jira_sandbox.discovery import full_project
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Endpoint, Request, Route
from reconciler_jira_sandbox.site import LINK_TYPES, PRIORITIES, PROJECT, RESOLUTIONS, STATUSES, TYPES
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]


def _projects(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, [full_project(tenant, request)])


def _types_of_project(_tenant: Tenant, request: Request) -> Answer:
    wanted, level = request.first("projectId"), request.first("level")
    if not wanted.isdigit():
        raise Refusal(400, "The projectId parameter is a number and required.")
    if wanted != PROJECT.id:
        raise Refusal(404, f"No project could be found with id '{wanted}'.")
    return Answer(200, [request.show.type(each) for each in TYPES if level in ("", str(each.level))])


def _listing(shown: Callable[[Request], Iterable[dict[str, Any]]]) -> Endpoint:
    return lambda _tenant, request: Answer(200, list(shown(request)))


def _single(shown: Callable[[Request], Iterable[dict[str, Any]]], *names: str) -> Endpoint:
    """The one that the path names, by any of these members."""

    def endpoint(_tenant: Tenant, request: Request) -> Answer:
        wanted = request.path["one"]
        for each in shown(request):
            if any(str(each[name]) == wanted for name in names):
                return Answer(200, each)
        raise Refusal(404, f"There is nothing with the id or name '{wanted}'.")

    return endpoint


def _types(request: Request) -> Iterable[dict[str, Any]]:
    return map(request.show.type, TYPES)


def _statuses(request: Request) -> Iterable[dict[str, Any]]:
    return map(request.show.status, STATUSES)


def _categories(request: Request) -> Iterable[dict[str, Any]]:
    found = {each["statusCategory"]["id"]: each["statusCategory"] for each in _statuses(request)}
    return found.values()


def _resolutions(request: Request) -> Iterable[dict[str, Any]]:
    return map(request.show.resolution, RESOLUTIONS)


def _priorities(request: Request) -> Iterable[dict[str, Any]]:
    return map(request.show.priority, PRIORITIES)


def _link_types(request: Request) -> Iterable[dict[str, Any]]:
    return map(request.show.link_type, LINK_TYPES)


_NOTHING = Answer(200, [])
_HIDDEN = Answer(404, Refusal(404, "There is nothing with this id.").as_json())
_API = "/rest/api/3"
ROUTES = (
    Route("GET", f"{_API}/project", "getAllProjects", _projects, anonymous=_NOTHING),
    Route("GET", f"{_API}/issuetype", "getIssueAllTypes", _listing(_types), anonymous=_NOTHING),
    Route("GET", f"{_API}/issuetype/project", "getIssueTypesForProject", _types_of_project, anonymous=_HIDDEN),
    Route("GET", f"{_API}/issuetype/{{one}}", "getIssueType", _single(_types, "id"), anonymous=_HIDDEN),
    Route("GET", f"{_API}/status", "getStatuses", _listing(_statuses), anonymous=_NOTHING),
    Route("GET", f"{_API}/status/{{one}}", "getStatus", _single(_statuses, "id", "name"), anonymous=_HIDDEN),
    Route("GET", f"{_API}/statuscategory", "getStatusCategories", _listing(_categories)),
    Route("GET", f"{_API}/statuscategory/{{one}}", "getStatusCategory", _single(_categories, "id", "key")),
    Route("GET", f"{_API}/resolution", "getResolutions", _listing(_resolutions)),
    Route("GET", f"{_API}/resolution/{{one}}", "getResolution", _single(_resolutions, "id")),
    Route("GET", f"{_API}/priority/{{one}}", "getPriority", _single(_priorities, "id")),
    Route("GET", f"{_API}/issueLinkType/{{one}}", "getIssueLinkType", _single(_link_types, "id"), anonymous=_HIDDEN),
)
