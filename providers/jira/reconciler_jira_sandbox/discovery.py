"""Endpoints that say what the site offers: server, project, types, fields, permissions (FACTS A1, A9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import (
    CLOUD_ID,
    COMPONENTS,
    FIELDS,
    LINK_TYPES,
    PERMISSIONS,
    PRIORITIES,
    PROJECT,
    TYPES,
    Field,
    IssueType,
)  # fmt: skip
from reconciler_jira_sandbox.site_rendering import field_schema
from reconciler_jira_sandbox.store import Issue, jira_time
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import statuses_of, types_like

__all__ = ["ROUTES", "edit_fields", "field_metadata"]

_META_MAX = 200
_GLOBAL = frozenset({"ADMINISTER", "BULK_CHANGE", "USER_PICKER"})


def field_metadata(request: Request, type_id: str, field: Field, *, required: bool) -> dict[str, Any]:
    """A FieldMetadata; creation adds `fieldId`."""
    kind = next(each for each in TYPES if each.id == type_id)
    shown: dict[str, Any] = {
        "required": required,
        "schema": field_schema(field),
        "name": field.name,
        "key": field.id,
        "hasDefaultValue": field.kind == "priority",
        "operations": ["add", "set", "remove"] if field.kind in ("labels", "components") else ["set"],
    }
    if field.kind == "user":
        shown["autoCompleteUrl"] = f"{request.base}/rest/api/3/user/assignable/search?project={PROJECT.key}&query="
    if field.kind == "priority":
        shown["defaultValue"] = request.show.priority(PRIORITIES[2])
    allowed = request.show.allowed(field, kind)
    return shown if allowed is None else {**shown, "allowedValues": allowed}


def edit_fields(tenant: Tenant, request: Request, issue: Issue) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields on an issue's edit screen, by id."""
    kind = next(each for each in TYPES if each.id == issue.type)
    for field in _screen(tenant, kind, "edit"):
        shown = field_metadata(request, kind.id, field, required=_required(tenant, kind, field))
        if field.kind == "type":
            offered = types_like(tenant.knobs["workflows"], kind)
            shown["allowedValues"] = [request.show.type(each) for each in offered]
        yield field.id, shown


def _screen(tenant: Tenant, kind: IssueType, screen: str) -> Iterator[Field]:
    for field in FIELDS.values():
        if screen in field.screens and field.id not in kind.off_screen and field.id not in tenant.knobs["off_screen"]:
            yield field


def _required(tenant: Tenant, kind: IssueType, field: Field) -> bool:
    return field.required or field.id in tenant.knobs["required"] or (field.kind == "parent" and kind.level < 0)


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
        _require_project(project)
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


def _project(_tenant: Tenant, request: Request) -> Answer:
    _require_project(request.path["project"])
    return Answer(200, _full_project(request))


def _projects(_tenant: Tenant, request: Request) -> Answer:
    start, size = page_bounds(request, 50)
    keys, ids, query = request.listed("keys"), request.listed("id"), request.first("query").casefold()
    fits = (
        (not keys or PROJECT.key in keys)
        and (not ids or PROJECT.id in ids)
        and (query in PROJECT.key.casefold() or query in PROJECT.name.casefold())
    )
    values = [_full_project(request)] if fits else []
    return Answer(200, _page(request, values, start, size))


def _full_project(request: Request) -> dict[str, Any]:
    return {
        **request.show.project(),
        "style": "classic",
        "isPrivate": False,
        "issueTypes": [request.show.type(each) for each in TYPES],
        "components": [{**request.show.component(each), "isAssigneeTypeValid": False} for each in COMPONENTS],
    }


def _statuses(tenant: Tenant, request: Request) -> Answer:
    _require_project(request.path["project"])
    shown = []
    for each in TYPES:
        kind = request.show.type(each)
        statuses = [request.show.status(status) for status in statuses_of(tenant.knobs["workflows"], each.id)]
        shown.append({**{name: kind[name] for name in ("self", "id", "name", "subtask")}, "statuses": statuses})
    return Answer(200, shown)


def _components(_tenant: Tenant, request: Request) -> Answer:
    _require_project(request.path["project"])
    details = {"isAssigneeTypeValid": False, "project": PROJECT.key, "projectId": int(PROJECT.id)}
    return Answer(200, [{**request.show.component(each), **details} for each in COMPONENTS])


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


def _create_types(_tenant: Tenant, request: Request) -> Answer:
    _require_project(request.path["project"])
    start, size = page_bounds(request, _META_MAX)
    types = [request.show.type(each) for each in TYPES]
    page = {"startAt": start, "maxResults": size, "total": len(types), "issueTypes": types[start : start + size]}
    return Answer(200, page)


def _create_fields(tenant: Tenant, request: Request) -> Answer:
    _require_project(request.path["project"])
    start, size = page_bounds(request, _META_MAX)
    kind = next((each for each in TYPES if each.id == request.path["type"]), None)
    if kind is None:
        raise Refusal(404, "The issue type does not exist or is not available in this project.")
    shown = [
        {"fieldId": field.id, **field_metadata(request, kind.id, field, required=_required(tenant, kind, field))}
        for field in _screen(tenant, kind, "create")
    ]
    return Answer(
        200, {"startAt": start, "maxResults": size, "total": len(shown), "fields": shown[start : start + size]}
    )


def _link_types(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, {"issueLinkTypes": [request.show.link_type(each) for each in LINK_TYPES]})


def _labels(tenant: Tenant, request: Request) -> Answer:
    start, size = page_bounds(request, 1000)
    labels = sorted({label for issue in tenant.store.visible() for label in issue.values.get("labels", ())})
    return Answer(200, _page(request, labels, start, size))


def _require_project(key_or_id: str) -> None:
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
_NO_META = Answer(200, {"startAt": 0, "maxResults": 50, "total": 0})
_API = "/rest/api/3"
ROUTES = (
    Route("GET", "/_edge/tenant_info", "tenantInfo", _tenant_info, public=True),
    Route("GET", "/browse/{issue}", "browse", _browse, public=True),
    Route("GET", f"{_API}/serverInfo", "getServerInfo", _server_info, public=True),
    Route("GET", f"{_API}/mypermissions", "getMyPermissions", _permissions),
    Route("GET", f"{_API}/project/search", "searchProjects", _projects, anonymous=_NO_VALUES),
    Route("GET", f"{_API}/project/{{project}}", "getProject", _project, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/project/{{project}}/statuses", "getAllStatuses", _statuses, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/project/{{project}}/components", "getProjectComponents", _components, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/priority", "getPriorities", _priorities),
    Route("GET", f"{_API}/priority/search", "searchPriorities", _priorities_page),
    Route("GET", f"{_API}/field", "getFields", _fields, anonymous=Answer(200, [])),
    Route(
        "GET",
        f"{_API}/issue/createmeta/{{project}}/issuetypes",
        "getCreateIssueMetaIssueTypes",
        _create_types,
        anonymous=_NO_META,
    ),
    Route(
        "GET",
        f"{_API}/issue/createmeta/{{project}}/issuetypes/{{type}}",
        "getCreateIssueMetaIssueTypeId",
        _create_fields,
        anonymous=_NO_META,
    ),
    Route("GET", f"{_API}/issueLinkType", "getIssueLinkTypes", _link_types),
    Route("GET", f"{_API}/label", "getAllLabels", _labels, anonymous=_NO_VALUES),
)
