"""What an organisation and its projects are asked for beside work items, one typed function an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from reconciler.sdk.shapes import object_in
from reconciler_azure_devops.calls import Calls, Json, part, scope, values_in

__all__ = ["ProjectClient"]

_DEEPEST: Final = 14
"""Levels that a tree of areas or iterations can have."""


class ProjectClient(Calls):
    """The endpoints about accounts, projects, types, fields, trees, teams, repositories and service hooks."""

    def connection(self) -> Json:
        """The account that the credential belongs to, and the collection's id."""
        return object_in(self._get("/_apis/connectionData", version="7.1-preview"))

    def project(self, project: str) -> Json:
        """A project by id or name."""
        return object_in(self._get(f"/_apis/projects/{part(project)}"))

    def projects(self) -> list[Json]:
        """The projects that this account sees, at most 200."""
        return values_in(self._get("/_apis/projects", {"$top": 200}))

    def types(self, project: str) -> list[Json]:
        """A project's work item types with their states, transitions and field instances."""
        return values_in(self._get(f"/{part(project)}/_apis/wit/workitemtypes"))

    def states(self, project: str, type: str) -> list[Json]:
        """A type's states with their categories."""
        return values_in(self._get(f"/{part(project)}/_apis/wit/workitemtypes/{part(type)}/states"))

    def type_fields(self, project: str, type: str) -> list[Json]:
        """A type's fields with their allowed values, defaults and whether they are required."""
        path = f"/{part(project)}/_apis/wit/workitemtypes/{part(type)}/fields"
        return values_in(self._get(path, {"$expand": "all"}))

    def fields(self, project: str) -> list[Json]:
        """The fields that a project's types may have."""
        return values_in(self._get(f"/{part(project)}/_apis/wit/fields"))

    def trees(self, project: str) -> list[Json]:
        """The roots of a project's areas and iterations, whole."""
        return values_in(self._get(f"/{part(project)}/_apis/wit/classificationnodes", {"$depth": _DEEPEST}))

    def relation_types(self) -> list[Json]:
        """The types of relations that the organisation has."""
        return values_in(self._get("/_apis/wit/workitemrelationtypes"))

    def backlogs(self, project: str, team: str = "") -> Json:
        """A team's backlogs, the default team's without one: types by level, and which fields mean what."""
        return object_in(self._get(f"{scope(project, team)}/_apis/work/backlogconfiguration"))

    def teams(self, project: str) -> list[Json]:
        """A project's teams, at most 500."""
        return values_in(self._get(f"/_apis/projects/{part(project)}/teams", {"$top": 500}))

    def team_iterations(self, project: str, team: str) -> list[Json]:
        """The iterations that a team works in, with their paths and dates."""
        return values_in(self._get(f"{scope(project, team)}/_apis/work/teamsettings/iterations"))

    def team_areas(self, project: str, team: str) -> Json:
        """What is a team's own: a field, the area path as a rule, and its values."""
        return object_in(self._get(f"{scope(project, team)}/_apis/work/teamsettings/teamfieldvalues"))

    def repositories(self, project: str) -> list[Json]:
        """A project's Git repositories."""
        return values_in(self._get(f"/{part(project)}/_apis/git/repositories"))

    def subscriptions(self) -> list[Json]:
        """The subscriptions to service hooks that go to a URL, as far as this account sees them."""
        query = {"publisherId": "tfs", "consumerId": "webHooks", "consumerActionId": "httpRequest"}
        return values_in(self._get("/_apis/hooks/subscriptions", query))

    def subscribe(self, subscription: Json) -> Json:
        """Make a subscription; sent once."""
        operation = f"subscription {subscription['eventType']}"
        response = self._send("POST", "/_apis/hooks/subscriptions", "once", body=subscription, operations=(operation,))
        return object_in(response.json())

    def add_node(self, project: str, tree: Literal["areas", "iterations"], parent: Sequence[str], name: str) -> Json:
        """Make an area or iteration below a path of names; one that is there already is refused."""
        path = "/".join(("", part(project), "_apis/wit/classificationnodes", tree, *map(part, parent)))
        return object_in(self._send("POST", path, "repeatable", body={"name": name}).json())
