"""The platform that the sandbox mounts: application, knobs, people and board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.memory import PlatformInMemory
from reconciler.sdk import Clock
from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.application import Application
from reconciler_jira_sandbox.people import People
from reconciler_jira_sandbox.site import PRIORITIES, PROJECT, STATUSES, TYPES, USERS, Named, User
from reconciler_jira_sandbox.store import Issue
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.workflow import status_by_id

__all__ = ["Jira"]

_CATEGORY = {"new": "new", "indeterminate": "active", "done": "done"}
_FIELDS = {
    "title": "summary",
    "description": "description",
    "assignee": "assignee",
    "priority": "priority",
    "due": "duedate",
    "points": "customfield_10028",
}


class Jira(PlatformInMemory):
    """Jira with the one project INVEST, in memory; which edition it is, a knob says."""

    name = "jira"
    title = "Jira"
    mount = "/jira"
    base = "/jira"

    def __init__(self, clock: Clock, journal: Callable[[Mapping[str, Any]], None]) -> None:
        self._tenant = Tenant(clock, journal)
        super().__init__(self._tenant.store, self._tenant.knobs, Application(self._tenant), People(self._tenant))

    def board(self) -> dict[str, Any]:
        """What the board page draws."""
        return {
            "project": PROJECT.name,
            "columns": [{"name": each.name, "category": _CATEGORY[each.category]} for each in STATUSES],
            "cards": [self._card(each) for each in self._tenant.store.issues.values()],
            "people": [each.name for each in USERS if each.active],
            "types": [each.name for each in TYPES],
            "priorities": [each.name for each in PRIORITIES],
            "fields": _FIELDS,
        }

    def _card(self, issue: Issue) -> dict[str, Any]:
        values = issue.values
        parent = self._tenant.store.issues.get(values.get("parent", ""))
        assignee = next((each for each in USERS if each.account_id == values.get("assignee")), None)
        priority = next((each for each in PRIORITIES if each.id == values.get("priority")), None)
        return {
            "key": issue.key,
            "type": next(each.name for each in TYPES if each.id == issue.type),
            "title": values["summary"],
            "status": status_by_id(values["status"]).name,
            "assignee": _named(assignee),
            "priority": _named(priority),
            "labels": values.get("labels", []),
            "points": values.get("customfield_10028"),
            "due": values.get("duedate"),
            "parent": parent.key if parent else None,
            "description": adf.plain_text(values.get("description")),
        }


def _named(thing: User | Named | None) -> str | None:
    return thing.name if thing else None
