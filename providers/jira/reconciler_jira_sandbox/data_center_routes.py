"""Data Center's endpoints: most of Cloud's, less what it does not have, and some of its own (FACTS A17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler_jira_sandbox.answers import Answer
from reconciler_jira_sandbox.bodies import number_of, text_of, texts_of
from reconciler_jira_sandbox.data_center import EPIC_LINK, creation, remember_name
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Request, Route
from reconciler_jira_sandbox.site import GROUPS, PERMISSIONS
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["data_center_routes"]

_CLOUDS_ALONE = frozenset(
    {
        "bulkFetchIssues",
        "bulkGetGroups",
        "bulkGetUsers",
        "bulkSetIssuePropertiesByIssue",
        "countIssues",
        "getAllLabels",
        "getBulkChangelogs",
        "getChangeLogs",
        "getCommentsByIds",
        "getIssueTypesForProject",
        "getTask",
        "readWorkflows",
        "searchAndReconsileIssuesUsingJql",
        "searchAndReconsileIssuesUsingJqlPost",
        "searchPriorities",
        "searchProjects",
        "tenantInfo",
    }
)
_SEARCH_MOST = 1000
_EPIC_CLAUSE = re.compile(r'cf\[10008\]|"Epic Link"', re.IGNORECASE)


def data_center_routes(routes: Sequence[Route]) -> Iterator[Route]:
    """All of Data Center's, from Cloud's."""
    own = {each.operation: each for each in _OWN}
    for each in routes:
        if each.operation not in _CLOUDS_ALONE:
            yield own.pop(each.operation, each)
    yield from own.values()


def _search(tenant: Tenant, request: Request) -> Answer:
    return _found(tenant, request, request.object())


def _search_by_query(tenant: Tenant, request: Request) -> Answer:
    numbers = {name: int(request.first(name)) for name in ("startAt", "maxResults") if request.first(name).isdigit()}
    return _found(tenant, request, {"jql": request.first("jql"), "fields": request.listed("fields"), **numbers})


def _found(tenant: Tenant, request: Request, body: Mapping[str, Any]) -> Answer:
    """A page by number; its issues show no properties."""
    jql = _EPIC_CLAUSE.sub("parent", text_of(body, "jql"))
    fields = texts_of(body, "fields") or ["*navigable"]
    if EPIC_LINK in fields:
        fields = [*fields, "parent"]
    start, size = number_of(body, "startAt", 0), min(number_of(body, "maxResults", 50), _SEARCH_MOST)
    found = tenant.index.search(jql, (), tenant.clock.now())
    issues = [
        request.show.issue(issue, fields, (), None if values is issue.values else values)
        for issue, values in found[start : start + size]
    ]
    page = {"expand": "names,schema", "startAt": start, "maxResults": size, "total": len(found), "issues": issues}
    return Answer(200, page)


def _create(tenant: Tenant, request: Request) -> Answer:
    return Answer(201, _created(tenant, request, request.object()))


def _create_bulk(tenant: Tenant, request: Request) -> Answer:
    updates = request.object().get("issueUpdates")
    if not isinstance(updates, list) or not updates:
        raise Refusal(400, "The issueUpdates list must not be empty.")
    issues: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for number, update in enumerate(updates):
        try:
            issues.append(_created(tenant, request, update))
        except Refusal as refusal:
            errors.append({"status": refusal.status, "elementErrors": refusal.as_json(), "failedElementNumber": number})
    return Answer(201 if issues else 400, {"issues": issues, "errors": errors})


def _created(tenant: Tenant, request: Request, body: Any) -> dict[str, Any]:
    keeps = tenant.knobs["datacenter_creation"] == "keeps_properties"
    body, name = creation(body, keeps_properties=keeps)
    issue, _transition = tenant.create(body, request.by)
    remember_name(tenant, issue, name, request.by)
    return {"id": issue.id, "key": issue.key, "self": f"{request.base}/rest/api/2/issue/{issue.id}"}


def _permissions(tenant: Tenant, _request: Request) -> Answer:
    """All of them, whatever is asked for."""
    told = {
        name: {"id": str(number), "key": name, "name": text, "havePermission": tenant.may(name)}
        for number, (name, text) in enumerate(PERMISSIONS.items())
    }
    return Answer(200, {"permissions": told})


def _groups(_tenant: Tenant, request: Request) -> Answer:
    found = [each for each in GROUPS if request.first("query").casefold() in each.name.casefold()]
    groups = [{"name": each.name, "html": each.name, "labels": []} for each in found]
    return Answer(200, {"header": f"Showing {len(groups)} of {len(groups)}", "total": len(groups), "groups": groups})


def _comment_property(tenant: Tenant, request: Request) -> Answer:
    wanted = request.path["comment"]
    for issue in tenant.store.visible():
        for comment in issue.comments:
            for each in comment.get("properties") or ():
                if comment["id"] == wanted and each["key"] == request.path["key"]:
                    return Answer(200, dict(each))
    raise Refusal(404, "The property does not exist.")


_API = "/rest/api/3"
_OWN = (
    Route("POST", f"{_API}/search", "searchForIssuesUsingJqlPost", _search),
    Route("GET", f"{_API}/search", "searchForIssuesUsingJql", _search_by_query),
    Route("POST", f"{_API}/issue", "createIssue", _create, "CREATE_ISSUES"),
    Route("POST", f"{_API}/issue/bulk", "createIssues", _create_bulk, "CREATE_ISSUES"),
    Route("GET", f"{_API}/mypermissions", "getMyPermissions", _permissions),
    Route("GET", f"{_API}/groups/picker", "findGroups", _groups),
    Route("GET", f"{_API}/comment/{{comment}}/properties/{{key}}", "getCommentProperty", _comment_property),
)
