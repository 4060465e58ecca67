"""The endpoint that says what the workflows are, to those who may know (FACTS A6)."""

from __future__ import annotations

import uuid
from typing import Any

from reconciler_jira_sandbox.bodies import mappings_of
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route
from reconciler_jira_sandbox.site import CLOUD_ID, STATUSES, TYPES, IssueType
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import moves_of, statuses_of

__all__ = ["ROUTES"]


def _workflows(tenant: Tenant, request: Request) -> Answer:
    """The workflows of some types: global ones, which only administrators of the whole site see."""
    if tenant.knobs["workflow_reads"] == "refused":
        raise Refusal(401, "Unauthorized; scope does not match")
    pairs = mappings_of(request.object(), "projectAndIssueTypes")
    kinds = [each for each in TYPES if any(pair.get("issueTypeId") == each.id for pair in pairs)]
    if not kinds:
        raise Refusal(400, "At least one workflow has to be named.")
    if not tenant.may("ADMINISTER"):
        return Answer(200, {"statuses": [], "workflows": []})
    scope = {"type": "GLOBAL"}
    categories = {"new": "TODO", "indeterminate": "IN_PROGRESS", "done": "DONE"}
    statuses = [
        {
            "id": each.id,
            "name": each.name,
            "description": "",
            "scope": scope,
            "statusCategory": categories[each.category],
            "statusReference": _reference(each.id),
        }
        for each in STATUSES
    ]
    return Answer(200, {"statuses": statuses, "workflows": [_workflow(tenant, each) for each in kinds]})


def _workflow(tenant: Tenant, kind: IssueType) -> dict[str, Any]:
    first = {"id": "1", "name": "Create", "type": "INITIAL", "toStatusReference": _reference(STATUSES[0].id)}
    transitions: list[dict[str, Any]] = [first]
    for move in moves_of(tenant.knobs["workflows"], kind.id):
        starts = sorted(move.origins or ())
        transitions.append(
            {
                "id": move.id,
                "name": move.name,
                "type": "DIRECTED" if starts else "GLOBAL",
                "toStatusReference": _reference(move.to.id),
                "links": [{"fromStatusReference": _reference(each)} for each in starts],
            }
        )
    return {
        "id": _reference(kind.id),
        "name": f"{kind.name} workflow",
        "description": "",
        "isEditable": True,
        "scope": {"type": "GLOBAL"},
        "statuses": [
            {"statusReference": _reference(each.id), "deprecated": False}
            for each in statuses_of(tenant.knobs["workflows"], kind.id)
        ],
        "transitions": transitions,
    }


def _reference(identity: str) -> str:
    """What a workflow calls a status, which is not its id."""
    return str(uuid.uuid5(uuid.UUID(CLOUD_ID), identity))


ROUTES = (Route("POST", "/rest/api/3/workflows", "readWorkflows", _workflows),)
