"""The plugin on a sandbox that plays Jira Data Center: epics, markers, comments, and what a lost answer leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jira_in_process import TASK, InProcess

from reconciler.sdk import Change, Draft, Item, Ref, Transition, marker_label

EPIC, SUBTASK = Ref("10001", "Epic"), Ref("10005", "Sub-task")


@pytest.fixture
def server() -> InProcess:
    """The site, and a provider that has described it."""
    return _server()


def _server(**knobs: object) -> InProcess:
    site = InProcess()
    site.turn(jira_deployment="datacenter", **knobs)
    site.provider = site.connect()
    site.provider.describe_site(("epic", "task", "subtask"))
    return site


def _made(site: InProcess, type: Ref = TASK, **fields: Any) -> Item:
    outcome = site.create(Draft("made", type, {"summary": "Made", **fields}, None))
    assert outcome.result == "done", outcome
    assert outcome.item is not None
    return site.read(outcome.item.id, "summary", "parent", "description")


def _stored(site: InProcess, id: str) -> Any:
    return site.platform._tenant.store.issues[id]


def _labels(site: InProcess, id: str) -> list[str]:
    return [each for each in _stored(site, id).values.get("labels", ()) if each.startswith("rc-")]


def test_an_item_moves_from_epic_to_epic(server):
    """Its parent is its epic's link; without a parent it has none."""
    first, second = _made(server, EPIC), _made(server, EPIC)
    item = _made(server, parent=Ref(first.id))
    assert item.fields["parent"] == Ref(first.id)
    for parent in (Ref(second.id), None):
        assert server.update(Change("op", item, {"parent": parent}, {}, {})).result == "done"
        assert server.read(item.id, "parent").fields["parent"] == parent


def test_a_parent_that_nobody_sees_is_refused_by_jira(server):
    """In Jira's words, with the field that they are about."""
    outcome = server.create(Draft("op", TASK, {"summary": "Lost", "parent": Ref("99999")}, None))
    assert outcome.result == "refused"
    assert {each.field for each in outcome.problems} == {"parent"}
    item = _made(server)
    outcome = server.update(Change("op", item, {"parent": Ref("99999")}, {}, {}))
    assert (outcome.result, {each.field for each in outcome.problems}) == ("refused", {"parent"})


def test_a_subtask_has_its_parent_for_good(server):
    """It is created below it; an edit that gives it another is refused."""
    task, other = _made(server), _made(server)
    child = _made(server, SUBTASK, parent=Ref(task.id))
    assert child.fields["parent"] == Ref(task.id)
    outcome = server.update(Change("op", child, {"parent": Ref(other.id)}, {}, {}))
    assert (outcome.result, {each.field for each in outcome.problems}) == ("refused", {"parent"})


def test_children_are_found_on_both_levels(server):
    """Sub-tasks by their parent, others by their epic."""
    epic = _made(server, EPIC)
    task = _made(server, parent=Ref(epic.id))
    child = _made(server, SUBTASK, parent=Ref(task.id))
    assert {each.id for each in server.provider.children([epic.id, task.id])} == {task.id, child.id}


def test_the_first_of_a_run_goes_alone_and_the_others_together(server):
    """It shows that properties are kept; its label goes, and no other gets one."""
    drafts = [server.draft(f"op{number}") for number in range(4)]
    server.requests.clear()
    assert [each.result for each in server.provider.create(drafts)] == ["done"] * 4
    creations = [each for each in server.requests if each.startswith("POST")]
    assert creations == ["POST /rest/api/2/issue", "POST /rest/api/2/issue/bulk"]
    for outcome in server.provider.find_marked(marker_label(drafts[0].marker.workspace, "acme")):
        assert _labels(server, outcome.id) == [marker_label(drafts[0].marker.workspace, "acme")]


def test_one_that_is_refused_spoils_no_other_in_bulk():
    """On a server that drops properties, the others get theirs."""
    server = _server(datacenter_creation="drops_properties")
    assert server.create(server.draft("first")).result == "done"
    bad = replace(server.draft("bad"), fields={"summary": "x" * 300})
    outcomes = list(server.provider.create([server.draft("a"), bad, server.draft("b")]))
    assert [each.result for each in outcomes] == ["done", "refused", "done"]
    for outcome, operation in ((outcomes[0], "a"), (outcomes[2], "b")):
        assert outcome.item is not None
        marker = server.read(outcome.item.id).marker
        assert marker is not None
        assert marker.operation == operation
        assert len(_labels(server, outcome.item.id)) == 1


@pytest.mark.parametrize("struck", ["POST /issue$", "GET /properties/", "PUT /properties/", "PUT /issue/[0-9]+$"])
def test_a_creation_is_found_wherever_it_was_cut(struck):
    """On a server that drops properties at creation: by its operation's label, or by the property."""
    server = _server(datacenter_creation="drops_properties")
    draft = server.draft("lost")
    pending = server.pending(draft)
    method, _, path = struck.partition(" ")
    server.faults += [(method, path, "cut_after")] * 6
    server.create(draft)
    server.faults.clear()
    person = server.person("create", type="Task", set={"summary": "Ours"})
    found = server.settle(pending, server.connect())
    assert found.state == "live"
    assert found.item is not None
    assert found.item.marker is not None
    assert (found.item.marker.operation, found.item.fields["summary"]) == ("lost", "Ours")
    assert found.item.id != person["id"]


def test_a_copy_of_what_was_cut_is_no_original():
    """A clone carries the labels too: the first that was made is the original."""
    server = _server(datacenter_creation="drops_properties")
    draft = server.draft("lost")
    pending = server.pending(draft)
    server.faults.append(("POST", "/issue$", "cut_after"))
    server.create(draft)
    (original,) = server.platform._tenant.store.issues
    server.person("clone", item=original)
    found = server.settle(pending, server.connect())
    assert found.item is not None
    assert found.item.id == original


def test_properties_that_are_refused_leave_the_proof(server):
    """The creation is done; its label stays until the run writes the marker."""
    server.turn(datacenter_creation="drops_properties")
    server.faults += [("PUT", "/properties/", "cut_before")]
    outcome = server.create(server.draft("op"))
    assert outcome.result == "done"
    assert outcome.item is not None
    assert len(_labels(server, outcome.item.id)) == 2


def test_a_marker_goes_along_with_fields_and_with_a_status(server):
    """By a request of its own, after the other."""
    item = server.read(server.create(server.draft("op")).item.id, "summary")
    marker = server.marker("second", item=item.id)
    assert server.update(Change("second", item, {"summary": "New"}, {}, {}, marker=marker)).result == "done"
    assert server.read(item.id).marker == marker
    marker = server.marker("third", item=item.id)
    moved = Transition((Ref("10001", "In Progress"),), {})
    assert server.update(Change("third", item, {}, {}, {}, transition=moved, marker=marker)).result == "done"
    assert server.read(item.id).marker == marker


def test_several_markers_are_written_one_by_one(server):
    """There is no task for many; the preview counts each."""
    items = [server.read(server.create(server.draft(f"op{number}")).item.id) for number in range(3)]
    changes = [Change(f"m{each.id}", each, {}, {}, {}, marker=server.marker("m", item=each.id)) for each in items]
    counted = [dict(each.requests) for each in server.provider.preview(changes, live=False)]
    assert counted == [{"marker": 1}] * 3
    server.requests.clear()
    assert {each.result for each in server.provider.update(changes, quiet=True)} == {"done"}
    assert sorted({each.split("/")[-2] for each in server.requests}) == ["properties"]


def test_a_comment_whose_answer_was_lost_is_found(server):
    """By its property, which is read by itself; its text is wiki markup."""
    item = server.read(server.create(server.draft("op")).item.id)
    change = Change("said", item, {}, {}, {}, comment="**Out** of scope")
    server.faults.append(("POST", "/comment$", "cut_after"))
    assert server.update(change).result == "unknown"
    found = server.settle(server.pending(change))
    assert found.item is not None
    assert found.item.fields["comment"] == "**Out** of scope"
    missing = replace(change, operation="never")
    assert "comment" not in (server.settle(server.pending(missing)).item or item).fields


def test_people_watch_by_name(server):
    """They are added and taken off, and read back."""
    item = server.read(server.create(server.draft("op")).item.id)
    lena, omar = Ref("l.gray"), Ref("o.haddad")
    server.update(Change("on", item, {}, {"watchers": (lena, omar)}, {}))
    server.update(Change("off", item, {}, {}, {"watchers": (omar,)}))
    watching = server.read(item.id, "watchers").fields["watchers"]
    assert {each.id for each in watching} == {"sandbox", "l.gray"}


def test_groups_are_listed_by_name(server):
    """As the picker offers them."""
    assert [each["name"] for each in server.provider._client.groups()] == ["Investment committee", "Legal", "Valuation"]
