"""A work item in the words of a spec: what the everyday verbs take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = ["WorkItem", "WorkItemPriority", "WorkItemStatus"]


class WorkItemStatus(StrEnum):
    """The standard words for statuses."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class WorkItemPriority(StrEnum):
    """The standard words for priorities."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One work item; `None` is an empty field.

    Attributes:
        type, status, priority: the standard word where the platform's maps to one, else the platform's own name.
        id, key, url: empty until it exists.
        description: Markdown.
        assignee: an e-mail address, an account id, a display name, or `Name <account id>` as it is read.
        parent: the parent's id.
        fields: custom fields, by alias, name or id.
    """

    type: str
    title: str
    description: str | None = None
    status: WorkItemStatus | str | None = None
    priority: WorkItemPriority | str | None = None
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    parent: str | None = None
    due: date | None = None
    start: date | None = None
    story_points: float | None = None
    components: tuple[str, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    id: str = ""
    key: str = ""
    url: str = ""
