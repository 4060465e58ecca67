"""Areas and iterations as resources: read to a depth, create, move, rename, delete (FACTS B8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.trees import Node, Structure, levels, node_at, node_guid, root_of

__all__ = ["ROUTES", "node_url"]

_GROUPS: Mapping[str, Structure] = {"areas": "area", "0": "area", "iterations": "iteration", "1": "iteration"}
_TITLES: Mapping[Structure, str] = {"area": "Areas", "iteration": "Iterations"}
_FIELDS: Mapping[Structure, str] = {"area": "System.AreaId", "iteration": "System.IterationId"}
_FORBIDDEN = frozenset('\\/:*?"<>|#$&+\t')
_NAME_MAX, _DEPTH_MAX = 255, 14


def node_url(nodes: Mapping[int, Node], node: Node, base: str) -> str:
    """A node's URL, which always goes by the project's id."""
    below = "".join(f"/{quote(each)}" for each in levels(nodes, node)[1:])
    return f"{base}/{node.project}/_apis/wit/classificationNodes/{_TITLES[node.structure]}{below}"


def _roots(tenant: Tenant, request: Request) -> Answer:
    nodes, project = tenant.store.nodes, _project(request)
    if not request.listed("ids"):
        roots = [root_of(nodes, structure, project.id) for structure in _TITLES]
        return Answer(200, listing([_shown(tenant, each, request) for each in roots]))
    found: list[dict[str, Any] | None] = []
    for text in request.listed("ids"):
        node = nodes.get(int(text)) if text.isdecimal() else None
        if node is not None and node.project == project.id:
            found.append(_linked(tenant, node, request))
        elif request.first("errorPolicy").casefold() == "omit":
            found.append(None)
        else:
            raise _missing(text)
    return Answer(200, listing(found))


def _get(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _linked(tenant, _at_path(tenant, request), request))


def _create(tenant: Tenant, request: Request) -> Answer:
    """Create a node below the path's, or move one there that the body names by its id."""
    tenant.need("create_nodes")
    parent, body = _at_path(tenant, request), request.object()
    named = body.get("id")
    if isinstance(named, int) and (moved := tenant.store.nodes.get(named)) is not None:
        if moved.parent is None or parent.id in _below(tenant, moved) or moved.structure != parent.structure:
            raise _invalid(f"Node {moved.name} can't be moved below {parent.name}.")
        node = _saved(tenant, request, replace(moved, parent=parent.id))
        return Answer(200, _linked(tenant, node, request))
    if len(levels(tenant.store.nodes, parent)) >= _DEPTH_MAX:
        raise _invalid(f"A tree has at most {_DEPTH_MAX} levels.")
    identity = tenant.store.new_id("node")
    start, finish = _dates(parent.structure, body, ("", ""))
    guid = node_guid(parent.structure, parent.project, identity)
    node = Node(identity, guid, _name(body), parent.structure, parent.id, parent.project, start, finish)
    return Answer(201, _linked(tenant, _saved(tenant, request, node), request))


def _update(tenant: Tenant, request: Request) -> Answer:
    tenant.need("create_nodes")
    node, body = _at_path(tenant, request), request.object()
    if "name" in body:
        if node.parent is None:
            raise _invalid("The root node can't be renamed.")
        node = replace(node, name=_name(body))
    start, finish = _dates(node.structure, body, (node.start, node.finish))
    return Answer(200, _linked(tenant, _saved(tenant, request, replace(node, start=start, finish=finish)), request))


def _delete(tenant: Tenant, request: Request) -> Answer:
    """Delete a node and all below it; the items there go to the node that `$reclassifyId` names."""
    tenant.need("create_nodes")
    node = _at_path(tenant, request)
    doomed = _below(tenant, node)
    field = _FIELDS[node.structure]
    stranded = [each.id for each in tenant.store.items.values() if each.now.fields.get(field) in doomed]
    target = tenant.store.nodes.get(request.number("$reclassifyId", 0))
    misplaced = target is not None and (target.id in doomed or target.structure != node.structure)
    if node.parent is None or misplaced or (stranded and target is None):
        raise _invalid(f"Node {node.name} can't be deleted: name another node by $reclassifyId.")
    stamp = {"at": tenant.now(), "by": request.by}
    if stranded and target is not None:
        changes = [{"item": each, "fields": {field: target.id}, "bump": True} for each in stranded]
        tenant.store.record({"event": "saved", **stamp, "changes": changes})
    for each in sorted(doomed, reverse=True):
        tenant.store.record({"event": "node_dropped", **stamp, "node": each})
    return Answer(204)


def _saved(tenant: Tenant, request: Request, node: Node) -> Node:
    """Keep a node.

    Raises:
        Refusal: 409: a sibling has its name.
    """
    nodes = tenant.store.nodes
    siblings = [each for each in nodes.values() if each.parent == node.parent and each.id != node.id]
    if any(each.name.casefold() == node.name.casefold() for each in siblings) and node.parent is not None:
        raise Refusal(
            409,
            f"VS402371: Classification node name {node.name} is already in use by a different child of parent "
            f"classification node {nodes[node.parent].identifier}. Choose a different name and try again.",
            "ClassificationNodeDuplicateNameException",
        )
    tenant.store.record({"event": "node_saved", "at": tenant.now(), "by": request.by, "node": asdict(node)})
    return node


def _below(tenant: Tenant, node: Node) -> set[int]:
    """The ids of a node and of all nodes below it."""
    found = {node.id}
    for each in tenant.store.nodes.values():
        if each.parent in found:
            found |= _below(tenant, each)
    return found


def _name(body: Mapping[str, Any]) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > _NAME_MAX or _FORBIDDEN & set(name):
        raise _invalid(f"The name {name!r} of a classification node is empty, too long or has a forbidden character.")
    return name.strip()


def _dates(structure: Structure, body: Mapping[str, Any], before: tuple[str, str]) -> tuple[str, str]:
    attributes = body.get("attributes") or {}
    if not isinstance(attributes, Mapping) or (attributes and structure == "area"):
        raise _invalid("Attributes are an object with startDate and finishDate, of iterations alone.")
    given = [attributes.get(name, old) for name, old in zip(("startDate", "finishDate"), before, strict=True)]
    start, finish = (_day(each) for each in given)
    if bool(start) != bool(finish) or start > finish:
        raise _invalid("An iteration has both dates or none, and does not finish before it starts.")
    return start, finish


def _day(value: Any) -> str:
    try:
        return datetime.fromisoformat(value).date().isoformat() if value else ""
    except (ValueError, TypeError):
        raise _invalid(f"{value!r} is not a date.") from None


def _project(request: Request) -> Project:
    assert request.project is not None  # the route's only scope
    return request.project


def _at_path(tenant: Tenant, request: Request) -> Node:
    """The node that the path names.

    Raises:
        Refusal: 404.
    """
    group, path = request.path["structureGroup"], request.path["path"]
    structure = _GROUPS.get(group.casefold())
    if structure is None:
        raise _invalid(f"The structure group is Areas or Iterations, not {group}.")
    names = [each for each in path.replace("\\", "/").split("/") if each]
    node = node_at(tenant.store.nodes, structure, _project(request).id, names)
    if node is None:
        raise _missing(path)
    return node


def _missing(name: str) -> Refusal:
    return Refusal(
        404,
        f"VS402485: The area/iteration name is not recognized: {name}. Specify an existing node.",
        "ClassificationNodeNotFoundException",
    )


def _invalid(text: str) -> Refusal:
    return Refusal(400, text, "ClassificationNodeInvalidException")


def _linked(tenant: Tenant, node: Node, request: Request) -> dict[str, Any]:
    nodes = tenant.store.nodes
    links = {"self": {"href": node_url(nodes, node, request.base)}}
    if node.parent is not None:
        links["parent"] = {"href": node_url(nodes, nodes[node.parent], request.base)}
    shown = _shown(tenant, node, request)
    url = shown.pop("url")
    return {**shown, "_links": links, "url": url}


def _shown(tenant: Tenant, node: Node, request: Request) -> dict[str, Any]:
    return _to_depth(tenant.store.nodes, node, request.base, request.number("$depth", 0))


def _to_depth(nodes: Mapping[int, Node], node: Node, base: str, depth: int) -> dict[str, Any]:
    children = [each for each in nodes.values() if each.parent == node.id]
    names = levels(nodes, node)
    structure = "Area" if node.structure == "area" else "Iteration"
    shown: dict[str, Any] = {
        "id": node.id,
        "identifier": node.identifier,
        "name": node.name,
        "structureType": node.structure,
        "hasChildren": bool(children),
        "path": "".join(f"\\{each}" for each in (names[0], structure, *names[1:])),
    }
    if node.start:
        shown["attributes"] = {"startDate": f"{node.start}T00:00:00Z", "finishDate": f"{node.finish}T00:00:00Z"}
    if children and depth > 0:
        shown["children"] = [_to_depth(nodes, each, base, depth - 1) for each in children]
    return {**shown, "url": node_url(nodes, node, base)}


_PROJECT = ("project",)
_ONE = "wit/classificationnodes/{structureGroup}/{path...}"
ROUTES = (
    Route("GET", "wit/classificationnodes", "Classification Nodes_Get Root Nodes", _roots, _PROJECT),
    Route("GET", _ONE, "Classification Nodes_Get", _get, _PROJECT),
    Route("POST", _ONE, "Classification Nodes_Create Or Update", _create, _PROJECT),
    Route("PATCH", _ONE, "Classification Nodes_Update", _update, _PROJECT),
    Route("DELETE", _ONE, "Classification Nodes_Delete", _delete, _PROJECT),
)
