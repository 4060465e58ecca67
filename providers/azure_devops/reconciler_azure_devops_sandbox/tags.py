"""A project's tags (FACTS B6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_SPACE = UUID("c2f6a1de-61c4-4b9e-9f3a-2a8f6b4d0000")


def _list(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing(_tags(tenant, request)))


def _get(tenant: Tenant, request: Request) -> Answer:
    wanted = request.path["tagIdOrName"].casefold()
    for each in _tags(tenant, request):
        if wanted in (each["id"], each["name"].casefold()):
            return Answer(200, each)
    raise Refusal(
        404, f"The tag {request.path['tagIdOrName']} does not exist.", "TagNotFoundException",
        space="Microsoft.TeamFoundation.Core.WebApi",
    )  # fmt: skip


def _tags(tenant: Tenant, request: Request) -> list[dict[str, Any]]:
    assert request.project is not None  # the route's only scope
    project = request.project.id
    shown = []
    for folded, name in sorted(tenant.store.tags.get(project, {}).items()):
        identity = str(uuid5(_SPACE, f"{project}/{folded}"))
        shown.append({"id": identity, "name": name, "url": f"{request.base}/{project}/_apis/wit/tags/{identity}"})
    return shown


ROUTES = (
    Route("GET", "wit/tags", "Tags_List", _list, ("project",)),
    Route("GET", "wit/tags/{tagIdOrName}", "Tags_Get", _get, ("project",)),
)
