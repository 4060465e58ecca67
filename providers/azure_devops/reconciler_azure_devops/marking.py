"""How items are marked: a tag finds them, and a hyperlink, or a text field, proves whose they are (FACTS B6)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from reconciler.sdk import MARKER_VERSION, BadValue, Marker, decode_marker, encode_marker
from reconciler_azure_devops.client import Json
from reconciler_azure_devops.fields import LABELS
from reconciler_azure_devops.links import DOCUMENT, MARKER_URL
from reconciler_azure_devops.marker import label_of, marker_from, marker_url
from reconciler_azure_devops.options import Options
from reconciler_azure_devops.reading import FieldTypes

__all__ = ["Marking", "marking_of", "tags_of"]

_ROOM: Final[Mapping[str, int]] = {"plainText": 32_768, "html": 32_768}
"""Characters for a marker, by the type of its field. A line of 255 characters has no room for one."""
_ELEMENT: Final = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Marking:
    """Where the proof stands: in the field of this reference name and type, or, where there is none, in a hyperlink."""

    field: str = ""
    type: Literal["", "plainText", "html"] = ""

    def read(self, items: Sequence[Json]) -> Mapping[str, Marker]:
        """The markers of work items as `Client.items` gives them, by id, of those that have one.

        Half a marker can't be found again: without its tag it counts as taken off, so that it is put back.
        """
        found: dict[str, Marker] = {}
        for item in items:
            marker = self._marker(item)
            if marker is not None and (marker.version > MARKER_VERSION or _has_tag(item, label_of(marker))):
                found[str(item["id"])] = marker
        return found

    def fields(self, marker: Marker | None) -> Json:
        """What the field is to hold, by reference name; empty where a hyperlink is the proof.

        Raises:
            MarkerTooLong: the field has no room for it.
        """
        if not self.field:
            return {}
        if marker is None:
            return {self.field: ""}
        room = _ROOM[self.type]
        text = json.dumps(encode_marker(marker, room), separators=(",", ":"))
        return {self.field: html.escape(text, quote=False) if self.type == "html" else text}

    def relations(self, marker: Marker) -> list[Json]:
        """The hyperlink; none where a field is the proof.

        Raises:
            MarkerTooLong: it is longer than a URL may be.
        """
        if self.field:
            return []
        comment = f"Managed by reconciler: {marker.address} in {marker.name}"
        return [{"rel": DOCUMENT, "url": marker_url(marker), "attributes": {"comment": comment[:255]}}]

    def renewed(self, item: Json, operation: str) -> tuple[Callable[[Json], bool], list[Json], list[Json]]:
        """Say once more whose an item is, by another operation: a change that makes a revision of its own.

        Args:
            item: with its fields and relations.
            operation: that is under way.

        Returns:
            Which relation goes, which comes, and what the fields get; nothing of an item that is not marked, or that
            is marked as another. One that was marked by its creation gets its own id on that occasion.
        """
        id = str(item.get("id"))
        marker = self.read([item]).get(id)
        if marker is None or marker.version != MARKER_VERSION or marker.item not in (None, id):
            return (lambda _: False), [], []
        new = replace(marker, item=id, operation=operation)
        old = "" if self.field else marker_url(marker)
        fields = [{"op": "add", "path": f"/fields/{field}", "value": text} for field, text in self.fields(new).items()]
        return (lambda relation: relation.get("url") == old), self.relations(new), fields

    def check(self, marker: Marker) -> None:
        """Check that there is room for a marker.

        Raises:
            MarkerTooLong: there is none.
        """
        self.fields(marker)
        self.relations(marker)

    def is_stale(self, relation: Json) -> bool:
        """Whether a relation goes when a marker is written or dropped: no hyperlink of ours outlives another."""
        return not self.field and str(relation.get("url", "")).startswith(MARKER_URL)

    def _marker(self, item: Json) -> Marker | None:
        if self.field:
            return _from_text((item.get("fields") or {}).get(self.field), self.type)
        urls = (str(each.get("url", "")) for each in item.get("relations") or () if each.get("rel") == DOCUMENT)
        return _own((marker for url in urls if (marker := marker_from(url))), str(item.get("id")))


def marking_of(types: FieldTypes, options: Options) -> Marking:
    """Work out how items are marked; asks for the project's fields where a field is named.

    Raises:
        BadValue: the project has no such field that has room for a marker.
    """
    if not options.marker_field:
        return Marking()
    named = types.named(options.marker_field)
    said = types.schema(named.id).get("type")
    if said == "plainText" or said == "html":
        return Marking(named.id, said)
    raise BadValue(
        f"the field {named.name!r} can't hold markers", hint="marker_field names a text field of multiple lines"
    )


def tags_of(item: Json) -> tuple[str, ...]:
    """All tags of a work item as they are written, markers' among them."""
    tags = str((item.get("fields") or {}).get(LABELS) or "").split(";")
    return tuple(each.strip() for each in tags if each.strip())


def _has_tag(item: Json, tag: str) -> bool:
    return tag.casefold() in {each.casefold() for each in tags_of(item)}


def _own(markers: Iterator[Marker], id: str) -> Marker | None:
    """The one that counts of several: a newer version's, then the one that names its item, then a creation's."""
    return min(
        markers,
        key=lambda each: (-each.version, each.item != id, each.item is not None, each.operation),
        default=None,
    )


def _from_text(data: Any, type: str) -> Marker | None:
    if not isinstance(data, str):
        return None
    text = html.unescape(_ELEMENT.sub("", data)) if type == "html" else data
    try:
        return decode_marker(json.loads(text))
    except ValueError:
        return None
