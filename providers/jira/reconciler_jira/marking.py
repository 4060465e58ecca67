"""How a site's issues are marked: what finds them, and what proves whose they are (FACTS A12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from reconciler.sdk import BadValue, Change, Marker, Ref, decode_marker, resolve
from reconciler_jira.client import Client, Json, Proof
from reconciler_jira.fields import LABELS, type_of
from reconciler_jira.labels import marker_in, proof_of
from reconciler_jira.marker import PROPERTY, label_of, property_of
from reconciler_jira.options import Options

__all__ = ["Marking", "marking_of"]

_NOTES: Final[Mapping[Proof, str]] = {
    "label": "in labels: the site refuses issue properties",
    "shown": "in labels: the site shows issue properties, and refuses to write them",
}


@dataclass(frozen=True, slots=True)
class Marking:
    """What carries the marker's label: the issue's labels, a text field of this id, or nothing.

    Attributes:
        hidden: the marker does not say the address.
        proof: where the marker is.
    """

    by: Literal["label", "field", "none"] = "label"
    field: str = LABELS
    hidden: bool = False
    proof: Proof = "property"

    @property
    def alone(self) -> Marking:
        """For reading what proves, whether it can be found or not."""
        return replace(self, by="none")

    @property
    def searchable(self) -> bool:
        """Whether a search finds marked issues."""
        return self.by != "none"

    @property
    def in_labels(self) -> bool:
        """Whether what proves is written into labels alone."""
        return self.proof in ("label", "shown")

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields to read for `shows` and `marker_of`."""
        asked = {self.field} if self.searchable else set()
        return tuple(sorted(asked if self.proof == "property" else asked | {LABELS}))

    def query(self, label: str) -> str:
        """The JQL that finds a label's issues. A text search finds more than those: `shows` tells."""
        if self.by == "field":
            return f'cf[{self.field.rpartition("_")[2]}] ~ "{label}"'
        return f'labels = "{label}"'

    def shows(self, fields: Mapping[str, Any], label: str) -> bool:
        """Whether an issue with these fields would be found by a label. Half a marker is none: it gets repaired."""
        if self.by == "label":
            return label in (fields.get("labels") or ())
        return not self.searchable or fields.get(self.field) == label

    def marker_of(self, issue: Json) -> Marker | None:
        """The marker of an issue that was read with its properties and the fields `asked`."""
        kept = decode_marker((issue.get("properties") or {}).get(PROPERTY))
        if self.proof == "property":
            return kept
        return marker_in((issue.get("fields") or {}).get(LABELS) or (), str(issue["id"]), kept)

    def property_of(self, marker: Marker) -> Json:
        """The issue property's value.

        Raises:
            MarkerTooLong: Jira takes no property of this length.
        """
        return property_of(self._said(marker))

    def properties_of(self, marker: Marker) -> list[Json]:
        """The properties that go along with a write.

        Raises:
            MarkerTooLong: Jira takes no property of this length.
        """
        return [] if self.in_labels else [{"key": PROPERTY, "value": self.property_of(marker)}]

    def created(self, marker: Marker, fields: Json) -> Json:
        """The fields of an issue to create, with what finds it.

        Raises:
            MarkerTooLong: Jira takes no label of this length.
        """
        if self.by == "label":
            proof = [self.proof_of(marker)] if self._labels else []
            return {**fields, LABELS: [*fields.get(LABELS, ()), label_of(marker), *proof]}
        return {**fields, self.field: label_of(marker)} if self.searchable else fields

    def edited(self, change: Change) -> tuple[Json, dict[str, list[Json]]]:
        """What a change does to what finds the issue: fields to set, and operations on sets, which people's elements
        never meet.

        Raises:
            MarkerTooLong: Jira takes no label of this length.
        """
        marks, item = change.marker, change.item.marker
        added = [label_of(marks)] if isinstance(marks, Marker) and item is None else []
        removed = [label_of(item)] if marks == "drop" and item is not None else []
        if self.by == "field" and (added or removed):
            return {self.field: added[0] if added else None}, {}
        if self._labels and isinstance(marks, Marker):
            added.append(self.proof_of(marks))
        operations = [{"add": each} for each in added] + [{"remove": each} for each in removed]
        return {}, {LABELS: operations} if operations and self.by == "label" else {}

    def proof_of(self, marker: Marker) -> str:
        """The label that is the marker.

        Raises:
            MarkerTooLong: Jira takes no label of this length.
        """
        return proof_of(self._said(marker))

    @property
    def note(self) -> str:
        """What is unusual about where markers are."""
        return _NOTES.get(self.proof, "")

    @property
    def _labels(self) -> bool:
        """Whether a label is the marker."""
        return self.in_labels or self.proof == "both"

    def _said(self, marker: Marker) -> Marker:
        return replace(marker, address=marker.hidden_address) if self.hidden else marker


def marking_of(client: Client, options: Options) -> Marking:
    """Work out how issues are marked; asks for the site's fields where a field is named.

    Raises:
        BadValue: the site has no such custom text field, or takes no properties where the options leave no other place.
    """
    hidden = options.marker_address == "digest"
    if client.proof == "label" and options.marker != "label":
        raise BadValue(
            f"the site takes no issue properties, and with `marker: {options.marker}` there is no other place for what "
            "proves that an issue is ours",
            hint="take `marker` out of the provider's block: then labels hold it; or have the site let "
            "/rest/api/2/issue/*/properties through",
        )
    if options.marker != "field":
        return Marking(options.marker, LABELS if options.marker == "label" else "", hidden, client.proof)
    fields = {str(each["id"]): each for each in client.all_fields()}
    named = resolve(options.marker_field, [Ref(id, str(each["name"])) for id, each in fields.items()], "field")
    if not named.id.startswith("customfield_") or type_of(named.id, fields[named.id].get("schema")).kind != "text":
        raise BadValue(
            f"the field {named.name!r} can't hold markers", hint="marker_field names a custom field of one line of text"
        )
    return Marking("field", named.id, hidden, client.proof)
