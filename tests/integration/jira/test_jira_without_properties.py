"""The plugin on a sandbox that plays a Data Center whose entity properties are refused, or shown and never written:
what a lost answer leaves, and finds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jira_in_process import InProcess

from reconciler.sdk import Change, Pending, marker_label

HOURS = 7200.0


def _server(properties: str = "405", **knobs: object) -> InProcess:
    site = InProcess()
    site.turn(jira_deployment="datacenter", datacenter_properties=properties, **knobs)
    site.provider = site.connect()
    site.provider.describe_site(("task",))
    return site


def _shown(**knobs: object) -> InProcess:
    """A server that shows properties, lets none be written and drops those of a creation."""
    return _server("read_only", **{"datacenter_creation": "drops_properties", **knobs})


def _known(site: InProcess) -> InProcess:
    """A person's issue is there, by which a new run learns that properties are shown."""
    site.person("create", type="Task", set={"summary": "There"})
    site.provider = site.connect()
    site.provider.describe_site(("task",))
    return site


def _labels(site: InProcess, id: str) -> list[str]:
    return [each for each in _stored(site, id).values["labels"] if each.startswith("rc-")]


def _stored(site: InProcess, id: str) -> Any:
    return site.platform._tenant.store.issues[id]


def _lost(site: InProcess, fault: str) -> Pending:
    """A creation whose answer was lost."""
    draft = site.draft("lost")
    pending = site.pending(draft, site.provider.highest_key())
    site.faults += [("POST", "/issue(/bulk)?$", fault)]
    assert site.create(draft).result == "unknown"
    return pending


@pytest.mark.parametrize("before", ["there", "404"])
@pytest.mark.parametrize("after", ["there", "404"])
def test_the_first_creation_is_found_whatever_the_server_does(before: str, after: str) -> None:
    """On an empty site nobody can know yet whether it takes properties: a label says what the property would."""
    site = _server(before, datacenter_creation="drops_properties")
    pending = _lost(site, "cut_after")
    site.turn(datacenter_properties=after)
    found = site.settle(pending, site.connect())
    assert found.item is not None
    assert found.item.marker is not None
    assert (found.item.marker.operation, found.item.marker.item) == ("lost", None)


@pytest.mark.parametrize("properties", ["there", "405"])
def test_the_label_of_the_first_goes_where_properties_are_taken(properties: str) -> None:
    """What is learnt from the first counts for all that are created with it."""
    site = _server(properties)
    drafts = [replace(site.draft(each), fields={"summary": each}) for each in ("one", "two", "three")]
    outcomes = list(site.provider.create(drafts))
    assert [each.result for each in outcomes] == ["done"] * 3
    for outcome in outcomes:
        assert outcome.item is not None
        labels = [each for each in _stored(site, outcome.item.id).values["labels"] if each.startswith("rc-")]
        assert len(labels) == (1 if properties == "there" else 2)
        marker = site.read(outcome.item.id).marker
        assert marker is not None
        assert marker.operation == outcome.operation


def test_several_are_created_in_one_request() -> None:
    """Where it is known that the server takes no properties, there is nothing to be found out with the first."""
    site = _server()
    site.create(site.draft("first"))
    site.provider = site.connect()
    sent = len(site.requests)
    list(site.provider.create([site.draft("two"), site.draft("three")]))
    assert [each for each in site.requests[sent:] if each.startswith("POST") and "/issue" in each] == [
        "POST /rest/api/2/issue/bulk"
    ]


def test_a_creation_that_never_arrived_is_absent_in_time() -> None:
    """Items of ours with their labels, and a person's without, are no reason to wait for longer."""
    site = _server()
    site.create(site.draft("first"))
    pending = _lost(site, "cut_before")
    site.person("create", type="Task", set={"summary": "Ours"})
    assert site.settle(pending, site.connect()).state == "undecided"
    site.wait(HOURS)
    assert site.settle(pending, site.connect()).state == "absent"


def test_a_marker_that_is_not_shown_any_more_decides_nothing() -> None:
    """An item that arrived with its property before the server refused properties may be the one: it stays open until
    a person takes the label off, or the server shows it again.
    """
    site = _server("there")
    site.create(site.draft("first"))
    pending = _lost(site, "cut_after")
    (*_, lost) = site.platform._tenant.store.issues
    site.turn(datacenter_properties="403")
    label = marker_label(site.draft().marker.workspace, "acme")
    ours = [each for each in _stored(site, lost).values["labels"] if each != label]
    site.person("edit", item=lost, remove_labels=ours)
    site.wait(HOURS)
    assert site.settle(pending, site.connect()).state == "undecided"
    site.turn(datacenter_properties="there")
    assert site.settle(pending, site.connect()).state == "live"
    site.turn(datacenter_properties="403")
    site.person("edit", item=lost, remove_labels=[label])
    site.wait(HOURS)
    assert site.settle(pending, site.connect()).state == "absent"


@pytest.mark.parametrize("arrived", [True, False])
def test_a_comment_whose_answer_was_lost_is_found_by_its_anchor(arrived: bool) -> None:
    """The anchor shows nothing to people; one that did not arrive is not there."""
    site = _server()
    outcome = site.create(site.draft("first"))
    assert outcome.item is not None
    change = Change("said", site.read(outcome.item.id), {}, {}, {}, comment="Out of *scope*")
    pending = site.pending(change)
    site.faults += [("POST", "/comment$", "cut_after" if arrived else "cut_before")]
    site.update(change)
    site.person("comment", item=outcome.item.id, text="Out of scope")
    site.wait(HOURS)
    found = site.settle(pending, site.connect())
    assert found.item is not None
    assert ("comment" in found.item.fields) is arrived
    texts = [each["body"] for each in _stored(site, outcome.item.id).comments]
    assert len(texts) == 1 + arrived


@pytest.mark.parametrize("known", [True, False])
def test_the_first_creation_shows_that_no_property_is_written(known: bool) -> None:
    """Its label says at once what the property would, its own id too; the others bring theirs along, in one request.
    So it is on an empty site, of which nothing was known before.
    """
    site = _known(_shown()) if known else _shown()
    drafts = [replace(site.draft(each), fields={"summary": each}) for each in ("one", "two", "three")]
    outcomes = list(site.provider.create(drafts))
    assert [each.result for each in outcomes] == ["done"] * 3
    assert [each.rpartition("/")[2] for each in site.requests if each.startswith("POST /rest/api/2/issue")] == [
        "issue",
        "bulk",
    ]
    assert len([each for each in site.requests if each.startswith("PUT") and "/properties/" in each]) == 1
    first, *others = [each.item for each in outcomes if each.item]
    for item, own in ((first, first.id), *((each, None) for each in others)):
        marker = site.read(item.id).marker
        assert marker is not None
        assert marker.item == own
        assert len(_labels(site, item.id)) == 2


@pytest.mark.parametrize(
    "struck", ["POST /issue$", "GET /properties/", "PUT /properties/", "GET /issue/[0-9]+$", "PUT /issue/[0-9]+$"]
)
@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
@pytest.mark.parametrize("creation", ["keeps_properties", "drops_properties"])
def test_a_creation_is_found_wherever_it_was_cut(struck: str, when: str, creation: str) -> None:
    """By its operation's label, its property or its marker's label: one of them is there at every moment."""
    site = _shown(datacenter_creation=creation)
    _known(site)
    draft = site.draft("lost")
    pending = site.pending(draft, site.provider.highest_key())
    method, _, path = struck.partition(" ")
    site.faults += [(method, path, when)] * 6
    site.create(draft)
    site.faults.clear()
    site.wait(HOURS)
    arrived = (struck, when) != ("POST /issue$", "cut_before")
    found = site.settle(pending, site.connect())
    assert found.state == ("live" if arrived else "absent")
    assert not arrived or (found.item is not None and found.item.marker is not None)


def test_a_workspace_without_room_keeps_its_creations_label() -> None:
    """The creation is done; that its marker has no room is said where it is written."""
    site = _known(_shown())
    draft = site.draft("op")
    assert draft.marker is not None
    long = replace(draft.marker, name="n" * 200)
    outcome = site.create(replace(draft, marker=long))
    assert outcome.item is not None
    assert len(_labels(site, outcome.item.id)) == 2
    item = site.read(outcome.item.id)
    change = Change("marks", item, {}, {}, {}, marker=replace(long, item=item.id))
    said = site.update(change)
    assert said.result == "refused"
    assert "255 characters of a label" in said.problems[0].message


def test_a_property_that_stays_without_a_label_to_void_it_is_said() -> None:
    """With `marker: none` nothing else can say that an item is let go; one without a property is let go already."""
    site = _server("read_only")
    item = site.read(site.create(site.draft("op")).item.id)  # type: ignore[union-attr]
    site.provider = site.connect(marker="none")
    site.provider.describe_site(("task",))
    assert site.update(Change("drops", item, {}, {}, {}, marker="drop")).result == "refused"
    bare = site.person("create", type="Task", set={"summary": "Bare"})
    assert site.update(Change("none", site.read(bare["id"]), {}, {}, {}, marker="drop")).result == "done"
