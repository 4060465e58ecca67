"""Endpoints that say what the site offers: server, project, fields, permissions (FACTS A1, A9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import (
    CLOUD_ID,
    FIELDS,
    LINK_TYPES,
    PERMISSIONS,
    PRIORITIES,
    PROJECT,
    TYPES,
    Field,
    Named,
    Version,
)  # fmt: skip
from reconciler_jira_sandbox.site_rendering import field_schema
from reconciler_jira_sandbox.store import jira_time
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import statuses_of

__all__ = ["ROUTES", "full_project", "project_component", "project_version", "require_project"]

_GLOBAL = frozenset({"ADMINISTER", "BULK_CHANGE", "USER_PICKER"})


def _server_info(tenant: Tenant, request: Request) -> Answer:
    return Answer(
        200,
        {
            "baseUrl": request.base,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100_275,
            "serverTime": jira_time(tenant.now()),
            "serverTitle": "Jira",
            "serverTimeZone": "Etc/UTC",
        },
    )


def _tenant_info(_tenant: Tenant, _request: Request) -> Answer:
    return Answer(200, {"cloudId": CLOUD_ID})


def _browse(_tenant: Tenant, request: Request) -> Answer:
    return Answer(303, headers={"location": f"/#{request.path['issue']}"})


def _permissions(tenant: Tenant, request: Request) -> Answer:
    wanted = request.listed("permissions")
    if not wanted:
        raise Refusal(400, "The 'permissions' query parameter is required.")
    if unknown := [each for each in wanted if each not in PERMISSIONS]:
        raise Refusal(400, f"Unrecognized permission: {', '.join(unknown)}")
    if project := request.first("projectKey") or request.first("projectId"):
        require_project(project)
    if issue := request.first("issueKey") or request.first("issueId"):
        tenant.issue(issue)
    shown = {
        name: {
            "id": str(100 + list(PERMISSIONS).index(name)),
            "key": name,
            "name": PERMISSIONS[name],
            "type": "GLOBAL" if name in _GLOBAL else "PROJECT",
            "description": f"{PERMISSIONS[name]}.",
            "havePermission": tenant.may(name),
        }
        for name in wanted
    }
    return Answer(200, {"permissions": shown})


def _project(tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    return Answer(200, full_project(tenant, request))


def _projects(tenant: Tenant, request: Request) -> Answer:
    start, size = page_bounds(request, 50)
    keys, ids, query = request.listed("keys"), request.listed("id"), request.first("query").casefold()
    fits = (
        (not keys or PROJECT.key in keys)
        and (not ids or PROJECT.id in ids)
        and (query in PROJECT.key.casefold() or query in PROJECT.name.casefold())
    )
    values = [full_project(tenant, request)] if fits else []
    return Answer(200, _page(request, values, start, size))


def full_project(tenant: Tenant, request: Request) -> dict[str, Any]:
    """The Project."""
    return {
        **request.show.project(),
        "style": "classic",
        "isPrivate": False,
        "issueTypes": [request.show.type(each) for each in TYPES],
        "components": [
            {**request.show.component(each), "isAssigneeTypeValid": False} for each in tenant.store.components.values()
        ],
        "versions": [project_version(request, each) for each in tenant.store.versions.values()],
    }


def _statuses(tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    shown = []
    for each in TYPES:
        kind = request.show.type(each)
        statuses = [request.show.status(status) for status in statuses_of(tenant.knobs["workflows"], each.id)]
        shown.append({**{name: kind[name] for name in ("self", "id", "name", "subtask")}, "statuses": statuses})
    return Answer(200, shown)


def project_component(request: Request, component: Named) -> dict[str, Any]:
    """The ProjectComponent."""
    details = {"isAssigneeTypeValid": False, "project": PROJECT.key, "projectId": int(PROJECT.id)}
    return {**request.show.component(component), **details}


def project_version(request: Request, version: Version) -> dict[str, Any]:
    """The Version."""
    return {**request.show.version(version), "projectId": int(PROJECT.id)}


def _priorities(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, [request.show.priority(each) for each in PRIORITIES])


def _priorities_page(_tenant: Tenant, request: Request) -> Answer:
    start, size = page_bounds(request, 50)
    return Answer(200, _page(request, [request.show.priority(each) for each in PRIORITIES], start, size))


def _fields(_tenant: Tenant, _request: Request) -> Answer:
    return Answer(200, [_field_details(each) for each in FIELDS.values()])


def _field_details(field: Field) -> dict[str, Any]:
    number = field.id.rpartition("_")[2]
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": bool(field.custom),
        "orderable": bool(field.screens),
        "navigable": field.kind != "comments",
        "searchable": True,
        "clauseNames": [f"cf[{number}]", field.name] if field.custom else list(field.clauses),
        "schema": field_schema(field),
    }


def _link_types(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, {"issueLinkTypes": [request.show.link_type(each) for each in LINK_TYPES]})


def _labels(tenant: Tenant, request: Request) -> Answer:
    start, size = page_bounds(request, 1000)
    labels = sorted({label for issue in tenant.store.visible() for label in issue.values.get("labels", ())})
    return Answer(200, _page(request, labels, start, size))


def require_project(key_or_id: str) -> None:
    """Check that it is the project's key or id.

    Raises:
        Refusal: 404.
    """
    if key_or_id.upper() != PROJECT.key and key_or_id != PROJECT.id:
        raise Refusal(404, f"No project could be found with key '{key_or_id}'.")


def _page(request: Request, values: Sequence[Any], start: int, size: int) -> dict[str, Any]:
    return {
        "self": f"{request.base}/rest/api/3",
        "startAt": start,
        "maxResults": size,
        "total": len(values),
        "isLast": start + size >= len(values),
        "values": list(values[start : start + size]),
    }


_NO_PROJECT = Answer(404, Refusal(404, "No project could be found.").as_json())
_NO_VALUES = Answer(200, {"startAt": 0, "maxResults": 50, "total": 0, "isLast": True, "values": []})
_API = "/rest/api/3"
ROUTES = (
    Route("GET", "/_edge/tenant_info", "tenantInfo", _tenant_info, public=True),
    Route("GET", "/browse/{issue}", "browse", _browse, public=True),
    Route("GET", f"{_API}/serverInfo", "getServerInfo", _server_info, public=True),
    Route("GET", f"{_API}/mypermissions", "getMyPermissions", _permissions),
    Route("GET", f"{_API}/project/search", "searchProjects", _projects, anonymous=_NO_VALUES),
    Route("GET", f"{_API}/project/{{project}}", "getProject", _project, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/project/{{project}}/statuses", "getAllStatuses", _statuses, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/priority", "getPriorities", _priorities),
    Route("GET", f"{_API}/priority/search", "searchPriorities", _priorities_page),
    Route("GET", f"{_API}/field", "getFields", _fields, anonymous=Answer(200, [])),
    Route("GET", f"{_API}/issueLinkType", "getIssueLinkTypes", _link_types),
    Route("GET", f"{_API}/label", "getAllLabels", _labels, anonymous=_NO_VALUES),
)
