"""The site that the sandbox plays: one project, its types, fields, workflow and people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reconciler_jira_sandbox.fields import CUSTOM_FIELDS, GROUPS, SUBTASKS_ALONE, Field, FieldKind, Named

__all__ = [
    "BOARD",
    "CLOUD_ID",
    "COMPONENTS",
    "FIELDS",
    "GROUPS",
    "LINK_TYPES",
    "PERMISSIONS",
    "PRIORITIES",
    "PROJECT",
    "RESOLUTIONS",
    "SANDBOX_USER",
    "SPRINTS",
    "STATUSES",
    "TYPES",
    "USERS",
    "VERSIONS",
    "Board",
    "Field",
    "FieldKind",
    "IssueType",
    "LinkType",
    "Named",
    "Project",
    "Sprint",
    "Status",
    "User",
    "Version",
]

CLOUD_ID = "5a4d0b0c-7a1e-4c0e-9d59-0f5a9dbe0001"


@dataclass(frozen=True, slots=True)
class Project:
    """A company-managed software project."""

    id: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Status:
    """A status; `category` is Jira's key: `new`, `indeterminate` or `done`."""

    id: str
    name: str
    category: Literal["new", "indeterminate", "done"]


@dataclass(frozen=True, slots=True)
class IssueType:
    """A type; level 1 is an epic, 0 standard, -1 a sub-task. `off_screen` are fields that its screens lack."""

    id: str
    name: str
    level: int
    off_screen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LinkType:
    """A link type, read "A <outward> B" where A was posted as `inwardIssue` (FACTS A7)."""

    id: str
    name: str
    inward: str
    outward: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the project; an archived one takes no more issues."""

    id: str
    name: str
    released: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A board that shows the project."""

    id: int
    name: str
    type: Literal["scrum", "kanban"]


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint of the board; a closed one takes no more issues. Times are empty where there are none yet."""

    id: int
    name: str
    state: Literal["closed", "active", "future"]
    start: str
    end: str
    completed: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """An account. Jira hides the e-mail of people who ask for it."""

    account_id: str
    name: str
    email: str
    active: bool = True
    email_shown: bool = True


PROJECT = Project("10000", "INVEST", "Investments")

STATUSES = (
    Status("10000", "To Do", "new"),
    Status("10001", "In Progress", "indeterminate"),
    Status("10002", "In Review", "indeterminate"),
    Status("10003", "Blocked", "indeterminate"),
    Status("10004", "Done", "done"),
    Status("10005", "Cancelled", "done"),
)

_NOT_OF_SUBTASKS = frozenset({"customfield_10050", "customfield_10020"})
TYPES = (
    IssueType("10001", "Epic", 1, SUBTASKS_ALONE),
    IssueType("10002", "Story", 0, SUBTASKS_ALONE),
    IssueType("10003", "Task", 0, SUBTASKS_ALONE),
    IssueType("10004", "Bug", 0, SUBTASKS_ALONE),
    IssueType("10005", "Sub-task", -1, _NOT_OF_SUBTASKS),
)

PRIORITIES = (Named("1", "Highest"), Named("2", "High"), Named("3", "Medium"), Named("4", "Low"))

COMPONENTS = (Named("10010", "Commercial"), Named("10011", "Finance"), Named("10012", "Legal"), Named("10013", "Tech"))

RESOLUTIONS = (Named("10000", "Done"),)

VERSIONS = (
    Version("10200", "0.9", released=True, archived=True),
    Version("10201", "1.0", released=True),
    Version("10202", "1.1"),
    Version("10203", "2.0"),
)

BOARD = Board(1, "INVEST board", "scrum")
SPRINTS = (
    Sprint(1, "Sprint 6", "closed", "2026-01-05T09:00:00.000Z", "2026-01-16T17:00:00.000Z", "2026-01-16T17:00:00.000Z"),
    Sprint(2, "Sprint 7", "active", "2026-01-19T09:00:00.000Z", "2026-01-30T17:00:00.000Z"),
    Sprint(3, "Sprint 8", "future", "2026-02-02T09:00:00.000Z", "2026-02-13T17:00:00.000Z"),
)

LINK_TYPES = (
    LinkType("10000", "Blocks", "is blocked by", "blocks"),
    LinkType("10001", "Relates", "relates to", "relates to"),
    LinkType("10002", "Duplicate", "is duplicated by", "duplicates"),
    LinkType("10003", "Cause", "is caused by", "causes"),
)

SANDBOX_USER = User("712020:00000000-0000-4000-8000-000000000001", "Sandbox", "sandbox@example.com")
USERS = (
    SANDBOX_USER,
    User("712020:00000000-0000-4000-8000-000000000002", "Lena Gray", "l.gray@fund.example"),
    User("712020:00000000-0000-4000-8000-000000000003", "Omar Haddad", "o.haddad@fund.example"),
    User("712020:00000000-0000-4000-8000-000000000004", "Mei Tanaka", "m.tanaka@fund.example"),
    User("712020:00000000-0000-4000-8000-000000000005", "Sofia Rossi", "s.rossi@fund.example", email_shown=False),
    User("712020:00000000-0000-4000-8000-000000000006", "Former Colleague", "former@fund.example", active=False),
)

_NONE: frozenset[str] = frozenset()
FIELDS = {
    each.id: each
    for each in (
        Field("summary", "Summary", "text", required=True, clauses=("summary",)),
        Field("issuetype", "Issue Type", "type", required=True, clauses=("issuetype", "type")),
        Field("project", "Project", "project", required=True, screens=frozenset({"create"}), clauses=("project",)),
        Field("parent", "Parent", "parent", clauses=("parent",)),
        Field("description", "Description", "rich", clauses=("description",)),
        Field("priority", "Priority", "priority", clauses=("priority",)),
        Field("labels", "Labels", "labels", clauses=("labels",)),
        Field("components", "Components", "components", clauses=("component",)),
        Field("fixVersions", "Fix versions", "versions", clauses=("fixversion",)),
        Field("assignee", "Assignee", "user", clauses=("assignee",)),
        Field("reporter", "Reporter", "user", clauses=("reporter",)),
        Field("duedate", "Due date", "date", clauses=("due", "duedate")),
        Field("issuelinks", "Linked Issues", "links", screens=_NONE),
        Field("comment", "Comment", "comments", screens=_NONE, clauses=("comment",)),
        Field("status", "Status", "status", screens=_NONE, clauses=("status",)),
        Field("resolution", "Resolution", "resolution", screens=_NONE, clauses=("resolution",)),
        Field("creator", "Creator", "user", screens=_NONE, clauses=("creator",)),
        Field("created", "Created", "moment", screens=_NONE, clauses=("created", "createdDate")),
        Field("updated", "Updated", "moment", screens=_NONE, clauses=("updated", "updatedDate")),
        Field("subtasks", "Sub-tasks", "links", screens=_NONE, clauses=("subtasks",)),
        *CUSTOM_FIELDS.values(),
    )
}

PERMISSIONS = {
    "ADMINISTER_PROJECTS": "Administer Projects",
    "BROWSE_PROJECTS": "Browse Projects",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "DELETE_ISSUES": "Delete Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "ASSIGNABLE_USER": "Assignable User",
    "TRANSITION_ISSUES": "Transition Issues",
    "LINK_ISSUES": "Link Issues",
    "ADD_COMMENTS": "Add Comments",
    "VIEW_VOTERS_AND_WATCHERS": "View Voters and Watchers",
    "MANAGE_WATCHERS": "Manage Watcher List",
    "MODIFY_REPORTER": "Modify Reporter",
    "ADMINISTER": "Administer Jira",
    "BULK_CHANGE": "Bulk Change",
    "USER_PICKER": "Browse users and groups",
    "MANAGE_SPRINTS_PERMISSION": "Manage sprints",
}
"""What the sandbox's account may do; all of it but ADMINISTER, unless the knob `denied` says otherwise."""
