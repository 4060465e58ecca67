"""Markers on the site: what they say, what happens when people take them off, and whose they are."""

from __future__ import annotations

import shutil
from typing import Any

import httpx
import pytest
from acceptance.harness import Site, Workspace, writes

from reconciler.sdk import marker_label

ID = "6f0c2f3e-0000-4000-8000-000000000001"
LABEL = marker_label(ID, "")
SPEC = "  a: {type: task, title: A, labels: [ours]}\n  b: {type: task, title: B, due: 2027-03-31}\n"
AUTH = ("sandbox@example.com", "sandbox")


def marker_url(site: Site, key: str) -> str:
    """Where an issue's marker is."""
    return f"{site.endpoints.sites['jira']}/rest/api/3/issue/{key}/properties/reconciler"


def marker(site: Site, key: str) -> dict[str, Any]:
    """An issue's marker, as the site keeps it."""
    answer = httpx.get(marker_url(site, key), auth=AUTH)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()["value"]
    return value


def put_marker(site: Site, key: str, value: dict[str, Any]) -> None:
    """Somebody writes a marker of their own."""
    assert httpx.put(marker_url(site, key), json=value, auth=AUTH).status_code in (200, 201)


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    """Two applied items: INVEST-1 is `a`, INVEST-2 is `b`."""
    workspace.items(SPEC)
    workspace.apply()
    return workspace


def test_a_marker_knows_its_own_item_and_digests(site: Site, small: Workspace) -> None:
    """After verification a marker has its item's id, and digests by field and element: no value of any field."""
    found = marker(site, "INVEST-2")
    assert (found["workspace"], found["name"], found["address"]) == (ID, "small", "b")
    assert found["item"] == small.run("state", "list", "--format", "json").json[1]["id"]
    assert {"summary", "duedate"} <= found["base"].keys()
    assert found["base"]["duedate"] == found["observed"]["duedate"]
    assert len(found["base"]["duedate"]) == 16
    elements = [each for each in marker(site, "INVEST-1")["base"] if each.startswith("labels/")]
    assert len(elements) == 2, "one says that the set is claimed, one is its element"
    assert not any("ours" in each for each in elements)


def test_every_write_brings_it_up_to_date(site: Site, small: Workspace) -> None:
    """A change of the spec changes the digests with the fields; the next plan is empty."""
    before = marker(site, "INVEST-2")
    small.items(SPEC.replace("2027-03-31", "2027-04-30"))
    small.apply()
    after = marker(site, "INVEST-2")
    assert after["base"]["duedate"] != before["base"]["duedate"]
    assert after["operation"] != before["operation"]
    assert small.plan()["actions"] == []


@pytest.mark.parametrize("part", ["label", "property"])
def test_one_that_people_took_off_is_put_back(site: Site, small: Workspace, part: str) -> None:
    """A marker that people removed is repaired by a planned update that names it; then the plan is empty."""
    whole = marker(site, "INVEST-1")
    if part == "label":
        site.edit("Lena Gray", "INVEST-1", remove_labels=[LABEL])
    else:
        assert httpx.delete(marker_url(site, "INVEST-1"), auth=AUTH).status_code == 204
    (action,) = small.plan()["actions"]
    assert (action["address"], action["action"]) == ("a", "update")
    assert [(each["field"], each["before"]) for each in action["changes"]] == [("marker", "missing")]
    assert "marker" in small.run("plan").text
    small.apply()
    assert LABEL in site.issue("INVEST-1")["labels"]
    assert {**marker(site, "INVEST-1"), "operation": ""} == {**whole, "operation": ""}
    assert small.plan()["actions"] == []


def test_another_workspaces_marker_is_never_written_over(site: Site, small: Workspace) -> None:
    """An item of ours that another workspace marked is an error in the plan, and apply refuses."""
    theirs = {**marker(site, "INVEST-1"), "workspace": "0c0ffee0-0000-4000-8000-000000000002", "name": "theirs"}
    put_marker(site, "INVEST-1", theirs)
    site.edit("Lena Gray", "INVEST-1", add_labels=[marker_label(theirs["workspace"], "")])
    codes = {each["code"] for each in small.plan()["diagnostics"]}
    assert "other_workspace" in codes
    with site.watched() as during:
        assert small.run("apply", "--auto-approve").code == 5
    assert writes(during) == []
    assert marker(site, "INVEST-1") == theirs


def test_an_item_of_ours_with_a_copys_marker(site: Site, small: Workspace) -> None:
    """A marker that was written for another item proves nothing: the item is reported and left alone."""
    put_marker(site, "INVEST-1", {**marker(site, "INVEST-1"), "item": "4711"})
    assert "copy" in {each["code"] for each in small.plan()["diagnostics"]}
    assert small.run("apply", "--auto-approve").code == 5


class TestNames:
    """A workspace that was renamed, or whose id was copied, is stopped until somebody says which it is."""

    def renamed(self, small: Workspace, more: str = "") -> None:
        """The specs call their workspace by another name."""
        small.replace("name: small", f"name: large{more}")

    def test_a_renamed_one_is_stopped(self, small: Workspace) -> None:
        """The same id under another name stops every command that reads the state, with both remedies."""
        self.renamed(small)
        for command in (["plan"], ["apply", "--auto-approve"], ["state", "list"], ["drift"]):
            result = small.run(*command)
            assert result.code == 1
            assert "previous_name: small" in result.text
            assert "init --new-id" in result.text

    def test_previous_name_lets_it_through(self, site: Site, small: Workspace) -> None:
        """The state and the markers get the new name with the next apply; then the old one can go."""
        self.renamed(small, ", previous_name: small")
        assert [each["field"] for action in small.plan()["actions"] for each in action["changes"]] == ["marker"] * 2
        small.apply()
        assert marker(site, "INVEST-1")["name"] == "large"
        small.replace(", previous_name: small", "")
        assert small.plan()["actions"] == []

    def test_a_copy_without_its_state_is_stopped_by_the_markers(self, small: Workspace) -> None:
        """Copied specs with another name find items of their id: they are not theirs to rebuild."""
        self.renamed(small)
        shutil.rmtree(small.path / ".reconciler")
        result = small.run("state", "rebuild", "--auto-approve")
        assert result.code == 5
        assert "previous_name: small" in result.text
        assert "init --new-id" in result.text

    def test_a_marker_of_another_name_stops_the_plan(self, site: Site, small: Workspace) -> None:
        """A copy that was applied elsewhere left its name on an item of ours."""
        put_marker(site, "INVEST-1", {**marker(site, "INVEST-1"), "name": "copied"})
        result = small.run("plan")
        assert result.code == 5
        assert "marked as an item of the workspace 'copied'" in result.text

    def test_a_new_id_makes_a_copy_its_own(self, small: Workspace) -> None:
        """`init --new-id` changes the id and not one other character; the copy then creates items of its own."""
        text = (
            "# who owns this\nworkspace:   # ours\n  name: small  # a name\n"
            f"  id: {ID}   # never copy it\nproviders: {{jira: {{project: INVEST}}}}\nitems:\n{SPEC}"
        )
        small.write(text)
        result = small.run("init", "--new-id")
        assert result.code == 0
        now = (small.path / "main.yaml").read_text(encoding="utf-8")
        fresh = now.partition("id: ")[2].partition(" ")[0]
        assert fresh != ID
        assert now == text.replace(ID, fresh)
        assert fresh in result.out
        assert small.plan()["summary"]["create"] == 2

    def test_no_workspace_to_give_an_id_to(self, workspace: Workspace) -> None:
        """A directory without one says how to start."""
        result = workspace.run("init", "--new-id")
        assert result.code == 1
        assert "reconciler init DIR" in result.text
