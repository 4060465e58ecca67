"""A team's settings, areas and iterations (FACTS B8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reconciler_azure_devops_sandbox.backlogs import bugs_behaviour, team_project
from reconciler_azure_devops_sandbox.classification import node_url
from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.trees import Node, path_of, root_of

__all__ = ["ROUTES", "current_iteration", "team_area"]

_CHILD = "System.LinkTypes.Hierarchy-Forward"


def current_iteration(tenant: Tenant, project: Project, now: datetime) -> Node | None:
    """The iteration of the project's team that today is in."""
    return next((each for each in tenant.team_iterations.of(project.id) if _frame(each, now) == "current"), None)


def team_area(tenant: Tenant, project: Project) -> Node:
    """The area that the project's team owns, with all below: the project's root."""
    return root_of(tenant.store.nodes, "area", project.id)


def _frame(node: Node, now: datetime) -> str:
    today = now.date().isoformat()
    if not node.start or node.start > today:
        return "future"
    return "past" if node.finish < today else "current"


def _settings(tenant: Tenant, request: Request) -> Answer:
    project, nodes = team_project(request), tenant.store.nodes
    root = root_of(nodes, "iteration", project.id)
    current = current_iteration(tenant, project, tenant.clock.now()) or root
    team = _team_url(project, request.base)
    places = [{"href": node_url(nodes, each, request.base)} for each in (root, current)]
    return Answer(
        200,
        {
            "backlogIteration": _iteration_reference(tenant, root, request.base),
            "bugsBehavior": bugs_behaviour(project),
            "workingDays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "backlogVisibilities": {each.id: True for each in project.process.levels if each.rank > 0},
            "defaultIteration": _iteration_reference(tenant, current, request.base),
            "defaultIterationMacro": "@currentIteration",
            "url": f"{team}/_apis/work/teamsettings",
            "_links": {
                **_links(project, request.base, f"{team}/_apis/work/teamsettings"),
                "classificationNode": places,
            },
        },
    )


def _iteration_reference(tenant: Tenant, node: Node, base: str) -> dict[str, Any]:
    below = path_of(tenant.store.nodes, node).partition("\\")[2]
    path = f"\\{below}" if below else ""
    return {"id": node.identifier, "name": node.name, "path": path, "url": node_url(tenant.store.nodes, node, base)}


def _areas(tenant: Tenant, request: Request) -> Answer:
    """The team's areas."""
    project, base = team_project(request), request.base
    url = f"{_team_url(project, base)}/_apis/work/teamsettings/teamfieldvalues"
    field = {"referenceName": "System.AreaPath", "url": f"{base}/_apis/wit/fields/System.AreaPath"}
    root = team_area(tenant, project)
    links = {
        **_links(project, base, url),
        "areaPathClassificationNodes": {"href": node_url(tenant.store.nodes, root, base)},
    }
    return Answer(
        200,
        {
            "field": field,
            "defaultValue": root.name,
            "values": [{"value": root.name, "includeChildren": True}],
            "url": url,
            "_links": links,
        },
    )


def _iterations(tenant: Tenant, request: Request) -> Answer:
    project, now = team_project(request), tenant.clock.now()
    wanted = request.first("$timeframe").casefold()
    found = [each for each in tenant.team_iterations.of(project.id) if wanted in ("", _frame(each, now))]
    return Answer(200, listing([_iteration(tenant, each, request) for each in found]))


def _one_iteration(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _linked(tenant, _named(tenant, request), request))


def _choose(tenant: Tenant, request: Request) -> Answer:
    """Subscribe the team to an iteration of its project, named by its GUID."""
    project, wanted = team_project(request), str(request.object().get("id", "")).casefold()
    node = next((each for each in tenant.store.nodes.values() if each.identifier == wanted), None)
    if node is None or (node.structure, node.project) != ("iteration", project.id):
        raise _missing(wanted)
    tenant.team_iterations.choose(node, tenant.now())
    return Answer(201, _linked(tenant, node, request))


def _leave(tenant: Tenant, request: Request) -> Answer:
    tenant.team_iterations.leave(_named(tenant, request), tenant.now())
    return Answer(204)


def _items(tenant: Tenant, request: Request) -> Answer:
    """The items of an iteration, children below their parents."""
    node = _named(tenant, request)
    url = f"{_iteration_url(node, request)}/workitems"
    items = {each.id: each for each in tenant.store.visible() if each.now.fields.get("System.IterationId") == node.id}
    ends = {each: {"id": each, "url": f"{request.base}/_apis/wit/workItems/{each}"} for each in items}
    hops = []
    for each in items.values():
        source = ends.get(tenant.store.parent(each.now) or 0)
        hops.append({"rel": _CHILD if source else None, "source": source, "target": ends[each.id]})
    links = {"self": {"href": url}, "iteration": {"href": _iteration_url(node, request)}}
    return Answer(200, {"workItemRelations": hops, "url": url, "_links": links})


def _named(tenant: Tenant, request: Request) -> Node:
    wanted = request.path["id"].casefold()
    chosen = tenant.team_iterations.of(team_project(request).id)
    node = next((each for each in chosen if each.identifier == wanted), None)
    if node is None:
        raise _missing(wanted)
    return node


def _missing(identity: str) -> Refusal:
    return Refusal(
        404,
        f"The iteration with id '{identity}' does not exist, or the team has not chosen it.",
        "IterationNotFoundException",
        space="Microsoft.TeamFoundation.Work.WebApi",
    )


def _linked(tenant: Tenant, node: Node, request: Request) -> dict[str, Any]:
    project = team_project(request)
    url = _iteration_url(node, request)
    links = {
        **_links(project, request.base, url),
        "classificationNode": {"href": node_url(tenant.store.nodes, node, request.base)},
    }
    return {**_iteration(tenant, node, request), "_links": links}


def _iteration(tenant: Tenant, node: Node, request: Request) -> dict[str, Any]:
    dates = [f"{each}T00:00:00Z" if each else None for each in (node.start, node.finish)]
    return {
        "id": node.identifier,
        "name": node.name,
        "path": path_of(tenant.store.nodes, node),
        "attributes": {
            "startDate": dates[0],
            "finishDate": dates[1],
            "timeFrame": _frame(node, tenant.clock.now()),
        },
        "url": _iteration_url(node, request),
    }


def _iteration_url(node: Node, request: Request) -> str:
    team = _team_url(team_project(request), request.base)
    return f"{team}/_apis/work/teamsettings/iterations/{node.identifier}"


def _team_url(project: Project, base: str) -> str:
    return f"{base}/{project.id}/{project.team_id}"


def _links(project: Project, base: str, url: str) -> dict[str, Any]:
    team = _team_url(project, base)
    return {
        "self": {"href": url},
        "project": {"href": f"{base}/_apis/projects/{project.id}"},
        "team": {"href": f"{base}/_apis/projects/{project.id}/teams/{project.team_id}"},
        "teamSettings": {"href": f"{team}/_apis/work/teamsettings"},
        "teamIterations": {"href": f"{team}/_apis/work/teamsettings/iterations"},
        "teamFieldValues": {"href": f"{team}/_apis/work/teamsettings/teamfieldvalues"},
    }


_TEAM = ("project", "team")
_ONE = "work/teamsettings/iterations/{id}"
ROUTES = (
    Route("GET", "work/teamsettings", "Teamsettings_Get", _settings, _TEAM),
    Route("GET", "work/teamsettings/teamfieldvalues", "Teamfieldvalues_Get", _areas, _TEAM),
    Route("GET", "work/teamsettings/iterations", "Iterations_List", _iterations, _TEAM),
    Route("POST", "work/teamsettings/iterations", "Iterations_Post Team Iteration", _choose, _TEAM),
    Route("GET", _ONE, "Iterations_Get", _one_iteration, _TEAM),
    Route("DELETE", _ONE, "Iterations_Delete", _leave, _TEAM),
    Route("GET", f"{_ONE}/workitems", "Iterations_Get Iteration Work Items", _items, _TEAM),
)
