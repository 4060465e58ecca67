"""Markers as labels, where a server takes no issue properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.fields import MARKER_LABEL
from reconciler_jira.labels import marker_from, marker_in, proof_of

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
