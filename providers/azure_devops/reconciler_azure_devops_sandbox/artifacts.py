"""Links to commits, pull requests and builds: their kinds, and the items that point at one (FACTS B6)."""

from __future__ import annotations

from typing import Any

from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_KINDS = (
    ("Git", "Branch", "Branch"),
    ("Build", "Build", "Build"),
    ("VersionControl", "Changeset", "Fixed in Changeset"),
    ("Git", "Commit", "Fixed in Commit"),
    ("Build", "Build", "Found in build"),
    ("Build", "Build", "Integrated in build"),
    ("Git", "PullRequestId", "Pull Request"),
    ("Requirements", "Storyboard", "Storyboard"),
    ("Git", "Tag", "Tag"),
)


def _kinds(_tenant: Tenant, _request: Request) -> Answer:
    names = ("toolType", "artifactType", "linkType")
    return Answer(200, listing([dict(zip(names, each, strict=True)) for each in _KINDS]))


def _query(tenant: Tenant, request: Request) -> Answer:
    """The items that point at each of these artifacts; an artifact that nothing points at has none."""
    wanted = request.object().get("artifactUris")
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        raise Refusal(400, "The artifact uris are a list of texts.", "ArgumentException", space="System")
    found: dict[str, list[dict[str, Any]]] = {each: [] for each in wanted}
    for item in tenant.store.visible():
        for uri in {each.url for each in item.now.relations if each.rel == "ArtifactLink"} & found.keys():
            found[uri].append({"id": item.id, "url": f"{request.scope}/_apis/wit/workItems/{item.id}"})
    return Answer(200, {"artifactUrisQueryResult": found})


ROUTES = (
    Route("GET", "wit/artifactlinktypes", "Artifact Link Types_List", _kinds, ("",)),
    Route("POST", "wit/artifacturiquery", "Artifact Uri Query_Query", _query),
)
