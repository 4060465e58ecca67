"""Markers on the site: what they say, what happens when people take them off, and whose they are."""

from __future__ import annotations

import shutil

import pytest
from acceptance.harness import Site, Workspace, writes
from acceptance.marker_views import MarkerView, on_each_marker, on_each_whole_marker, with_option
from acceptance.platforms import Platform, on_each_platform

from reconciler.sdk import marker_label

ID = "6f0c2f3e-0000-4000-8000-000000000001"
LABEL = marker_label(ID, "")
SPEC = "  a: {type: task, title: A, labels: [ours]}\n  b: {type: task, title: B, due: 2027-03-31, apply_after: [a]}\n"
LABELS = {"jira": "labels", "azure_devops": "System.Tags"}


@pytest.fixture
def option() -> str:
    """The provider's option that says where markers are; none where a test does not say."""
    return ""


@pytest.fixture
def small(workspace: Workspace, option: str) -> Workspace:
    """Two applied items: the first is `a`, the second is `b`."""
    workspace.head = with_option(workspace.head, option)
    workspace.items(SPEC)
    workspace.apply()
    return workspace


@on_each_marker
def test_a_marker_knows_its_own_item(markers: MarkerView, platform: Platform, small: Workspace) -> None:
    """After verification a marker has its item's id, beside the address and whose that is."""
    found = markers.read(platform.key(2))
    assert (found["workspace"], found["name"], found["address"]) == (ID, "small", "b")
    assert found["item"] == small.run("state", "list", "--format", "json").json[1]["id"]


@on_each_whole_marker
def test_a_marker_has_digests_and_no_values(markers: MarkerView, platform: Platform, small: Workspace) -> None:
    """By field and element, of what was applied and of what was read back; a hyperlink has no room for them."""
    first, second = (markers.read(key) for key in platform.keys(1, 2))
    assert {platform.title, platform.due} <= second["base"].keys()
    assert second["base"][platform.due] == second["observed"][platform.due]
    assert len(second["base"][platform.due]) == 16
    elements = [each for each in first["base"] if each.startswith(f"{LABELS[platform.plugin]}/")]
    assert len(elements) == 2, "one says that the set is claimed, one is its element"
    assert not any("ours" in each for each in elements)


@on_each_marker
def test_every_write_brings_it_up_to_date(markers: MarkerView, platform: Platform, small: Workspace) -> None:
    """A change of the spec changes what the marker says, its digests where it has some; the next plan is empty."""
    before = markers.read(platform.key(2))
    small.items(SPEC.replace("2027-03-31", "2027-04-30, protect: true"))
    small.apply()
    after = markers.read(platform.key(2))
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"operation", "protect", "base", "observed"} & before.keys()
    assert small.plan()["actions"] == []


@on_each_marker
@pytest.mark.parametrize("part", ["label", "proof"])
def test_one_that_people_took_off_is_put_back(
    site: Site, markers: MarkerView, platform: Platform, small: Workspace, part: str
) -> None:
    """A marker that people removed is repaired by a planned update that names it; then the plan is empty."""
    key = platform.key(1)
    whole = markers.read(key)
    if part == "label":
        site.edit("Lena Gray", key, remove_labels=[LABEL])
    else:
        markers.take_off(key)
    (action,) = small.plan()["actions"]
    assert (action["address"], action["action"]) == ("a", "update")
    assert [(each["field"], each["before"]) for each in action["changes"]] == [("marker", "missing")]
    assert "marker" in small.run("plan").text
    small.apply()
    assert LABEL in markers.labels(key)
    assert {**markers.read(key), "operation": ""} == {**whole, "operation": ""}
    assert small.plan()["actions"] == []


@on_each_marker
def test_another_workspaces_marker_is_never_written_over(
    site: Site, markers: MarkerView, platform: Platform, small: Workspace
) -> None:
    """An item of ours that another workspace marked is an error in the plan, and apply refuses."""
    key = platform.key(1)
    theirs = {**markers.read(key), "workspace": "0c0ffee0-0000-4000-8000-000000000002", "name": "theirs"}
    markers.write(key, theirs)
    site.edit("Lena Gray", key, add_labels=[marker_label(theirs["workspace"], "")])
    codes = {each["code"] for each in small.plan()["diagnostics"]}
    assert "other_workspace" in codes
    with site.watched() as during:
        assert small.run("apply", "--auto-approve").code == 5
    assert writes(during) == []
    assert markers.read(key) == theirs


@on_each_marker
def test_an_item_of_ours_with_a_copys_marker(markers: MarkerView, platform: Platform, small: Workspace) -> None:
    """A marker that was written for another item proves nothing: the item is reported and left alone."""
    markers.write(platform.key(1), {**markers.read(platform.key(1)), "item": "4711"})
    assert "copy" in {each["code"] for each in small.plan()["diagnostics"]}
    assert small.run("apply", "--auto-approve").code == 5


@on_each_platform
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

    def test_previous_name_lets_it_through(self, markers: MarkerView, platform: Platform, small: Workspace) -> None:
        """The state and the markers get the new name with the next apply; then the old one can go."""
        self.renamed(small, ", previous_name: small")
        assert [each["field"] for action in small.plan()["actions"] for each in action["changes"]] == ["marker"] * 2
        small.apply()
        assert markers.read(platform.key(1))["name"] == "large"
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

    def test_a_marker_of_another_name_stops_the_plan(
        self, markers: MarkerView, platform: Platform, small: Workspace
    ) -> None:
        """A copy that was applied elsewhere left its name on an item of ours."""
        markers.write(platform.key(1), {**markers.read(platform.key(1)), "name": "copied"})
        result = small.run("plan")
        assert result.code == 5
        assert "marked as an item of the workspace 'copied'" in result.text

    def test_a_new_id_makes_a_copy_its_own(self, platform: Platform, small: Workspace) -> None:
        """`init --new-id` changes the id and not one other character; the copy then creates items of its own."""
        text = (
            "# who owns this\nworkspace:   # ours\n  name: small  # a name\n"
            f"  id: {ID}   # never copy it\nproviders: {{{platform.plugin}: {{project: INVEST}}}}\nitems:\n{SPEC}"
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


def test_no_workspace_to_give_an_id_to(workspace: Workspace) -> None:
    """A directory without one says how to start; no platform is asked."""
    result = workspace.run("init", "--new-id")
    assert result.code == 1
    assert "reconciler init DIR" in result.text
