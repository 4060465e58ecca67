"""What became of writes whose answer was lost: on the sandbox, at any lag."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from azure_in_process import AzureInProcess
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.sdk import Change, Draft, Found, Item, Link, Pending, Ref, Transition, marker_label

TITLE, TAGS, STATE, PARENT = "System.Title", "System.Tags", "System.State", "System.Parent"
CREATE = r"/workitems/\$"
LABEL = marker_label("6f0c2f3e-0000-4000-8000-000000000001", "acme")


def lost(site: AzureInProcess, fault: str = "cut_after", draft: Draft | None = None) -> Pending:
    """Create with a lost answer; the pending operation as it was journalled."""
    draft = draft or site.draft()
    pending = site.pending(draft, site.provider.highest_key())
    site.faults.append(("POST", CREATE, fault))
    assert site.create(draft).result == "unknown"
    return pending


def item_of(found: Found) -> Item:
    assert found.item is not None, found
    return found.item


def made(site: AzureInProcess, operation: str = "op", **fields: Any) -> Item:
    outcome = site.create(site.draft(operation, **fields))
    assert outcome.item is not None, outcome
    return site.read(outcome.item.id, TITLE, TAGS, STATE, PARENT, "documents")


@pytest.mark.parametrize("lag", [0, 5, 60])
def test_one_that_arrived_is_live_at_once(lag):
    """By id, long before a query knows it; with all that the draft said, and its marker."""
    site = AzureInProcess()
    site.turn(lag=lag)
    site.person("create", set={TITLE: "Theirs"})
    pending = lost(site, draft=site.draft(**{TAGS: (Ref("a"), Ref("b")), "System.Description": None}))
    found = site.settle(pending)
    assert (found.asked, found.state) == ("op", "live")
    item = item_of(found)
    assert item.fields == {TITLE: "Ours", TAGS: (Ref("a"), Ref("b")), "System.Description": None}
    assert item.marker == site.marker("op")


@pytest.mark.parametrize("lag", [0, 5, 60])
def test_one_that_never_arrived_is_absent_after_two_minutes(lag):
    """30 s in which it may be sent, 30 s to arrive, 60 s until a query sees it."""
    site = AzureInProcess()
    site.turn(lag=lag)
    site.person("create", set={TITLE: "Theirs"})
    pending = lost(site, "cut_before")
    for seconds, state in ((0, "undecided"), (119, "undecided"), (1, "absent")):
        site.wait(seconds)
        assert site.settle(pending).state == state


def test_the_options_change_the_times():
    """`request_timeout` and `index_lag`: a site that answers and indexes faster is decided sooner."""
    site = AzureInProcess({"request_timeout": 5, "index_lag": 2.5})
    pending = lost(site, "cut_before")
    site.wait(37)
    assert site.settle(pending).state == "undecided"
    site.wait(0.5)
    assert site.settle(pending).state == "absent"


def test_one_that_arrives_late_is_live():
    """At the last moment that the request has."""
    site = AzureInProcess()
    pending = lost(site, "hold")
    site.wait(59)
    assert site.settle(pending).state == "undecided"
    site.deliver()
    assert site.settle(pending).state == "live"


def test_what_nobody_marked_is_never_absent():
    """Nothing would find it: it has to be looked for by hand."""
    site = AzureInProcess()
    pending = lost(site, "cut_before", replace(site.draft(), marker=None))
    site.wait(3600)
    assert site.settle(pending).state == "undecided"


def test_many_are_settled_together_and_each_finds_its_own():
    """Creations and changes in one call."""
    site = AzureInProcess()
    pending = [lost(site, "cut_after", site.draft(f"op{each}", **{TITLE: f"T{each}"})) for each in range(3)]
    change = Change("op9", made(site, "op8"), {TITLE: "New"})
    pending.append(site.pending(change))
    site.wait(300)
    found = {each.asked: each for each in site.provider.settle(pending)}
    assert sorted(found) == ["op0", "op1", "op2", "op9"]
    assert [item_of(found[f"op{each}"]).fields[TITLE] for each in range(3)] == ["T0", "T1", "T2"]


def test_of_two_that_arrived_the_first_is_the_original():
    """A network that delivers twice makes two; the other is reported as a copy by the next look."""
    site = AzureInProcess()
    pending = lost(site, "twice")
    item = item_of(site.settle(pending))
    assert item.id == "1"
    site.wait(300)
    assert sorted(each.id for each in site.provider.find_marked(LABEL)) == ["1", "2"]


def test_a_copy_is_never_taken_for_the_original():
    """It carries the marker of another item, however early it is found."""
    site = AzureInProcess()
    original = made(site)
    assert site.update(Change("op2", original, marker=site.marker("op2", item=original.id))).result == "done"
    site.person("clone", item=original.id)
    found = site.settle(site.pending(replace(site.draft("op2"), marker=site.marker("op2"))))
    assert item_of(found).id == original.id


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([0, 5, 40]), st.integers(0, 450), st.sampled_from(["cut_after", "cut_before"]))
def test_gaps_between_ids_hide_nothing(lag, others, fault):
    """Ids are the whole organisation's: other projects take most of them, and so do deletions."""
    site = AzureInProcess()
    site.turn(lag=lag)
    first = made(site, "first")
    site.wait(7200)
    pending = site.pending(site.draft(), first.key)
    for number in range(others):
        their = site.person("create", set={TITLE: "Theirs"}, project="BASIC")
        if number % 3:
            site.person("delete", item=their["id"])
    site.faults.append(("POST", CREATE, fault))
    assert site.create(site.draft()).result == "unknown"
    found = site.settle(pending)
    assert found.state == ("live" if fault == "cut_after" else "undecided")
    above = {each.id for each in site.provider.find_marked(LABEL, above=first.key)}
    assert above == ({first.id, item_of(found).id} if found.item else {first.id})


def test_a_look_upwards_costs_little_in_a_busy_organisation():
    """What others made before is not read again: one query says where to begin."""
    site = AzureInProcess()
    first = made(site, "first")
    for _ in range(450):
        site.person("create", set={TITLE: "Theirs"}, project="BASIC")
    site.wait(7200)
    made(site, "second")
    site.requests.clear()
    assert len(list(site.provider.find_marked(LABEL, above=first.key))) == 2
    assert len(site.requests) <= 6


PARTS = {
    "title": {"set": {TITLE: "New"}},
    "status": {"transition": Transition((Ref("Active"),))},
    "tags": {"add": {TAGS: (Ref("new"),)}, "remove": {TAGS: (Ref("old"),)}},
    "document": {"add": {"documents": (Link("Hyperlink", "https://x.example", True, "X"),)}},
    "comment": {"comment": "Said"},
    "drop": {"marker": "drop"},
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", ["cut_after", "cut_before", "hold"])
def test_a_change_is_live_as_soon_as_it_is_there(part, fault):
    """At once where all of it is there; else once the request can't arrive any more."""
    site = AzureInProcess()
    before = made(site, "op", **{TAGS: (Ref("old"),)})
    change = Change("op2", before, **PARTS[part])
    pending = site.pending(change)
    site.faults.append(("PATCH", "/workitems/", fault))
    assert site.update(change).result == "unknown"
    assert site.settle(pending).state == ("live" if fault == "cut_after" else "undecided")
    site.wait(60)
    site.deliver()
    item = item_of(site.settle(pending))
    arrived = fault != "cut_before"
    expected = {
        "title": item.fields.get(TITLE) == "New",
        "status": item.fields.get(STATE) == Ref("Active"),
        "tags": item.fields.get(TAGS) == (Ref("new"),),
        "document": bool(item.fields.get("documents")),
        "comment": item.fields.get("comment") == "Said",
        "drop": item.marker is None,
    }
    assert expected[part] == arrived


def test_a_marker_that_arrived_is_known_by_its_operation():
    """An older marker of ours is not taken for it."""
    site = AzureInProcess()
    item = made(site)
    change = Change("op2", item, marker=site.marker("op2", item=item.id))
    pending = site.pending(change)
    assert site.settle(pending).state == "undecided"
    assert site.update(change).result == "done"
    assert site.settle(pending).state == "live"


def test_a_comment_of_another_operation_is_not_ours():
    """Though it says the same."""
    site = AzureInProcess()
    item = made(site)
    assert site.update(Change("op2", item, comment="Closed")).result == "done"
    pending = site.pending(Change("op3", site.read(item.id), comment="Closed"))
    site.wait(60)
    assert "comment" not in item_of(site.settle(pending)).fields


def test_a_removal_is_seen_by_its_absence():
    """While the item is there it may still go; an item that nobody can read is `not_visible`."""
    site = AzureInProcess()
    item = made(site)
    removal = Change("op2", item)
    pending = site.pending(removal)
    assert site.settle(pending).state == "undecided"
    site.wait(60)
    assert site.settle(pending).state == "live"
    assert [each.result for each in site.provider.remove({"op2": item})] == ["done"]
    assert site.settle(pending).state == "not_visible"


def test_settling_writes_nothing():
    """It only looks."""
    site = AzureInProcess()
    pending = lost(site)
    site.requests.clear()
    site.settle(pending)
    assert all(
        each.startswith(("GET", "POST /_apis/wit/wiql", "POST /_apis/wit/workitemsbatch")) for each in site.requests
    )
