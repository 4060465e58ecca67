"""What became of a change whose answer was lost, of each kind, over real HTTP with the sandbox's faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from jira_in_process import InProcess

from reconciler.sdk import Change, Draft, Item, Link, Marker, Pending, Ref, Transition

PROGRESS, DONE = Ref("10001", "In Progress"), Ref("10004", "Done")
ROOM = Link("remote", "https://data.example/acme", True, "Room")


def change_of(kind: str, site: InProcess, item: Item, other: Item) -> Change:
    """One change of each kind."""
    own = site.marker("op", item=item.id)
    return {
        "edit": Change("op", item, set={"summary": "New"}, add={"labels": ("a",)}),
        "whole set": Change("op", item, set={"labels": ("a", "b")}),
        "transition": Change("op", item, transition=Transition((DONE,))),
        "link": Change("op", item, add={"issuelinks": (Link("10000", other.id),)}),
        "document": Change("op", item, add={"remotelinks": (ROOM,)}),
        "comment": Change("op", item, comment="**Now**"),
        "marker": Change("op", item, marker=own),
        "drop": Change("op", item, marker="drop"),
        "close": Change("op", item, transition=Transition((DONE,)), comment="Over", marker=own),
    }[kind]


WRITES = {
    "edit": ("PUT", r"/issue/\d+$"),
    "whole set": ("PUT", r"/issue/\d+$"),
    "transition": ("POST", "transitions$"),
    "link": ("POST", "/issueLink$"),
    "document": ("POST", "remotelink$"),
    "comment": ("POST", "comment$"),
    "marker": ("PUT", "properties/reconciler$"),
    "drop": ("PUT", r"/issue/\d+$"),
    "close": ("POST", "transitions$"),
}
FIELDS = ("summary", "labels", "status", "issuelinks", "remotelinks")


@pytest.fixture
def site() -> InProcess:
    return InProcess()


@pytest.fixture
def item(site: InProcess) -> Item:
    return site.read(site.create(site.draft("made")).item.id, *FIELDS)


@pytest.fixture
def other(site: InProcess) -> Item:
    return site.read(site.create(site.draft("other")).item.id)


@pytest.mark.parametrize("kind", WRITES)
def test_one_that_arrived_is_live_at_once(site: InProcess, item: Item, other: Item, kind: str) -> None:
    """Live equals what was sent, so that nothing is waited for; a comment is found by its operation."""
    change = change_of(kind, site, item, other)
    pending = site.pending(change)
    site.faults.append((*WRITES[kind], "cut_after"))
    assert site.update(change).result == "unknown"
    found = site.settle(pending)
    assert (found.asked, found.state) == ("op", "live")
    live = found.item.fields
    assert live.get("summary", "New") == "New"
    assert "a" in live.get("labels", ("a",))
    assert live.get("status", DONE) == DONE
    assert live.get("remotelinks", (ROOM,)) == (ROOM,)
    assert live.get("comment") == change.comment
    if isinstance(change.marker, Marker):
        assert found.item.marker == change.marker


@pytest.mark.parametrize("kind", WRITES)
def test_one_that_never_arrived_shows_what_was_before(site: InProcess, item: Item, other: Item, kind: str) -> None:
    """Only when it can't arrive any more: until then it is undecided."""
    change = change_of(kind, site, item, other)
    pending = site.pending(change)
    site.faults.append((*WRITES[kind], "cut_before"))
    assert site.update(change).result == "unknown"
    site.wait(59)
    assert site.settle(pending).state == "undecided"
    site.wait(1)
    found = site.settle(pending)
    assert found.state == "live"
    before = {field: value for field, value in item.fields.items() if field in found.item.fields}
    assert found.item.fields == before
    assert found.item.marker == item.marker


def test_one_after_which_a_person_came_shows_theirs(site: InProcess, item: Item) -> None:
    """What is neither sent nor before is somebody else's."""
    change = Change("op", item, set={"summary": "New"})
    pending = site.pending(change)
    site.faults.append(("PUT", "/issue/", "cut_after"))
    site.update(change)
    site.person("edit", item=item.key, set={"summary": "Theirs"})
    assert site.settle(pending).state == "undecided"
    site.wait(60)
    assert site.settle(pending).item.fields == {"summary": "Theirs"}


def test_a_new_title_of_a_document_is_seen(site: InProcess, item: Item) -> None:
    """The old title leaves with the new one; taking it away is no part that is missing."""
    site.update(Change("first", item, add={"remotelinks": (ROOM,)}))
    renamed = Link("remote", ROOM.target, True, "Data room")
    change = Change("op", item, add={"remotelinks": (renamed,)}, remove={"remotelinks": (ROOM,)})
    pending = site.pending(change)
    assert site.settle(pending).state == "undecided"
    site.update(change)
    assert site.settle(pending).state == "live"


def test_what_was_to_go_and_is_there_is_not_done(site: InProcess, item: Item) -> None:
    """An element that a change takes away."""
    site.update(Change("first", item, add={"labels": ("a", "b")}))
    change = Change("op", item, remove={"labels": ("a",)})
    assert site.settle(site.pending(change)).state == "undecided"
    site.update(change)
    assert site.settle(site.pending(change)).state == "live"


def test_an_item_that_nobody_sees_is_not_visible(site: InProcess, item: Item) -> None:
    """Deleted or hidden: Jira says the same."""
    site.person("hide", item=item.key)
    assert site.settle(site.pending(Change("op", item, set={"summary": "x"}))).state == "not_visible"


@pytest.mark.parametrize("arrives", [True, False])
def test_a_removal_is_a_change_that_names_nothing(site: InProcess, item: Item, arrives: bool) -> None:
    """Not visible once it arrived; as long as it may arrive, an item that is there decides nothing."""
    pending = site.pending(Change("op", item))
    site.faults.append(("DELETE", "/issue/", "cut_after" if arrives else "cut_before"))
    (outcome,) = site.provider.remove({"op": item})
    assert outcome.result == "unknown"
    assert site.settle(pending).state == ("not_visible" if arrives else "undecided")
    site.wait(60)
    assert site.settle(pending).state == ("not_visible" if arrives else "live")


def test_another_ones_comment_is_none(site: InProcess, item: Item) -> None:
    """Neither people's nor another operation's."""
    change = Change("op", item, comment="c")
    site.person("comment", item=item.key, text="c")
    site.update(Change("another", item, comment="c"))
    pending = site.pending(change)
    assert site.settle(pending).state == "undecided"
    site.wait(60)
    assert site.settle(pending).item.fields == {}


def _draft(marker: Marker) -> Draft:
    return Draft("op", Ref("10003"), {"summary": "Ours"}, marker)


FAULTS: dict[str, tuple[str, Any, bool]] = {
    "cut before": ("before", "cut", False),
    "cut after": ("after", "cut", True),
    "truncated": ("after", "truncate", True),
    "hang before": ("before", {"hang": 0.05}, False),
    "hang after": ("after", {"hang": 0.05}, True),
    "500 before": ("before", {"status": 500, "body": {}}, False),
    "503 after": ("after", {"status": 503, "body": "<html>down</html>"}, True),
    "twice": ("before", "duplicate", True),
}
OVER_HTTP = {
    "create": ("POST", "/issue/bulk$"),
    "edit": ("PUT", r"/issue/\d+$"),
    "transition": ("POST", "/transitions$"),
    "link": ("POST", "/issueLink$"),
    "document": ("POST", "/remotelink$"),
    "comment": ("POST", "/comment$"),
    "markers": ("POST", "/properties/multi$"),
    "delete": ("DELETE", r"/issue/\d+$"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", OVER_HTTP)
def test_each_fault_of_each_write_is_found_out(plugin, kind: str, fault: str) -> None:
    """An answer that was lost is unknown, never refused; settling says what is there, whatever the wire did."""
    provider = plugin.provider
    workspace = f"w-{kind}-{fault}"
    marker = Marker(1, workspace, "deals", "acme", "deal", None, "op", False, False, {}, {})
    made = [outcome.item for outcome in provider.create([_draft(marker), _draft(marker)])]
    item, other = (_read(provider, each.id) for each in made)
    own = {
        each.id: Marker(1, workspace, "deals", "acme", "deal", each.id, "own", False, False, {}, {}) for each in made
    }
    when, what, arrives = FAULTS[fault]
    method, path = OVER_HTTP[kind]
    body = {"match": {"method": method, "path": path}, "when": when, "what": what}
    control = plugin.session.url.removesuffix("/jira") + "/_sandbox/faults"
    assert httpx.post(control, json=body).status_code == 200
    changes = {
        "edit": [Change("op", item, set={"summary": "New"})],
        "transition": [Change("op", item, transition=Transition((DONE,)))],
        "link": [Change("op", item, add={"issuelinks": (Link("10000", other.id),)})],
        "document": [Change("op", item, add={"remotelinks": (ROOM,)})],
        "comment": [Change("op", item, comment="c")],
        "markers": [Change(f"op{each.id}", each, marker=own[each.id]) for each in (item, other)],
    }
    fresh = replace(_draft(replace(marker, operation="fresh")), operation="fresh")
    try:
        if kind == "create":
            outcomes = list(provider.create([fresh]))
        elif kind == "delete":
            outcomes = list(provider.remove({"op": item}))
        else:
            outcomes = list(provider.update(changes[kind], quiet=False))
    finally:
        httpx.delete(control)
    allowed = {"unknown"} if fault in {"cut before", "cut after"} else {"unknown", "done", "gone"}
    assert {each.result for each in outcomes} <= allowed
    now = provider._client.clock.now()
    if kind == "delete":
        (found,) = provider.fetch({item.id: ()})
        assert found.state == ("not_visible" if arrives else "live")
    else:
        writes = [fresh] if kind == "create" else changes[kind]
        found_all = list(provider.settle([Pending(each, now, other.key) for each in writes]))
        assert {each.state for each in found_all} == {"live" if arrives else "undecided"}


def _read(provider, id: str) -> Item:
    (found,) = provider.fetch({id: FIELDS}, markers=True)
    return found.item
