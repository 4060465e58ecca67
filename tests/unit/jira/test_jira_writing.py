"""How issues are changed: with only what changed, and a word about each part."""

from __future__ import annotations

import dataclasses

import httpx
import pytest

from reconciler.sdk import Change, Link, Ref, Transition

DONE = Ref("5", "Done")
ROOM = Link("remote", "https://a.example/r", True, "Room")
TO_DONE = {
    "transitions": [{"id": "31", "to": {"id": "5", "name": "Done"}}, {"id": "21", "to": {"id": "2", "name": "Doing"}}]
}


@pytest.fixture(autouse=True)
def writable(jira):
    """A site that takes everything."""
    for method, path in [
        ("PUT", r"/issue/\d+"),
        ("POST", r"/issue/\d+/transitions"),
        ("POST", "/issueLink"),
        ("DELETE", r"/issueLink/\d+"),
        ("POST", r"/issue/\d+/remotelink"),
        ("DELETE", r"/issue/\d+/remotelink/\d+"),
        ("POST", r"/issue/\d+/comment"),
        ("PUT", r"/issue/\d+/properties/reconciler"),
        ("DELETE", r"/issue/\d+/properties/reconciler"),
    ]:
        jira.on(method, path, httpx.Response(204))
    jira.on("GET", r"/issue/\d+/transitions", TO_DONE)


def only(results):
    (outcome,) = results
    return outcome


def test_an_edit_holds_only_what_changed(jira, site, provider, live):
    """Fields whole, set elements as operations, the parent as Jira clears it (FACTS A5, A7)."""
    change = Change(
        "op",
        live(),
        set={"summary": "New", "duedate": None, "parent": None},
        add={"labels": ("a",)},
        remove={"labels": ("b",), "components": (Ref("70"),)},
    )
    outcome = only(provider.update([change], quiet=False))
    assert jira.bodies("PUT", "/issue/1") == [
        {
            "fields": {"summary": "New", "duedate": None},
            "update": {
                "parent": [{"set": {"none": True}}],
                "labels": [{"add": "a"}, {"remove": "b"}],
                "components": [{"remove": {"id": "70"}}],
            },
        }
    ]
    assert outcome.result == "done"
    assert outcome.applied == {"summary", "duedate", "parent", "components", "labels"}


def test_a_set_is_written_by_element_even_when_it_is_given_whole(jira, site, provider, live):
    """The marker's label, which no field shows, stays; so does what a person adds meanwhile."""
    change = Change(
        "op", live(labels=("a", "b"), components=(Ref("70"),)), set={"labels": ("b", "c"), "components": None}
    )
    assert only(provider.update([change], quiet=False)).applied == {"labels", "components"}
    (body,) = jira.bodies("PUT", "/issue/1")
    assert body == {
        "update": {"labels": [{"add": "c"}, {"remove": "a"}], "components": [{"remove": {"id": "70"}}]},
    }


@pytest.mark.parametrize(("may", "quiet", "query"), [(True, True, "false"), (True, False, None), (False, True, None)])
def test_mail_is_suppressed_only_where_it_may_be(jira, provider, live, may, quiet, query):
    """Without the permission Jira's text says that the request is ignored, so it is not asked for."""
    jira.on("GET", "/mypermissions", {"permissions": {"ADMINISTER": {"havePermission": may}}})
    provider.describe_site(("Task",))
    list(provider.update([Change("op", live(), set={"summary": "x"})], quiet=quiet))
    assert jira.sent("PUT", "/issue/1")[0].url.params.get("notifyUsers") == query


def test_a_status_is_reached_by_the_transition_that_leads_there(jira, site, provider, live):
    """By the status's id; transitions are called anything (FACTS A6)."""
    outcome = only(provider.update([Change("op", live(), transition=Transition((DONE,)))], quiet=False))
    assert jira.bodies("POST", "/issue/1/transitions") == [{"transition": {"id": "31"}}]
    assert (outcome.result, outcome.applied) == ("done", {"status"})


def test_a_status_without_a_way_says_what_there_is(jira, site, provider, live):
    """The statuses that can be reached are offered."""
    outcome = only(provider.update([Change("op", live(), transition=Transition((Ref("6", "Canceled"),)))], quiet=False))
    (problem,) = outcome.problems
    assert (outcome.result, problem.code, problem.field) == ("refused", "no_path", "status")
    assert set(problem.options) == {DONE, Ref("2")}


def test_a_screen_that_asks_for_more_is_a_problem(jira, site, provider, live):
    """A required field that nobody gave is named; given, it goes along."""
    field = {"customfield_3": {"required": True}, "resolution": {"required": True, "hasDefaultValue": True}}
    jira.on("GET", "/issue/1", {"fields": {"customfield_3": None}})
    jira.on("GET", "/issue/1/transitions", {"transitions": [{"id": "31", "to": {"id": "5"}, "fields": field}]})
    outcome = only(provider.update([Change("op", live(), transition=Transition((DONE,)))], quiet=False))
    assert (outcome.problems[0].code, outcome.problems[0].field) == ("required", "customfield_3")
    given = Transition((DONE,), {"customfield_3": 7})
    assert only(provider.update([Change("op", live(), transition=given)], quiet=False)).result == "done"
    assert jira.bodies("POST", "/issue/1/transitions") == [{"transition": {"id": "31"}, "fields": {"customfield_3": 7}}]


@pytest.mark.parametrize(("now", "posts"), [("5", 1), ("2", 2)])
def test_a_simultaneous_transition_is_looked_at_then_tried_once_more(jira, site, provider, live, now, posts):
    """409 says that something else happened at the same instant."""
    answers = iter([httpx.Response(409, json={}), httpx.Response(204)])
    jira.on("POST", "/issue/1/transitions", lambda _: next(answers))
    jira.on("GET", "/issue/1", {"fields": {"status": {"id": now}}})
    outcome = only(provider.update([Change("op", live(), transition=Transition((DONE,)))], quiet=False))
    assert outcome.result == "done"
    assert len(jira.sent("POST", "/issue/1/transitions")) == posts


def test_a_transition_that_conflicts_twice_is_unknown(jira, site, provider, live):
    """Settling finds out."""
    jira.on("POST", "/issue/1/transitions", (409, {}))
    jira.on("GET", "/issue/1", {"fields": {"status": {"id": "2"}}})
    outcome = only(provider.update([Change("op", live(), transition=Transition((DONE,)))], quiet=False))
    assert outcome.result == "unknown"


def test_a_link_names_its_ends_as_jira_does(jira, site, provider, live):
    """ "This blocks that" has this as the inward issue (FACTS A7)."""
    change = Change("op", live(), add={"issuelinks": (Link("200", "7"), Link("200", "8", False))})
    list(provider.update([change], quiet=False))
    assert jira.bodies("POST", "/issueLink") == [
        {"type": {"id": "200"}, "inwardIssue": {"id": "1"}, "outwardIssue": {"id": "7"}},
        {"type": {"id": "200"}, "inwardIssue": {"id": "8"}, "outwardIssue": {"id": "1"}},
    ]


def test_a_link_is_removed_by_the_id_that_it_has_now(jira, site, provider, live):
    """People's links stay, and one that is gone already is as wanted."""
    blocks = {"id": "200", "outward": "blocks", "inward": "is blocked by"}
    entries = [
        {"id": "11", "type": blocks, "outwardIssue": {"id": "7"}},
        {"id": "12", "type": blocks, "inwardIssue": {"id": "7"}},
        {"id": "13", "type": blocks, "outwardIssue": {"id": "8"}},
    ]
    jira.on("GET", "/issue/1", {"fields": {"issuelinks": entries}})
    jira.on("DELETE", "/issueLink/13", (404, {"errorMessages": ["gone"]}))
    change = Change("op", live(), remove={"issuelinks": (Link("200", "7"), Link("200", "8"), Link("200", "9"))})
    assert only(provider.update([change], quiet=False)).result == "done"
    assert jira.writes == ["DELETE /issueLink/11", "DELETE /issueLink/13"]


def test_a_document_is_kept_under_an_id_of_ours(jira, site, provider, live):
    """The same document twice is one; a new title is one request (FACTS A7)."""
    old = dataclasses.replace(ROOM, title="Old")
    change = Change("op", live(), add={"remotelinks": (ROOM,)}, remove={"remotelinks": (old,)})
    for _ in range(2):
        assert only(provider.update([change], quiet=False)).applied == {"remotelinks"}
    first, second = jira.bodies("POST", "/issue/1/remotelink")
    assert first == second
    assert first["globalId"].startswith("reconciler:")
    assert first["object"] == {"url": "https://a.example/r", "title": "Room"}
    assert jira.writes == ["POST /issue/1/remotelink"] * 2


def test_removing_a_document_leaves_a_persons_of_the_same_address(jira, site, provider, live):
    """Ours is the one with our id; where there is none, the one that is there."""
    list(provider.update([Change("op", live(), add={"remotelinks": (ROOM,)})], quiet=False))
    ours = jira.bodies("POST", "/issue/1/remotelink")[0]["globalId"]
    page = {"url": ROOM.target, "title": "x"}
    other = {"id": 3, "object": {"url": "https://b.example", "title": "y"}}
    jira.on(
        "GET", "/issue/1/remotelink", [{"id": 1, "object": page}, {"id": 2, "globalId": ours, "object": page}, other]
    )
    gone = Link("remote", "https://b.example", True, "y")
    list(provider.update([Change("op", live(), remove={"remotelinks": (ROOM, gone)})], quiet=False))
    assert jira.writes[1:] == ["DELETE /issue/1/remotelink/2", "DELETE /issue/1/remotelink/3"]


def test_a_comment_is_a_document_with_its_operation(jira, site, provider, live):
    """Settling can find it again."""
    outcome = only(provider.update([Change("op7", live(), comment="closed **now**")], quiet=False))
    (body,) = jira.bodies("POST", "/issue/1/comment")
    assert body["body"]["type"] == "doc"
    assert body["properties"] == [{"key": "reconciler", "value": {"operation": "op7"}}]
    assert outcome.applied == {"comment"}


def test_the_marker_rides_with_an_edit(jira, site, provider, live, marker_of):
    """One request; the label is there already."""
    marker = marker_of("op", item="1")
    list(provider.update([Change("op", live(marker=marker), set={"summary": "x"}, marker=marker)], quiet=False))
    (body,) = jira.bodies("PUT", "/issue/1")
    assert body["properties"][0]["value"]["item"] == "1"
    assert "update" not in body


def test_a_marker_that_was_taken_off_is_put_back_whole(jira, site, provider, live, marker_of, label):
    """Label and property."""
    list(provider.update([Change("op", live(), marker=marker_of("op", item="1"))], quiet=False))
    (body,) = jira.bodies("PUT", "/issue/1")
    assert body["update"] == {"labels": [{"add": label}]}
    assert body["properties"][0]["key"] == "reconciler"


def test_the_marker_rides_with_a_transition(jira, site, provider, live, marker_of):
    """Where nothing else is edited."""
    marker = marker_of("op", item="1")
    change = Change("op", live(marker=marker), transition=Transition((DONE,)), marker=marker)
    list(provider.update([change], quiet=False))
    assert jira.writes == ["POST /issue/1/transitions"]
    assert jira.bodies("POST", "/issue/1/transitions")[0]["properties"][0]["key"] == "reconciler"


def test_the_marker_goes_alone_beside_links(jira, site, provider, live, marker_of):
    """An edit without fields would be none."""
    marker = marker_of("op", item="1")
    list(
        provider.update(
            [Change("op", live(marker=marker), add={"issuelinks": (Link("200", "7"),)}, marker=marker)], quiet=False
        )
    )
    assert jira.writes == ["PUT /issue/1/properties/reconciler", "POST /issueLink"]


def test_a_marker_is_dropped_whole(jira, site, provider, live, marker_of, label):
    """Label and property go; an item without the label only loses the property."""
    list(provider.update([Change("op", live(marker=marker_of()), marker="drop")], quiet=False))
    assert jira.bodies("PUT", "/issue/1") == [{"update": {"labels": [{"remove": label}]}}]
    list(provider.update([Change("op", live("2"), marker="drop")], quiet=False))
    assert jira.writes[1:] == ["DELETE /issue/1/properties/reconciler", "DELETE /issue/2/properties/reconciler"]


def test_a_refused_part_leaves_the_others(jira, site, provider, live):
    """What was written is said, and what was not, with the field that the site named."""
    jira.on("PUT", "/issue/1", (400, {"errors": {"labels": "not on the screen"}}))
    change = Change("op", live(), set={"summary": "x"}, add={"labels": ("a",)}, transition=Transition((DONE,)))
    outcome = only(provider.update([change], quiet=False))
    assert (outcome.result, outcome.applied) == ("partial", {"status"})
    assert [(each.code, each.field) for each in outcome.problems] == [("bad_value", "labels")]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((403, {"errorMessages": ["no"]}), "refused"),
        ((404, {"errorMessages": ["gone"]}), "gone"),
        ((500, {}), "unknown"),
        (httpx.ConnectError("refused"), "not_sent"),
    ],
)
def test_what_a_failed_edit_means(jira, site, provider, live, answer, result):
    """Gone, lost and unsent stop the rest of the item."""
    jira.on("PUT", "/issue/1", answer)
    change = Change("op", live(), set={"summary": "x"}, comment="c")
    outcome = only(provider.update([change], quiet=False))
    assert outcome.result == ("partial" if result == "refused" else result)
    assert len(jira.sent("POST", "/issue/1/comment")) == (1 if result == "refused" else 0)


def test_a_links_other_end_that_is_gone_refuses_the_link_alone(jira, site, provider, live):
    """Jira's 404 does not say which of the two issues is missing; the rest of the item is written."""
    jira.on("POST", "/issueLink", (404, {"errorMessages": ["no issue"]}))
    change = Change("op", live(), add={"issuelinks": (Link("200", "7"),)}, comment="c")
    outcome = only(provider.update([change], quiet=False))
    assert (outcome.result, outcome.applied) == ("partial", {"comment"})
    assert [(each.code, each.field) for each in outcome.problems] == [("gone", "issuelinks")]


def test_losing_the_site_half_way_is_partial(jira, site, provider, live):
    """What was written stays said."""
    jira.on("POST", "/issue/1/comment", httpx.ConnectError("refused"))
    outcome = only(provider.update([Change("op", live(), set={"summary": "x"}, comment="c")], quiet=False))
    assert (outcome.result, outcome.applied) == ("partial", {"summary"})


def test_one_items_failure_is_not_anothers(jira, site, provider, live):
    """Each has its outcome."""
    jira.on("PUT", "/issue/2", (404, {}))
    changes = [Change(f"op{each}", live(str(each)), set={"summary": "x"}) for each in (1, 2, 3)]
    results = {each.operation: each.result for each in provider.update(changes, quiet=False)}
    assert results == {"op1": "done", "op2": "gone", "op3": "done"}


def test_a_marker_too_long_is_a_limit(jira, site, provider, live, marker_of):
    """The rest of the change is not sent with a marker that would be cut."""
    long = dataclasses.replace(marker_of(), address="a" * 40_000)
    outcome = only(provider.update([Change("op", live(), set={"summary": "x"}, marker=long)], quiet=False))
    assert (outcome.result, outcome.problems[0].code) == ("refused", "limit")
    assert jira.writes == []


@pytest.fixture
def marked(live, marker_of):
    def made(count):
        markers = [marker_of(f"op{each}", item=str(each)) for each in range(1, count + 1)]
        return [Change(marker.operation, live(marker.item, marker=marker), marker=marker) for marker in markers]

    return made


TASK = httpx.Response(303, headers={"Location": "https://site.example/rest/api/3/task/77"})


def test_many_markers_go_in_one_task(jira, site, provider, marked):
    """A hundred in a request, which is waited for."""
    states = iter(["ENQUEUED", "RUNNING", "COMPLETE", "COMPLETE"])
    jira.on("POST", "/issue/properties/multi", TASK)
    jira.on("GET", "/task/77", lambda _: {"status": next(states)})
    outcomes = list(provider.update(marked(130), quiet=False))
    assert [len(body["issues"]) for body in jira.bodies("POST", "/issue/properties/multi")] == [100, 30]
    assert {each.result for each in outcomes} == {"done"}
    assert jira.bodies("POST", "/issue/properties/multi")[0]["issues"][0]["issueID"] == 1


def test_one_marker_needs_no_task(jira, site, provider, marked):
    """A single property is set directly."""
    list(provider.update(marked(1), quiet=False))
    assert jira.writes == ["PUT /issue/1/properties/reconciler"]


@pytest.mark.parametrize(
    ("answer", "task", "result"),
    [
        (TASK, {"status": "FAILED", "message": "no"}, "refused"),
        (TASK, {"status": "DEAD"}, "refused"),
        (TASK, {"status": "RUNNING"}, "unknown"),
        (TASK, (404, {}), "unknown"),
        ((403, {}), {}, "refused"),
        ((500, {}), {}, "unknown"),
    ],
)
def test_what_a_tasks_end_means(jira, site, provider, marked, answer, task, result):
    """A task that can't be seen to have ended is unknown."""
    jira.on("POST", "/issue/properties/multi", answer)
    jira.on("GET", "/task/77", task)
    assert [each.result for each in provider.update(marked(2), quiet=False)] == [result] * 2


def test_a_long_marker_is_refused_among_others(jira, site, provider, marked, marker_of):
    """The other ones go on."""
    jira.on("POST", "/issue/properties/multi", TASK)
    jira.on("GET", "/task/77", {"status": "COMPLETE"})
    first, second = marked(2)
    long = dataclasses.replace(first.marker, address="a" * 40_000)
    outcomes = provider.update([dataclasses.replace(first, marker=long), second], quiet=False)
    assert {each.operation: each.result for each in outcomes} == {"op1": "refused", "op2": "done"}
