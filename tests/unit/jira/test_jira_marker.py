"""The marker's property: what it holds, what is read back, and what happens where it is too long."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.marker import property_of

from reconciler.sdk import Marker, MarkerTooLong, decode_marker

DIGESTS = st.dictionaries(st.text(max_size=12), st.text("0123456789abcdef", min_size=16, max_size=16), max_size=5)
MARKERS = st.builds(
    Marker, st.just(1), st.text(), st.text(), st.text(), st.text(), st.none() | st.text(), st.text(), st.booleans(),
    st.booleans(), DIGESTS, DIGESTS, st.booleans(),
)  # fmt: skip


@given(MARKERS)
def test_a_marker_comes_back_as_written(marker: Marker) -> None:
    """Through JSON, with every field."""
    assert decode_marker(json.loads(json.dumps(property_of(marker)))) == marker


@given(MARKERS)
def test_a_hidden_address_comes_back_hidden(marker: Marker) -> None:
    """As `{"digest": ...}`; it still belongs to its address, and hiding it again changes nothing."""
    hidden = replace(marker, address=marker.hidden_address)
    value = property_of(hidden)
    assert value["address"] == {"digest": hidden.address.removeprefix("sha256:")}
    assert decode_marker(value) == hidden
    assert hidden.is_at(marker.address)
    assert hidden.hidden_address == hidden.address


def test_a_long_marker_loses_its_longest_entries_first(marker_of: Any) -> None:
    """A property holds 32,768 characters (FACTS A8). Who it belongs to is never cut, and the reader is told."""
    entries = {f"labels/{'x' * each}": "0" * 16 for each in range(400)}
    marker = replace(marker_of(), base=entries, observed={"summary": "1" * 16})
    value = property_of(marker)
    assert len(json.dumps(value)) <= 32_768
    assert value["truncated"] is True
    assert value["observed"] == marker.observed
    kept = sorted(map(len, value["base"]))
    assert kept == sorted(map(len, entries))[: len(kept)]
    longest = f"labels/{'x' * (kept[-1] + 1 - 7)}"
    assert len(json.dumps({**value, "base": {**value["base"], longest: "0" * 16}})) > 32_768
    read = decode_marker(value)
    assert read is not None
    assert (read.truncated, read.address, read.operation) == (True, marker.address, marker.operation)


def test_a_marker_that_fits_is_not_truncated(marker_of: Any) -> None:
    """The key is not even there."""
    assert "truncated" not in property_of(marker_of())


def test_what_is_too_long_without_any_entry_is_refused(marker_of: Any) -> None:
    """Nothing of what identifies the item may go."""
    with pytest.raises(MarkerTooLong, match="longer than the 32768 characters"):
        property_of(replace(marker_of(), address="a" * 40_000))


def test_a_marker_of_a_later_version_is_one(marker_of: Any) -> None:
    """Its version is kept; what has another form there is empty."""
    value = {**property_of(marker_of()), "version": 2, "address": ["deal"], "item": 7, "protect": True}
    read = decode_marker(value)
    assert read is not None
    assert (read.version, read.workspace, read.instance) == (2, "ws", "acme")
    assert (read.address, read.item, read.operation, read.protect, read.base) == ("", None, "op", True, {})


@pytest.mark.parametrize(
    "change",
    [
        {"version": True},
        {"version": 0},
        {"version": "1"},
        {"address": 7},
        {"address": {"digest": 7}},
        {"base": {"summary": 7}},
        {"workspace": None},
        {"item": 7},
    ],
)
def test_what_nobody_of_us_wrote_is_no_marker(marker_of: Any, change: dict[str, object]) -> None:
    """Anybody may edit a property."""
    assert decode_marker({**property_of(marker_of()), **change}) is None
    assert decode_marker("reconciler") is None
