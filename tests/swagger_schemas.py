"""The definitions of Azure DevOps' Swagger files as JSON Schemas that leave no room.

The files describe answers loosely: what a definition does not name is not ruled out. Here it is. `CORRECTIONS` names
the places where a file contradicts its own examples or the recordings of a live site, each with its reason.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["CORRECTIONS", "corrected", "json_schema"]

_ANYTHING: dict[str, Any] = {}
CORRECTIONS: dict[tuple[str, ...], tuple[dict[str, Any], str]] = {
    ("JsonPatchOperation", "value"): (_ANYTHING, "any JSON: the examples' values are texts, numbers and objects"),
    ("JsonPatchDocument",): (
        {"type": "array", "items": {"$ref": "#/definitions/JsonPatchOperation"}},
        "the file says object and array at once; the examples are arrays",
    ),
    ("WorkItem", "fields"): ({"type": "object"}, "the values of fields are any JSON, as in every example"),
    ("WorkItem", "multilineFieldsFormat"): (
        {"type": "object", "additionalProperties": {"enum": ["html", "markdown"]}},
        "recorded on a live site (FACTS F); the 7.2 file declares it",
    ),
    ("Link", "attributes"): ({"type": "object"}, "isLocked is a boolean and name a text in every example"),
    ("WorkItemClassificationNode", "attributes"): ({"type": "object"}, "dates are texts in every example"),
    ("WorkItemTypeFieldWithReferences", "allowedValues"): (
        {"type": "array"},
        "allowed values are texts, numbers or identities in the examples",
    ),
    ("WorkItemTypeFieldWithReferences", "defaultValue"): (_ANYTHING, "null or a text in every example"),
    ("WorkItemTypeFieldWithReferences", "dependentFields"): ({"type": "array"}, "the examples have it"),
    ("WorkItemTypeFieldInstance", "allowedValues"): ({"type": "array"}, "as its sibling with references"),
    ("WorkItemFieldUpdate", "oldValue"): (_ANYTHING, "any JSON, as in every example"),
    ("WorkItemFieldUpdate", "newValue"): (_ANYTHING, "any JSON, as in every example"),
    ("WorkItemStateTransition", "actions"): (
        {"type": ["array", "null"], "items": {"type": "string"}},
        "null in every example",
    ),
    ("WorkItemRelationType", "attributes"): ({"type": "object"}, "booleans and texts in every example"),
    ("TeamIterationAttributes", "startDate"): ({"type": ["string", "null"]}, "null without a date in the examples"),
    ("TeamIterationAttributes", "finishDate"): ({"type": ["string", "null"]}, "null without a date in the examples"),
    ("TeamSetting", "defaultIterationMacro"): ({"type": ["string", "null"]}, "null without one in the examples"),
    ("ReferenceLinks",): ({"type": "object"}, "the examples hold the links themselves, without the level `links`"),
    ("Subscription", "resourceVersion"): ({"type": ["string", "null"]}, "null in an example"),
}
"""(definition, property) -> what stands there instead, and why. The first two are those that everybody meets."""


def corrected(definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A file's definitions as closed JSON Schemas, with the corrections made."""
    told = copy.deepcopy(dict(definitions))
    for (name, *where), (schema, _reason) in CORRECTIONS.items():
        if name not in told:
            continue
        if where:
            told[name].setdefault("properties", {})[where[0]] = schema
        else:
            told[name] = schema
    return {name: _closed(schema, told) for name, schema in told.items()}


def _closed(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with what it inherits, and nothing beside it."""
    properties = dict(_inherited(schema, definitions))
    if schema.get("type") != "object" or not properties:
        return json_schema(schema)
    return {"type": "object", "properties": {name: json_schema(each) for name, each in properties.items()},
            "additionalProperties": False}  # fmt: skip


def _inherited(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for each in schema.get("allOf", ()):
        if "$ref" in each:
            yield from _inherited(definitions[each["$ref"].rpartition("/")[2]], definitions)
    yield from schema.get("properties", {}).items()


def json_schema(node: Any) -> Any:
    """Swagger's words as JSON Schema's; a reference with a description beside it is the reference."""
    if isinstance(node, list):
        return [json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    dropped = ("description", "format", "x-ms-enum", "readOnly", "in", "name")
    told = {key: json_schema(value) for key, value in node.items() if key not in dropped}
    if isinstance(properties := node.get("properties"), dict):
        told["properties"] = {name: json_schema(value) for name, value in properties.items()}
    return told
