"""What is said before writes, and who wrote before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reconciler.sdk import Change, Draft, Link, Ref, Transition

DONE = Ref("5", "Done")


def test_a_preview_counts_requests_by_kind(jira, site, provider, live, marker_of):
    """Shared requests count for the first that needs them; nothing is sent, nothing read."""
    marker = marker_of("op", item="1")
    room = Link("remote", "https://a.example", True, "Room")
    writes = [
        *(Draft(f"d{each}", Ref("101"), {"summary": "x"}, marker_of(f"d{each}")) for each in range(51)),
        Change(
            "all",
            live(),
            set={"summary": "x"},
            add={"issuelinks": (Link("200", "7"),), "remotelinks": (room,)},
            remove={
                "issuelinks": (Link("200", "8"),),
                "remotelinks": (Link("remote", "https://a.example", True, "Old"),),
            },
            transition=Transition((DONE,)),
            comment="c",
        ),
        Change("comment", live(), comment="c"),
        Change("marker", live(marker=marker), marker=marker),
        Change("drop", live(), marker="drop"),
        Change("status", live(marker=marker), transition=Transition((DONE,)), marker=marker),
    ]
    told = {each.operation: each.requests for each in provider.preview(writes, live=False)}
    assert told["d0"] == told["d50"] == {"bulk create": 1}
    assert told["d1"] == {}
    assert told["all"] == {"edit": 1, "transition": 1, "link": 2, "document": 1}
    assert told["comment"] == {"comment": 1}
    assert told["marker"] == {"marker": 1}
    assert told["drop"] == {"marker": 1}
    assert told["status"] == {"transition": 1}
    assert jira.requests == []


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ({"transitions": [{"id": "31", "to": {"id": "5", "name": "Done"}}]}, []),
        ({"transitions": []}, ["no_path"]),
        ((403, {"errorMessages": ["no"]}), ["forbidden"]),
    ],
)
def test_a_live_preview_looks_for_the_way(jira, site, provider, live, answer, codes):
    """Whether the status can be reached is read, and said where it can't."""
    jira.on("GET", "/issue/1/transitions", answer)
    change = Change("op", live(), transition=Transition((DONE,)))
    (preview,) = provider.preview([change], live=True)
    assert [each.code for each in preview.problems] == codes
    assert preview.transition == change.transition


def test_markers_that_go_together_are_counted_once_a_hundred(jira, site, provider, live, marker_of):
    """A single one is a request of its own."""
    marker = marker_of("op", item="1")
    writes = [Change(f"m{each}", live(marker=marker), marker=marker) for each in range(101)]
    told = {each.operation: each.requests for each in provider.preview(writes, live=False)}
    assert {name for name, counts in told.items() if counts == {"bulk marker": 1}} == {"m0", "m100"}
    assert sum(len(counts) for counts in told.values()) == 2
    (alone,) = provider.preview(writes[:1], live=False)
    assert alone.requests == {"marker": 1}


@pytest.mark.parametrize(
    ("through", "path", "problem"),
    [
        ((Ref("2", "In Progress"),), ("In Progress", "Done"), None),
        ("any", ("In Progress", "Done"), None),
        ((), None, "no transition leads to Done from To Do"),
        ((Ref("9", "Away"),), None, "no transition leads to Done from To Do, nor is there a path over Away"),
    ],
)
def test_the_path_of_an_item_that_is_yet_to_be_created(jira, provider, live, through, path, problem):
    """From the status in which it starts, by the workflow, where this account may read that; nothing else is read."""
    statuses = [{"id": id, "statusReference": id} for id in ("1", "2", "5")]
    steps = [
        {"type": "DIRECTED", "toStatusReference": end, "links": [{"fromStatusReference": start}]}
        for start, end in (("1", "2"), ("2", "5"))
    ]
    workflow = {"statuses": [{"statusReference": each} for each in ("1", "2", "5")], "transitions": steps}
    jira.on("GET", "/mypermissions", {"permissions": {"ADMINISTER": {"havePermission": True}}})
    jira.on("POST", "/workflows", {"statuses": statuses, "workflows": [workflow]})
    provider.describe_site(("Task",))
    jira.requests.clear()
    item = live(status=Ref("1", "To Do"))
    (found,) = provider.preview([Change("op", item, transition=Transition((DONE,), through=through))], live=False)
    assert jira.requests == []
    if problem is None:
        assert [each.name for each in found.transition.path] == list(path)
        assert found.requests == {"transition": 2}
    else:
        assert [(each.code, each.message) for each in found.problems] == [("no_path", problem)]
        assert [each.name for each in found.problems[0].options] == ["In Progress"]


def test_a_live_preview_without_a_transition_reads_nothing(jira, site, provider, live):
    """Fields need no way."""
    (preview,) = provider.preview([Change("op", live(), set={"summary": "x"})], live=True)
    assert preview.problems == ()
    assert jira.requests == []


def history(created, *items):
    return {"created": created, "author": {"accountId": "5b10", "displayName": "Lea"}, "items": list(items)}


def test_histories_are_read_in_bulk_and_oldest_first(jira, provider):
    """Pieces of pages are put together by issue; only the fields that were asked for count."""
    title = {"field": "summary", "fieldId": "summary", "fromString": "a", "toString": "b"}
    status = {"field": "status", "fieldId": "status", "from": "1", "fromString": "To Do", "to": "5", "toString": "Done"}
    pages = iter(
        [
            {
                "issueChangeLogs": [
                    {"issueId": "1", "changeHistories": [history("2026-01-02T10:00:00.000+0100", title)]}
                ],
                "nextPageToken": "t",
            },
            {
                "issueChangeLogs": [
                    {"issueId": "1", "changeHistories": [history(1767258000000, status, {"field": "other"})]}
                ],
                "nextPageToken": "t",
            },
            {},
        ]
    )
    jira.on("POST", "/changelog/bulkfetch", lambda _: next(pages))
    first, second = provider.history(("1", "2"), ("summary", "status"))
    assert [(each[0], each[1], each[3], each[4]) for each in first.edits] == [
        ("status", datetime(2026, 1, 1, 9, tzinfo=UTC), "To Do", "Done"),
        ("summary", datetime(2026, 1, 2, 9, tzinfo=UTC), "a", "b"),
    ]
    assert first.edits[0][2] == Ref("5b10")
    assert first.complete
    assert (second.item, second.complete, second.edits) == ("2", False, ())


def test_histories_ask_for_ten_fields_at_a_time(jira, provider):
    """Jira takes no more (FACTS A9)."""
    jira.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": []})
    list(provider.history(("1",), [f"customfield_{each}" for each in range(12)]))
    assert [len(body["fieldIds"]) for body in jira.bodies("POST", "/changelog/bulkfetch")] == [10, 2]


def test_a_markers_label_is_no_edit(jira, provider, label):
    """People see their own labels; a change of ours alone is none."""
    ours = {"field": "labels", "fieldId": "labels", "fromString": "a", "toString": f"a {label}"}
    theirs = {"field": "labels", "fieldId": "labels", "fromString": f"a {label}", "toString": f"a b {label}"}
    broken = history("yesterday", theirs)
    logs = [{"issueId": "1", "changeHistories": [history("2026-01-02T10:00:00Z", ours, theirs), broken]}]
    jira.on("POST", "/changelog/bulkfetch", {"issueChangeLogs": logs})
    (told,) = provider.history(("1",), ("labels",))
    assert [(each[3], each[4]) for each in told.edits] == [("a", "a b")]


def test_a_marker_that_has_no_room_is_a_problem_of_the_plan(jira, site, provider, live, marker_of):
    """Found before anything is sent."""
    long = replace(marker_of("op"), address="a" * 40_000)
    (found,) = provider.preview([Change("op", live(), set={"summary": "x"}, marker=long)], live=True)
    assert [each.code for each in found.problems] == ["limit"]
