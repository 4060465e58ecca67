"""How names that people write are resolved."""

from __future__ import annotations

import pytest

from reconciler.sdk import BadValue, Ref, nearest, resolve, unknown

STATUSES = (Ref("1", "To Do"), Ref("2", "Done"), Ref("3", "done"), Ref("4", "In Review"), Ref("5", "In Review"))


@pytest.mark.parametrize(("text", "id"), [("4", "4"), ("To Do", "1"), ("to do", "1"), ("Done", "2"), ("done", "3")])
def test_a_name_resolves_by_id_then_exactly_then_without_case(text, id):
    """An exact name wins over one that only differs in case."""
    assert resolve(text, STATUSES, "status").id == id


@pytest.mark.parametrize("text", ["DONE", "In Review"])
def test_an_ambiguous_name_lists_the_ids(text):
    """Several things of one name are an error that says how to tell them apart."""
    with pytest.raises(BadValue, match="more than one status") as raised:
        resolve(text, STATUSES, "status")
    assert len(raised.value.options) == 2
    assert set(raised.value.options) < {"2", "3", "4", "5"}


def test_an_unknown_name_offers_the_nearest():
    """A misspelt name gets the one that was meant, first."""
    with pytest.raises(BadValue) as raised:
        resolve("Todo", STATUSES, "status")
    assert raised.value.hint == "did you mean 'To Do'?"
    assert raised.value.options[0] == "To Do"


def test_a_name_like_no_other_gets_them_all():
    """Where nothing is near, a short list is said whole, in the order that the site gives it."""
    with pytest.raises(BadValue) as raised:
        resolve("xyzzy", STATUSES[:2], "status")
    assert raised.value.hint == "there are: To Do, Done"


def test_an_unknown_name_among_none_offers_nothing():
    """No names, no hint."""
    with pytest.raises(BadValue) as raised:
        resolve("x", (), "status")
    assert raised.value.hint == ""


def test_nearest_keeps_the_spelling():
    """The words come back as they are, whatever the case of the mistake."""
    assert nearest("PRIORTY", ["priority", "Parent"]) == ("priority",)


@pytest.mark.parametrize(
    ("word", "among"),
    [("blocked", "Closed"), ("blokked", "Closed"), ("Nope", "Notes"), ("start", "status"), ("x", "xylophone")],
)
def test_a_word_that_shares_some_letters_is_not_near(word, among):
    """A suggestion is a slip of the same word, and no other word."""
    assert nearest(word, [among]) == ()


@pytest.mark.parametrize(
    ("word", "among"), [("hihg", "High"), ("taks", "Task"), ("Sprnt 7", "Sprint 7"), ("lena", "Lena Gray")]
)
def test_a_slip_and_a_beginning_are_near(word, among):
    """Two letters that changed places, one that is missing, and the first word of a name."""
    assert nearest(word, ["Epic", among]) == (among,)


def test_a_long_list_is_cut():
    """A dozen names are said, and how many more there are; a program gets them all."""
    names = [f"Name {each}" for each in range(20)]
    problem = unknown("xyzzy", names, "sprint")
    assert problem.hint == f"there are: {', '.join(names[:12])} and 8 more"
    assert problem.options == tuple(names)
