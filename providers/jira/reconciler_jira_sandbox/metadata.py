"""Endpoints for metadata: the fields on the screens of creation and edit (FACTS A9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler_jira_sandbox.discovery import require_project
from reconciler_jira_sandbox.refusal import Refusal, missing_issue
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import FIELDS, PRIORITIES, PROJECT, TYPES, Field, IssueType
from reconciler_jira_sandbox.site_rendering import field_schema
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import types_like

__all__ = ["ROUTES", "field_metadata"]

_META_MAX = 200
_SETS = frozenset({"labels", "components", "versions", "options", "users", "groups"})


def field_metadata(request: Request, type_id: str, field: Field, *, required: bool) -> dict[str, Any]:
    """A FieldMetadata; creation adds `fieldId`."""
    kind = next(each for each in TYPES if each.id == type_id)
    shown: dict[str, Any] = {
        "required": required,
        "schema": field_schema(field),
        "name": field.name,
        "key": field.id,
        "hasDefaultValue": field.kind == "priority",
        "operations": ["add", "set", "remove"] if field.kind in _SETS else ["set"],
    }
    if field.kind in ("user", "users"):
        shown["autoCompleteUrl"] = f"{request.base}/rest/api/3/user/assignable/search?project={PROJECT.key}&query="
    if field.kind == "priority":
        shown["defaultValue"] = request.show.priority(PRIORITIES[2])
    allowed = request.show.allowed(field, kind)
    return shown if allowed is None else {**shown, "allowedValues": allowed}


def _edit_fields(tenant: Tenant, request: Request, issue: Issue) -> Iterator[tuple[str, dict[str, Any]]]:
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


def _create_types(_tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    start, size = page_bounds(request, _META_MAX)
    types = [request.show.type(each) for each in TYPES]
    page = {"startAt": start, "maxResults": size, "total": len(types), "issueTypes": types[start : start + size]}
    return Answer(200, page)


def _create_fields(tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    start, size = page_bounds(request, _META_MAX)
    kind = next((each for each in TYPES if each.id == request.path["type"]), None)
    if kind is None:
        raise Refusal(404, "The issue type does not exist or is not available in this project.")
    shown = [{"fieldId": name, **each} for name, each in _create_screen(tenant, request, kind)]
    return Answer(
        200, {"startAt": start, "maxResults": size, "total": len(shown), "fields": shown[start : start + size]}
    )


def _create_metadata(tenant: Tenant, request: Request) -> Answer:
    """The older endpoint for the same: everything at once, for the project and types that are asked for."""
    keys, ids = request.listed("projectKeys"), request.listed("projectIds")
    wanted = not (keys or ids) or PROJECT.key in keys or PROJECT.id in ids
    names, numbers = request.listed("issuetypeNames"), request.listed("issuetypeIds")
    kinds = [each for each in TYPES if not (names or numbers) or each.name in names or each.id in numbers]
    shown = [request.show.type(each) for each in kinds]
    if "projects.issuetypes.fields" in request.listed("expand"):
        shown = [
            {**each, "expand": "fields", "fields": dict(_create_screen(tenant, request, kind))}
            for each, kind in zip(shown, kinds, strict=True)
        ]
    project = {name: value for name, value in request.show.project().items() if name in ("self", "id", "key", "name")}
    return Answer(200, {"expand": "projects", "projects": [{**project, "issuetypes": shown}] if wanted else []})


def _create_screen(tenant: Tenant, request: Request, kind: IssueType) -> Iterator[tuple[str, dict[str, Any]]]:
    for field in _screen(tenant, kind, "create"):
        yield field.id, field_metadata(request, kind.id, field, required=_required(tenant, kind, field))


def _edit_metadata(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    return Answer(200, {"fields": dict(_edit_fields(tenant, request, issue))})


_NO_META = Answer(200, {"startAt": 0, "maxResults": 50, "total": 0})
_NO_PROJECTS = Answer(200, {"projects": []})
_HIDDEN = Answer(404, missing_issue().as_json())
_API = "/rest/api/3"
ROUTES = (
    Route("GET", f"{_API}/issue/createmeta", "getCreateIssueMeta", _create_metadata, anonymous=_NO_PROJECTS),
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
    Route("GET", f"{_API}/issue/{{issue}}/editmeta", "getEditIssueMeta", _edit_metadata, anonymous=_HIDDEN),
)
