"""An Azure DevOps of canned answers, in the shapes that the vendor's examples have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from canned_site import Answer, CannedSite, StillClock

__all__ = [
    "BACKLOGS",
    "BUG_FIELDS",
    "EPIC_FIELDS",
    "LENA",
    "PROJECT_ID",
    "RELATION_TYPES",
    "REPOSITORY_ID",
    "SCHEMAS",
    "STATES",
    "TREES",
    "TYPES",
    "URL",
    "CannedAzure",
    "StillClock",
    "backlog",
    "canned_azure",
    "instance",
    "listed",
    "moves",
    "node",
    "refused",
    "relation",
    "relation_type",
    "schema",
    "state",
    "whoever",
    "work_item",
]

URL = "https://azure.example/fund"


@dataclass
class CannedAzure(CannedSite):
    """Paths are below the organisation's URL."""

    @staticmethod
    def path_of(request: httpx.Request) -> str:
        return request.url.path.removeprefix("/fund")

    @staticmethod
    def refusal(message: str) -> dict[str, Any]:
        return refused(message)


def refused(message: str, **custom: Any) -> dict[str, Any]:
    """An error's body."""
    return {"$id": "1", "customProperties": custom, "innerException": None, "message": message, "errorCode": 0}


def listed(*values: Any) -> dict[str, Any]:
    """A list's body."""
    return {"count": len(values), "value": list(values)}


def instance(reference: str, name: str, **more: Any) -> dict[str, Any]:
    """A field of a type."""
    return {"referenceName": reference, "name": name, "alwaysRequired": False, "defaultValue": None,
            "allowedValues": [], **more}  # fmt: skip


def schema(reference: str, name: str, type: str, **more: Any) -> dict[str, Any]:
    """A field of the project."""
    return {"referenceName": reference, "name": name, "type": type, "readOnly": False, **more}


SCHEMAS = [
    schema("System.Title", "Title", "string"),
    schema("System.State", "State", "string"),
    schema("System.Description", "Description", "html"),
    schema("System.AssignedTo", "Assigned To", "string", isIdentity=True),
    schema("System.Tags", "Tags", "plainText"),
    schema("System.AreaPath", "Area Path", "treePath", readOnly=True),
    schema("System.IterationPath", "Iteration Path", "treePath", readOnly=True),
    schema("System.AreaId", "Area ID", "integer"),
    schema("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps", "html"),
    schema("Microsoft.VSTS.Common.Priority", "Priority", "integer"),
    schema("Microsoft.VSTS.Common.StateChangeDate", "State Change Date", "dateTime", readOnly=True),
    schema("Microsoft.VSTS.Scheduling.StartDate", "Start Date", "dateTime"),
    schema("Microsoft.VSTS.Scheduling.TargetDate", "Target Date", "dateTime"),
    schema("Microsoft.VSTS.Scheduling.DueDate", "Due Date", "dateTime"),
    schema("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points", "double"),
    schema("Microsoft.VSTS.Scheduling.Effort", "Effort", "double"),
    schema("Custom.Amount", "Investment amount", "double"),
    schema("Custom.Risk", "Risk level", "picklistString", isPicklist=True),
    schema("Custom.Sector", "Sector", "picklistString", isPicklist=True, isPicklistSuggested=True),
    schema("Custom.Seen", "Last seen", "dateTime"),
    schema("Custom.Approved", "Approved", "boolean"),
    schema("Custom.Notes", "Notes", "plainText"),
    schema("Custom.Key", "Key", "guid"),
    schema("Custom.Marker", "Marker", "plainText"),
]

EPIC_FIELDS = [
    instance("System.Title", "Title", alwaysRequired=True),
    instance("System.State", "State", alwaysRequired=True),
    instance("System.Description", "Description"),
    instance("System.AssignedTo", "Assigned To"),
    instance("System.Tags", "Tags"),
    instance("System.AreaPath", "Area Path"),
    instance("System.IterationPath", "Iteration Path"),
    instance("System.AreaId", "Area ID", alwaysRequired=True),
    instance("Microsoft.VSTS.Common.Priority", "Priority", defaultValue="2", allowedValues=["1", "2", "3", "4"]),
    instance("Microsoft.VSTS.Common.StateChangeDate", "State Change Date"),
    instance("Microsoft.VSTS.Scheduling.StartDate", "Start Date"),
    instance("Microsoft.VSTS.Scheduling.TargetDate", "Target Date"),
    instance("Microsoft.VSTS.Scheduling.Effort", "Effort"),
    instance("Custom.Amount", "Investment amount"),
    instance("Custom.Risk", "Risk level", alwaysRequired=True, allowedValues=["Low", "High"]),
    instance("Custom.Sector", "Sector", allowedValues=["Energy"]),
    instance("Custom.Seen", "Last seen"),
    instance("Custom.Approved", "Approved"),
    instance("Custom.Notes", "Notes"),
    instance("Custom.Key", "Key"),
    instance("Custom.Marker", "Marker"),
]

BUG_FIELDS = [
    instance("System.Title", "Title", alwaysRequired=True),
    instance("System.Description", "Description"),
    instance("Microsoft.VSTS.TCM.ReproSteps", "Repro Steps"),
    instance("Microsoft.VSTS.Scheduling.DueDate", "Due Date"),
    instance("Microsoft.VSTS.Scheduling.TargetDate", "Target Date"),
    instance("Microsoft.VSTS.Scheduling.StoryPoints", "Story Points"),
    instance("Microsoft.VSTS.Scheduling.Effort", "Effort"),
]


def state(name: str, category: str) -> dict[str, str]:
    return {"name": name, "color": "ffffff", "category": category}


def moves(**ends: list[str]) -> dict[str, Any]:
    """A workflow: from state to states; `new` is where items begin."""
    begin = {"": [{"to": each, "actions": None} for each in ends.pop("new", [])]}
    return begin | {start: [{"to": each, "actions": None} for each in reached] for start, reached in ends.items()}


STATES = [state("New", "Proposed"), state("Active", "InProgress"), state("Review", "InProgress"),
          state("Resolved", "Resolved"), state("Closed", "Completed"), state("Removed", "Removed")]  # fmt: skip

TYPES = [
    {"name": "Deal", "referenceName": "Custom.Deal", "states": STATES,
     "transitions": moves(new=["New"], New=["New", "Active", "Removed"], Active=["Review"], Review=["Closed"])},
    {"name": "User Story", "referenceName": "Microsoft.VSTS.WorkItemTypes.UserStory", "states": STATES},
    {"name": "Task", "referenceName": "Microsoft.VSTS.WorkItemTypes.Task", "states": STATES},
    {"name": "Bug", "referenceName": "Microsoft.VSTS.WorkItemTypes.Bug", "states": STATES},
    {"name": "Old", "referenceName": "Custom.Old", "isDisabled": True},
]  # fmt: skip


def backlog(id: str, rank: int, *types: str) -> dict[str, Any]:
    return {"id": id, "rank": rank, "workItemTypes": [{"name": each} for each in types],
            "defaultWorkItemType": {"name": types[0]}}  # fmt: skip


BACKLOGS = {
    "taskBacklog": backlog("Microsoft.TaskCategory", 1, "Task"),
    "requirementBacklog": backlog("Microsoft.RequirementCategory", 2, "User Story"),
    "portfolioBacklogs": [backlog("Microsoft.EpicCategory", 4, "Deal")],
    "bugsBehavior": "asTasks",
    "backlogFields": {"typeFields": {"Effort": "Microsoft.VSTS.Scheduling.StoryPoints"}},
}


def relation_type(reference: str, name: str, usage: str = "workItemLink") -> dict[str, Any]:
    return {"referenceName": reference, "name": name, "attributes": {"usage": usage, "enabled": True}}


RELATION_TYPES = [
    relation_type("System.LinkTypes.Dependency-Forward", "Successor"),
    relation_type("System.LinkTypes.Dependency-Reverse", "Predecessor"),
    relation_type("System.LinkTypes.Duplicate-Forward", "Duplicate"),
    relation_type("System.LinkTypes.Duplicate-Reverse", "Duplicate Of"),
    relation_type("System.LinkTypes.Hierarchy-Forward", "Child"),
    relation_type("System.LinkTypes.Hierarchy-Reverse", "Parent"),
    relation_type("System.LinkTypes.Related", "Related"),
    relation_type("Custom.Funds-Forward", "Funds"),
    relation_type("Custom.Funds-Reverse", "Funded By"),
    relation_type("Hyperlink", "Hyperlink", "resourceLink"),
]


def node(name: str, tree: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "structureType": tree, "hasChildren": bool(children), "children": list(children)}


TREES = [
    node("Fund", "area", node("Legal", "area", node("EU", "area"))),
    node("Fund", "iteration", node("2027", "iteration", node("Sprint 1", "iteration"))),
]

PROJECT_ID, REPOSITORY_ID = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
LENA = {"displayName": "Lena Gray", "uniqueName": "L.Gray@fund.example", "id": "aaaa"}


def whoever(request: httpx.Request) -> Answer:
    """Answers a creation that is only validated, as a site that knows Lena."""
    asked = json.loads(request.content)[1]["value"]
    if asked.casefold() in {"l.gray@fund.example", "lena gray"}:
        return {"fields": {"System.AssignedTo": LENA}}
    message = f"The identity value '{asked}' for field 'Assigned To' is an unknown identity."
    return 400, refused(message, ReferenceName="System.AssignedTo")


def work_item(id: int, fields: Mapping[str, Any] | None = None, *relations: dict[str, Any], rev: int = 1) -> Any:
    """An item as it is read."""
    said = {"System.WorkItemType": "Deal", "System.TeamProject": "Fund", "System.Title": f"Item {id}", **(fields or {})}
    return {"id": id, "rev": rev, "fields": said, **({"relations": list(relations)} if relations else {})}


def relation(rel: str, target: int | str, **attributes: Any) -> dict[str, Any]:
    """A relation to an item by id, or to a URL."""
    url = f"{URL}/_apis/wit/workItems/{target}" if isinstance(target, int) else target
    return {"rel": rel, "url": url, "attributes": attributes}


def canned_azure() -> CannedAzure:
    """A project with the process of this file."""
    return (
        CannedAzure()
        .on("GET", "/_apis/connectionData", {
            "instanceId": "collection-1",
            "authenticatedUser": {"id": "me", "providerDisplayName": "Robot",
                                  "properties": {"Account": {"$value": "Robot@fund.example"}}},
        })
        .on("GET", "/_apis/projects/Fund", {"id": PROJECT_ID, "name": "Fund"})
        .on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes", listed(*TYPES))
        .on("GET", "/Fund/_apis/wit/fields", listed(*SCHEMAS))
        .on("GET", f"/{PROJECT_ID}/_apis/wit/classificationnodes", listed(*TREES))
        .on("GET", "/_apis/wit/workitemrelationtypes", listed(*RELATION_TYPES))
        .on("GET", f"/{PROJECT_ID}/_apis/work/backlogconfiguration", BACKLOGS)
        .on("GET", f"/{PROJECT_ID}/_apis/git/repositories", listed(
            {"id": REPOSITORY_ID, "name": "Portal", "project": {"id": PROJECT_ID, "name": "Fund"}}))
        .on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Deal/fields", listed(*EPIC_FIELDS))
        .on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Bug/fields", listed(*BUG_FIELDS))
        .on("GET", f"/{PROJECT_ID}/_apis/wit/workitemtypes/Task/fields", listed(*EPIC_FIELDS))
        .on("POST", f"/{PROJECT_ID}/_apis/wit/workitems/.Task", whoever)
    )  # fmt: skip
