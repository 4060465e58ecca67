"""What proves whose a new issue is, on its way to a Jira Data Center."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from reconciler_jira.data_center_creations import labelled, proved
from reconciler_jira.labels import proof_of
from reconciler_jira.marker import label_of, operation_label

from reconciler.sdk import Marker, encode_marker

MARKER = Marker(
    1, "id", "deals", "acme", "a", None, "op", False, False, {"summary": "d"}, {"summary": "d"}, creation="op"
)
FINDS = label_of(MARKER)


def body(*labels: str, marker: Marker = MARKER) -> dict[str, Any]:
    value = encode_marker(marker, 32_768)
    return {"fields": {"labels": list(labels)}, "properties": [{"key": "reconciler", "value": value}]}


def test_a_property_becomes_a_label() -> None:
    """It says the same but for digests, and the property is not sent."""
    assert proved(body("hot", FINDS), "op") == {"fields": {"labels": ["hot", FINDS, proof_of(MARKER)]}}


def test_without_room_the_operations_label_proves() -> None:
    """As long as no marker does; the property is sent all the same."""
    long = body(FINDS, marker=replace(MARKER, name="n" * 250))
    assert proved(long, "op") == labelled(long, "op")
    assert labelled(long, "op")["fields"] == {"labels": [FINDS, operation_label("op")]}


@pytest.mark.parametrize("labels", [(), ("hot",)])
def test_labels_that_find_no_marker_get_none(labels: tuple[str, ...]) -> None:
    """With `marker: field` and `marker: none` labels are people's and the spec's alone."""
    assert proved(body(*labels), "op") == labelled(body(*labels), "op") == body(*labels)
