"""Endpoints for comments (FACTS A9), and for the votes and work logs that no issue here has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler_jira_sandbox.refusal import Refusal, missing_issue
from reconciler_jira_sandbox.routing import Answer, Request, Route, page_bounds
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_COMMENTS_MAX = 1000


def _comments(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    start, size = page_bounds(request, 5000)
    ordered = issue.comments[::-1] if request.first("orderBy") == "-created" else issue.comments
    shown = [request.show.comment(issue, each) for each in ordered[start : start + size]]
    return Answer(200, {"startAt": start, "maxResults": size, "total": len(issue.comments), "comments": shown})


def _add(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    return Answer(201, request.show.comment(issue, tenant.comment(issue, request.body, request.by)))


def _get(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    return Answer(200, request.show.comment(issue, _known(issue, request)))


def _edit(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    comment = _known(issue, request)
    return Answer(200, request.show.comment(issue, tenant.edit_comment(issue, comment, request.body, request.by)))


def _delete(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    tenant.delete_comment(issue, _known(issue, request))
    return Answer(204)


def _known(issue: Issue, request: Request) -> Mapping[str, Any]:
    wanted = request.path["comment"]
    for each in issue.comments:
        if each["id"] == wanted:
            return each
    raise Refusal(404, f"Can not find a comment for the id: {wanted}.")


def _by_id(tenant: Tenant, request: Request) -> Answer:
    wanted = request.object().get("ids")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= _COMMENTS_MAX:
        raise Refusal(400, "ids must hold between 1 and 1000 comments.")
    ids = {str(each) for each in wanted}
    properties = "properties" in request.listed("expand")
    shown = [
        {**request.show.comment(issue, each), **({"properties": each["properties"]} if properties else {})}
        for issue in tenant.store.visible()
        for each in issue.comments
        if each["id"] in ids
    ]
    page = {"startAt": 0, "maxResults": 1_048_576, "total": len(shown), "isLast": True, "values": shown}
    return Answer(200, page)


def _votes(tenant: Tenant, request: Request) -> Answer:
    issue = tenant.issue(request.path["issue"])
    where = f"{request.base}/rest/api/3/issue/{issue.key}/votes"
    return Answer(200, {"self": where, "votes": 0, "hasVoted": False, "voters": []})


def _work_logs(tenant: Tenant, request: Request) -> Answer:
    tenant.issue(request.path["issue"])
    start, size = page_bounds(request, 5000)
    return Answer(200, {"startAt": start, "maxResults": size, "total": 0, "worklogs": []})


_HIDDEN = Answer(404, missing_issue().as_json())
_NO_COMMENTS = Answer(200, {"startAt": 0, "maxResults": 1_048_576, "total": 0, "isLast": True, "values": []})
_API = "/rest/api/3"
_ISSUE = f"{_API}/issue/{{issue}}"
_COMMENT = f"{_ISSUE}/comment/{{comment}}"
ROUTES = (
    Route("GET", f"{_ISSUE}/comment", "getComments", _comments, anonymous=_HIDDEN),
    Route("POST", f"{_ISSUE}/comment", "addComment", _add, "ADD_COMMENTS"),
    Route("GET", _COMMENT, "getComment", _get, anonymous=_HIDDEN),
    Route("PUT", _COMMENT, "updateComment", _edit),
    Route("DELETE", _COMMENT, "deleteComment", _delete),
    Route("POST", f"{_API}/comment/list", "getCommentsByIds", _by_id, anonymous=_NO_COMMENTS),
    Route("GET", f"{_ISSUE}/votes", "getVotes", _votes, anonymous=_HIDDEN),
    Route("GET", f"{_ISSUE}/worklog", "getIssueWorklog", _work_logs, anonymous=_HIDDEN),
)
