"""The spec's standard words and what Jira sites call them by default. A spec's own mappings come first."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FIELDS", "LINK_NAMES", "LINK_TEXTS", "PRIORITIES", "START", "STATUSES", "STORY_POINTS", "TYPES"]

TYPES: Mapping[str, tuple[str, ...]] = {
    "epic": ("Epic",),
    "feature": ("Feature", "New Feature"),
    "story": ("Story", "User Story"),
    "task": ("Task",),
    "bug": ("Bug", "Defect"),
    "subtask": ("Sub-task", "Subtask"),
}

STATUSES: Mapping[str, tuple[str, ...]] = {
    "todo": ("To Do", "Todo", "Open", "New", "Backlog"),
    "in_progress": ("In Progress", "Doing", "In Development"),
    "in_review": ("In Review", "Review", "Under Review", "Code Review"),
    "blocked": ("Blocked", "On Hold"),
    "done": ("Done", "Closed", "Resolved", "Completed", "Complete"),
    "cancelled": ("Cancelled", "Canceled", "Won't Do", "Rejected", "Declined"),
}
"""The first that a type has is the one that is written."""

PRIORITIES: Mapping[str, tuple[str, ...]] = {
    "critical": ("Highest", "Critical", "Blocker"),
    "high": ("High", "Major"),
    "medium": ("Medium", "Normal"),
    "low": ("Low", "Minor"),
}

FIELDS: Mapping[str, str] = {
    "summary": "title",
    "description": "description",
    "status": "status",
    "issuetype": "type",
    "priority": "priority",
    "assignee": "assignee",
    "labels": "labels",
    "parent": "parent",
    "issuelinks": "links",
    "remotelinks": "documents",
    "commits": "commits",
    "pull_requests": "pull_requests",
    "duedate": "due",
    "components": "components",
    "fixVersions": "fix_versions",
    "watchers": "watchers",
}

STORY_POINTS = ("Story Points", "Story point estimate")
"""Company-managed projects have the first, team-managed ones the second (FACTS A9)."""
START = ("Start date",)

LINK_TEXTS: Mapping[str, str] = {
    "blocks": "blocks",
    "is blocked by": "blocked_by",
    "relates to": "relates_to",
    "duplicates": "duplicates",
    "is duplicated by": "duplicated_by",
    "causes": "causes",
    "is caused by": "caused_by",
    "precedes": "precedes",
    "is followed by": "precedes",
    "follows": "follows",
    "is preceded by": "follows",
}
"""By what a direction reads."""

LINK_NAMES: Mapping[str, tuple[str, str]] = {
    "blocks": ("blocks", "blocked_by"),
    "relates": ("relates_to", "relates_to"),
    "duplicate": ("duplicates", "duplicated_by"),
    "cause": ("causes", "caused_by"),
    "problem/incident": ("causes", "caused_by"),
}
"""By the type's name, outward and inward, where the texts are translated."""
