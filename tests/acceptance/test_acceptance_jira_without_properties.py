"""Jira Data Center behind something that refuses entity properties: labels alone hold the markers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import HEAD, Site, Workspace

from reconciler.sandbox.serving import running
from reconciler.sdk import marker_label

LABEL = marker_label("6f0c2f3e-0000-4000-8000-000000000001", "")
A = "  a: {type: task, title: A, labels: [ours], due: 2026-12-24}\n"
B = "  b: {type: task, title: B}\n"
C = "  c: {type: task, title: C}\n"


@pytest.fixture
def site() -> Iterator[Site]:
    """A Data Center that answers 404 for every property."""
    with running(knobs={"jira_deployment": "datacenter", "datacenter_properties": "404"}) as endpoints:
        yield Site(endpoints, api="/rest/api/2")


@pytest.fixture
def workspace(site: Site, tmp_path: Path) -> Workspace:
    """A workspace of two tasks, applied."""
    path, home = tmp_path / "specs", tmp_path / "home"
    path.mkdir()
    home.mkdir()
    workspace = Workspace(path, home, {"JIRA_URL": site.endpoints.sites["jira"], "JIRA_API_TOKEN": "sandbox"})
    workspace.items(A + B)
    workspace.apply()
    return workspace


def _actions(workspace: Workspace) -> dict[str, str]:
    return {each["address"]: each["action"] for each in workspace.plan()["actions"] if each["action"] != "none"}


def _markers(site: Site, key: str) -> list[str]:
    """Of an item's labels those of ours, as what they begin with and the address and id that they name."""
    ours = sorted(each for each in site.issue(key)["labels"] if each.startswith("rc-"))
    return [" ".join(each.split(":")[part] for part in (0, 5, 6)) if ":" in each else each for each in ours]


@pytest.mark.parametrize("status", ["403", "404", "405", "501"])
def test_labels_hold_the_markers(site: Site, workspace: Workspace, status: str) -> None:
    """From the first item on: one label finds, one says the address and the item's own id; the next plan is empty."""
    site.turn(datacenter_properties=status)
    workspace.items(A + B + C)
    workspace.apply()
    assert [card["title"] for card in site.cards().values()] == ["A", "B", "C"]
    for key, address in (("INVEST-1", "a"), ("INVEST-2", "b"), ("INVEST-3", "c")):
        assert _markers(site, key) == [LABEL, f"{LABEL} {address} {site.id_of(key)}"]
    assert _actions(workspace) == {}


def test_peoples_labels_stay_and_ours_are_no_drift(site: Site, workspace: Workspace) -> None:
    """The spec's labels and people's come and go beside the markers."""
    site.edit("Lena Gray", "INVEST-1", add_labels=["hot"])
    workspace.items(A.replace("ours", "new") + B)
    workspace.apply()
    assert {each for each in site.issue("INVEST-1")["labels"] if not each.startswith("rc-")} == {"hot", "new"}
    assert _actions(workspace) == {}


def test_a_marker_that_a_person_takes_off_is_put_back(site: Site, workspace: Workspace) -> None:
    """Whichever of the two labels it was; what is left of the old one goes."""
    for number in (0, 1):
        labels = sorted(each for each in site.issue("INVEST-1")["labels"] if each.startswith("rc-"))
        site.edit("Lena Gray", "INVEST-1", remove_labels=[labels[number]])
        assert _actions(workspace) == {"a": "update"}
        workspace.apply()
        assert _markers(site, "INVEST-1") == [LABEL, f"{LABEL} a {site.id_of('INVEST-1')}"]


def test_a_moved_item_is_marked_by_its_new_address(site: Site, workspace: Workspace) -> None:
    """The old label goes with the write that puts the new one on."""
    workspace.items(A.replace("  a:", "  first:") + B + "moved:\n  - {from: a, to: first}\n")
    workspace.apply()
    assert _markers(site, "INVEST-1") == [LABEL, f"{LABEL} first {site.id_of('INVEST-1')}"]


def test_a_forgotten_item_keeps_no_marker(site: Site, workspace: Workspace) -> None:
    """Both labels go, and the item stays as it is."""
    workspace.items(A.replace("due", "on_remove: forget, due") + B)
    workspace.apply()
    workspace.items(B)
    workspace.apply()
    assert _markers(site, "INVEST-1") == []
    assert site.issue("INVEST-1")["status"]["name"] == "To Do"


def test_a_clone_is_known_for_a_copy(site: Site, workspace: Workspace) -> None:
    """It carries both labels, and the id in the second is another item's: an apply leaves it alone."""
    site.act("clone", by="Lena Gray", item="INVEST-1")
    workspace.items(A + B + C)
    assert "INVEST-3 carries the marker of another item: a copy" in workspace.run("apply", "--auto-approve").text
    assert [card["title"] for card in site.cards().values()] == ["A", "B", "CLONE - A", "C"]


def test_an_old_backup_takes_up_what_it_does_not_know(site: Site, workspace: Workspace, tmp_path: Path) -> None:
    """The item that was created since is adopted, not created again."""
    shutil.copytree(workspace.path / ".reconciler", tmp_path / "kept")
    workspace.items(A + B + C)
    workspace.apply()
    shutil.rmtree(workspace.path / ".reconciler")
    (tmp_path / "kept").rename(workspace.path / ".reconciler")
    assert _actions(workspace) == {"c": "adopt"}
    workspace.apply()
    assert len(site.cards()) == 3
    assert _actions(workspace) == {}


def test_a_lost_state_is_made_anew(site: Site, workspace: Workspace) -> None:
    """From the labels, and the next plan is empty; nothing is made twice."""
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("plan").code == 5
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert _actions(workspace) == {}


def test_what_differs_then_is_asked_about(site: Site, workspace: Workspace) -> None:
    """A label has no room for what was applied: nobody can say whether the spec or a person changed a title."""
    site.edit("Lena Gray", "INVEST-2", set={"summary": "Theirs"})
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    result = workspace.run("apply", "--auto-approve")
    assert result.code == 4
    assert site.issue("INVEST-2")["summary"] == "Theirs"


@pytest.mark.parametrize("first", ["there", "404"])
def test_a_server_may_change_its_mind(site: Site, workspace: Workspace, first: str) -> None:
    """Properties that come, or go, leave items ours: one apply puts their markers in order, and makes nothing."""
    second = {"there": "404", "404": "there"}[first]
    site.turn(datacenter_properties=first)
    workspace.items(A + B + C)
    workspace.apply()
    site.turn(datacenter_properties=second)
    for _ in range(2):
        assert "create" not in _actions(workspace).values()
        workspace.apply()
    assert len(site.cards()) == 3
    assert _actions(workspace) == {}


@pytest.mark.parametrize("option", ["marker: none", "marker: field, marker_field: Memo"])
def test_without_labels_there_is_no_place_for_markers(site: Site, workspace: Workspace, option: str) -> None:
    """Before anything is sent it is said, with what to do."""
    head = HEAD.replace("project: INVEST", f"project: INVEST, {option}")
    workspace.write(f"{head}items:\n{A}")
    result = workspace.run("apply", "--auto-approve")
    assert result.code == 1
    assert "takes no issue properties" in result.text
    assert "take `marker` out of the provider's block" in result.text


def test_the_doctor_says_where_markers_are(site: Site, workspace: Workspace) -> None:
    """Only where it is unusual; its check by a write finds the marker kept."""
    probes: list[dict[str, Any]] = workspace.run("doctor", "--write-check", "--auto-approve", "--format", "json").json
    found = {each["what"]: each["found"] for each in probes}
    assert found["markers"] == "in labels: the site refuses issue properties"
    assert found["marker kept"] == "yes"
    site.turn(datacenter_properties="there")
    assert "markers" not in {each["what"] for each in workspace.run("doctor", "--format", "json").json}


@pytest.mark.parametrize("creation", ["keeps_properties", "drops_properties"])
def test_a_server_that_shows_properties_and_writes_none_is_named_each_time(
    site: Site, workspace: Workspace, creation: str
) -> None:
    """No read tells of it: each apply that has to write a marker says which it could not write."""
    site.turn(datacenter_properties="there", datacenter_creation=creation)
    said = {"status": 403, "headers": {"Content-Type": "application/json"}, "body": '{"errorMessages": ["no"]}'}
    site.fault(said, path="/properties/", method="PUT", times=99)
    workspace.items(A + B + C)
    workspace.apply()
    for _ in range(2):
        result = workspace.run("apply", "--auto-approve", "--format", "json")
        notes = {each["address"]: " ".join(each["problems"]) for each in result.json["results"]}
        assert "c" in notes
        assert all("its marker was not written" in each for each in notes.values()), notes
    assert len(site.cards()) == 3
