"""What ties items to their workspace on the sandbox: by label, by field or by the property alone; found, never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jira_in_process import InProcess

from reconciler.sdk import Change, Item, Ref, marker_label

FIELD = {"marker": "field", "marker_field": "Sector"}
NONE = {"marker": "none"}


def label(site: InProcess) -> str:
    return marker_label(site.marker("").workspace, "acme")


def raw(site: InProcess, item: Item) -> dict[str, object]:
    """What the platform keeps of an issue."""
    issue = site.platform._tenant.store.find(item.id)
    return {**issue.values, "property": issue.properties.get("reconciler")}


@pytest.mark.parametrize(
    ("options", "labels", "sector"),
    [({}, ["mine", "<label>"], None), (FIELD, ["mine"], "<label>"), (NONE, ["mine"], None)],
)
def test_creation_carries_the_marker(options: dict[str, object], labels: list[str], sector: str | None) -> None:
    """In one request: the property always, and what finds it."""
    site = InProcess(options)
    item = site.create(site.draft(labels=("mine",))).item
    kept = raw(site, item)
    text = label(site)
    assert kept["labels"] == [each.replace("<label>", text) for each in labels]
    assert kept.get("customfield_10051") == (text if sector else None)
    assert kept["property"]["operation"] == "op"
    live = site.read(item.id, "labels")
    assert (live.fields["labels"], live.marker) == (("mine",), site.marker("op"))


@pytest.mark.parametrize("options", [{}, FIELD])
def test_marked_items_are_found_by_search(options: dict[str, object]) -> None:
    """The workspace's own, copies among them; nobody else's, even where a text search finds more."""
    site = InProcess(options)
    item = site.create(site.draft()).item
    other = replace(site.draft("other"), marker=replace(site.marker("other"), instance="beta"))
    site.create(other)
    site.person("create", set={"summary": "Words", "Sector": " ".join(reversed(label(site).split("-")))})
    clone = site.person("clone", item=item.key)
    assert site.provider.describe_site(("task",)).capabilities.searchable_marker
    found = list(site.provider.find_marked(label(site)))
    assert [each.id for each in found] == [item.id, clone["id"]]
    assert all(each.marker is not None for each in found)


def test_without_a_searchable_marker_nothing_is_searched() -> None:
    """The engine is told, and only reading upwards finds."""
    site = InProcess(NONE)
    item = site.create(site.draft()).item
    assert list(site.provider.find_marked(label(site))) == []
    assert [each.id for each in site.provider.find_marked(label(site), above="INVEST-0")] == [item.id]
    assert not site.provider.describe_site(()).capabilities.searchable_marker


@pytest.mark.parametrize("lag", [0, 5, 60])
def test_reading_upwards_finds_what_a_search_misses(lag: float) -> None:
    """Each once, those of this label alone, and none below."""
    site = InProcess()
    site.turn(lag=lag)
    site.create(site.draft("below"))
    above = site.provider.highest_key() or "INVEST-1"
    site.wait(61)
    known = site.create(site.draft("a")).item
    site.wait(61)
    fresh = site.create(site.draft("b")).item
    site.create(replace(site.draft("c"), marker=replace(site.marker("c"), instance="beta")))
    site.person("create", set={"summary": "Theirs"})
    found = [each.id for each in site.provider.find_marked(label(site), above=above)]
    assert sorted(found)[-2:] == [known.id, fresh.id]
    assert len(found) == len(set(found)) == 3
    (only,) = InProcess.connect(site, marker="none").find_marked(label(site), above=known.key)
    assert only.id == fresh.id


def test_reading_upwards_leaves_out_what_a_search_knows_for_sure() -> None:
    """Thousands of other people's issues cost no read each: only keys that a search may miss are read."""
    site = InProcess()
    for _ in range(250):
        site.person("create", set={"summary": "Theirs"})
    site.person("delete", item="INVEST-100")
    site.turn(lag=60)
    site.wait(121)
    item = site.create(site.draft()).item
    site.requests.clear()
    found = site.provider.find_marked(label(site), above="INVEST-3")
    assert [each.id for each in found] == [item.id]
    assert len([each for each in site.requests if "bulkfetch" in each]) == 2
    assert len([each for each in site.requests if "search" in each]) == 3


@settings(max_examples=60)
@given(data=st.data())
def test_no_marked_item_above_a_key_is_missed(data: Any) -> None:
    """Whatever the lag and its flicker, the age of items, gaps below a hundred and the marker's kind; each once."""
    site = InProcess(data.draw(st.sampled_from([{}, FIELD, NONE])))
    site.turn(lag=data.draw(st.sampled_from([0, 5, 60])))
    ours: dict[int, str] = {}
    for action in data.draw(st.lists(st.sampled_from(["ours", "theirs", "gap", "delete", "wait"]), max_size=12)):
        match action:
            case "ours":
                made = site.create(site.draft(f"op{len(ours)}")).item
                ours[int(made.key.rpartition("-")[2])] = made.id
            case "theirs":
                site.person("create", set={"summary": "Theirs"})
            case "gap":
                site.skip_keys(85)
                site.person("create", set={"summary": "Theirs"})
            case "delete" if ours:
                site.person("delete", item=ours.pop(min(ours)))
            case "wait":
                site.wait(data.draw(st.integers(0, 130)))
    above = data.draw(st.integers(1, 200))
    found = [each.id for each in site.provider.find_marked(label(site), above=f"INVEST-{above}")]
    assert len(found) == len(set(found))
    assert {id for number, id in ours.items() if number > above} <= set(found) <= set(ours.values())


def test_the_highest_key_is_the_one_that_can_be_seen() -> None:
    """Empty for an empty project; a deleted item's key counts no more."""
    site = InProcess()
    assert site.provider.highest_key() == ""
    for _ in range(12):
        site.person("create", set={"summary": "Theirs"})
    assert site.provider.highest_key() == "INVEST-12"
    site.person("delete", item="INVEST-12")
    assert site.provider.highest_key() == "INVEST-11"


@pytest.mark.parametrize("options", [{}, FIELD, NONE])
def test_a_marker_is_given_kept_and_taken(options: dict[str, object]) -> None:
    """To an item that has none, by one edit; gone with both of its halves."""
    site = InProcess(options)
    theirs = site.person("create", set={"summary": "Theirs", "labels": ["theirs"]})
    bare = site.read(theirs["id"])
    assert bare.marker is None
    assert site.update(Change("adopt", bare, marker=site.marker("adopt", item=bare.id))).result == "done"
    marked = site.read(bare.id, "labels")
    assert (marked.marker, marked.fields["labels"]) == (site.marker("adopt", item=bare.id), ("theirs",))
    assert site.update(Change("edit", marked, set={"summary": "Ours"})).result == "done"
    assert site.read(bare.id).marker is not None
    assert site.update(Change("drop", marked, marker="drop")).result == "done"
    kept = raw(site, bare)
    assert (kept["labels"], kept.get("customfield_10051"), kept["property"]) == (["theirs"], None, None)


def test_half_a_marker_is_none() -> None:
    """A field that people emptied finds nothing any more: the marker counts as taken off and is put back."""
    site = InProcess(FIELD)
    item = site.create(site.draft()).item
    site.person("edit", item=item.key, set={"Sector": None})
    live = site.read(item.id)
    assert live.marker is None
    site.update(Change("repair", live, marker=site.marker("repair", item=item.id)))
    assert site.read(item.id).marker == site.marker("repair", item=item.id)


def test_an_address_may_be_hidden() -> None:
    """Where the provider says so, the property holds a digest of the address, which proves it to whoever knows it."""
    site = InProcess({"marker_address": "digest"})
    item = site.create(site.draft()).item
    assert "deal" not in str(raw(site, item)["property"]["address"])
    marker = site.read(item.id).marker
    assert marker is not None
    assert marker.is_at("deal")
    assert not marker.is_at("task")
    site.update(Change("again", site.read(item.id), marker=replace(marker, operation="again")))
    assert site.read(item.id).marker == replace(marker, operation="again")


@pytest.mark.parametrize("marker", ["drop", "new"])
def test_a_newer_marker_is_never_written_over(marker: str) -> None:
    """What a newer version keeps there would be lost: the whole change is refused."""
    site = InProcess()
    item = site.create(site.draft()).item
    issue = site.platform._tenant.store.find(item.id)
    issue.properties["reconciler"] = {**issue.properties["reconciler"], "version": 2, "more": "x"}
    issue.values["labels"] = ["another-way-to-find-it"]
    live = site.read(item.id)
    assert (live.marker.version, live.marker.workspace) == (2, site.marker("").workspace)
    new = "drop" if marker == "drop" else site.marker("op2", item=item.id)
    outcome = site.update(Change("op2", live, set={"summary": "x"}, marker=new))
    assert (outcome.result, outcome.problems[0].code) == ("refused", "rule")
    assert "newer version" in outcome.problems[0].message
    assert site.read(item.id, "summary").fields["summary"] == "Ours"
    assert site.update(Change("op3", live, set={"summary": "x"})).result == "done"
    (outcome,) = site.provider.remove({"op4": live})
    assert (outcome.result, outcome.problems[0].code) == ("refused", "rule")


def test_a_copy_may_lack_the_property() -> None:
    """Then the label alone finds it, and nothing proves it ours."""
    site = InProcess()
    site.turn(clone_properties=False)
    item = site.create(site.draft()).item
    clone = site.person("clone", item=item.key)
    found = {each.id: each.marker for each in site.provider.find_marked(label(site))}
    assert found == {item.id: site.marker("op"), clone["id"]: None}


def test_children_are_known_whoever_made_them() -> None:
    """With their markers: what is not ours is somebody else's."""
    site = InProcess()
    parent, alone = site.create(site.draft("a")).item, site.create(site.draft("b")).item
    theirs = site.person("create", type="Sub-task", set={"summary": "Theirs", "parent": parent.key})
    (found,) = site.provider.children((parent.id, alone.id))
    assert (found.id, found.fields["parent"], found.marker) == (theirs["id"], Ref(parent.id), None)
    assert list(site.provider.children(())) == []


def test_sub_tasks_are_known_before_any_search_is() -> None:
    """Their parent names them; what a search alone shows is missed within the lag, and looked at again once found."""
    site = InProcess()
    epic, task = site.create(site.draft("a")).item, site.create(site.draft("b")).item
    site.turn(lag=60)
    theirs = site.person("create", type="Sub-task", set={"summary": "Theirs", "parent": task.key})
    assert [each.id for each in site.provider.children((epic.id, task.id))] == [theirs["id"]]
    site.person("delete", item=theirs["key"])
    assert list(site.provider.children((task.id,))) == []
    site.person("delete", item=task.key)
    assert list(site.provider.children((task.id,))) == []


@pytest.mark.parametrize("options", [{}, FIELD])
def test_what_finds_without_the_property_is_told(options: dict[str, object]) -> None:
    """It is found, and nothing proves it."""
    site = InProcess(options)
    item = site.create(site.draft()).item
    site.platform._tenant.store.find(item.id).properties.clear()
    assert [(each.id, each.marker) for each in site.provider.find_marked(label(site))] == [(item.id, None)]


def test_removal_is_real_and_spares_sub_tasks() -> None:
    """A deletion is real; sub-tasks are never deleted along: Jira refuses, in its words; gone is told from done."""
    site = InProcess()
    alone, parent, missing = (site.create(site.draft(each)).item for each in ("a", "b", "c"))
    site.person("create", type="Sub-task", set={"summary": "Theirs", "parent": parent.key})
    site.person("delete", item=missing.key)
    outcomes = {each.operation: each for each in site.provider.remove({"x": alone, "y": parent, "z": missing})}
    assert {key: each.result for key, each in outcomes.items()} == {"x": "done", "y": "refused", "z": "gone"}
    assert "subtasks" in outcomes["y"].problems[0].message
    (found, kept) = sorted(site.provider.fetch({alone.id: (), parent.id: ()}), key=lambda each: each.asked)
    assert (found.state, kept.state) == ("not_visible", "live")
