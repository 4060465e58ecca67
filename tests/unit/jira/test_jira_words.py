"""A spec's values to normal forms and back, for every kind of field."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.sdk import BadValue, Link, Opaque, Ref, Rich

TASK = "101"
LINE = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)
LABEL = LINE.filter(lambda each: not each.startswith("rc-"))
DATES = st.dates(min_value=date(1980, 1, 1), max_value=date(2100, 1, 1))
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False, width=32))
TIMES = DATES.map(lambda day: datetime(day.year, day.month, day.day, 17, 30, 5, tzinfo=UTC))

SAID = st.one_of(
    st.tuples(st.sampled_from(["summary", "customfield_4"]), LINE),
    st.tuples(st.just("labels"), st.lists(LABEL, max_size=4)),
    st.tuples(st.sampled_from(["customfield_2", "customfield_3"]), NUMBERS),
    st.tuples(st.sampled_from(["duedate", "customfield_1"]), DATES),
    st.tuples(st.just("customfield_8"), TIMES.map(lambda each: each.isoformat())),
    st.tuples(st.just("priority"), st.sampled_from(["critical", "high", "Medium", "4", "LOW"])),
    st.tuples(st.just("status"), st.sampled_from(["todo", "in_review", "Peer review", "6", "done"])),
    st.tuples(st.just("issuetype"), st.sampled_from(["epic", "Task", "102"])),
    st.tuples(st.just("customfield_5"), st.sampled_from(["Low", "medium", "52"])),
    st.tuples(st.just("customfield_6"), st.lists(st.sampled_from(["Europe", "asia", "60"]), max_size=3)),
    st.tuples(st.just("components"), st.lists(st.sampled_from(["Deals", "legal"]), max_size=2)),
    st.tuples(st.just("customfield_9"), st.just("https://a.example/x")),
    st.tuples(st.just("customfield_10"), st.lists(st.sampled_from(["Lea Gray <5b10>", "Max <5b11>"]), max_size=2)),
    st.tuples(st.just("assignee"), st.just("Lea Gray <5b10>")),
    st.tuples(st.sampled_from(["description", "customfield_7"]), st.sampled_from(["**b**\n\n- a\n- b", "", "<x>"])),
    st.tuples(st.just("remotelinks"), st.just([{"title": "Room", "url": "https://a.example/r"}])),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAID)
def test_normalizing_what_was_expressed_gives_the_same(site, provider, said):
    """`express` is the inverse of `normalize`, for every kind."""
    field, value = said
    normal = provider.normalize(site, TASK, field, value)
    if normal is not None:
        assert provider.normalize(site, TASK, field, provider.express(site, field, normal)) == normal


@pytest.mark.parametrize(
    ("field", "value", "normal", "expressed"),
    [
        ("summary", "  Deal ", "Deal", "Deal"),
        ("customfield_4", 1.5, "1.5", "1.5"),
        ("customfield_4", "", None, None),
        ("customfield_2", 5.0, 5, 5),
        ("duedate", "2026-03-31", date(2026, 3, 31), "2026-03-31"),
        (
            "customfield_8",
            "2026-03-31T18:00:00+01:00",
            datetime(2026, 3, 31, 17, tzinfo=UTC),
            "2026-03-31T17:00:00+00:00",
        ),
        ("priority", "critical", Ref("1"), "critical"),
        ("priority", "Highest", Ref("1"), "critical"),
        ("status", "in_review", Ref("3"), "in_review"),
        ("status", "peer review", Ref("4"), "Peer review"),
        ("type", "epic", Ref("100"), "epic"),
        ("issuetype", "Subtask", Ref("102"), "subtask"),
        ("customfield_5", "high", Ref("52"), "High"),
        ("customfield_6", ["Europe", "asia"], (Ref("60"), Ref("61")), ["Europe", "Asia"]),
        ("components", ["legal"], (Ref("71"),), ["Legal"]),
        ("labels", ["b", "a", "b"], ("a", "b"), ["a", "b"]),
        ("labels", "a", "a", "a"),
        ("labels", [], (), []),
        ("parent", Ref("9", "INVEST-9"), Ref("9"), Ref("9")),
        ("assignee", "Lea Gray <5b10>", Ref("5b10"), "Lea Gray <5b10>"),
        ("assignee", None, None, None),
        ("customfield_9", "https://a.example", "https://a.example", "https://a.example"),
    ],
)
def test_each_kind_has_its_normal_form(site, provider, field, value, normal, expressed):
    """What a spec says, what the engine compares, and what a spec would say."""
    made = provider.normalize(site, TASK, field, value)
    assert made == normal
    assert provider.express(site, field, made) == expressed


def test_a_text_is_compared_by_its_document(site, provider):
    """Two ways to write the same Markdown are the same text; the author's own is shown."""
    first = provider.normalize(site, TASK, "description", "*a*\n* b")
    second = provider.normalize(site, TASK, "description", "_a_\n- b")
    assert isinstance(first, Rich)
    assert first == second
    assert provider.express(site, "description", first) == "*a*\n* b"


@pytest.mark.parametrize(
    ("word", "type", "outward"),
    [
        ("blocks", "200", True),
        ("blocked_by", "200", False),
        ("is blocked by", "200", False),
        ("relates_to", "201", True),
        ("causes", "202", True),
        ("precedes", "203", True),
        ("follows", "203", False),
        ("audits", "204", True),
        ("is audited by", "204", False),
        ("is stopped by", "205", False),
    ],
)
def test_a_links_word_gives_its_type_and_direction(site, provider, word, type, outward):
    """The spec's words, and what a type reads; a symmetric type's links are always outward."""
    assert provider.normalize(site, TASK, "issuelinks", Link(word, "9")) == Link(type, "9", outward)


def test_a_canonical_link_stays(site, provider):
    """A link with a type's id is one already, and is expressed as it is: only the engine knows the target's address."""
    link = Link("200", "9", False)
    assert provider.normalize(site, TASK, "issuelinks", (link,)) == (link,)
    assert provider.express(site, "issuelinks", (link,)) == [link]


def test_a_document_is_a_link_with_a_title(site, provider):
    """A document without a title is called by its address."""
    made = provider.normalize(site, TASK, "remotelinks", [{"title": "Room", "url": "https://a.example/r"}])
    assert made == (Link("remote", "https://a.example/r", True, "Room"),)
    assert provider.express(site, "remotelinks", made) == [{"title": "Room", "url": "https://a.example/r"}]
    assert provider.normalize(site, TASK, "remotelinks", {"url": "https://a.example/r"}).title == "https://a.example/r"
    assert provider.normalize(site, TASK, "remotelinks", made[0]) == made[0]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("nope", "x", "Task has no field 'nope'"),
        ("attachment", "x", "Attachment can't be set"),
        ("summary", None, "title can't be empty"),
        ("summary", " ", "title can't be empty"),
        ("summary", "a\nb", "title is one line"),
        ("summary", "x" * 256, "title has 256 characters"),
        ("summary", ["a"], "title takes one value"),
        ("summary", True, "title takes text"),
        ("type", None, "type can't be empty"),
        ("labels", ["a b"], "the label 'a b' has a space"),
        ("labels", [""], "a label can't be empty"),
        ("labels", ["rc-0123456789ab"], "looks like a marker"),
        ("customfield_2", "5", "story_points takes a number"),
        ("customfield_3", True, "Investment amount takes a number"),
        ("customfield_3", float("nan"), "takes a number"),
        ("duedate", "31.3.2026", "due takes a date"),
        ("duedate", "2026-02-30", "due takes a date"),
        ("duedate", 20260331, "due takes a date"),
        ("customfield_8", "2026-03-31", "Signing takes a time with its zone"),
        ("customfield_8", "soon", "Signing takes a time with its zone"),
        ("customfield_9", "ftp://a.example", "is not the URL of a page"),
        ("customfield_9", "https://[", "is not the URL of a page"),
        ("assignee", "nobody@fund.example", "no user is called"),
        ("parent", "INVEST-1", "parent takes an item"),
        ("issuelinks", "INVEST-1", "a link goes to an item"),
        ("issuelinks", Link("blokcs", "9"), "no link is called 'blokcs'"),
        ("remotelinks", "https://a.example", "a document is a title and a URL"),
        ("remotelinks", {"title": "x", "url": "a"}, "is not the URL of a page"),
        ("priority", "hihg", "no priority is called 'hihg'"),
        ("customfield_5", "Hgih", "no Risk level is called 'Hgih'"),
    ],
)
def test_what_the_site_does_not_take_is_said(site, provider, field, value, said):
    """Each mistake has its message, in the spec's words."""
    with pytest.raises(BadValue, match=said):
        provider.normalize(site, TASK, field, value)


def test_an_unknown_type_is_said(site, provider):
    """A type's id that the site lacks is no traceback."""
    with pytest.raises(BadValue, match="999 has no field"):
        provider.normalize(site, "999", "summary", "x")


@pytest.mark.parametrize(
    ("field", "value", "nearest"),
    [("priority", "hihg", "high"), ("status", "in_progres", "in_progress"), ("issuetype", "taks", "task")],
)
def test_the_nearest_word_is_offered_first(site, provider, field, value, nearest):
    """A hint names what was probably meant, the spec's words among them."""
    with pytest.raises(BadValue) as raised:
        provider.normalize(site, TASK, field, value)
    assert raised.value.options[0] == nearest
    assert nearest in raised.value.hint


def test_a_person_goes_by_what_they_were_found_by(jira, provider, canned):
    """Mail addresses that were resolved give the account, whatever their case."""
    jira.on("GET", "/user/search", [canned.LEA])
    site = provider.describe_site(("Task",), ("l.gray@fund.example",))
    assert provider.normalize(site, TASK, "assignee", "L.Gray@fund.example") == Ref("5b10")
    assert provider.express(site, "assignee", Ref("5b10", "Lea Gray")) == "Lea Gray <5b10>"
    assert provider.express(site, "assignee", Ref("77")) == "77"


def test_an_option_that_is_gone_goes_by_its_id(site, provider):
    """A value that the site no longer offers has no name that would be taken."""
    assert provider.express(site, "customfield_5", Ref("59", "Extreme")) == "59"


def test_an_unsupported_value_is_shown(site, provider):
    """What can't be written can be looked at."""
    assert provider.express(site, "attachment", Opaque("[1]", "0")) == "[1]"
    assert provider.express(site, "elsewhere", Ref("1", "x")) == Ref("1")


@pytest.mark.parametrize(
    "markdown", ["- > quote", "- # head", "> # head", "> - [ ] task", "fine\n\n- a\n\n  > lost words"]
)
def test_a_text_that_jira_has_no_room_for_is_refused(site, provider, markdown):
    """Jira's documents allow no heading or quote in a list item; the words would be gone without a word."""
    with pytest.raises(BadValue, match="no room for"):
        provider.normalize(site, TASK, "description", markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "a &amp; b &nbsp;",
        "![x](https://a.example) y",
        "- [x] a",
        "<b>x</b> `<c>`",
        "a<br>b",
        "| a |\n|---|\n| b |",
        "\\*x",
    ],
)
def test_a_text_that_jira_shows_is_taken(site, provider, markdown):
    """Entities, pictures, ticks and escapes lose nothing."""
    assert provider.normalize(site, TASK, "description", markdown) is not None
