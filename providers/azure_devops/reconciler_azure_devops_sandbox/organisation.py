"""The organisation that the sandbox plays: its projects and its people."""

from __future__ import annotations

from reconciler_azure_devops_sandbox.definitions import Person, Project, WorkItemType
from reconciler_azure_devops_sandbox.processes import BASIC, CMMI, INVESTMENTS, SCRUM

__all__ = [
    "HOST_ID",
    "INVEST",
    "ORGANISATION",
    "PEOPLE",
    "PERMISSIONS",
    "PROJECTS",
    "SANDBOX_USER",
    "person_by_id",
    "project_named",
    "type_named",
]

ORGANISATION = "sandbox"
HOST_ID = "9d3b1a52-0c1e-4c8e-8b42-7d0a5b6f0001"

INVEST = Project(
    "1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40001",
    "INVEST",
    "Investments",
    INVESTMENTS,
    ("Commercial", "Finance", "Legal", "Tech"),
    {
        "Sprint 1": ("2026-11-09", "2026-11-20"),
        "Sprint 2": ("2026-11-23", "2026-12-04"),
        "Sprint 3": ("2026-12-07", "2026-12-18"),
    },
)
_THREE = {f"Iteration {number}": ("", "") for number in (1, 2, 3)}
_SPRINTS = {f"Sprint {number}": ("", "") for number in (1, 2, 3)}
PROJECTS = (
    INVEST,
    Project("1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40002", "BASIC", "The Basic process", BASIC, (), _SPRINTS),
    Project("1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40003", "SCRUM", "The Scrum process", SCRUM, (), _SPRINTS),
    Project("1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40004", "CMMI", "The CMMI process", CMMI, (), _THREE),
)

SANDBOX_USER = Person("d2a6e7b0-0000-6000-8000-000000000001", "Sandbox", "sandbox@example.com")
PEOPLE = (
    SANDBOX_USER,
    Person("d2a6e7b0-0000-6000-8000-000000000002", "Lena Gray", "l.gray@fund.example"),
    Person("d2a6e7b0-0000-6000-8000-000000000003", "Omar Haddad", "o.haddad@fund.example"),
    Person("d2a6e7b0-0000-6000-8000-000000000004", "Mei Tanaka", "m.tanaka@fund.example"),
    Person("d2a6e7b0-0000-6000-8000-000000000005", "Sofia Rossi", "s.rossi@fund.example"),
    Person("d2a6e7b0-0000-6000-8000-000000000006", "Former Colleague", "former@fund.example", active=False),
)

PERMISSIONS = {
    "read": "View work items in this node",
    "edit": "Edit work items in this node",
    "create_nodes": "Create child nodes",
    "create_tags": "Create tag definition",
    "delete": "Delete and restore work items",
    "destroy": "Permanently delete work items",
    "bypass_rules": "Bypass rules on work item updates",
    "suppress_notifications": "Suppress notifications for work item updates",
    "move": "Move work items out of this project",
    "subscribe": "Edit subscriptions",
}
"""What the sandbox's account may do: all of it, unless the knob `denied` says otherwise."""


def project_named(name: str) -> Project | None:
    """The project of an id or a name, without regard to case."""
    folded = name.casefold()
    return next((each for each in PROJECTS if folded in (each.id, each.name.casefold())), None)


def type_named(project: Project, name: str) -> WorkItemType | None:
    """The type of a name or a reference name, without regard to case."""
    folded = name.casefold()
    types = project.process.types.values()
    return next((each for each in types if folded in (each.name.casefold(), each.reference.casefold())), None)


def person_by_id(identity: str) -> Person | None:
    """The person of an id."""
    return next((each for each in PEOPLE if each.id == identity), None)
