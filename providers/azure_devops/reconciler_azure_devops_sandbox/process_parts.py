"""What the processes are built from: looks, states, and the fields that many types share (FACTS B7)."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler_azure_devops_sandbox.definitions import Category, Level, Rule, State, WorkItemType

__all__ = [
    "ACTIVITIES",
    "BUG",
    "BUG_TEXTS",
    "CMMI_FIELDS",
    "COMMON",
    "EPIC",
    "EPICS",
    "FEATURE",
    "FEATURES",
    "ISSUE",
    "MOMENTS",
    "PORTFOLIO_FIELDS",
    "PRIORITY",
    "REQUIREMENTS",
    "RESOLVED",
    "SCHEDULING",
    "SEVERITY",
    "STORY",
    "TASK",
    "TASKS",
    "VALUE_AREA",
    "WORK",
    "by_name",
    "levels_of",
    "plain",
    "roles",
    "states_of",
    "work_item_type",
]

_COLORS: Mapping[Category, str] = {
    "Proposed": "b2b2b2",
    "InProgress": "007acc",
    "Resolved": "ff9d00",
    "Completed": "339933",
    "Removed": "ffffff",
}
COMMON = "Microsoft.VSTS.Common"
SCHEDULING = "Microsoft.VSTS.Scheduling"
_TCM = "Microsoft.VSTS.TCM"
CMMI_FIELDS = "Microsoft.VSTS.CMMI"

PRIORITY = {f"{COMMON}.Priority": Rule(default=2, allowed=("1", "2", "3", "4"))}
VALUE_AREA = {f"{COMMON}.ValueArea": Rule(required=True, default="Business", allowed=("Architectural", "Business"))}
SEVERITY = {
    f"{COMMON}.Severity": Rule(
        required=True, default="3 - Medium", allowed=("1 - Critical", "2 - High", "3 - Medium", "4 - Low")
    )
}
BUG_TEXTS = {f"{_TCM}.ReproSteps": Rule(), f"{_TCM}.SystemInfo": Rule(), "Microsoft.VSTS.Build.FoundIn": Rule()}
ACTIVITIES = ("Deployment", "Design", "Development", "Documentation", "Requirements", "Testing")
MOMENTS = tuple(f"{COMMON}.{each}" for each in ("ActivatedDate", "ActivatedBy", "ClosedDate", "ClosedBy"))
RESOLVED = tuple(f"{COMMON}.{each}" for each in ("ResolvedDate", "ResolvedBy"))
WORK = tuple(f"{SCHEDULING}.{each}" for each in ("OriginalEstimate", "RemainingWork", "CompletedWork"))


def plain(*references: str) -> dict[str, Rule]:
    """Fields of which a type says nothing but that it has them."""
    return {each: Rule() for each in references}


def states_of(**categories: str) -> tuple[State, ...]:
    """States by category, in order, with `,` between those of one category."""
    known: Mapping[str, Category] = {
        "proposed": "Proposed",
        "in_progress": "InProgress",
        "resolved": "Resolved",
        "completed": "Completed",
        "removed": "Removed",
    }
    return tuple(
        State(name, known[category], _COLORS[known[category]])
        for category, names in categories.items()
        for name in names.split(",")
    )


def work_item_type(
    name: str,
    look: tuple[str, str, str],
    states: tuple[State, ...],
    fields: Mapping[str, Rule],
    reason: str,
    transitions: Mapping[str, tuple[str, ...]] | None = None,
) -> WorkItemType:
    """`look` is color, icon and description."""
    color, icon, description = look
    reference = f"Microsoft.VSTS.WorkItemTypes.{name.replace(' ', '')}"
    return WorkItemType(name, reference, color, icon, description, states, fields, transitions, reason)


def by_name(*types: WorkItemType) -> dict[str, WorkItemType]:
    """Types by their names."""
    return {each.name: each for each in types}


EPIC = ("FF7B00", "icon_crown", "A large piece of work, of several features.")
FEATURE = ("773B93", "icon_trophy", "A part of the product that is released as one.")
TASK = ("F2CB1D", "icon_clipboard", "Work to be done.")
BUG = ("CC293D", "icon_insect", "Something that does not do what it should.")
ISSUE = ("B4009E", "icon_traffic_cone", "Something that stands in the way.")
STORY = ("009CCC", "icon_book", "What somebody will be able to do with the product.")

PORTFOLIO_FIELDS = {
    **PRIORITY,
    **VALUE_AREA,
    **plain(
        f"{COMMON}.BusinessValue",
        f"{COMMON}.TimeCriticality",
        f"{SCHEDULING}.Effort",
        f"{SCHEDULING}.StartDate",
        f"{SCHEDULING}.TargetDate",
    ),
}


def levels_of(*rows: tuple[str, str, str, int, tuple[str, ...], str]) -> tuple[Level, ...]:
    """Backlog levels from the top down; a row holds what `Level` holds."""
    return tuple(Level(*row) for row in rows)


EPICS = ("Microsoft.EpicCategory", "Epics", "Microsoft.EpicCategory", 3, ("Epic",), "FF7B00")
FEATURES = ("Microsoft.FeatureCategory", "Features", "Microsoft.FeatureCategory", 2, ("Feature",), "773B93")
REQUIREMENTS, TASKS = "Microsoft.RequirementCategory", "Microsoft.TaskCategory"


def roles(effort: str, order: str, activity: str = f"{COMMON}.Activity") -> dict[str, str]:
    """The fields with a role on the backlog."""
    return {
        "Effort": effort,
        "Order": order,
        "RemainingWork": f"{SCHEDULING}.RemainingWork",
        "Activity": activity,
    }
