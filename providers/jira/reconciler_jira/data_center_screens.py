"""Data Center's create screens: by type, or by the older endpoint that tells all at once (FACTS A17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from reconciler.sdk import NotFoundError
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json, part

__all__ = ["Screens"]

_PAGE = 200


class Screens:
    """The fields of a type's creation as the server tells them, read once for each type.

    `get` reads a path below the interface's root.
    """

    def __init__(self, get: Callable[[str, Mapping[str, Any]], Any]) -> None:
        self._get = get
        self._offered: dict[str, frozenset[str]] = {}

    def read(self, project: str, type: str) -> list[Json]:
        """The fields, each with its `fieldId`.

        Raises:
            NotFoundError: neither endpoint knows the project and the type.
        """
        try:
            found = self._by_type(project, type)
        except NotFoundError:
            older = self._at_once(project, type)
            if older is None:
                raise
            found = older
        self._offered[type] = frozenset(str(each["fieldId"]) for each in found)
        return found

    def offered(self, project: str, type: str) -> frozenset[str]:
        """The ids of the fields; none where the project and the type are not known."""
        if type not in self._offered:
            with suppress(NotFoundError):
                self.read(project, type)
        return self._offered.get(type, frozenset())

    def _by_type(self, project: str, type: str) -> list[Json]:
        found: list[Json] = []
        while True:
            query = {"startAt": len(found), "maxResults": _PAGE}
            page = object_in(self._get(f"/issue/createmeta/{part(project)}/issuetypes/{part(type)}", query))
            fields = objects_in(page.get("values") or page.get("fields"))
            found += [each for field in fields if (each := _identified(field))]
            if not fields or page.get("isLast") or len(found) >= int(page.get("total") or 0):
                return found

    def _at_once(self, project: str, type: str) -> list[Json] | None:
        named = "projectIds" if project.isdigit() else "projectKeys"
        query = {named: project, "issuetypeIds": type, "expand": "projects.issuetypes.fields"}
        try:
            told = object_in(self._get("/issue/createmeta", query))
        except NotFoundError:
            return None
        types = [each for project in objects_in(told.get("projects")) for each in objects_in(project.get("issuetypes"))]
        if not types:
            return None
        return [{**object_in(each), "fieldId": name} for name, each in object_in(types[0].get("fields")).items()]


def _identified(field: Json) -> Json | None:
    identity = field.get("fieldId") or field.get("key") or field.get("id")
    return {**field, "fieldId": str(identity)} if identity else None
