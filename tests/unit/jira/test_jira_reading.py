"""How issues are read: in bulk, by page, with what is asked for and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from reconciler_jira.fields import FieldType, from_json, to_json, type_of
from reconciler_jira.marker import property_of

from reconciler.sdk import Link, Opaque, Ref, Rich


def issue(id="1", key=None, **fields):
    base = {"issuetype": {"id": "101", "name": "Task"}, "updated": "2026-01-05T09:00:00.000+0000"}
    return {"id": id, "key": key or f"INVEST-{id}", "fields": base | fields}


def test_items_are_read_a_hundred_at_a_time(jira, provider):
    """250 items are three requests, and each gets its own answer."""
    jira.on("POST", "/issue/bulkfetch", lambda request: {"issues": [issue(each) for each in asked(request)]})
    found = list(provider.fetch({str(each): ("summary",) for each in range(1, 251)}))
    assert sorted(len(body["issueIdsOrKeys"]) for body in jira.bodies("POST", "/issue/bulkfetch")) == [50, 100, 100]
    assert {each.item.id for each in found} == {str(each) for each in range(1, 251)}


def asked(request):
    import json

    return json.loads(request.content)["issueIdsOrKeys"]


def test_each_gets_the_fields_that_it_asked_for(jira, provider):
    """One request reads the union; nobody is given what was not asked: an absent field was not read."""
    jira.on(
        "POST", "/issue/bulkfetch", {"issues": [issue("1", summary="a", duedate="2026-03-31"), issue("2", summary="b")]}
    )
    found = {each.asked: each.item for each in provider.fetch({"1": ("summary", "duedate"), "INVEST-2": ("summary",)})}
    assert found["1"].fields == {"summary": "a", "duedate": date(2026, 3, 31)}
    assert found["INVEST-2"].fields == {"summary": "b"}
    (body,) = jira.bodies("POST", "/issue/bulkfetch")
    assert body["fields"] == ["duedate", "issuetype", "project", "summary", "updated"]


def test_an_item_knows_its_address_type_and_revision(jira, provider):
    """Key, URL, type, project and the time of its last change come with every read."""
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1", project={"id": "10000", "key": "INVEST"})]})
    (found,) = provider.fetch({"1": ()})
    item = found.item
    assert (item.key, item.url) == ("INVEST-1", "https://site.example/jira/browse/INVEST-1")
    assert (item.type, item.project, item.revision) == (Ref("101"), "10000", "2026-01-05T09:00:00.000+0000")


def test_what_is_not_answered_is_not_visible(jira, provider):
    """Jira is silent about missing and hidden issues alike (FACTS A3): that proves no deletion."""
    jira.on("POST", "/issue/bulkfetch", {"issues": [], "issueErrors": [{"id": "2", "errorMessage": "?"}]})
    assert {each.asked: each.state for each in provider.fetch({"1": (), "2": ()})} == {
        "1": "not_visible",
        "2": "undecided",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/jira/browse/INVEST-1",
        "https://site.example/browse/invest-1?focusedId=7",
        "https://site.example/jira/software/projects/INVEST/boards/1?selectedIssue=INVEST-1",
    ],
)
def test_an_issues_url_leads_to_it(jira, provider, url):
    """Issue pages and boards both name a key."""
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1")]})
    (found,) = provider.fetch({url: ()})
    assert (found.asked, found.item.id) == (url, "1")


@pytest.mark.parametrize(
    "asked", ["https://other.example/browse/INVEST-1", "https://site.example/jira/wiki", "nonsense"]
)
def test_what_names_no_issue_of_this_site_is_not_visible(jira, provider, asked):
    """Nothing is sent for it."""
    assert [each.state for each in provider.fetch({asked: ()})] == ["not_visible"]
    assert jira.asked == []


def test_a_moved_issue_is_found_by_its_old_key(jira, provider):
    """Jira follows moves and answers with the new key, so each old key is asked for alone."""
    answers = {"OLD-1": [issue("1", "NEW-1")], "OLD-2": []}
    jira.on(
        "POST",
        "/issue/bulkfetch",
        lambda request: {"issues": [each for key in asked(request) for each in answers[key]]},
    )
    found = {each.asked: each for each in provider.fetch({"OLD-1": (), "OLD-2": ()})}
    assert found["OLD-1"].item.key == "NEW-1"
    assert found["OLD-2"].state == "not_visible"


def test_documents_are_read_for_those_that_ask(jira, provider):
    """Remote links cost a request an item."""
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1"), issue("2")]})
    jira.on(
        "GET", r"/issue/1/remotelink", [{"id": 5, "object": {"url": "https://a.example", "title": "Room"}}, {"id": 6}]
    )
    found = {each.asked: each.item for each in provider.fetch({"1": ("remotelinks",), "2": ()})}
    assert found["1"].fields == {"remotelinks": (Link("remote", "https://a.example", True, "Room"),)}
    assert found["2"].fields == {}
    assert len(jira.sent("GET", "/issue/./remotelink")) == 1


def test_links_are_read_from_both_ends(jira, provider):
    """An entry with an outward issue reads "this blocks that"; symmetric ones are outward from both (FACTS A7)."""
    blocks = {"id": "200", "outward": "blocks", "inward": "is blocked by"}
    relates = {"id": "201", "outward": "relates to", "inward": "relates to"}
    links = [
        {"id": "1", "type": blocks, "outwardIssue": {"id": "7", "key": "INVEST-7"}},
        {"id": "2", "type": blocks, "inwardIssue": {"id": "8", "key": "INVEST-8"}},
        {"id": "3", "type": relates, "inwardIssue": {"id": "9", "key": "INVEST-9"}},
        {"id": "4", "type": relates},
    ]
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1", issuelinks=links)]})
    (found,) = provider.fetch({"1": ("issuelinks",)})
    assert set(found.item.fields["issuelinks"]) == {Link("200", "7"), Link("200", "8", False), Link("201", "9")}


def test_a_marker_is_read_with_its_label(jira, provider, marker_of, label):
    """Label and property together are a marker; the label is none of people's labels."""
    marker = marker_of(item="1")
    marked = issue("1", labels=["deal", label]) | {"properties": {"reconciler": property_of(marker)}}
    bare = issue("2", labels=["deal"]) | {"properties": {"reconciler": property_of(marker)}}
    broken = issue("3", labels=[label]) | {"properties": {"reconciler": {"version": "1"}}}
    jira.on("POST", "/issue/bulkfetch", {"issues": [marked, bare, broken]})
    found = {each.asked: each.item for each in provider.fetch(dict.fromkeys("123", ("labels",)), markers=True)}
    assert found["1"].marker == marker
    assert found["1"].fields == {"labels": ("deal",)}
    assert found["2"].marker is None
    assert found["3"].marker is None
    assert jira.bodies("POST", "/issue/bulkfetch")[0]["properties"] == ["reconciler"]


def test_marked_items_are_found_across_pages_and_flickers(jira, provider, label):
    """Pages go by token; an issue that turns up twice is one, a token that repeats ends the walk (FACTS A4)."""
    pages = iter(
        [
            {"issues": [issue("1"), issue("2")], "nextPageToken": "t1"},
            {"issues": [issue("2"), issue("3")], "nextPageToken": "t2"},
            {"issues": [], "nextPageToken": "t1"},
        ]
    )
    jira.on("POST", "/search/jql", lambda _: next(pages))
    assert [each.id for each in provider.find_marked(label)] == ["1", "2", "3"]
    bodies = jira.bodies("POST", "/search/jql")
    assert bodies[0]["jql"] == f'labels = "{label}"'
    assert [body.get("nextPageToken") for body in bodies] == [None, "t1", "t2"]


def test_a_look_since_a_time_is_in_minutes_ago(jira, provider, label):
    """JQL reads times in the account's zone; minutes ago mean the same everywhere, rounded up."""
    jira.on("POST", "/search/jql", {"issues": [], "isLast": True})
    list(provider.find_marked(label, since=datetime(2026, 1, 5, 9, 0, tzinfo=UTC) - timedelta(seconds=90)))
    assert jira.bodies("POST", "/search/jql")[0]["jql"].endswith("AND created >= -3m")


def test_a_search_gives_the_fields_that_were_asked_for(jira, provider):
    """Documents among them, at a request an item."""
    jira.on("POST", "/search/jql", {"issues": [issue("1", summary="a")], "isLast": True})
    jira.on("GET", "/issue/1/remotelink", [])
    (item,) = provider.search("project = INVEST", ("summary", "remotelinks"))
    assert item.fields == {"summary": "a", "remotelinks": ()}
    assert jira.bodies("POST", "/search/jql")[0].get("properties") is None


def test_custom_fields_are_typed_without_a_description(jira, provider):
    """A provider that described nothing reads the types of all fields once."""
    fields = [{"id": "customfield_1", "name": "Start", "schema": {"type": "date"}}]
    jira.on("GET", "/field", fields)
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1", customfield_1="2026-03-31", customfield_2="?")]})
    for _ in range(2):
        (found,) = provider.fetch({"1": ("customfield_1",)})
    assert found.item.fields == {"customfield_1": date(2026, 3, 31)}
    assert len(jira.sent("GET", "/field")) == 1


def test_a_field_that_the_site_lacks_is_opaque(jira, provider):
    """Nothing is guessed about its value."""
    jira.on("GET", "/field", [])
    jira.on("POST", "/issue/bulkfetch", {"issues": [issue("1", customfield_9={"a": 1})]})
    (found,) = provider.fetch({"1": ("customfield_9",)})
    assert isinstance(found.item.fields["customfield_9"], Opaque)
    assert found.item.fields["customfield_9"].shown == '{"a":1}'


@pytest.mark.parametrize(
    ("kind", "data", "value"),
    [
        ("text", "a", "a"),
        ("text", "", None),
        ("number", 5.0, 5),
        ("number", 1.5, 1.5),
        ("date", "2026-03-31", date(2026, 3, 31)),
        ("datetime", "2026-03-31T18:00:00.000+0100", datetime(2026, 3, 31, 17, tzinfo=UTC)),
        ("user", {"accountId": "5b10", "displayName": "Lea"}, Ref("5b10")),
        ("option", {"id": "50", "value": "Low"}, Ref("50")),
        ("item", {"id": "7", "key": "INVEST-7"}, Ref("7")),
        ("rich", {"type": "doc", "version": 1, "content": []}, None),
    ],
)
def test_each_kind_is_read_from_json(kind, data, value):
    """The shapes of FACTS A9."""
    assert from_json(FieldType(kind), data) == value


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("text", 5),
        ("number", "5"),
        ("number", True),
        ("date", "31 March"),
        ("date", 7),
        ("datetime", "2026-03-31T18:00:00"),
        ("datetime", 7),
        ("user", "lea"),
        ("user", {"self": "x"}),
        ("rich", "plain"),
        ("unsupported", [1]),
    ],
)
def test_a_shape_that_does_not_fit_is_opaque(kind, data):
    """What can't be read is kept and never guessed at, one value or a set of them."""
    assert isinstance(from_json(FieldType(kind), data), Opaque)
    assert isinstance(from_json(FieldType("label", many=True), "x"), Opaque)


def test_a_long_opaque_value_is_shown_short():
    """The fingerprint is of the whole."""
    first, second = (from_json(FieldType("unsupported"), "x" * 300 + end) for end in "ab")
    assert len(first.shown) == 200
    assert first != second


def test_empty_sets_and_fields_are_told_apart():
    """A set without elements is an empty set."""
    assert from_json(FieldType("label", many=True), None) == ()
    assert from_json(FieldType("text"), None) is None


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("user", Ref("5b10"), {"accountId": "5b10"}),
        ("option", Ref("50"), {"id": "50"}),
        ("date", date(2026, 3, 31), "2026-03-31"),
        ("datetime", datetime(2026, 3, 31, 17, tzinfo=UTC), "2026-03-31T17:00:00.000+0000"),
        ("component", (Ref("70"), Ref("71")), [{"id": "70"}, {"id": "71"}]),
        ("number", 5, 5),
        ("user", None, None),
    ],
)
def test_each_kind_is_written_as_json(kind, value, data):
    """The shapes of FACTS A9."""
    assert to_json(FieldType(kind), value) == data


def test_a_text_is_written_as_a_document():
    """Markdown is never sent (FACTS A10)."""
    assert to_json(FieldType("rich"), Rich("**b**", "0"))["type"] == "doc"


def test_a_link_is_no_value_of_a_field():
    """Links have endpoints of their own."""
    with pytest.raises(TypeError):
        to_json(FieldType("link"), Link("200", "9"))


@pytest.mark.parametrize(
    ("schema", "kind", "many"),
    [
        ({"type": "string", "custom": "com.x:textfield"}, "text", False),
        ({"type": "string", "custom": "com.x:textarea"}, "rich", False),
        ({"type": "array", "items": "user"}, "user", True),
        ({"type": "array", "items": "string"}, "label", True),
        ({"type": "array", "items": "json", "custom": "com.x:gh-sprint"}, "sprint", False),
        ({"type": "array", "items": "group"}, "group", True),
        ({"type": "array", "items": "version"}, "version", True),
        ({"type": "option-with-child"}, "cascade", False),
        ({"type": "any"}, "unsupported", False),
        (None, "unsupported", False),
    ],
)
def test_a_fields_type_is_read_from_its_schema(schema, kind, many):
    """By the schema, never by the name."""
    type = type_of("customfield_1", schema)
    assert (type.kind, type.many) == (kind, many)
