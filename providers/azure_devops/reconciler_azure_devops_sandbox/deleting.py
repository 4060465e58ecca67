"""Endpoints for deletion and the recycle bin (FACTS B9)."""

from __future__ import annotations

from typing import Any

from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.refusal import Refusal, invalid, missing_item
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.store import Item
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_MOST = 200


def _delete(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    return Answer(200, _deleted(tenant, request, item, destroy=request.flag("destroy")))


def _delete_many(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    ids = body.get("ids")
    if not isinstance(ids, list) or not 0 < len(ids) <= _MOST:
        raise invalid(f"Between 1 and {_MOST} ids can be deleted at once.")
    results = []
    for each in ids:
        try:
            item = tenant.item(each, request.project)
            results.append(_deleted(tenant, request, item, destroy=body.get("destroy") is True))
        except Refusal as refusal:
            results.append({"id": each, "code": refusal.status, "message": refusal.message})
    return Answer(200, {"results": results})


def _deleted(tenant: Tenant, request: Request, item: Item, *, destroy: bool) -> dict[str, Any]:
    tenant.need("destroy" if destroy else "delete")
    tenant.delete(item, request.by)
    shown = tenant.rendering(request).deleted(item)
    if destroy:
        tenant.destroy(item)
    return shown


def _bin(tenant: Tenant, request: Request) -> Answer:
    ids = request.listed("ids")
    rendering = tenant.rendering(request)
    if not ids:
        items = (each for _id, each in sorted(tenant.store.items.items()) if _is_in_bin(each, request.project))
        shown = [{"id": each.id, "url": f"{request.scope}/_apis/wit/recycleBin/{each.id}"} for each in items]
        return Answer(200, listing(shown))
    found: list[dict[str, Any]] = []
    for each in ids:
        item = _find(tenant, each, request.project)
        if item is None:
            found.append({"id": int(each) if each.isdecimal() else 0, "code": 404, "message": str(missing_item(each))})
        else:
            found.append(rendering.in_bin(item))
    return Answer(200, listing(found))


def _one(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, tenant.rendering(request).deleted(_in_bin(tenant, request)))


def _restore(tenant: Tenant, request: Request) -> Answer:
    item = _in_bin(tenant, request)
    if request.object().get("isDeleted") is not False:
        raise invalid("The only change that an item in the recycle bin takes is isDeleted: false.")
    tenant.need("delete")
    shown = tenant.rendering(request).in_bin(item)
    tenant.restore(item, request.by)
    rendering = tenant.rendering(request)
    url = f"{request.scope}/_apis/wit/workItems/{item.id}"
    return Answer(200, {**shown, "url": url, "resource": rendering.item(item, item.now)})


def _destroy(tenant: Tenant, request: Request) -> Answer:
    item = _in_bin(tenant, request)
    tenant.need("destroy")
    tenant.destroy(item)
    return Answer(204)


def _in_bin(tenant: Tenant, request: Request) -> Item:
    item = _find(tenant, request.path["id"], request.project)
    if item is None:
        raise missing_item(request.path["id"])
    return item


def _find(tenant: Tenant, identity: str, project: Project | None) -> Item | None:
    item = tenant.store.items.get(int(identity)) if identity.isdecimal() else None
    return item if item is not None and _is_in_bin(item, project) else None


def _is_in_bin(item: Item, project: Project | None) -> bool:
    return item.deleted and not item.hidden and (project is None or item.project == project.id)


ROUTES = (
    Route("DELETE", "wit/workitems/{id}", "Work Items_Delete", _delete),
    Route("POST", "wit/workitemsdelete", "Work Items_Delete Work Items", _delete_many),
    Route("GET", "wit/recyclebin", "Recyclebin_Get Deleted Work Item Shallow References", _bin),
    Route("GET", "wit/recyclebin/{id}", "Recyclebin_Get", _one),
    Route("PATCH", "wit/recyclebin/{id}", "Recyclebin_Restore Work Item", _restore),
    Route("DELETE", "wit/recyclebin/{id}", "Recyclebin_Destroy Work Item", _destroy),
)
