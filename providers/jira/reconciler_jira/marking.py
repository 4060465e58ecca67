"""How a site's issues are marked: what finds them, beside the issue property that proves whose they are (FACTS A12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from reconciler.sdk import BadValue, Change, Marker, Ref, resolve
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import type_of
from reconciler_jira.marker import label_of, property_of
from reconciler_jira.options import Options

__all__ = ["PROPERTY_ALONE", "Marking", "marking_of"]


@dataclass(frozen=True, slots=True)
class Marking:
    """What carries the marker's label: the issue's labels, a text field of this id, or nothing.

    `hidden`: the issue property does not say the address.
    """

    by: Literal["label", "field", "none"] = "label"
    field: str = "labels"
    hidden: bool = False

    @property
    def searchable(self) -> bool:
        """Whether a search finds marked issues."""
        return self.by != "none"

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields to read for `shows`."""
        return (self.field,) if self.searchable else ()

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

    def property_of(self, marker: Marker) -> Json:
        """The issue property's value.

        Raises:
            MarkerTooLong: Jira takes no property of this length.
        """
        return property_of(replace(marker, address=marker.hidden_address) if self.hidden else marker)

    def created(self, marker: Marker, fields: Json) -> Json:
        """The fields of an issue to create, with what finds it."""
        if self.by == "label":
            return {**fields, "labels": [*fields.get("labels", ()), label_of(marker)]}
        return {**fields, self.field: label_of(marker)} if self.searchable else fields

    def edited(self, change: Change) -> tuple[Json, dict[str, Json]]:
        """What a change does to what finds the issue: fields to set, and operations on sets, which people's elements
        never meet.
        """
        label: str | None = None
        if isinstance(change.marker, Marker) and change.item.marker is None:
            verb, label = "add", label_of(change.marker)
        elif change.marker == "drop" and change.item.marker is not None:
            verb, label = "remove", label_of(change.item.marker)
        if label is None or not self.searchable:
            return {}, {}
        if self.by == "field":
            return {self.field: label if verb == "add" else None}, {}
        return {}, {self.field: {verb: label}}


PROPERTY_ALONE = Marking("none", "")
"""For reading what proves, whether it can be found or not."""


def marking_of(client: Client, options: Options) -> Marking:
    """Work out how issues are marked; asks for the site's fields where a field is named.

    Raises:
        BadValue: the site has no such custom text field.
    """
    hidden = options.marker_address == "digest"
    if options.marker != "field":
        return Marking(options.marker, "labels" if options.marker == "label" else "", hidden)
    fields = {str(each["id"]): each for each in client.all_fields()}
    named = resolve(options.marker_field, [Ref(id, str(each["name"])) for id, each in fields.items()], "field")
    if not named.id.startswith("customfield_") or type_of(named.id, fields[named.id].get("schema")).kind != "text":
        raise BadValue(
            f"the field {named.name!r} can't hold markers", hint="marker_field names a custom field of one line of text"
        )
    return Marking("field", named.id, hidden)
