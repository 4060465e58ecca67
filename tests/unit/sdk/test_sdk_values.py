"""Normal forms: what is equal, how they are kept, and their fingerprints."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.sdk import Link, LinkType, Opaque, Ref, Rich, decode, digest, encode

TEXT = st.text(max_size=10)
SIMPLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.builds(Ref, TEXT, TEXT),
    st.builds(Rich, TEXT, TEXT, st.booleans()),
    st.builds(Link, TEXT, TEXT, st.booleans(), TEXT),
    st.builds(Opaque, TEXT, TEXT),
)
VALUES = st.one_of(SIMPLE, st.lists(SIMPLE, max_size=4).map(tuple))


@given(VALUES)
def test_a_value_survives_being_kept(value):
    """What is written to the state as JSON is read back equal."""
    assert decode(json.loads(json.dumps(encode(value)))) == value


@given(VALUES, VALUES)
def test_equal_values_have_equal_fingerprints(first, second):
    """And a kept value has that of the original."""
    if first == second and type(first) is type(second):
        assert digest(first) == digest(second)
    assert digest(decode(encode(first))) == digest(first)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (Ref("1", "a"), Ref("1", "b"), True),
        (Ref("1"), Ref("2"), False),
        (Rich("a", "0", True), Rich("b", "0"), True),
        (Rich("a", "0"), Rich("a", "1"), False),
        (5, 5.0, True),
        (True, 1, False),
        (date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), False),
        (Link("1", "2"), Link("1", "2", False), False),
        ((), None, False),
    ],
)
def test_what_counts_in_a_fingerprint(first, second, same):
    """Ids count and names don't; numbers are numbers, flags are not."""
    assert (digest(first) == digest(second)) is same


@pytest.mark.parametrize("data", [{"x": 1}, {"id": 1, "name": "a"}, {"date": 5}])
def test_what_nobody_wrote_is_no_value(data):
    """A damaged state is said, not guessed at."""
    with pytest.raises(ValueError, match="not a value"):
        decode(data)


def test_a_link_type_that_reads_the_same_is_symmetric():
    """Both ends relate to each other."""
    assert LinkType("1", "relates to", "relates to").symmetric
    assert not LinkType("2", "blocks", "is blocked by").symmetric
