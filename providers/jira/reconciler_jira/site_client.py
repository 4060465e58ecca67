"""What a site and a project are asked for beside their issues, one typed function an endpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reconciler.sdk import Purpose
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import AGILE, Calls, Json, part

__all__ = ["SiteClient"]


class SiteClient(Calls):
    """The endpoints about accounts, projects, fields, boards and containers."""

    def myself(self) -> Json:
        """The account that the credential belongs to."""
        return object_in(self._get("/myself"))

    def server_info(self) -> Json:
        """The site's version and base URL."""
        return object_in(self._get("/serverInfo"))

    def project(self, project: str) -> Json:
        """A project by key or id, with its types and components."""
        return object_in(self._get(f"/project/{part(project)}"))

    def statuses(self, project: str) -> list[Json]:
        """A project's types with their statuses."""
        return objects_in(self._get(f"/project/{part(project)}/statuses"))

    def permissions(self, project: str, wanted: Collection[str]) -> Json:
        """What this account may do in a project."""
        query = {"projectKey": project, "permissions": ",".join(wanted)}
        return object_in(object_in(self._get("/mypermissions", query)).get("permissions"))

    def link_types(self) -> list[Json]:
        """The site's link types."""
        return objects_in(object_in(self._get("/issueLinkType")).get("issueLinkTypes"))

    def all_fields(self) -> list[Json]:
        """All fields of the site that this account sees."""
        return objects_in(self._get("/field"))

    def boards(self, project: str) -> Iterator[Json]:
        """The boards that show a project."""
        return self._values(f"{AGILE}/board", {"projectKeyOrId": project})

    def sprints(self, board: str) -> Iterator[Json]:
        """A board's active and future sprints."""
        return self._values(f"{AGILE}/board/{part(board)}/sprint", {"state": "active,future"})

    def closed_sprints(self, board: str) -> Iterator[Json]:
        """A board's closed sprints, as they stand in its backlog."""
        return self._values(f"{AGILE}/board/{part(board)}/sprint", {"state": "closed"})

    def board_configuration(self, board: str) -> Json:
        """A board's columns and what it estimates by; it takes a scope of its own (FACTS A1, A9)."""
        path = f"{AGILE}/board/{part(board)}/configuration"
        return object_in(self._session.send("GET", path, purpose="read").json())

    def site_statuses(self) -> list[Json]:
        """The statuses of all the site's workflows, with their categories."""
        return objects_in(self._get("/status"))

    def groups(self) -> Iterator[Json]:
        """The site's groups; it takes the global permission to browse users and groups."""
        return self._values(f"{self.api}/group/bulk", {})

    def create_component(self, project: str, name: str) -> Json:
        """Make a component of a project, by key; a name that is there already is refused."""
        return self._made(f"{self.api}/component", {"project": project, "name": name}, "repeatable")

    def create_version(self, project: str, name: str) -> Json:
        """Make a version of a project, by id; a name that is there already is refused."""
        return self._made(f"{self.api}/version", {"projectId": int(project), "name": name}, "repeatable")

    def create_sprint(self, board: int, name: str) -> Json:
        """Make a future sprint on a board; there can be two of one name."""
        return self._made(f"{AGILE}/sprint", {"originBoardId": board, "name": name}, "once")

    def _made(self, path: str, body: Json, purpose: Purpose) -> Json:
        """Make what is no part of an issue, and so carries out no operation of its own."""
        return object_in(self._session.send("POST", path, purpose=purpose, body=body).json())
