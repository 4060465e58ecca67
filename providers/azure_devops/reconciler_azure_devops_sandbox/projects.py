"""Projects, their teams, their properties and their processes."""

from __future__ import annotations

from typing import Any

from reconciler_azure_devops_sandbox.backlogs import missing_team
from reconciler_azure_devops_sandbox.definitions import Process, Project
from reconciler_azure_devops_sandbox.identities import identity_ref
from reconciler_azure_devops_sandbox.organisation import HOST_ID, PEOPLE, PROJECTS, SANDBOX_USER, project_named
from reconciler_azure_devops_sandbox.processes import AGILE, BASIC, CMMI, INVESTMENTS, SCRUM
from reconciler_azure_devops_sandbox.refusal import Refusal, missing_project
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_PAGE = 100
_SINCE = "2026-01-01T00:00:00Z"
_PROCESSES = (AGILE, SCRUM, CMMI, BASIC, INVESTMENTS)


def _list(_tenant: Tenant, request: Request) -> Answer:
    start, size = request.number("$skip", 0), request.number("$top", _PAGE)
    return Answer(200, listing([_project(each, request.base) for each in PROJECTS[start : start + size]]))


def _get(_tenant: Tenant, request: Request) -> Answer:
    project, base = _named(request), request.base
    shown = _project(project, base)
    shown["_links"] = {
        "self": {"href": shown["url"]},
        "collection": {"href": f"{base}/_apis/projectCollections/{HOST_ID}"},
        "web": {"href": f"{base}/{project.name}"},
    }
    shown["defaultTeam"] = {"id": project.team_id, "name": project.team, "url": _team_url(project, base)}
    if request.flag("includeCapabilities"):
        shown["capabilities"] = {
            "processTemplate": {"templateName": project.process.name, "templateTypeId": project.process.id},
            "versioncontrol": {"sourceControlType": "Git", "gitEnabled": "True", "tfvcEnabled": "False"},
        }
    return Answer(200, shown)


def _named(request: Request) -> Project:
    name = request.path["projectId"]
    project = project_named(name)
    if project is None:
        raise missing_project(name)
    return project


def _project(project: Project, base: str) -> dict[str, Any]:
    return {
        "id": project.id,
        "name": project.name,
        "description": project.description,
        "url": f"{base}/_apis/projects/{project.id}",
        "state": "wellFormed",
        "revision": 11,
        "visibility": "private",
        "lastUpdateTime": _SINCE,
    }


def _properties(_tenant: Tenant, request: Request) -> Answer:
    process = _named(request).process
    parent = next((each for each in _PROCESSES if each.id == process.parent), process)
    values = {
        "System.CurrentProcessTemplateId": process.id,
        "System.OriginalProcessTemplateId": parent.id,
        "System.ProcessTemplateType": process.id,
        "System.Process Template": process.name,
    }
    wanted = {each.casefold() for each in request.listed("keys")}
    return Answer(
        200,
        listing(
            [{"name": name, "value": each} for name, each in values.items() if not wanted or name.casefold() in wanted]
        ),
    )


def _teams(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_team(_named(request), request.base)]))


def _one_team(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _team(_with_team(request), request.base))


def _all_teams(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_team(each, request.base) for each in PROJECTS]))


def _members(_tenant: Tenant, request: Request) -> Answer:
    _with_team(request)
    people = [each for each in PEOPLE if each.active]
    return Answer(
        200,
        listing(
            [{"identity": identity_ref(each.id, request.base), "isTeamAdmin": each is SANDBOX_USER} for each in people]
        ),
    )


def _with_team(request: Request) -> Project:
    project, wanted = _named(request), request.path["teamId"]
    if wanted.casefold() not in (project.team.casefold(), project.team_id):
        raise missing_team(wanted)
    return project


def _team(project: Project, base: str) -> dict[str, Any]:
    return {
        "id": project.team_id,
        "name": project.team,
        "url": _team_url(project, base),
        "description": "The default project team.",
        "identityUrl": f"{base}/_apis/Identities/{project.team_id}",
        "projectName": project.name,
        "projectId": project.id,
    }


def _team_url(project: Project, base: str) -> str:
    return f"{base}/_apis/projects/{project.id}/teams/{project.team_id}"


def _processes(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_process(each, request.base) for each in _PROCESSES]))


def _one_process(_tenant: Tenant, request: Request) -> Answer:
    wanted = request.path["processId"].casefold()
    for each in _PROCESSES:
        if each.id == wanted:
            return Answer(200, _process(each, request.base))
    raise Refusal(
        404,
        f"Process with id {wanted} does not exist.",
        "ProcessNotFoundByTypeIdException",
        space="Microsoft.TeamFoundation.Server.WebAccess",
    )


def _process(process: Process, base: str) -> dict[str, Any]:
    url = f"{base}/_apis/process/processes/{process.id}"
    return {
        "id": process.id,
        "name": process.name,
        "description": process.description,
        "type": "inherited" if process.parent else "system",
        "isDefault": process is AGILE,
        "url": url,
        "_links": {"self": {"href": url}},
    }


_ONE = "projects/{projectId}"
ROUTES = (
    Route("GET", "projects", "Projects_List", _list, ("",)),
    Route("GET", _ONE, "Projects_Get", _get, ("",)),
    Route("GET", f"{_ONE}/properties", "Projects_Get Project Properties", _properties, ("",), preview=True),
    Route("GET", f"{_ONE}/teams", "Teams_Get Teams", _teams, ("",)),
    Route("GET", f"{_ONE}/teams/{{teamId}}", "Teams_Get", _one_team, ("",)),
    Route("GET", f"{_ONE}/teams/{{teamId}}/members", "Teams_Get Team Members", _members, ("",)),
    Route("GET", "teams", "Teams_Get All Teams", _all_teams, ("",), preview=True),
    Route("GET", "process/processes", "Processes_List", _processes, ("",)),
    Route("GET", "process/processes/{processId}", "Processes_Get", _one_process, ("",)),
)
