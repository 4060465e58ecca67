"""What a plan says that it takes is what it takes: its `requests` against what the site saw."""

from __future__ import annotations

from collections import Counter

import pytest
from acceptance.harness import Site, Workspace, kinds, writes

KINDS = {
    "createIssues": "bulk create",
    "editIssue": "edit",
    "doTransition": "transition",
    "linkIssues": "link",
    "deleteIssueLink": "link",
    "createOrUpdateRemoteIssueLink": "document",
    "deleteRemoteIssueLinkByGlobalId": "document",
    "addComment": "comment",
    "deleteIssue": "delete",
    "setIssueProperty": "marker",
    "deleteIssueProperty": "marker",
    "bulkSetIssuePropertiesByIssue": "bulk marker",
}
"""The vendor's operations that write, as a plan counts them."""


def count(workspace: Workspace, site: Site) -> dict[str, int]:
    """Plan and apply at once; what the plan counted, which has to be what the site saw."""
    plan = workspace.plan()
    assert plan["actions"] or plan["recordings"]
    with site.watched() as during:
        workspace.apply()
    seen = Counter({KINDS[operation]: number for operation, number in kinds(writes(during)).items()})
    counted = plan["requests"].get("jira", {})
    assert counted == seen
    return dict(counted)


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    """An epic with two tasks, applied."""
    workspace.items(
        "  top: {type: epic, title: Top}\n"
        "  a: {type: task, title: A, parent: top}\n"
        "  b: {type: task, title: B, parent: top}\n"
    )
    workspace.apply()
    return workspace


def test_the_first_apply(example: Workspace, site: Site) -> None:
    """One bulk create for each level, what creation could not carry, and one request for all markers."""
    counted = count(example, site)
    assert (counted["bulk create"], counted["bulk marker"]) == (2, 1)


def test_an_update(small: Workspace, site: Site) -> None:
    """One edit and, since one marker alone is not worth a task, one marker."""
    small.replace("title: A", "title: Other")
    assert count(small, site) == {"edit": 1, "marker": 1}


def test_a_revert(small: Workspace, site: Site) -> None:
    """What goes back to what it was leaves the marker as it is."""
    site.edit("Omar Haddad", "INVEST-2", set={"Summary": "Mine"})
    assert count(small, site) == {"edit": 1}


@pytest.mark.parametrize(
    ("how", "counted"),
    [
        ("close", {"transition": 1, "marker": 1}),
        ("delete", {"delete": 1}),
        ("forget", {"edit": 1, "marker": 1}),
    ],
)
def test_a_removal(workspace: Workspace, site: Site, how: str, counted: dict[str, int]) -> None:
    """Closing writes the marker once more; forgetting takes its label and its property; deleting is one request."""
    workspace.items(
        f"  a: {{type: task, title: A, on_remove: {how}}}\n"
        "  b: {type: task, title: B}\n"
        "  c: {type: task, title: C}\n"
    )
    workspace.apply()
    workspace.replace(f"  a: {{type: task, title: A, on_remove: {how}}}\n", "")
    assert count(workspace, site) == counted


def test_markers_that_were_taken_off(small: Workspace, site: Site) -> None:
    """A label comes back by an edit, with the property in it."""
    for key in ("INVEST-2", "INVEST-3"):
        (label,) = (each for each in site.issue(key)["labels"] if each.startswith("rc-"))
        site.edit("Omar Haddad", key, remove_labels=[label])
    assert count(small, site) == {"edit": 2}


def test_a_move(small: Workspace, site: Site) -> None:
    """A new address is in the marker alone."""
    small.replace("  a: {", "  first: {")
    small.write((small.path / "main.yaml").read_text() + "moved:\n  - {from: a, to: first}\n")
    assert count(small, site) == {"marker": 1}


def test_what_is_only_recorded(small: Workspace, site: Site) -> None:
    """Protection is in the marker; what becomes of an item later is in the state alone."""
    small.replace("title: A,", "title: A, on_remove: delete,")
    assert count(small, site) == {}
    small.replace("title: A,", "title: A, protect: true,")
    assert count(small, site) == {"marker": 1}
