"""Answers that say little, no, or nothing: what becomes of writes then."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest
from azure_canned import listed, refused

from reconciler.sdk import Change, Draft, Item, Link, Marker, Ref

TITLE, PARENT = "System.Title", "System.Parent"
TASK = Ref("Task", "Task")
ROOM = Link("Hyperlink", "https://data.example", True, "Room")
MARKER = Marker(1, "w", "deals", "acme", "deal", None, "op", False, False, {}, {}, True)
FIELDS = {"System.WorkItemType": "Task", "System.TeamProject": "Fund", TITLE: "Old", "System.Tags": "a"}
ITEM = {"id": 7, "rev": 3, "fields": FIELDS}
PAGE = {"rel": "Hyperlink", "url": ROOM.target, "attributes": {"comment": "Room"}}


def live(**more):
    return Item("7", "7", "u", TASK, {}, "3", **more)


def only(results):
    [outcome] = results
    return outcome


@pytest.fixture
def batching(connect):
    return connect(options={"batch": True}).provider


def answered(azure, *answers):
    azure.on("PATCH", r"/_apis/wit/\$batch", listed(*answers))


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        ({"code": 200, "body": json.dumps(ITEM)}, "done", None),
        ({"code": 400, "body": json.dumps(refused("TF401320: no"))}, "refused", "rule"),
        ({"code": 403, "body": json.dumps(refused("no"))}, "refused", "forbidden"),
        ({"code": 404, "body": json.dumps(refused("no such type"))}, "refused", "gone"),
        ({"code": 429, "body": ""}, "not_sent", "limit"),
        ({"code": 409, "body": "{}"}, "unknown", "rule"),
        ({"code": 503, "body": "<html>"}, "unknown", "rule"),
        ({"code": 200, "body": "<html>"}, "unknown", "rule"),
        ({"code": 200, "body": "[]"}, "unknown", "rule"),
        ({"code": 200, "body": "{}"}, "unknown", None),
        ({}, "unknown", "rule"),
    ],
)
def test_each_of_a_batch_has_its_own_answer(azure, batching, answer, result, code):
    """Its status is judged as an answer's; what says neither yes nor no is unknown (FACTS B3)."""
    answered(azure, answer)
    outcome = only(batching.create([Draft("op", TASK, {TITLE: "New"}, MARKER)]))
    assert outcome.result == result
    assert [each.code for each in outcome.problems] == ([code] if code else [])


@pytest.mark.parametrize("answer", [[], httpx.Response(200, text="Thank you")])
def test_an_answer_that_is_none_of_the_platforms_is_unknown(azure, provider, answer):
    """It was sent: whatever stands between may have let it through."""
    azure.on("POST", r".*/_apis/wit/workitems/\$Task", answer)
    assert only(provider.create([Draft("op", TASK, {TITLE: "New"}, MARKER)])).result == "unknown"


def test_a_batch_with_too_few_answers_is_unknown(azure, batching):
    """Nobody can say which is whose."""
    answered(azure, {"code": 200, "body": json.dumps(ITEM)})
    drafts = [Draft(each, TASK, {TITLE: "New"}, MARKER) for each in ("a", "b")]
    assert [each.result for each in batching.create(drafts)] == ["unknown", "unknown"]


def test_a_change_of_a_batch_that_can_not_be_written_spoils_no_other(azure, batching):
    """A tag that goes needs the item as it is, and one whose item is gone has none."""
    answered(azure, {"code": 200, "body": json.dumps(ITEM)})
    changes = [
        Change("a", live(), remove={"System.Tags": (Ref("a"),)}),
        Change("b", live(), {TITLE: "New"}),
    ]
    assert {each.operation: each.result for each in batching.update(changes, quiet=False)} == {
        "a": "gone", "b": "done",
    }  # fmt: skip


def test_a_creation_without_an_id_is_unknown(azure, provider):
    """It says that something was done, and not what."""
    azure.on("POST", r"/Fund/_apis/wit/workitems/\$Task", {})
    assert only(provider.create([Draft("op", TASK, {TITLE: "New"}, MARKER)])).result == "unknown"


def test_an_item_whose_revision_is_not_known_is_patched_once(azure, provider):
    """Nothing keeps such a patch from happening twice, so it has no test."""
    azure.on("PATCH", "/_apis/wit/workitems/7", ITEM)
    change = Change("op", Item("7", "7", "u", TASK, {}, ""), {TITLE: "New"})
    assert only(provider.update([change], quiet=False)).result == "done"
    [body] = azure.bodies("PATCH", "/_apis/wit/workitems/7")
    assert body == [{"op": "add", "path": "/fields/System.Title", "value": "New"}]


def test_relations_that_change_each_time_are_left_alone(azure, provider):
    """After a few tries the change is `changed`, and the next run plans anew."""
    azure.on("GET", "/_apis/wit/workitems/7", {**ITEM, "relations": [PAGE]})
    azure.on("PATCH", "/_apis/wit/workitems/7", (412, refused("VS403351: no")))
    outcome = only(provider.update([Change("op", live(), remove={"documents": (ROOM,)})], quiet=False))
    assert (outcome.result, outcome.applied) == ("changed", frozenset())
    assert 1 < len(azure.sent("PATCH", "/_apis/wit/workitems/7")) < 10


def test_relations_that_never_go_are_given_up(azure, provider):
    """A site that answers as if nothing had been asked; nothing is put back that it did not take away."""
    azure.on("GET", "/_apis/wit/workitems/7", {**ITEM, "relations": [PAGE]})
    azure.on("PATCH", "/_apis/wit/workitems/7", {**ITEM, "relations": [PAGE]})
    azure.on("GET", "/_apis/wit/workItems/7/updates", listed({"id": 1}, {"id": 2, "relations": {"added": [PAGE]}}))
    outcome = only(provider.update([Change("op", live(), remove={"documents": (ROOM,)})], quiet=False))
    assert outcome.result == "changed"
    assert all(each["op"] != "add" for body in azure.bodies("PATCH", "/_apis/wit/workitems/7") for each in body)


def test_a_removal_that_is_refused_says_why(azure, provider):
    """It is tried once more: the index may have been another's."""
    azure.on("GET", "/_apis/wit/workitems/7", {**ITEM, "relations": [PAGE]})
    azure.on("PATCH", "/_apis/wit/workitems/7", (400, refused("TF201077: no")))
    outcome = only(provider.update([Change("op", live(), remove={"documents": (ROOM,)})], quiet=False))
    assert (outcome.result, outcome.problems[0].field) == ("refused", "documents")
    assert outcome.problems[0].message == "TF201077: no"
    assert len(azure.sent("PATCH", "/_apis/wit/workitems/7")) == 2


def test_a_link_whose_item_can_not_be_read_is_gone(azure, provider):
    """Neither end can be told, so nothing better is said."""
    azure.on("PATCH", "/_apis/wit/workitems/7", (404, refused("TF401232: no")))
    azure.on("GET", "/_apis/wit/workitemrelationtypes", listed())
    azure.on("POST", "/_apis/wit/workitemsbatch", (403, refused("no")))
    link = Link("System.LinkTypes.Related", "8")
    outcome = only(provider.update([Change("op", live(), add={"links": (link,)})], quiet=False))
    assert outcome.result == "gone"


def test_a_tag_that_is_gone_already_sends_nothing(azure, provider):
    """The item's own tags decide."""
    azure.on("GET", "/_apis/wit/workitems/7", ITEM)
    outcome = only(provider.update([Change("op", live(), remove={"System.Tags": (Ref("b"),)})], quiet=False))
    assert (outcome.result, azure.sent("PATCH", ".*")) == ("done", [])


def test_history_shows_what_it_does_not_understand(azure, provider):
    """Texts as Markdown, empty values as nothing, strange ones as they are; times of an update without any by the next
    best (FACTS B4).
    """
    lea = {"displayName": "Lea", "uniqueName": "l@x.example"}
    updates = [
        {"id": 1, "revisedDate": "2026-01-02T00:00:00Z", "revisedBy": lea,
         "fields": {"System.CreatedDate": {"newValue": "2026-01-01T00:00:00Z"},
                    "System.Description": {"newValue": "<b>a</b>"}}},
        {"id": 2, "revisedDate": "9999-01-01T00:00:00Z", "relations": {"added": [PAGE]}},
        {"id": 3, "revisedDate": "nonsense", "fields": {TITLE: {"oldValue": "Old", "newValue": 7}, "System.Tags": 3}},
    ]  # fmt: skip
    azure.on("GET", "/_apis/wit/workItems/7/updates", listed(*updates))
    history = only(provider.history(["7"], [TITLE, "System.Description", "documents", "System.Tags"]))
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert history.edits == (
        ("System.Description", first, Ref("l@x.example"), "", "**a**"),
        ("documents", second, Ref(""), "", "Room"),
        (TITLE, second, Ref(""), "Old", "7"),
    )


@pytest.mark.parametrize(
    ("revision", "status", "result", "code"),
    [("10000", 500, "refused", "limit"), ("9999", 500, "unknown", "rule"), ("10000", 503, "unknown", "rule")],
)
def test_an_item_that_has_all_its_revisions_is_refused(azure, provider, connect, revision, status, result, code):
    """500 is what the site answers there (FACTS B2): nothing is open, and nothing will settle. Any other is unknown."""
    azure.on("PATCH", "/_apis/wit/workitems/7", (status, refused("Work item 7 has 10000 revisions")))
    item = Item("7", "7", "u", TASK, {}, revision)
    outcome = only(provider.update([Change("op", item, {TITLE: "New"})], quiet=False))
    assert (outcome.result, [each.code for each in outcome.problems]) == (result, [code])
    answered(azure, *({"code": status, "body": "{}"} for _ in range(2)))
    changes = [Change(each, item, {TITLE: "New"}) for each in ("a", "b")]
    batching = connect(options={"batch": True}).provider
    assert [each.result for each in batching.update(changes, quiet=False)] == [result, result]
