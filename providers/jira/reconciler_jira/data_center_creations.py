"""What proves whose a new issue is on Jira Data Center, on its way: in its property, or in labels. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reconciler.sdk import Marker, MarkerTooLong, decode_marker
from reconciler.sdk.shapes import objects_in
from reconciler_jira.calls import Json
from reconciler_jira.fields import LABELS
from reconciler_jira.labels import marker_from, proof_of
from reconciler_jira.marker import label_of, operation_label

__all__ = ["labelled", "made", "marker_of", "proof_in", "proved", "proving", "without_proof"]


def labelled(body: Json, operation: str) -> Json:
    """A new issue with its operation's label beside the one that finds it, where it has that."""
    return _with_label(body, operation_label(operation)) if marker_of(body) else body


def proved(body: Json, operation: str) -> Json:
    """A new issue whose marker is a label in place of its property; its operation's where that has no room."""
    marker = marker_of(body)
    if marker is None:
        return body
    try:
        return {name: each for name, each in _with_label(body, proof_of(marker)).items() if name != "properties"}
    except MarkerTooLong:
        return labelled(body, operation)


def proof_in(body: Json, issue: str, operation: str) -> str:
    """The label that says what the property would of an issue that this operation just made, with the id that it got.

    Raises:
        MarkerTooLong: there is no room for it.
    """
    marker = marker_of(body)
    assert marker is not None
    return proof_of(replace(marker, item=issue, creation=operation))


def marker_of(body: Json) -> Marker | None:
    """The marker in the property of an issue to create, where a label finds it."""
    marker = decode_marker(next((each["value"] for each in body.get("properties") or ()), None))
    return marker if marker and label_of(marker) in (body["fields"].get(LABELS) or ()) else None


def _with_label(body: Json, label: str) -> Json:
    return {**body, "fields": {**body["fields"], LABELS: [*body["fields"][LABELS], label]}}


def without_proof(body: Json) -> Json:
    """A new issue without a marker among its labels."""
    labels = [each for each in body["fields"].get(LABELS) or () if marker_from(each) is None]
    return {**body, "fields": {**body["fields"], LABELS: labels}} if labels else body


def proving(body: Json, operation: str) -> list[str]:
    """The labels of a new issue that prove what its property is going to say."""
    labels = body["fields"].get(LABELS) or ()
    return [each for each in labels if each == operation_label(operation) or marker_from(each) is not None]


def made(answer: Json, bodies: Sequence[Json], operations: Sequence[str]) -> Iterator[tuple[str, Json, str]]:
    """The ids of the issues that an answer says were made, with what was sent for each."""
    failed = {each.get("failedElementNumber") for each in objects_in(answer.get("errors"))}
    sent = [each for number, each in enumerate(zip(bodies, operations, strict=True)) if number not in failed]
    made = objects_in(answer.get("issues"))
    if len(made) == len(sent):
        for issue, (body, operation) in zip(made, sent, strict=True):
            yield str(issue.get("id")), body, operation
