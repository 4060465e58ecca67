"""Epics on Data Center: a field of their own instead of the parent, and a name beside the title (FACTS A17)."""

from __future__ import annotations

from typing import Final

from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json
from reconciler_jira.data_center_names import Called
from reconciler_jira.data_center_screens import Screens
from reconciler_jira.data_center_shapes import PARENT, Schema

__all__ = ["Epics"]

_NAME_MOST: Final = 255
"""Characters of an epic's name."""


class Epics:
    """Turns what Cloud takes into what Data Center takes."""

    def __init__(self, schema: Schema, screens: Screens, called: Called) -> None:
        self._schema = schema
        self._screens = screens
        self._called = called

    def created(self, body: Json) -> Json:
        """A new issue, whose epic is no parent; an epic's name is its title where nobody gave it one."""
        fields: Json = dict(body.get("fields") or {})
        project, type = (str((fields.get(each) or {}).get("id", "")) for each in ("project", "issuetype"))
        offered = self._screens.offered(project, type)
        link, name = self._schema.epic_link, self._schema.epic_name
        if PARENT in fields and PARENT not in offered and link in offered:
            fields = self._linked(fields)
        if name in offered and not fields.get(name):
            fields[name] = str(fields.get("summary", ""))[:_NAME_MOST]
        return {**body, "fields": fields}

    def edited(self, body: Json, type: Json) -> Json:
        """An edit that gives an issue of a type another parent.

        A sub-task's is left as it is: no edit takes it, and Jira says so.
        """
        if type.get("subtask") or self._schema.epic_link is None:
            return body
        update = {name: each for name, each in body.get("update", {}).items() if name != PARENT}
        return {**body, "fields": self._linked({PARENT: None, **body.get("fields", {})}), "update": update}

    def refused(self, answer: Json) -> Json:
        """A creation's answer, whose errors about epics are about parents."""
        errors = [
            {**each, "elementErrors": self._about_parents(object_in(each.get("elementErrors")))}
            for each in objects_in(answer.get("errors"))
        ]
        return {**answer, "errors": errors}

    def children_of(self, ids: list[str]) -> str:
        """The query that finds the children of issues: sub-tasks by parent, others by epic."""
        of_parents = f"parent in ({', '.join(ids)})"
        keys = [key for each in ids if (key := self._called.key_of(each))]
        if self._schema.epic_link is None or not keys:
            return of_parents
        return f"{of_parents} OR cf[{self._schema.epic_link.rpartition('_')[2]}] in ({', '.join(keys)})"

    def _linked(self, fields: Json) -> Json:
        """Fields with an epic's key for the parent; the parent stays where its key can't be told."""
        parent = fields[PARENT]
        key = self._called.key_of(str(parent["id"])) if parent else None
        if self._schema.epic_link is None or (parent and key is None):
            return fields
        return {**{name: each for name, each in fields.items() if name != PARENT}, self._schema.epic_link: key}

    def _about_parents(self, collection: Json) -> Json:
        errors = collection.get("errors")
        if not isinstance(errors, dict):
            return collection
        link = self._schema.epic_link
        return {**collection, "errors": {PARENT if name == link else name: text for name, text in errors.items()}}
