"""Jira Data Center behind something that refuses entity properties, or their writes: labels hold the markers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest
from acceptance.harness import HEAD, Site, Workspace

from reconciler.sandbox.serving import running
from reconciler.sdk import marker_label

LABEL = marker_label("6f0c2f3e-0000-4000-8000-000000000001", "")
A = "  a: {type: task, title: A, labels: [ours], due: 2026-12-24}\n"
B = "  b: {type: task, title: B}\n"
C = "  c: {type: task, title: C}\n"


WAYS = {
    "refused": {"datacenter_properties": "404"},
    "shown": {"datacenter_properties": "read_only"},
    "shown, dropped at creation": {"datacenter_properties": "read_only", "datacenter_creation": "drops_properties"},
}
"""How a server may be without properties: it answers 404 for each, or shows them and lets none be written."""
REFUSED = {"status": 405, "body": "<html>Not here</html>", "headers": {"Content-Type": "text/html"}}

refused = pytest.mark.parametrize("site", [WAYS["refused"]], indirect=True, ids=["refused"])
shown = pytest.mark.parametrize("site", [WAYS["shown"]], indirect=True, ids=["shown"])
each_shown = pytest.mark.parametrize("site", list(WAYS.values())[1:], indirect=True, ids=list(WAYS)[1:])


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A Data Center without properties, in each way."""
    with running(knobs={"jira_deployment": "datacenter", **request.param}) as endpoints:
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


def _sent(site: Site, workspace: Workspace, items: str) -> list[str]:
    """What is sent when these are applied, without ids."""
    workspace.items(items)
    with site.watched() as exchanges:
        workspace.apply()
    return [re.sub(r"/issue/\d+", "/issue/ID", f"{each['method']} {each['path']}") for each in exchanges]


def _property(site: Site, key: str) -> Any:
    """What an item's property says; `None` where none is shown."""
    url = f"{site.endpoints.sites['jira']}{site.api}/issue/{key}/properties/reconciler"
    answer = httpx.get(url, auth=("sandbox@example.com", "sandbox"))
    return answer.json()["value"] if answer.status_code == 200 else None


def _actions(workspace: Workspace) -> dict[str, str]:
    return {each["address"]: each["action"] for each in workspace.plan()["actions"] if each["action"] != "none"}


def _markers(site: Site, key: str) -> list[str]:
    """Of an item's labels those of ours, as what they begin with and the address and id that they name."""
    ours = sorted(each for each in site.issue(key)["labels"] if each.startswith("rc-"))
    return [" ".join(each.split(":")[part] for part in (0, 5, 6)) if ":" in each else each for each in ours]


@pytest.mark.parametrize("status", ["403", "404", "405", "501", "read_only"])
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
    """Both labels go, and the item stays as it is; where a property can't go, a label says that it is void."""
    workspace.items(A.replace("due", "on_remove: forget, due") + B)
    workspace.apply()
    kept = _property(site, "INVEST-1")
    workspace.items(B)
    workspace.apply()
    ours = [each for each in site.issue("INVEST-1")["labels"] if each.startswith("rc-")]
    assert ours == ([f"{LABEL}:-:{kept['operation']}"] if kept else [])
    assert site.issue("INVEST-1")["status"]["name"] == "To Do"
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert list(workspace.keys()) == ["b"]


@shown
def test_a_forgotten_item_may_be_taken_up_again(site: Site, workspace: Workspace) -> None:
    """Its property is void for all, until it is imported: then its marker counts again, as a label or a property."""
    workspace.items(A.replace("due", "on_remove: forget, due") + B)
    workspace.apply()
    for properties in ("read_only", "there"):
        workspace.items(B)
        workspace.apply()
        site.turn(datacenter_properties=properties)
        workspace.items(A.replace("due", "on_remove: forget, due") + B + "imports:\n  - {to: a, key: INVEST-1}\n")
        workspace.apply()
        workspace.items(A.replace("due", "on_remove: forget, due") + B)
        assert _actions(workspace) == {}


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


@refused
def test_what_an_old_backup_can_not_see_is_no_reason_to_make_another(
    site: Site, workspace: Workspace, tmp_path: Path
) -> None:
    """An item whose marker is a property that is not shown any more may be the one: a person decides."""
    site.turn(datacenter_properties="there")
    workspace.apply()
    shutil.copytree(workspace.path / ".reconciler", tmp_path / "kept")
    workspace.items(A + B + C)
    workspace.apply()
    shutil.rmtree(workspace.path / ".reconciler")
    (tmp_path / "kept").rename(workspace.path / ".reconciler")
    site.turn(datacenter_properties="404")
    result = workspace.run("apply", "--auto-approve")
    assert result.code == 5
    assert "INVEST-3 carries this workspace's label, and the site does not show whose it is" in result.text
    assert len(site.cards()) == 3
    workspace.items(A + B + C + "imports:\n  - {to: c, key: INVEST-3}\n")
    workspace.apply()
    workspace.items(A + B + C)
    assert _actions(workspace) == {}
    site.act("clone", by="Lena Gray", item="INVEST-3")
    workspace.items(A + B + C + C.replace("c:", "d:").replace("C}", "D}"))
    workspace.apply()
    assert len(site.cards()) == 5


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


@refused
@pytest.mark.parametrize(("first", "second"), [*permutations(["there", "404", "read_only"], 2)])
def test_a_server_may_change_its_mind(site: Site, workspace: Workspace, first: str, second: str) -> None:
    """Properties that come, or go, leave items ours: one apply puts their markers in order, and makes nothing."""
    site.turn(datacenter_properties=first)
    workspace.items(A + B + C)
    workspace.apply()
    site.turn(datacenter_properties=second)
    for _ in range(2):
        assert "create" not in _actions(workspace).values()
        workspace.apply()
    assert len(site.cards()) == 3
    assert _actions(workspace) == {}


def test_a_property_that_can_be_written_again_takes_its_label_off(site: Site, workspace: Workspace) -> None:
    """In the apply that writes it; what finds the item stays."""
    site.turn(datacenter_properties="there")
    workspace.items(A.replace("  a:", "  first:") + B + "moved:\n  - {from: a, to: first}\n")
    workspace.apply()
    assert _markers(site, "INVEST-1") == [LABEL]
    assert _property(site, "INVEST-1")["address"] == "first"
    assert _actions(workspace) == {}


@each_shown
def test_a_property_of_before_overrides_no_label(site: Site, workspace: Workspace) -> None:
    """It can't be written any more, and the label that was written since says where the item is, to a new state too."""
    site.turn(datacenter_properties="there")
    workspace.items(A + B + C)
    workspace.apply()
    assert _property(site, "INVEST-3")["address"] == "c"
    site.turn(datacenter_properties="read_only")
    moved = A + B + C.replace("  c:", "  third:")
    workspace.items(moved + "moved:\n  - {from: c, to: third}\n")
    workspace.apply()
    assert _property(site, "INVEST-3")["address"] == "c"
    workspace.items(moved)
    assert _actions(workspace) == {}
    shutil.rmtree(workspace.path / ".reconciler")
    assert workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert workspace.keys()["third"] == "INVEST-3"
    assert _actions(workspace) == {}


@refused
@pytest.mark.parametrize("option", ["marker: none", "marker: field, marker_field: Memo"])
def test_without_labels_there_is_no_place_for_markers(site: Site, workspace: Workspace, option: str) -> None:
    """Before anything is sent it is said, with what to do."""
    head = HEAD.replace("project: INVEST", f"project: INVEST, {option}")
    workspace.write(f"{head}items:\n{A}")
    result = workspace.run("apply", "--auto-approve")
    assert result.code == 1
    assert "takes no issue properties" in result.text
    assert "take `marker` out of the provider's block" in result.text


@refused
def test_the_doctor_says_where_markers_are(site: Site, workspace: Workspace) -> None:
    """Only where it is unusual; its check by a write finds the marker kept."""
    found = _doctor(workspace, "--write-check", "--auto-approve")
    assert found["markers"] == "in labels: the site refuses issue properties"
    assert found["marker kept"] == "yes"
    site.turn(datacenter_properties="there")
    assert "markers" not in _doctor(workspace)


@each_shown
def test_only_a_write_shows_that_none_is_taken(site: Site, workspace: Workspace) -> None:
    """The doctor's reading claims nothing; its check by a write says where the marker is."""
    assert "markers" not in _doctor(workspace)
    found = _doctor(workspace, "--write-check", "--auto-approve")
    assert found["marker kept"] == "yes"
    said = "yes, in labels: the site shows issue properties, and refuses to write them"
    assert found["marker written"] == said
    site.turn(datacenter_properties="there")
    assert _doctor(workspace, "--write-check", "--auto-approve")["marker written"] == "yes"


@each_shown
@pytest.mark.parametrize("option", ["marker: none", "marker: field, marker_field: Sector"])
def test_without_labels_each_apply_says_what_it_could_not_write(site: Site, workspace: Workspace, option: str) -> None:
    """No read tells that there is no place for markers, and no label is taken that was not asked for."""
    head = HEAD.replace("project: INVEST", f"project: INVEST, {option}").replace("0001", "0002")
    workspace.write(f"{head}items:\n{C}")
    shutil.rmtree(workspace.path / ".reconciler")
    result = workspace.run("apply", "--auto-approve", "--format", "json")
    assert result.code == 0, result.text
    [said] = result.json["results"]
    assert "its marker was not written" in " ".join(said["problems"])
    assert not any(each.startswith("rc-") and ":" in each for each in site.issue(said["key"])["labels"])


@each_shown
@pytest.mark.parametrize("way", [REFUSED, REFUSED | {"status": 501}])
def test_one_refusal_tells_for_the_run(site: Site, workspace: Workspace, way: dict[str, Any]) -> None:
    """Whatever it looks like, a proxy's page too: one property is tried, and the other markers go into labels."""
    site.turn(datacenter_properties="there")
    site.fault(way, path="/properties/", method="PUT", times=99)
    several = "".join(f"  n{each}: {{type: task, title: N{each}}}\n" for each in range(10))
    sent = _sent(site, workspace, A + B + several)
    assert sent.count("PUT /jira/rest/api/2/issue/ID/properties/reconciler") == 1
    assert _actions(workspace) == {}
    for key in list(site.cards())[2:]:
        assert len(_markers(site, key)) == 2


@shown
def test_a_refusal_about_one_item_tells_of_no_other(site: Site, workspace: Workspace) -> None:
    """Where its labels may not be written either, its marker is what was refused, and the others are properties."""
    site.turn(datacenter_properties="there")
    item = site.id_of("INVEST-1")
    said = {"status": 403, "headers": {"Content-Type": "application/json"}, "body": '{"errorMessages": ["no"]}'}
    for path in (f"/issue/{item}/properties/", f"/issue/{item}$"):
        site.fault(said, path=path, method="PUT", times=99)
    moved = "moved:\n  - {from: a, to: first}\n  - {from: b, to: second}\n"
    workspace.items(A.replace("  a:", "  first:") + B.replace("  b:", "  second:") + moved)
    result = workspace.run("apply", "--auto-approve", "--format", "json")
    notes = {each["address"]: " ".join(each["problems"]) for each in result.json["results"]}
    assert "its marker was not written" in notes["first"]
    assert notes["second"] == ""
    assert _property(site, "INVEST-2")["address"] == "second"


def _doctor(workspace: Workspace, *options: str) -> dict[str, str]:
    probes: list[dict[str, Any]] = workspace.run("doctor", *options, "--format", "json").json
    return {each["what"]: each["found"] for each in probes}
