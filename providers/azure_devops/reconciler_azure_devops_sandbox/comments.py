"""Comments of work items, newest first (FACTS B6)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from reconciler_azure_devops_sandbox.drafting import Author
from reconciler_azure_devops_sandbox.identities import identity_ref
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route
from reconciler_azure_devops_sandbox.store import Item
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_PAGE_MAX = 200


def _list(tenant: Tenant, request: Request) -> Answer:
    """A page, or the comments that `ids` names."""
    item = _item(tenant, request)
    shown = [each for each in item.comments.values() if request.flag("includeDeleted") or not each["deleted"]]
    total = len(shown)
    shown.sort(key=lambda each: each["id"], reverse=request.first("order").casefold() != "asc")
    answer: dict[str, Any] = {"totalCount": total, "count": 0, "comments": []}
    if wanted := request.listed("ids"):
        page = [each for each in shown if str(each["id"]) in wanted]
    else:
        start, size = _start(request), min(request.number("$top", _PAGE_MAX) or _PAGE_MAX, _PAGE_MAX)
        page = shown[start : start + size]
        if start + size < total:
            token = base64.urlsafe_b64encode(str(start + size).encode()).decode()
            answer |= {"nextPage": f"{_url(item, request)}?continuationToken={token}", "continuationToken": token}
    answer["comments"] = [_shown(each, item, request) for each in page]
    answer["count"] = len(page)
    return Answer(200, {**answer, "url": _url(item, request)})


def _start(request: Request) -> int:
    token = request.first("continuationToken")
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError:
        raise Refusal(400, "The continuation token is not valid.", "InvalidContinuationTokenException") from None


def _get(tenant: Tenant, request: Request) -> Answer:
    item = _item(tenant, request)
    return Answer(200, _shown(_named(item, request), item, request))


def _add(tenant: Tenant, request: Request) -> Answer:
    item, text = _item(tenant, request), _text(request)
    form = "markdown" if request.first("format").casefold() in ("markdown", "0") else "html"
    comment = tenant.comment(item, text, form, Author(request.by, tenant.now()))
    return Answer(200, _shown(comment, item, request))


def _update(tenant: Tenant, request: Request) -> Answer:
    return _changed(tenant, request, {"text": _text(request)})


def _delete(tenant: Tenant, request: Request) -> Answer:
    """Delete a comment, and answer with it, as the vendor's example does."""
    return _changed(tenant, request, {"deleted": True})


def _changed(tenant: Tenant, request: Request, changes: Mapping[str, Any]) -> Answer:
    item, at = _item(tenant, request), tenant.now()
    before = _named(item, request)
    stamp = {"version": before["version"] + 1, "changed_by": request.by, "changed_at": at}
    comment = {**before, **changes, **stamp}
    tenant.store.record({"event": "commented", "at": at, "by": request.by, "item": item.id, "comment": comment})
    return Answer(200, _shown(comment, item, request))


def _item(tenant: Tenant, request: Request) -> Item:
    return tenant.item(request.path["workItemId"], request.project)


def _named(item: Item, request: Request) -> dict[str, Any]:
    wanted = request.path["commentId"]
    comment = item.comments.get(int(wanted)) if wanted.isdecimal() else None
    if comment is None or (comment["deleted"] and not request.flag("includeDeleted")):
        raise Refusal(
            404,
            f"Comment with id {wanted} on work item {item.id} does not exist.",
            "CommentNotFoundException",
            space="Microsoft.Azure.DevOps.Comments.WebApi",
        )
    return comment


def _text(request: Request) -> str:
    text = request.object().get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(
            400, "Value cannot be null.\r\nParameter name: text", "ArgumentNullException", space="System", event=0
        )
    return text


def _shown(comment: Mapping[str, Any], item: Item, request: Request) -> dict[str, Any]:
    return {
        "workItemId": item.id,
        "id": comment["id"],
        "version": comment["version"],
        "text": comment["text"],
        "createdBy": identity_ref(comment["by"], request.base),
        "createdDate": comment["at"],
        "modifiedBy": identity_ref(comment["changed_by"], request.base),
        "modifiedDate": comment["changed_at"],
        "isDeleted": comment["deleted"],
        "format": comment["format"],
        "url": f"{_url(item, request)}/{comment['id']}",
    }


def _url(item: Item, request: Request) -> str:
    return f"{request.base}/{item.project}/_apis/wit/workItems/{item.id}/comments"


_ALL = "wit/workItems/{workItemId}/comments"
_ONE = f"{_ALL}/{{commentId}}"
ROUTES = (
    Route("GET", _ALL, "Comments_Get Comments", _list, preview=True),
    Route("POST", _ALL, "Comments_Add Comment", _add, preview=True),
    Route("GET", _ONE, "Comments_Get Comment", _get, preview=True),
    Route("PATCH", _ONE, "Comments_Update Comment", _update, preview=True),
    Route("DELETE", _ONE, "Comments_Delete", _delete, preview=True),
)
