"""Endpoints for links, remote links and entity properties (FACTS A7, A8)."""

from __future__ import annotations

from typing import Any

from reconciler_jira_sandbox.bodies import mapping_of, mappings_of, text_of
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route
from reconciler_jira_sandbox.site import LINK_TYPES
from reconciler_jira_sandbox.store import Issue, IssueLink
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.writing import check_property

__all__ = ["ROUTES"]

_GLOBAL_ID_MAX = 255
_REMOTE_MAX = 2000
_MULTI_ISSUES, _MULTI_PROPERTIES = 100, 10


def _link(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    kind = mapping_of(body, "type")
    found = next(
        (
            each
            for each in LINK_TYPES
            if str(kind.get("id")) == each.id
            or ("id" not in kind and str(kind.get("name")).casefold() == each.name.casefold())
        ),
        None,
    )
    if found is None:
        raise Refusal(404, f"No issue link type with name '{kind.get('name') or kind.get('id')}' found.")
    inward, outward = _end(tenant, body.get("inwardIssue")), _end(tenant, body.get("outwardIssue"))
    if inward.id == outward.id:
        raise Refusal(400, "You cannot link an issue to itself.")
    tenant.link(found.id, inward, outward, request.by)
    return Answer(201)


def _end(tenant: Tenant, body: Any) -> Issue:
    wanted = (body.get("id") or body.get("key")) if isinstance(body, dict) else None
    if not wanted:
        raise Refusal(400, "inwardIssue and outwardIssue need an id or a key.")
    return tenant.issue(str(wanted))


def _one_link(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, request.show.link(_known_link(tenant, request)))


def _unlink(tenant: Tenant, request: Request) -> Answer:
    tenant.unlink(_known_link(tenant, request).id, request.by)
    return Answer(204)


def _known_link(tenant: Tenant, request: Request) -> IssueLink:
    link = tenant.store.links.get(request.path["link"])
    if link is None:
        raise Refusal(404, f"No issue link with id '{request.path['link']}' exists.")
    return link


def _remote_links(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    wanted = request.first("globalId")
    if not wanted:
        return Answer(200, [_remote(request, issue, each) for each in issue.remote_links])
    link = _by_global_id(issue, wanted)
    if link is None:
        raise Refusal(404, f"No remote link with globalId '{wanted}' exists.")
    return Answer(200, _remote(request, issue, link))


def _remote(request: Request, issue: Issue, link: str) -> dict[str, Any]:
    where = f"{request.base}/rest/api/3/issue/{issue.id}/remotelink/{link}"
    return {"id": int(link), "self": where, **issue.remote_links[link]}


def _set_remote_link(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    content = _remote_content(request)
    existing = _by_global_id(issue, content["globalId"]) if "globalId" in content else None
    if not existing and len(issue.remote_links) >= _REMOTE_MAX:
        raise Refusal(413, "The issue has reached its limit of remote links.")
    identity = existing or tenant.store.new_id()
    event = {"event": "remote_linked", "entity": identity, "issue": issue.id, "link": identity, "content": content}
    tenant.store.record(event)
    shown = {"id": int(identity), "self": f"{request.base}/rest/api/3/issue/{issue.id}/remotelink/{identity}"}
    return Answer(200 if existing else 201, shown)


def _remote_content(request: Request) -> dict[str, Any]:
    body = request.object()
    target = mapping_of(body, "object")
    errors = {name: f"'{name}' is required." for name in ("url", "title") if not target.get(name)}
    if len(text_of(body, "globalId")) > _GLOBAL_ID_MAX:
        errors["globalId"] = "globalId can't exceed 255 characters."
    if errors:
        raise Refusal(400, errors=errors)
    return {name: body[name] for name in ("globalId", "application", "relationship", "object") if body.get(name)}


def _drop_remote_link(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    wanted = request.first("globalId")
    link = _by_global_id(issue, wanted)
    if link is None:
        raise Refusal(404, f"No remote link with globalId '{wanted}' exists.")
    tenant.store.record({"event": "remote_unlinked", "issue": issue.id, "link": link})
    return Answer(204)


def _remote_link(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    return Answer(200, _remote(request, issue, _known_remote_link(issue, request)))


def _replace_remote_link(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    link, content = _known_remote_link(issue, request), _remote_content(request)
    tenant.store.record({"event": "remote_linked", "issue": issue.id, "link": link, "content": content})
    return Answer(204)


def _drop_remote_link_by_id(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    link = _known_remote_link(issue, request)
    tenant.store.record({"event": "remote_unlinked", "issue": issue.id, "link": link})
    return Answer(204)


def _known_remote_link(issue: Issue, request: Request) -> str:
    link = request.path["link"]
    if link not in issue.remote_links:
        raise Refusal(404, f"No remote link with id '{link}' exists.")
    return link


def _by_global_id(issue: Issue, wanted: str) -> str | None:
    return next((key for key, each in issue.remote_links.items() if each.get("globalId") == wanted), None)


def _property_keys(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    base = f"{request.base}/rest/api/3/issue/{issue.id}/properties"
    return Answer(200, {"keys": [{"key": key, "self": f"{base}/{key}"} for key in issue.properties]})


def _property(tenant: Tenant, request: Request) -> Answer:
    issue, key = tenant.issue(request.path["issue"]), request.path["key"]
    if key not in issue.properties:
        raise Refusal(404, f"The property with key '{key}' does not exist.")
    return Answer(200, {"key": key, "value": issue.properties[key]})


def _set_property(tenant: Tenant, request: Request) -> Answer:
    issue, key = tenant.issue(request.path["issue"]), request.path["key"]
    check_property(key, request.body)
    there = key in issue.properties
    tenant.set_properties(issue, {key: request.body})
    return Answer(200 if there else 201)


def _drop_property(tenant: Tenant, request: Request) -> Answer:
    issue, key = tenant.issue(request.path["issue"]), request.path["key"]
    if key not in issue.properties:
        raise Refusal(404, f"The property with key '{key}' does not exist.")
    event = {"event": "edited", "issue": issue.id, "at": tenant.now(), "by": request.by, "dropped": [key]}
    tenant.store.record(event)
    return Answer(204)


def _set_properties(tenant: Tenant, request: Request) -> Answer:
    entries = mappings_of(request.object(), "issues")
    if not 0 < len(entries) <= _MULTI_ISSUES:
        raise Refusal(400, "issues must hold between 1 and 100 issues.")
    for each in entries:
        properties = mapping_of(each, "properties")
        if not 0 < len(properties) <= _MULTI_PROPERTIES:
            raise Refusal(400, "An issue takes between 1 and 10 properties.")
        for key, value in properties.items():
            check_property(key, value)
    done = 0
    for each in entries:
        issue = tenant.store.find(str(each.get("issueID")))
        if issue is not None and not issue.hidden:
            tenant.set_properties(issue, each["properties"])
            done += 1
    now = int(tenant.clock.now().timestamp() * 1000)
    identity = tenant.store.new_id()
    tenant.tasks[identity] = {
        "id": identity,
        "description": "Set issue properties",
        "status": "COMPLETE" if done == len(entries) else "FAILED",
        "message": f"{done} of {len(entries)} issues",
        "submittedBy": 10000,
        "progress": 100,
        "elapsedRuntime": 1,
        "submitted": now,
        "started": now,
        "finished": now,
        "lastUpdate": now,
    }
    return Answer(303, headers={"location": f"{request.base}/rest/api/3/task/{identity}"})


def _task(tenant: Tenant, request: Request) -> Answer:
    task = tenant.tasks.get(request.path["task"])
    if task is None:
        raise Refusal(404, f"The task with id '{request.path['task']}' does not exist.")
    return Answer(200, {"self": f"{request.base}/rest/api/3/task/{task['id']}", **task})


_API = "/rest/api/3"
_ISSUE = f"{_API}/issue/{{issue}}"
ROUTES = (
    Route("POST", f"{_API}/issueLink", "linkIssues", _link, "LINK_ISSUES"),
    Route("GET", f"{_API}/issueLink/{{link}}", "getIssueLink", _one_link),
    Route("DELETE", f"{_API}/issueLink/{{link}}", "deleteIssueLink", _unlink, "LINK_ISSUES"),
    Route("GET", f"{_ISSUE}/remotelink", "getRemoteIssueLinks", _remote_links),
    Route("POST", f"{_ISSUE}/remotelink", "createOrUpdateRemoteIssueLink", _set_remote_link, "LINK_ISSUES"),
    Route("DELETE", f"{_ISSUE}/remotelink", "deleteRemoteIssueLinkByGlobalId", _drop_remote_link, "LINK_ISSUES"),
    Route("GET", f"{_ISSUE}/remotelink/{{link}}", "getRemoteIssueLinkById", _remote_link),
    Route("PUT", f"{_ISSUE}/remotelink/{{link}}", "updateRemoteIssueLink", _replace_remote_link, "LINK_ISSUES"),
    Route(
        "DELETE", f"{_ISSUE}/remotelink/{{link}}", "deleteRemoteIssueLinkById", _drop_remote_link_by_id, "LINK_ISSUES"
    ),
    Route("GET", f"{_ISSUE}/properties", "getIssuePropertyKeys", _property_keys),
    Route("GET", f"{_ISSUE}/properties/{{key}}", "getIssueProperty", _property),
    Route("PUT", f"{_ISSUE}/properties/{{key}}", "setIssueProperty", _set_property, "EDIT_ISSUES"),
    Route("DELETE", f"{_ISSUE}/properties/{{key}}", "deleteIssueProperty", _drop_property, "EDIT_ISSUES"),
    Route("POST", f"{_API}/issue/properties/multi", "bulkSetIssuePropertiesByIssue", _set_properties, "EDIT_ISSUES"),
    Route("GET", f"{_API}/task/{{task}}", "getTask", _task),
)
