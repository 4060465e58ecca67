"""Which status leads to which, as far as an account may know."""

from __future__ import annotations

from typing import Any

import pytest

STATUSES = [
    {"id": "1", "statusReference": "a"},
    {"id": "2", "statusReference": "b"},
    {"id": "5", "statusReference": "c"},
]
WORKFLOW = {
    "statuses": [{"statusReference": "a"}, {"statusReference": "b"}, {"statusReference": "c"}],
    "transitions": [
        {"type": "INITIAL", "toStatusReference": "a", "links": []},
        {"type": "GLOBAL", "toStatusReference": "c", "links": []},
        {"type": "DIRECTED", "toStatusReference": "b", "links": [{"fromStatusReference": "a"}]},
        {"type": "DIRECTED", "toStatusReference": "a", "links": [{"fromStatusReference": None}]},
        {"type": "DIRECTED", "toStatusReference": "elsewhere", "links": [{"fromStatusReference": "a"}]},
    ],
}


def granted(*permissions: str) -> dict[str, Any]:
    return {"permissions": {each: {"havePermission": True} for each in permissions}}


def test_moves_go_by_status_ids(jira: Any, provider: Any) -> None:
    """A global transition leaves every status; one to itself, from nowhere or to nowhere is no move."""
    jira.on("GET", "/mypermissions", granted("ADMINISTER"))
    jira.on("POST", "/workflows", {"statuses": STATUSES, "workflows": [WORKFLOW]})
    types = provider.describe_site(("Task",)).types
    assert types["101"].transitions == {"1": ("5", "2"), "2": ("5",), "5": ()}
    assert types["101"].initial == "1"
    assert (types["100"].transitions, types["100"].initial) == (None, None)
    assert jira.bodies("POST", "/workflows") == [
        {"projectAndIssueTypes": [{"projectId": "10000", "issueTypeId": "101"}]}
    ]


@pytest.mark.parametrize("answer", [{"statuses": [], "workflows": []}, (401, {}), (403, {}), (400, {})])
def test_what_may_not_be_read_is_not_known(jira: Any, provider: Any, answer: Any) -> None:
    """The rest of the description stands."""
    jira.on("GET", "/mypermissions", granted("ADMINISTER"))
    jira.on("POST", "/workflows", answer)
    found = provider.describe_site(("Task",)).types["101"]
    assert (found.transitions, found.initial) == (None, None)


@pytest.mark.parametrize(("simplified", "asks"), [(True, 1), (False, 0)])
def test_a_projects_administrator_sees_the_projects_own(jira: Any, provider: Any, simplified: bool, asks: int) -> None:
    """Team-managed projects have workflows of their own; company-managed ones share the site's."""
    project = jira.answers["GET", "/project/INVEST"]
    jira.on("GET", "/project/INVEST", {**project, "simplified": simplified})
    jira.on("GET", "/mypermissions", granted("ADMINISTER_PROJECTS"))
    jira.on("POST", "/workflows", {"statuses": STATUSES, "workflows": [WORKFLOW]})
    provider.describe_site(("Task",))
    assert len(jira.sent("POST", "/workflows")) == asks
