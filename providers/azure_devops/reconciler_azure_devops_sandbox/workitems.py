"""Endpoints for work items: create, read, patch (FACTS B2, B4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.drafting import Author, missing_type
from reconciler_azure_devops_sandbox.fields import field_named
from reconciler_azure_devops_sandbox.metadata import type_url
from reconciler_azure_devops_sandbox.organisation import type_named
from reconciler_azure_devops_sandbox.patching import read_patch
from reconciler_azure_devops_sandbox.refusal import Refusal, invalid, missing_item, unknown_field
from reconciler_azure_devops_sandbox.rendering import Expand
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.store import Item, Version
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES", "expand_of"]

_MOST = 200
_EXPANDS: tuple[Expand, ...] = get_args(Expand)


def _create(tenant: Tenant, request: Request) -> Answer:
    tenant.need("edit")
    project = request.project
    assert project is not None
    kind = type_named(project, request.path["type"])
    if kind is None:
        raise missing_type(request.path["type"], project)
    author = _author(tenant, request)
    create = tenant.would_create if request.flag("validateOnly") else tenant.create
    item = create(project, kind, read_patch(request.body), author)
    return _written(tenant, request, item)


def _update(tenant: Tenant, request: Request) -> Answer:
    operations = read_patch(request.body)
    item = tenant.item(request.path["id"], request.project)
    tenant.need("edit")
    author = _author(tenant, request)
    if request.flag("validateOnly"):
        tenant.writing.edit(item, operations, author)
    else:
        tenant.edit(item, operations, author)
    return _written(tenant, request, item)


def _written(tenant: Tenant, request: Request, item: Item) -> Answer:
    expand = expand_of(request.first("$expand"))
    return Answer(200, tenant.rendering(request).item(item, item.now, expand, relations=True))


def _author(tenant: Tenant, request: Request) -> Author:
    bypass = request.flag("bypassRules")
    if bypass:
        tenant.need("bypass_rules")
    if request.flag("suppressNotifications") and tenant.knobs["suppressing_without_permission"] == "refused":
        tenant.need("suppress_notifications")
    return Author(request.by, tenant.now(), bypass)


def _template(tenant: Tenant, request: Request) -> Answer:
    """A new item's default values, without an id."""
    project = request.project
    assert project is not None
    kind = type_named(project, request.path["type"])
    if kind is None:
        raise missing_type(request.path["type"], project)
    fields = tenant.writing.rules.defaults(kind)
    url = f"{request.scope}/_apis/wit/workItems/${kind.name}"
    tree = {"System.AreaPath": project.name, "System.IterationPath": project.name}
    named = {"System.TeamProject": project.name, "System.WorkItemType": kind.name, **tree}
    links = {
        "workItemType": {"href": type_url(kind.name, project, request.base)},
        "fields": {"href": f"{request.base}/{project.id}/_apis/wit/fields"},
    }
    return Answer(200, {"fields": {**named, **fields}, "_links": links, "url": url})


def _one(tenant: Tenant, request: Request) -> Answer:
    item = tenant.item(request.path["id"], request.project)
    version = _version(item, _moment(request.first("asOf")))
    if version is None:
        raise missing_item(item.id)
    expand, fields = expand_of(request.first("$expand")), _fields(request.listed("fields"))
    _exclude(expand, fields)
    rendering = tenant.rendering(request)
    shown = rendering.chosen(item, version, fields) if fields else rendering.item(item, version, expand)
    return Answer(200, shown)


def _many(tenant: Tenant, request: Request) -> Answer:
    wanted = request.listed("ids")
    return _listed(
        tenant, request, wanted, request.listed("fields"), request.first("$expand"), request.first("asOf"),
        request.first("errorPolicy"),
    )  # fmt: skip


def _batch(tenant: Tenant, request: Request) -> Answer:
    body = request.object()
    ids, fields = body.get("ids"), body.get("fields") or []
    if not isinstance(ids, list) or not isinstance(fields, list):
        raise invalid("The ids and the fields of a batch are lists.")
    expand, policy = body.get("$expand", ""), body.get("errorPolicy") or ""
    return _listed(tenant, request, ids, fields, str(expand), str(body.get("asOf") or ""), str(policy))


def _listed(
    tenant: Tenant, request: Request, ids: Sequence[Any], fields: Sequence[str], expand: str, when: str, policy: str
) -> Answer:
    if not ids:
        raise invalid("The ids of the work items are missing.")
    if len(ids) > _MOST:
        raise invalid(f"VS403474: You requested {len(ids)} work items which exceeds the limit of {_MOST}.")
    chosen, wanted, moment = _fields(fields), expand_of(expand), _moment(when)
    _exclude(wanted, chosen)
    rendering = tenant.rendering(request)
    shown: list[dict[str, Any] | None] = []
    for identity in ids:
        found = _readable(tenant, identity, request.project, moment)
        if found is not None:
            shown.append(rendering.chosen(*found, chosen) if chosen else rendering.item(*found, wanted, links=False))
        elif policy.casefold() != "omit":
            raise missing_item(identity)
        elif tenant.knobs["omitted"] == "null":
            shown.append(None)
    return Answer(200, listing(shown))


def _readable(
    tenant: Tenant, identity: Any, project: Project | None, moment: datetime | None
) -> tuple[Item, Version] | None:
    try:
        item = tenant.item(identity, project)
    except Refusal:
        return None
    version = _version(item, moment)
    return None if version is None else (item, version)


def _version(item: Item, moment: datetime | None) -> Version | None:
    return item.now if moment is None else item.as_of(moment)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"The value '{text}' is not valid for asOf.") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _fields(names: Sequence[Any]) -> list[str]:
    references = []
    for each in names:
        field = field_named(str(each))
        if field is None:
            raise unknown_field(str(each))
        references.append(field.reference)
    return references


def expand_of(text: str) -> Expand:
    """The `$expand` of a name in any case or of its number; "none" where there is none.

    Raises:
        Refusal: 400.
    """
    folded = text.strip().casefold() or "none"
    if folded.isdecimal() and int(folded) < len(_EXPANDS):
        return _EXPANDS[int(folded)]
    found = next((each for each in _EXPANDS if each == folded), None)
    if found is None:
        raise invalid(f"The value '{text}' is not valid for $expand.")
    return found


def _exclude(expand: Expand, fields: Sequence[str]) -> None:
    if fields and expand != "none":
        raise Refusal(
            400, "The expand parameter can not be used with the fields parameter.", "ConflictingParametersException",
            event=3000,
        )  # fmt: skip


ROUTES = (
    Route("POST", "wit/workitems/${type}", "Work Items_Create", _create, ("project",), patch=True),
    Route("GET", "wit/workitems/${type}", "Work Items_Get Work Item Template", _template, ("project",)),
    Route("GET", "wit/workitems", "Work Items_List", _many),
    Route("GET", "wit/workitems/{id}", "Work Items_Get Work Item", _one),
    Route("PATCH", "wit/workitems/{id}", "Work Items_Update", _update, patch=True),
    Route("POST", "wit/workitemsbatch", "Work Items_Get Work Items Batch", _batch),
)
