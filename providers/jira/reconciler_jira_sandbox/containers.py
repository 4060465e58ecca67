"""Endpoints of what issues are put into: a project's components and versions, and the site's groups (FACTS A9)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from reconciler_jira_sandbox.discovery import project_component, project_version, require_project
from reconciler_jira_sandbox.fields import GROUPS, Named
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import PROJECT, Version
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_NAME_MAX = 255


def _components(tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    return Answer(200, [project_component(request, each) for each in tenant.store.components.values()])


def _versions(tenant: Tenant, request: Request) -> Answer:
    require_project(request.path["project"])
    return Answer(200, [project_version(request, each) for each in tenant.store.versions.values()])


def _component(tenant: Tenant, request: Request) -> Answer:
    found = tenant.store.components.get(request.path["one"])
    if found is None:
        raise Refusal(404, f"The component with id {request.path['one']} does not exist.")
    return Answer(200, project_component(request, found))


def _version(tenant: Tenant, request: Request) -> Answer:
    found = tenant.store.versions.get(request.path["one"])
    if found is None:
        raise Refusal(404, f"Could not find version for id '{request.path['one']}'")
    return Answer(200, project_version(request, found))


def _make_component(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    if str(body.get("project", "")).upper() != PROJECT.key:
        raise Refusal(404, errors={"project": "The project must be specified by its key."})
    made = _make(tenant, "component_made", body.get("name"), tenant.store.components.values())
    return Answer(201, project_component(request, tenant.store.components[made]))


def _make_version(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    if body.get("projectId") != int(PROJECT.id):
        raise Refusal(404, errors={"projectId": "The project must be specified by its id."})
    made = _make(tenant, "version_made", body.get("name"), tenant.store.versions.values())
    return Answer(201, project_version(request, tenant.store.versions[made]))


def _make(tenant: Tenant, event: str, name: Any, there: Collection[Named | Version]) -> str:
    """Make one, and give its id."""
    if not isinstance(name, str) or not name.strip():
        raise Refusal(400, errors={"name": "A name must be specified."})
    if len(name) > _NAME_MAX:
        raise Refusal(400, errors={"name": "The name is too long; it can have 255 characters."})
    if name.strip().casefold() in {each.name.casefold() for each in there}:
        raise Refusal(400, errors={"name": "A component or version with this name already exists in this project."})
    identity = tenant.store.new_id()
    tenant.store.record({"event": event, "entity": identity, "at": tenant.now(), "name": name.strip()})
    return identity


def _groups(_tenant: Tenant, request: Request) -> Answer:
    names, ids = request.listed("groupName"), request.listed("groupId")
    found = [each for each in GROUPS if (not names or each.name in names) and (not ids or each.id in ids)]
    start, size = page_bounds(request, 50)
    page = {"startAt": start, "maxResults": size, "total": len(found), "isLast": start + size >= len(found)}
    shown = [{"name": each.name, "groupId": each.id} for each in found[start : start + size]]
    return Answer(200, {"self": f"{request.base}/rest/api/3/group/bulk", **page, "values": shown})


_NO_PROJECT = Answer(404, Refusal(404, "No project could be found.").as_json())
_HIDDEN = Answer(404, Refusal(404, "There is nothing with this id.").as_json())
_API = "/rest/api/3"
ROUTES = (
    Route("GET", f"{_API}/project/{{project}}/components", "getProjectComponents", _components, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/project/{{project}}/versions", "getProjectVersions", _versions, anonymous=_NO_PROJECT),
    Route("GET", f"{_API}/component/{{one}}", "getComponent", _component, anonymous=_HIDDEN),
    Route("POST", f"{_API}/component", "createComponent", _make_component, "ADMINISTER_PROJECTS"),
    Route("GET", f"{_API}/version/{{one}}", "getVersion", _version, anonymous=_HIDDEN),
    Route("POST", f"{_API}/version", "createVersion", _make_version, "ADMINISTER_PROJECTS"),
    Route("GET", f"{_API}/group/bulk", "bulkGetGroups", _groups, "USER_PICKER"),
)
