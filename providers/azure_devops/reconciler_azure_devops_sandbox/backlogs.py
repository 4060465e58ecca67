"""A project's backlog levels, its states' categories, and the fields that have a role (FACTS B7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Level, Project
from reconciler_azure_devops_sandbox.fields import FIELDS
from reconciler_azure_devops_sandbox.metadata import field_reference, type_url
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES", "bugs_behaviour", "missing_team", "team_project"]

_COLUMNS = (("System.WorkItemType", 100), ("System.Title", 400), ("System.State", 100), ("System.Tags", 200))
_TASKS, _REQUIREMENTS = 0, 1


def missing_team(name: str) -> Refusal:
    """404 for a team that is not there."""
    return Refusal(
        404,
        f"The team with id '{name}' does not exist, or you do not have permission to access it.",
        "TeamNotFoundException",
        space="Microsoft.TeamFoundation.Core.WebApi",
        event=3000,
    )


def team_project(request: Request) -> Project:
    """The project, whose only team is the one that the path names, if it names one.

    Raises:
        Refusal: 404: it names another.
    """
    assert request.project is not None  # each of the route's scopes has one
    project = request.project
    if request.team and request.team.casefold() not in (project.team.casefold(), project.team_id):
        raise missing_team(request.team)
    return project


def _backlogs(_tenant: Tenant, request: Request) -> Answer:
    """The backlog configuration: levels, the states' categories, and the fields with a role."""
    project, base = team_project(request), request.base
    process = project.process
    levels = {each.rank: _level(each, project, base) for each in process.levels}
    return Answer(
        200,
        {
            "taskBacklog": levels[_TASKS],
            "requirementBacklog": levels[_REQUIREMENTS],
            "portfolioBacklogs": [levels[each] for each in sorted(levels, reverse=True) if each > _REQUIREMENTS],
            "workItemTypeMappedStates": [
                {
                    "workItemTypeName": each.name,
                    "states": {state.name: state.category for state in each.states if state.category != "Removed"},
                }
                for each in process.types.values()
            ],
            "backlogFields": {"typeFields": dict(process.roles)},
            "bugsBehavior": bugs_behaviour(project),
            "hiddenBacklogs": [],
            "isBugsBehaviorConfigured": bool(process.bugs),
            "url": f"{base}/{project.id}/_apis/work/backlogconfiguration",
        },
    )


def bugs_behaviour(project: Project) -> str:
    """Where bugs are planned: `asTasks`, `asRequirements` or `off`."""
    process = project.process
    if not process.bugs:
        return "off"
    among = next(each for each in process.levels if each.rank == _REQUIREMENTS)
    return "asRequirements" if process.bugs in among.types else "asTasks"


def _level(level: Level, project: Project, base: str) -> dict[str, Any]:
    types = [{"name": each, "url": type_url(each, project, base)} for each in level.types]
    columns = [
        {"columnFieldReference": field_reference(FIELDS[name], base), "width": width} for name, width in _COLUMNS
    ]
    return {
        "id": level.id,
        "name": level.name,
        "rank": level.rank,
        "workItemCountLimit": 1000,
        "addPanelFields": [field_reference(FIELDS["System.Title"], base)],
        "columnFields": columns,
        "workItemTypes": types,
        "defaultWorkItemType": types[0],
        "color": level.color,
        "isHidden": False,
        "type": ("task", "requirement")[level.rank] if level.rank <= _REQUIREMENTS else "portfolio",
    }


def _process(_tenant: Tenant, request: Request) -> Answer:
    project, base = team_project(request), request.base
    levels = {each.rank: _category(each.name, each.category, each.types, project, base)
              for each in project.process.levels}  # fmt: skip
    roles = {**project.process.roles, "Team": "System.AreaPath"}
    shown = {
        "typeFields": {role: field_reference(FIELDS[name], base) for role, name in roles.items()},
        "taskBacklog": levels[_TASKS],
        "requirementBacklog": levels[_REQUIREMENTS],
        "portfolioBacklogs": [levels[each] for each in sorted(levels, reverse=True) if each > _REQUIREMENTS],
    }
    if bugs := project.process.bugs:
        shown["bugWorkItems"] = _category("Bugs", "Microsoft.BugCategory", (bugs,), project, base)
    return Answer(200, {**shown, "url": f"{base}/{project.id}/_apis/work/processconfiguration"})


def _category(name: str, reference: str, types: Sequence[str], project: Project, base: str) -> dict[str, Any]:
    shown = [{"name": each, "url": type_url(each, project, base)} for each in types]
    return {"name": name, "referenceName": reference, "workItemTypes": shown}


ROUTES = (
    Route("GET", "work/backlogconfiguration", "Backlogconfiguration_Get", _backlogs, ("project", "team")),
    Route("GET", "work/processconfiguration", "Processconfiguration_Get", _process, ("project",)),
)
