"""Endpoints that look for things: search, histories in bulk, users (FACTS A4, A9)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reconciler_jira_sandbox.bodies import number_of, text_of, texts_of
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.site import PROJECT, SANDBOX_USER, USERS, User
from reconciler_jira_sandbox.store import Edit
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_HISTORY_ISSUES, _HISTORY_FIELDS, _HISTORY_PAGE = 1000, 10, 1000
_PROPERTIES_MAX = 5
_GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


def _search(tenant: Tenant, request: Request) -> Answer:
    return _found(tenant, request, request.object())


def _search_by_query(tenant: Tenant, request: Request) -> Answer:
    body: dict[str, Any] = {name: request.first(name) for name in ("jql", "nextPageToken") if request.first(name)}
    body |= {name: request.listed(name) for name in ("fields", "properties", "reconcileIssues") if request.listed(name)}
    if size := request.first("maxResults"):
        body["maxResults"] = int(size) if size.isdigit() else size
    return _found(tenant, request, body)


def _found(tenant: Tenant, request: Request, body: Mapping[str, Any]) -> Answer:
    fields, properties = texts_of(body, "fields") or ["id"], texts_of(body, "properties")
    if len(properties) > _PROPERTIES_MAX:
        raise Refusal(400, "The maximum number of properties is 5.")
    found, token = tenant.index.page(body, tenant.clock.now())
    issues = []
    for issue, values in found:
        shown = request.show.issue(issue, fields, properties, None if values is issue.values else values)
        if set(fields) <= {"id"}:
            shown = {"id": shown["id"]} | ({"properties": shown["properties"]} if properties else {})
        issues.append(shown)
    page: dict[str, Any] = {"issues": issues, "isLast": token is None}
    return Answer(200, page if token is None else {**page, "nextPageToken": token})


def _count(tenant: Tenant, request: Request) -> Answer:
    found = tenant.index.search(text_of(request.object(), "jql"), (), tenant.clock.now())
    return Answer(200, {"count": len(found)})


def _removed(_tenant: Tenant, _request: Request) -> Answer:
    raise Refusal(410, _GONE)


def _histories(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    wanted, fields = body.get("issueIdsOrKeys"), texts_of(body, "fieldIds")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= _HISTORY_ISSUES:
        raise Refusal(400, "issueIdsOrKeys must hold between 1 and 1000 issues.")
    if len(fields) > _HISTORY_FIELDS:
        raise Refusal(400, "fieldIds must hold at most 10 fields.")
    entries = _edits(tenant, wanted, fields)
    size = min(number_of(body, "maxResults", _HISTORY_PAGE) or _HISTORY_PAGE, _HISTORY_PAGE)
    start = _start(body.get("nextPageToken"))
    by_issue: dict[str, list[dict[str, Any]]] = {}
    for issue_id, edit in entries[start : start + size]:
        shown = request.show.changelog(edit)
        if tenant.knobs["bulk_changelog_created"] == "epoch_ms":
            shown["created"] = int(datetime.fromisoformat(edit.at).timestamp() * 1000)
        by_issue.setdefault(issue_id, []).append(shown)
    page: dict[str, Any] = {
        "issueChangeLogs": [{"issueId": key, "changeHistories": value} for key, value in by_issue.items()]
    }
    if start + size < len(entries):
        page["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return Answer(200, page)


def _edits(tenant: Tenant, wanted: Sequence[Any], fields: Sequence[str]) -> list[tuple[str, Edit]]:
    found = {issue.id: issue for each in wanted if (issue := tenant.store.find(str(each))) and not issue.hidden}
    edits = [
        (issue.id, replace(edit, items=kept))
        for issue in found.values()
        for edit in issue.history
        if (kept := tuple(item for item in edit.items if not fields or item["fieldId"] in fields))
    ]
    return sorted(edits, key=lambda entry: (entry[1].at, int(entry[0])))


def _start(token: Any) -> int:
    try:
        return int(base64.urlsafe_b64decode(str(token))) if token else 0
    except ValueError:
        raise Refusal(400, "The provided next page token is invalid.") from None


def _myself(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, {**request.show.user(SANDBOX_USER), "locale": "en_US"})


def _user(_tenant: Tenant, request: Request) -> Answer:
    wanted = request.first("accountId")
    for user in USERS:
        if user.account_id == wanted:
            return Answer(200, request.show.user(user))
    raise Refusal(404, f"Specified user with accountId {wanted} does not exist.")


def _users(_tenant: Tenant, request: Request) -> Answer:
    query, account = request.first("query"), request.first("accountId")
    if not query and not account:
        raise Refusal(400, "One of the query, accountId or property parameters is required.")
    start, size = page_bounds(request, 1000)
    found = [each for each in USERS if each.active and (each.account_id == account or _fits(each, query))]
    return Answer(200, [request.show.user(each) for each in found[start : start + size]])


def _assignable(tenant: Tenant, request: Request) -> Answer:
    project, issue = request.first("project"), request.first("issueKey") or request.first("issueId")
    if not project and not issue:
        raise Refusal(400, "Either the project or the issueKey parameter is required.")
    if project and project.upper() != PROJECT.key and project != PROJECT.id:
        raise Refusal(404, f"No project could be found with key '{project}'.")
    if issue:
        tenant.issue(issue)
    query, account = request.first("query"), request.first("accountId")
    start, size = page_bounds(request, 1000)
    found = [
        each
        for each in USERS
        if each.active and (each.account_id == account if account else not query or _fits(each, query))
    ]
    return Answer(200, [request.show.user(each) for each in found[start : start + size]])


def _users_by_id(_tenant: Tenant, request: Request) -> Answer:
    wanted = request.listed("accountId")
    if not wanted:
        raise Refusal(400, "The accountId parameter is required.")
    start, size = page_bounds(request, 200)
    size = size if request.query.get("maxResults") else 10
    found = [each for each in USERS if each.account_id in wanted]
    return Answer(
        200,
        {
            "self": f"{request.base}/rest/api/3/user/bulk",
            "startAt": start,
            "maxResults": size,
            "total": len(found),
            "isLast": start + size >= len(found),
            "values": [request.show.user(each) for each in found[start : start + size]],
        },
    )


def _fits(user: User, query: str) -> bool:
    folded = query.casefold()
    if not folded:
        return False
    names = [user.name.casefold(), *user.name.casefold().split()]
    return any(each.startswith(folded) for each in (*names, *([user.email.casefold()] if user.email_shown else ())))


_EMPTY = Answer(200, {"issues": [], "isLast": True})
_API = "/rest/api/3"
ROUTES = (
    Route("POST", f"{_API}/search/jql", "searchAndReconsileIssuesUsingJqlPost", _search, anonymous=_EMPTY),
    Route("GET", f"{_API}/search/jql", "searchAndReconsileIssuesUsingJql", _search_by_query, anonymous=_EMPTY),
    Route("POST", f"{_API}/search/approximate-count", "countIssues", _count, anonymous=Answer(200, {"count": 0})),
    Route("GET", f"{_API}/search", "searchForIssuesUsingJql", _removed),
    Route("POST", f"{_API}/search", "searchForIssuesUsingJqlPost", _removed),
    Route("POST", f"{_API}/changelog/bulkfetch", "getBulkChangelogs", _histories),
    Route("GET", f"{_API}/myself", "getCurrentUser", _myself),
    Route("GET", f"{_API}/user", "getUser", _user),
    Route("GET", f"{_API}/user/search", "findUsers", _users),
    Route("GET", f"{_API}/user/assignable/search", "findAssignableUsers", _assignable),
    Route("GET", f"{_API}/user/bulk", "bulkGetUsers", _users_by_id),
)
