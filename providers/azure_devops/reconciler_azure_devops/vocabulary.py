"""The spec's standard words and what Azure DevOps calls them by default. A spec's own mappings come first.

Types and states are the project's own: here stand only the marks by which they are recognised in any process (FACTS
B7): the categories of backlogs and states, and names where a category says too little.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "BLOCKING",
    "BODIES",
    "DEPENDENCY",
    "DUE",
    "FIELDS",
    "LINKS",
    "LINK_WORDS",
    "POINTS",
    "PRIORITIES",
    "PRIORITY",
    "START",
    "STATUSES",
    "TYPES",
    "TYPES_BY_CATEGORY",
    "WORDS_BY_CATEGORY",
]

TYPES_BY_CATEGORY: Final[Mapping[str, str]] = {
    "Microsoft.EpicCategory": "epic",
    "Microsoft.FeatureCategory": "feature",
    "Microsoft.RequirementCategory": "story",
    "Microsoft.TaskCategory": "task",
}
"""By the id of a backlog, the word of its default type."""

TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "epic": ("Epic",),
    "feature": ("Feature",),
    "story": ("User Story", "Product Backlog Item", "Requirement", "Story"),
    "task": ("Task",),
    "bug": ("Bug", "Defect"),
    "subtask": ("Sub-task", "Subtask"),
}

WORDS_BY_CATEGORY: Final[Mapping[str, str]] = {
    "proposed": "todo",
    "inprogress": "in_progress",
    "resolved": "in_review",
    "completed": "done",
    "removed": "cancelled",
}

STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "in_review": ("In Review", "Review", "Under Review", "Code Review"),
    "blocked": ("Blocked", "On Hold"),
    "cancelled": ("Cancelled", "Canceled", "Rejected"),
}
"""What no category says, or several states of one category mean."""

PRIORITY: Final = "Microsoft.VSTS.Common.Priority"
PRIORITIES: Final[Mapping[str, str]] = {"critical": "1", "high": "2", "medium": "3", "low": "4"}

BODIES: Final = ("Microsoft.VSTS.TCM.ReproSteps", "System.Description")
"""The description is the first of these that a type has: forms that show the one don't show the other."""
POINTS: Final = (
    "Microsoft.VSTS.Scheduling.StoryPoints",
    "Microsoft.VSTS.Scheduling.Effort",
    "Microsoft.VSTS.Scheduling.Size",
)
"""For types that don't have the field that the backlog counts by, as epics of Agile."""
START: Final = ("Microsoft.VSTS.Scheduling.StartDate",)
DUE: Final = (
    "Microsoft.VSTS.Scheduling.DueDate",
    "Microsoft.VSTS.Scheduling.TargetDate",
    "Microsoft.VSTS.Scheduling.FinishDate",
)

FIELDS: Final[Mapping[str, str]] = {
    "System.Title": "title",
    "System.State": "status",
    "System.WorkItemType": "type",
    PRIORITY: "priority",
    "System.AssignedTo": "assignee",
    "System.Tags": "labels",
    "System.Parent": "parent",
    "System.AreaPath": "area",
    "System.IterationPath": "sprint",
}

LINKS: Final[Mapping[str, tuple[str, str]]] = {
    "System.LinkTypes.Related": ("relates_to", "relates_to"),
    "System.LinkTypes.Dependency": ("precedes", "follows"),
    "System.LinkTypes.Duplicate": ("duplicated_by", "duplicates"),
    "Microsoft.VSTS.Common.Affects": ("causes", "caused_by"),
}
"""By link type, the words of its outward (`-Forward`) and inward directions."""
DEPENDENCY: Final = "System.LinkTypes.Dependency"
BLOCKING: Final[Mapping[str, bool]] = {"blocks": True, "blocked_by": False}
"""What blocks precedes, where the organisation has no link type that is called so: whether it is outward."""
LINK_WORDS: Final = frozenset({"blocks", "blocked_by", "causes", "caused_by"})
"""The spec's words that a type's own texts may have."""
