"""Markers as labels, where a server takes no issue properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.fields import MARKER_LABEL
from reconciler_jira.labels import let_go, marker_from, marker_in, outdated, proof_of
from reconciler_jira.marker import operation_label

from reconciler.sdk import Marker, MarkerTooLong, marker_label

ID = "6f0c2f3e-0000-4000-8000-000000000001"
OPERATION, CREATION = "1" * 32, "2" * 32


def marker(**changes: object) -> Marker:
    bare = Marker(1, ID, "deals", "acme", 'tasks["legal"]', "10001", OPERATION, False, False, {}, {}, truncated=True)
    return replace(bare, **{"creation": CREATION, **changes})


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(
    st.builds(
        Marker, version=st.just(1), workspace=TEXTS, name=TEXTS, instance=TEXTS | st.just(""), address=TEXTS,
        item=st.none() | st.integers(1, 10**9).map(str), operation=st.uuids().map(lambda each: each.hex),
        protect=st.booleans(), closed=st.booleans(), base=st.just({}), observed=st.just({}), truncated=st.just(True),
        origin=st.sampled_from(["spec", "incident"]), creation=st.just("") | st.uuids().map(lambda each: each.hex),
    )
)  # fmt: skip
def test_a_marker_comes_back_as_it_went(marker: Marker) -> None:
    """From a label that Jira takes, without white space, and that no spec and no person's label is taken for."""
    try:
        label = proof_of(marker)
    except MarkerTooLong:
        return
    assert len(label) <= 255
    assert MARKER_LABEL.fullmatch(label)
    found = marker_from(label)
    assert found is not None
    assert found.is_at(marker.address)
    assert replace(found, address=marker.address) == marker


def test_an_address_without_room_goes_hidden() -> None:
    """It is known again by whoever knows the address."""
    found = marker_from(proof_of(marker(address="a" * 200)))
    assert found is not None
    assert found.address.startswith("sha256:")
    assert found.is_at("a" * 200)


def test_a_workspace_without_room_is_said() -> None:
    """Its name and instance have to be in the label."""
    with pytest.raises(MarkerTooLong, match="255 characters of a label"):
        proof_of(marker(name="n" * 120))


@pytest.mark.parametrize(
    "label",
    [
        "hot",
        marker_label(ID, "acme"),
        marker_label(ID, "acme") + ":",
        proof_of(marker()).replace(":acme:", ":other:"),
        proof_of(marker()).replace(":1:", ":0:", 1),
        proof_of(marker()).replace(":1:", ":one:", 1),
        proof_of(marker()).replace(":1:", ":¹:", 1),
        proof_of(marker()) + ":more",
        proof_of(marker(operation="")),
        proof_of(marker(name="")),
        proof_of(marker(address="")),
    ],
)
def test_what_we_did_not_write_is_no_marker(label: str) -> None:
    """Anybody may edit labels: one whose beginning does not fit what follows is nobody's."""
    assert marker_from(label) is None


def test_a_later_versions_label_is_known_as_one() -> None:
    """Whose it is is certain; whatever else it says is not ours to read."""
    label = f"{marker_label(ID, 'acme')}:2:{ID}:acme:{{}}"
    found = marker_from(label)
    assert found is not None
    assert (found.version, found.workspace, found.instance, found.address) == (2, ID, "acme", "")


def test_of_several_markers_an_issues_own_counts() -> None:
    """A copy carries its source's, and may have got one of its own since."""
    source, own = (proof_of(marker(item=each)) for each in ("10001", "10002"))
    found = marker_in(["hot", source, own], "10002")
    assert found is not None
    assert found.item == "10002"
    copied = marker_in(["hot", source], "10002")
    assert copied is not None
    assert copied.item == "10001"
    assert marker_in(["hot"], "10002") is None


@pytest.mark.parametrize(
    ("labelled", "kept", "counts"),
    [
        ("10001", "10001", "label"),  # a label is only written where the property can't be
        ("10001", None, "label"),
        (None, "10001", "property"),  # what it was created with
        ("10009", "10001", "property"),  # a copy that became an item of its own
        ("10001", "10009", "label"),
        ("10009", None, "label"),  # a copy of what was created with a property, and is known by a label
        (None, "10009", "property"),
    ],
)
def test_a_label_and_a_property(labelled: str | None, kept: str | None, counts: str) -> None:
    """The issue's own id comes first, then another's, which tells a copy; of two alike the label."""
    label, there = marker(item=labelled, operation="3" * 32), marker(item=kept, operation="4" * 32)
    found = marker_in([proof_of(label)], "10001", there)
    assert found == (label if counts == "label" else there)


def test_a_newer_versions_marker_counts_first() -> None:
    """Wherever it is: this version must not write over it."""
    newer = f"{marker_label(ID, 'acme')}:2:{ID}:acme:{{}}"
    for labels, kept in (([newer, proof_of(marker())], None), ([proof_of(marker())], marker(version=2))):
        found = marker_in(labels, "10001", kept)
        assert found is not None
        assert found.version == 2


def test_a_property_that_was_let_go_is_void() -> None:
    """Until it is written anew; the label that says so is no person's and no marker."""
    kept = marker()
    void = let_go(kept)
    assert MARKER_LABEL.fullmatch(void)
    assert marker_from(void) is None
    assert marker_in([void], "10001", kept) is None
    again = marker(operation="3" * 32)
    assert marker_in([void], "10001", again) == again


def test_what_is_outdated_goes() -> None:
    """Other markers, and what proved the creation; never the label that finds, and nobody else's."""
    kept = proof_of(marker())
    old, made = proof_of(marker(address="old")), operation_label(CREATION)
    finds = marker_label(ID, "acme")
    labels = ["hot", finds, made, kept, old]
    assert outdated(labels, kept) == [{"remove": made}, {"remove": old}]
    assert outdated(labels) == [{"remove": kept}, {"remove": old}]
