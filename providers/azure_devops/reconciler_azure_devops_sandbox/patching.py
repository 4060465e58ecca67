"""JSON Patch documents, as work items take them (FACTS B2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from reconciler_azure_devops_sandbox.refusal import invalid

__all__ = ["Operation", "read_patch"]

Verb: TypeAlias = Literal["add", "replace", "remove", "test"]
Part: TypeAlias = Literal["rev", "id", "field", "format", "relation", "relation_attribute"]

_PATHS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    ("rev", re.compile(r"/rev")),
    ("id", re.compile(r"/id")),
    ("field", re.compile(r"/fields/([^/]+)", re.IGNORECASE)),
    ("format", re.compile(r"/multilineFieldsFormat/([^/]+)", re.IGNORECASE)),
    ("relation", re.compile(r"/relations/(-|\d+)", re.IGNORECASE)),
    ("relation_attribute", re.compile(r"/relations/(\d+)/attributes/(\w+)", re.IGNORECASE)),
)
_VERBS: Mapping[Part, frozenset[str]] = {
    "rev": frozenset({"test"}),
    "id": frozenset({"add", "test"}),
    "field": frozenset({"add", "replace", "remove", "test"}),
    "format": frozenset({"add", "replace"}),
    "relation": frozenset({"add", "remove"}),
    "relation_attribute": frozenset({"add", "replace", "remove"}),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        part: what the path points to.
        name: the field's name, or the relation's index; `-` for a new relation; empty for `rev` and `id`.
        attribute: of a relation; empty otherwise.
    """

    verb: Verb
    part: Part
    name: str
    attribute: str
    value: Any
    path: str


def read_patch(body: Any) -> tuple[Operation, ...]:
    """The operations of a document.

    Raises:
        Refusal: 400: it is no JSON Patch document, or one that work items do not take.
    """
    if not isinstance(body, list) or not body or not all(isinstance(each, Mapping) for each in body):
        raise invalid("You must pass a valid patch document in the body of the request.")
    return tuple(_operation(each) for each in body)


def _operation(raw: Mapping[str, Any]) -> Operation:
    verb, path = str(raw.get("op", "")).casefold(), raw.get("path")
    if not isinstance(path, str):
        raise invalid("You must pass a valid patch document in the body of the request.")
    for part, pattern in _PATHS:
        match = pattern.fullmatch(path)
        if match is None:
            continue
        if verb not in _VERBS[part] or (part == "relation" and (verb == "add") != (match[1] == "-")):
            raise invalid(f"The operation '{verb}' is not supported for the path '{path}'.")
        found = [*match.groups(), "", ""]
        name, attribute = (each.replace("~1", "/").replace("~0", "~") for each in found[:2])
        return Operation(verb, part, name, attribute, raw.get("value"), path)  # type: ignore[arg-type]
    raise invalid(f"The path '{path}' is not supported for work items.")
