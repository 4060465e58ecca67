"""A site whose statuses follow one another, on each platform: what leads where, and what has to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from acceptance.harness import Workspace

__all__ = ["FLOWS", "Flow", "want"]


@dataclass(frozen=True)
class Flow:
    """Stories go from the first status by two others to the last, or are cancelled, from where they can be finished.

    Attributes:
        todo, start, review, done, cancelled: the statuses, as the platform calls them.
        due: the name of a field that the third status asks for, as people use it.
        filled: in a spec, that and the field that the last one asks for.
        lacks: what is said where the one or the other is empty.
        shut: what is said where the first step is not there any more.
        knobs: what plays it.
        turned: the same with a way from the first status to the third in place of that to the second.
    """

    todo: str
    start: str
    review: str
    done: str
    cancelled: str
    due: str
    filled: str
    lacks: tuple[str, str]
    shut: str
    knobs: Mapping[str, Any]
    turned: Mapping[str, Any]


_CHAIN: Final = (
    {"name": "Start", "from": ["To Do"], "to": "In Progress"},
    {"name": "Review", "from": ["In Progress"], "to": "In Review", "required": ["duedate"]},
    {"name": "Cancel", "from": ["To Do"], "to": "Cancelled"},
    {"name": "Revive", "from": ["Cancelled"], "to": "Done"},
    {"name": "Finish", "from": ["In Review"], "to": "Done", "required": ["customfield_10052"]},
)
_STATES: Final = {"New": ["Active", "Removed"], "Active": ["Resolved"], "Resolved": ["Closed"], "Removed": ["Closed"]}

FLOWS: Final[Mapping[str, Flow]] = {
    "jira": Flow(
        *("To Do", "In Progress", "In Review", "Done", "Cancelled"),
        due="Due date",
        filled="due: 2027-03-01, fields: {Risk level: High}",
        lacks=("the transition to In Review asks for Due date", "the transition to Done asks for Risk level"),
        shut="no transition leads to In Progress from here; it takes: Cancelled, In Review",
        knobs={"workflows": {"Story": _CHAIN}, "denied": []},
        turned={"workflows": {"Story": [*_CHAIN[1:], {"name": "Ask", "from": ["To Do"], "to": "In Review"}]}},
    ),
    "azure_devops": Flow(
        *("New", "Active", "Resolved", "Closed", "Removed"),
        due="Target Date",
        filled="due: 2027-03-01, fields: {Risk: 1 - High}",
        lacks=("TF401320: Rule Error for field Target Date", "TF401320: Rule Error for field Risk"),
        shut="TF401320: Rule Error for field State",
        knobs={
            "transitions": {"User Story": _STATES},
            "demanded": {
                "Resolved": ["Microsoft.VSTS.Scheduling.TargetDate"],
                "Closed": ["Microsoft.VSTS.Common.Risk"],
            },
        },
        turned={"transitions": {"User Story": {**_STATES, "New": ["Resolved", "Removed"]}}},
    ),
}
"""By plugin. Jira's account may read workflows, which on Data Center makes no difference."""


def want(workspace: Workspace, rest: str) -> None:
    """One story with these further fields."""
    workspace.items(f"  one: {{type: story, title: One{rest and ', '}{rest}}}\n")
