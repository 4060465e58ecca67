"""What finds and proves an item, in each of the ways that the specs may choose."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

import pytest
from acceptance.field_views import View
from acceptance.harness import Site, Workspace
from acceptance.marker_views import FIELD, MarkerView, with_option
from acceptance.platforms import AZURE_DEVOPS, JIRA, JIRA_DATACENTER, Platform, on_jira

from reconciler.sdk import marker_label

ID: Final = "6f0c2f3e-0000-4000-8000-000000000001"
LABEL: Final = marker_label(ID, "")
A: Final = "  a: {type: task, title: A}\n"
B: Final = "  b: {type: task, title: B}\n"
SECTOR: Final = {"jira": "customfield_10051", "azure_devops": "Custom.Sector"}


@dataclass(frozen=True)
class Way:
    """An option of a provider, and what an item is found by then, beside its key."""

    name: str
    option: str
    finds: str


BY_LABEL: Final = Way("label", "", finds="label")
BY_FIELD: Final = Way("field", "marker: field, marker_field: Sector", finds="field")
BY_KEY: Final = Way("none", "marker: none", finds="nothing")
BY_TAG: Final = (Way("hyperlink", "", finds="label"), Way("text", FIELD, finds="label"))
"""On Azure DevOps a tag finds. What the specs may choose is where the proof is, and it is never without."""


def each_way(*jira: Way) -> pytest.MarkDecorator:
    """Runs a test in these ways on Jira and on Data Center, and in each way on Azure DevOps."""
    places = ((JIRA, jira), (JIRA_DATACENTER, jira), (AZURE_DEVOPS, BY_TAG))
    cases = [pytest.param(site, way, id=f"{site.name}-{way.name}") for site, ways in places for way in ways]
    return pytest.mark.parametrize(("site", "way"), cases, indirect=["site"])


def specs(workspace: Workspace, way: Way, items: str) -> None:
    """Specs whose markers are found in this way, of these items."""
    workspace.write(f"{with_option(workspace.head, way.option)}items:\n{items}")


def titles(site: Site) -> list[str]:
    """The titles on the board."""
    return sorted(card["title"] for card in site.cards().values())


@each_way(BY_LABEL, BY_FIELD, BY_KEY)
def test_what_finds_and_what_proves(
    workspace: Workspace, platform: Platform, markers: MarkerView, view: View, way: Way
) -> None:
    """A label by default, on Jira a text field that `marker_field` names, or nothing finds it; what proves it says all
    that identifies the item.
    """
    key = platform.key(1)
    specs(workspace, way, A)
    workspace.apply()
    assert (LABEL in markers.labels(key)) == (way.finds == "label")
    assert (view.seen_custom(SECTOR[platform.plugin], key, many=False) == LABEL) == (way.finds == "field")
    found = markers.read(key)
    assert (found["workspace"], found["address"], found["version"]) == (ID, "a", 1)
    assert {"name", "instance", "item", "operation", "protect", "closed"} <= found.keys()
    assert workspace.plan()["actions"] == []


@each_way(BY_LABEL, BY_FIELD, BY_KEY)
def test_a_lost_answer_is_settled(workspace: Workspace, site: Site, platform: Platform, way: Way) -> None:
    """However the marker is found: by key if in no other way, the item of a create whose answer was lost is ours."""
    specs(workspace, way, A)
    site.fault("cut", when="after", **platform.creation)
    workspace.apply("--settle", "0", code=4)
    specs(workspace, way, A + B)
    workspace.apply()
    assert titles(site) == ["A", "B"]
    assert workspace.plan()["actions"] == []


def with_an_old_state(workspace: Workspace, site: Site, way: Way) -> None:
    """The state is from before `b` was made, which no search knows yet."""
    specs(workspace, way, A)
    workspace.apply()
    kept, old = workspace.path / ".reconciler", workspace.path / ".old"
    shutil.copytree(kept, old)
    site.turn(lag=60)
    specs(workspace, way, A + B)
    workspace.apply()
    shutil.rmtree(kept)
    old.rename(kept)


@on_jira
def test_a_stale_copy_is_refused_where_markers_cannot_be_searched(workspace: Workspace, site: Site) -> None:
    """With `marker: none`, which only Jira has, nothing tells what else it lacks: nothing is made, and what to do is
    said and works.
    """
    with_an_old_state(workspace, site, BY_KEY)
    refused = workspace.run("apply", "--auto-approve")
    assert refused.code == 5
    assert "INVEST-2 is marked as this workspace's b, and the state does not know it: it is an old copy" in refused.text
    assert titles(site) == ["A", "B"]
    specs(workspace, BY_KEY, A + B + "imports: [{to: b, key: INVEST-2}]\n")
    workspace.apply()
    assert titles(site) == ["A", "B"]
    assert workspace.plan()["actions"] == []


@each_way(BY_LABEL, BY_FIELD)
def test_a_stale_copy_of_the_state_makes_no_item_twice(workspace: Workspace, site: Site, way: Way) -> None:
    """It reads upwards from the highest key that it knows, and takes up what was made since; within the lag too."""
    with_an_old_state(workspace, site, way)
    assert [(each["action"], each["address"]) for each in workspace.plan()["actions"]] == [("adopt", "b")]
    workspace.apply()
    assert titles(site) == ["A", "B"]


@each_way(BY_LABEL, BY_FIELD)
def test_a_lost_state_is_rebuilt(workspace: Workspace, way: Way) -> None:
    """Where markers can be searched for, the state comes back from them, and the next plan is empty."""
    specs(workspace, way, A + B)
    workspace.apply()
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("plan").code == 5
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.plan()["actions"] == []
