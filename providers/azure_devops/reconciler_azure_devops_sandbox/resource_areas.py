"""Where the services live, and who is signed in (FACTS F)."""

from __future__ import annotations

from typing import Any

from reconciler_azure_devops_sandbox.definitions import Person
from reconciler_azure_devops_sandbox.identities import descriptor
from reconciler_azure_devops_sandbox.organisation import HOST_ID, person_by_id
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]


def _areas(_tenant: Tenant, _request: Request) -> Answer:
    """None: "use the base URL", as a server of one's own answers."""
    return Answer(200, listing([]))


def _connection(_tenant: Tenant, request: Request) -> Answer:
    person = person_by_id(request.by)
    assert person is not None
    return Answer(
        200,
        {
            "authenticatedUser": _identity(person),
            "authorizedUser": _identity(person),
            "instanceId": HOST_ID,
            "deploymentId": HOST_ID,
            "deploymentType": "hosted",
            "locationServiceData": {
                "serviceOwner": "00025394-6065-48ca-87d9-7f5672854ef7",
                "defaultAccessMappingMoniker": "PublicAccessMapping",
                "lastChangeId": 1,
                "lastChangeId64": 1,
            },
        },
    )


def _identity(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "descriptor": f"Microsoft.IdentityModel.Claims.ClaimsIdentity;{person.email}",
        "subjectDescriptor": descriptor(person),
        "providerDisplayName": person.name,
        "isActive": person.active,
        "properties": {"Account": {"$type": "System.String", "$value": person.email}},
        "resourceVersion": 2,
        "metaTypeId": 0,
    }


ROUTES = (
    Route("GET", "ResourceAreas", "Resource Areas_List", _areas, ("",), preview=True),
    Route("GET", "ConnectionData", "Connection Data_Get", _connection, ("",), versionless=True),
)
