"""The four system processes, as far as a reconciler meets them, and one that is inherited (FACTS B7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler_azure_devops_sandbox.definitions import Process, Rule, WorkItemType
from reconciler_azure_devops_sandbox.process_parts import (
    ACTIVITIES,
    BUG,
    BUG_TEXTS,
    CMMI_FIELDS,
    COMMON,
    EPIC,
    EPICS,
    FEATURE,
    FEATURES,
    ISSUE,
    MOMENTS,
    PORTFOLIO_FIELDS,
    PRIORITY,
    REQUIREMENTS,
    RESOLVED,
    SCHEDULING,
    SEVERITY,
    STORY,
    TASK,
    TASKS,
    VALUE_AREA,
    WORK,
    by_name,
    levels_of,
    plain,
    roles,
    states_of,
    work_item_type,
)

__all__ = ["AGILE", "BASIC", "CMMI", "INVESTMENTS", "SCRUM"]


def _basic() -> Process:
    states = states_of(proposed="To Do", in_progress="Doing", completed="Done")
    fields = {**PRIORITY, **plain(*MOMENTS, f"{COMMON}.StackRank")}
    portfolio = {**fields, **plain(f"{SCHEDULING}.Effort", f"{SCHEDULING}.StartDate", f"{SCHEDULING}.TargetDate")}
    task = {**fields, **plain(f"{SCHEDULING}.RemainingWork"), f"{COMMON}.Activity": Rule(allowed=ACTIVITIES)}
    reason = "Added to backlog"
    issue = {**fields, **plain(f"{SCHEDULING}.Effort")}
    return Process(
        "b8a3a935-7e91-48b8-a94c-606d37c3e9f2",
        "Basic",
        "Epics, issues and tasks in three states.",
        by_name(
            work_item_type("Epic", EPIC, states, portfolio, reason),
            work_item_type("Issue", ISSUE, states, issue, reason),
            work_item_type("Task", TASK, states, task, reason),
        ),
        levels_of(
            EPICS,
            (REQUIREMENTS, "Issues", REQUIREMENTS, 1, ("Issue",), "B4009E"),
            (TASKS, "Tasks", TASKS, 0, ("Task",), "A4880A"),
        ),
        roles(f"{SCHEDULING}.Effort", f"{COMMON}.StackRank"),
    )


def _agile() -> Process:
    four = states_of(proposed="New", in_progress="Active", resolved="Resolved", completed="Closed", removed="Removed")
    three = states_of(proposed="New", in_progress="Active", completed="Closed", removed="Removed")
    two = states_of(in_progress="Active", completed="Closed")
    unremoved = states_of(proposed="New", in_progress="Active", resolved="Resolved", completed="Closed")
    moments = plain(*MOMENTS, *RESOLVED, f"{COMMON}.StackRank")
    portfolio = {**PORTFOLIO_FIELDS, **moments, **plain(f"{COMMON}.Risk")}
    story = {
        **PRIORITY,
        **VALUE_AREA,
        **moments,
        **plain(
            f"{SCHEDULING}.StoryPoints",
            f"{COMMON}.AcceptanceCriteria",
            f"{SCHEDULING}.StartDate",
            f"{SCHEDULING}.FinishDate",
            f"{SCHEDULING}.TargetDate",
        ),
        f"{COMMON}.Risk": Rule(allowed=("1 - High", "2 - Medium", "3 - Low")),
    }
    task = {
        **PRIORITY,
        **plain(
            *MOMENTS, f"{COMMON}.StackRank", *WORK, f"{SCHEDULING}.StartDate", f"{SCHEDULING}.FinishDate",
            "Microsoft.VSTS.Build.IntegrationBuild",
        ),
        f"{COMMON}.Activity": Rule(allowed=ACTIVITIES),
    }  # fmt: skip
    bug = {
        **PRIORITY, **SEVERITY, **VALUE_AREA, **moments, **BUG_TEXTS,
        **plain(f"{SCHEDULING}.StoryPoints", f"{COMMON}.ResolvedReason", *WORK),
        f"{COMMON}.Activity": Rule(allowed=ACTIVITIES),
    }  # fmt: skip
    issue = {**PRIORITY, **plain(*MOMENTS, f"{COMMON}.StackRank", f"{SCHEDULING}.DueDate")}
    return Process(
        "adcc42ab-9882-485e-a3ed-7678f01f66bc",
        "Agile",
        "User stories and their tasks; bugs and issues beside them.",
        by_name(
            work_item_type("Bug", BUG, unremoved, bug, "New"),
            work_item_type("Epic", EPIC, four, portfolio, "New"),
            work_item_type("Feature", FEATURE, four, portfolio, "New"),
            work_item_type("Issue", ISSUE, two, issue, "New"),
            work_item_type("Task", TASK, three, task, "New"),
            work_item_type("User Story", STORY, four, story, "New"),
        ),
        levels_of(
            EPICS, FEATURES, (REQUIREMENTS, "Stories", REQUIREMENTS, 1, ("User Story",), "009CCC"),
            (TASKS, "Tasks", TASKS, 0, ("Task",), "F2CB1D"),
        ),
        roles(f"{SCHEDULING}.StoryPoints", f"{COMMON}.StackRank"),
        bugs="Bug",
    )  # fmt: skip


def _scrum() -> Process:
    backlog = states_of(proposed="New,Approved", in_progress="Committed", completed="Done", removed="Removed")
    task_states = states_of(proposed="To Do", in_progress="In Progress", completed="Done", removed="Removed")
    portfolio_states = states_of(proposed="New", in_progress="In Progress", completed="Done", removed="Removed")
    order = f"{COMMON}.BacklogPriority"
    portfolio = {**PORTFOLIO_FIELDS, **plain(*MOMENTS, order, f"{COMMON}.AcceptanceCriteria")}
    item = {
        **PRIORITY,
        **VALUE_AREA,
        **plain(*MOMENTS, order, f"{SCHEDULING}.Effort", f"{COMMON}.BusinessValue", f"{COMMON}.AcceptanceCriteria"),
    }
    task = {
        **PRIORITY,
        **plain(*MOMENTS, order, f"{SCHEDULING}.RemainingWork"),
        f"{COMMON}.Activity": Rule(allowed=ACTIVITIES),
        f"{CMMI_FIELDS}.Blocked": Rule(allowed=("Yes",)),
    }
    bug = {**item, **SEVERITY, **BUG_TEXTS, **plain(f"{SCHEDULING}.RemainingWork")}
    return Process(
        "6b724908-ef14-45cf-84f8-768b5384da45",
        "Scrum",
        "Backlog items, committed to sprint by sprint.",
        by_name(
            work_item_type("Bug", BUG, backlog, bug, "New defect reported"),
            work_item_type("Epic", EPIC, portfolio_states, portfolio, "New epic"),
            work_item_type("Feature", FEATURE, portfolio_states, portfolio, "New feature"),
            work_item_type("Impediment", ISSUE, states_of(proposed="Open", completed="Closed"),
                           {**PRIORITY, **plain(*MOMENTS, f"{COMMON}.Resolution")}, "New impediment"),
            work_item_type("Product Backlog Item", STORY, backlog, item, "New backlog item"),
            work_item_type("Task", TASK, task_states, task, "New task"),
        ),
        levels_of(
            EPICS, FEATURES,
            (REQUIREMENTS, "Backlog items", REQUIREMENTS, 1, ("Product Backlog Item", "Bug"), "009CCC"),
            (TASKS, "Tasks", TASKS, 0, ("Task",), "F2CB1D"),
        ),
        roles(f"{SCHEDULING}.Effort", order),
        bugs="Bug",
    )  # fmt: skip


_CMMI_MOVES: Mapping[str, tuple[str, ...]] = {
    "Proposed": ("Active", "Closed"),
    "Active": ("Proposed", "Resolved", "Closed"),
    "Resolved": ("Active", "Closed"),
    "Closed": ("Proposed", "Active", "Resolved"),
}


def _cmmi() -> Process:
    states = states_of(proposed="Proposed", in_progress="Active", resolved="Resolved", completed="Closed")
    order = f"{COMMON}.StackRank"
    moments = plain(*MOMENTS, *RESOLVED, order, f"{COMMON}.ResolvedReason")
    extra = {
        f"{CMMI_FIELDS}.Blocked": Rule(required=True, default="No", allowed=("No", "Yes")),
        f"{COMMON}.Triage": Rule(required=True, default="Pending",
                                  allowed=("Pending", "More Info", "Info Received", "Triaged")),
    }  # fmt: skip
    dates = plain(f"{SCHEDULING}.StartDate", f"{SCHEDULING}.FinishDate")
    requirement = {
        **PRIORITY, **VALUE_AREA, **moments, **extra, **dates,
        **plain(f"{SCHEDULING}.Size", f"{SCHEDULING}.TargetDate", f"{SCHEDULING}.OriginalEstimate"),
        f"{CMMI_FIELDS}.RequirementType": Rule(required=True, default="Functional", allowed=(
            "Business Objective", "Feature", "Functional", "Interface", "Operational", "Quality of Service", "Safety",
            "Scenario", "Security",
        )),
        f"{CMMI_FIELDS}.Committed": Rule(allowed=("No", "Yes")),
    }  # fmt: skip
    disciplines = ("Analysis", "Development", "Test", "User Education", "User Experience")
    task = {
        **PRIORITY, **moments, **extra, **dates, **plain(*WORK),
        f"{COMMON}.Discipline": Rule(allowed=disciplines),
        f"{CMMI_FIELDS}.TaskType": Rule(allowed=("Corrective Action", "Mitigation Action", "Planned")),
    }  # fmt: skip
    bug = {**PRIORITY, **SEVERITY, **moments, **extra, **BUG_TEXTS, **plain(f"{SCHEDULING}.Size", *WORK)}
    change = {**PRIORITY, **moments, **extra, **plain(f"{CMMI_FIELDS}.Justification", f"{SCHEDULING}.Size")}
    risk = {**PRIORITY, **moments, **extra, **plain(f"{CMMI_FIELDS}.Probability", f"{CMMI_FIELDS}.MitigationPlan")}
    portfolio = {**PORTFOLIO_FIELDS, **moments}

    def kind(name: str, look: tuple[str, str, str], fields: Mapping[str, Rule]) -> WorkItemType:
        return work_item_type(name, look, states, fields, "New", _CMMI_MOVES)

    return Process(
        "27450541-8e31-4150-9947-dc59f998fc01",
        "CMMI",
        "Requirements under formal change, with reviews and risks.",
        by_name(
            kind("Bug", BUG, bug),
            kind("Change Request", ("B4009E", "icon_asterisk", "A change that somebody asks for."), change),
            kind("Epic", EPIC, portfolio),
            kind("Feature", FEATURE, portfolio),
            kind("Issue", ISSUE, {**PRIORITY, **moments, **extra, **plain(f"{SCHEDULING}.DueDate")}),
            kind("Requirement", STORY, requirement),
            kind("Review", ("00643A", "icon_response", "What a review found."),
                 {**moments, **plain(f"{CMMI_FIELDS}.Purpose")}),
            kind("Risk", ("CC293D", "icon_chat_bubble", "What could stand in the way."), risk),
            kind("Task", TASK, task),
        ),
        levels_of(
            EPICS, FEATURES, (REQUIREMENTS, "Requirements", REQUIREMENTS, 1, ("Requirement",), "009CCC"),
            (TASKS, "Tasks", TASKS, 0, ("Task",), "F2CB1D"),
        ),
        roles(f"{SCHEDULING}.Size", order, f"{COMMON}.Discipline"),
        bugs="Bug",
    )  # fmt: skip


def _investments(agile: Process) -> Process:
    """Agile as an administrator adapted it: an inherited process, with fields of its own on some types."""
    everywhere = plain("Custom.Reconciler")
    added = {
        "Epic": plain(
            *(f"Custom.{each}" for each in ("InvestmentAmount", "Sector", "Sponsor", "Vehicle", "Thesis", "Notes")),
            *(f"Custom.{each}" for each in ("Headcount", "Signing", "Confidential", "Tranche")),
            f"{SCHEDULING}.StoryPoints",
        )
        | {"Custom.RiskLevel": Rule(allowed=("Low", "Medium", "High", "Critical"))},
        "Task": plain(f"{SCHEDULING}.StoryPoints", f"{SCHEDULING}.DueDate"),
    }
    types = {
        name: replace(each, fields={**each.fields, **everywhere, **added.get(name, {})})
        for name, each in agile.types.items()
    }
    for name in added:
        types[name] = replace(types[name], reference=f"Investments.{name}")
    return replace(
        agile,
        id="5b0e9a3a-2f1d-4c57-9d64-51a0c1f0de01",
        name="Investments",
        description="Agile with what an investment team needs.",
        types=types,
        parent=agile.id,
    )


BASIC = _basic()
AGILE = _agile()
SCRUM = _scrum()
CMMI = _cmmi()
INVESTMENTS = _investments(AGILE)
