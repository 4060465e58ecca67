"""What the platforms have in common: values of specs, plain values in JSON, the order of sets."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_site import site_description

from reconciler.sdk import BadValue, FieldInfo, Link, Opaque, Ref, Rich, UnreachableError
from reconciler.sdk.readers import PLAIN, read_line, read_option, read_person, read_text, say_option
from reconciler.sdk.shapes import (
    date_in,
    flag_in,
    in_order,
    moment_in,
    number_in,
    object_in,
    objects_in,
    opaque,
    text_in,
)


def info(kind, **more):
    return FieldInfo("f", "Field", kind, **more)


@pytest.mark.parametrize(
    ("kind", "value", "normal"),
    [
        ("number", 5.0, 5),
        ("number", -2.5, -2.5),
        ("flag", True, True),
        ("date", "2026-03-31", date(2026, 3, 31)),
        ("date", date(2026, 3, 31), date(2026, 3, 31)),
        ("datetime", "2026-03-31T17:00:00.9+02:00", datetime(2026, 3, 31, 15, tzinfo=UTC)),
        ("url", "https://a.example/x", "https://a.example/x"),
        ("item", Ref("7"), Ref("7")),
    ],
)
def test_plain_kinds_are_read(kind, value, normal):
    """Whole floats are integers, times are instants in UTC."""
    read = PLAIN[kind](info(kind), value)
    assert (read, type(read)) == (normal, type(normal))


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("number", "5", "takes a number"),
        ("number", True, "takes a number"),
        ("number", float("nan"), "takes a number"),
        ("flag", "yes", "takes true or false"),
        ("date", "31.3.2026", "takes a date"),
        ("date", "2026-02-30", "takes a date"),
        ("date", datetime(2026, 3, 31, tzinfo=UTC), "takes a date"),
        ("datetime", "2026-03-31T17:00:00", "takes a time with its zone"),
        ("datetime", "noon", "takes a time with its zone"),
        ("datetime", 7, "takes a time with its zone"),
        ("url", "a.example", "is not the URL of a page"),
        ("url", "https://[", "is not the URL of a page"),
        ("item", "deal", "takes an item"),
    ],
)
def test_plain_kinds_refuse_what_they_are_not(kind, value, said):
    """With what they take."""
    with pytest.raises(BadValue, match=re.escape(said)):
        PLAIN[kind](info(kind), value)


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_whole_numbers_are_of_32_bits(value):
    """What is no such number is refused, and what is one stays itself."""
    whole = info("number", whole=True)
    if value == int(value) and abs(value) < 2**31:
        assert PLAIN["number"](whole, value) == value
        return
    with pytest.raises(BadValue, match=r"takes a whole number|takes numbers from"):
        PLAIN["number"](whole, value)


def test_a_line_is_one_line_and_not_too_long():
    """Space around it goes, and nothing left is empty."""
    assert read_line(info("text"), "  a b ") == "a b"
    assert read_line(info("text"), " ") is None
    assert read_text(info("text"), date(2026, 3, 31)) == "2026-03-31"
    for field, value in (
        (info("text"), "a\nb"),
        (info("text", required=True), " "),
        (info("text", max_length=3), "abcd"),
        (info("text"), True),
        (info("text"), ["a"]),
    ):
        with pytest.raises(BadValue):
            read_line(field, value)


RISK = info(
    "option", words={"high": "2"}, options=(Ref("1", "Low"), Ref("2", "High"), Ref("3", "Odd"), Ref("4", "odd"))
)


@pytest.mark.parametrize(("value", "id"), [("high", "2"), ("HIGH", "2"), ("1", "1"), ("Odd", "3"), ("odd", "4")])
def test_an_option_goes_by_word_id_and_name(value, id):
    """Case counts only where it tells two apart."""
    assert read_option(RISK, value) == Ref(id)


def test_an_option_that_is_not_there_is_refused_with_the_nearest():
    """An ambiguous one with the ids; where nothing is listed, what is said goes."""
    with pytest.raises(BadValue) as told:
        read_option(RISK, "hihg")
    assert told.value.hint in ("did you mean 'high'?", "did you mean 'High'?")
    with pytest.raises(BadValue) as told:
        read_option(replace(RISK, words={"low": "1", "grave": "2", "high": "2"}), "blocked")
    assert told.value.hint == "there are: Low, High (grave), Odd, odd"
    with pytest.raises(BadValue, match="more than one Field"):
        read_option(RISK, "ODD")
    assert read_option(info("option"), "Anything") == Ref("Anything")


@given(st.sampled_from(["1", "2", "3", "4", "5"]))
def test_what_is_said_of_an_option_means_it(id):
    """The word, the name, or the id where the name is another's too; one that left the list goes by its id."""
    there = next((each for each in RISK.options or () if each.id == id), Ref(id, "Gone"))
    said = say_option([RISK], there)
    assert said == {"1": "Low", "2": "high", "3": "Odd", "4": "odd", "5": "5"}[id]


@pytest.mark.parametrize(
    ("text", "hint", "options"),
    [
        ("Lena Grey", "did you mean 'Lena Gray'?", ("Lena Gray",)),
        ("nobody@a.example", "write the e-mail address, or the name as the site shows it", ()),
    ],
)
def test_a_person_whom_nobody_knows(text, hint, options):
    """Is answered with the nearest; never with all that are known, for those are only whom the specs asked for."""
    names = {"l.gray@fund.example": "7", "712020:7": "7"}
    site = replace(site_description(), users=(Ref("7", "Lena Gray"),), user_names=names)
    with pytest.raises(BadValue, match=f"no user is called '{text}'") as raised:
        read_person(site, info("user"), text, re.compile("(?P<name>)<(?P<id>)>"))
    assert (raised.value.hint, raised.value.options) == (hint, options)


@pytest.mark.parametrize(
    ("read", "data", "value"),
    [
        (text_in, "a", "a"),
        (text_in, "", None),
        (text_in, 7, None),
        (number_in, 5.0, 5),
        (number_in, True, None),
        (number_in, "5", None),
        (flag_in, False, False),
        (flag_in, "false", None),
        (date_in, "2026-03-31", date(2026, 3, 31)),
        (date_in, "soon", None),
        (date_in, None, None),
        (moment_in, "2026-03-31T17:00:00.123Z", datetime(2026, 3, 31, 17, tzinfo=UTC)),
        (moment_in, "2026-03-31T17:00:00", None),
        (moment_in, "0001-01-01T00:00:00+01:00", None),
        (moment_in, 7, None),
    ],
)
def test_plain_values_are_read_from_json(read, data, value):
    """Another shape is none."""
    assert read(data) == value


def test_an_answer_is_an_object_or_a_list():
    """Null is an empty one, and what is no object in a list is left out; anything else is not the platform's."""
    assert (object_in({"a": 1}), object_in(None)) == ({"a": 1}, {})
    assert (objects_in([{"a": 1}, None, "b"]), objects_in(None)) == ([{"a": 1}], [])
    for read, data in ((object_in, []), (object_in, "page"), (objects_in, {}), (objects_in, 5)):
        with pytest.raises(UnreachableError, match="another shape than the platform's") as caught:
            read(data)
        assert "a proxy or a sign-in page" in caught.value.hint


def test_what_nothing_reads_is_kept_by_its_digest():
    """Its JSON is shown in part, and compared as a whole, whatever the order of its keys."""
    assert opaque({"a": 1, "b": 2}) == opaque({"b": 2, "a": 1})
    assert opaque(["x" * 300]) != opaque(["x" * 301])
    assert len(opaque(["x" * 300]).shown) == 200


@given(st.permutations([Ref("1"), Ref("2"), Link("t", "a"), Rich("x", "d"), Opaque("x", "e"), "text", 5, Ref("1")]))
def test_a_set_has_each_element_once_in_one_order(elements):
    """However they come."""
    assert in_order(elements) == in_order(reversed(elements))
    assert len(in_order(elements)) == 7
