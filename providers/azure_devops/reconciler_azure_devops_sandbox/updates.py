"""Endpoints for an item's history: updates, and revisions (FACTS B4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.store import Item, Version
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.workitems import expand_of

__all__ = ["ROUTES"]

_MOST = 200
_Entry = TypeVar("_Entry")


def _updates(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    rendering = tenant.rendering(request)
    numbers = _page(request, range(1, len(item.versions) + 1))
    return Answer(200, listing([rendering.update(item, each) for each in numbers]))


def _update(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    number = _number(request, "update", len(item.versions))
    return Answer(200, _linked(tenant.rendering(request).update(item, number), "workItemUpdates"))


def _revisions(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    rendering, expand = tenant.rendering(request), expand_of(request.first("$expand"))
    shown = [rendering.revision(item, each, expand) for each in _page(request, _last_versions(item))]
    return Answer(200, listing(shown))


def _revision(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    versions = _last_versions(item)
    version = versions[_number(request, "revision", len(versions)) - 1]
    shown = tenant.rendering(request).revision(item, version, expand_of(request.first("$expand")))
    return Answer(200, _linked(shown, "workItemRevisions"))


def _linked(shown: Mapping[str, Any], siblings: str) -> dict[str, Any]:
    """An update or a revision that is asked for alone: with links to itself, its siblings and its item."""
    collection = shown["url"].rpartition("/")[0]
    targets = {"self": shown["url"], siblings: collection, "parent": collection.rpartition("/")[0]}
    return {**shown, "_links": {name: {"href": target} for name, target in targets.items()}}


def _last_versions(item: Item) -> list[Version]:
    """Each revision as it was in the end, with the links that came while it lasted."""
    return list({each.rev: each for each in item.versions}.values())


def _page(request: Request, entries: Sequence[_Entry]) -> Sequence[_Entry]:
    start = request.number("$skip", 0)
    return entries[start : start + min(request.number("$top", _MOST), _MOST)]


def _number(request: Request, name: str, most: int) -> int:
    text = request.path[name]
    if not text.isdecimal() or not 0 < int(text) <= most:
        message = f"Work item {request.path['id']} has no {name} {text}."
        raise Refusal(404, message, "WorkItemRevisionNotFoundException")
    return int(text)


_ITEM = "wit/workitems/{id}"
ROUTES = (
    Route("GET", f"{_ITEM}/updates", "Updates_List", _updates),
    Route("GET", f"{_ITEM}/updates/{{update}}", "Updates_Get", _update),
    Route("GET", f"{_ITEM}/revisions", "Revisions_List", _revisions),
    Route("GET", f"{_ITEM}/revisions/{{revision}}", "Revisions_Get", _revision),
)
