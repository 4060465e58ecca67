"""What a plan says that it takes is what it takes: its `requests` against what the site saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pytest
from acceptance.harness import Site, Workspace, writes
from acceptance.marker_views import MarkerView
from acceptance.platforms import JIRA_DATACENTER, Platform, on_azure_devops, on_each_platform

on_jira_datacenter: Final = pytest.mark.parametrize("site", [JIRA_DATACENTER], ids=["jira_datacenter"], indirect=True)

KINDS: Final = {
    "createIssues": "bulk create",
    "createIssue": "create",
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
    "Work Items_Create": "create",
    "Work Items_Delete": "delete",
}
"""The vendors' operations that write, as a plan counts them. Azure DevOps has one for all changes of an item."""

UPDATE: Final = {"jira": {"edit": 1, "marker": 1}, "azure_devops": {"edit": 1}}
"""What a changed field takes: a hyperlink holds no digests, so it stays as it is."""

REMOVALS: Final = {
    "jira": {
        "close": {"transition": 1, "marker": 1},
        "delete": {"delete": 1},
        "forget": {"edit": 1, "marker": 1},
    },
    "azure_devops": {
        "close": {"edit": 1, "marker": 1},
        "delete": {"delete": 1},
        "forget": {"marker": 2},
    },
}
"""A status is a field on Azure DevOps, and its tag and its hyperlink are both the marker."""

TAKEN_OFF: Final = {
    "jira": {"edit": 2},
    "jira_datacenter": {"edit": 2, "marker": 2},
    "azure_devops": {"marker": 4},
}
"""What two labels that come back take. An edit holds the property too on Jira Cloud; Data Center's takes none."""


def kind(exchange: Mapping[str, Any]) -> str:
    """What a plan counts a request as. The only tags that these tests write are markers'."""
    if exchange["operation"] != "Work Items_Update":
        return KINDS[exchange["operation"]]
    paths = {each["path"] for each in exchange["request"]} - {"/fields/System.Tags"}
    return "edit" if any(each.startswith("/fields/") for each in paths) else "marker"


def compared(workspace: Workspace, site: Site) -> tuple[dict[str, int], dict[str, int]]:
    """Plan and apply at once: what the plan counted, and what the site saw."""
    plan = workspace.plan()
    assert plan["actions"] or plan["recordings"]
    with site.watched() as during:
        workspace.apply()
    return plan["requests"].get(site.platform, {}), dict(Counter(map(kind, writes(during))))


def count(workspace: Workspace, site: Site) -> dict[str, int]:
    """What the plan counted, which has to be what the site saw."""
    counted, seen = compared(workspace, site)
    assert counted == seen
    return counted


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
    """On Jira one bulk create for each level, what creation could not carry, and one request for all markers."""
    assert count(example, site) == {"bulk create": 2, "bulk marker": 1, "document": 1}


@on_azure_devops
def test_the_first_apply_item_by_item(example: Workspace, site: Site) -> None:
    """On Azure DevOps each item is a creation that carries all, and a marker once its id is known."""
    assert count(example, site) == {"create": 7, "marker": 7}


@on_jira_datacenter
def test_the_first_apply_of_a_server_that_is_not_known(example: Workspace, site: Site) -> None:
    """What Data Center keeps of a creation is found out by the first one, which goes alone. A plan counts the label
    that may have to be taken off again for each issue; here it is one.
    """
    counted, seen = compared(example, site)
    assert counted == {"bulk create": 2, "edit": 7, "marker": 7, "document": 1}
    assert seen == {"create": 1, "bulk create": 1, "edit": 1, "marker": 7, "document": 1}


@on_each_platform
def test_an_update(small: Workspace, site: Site) -> None:
    """One edit and, since one marker alone is not worth a task, one marker, where it holds digests."""
    small.replace("title: A", "title: Other")
    assert count(small, site) == UPDATE[site.platform]


@on_each_platform
def test_a_revert(small: Workspace, site: Site, platform: Platform) -> None:
    """What goes back to what it was leaves the marker as it is."""
    site.edit("Omar Haddad", platform.key(2), set={platform.title: "Mine"})
    assert count(small, site) == {"edit": 1}


@on_each_platform
@pytest.mark.parametrize("how", ["close", "delete", "forget"])
def test_a_removal(workspace: Workspace, site: Site, how: str) -> None:
    """Closing writes the marker once more; forgetting takes all of it off; deleting is one request."""
    workspace.items(
        f"  a: {{type: task, title: A, on_remove: {how}}}\n"
        "  b: {type: task, title: B}\n"
        "  c: {type: task, title: C}\n"
    )
    workspace.apply()
    workspace.replace(f"  a: {{type: task, title: A, on_remove: {how}}}\n", "")
    assert count(workspace, site) == REMOVALS[site.platform][how]


@on_each_platform
def test_markers_that_were_taken_off(small: Workspace, site: Site, platform: Platform, markers: MarkerView) -> None:
    """A label comes back by an edit, with the rest of the marker in it where the platform takes that."""
    for key in platform.keys(2, 3):
        (label,) = (each for each in markers.labels(key) if each.startswith("rc-"))
        site.edit("Omar Haddad", key, remove_labels=[label])
    assert count(small, site) == TAKEN_OFF[platform.name]


@on_each_platform
def test_a_move(small: Workspace, site: Site) -> None:
    """A new address is in the marker alone."""
    small.replace("  a: {", "  first: {")
    small.write((small.path / "main.yaml").read_text() + "moved:\n  - {from: a, to: first}\n")
    assert count(small, site) == {"marker": 1}


@on_each_platform
def test_what_is_only_recorded(small: Workspace, site: Site) -> None:
    """Protection is in the marker; what becomes of an item later is in the state alone."""
    small.replace("title: A,", "title: A, on_remove: delete,")
    assert count(small, site) == {}
    small.replace("title: A,", "title: A, protect: true,")
    assert count(small, site) == {"marker": 1}
