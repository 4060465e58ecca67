"""What finds and proves an item, in each of the three ways that the specs may choose."""

from __future__ import annotations

import shutil
from typing import Any

import httpx
import pytest
from acceptance.harness import Site, Workspace

from reconciler.sdk import marker_label

ID = "6f0c2f3e-0000-4000-8000-000000000001"
LABEL = marker_label(ID, "")
OPTIONS = {"label": "marker: label", "field": "marker: field, marker_field: Sector", "none": "marker: none"}
A = "  a: {type: task, title: A}\n"
B = "  b: {type: task, title: B}\n"


def specs(workspace: Workspace, mode: str, items: str) -> None:
    """Specs whose markers are found in this way."""
    head = f"workspace: {{name: small, id: {ID}}}\nproviders: {{jira: {{project: INVEST, {OPTIONS[mode]}}}}}\n"
    workspace.write(f"{head}items:\n{items}")


def marker(site: Site, key: str) -> dict[str, Any]:
    """What proves whose an issue is."""
    url = f"{site.endpoints.sites['jira']}/rest/api/3/issue/{key}/properties/reconciler"
    value: dict[str, Any] = httpx.get(url, auth=("sandbox@example.com", "sandbox")).json()["value"]
    return value


def titles(site: Site) -> list[str]:
    """The titles on the board."""
    return sorted(card["title"] for card in site.cards().values())


@pytest.mark.parametrize("mode", ["label", "field", "none"])
def test_what_finds_and_what_proves(workspace: Workspace, site: Site, mode: str) -> None:
    """A label by default, a text field that `marker_field` names, or nothing finds it; the property proves it."""
    specs(workspace, mode, A)
    workspace.apply()
    live = site.issue("INVEST-1")
    assert (LABEL in live["labels"]) == (mode == "label")
    assert (LABEL in live.values()) == (mode == "field")
    found = marker(site, "INVEST-1")
    assert (found["workspace"], found["address"], found["version"]) == (ID, "a", 1)
    assert {"name", "instance", "item", "operation", "protect", "closed", "base", "observed"} <= found.keys()
    assert workspace.plan()["actions"] == []


@pytest.mark.parametrize("mode", ["label", "field", "none"])
def test_a_lost_answer_is_settled(workspace: Workspace, site: Site, mode: str) -> None:
    """However the marker is found: by key if in no other way, the item of a create whose answer was lost is ours."""
    specs(workspace, mode, A)
    site.fault("cut", when="after", method="POST", path=r"/issue/bulk$")
    workspace.apply("--settle", "0", code=4)
    specs(workspace, mode, A + B)
    workspace.apply()
    assert titles(site) == ["A", "B"]
    assert workspace.plan()["actions"] == []


def with_an_old_state(workspace: Workspace, site: Site, mode: str) -> None:
    """The state is from before `b` was made, which no search knows yet."""
    specs(workspace, mode, A)
    workspace.apply()
    kept, old = workspace.path / ".reconciler", workspace.path / ".old"
    shutil.copytree(kept, old)
    site.turn(lag=60)
    specs(workspace, mode, A + B)
    workspace.apply()
    shutil.rmtree(kept)
    old.rename(kept)


def test_a_stale_copy_is_refused_where_markers_cannot_be_searched(workspace: Workspace, site: Site) -> None:
    """With `marker: none` nothing tells what else it lacks: nothing is made, and what to do is said and works."""
    with_an_old_state(workspace, site, "none")
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert "INVEST-2 is marked as this workspace's b, and the state does not know it: it is an old copy" in refused.text
    assert titles(site) == ["A", "B"]
    specs(workspace, "none", A + B + "imports: [{to: b, key: INVEST-2}]\n")
    workspace.apply()
    assert titles(site) == ["A", "B"]
    assert workspace.plan()["actions"] == []


@pytest.mark.parametrize("mode", ["label", "field"])
def test_a_stale_copy_of_the_state_makes_no_item_twice(workspace: Workspace, site: Site, mode: str) -> None:
    """It reads upwards from the highest key that it knows, and takes up what was made since; within the lag too."""
    with_an_old_state(workspace, site, mode)
    assert [(each["action"], each["address"]) for each in workspace.plan()["actions"]] == [("adopt", "b")]
    workspace.apply()
    assert titles(site) == ["A", "B"]


@pytest.mark.parametrize("mode", ["label", "field"])
def test_a_lost_state_is_rebuilt(workspace: Workspace, site: Site, mode: str) -> None:
    """Where markers can be searched for, the state comes back from them, and the next plan is empty."""
    specs(workspace, mode, A + B)
    workspace.apply()
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("plan").code == 5
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.plan()["actions"] == []
