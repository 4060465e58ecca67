"""The JSON Schema of spec files, made from the language's own tables.

`python -m reconciler.spec.schema` prints it; `specs/schema/reconciler.schema.json` is that text. It is draft 7, which
is what editors' YAML extensions know. Wherever an expression may stand, a text is allowed beside the value's own type.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from reconciler.alerts.generic import FIELDS as INCIDENT_FIELDS
from reconciler.spec.calendars import WEEKDAYS
from reconciler.spec.vocabulary import (
    CONFLICTS,
    DEFAULTS,
    FIELDS,
    IMPORT_KEYS,
    INCIDENT_KEYS,
    INCIDENT_WORDS,
    ITEM_KEYS,
    LINKS,
    META,
    MOVE_KEYS,
    NOTIFY,
    ON_MISSING,
    ON_REMOVE,
    OWNERS,
    POLICY,
    PRIORITIES,
    PROVIDER_KEYS,
    RULE_KEYS,
    STATUSES,
    TOP_LEVEL,
    TYPES,
    Kind,
    Word,
)

__all__ = ["json_schema", "schema_text"]

_Schema: TypeAlias = dict[str, object]

_NAME: Final = "^[a-z][a-z0-9_]*$"
_EXPRESSION: Final[_Schema] = {"type": "string", "pattern": "\\$\\{"}
_TEXT: Final[_Schema] = {"type": ["string", "number", "boolean"]}
_ANYTHING: Final[_Schema] = {}
_ADDRESS: Final[_Schema] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*([.\\[].+)?$"}


def json_schema() -> dict[str, object]:
    """The schema as plain data."""
    properties: _Schema = {
        "workspace": _workspace(),
        "providers": _named(_provider()),
        "variables": _named(_variable()),
        "locals": _named(_ANYTHING),
        "calendars": _named(_calendar()),
        "defaults": _keys(DEFAULTS),
        "items": _named(_item()),
        "incidents": _named(_template()),
        "imports": {"type": "array", "items": _import()},
        "moved": {"type": "array", "items": _entry(MOVE_KEYS, dict.fromkeys(MOVE_KEYS, _ADDRESS), [*MOVE_KEYS])},
        "removed": {"type": "array", "items": _ADDRESS},
        "policy": _policy(),
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "reconciler",
        "description": "Specs of work items.",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _described(properties[key], says) for key, says in TOP_LEVEL.items()},
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _described(schema: object, says: str) -> _Schema:
    assert isinstance(schema, dict)
    return {"description": says, **schema}


def _object(properties: Mapping[str, object], required: Sequence[str] = ()) -> _Schema:
    needed: _Schema = {"required": list(required)} if required else {}
    return {"type": "object", "additionalProperties": False, **needed, "properties": dict(properties)}


def _named(schema: _Schema) -> _Schema:
    return {"type": "object", "propertyNames": {"pattern": _NAME}, "additionalProperties": schema}


def _either(*schemas: _Schema) -> _Schema:
    return {"anyOf": list(schemas)}


def _words(words: Sequence[str]) -> _Schema:
    """Standard words are offered, any other text is taken."""
    return _either({"enum": list(words)}, _TEXT)


def _list_of(schema: _Schema) -> _Schema:
    """A list, an expression that gives one, or one that is owned whole."""
    elements: _Schema = {"type": "array", "items": schema}
    exact: _Schema = {
        "type": "boolean",
        "description": "Own all of it: what people added is removed, what is inherited is dropped.",
    }
    whole = _object({"exact": exact, "values": elements}, ["values"])
    return _either(elements, _EXPRESSION, whole)


def _workspace() -> _Schema:
    text = {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"}
    return _object(
        {
            "name": _described(text, "The workspace's name."),
            "id": _described(text, "Ties items to these files. `reconciler init` writes it; never copy it."),
            "instance": {"type": "string", "description": "One of several workspaces that these files make."},
            "previous_name": _described(text, "What the workspace was called, where it has a new name."),
        },
        ["name", "id"],
    )


def _provider() -> _Schema:
    text: _Schema = {"type": "string"}
    several = _either(text, {"type": "array", "items": text, "minItems": 1})

    def mapped(words: Sequence[str], schema: _Schema) -> _Schema:
        return _object(dict.fromkeys(words, schema))

    properties: _Schema = {
        "plugin": text,
        "project": text,
        "types": mapped(TYPES, text),
        "statuses": mapped(STATUSES, several),
        "priorities": mapped(PRIORITIES, text),
        "fields": _named(text),
    }
    return {
        "type": ["object", "null"],
        "properties": {key: _described(properties[key], says) for key, says in PROVIDER_KEYS.items()},
    }


def _variable() -> _Schema:
    kinds = ["string", "integer", "number", "bool", "date", "item", "any"]
    properties: _Schema = {
        "type": {
            "anyOf": [{"enum": kinds}, {"type": "string", "pattern": "^(list|map)\\(.+\\)$"}],
            "description": "string, integer, number, bool, date, item, any, list(...) or map(...).",
        },
        "description": {"type": "string", "description": "What it is; shown where its value is missing."},
        "default": {"description": "The value where none is given; a plain value, no expression."},
        "one_of": {"type": "array", "description": "The only values that it takes."},
        "check": {"type": ["string", "boolean"], "description": "An expression over `value` that must hold."},
        "message": {"type": "string", "description": "What to say where the check fails."},
    }
    return {**_object(properties, ["type"]), "dependencies": {"message": ["check"]}}


def _calendar() -> _Schema:
    return _object(
        {
            "weekend": {"type": "array", "items": {"enum": list(WEEKDAYS)}, "description": "sat and sun by default."},
            "holidays": {
                "type": "array",
                "items": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"},
                "description": "Other days on which nobody works.",
            },
        }
    )


def _item() -> _Schema:
    return {**_keys(ITEM_KEYS), "not": {"required": ["for_each", "matrix"]}}


def _template() -> _Schema:
    texts = _either({"type": "object", "additionalProperties": _TEXT}, _EXPRESSION)
    paths = _object({key: {"type": "string", "description": says} for key, says in INCIDENT_FIELDS.items()})
    words: _Schema = {"severities": texts, "owners": texts, "reopen": {"type": ["boolean", "string"]}, "map": paths}
    own = {key: _described(words[key], says) for key, says in INCIDENT_WORDS.items()}
    return _object({**{key: _key(key) for key in INCIDENT_KEYS if key not in own}, **own})


def _entry(words: Mapping[str, str], properties: Mapping[str, object], required: Sequence[str] = ()) -> _Schema:
    return _object({key: _described(properties[key], says) for key, says in words.items()}, required)


def _import() -> _Schema:
    entry = _entry(IMPORT_KEYS, {"to": _ADDRESS, "key": _TEXT, "id": _TEXT, "query": {"type": "string"}}, ["to"])
    return {**entry, "oneOf": [{"required": [key]} for key in IMPORT_KEYS if key != "to"]}


def _policy() -> _Schema:
    words = {"conflicts": CONFLICTS, "notify": NOTIFY, "on_missing": ON_MISSING}
    said: _Schema = {key: {"enum": list(each)} for key, each in words.items()}
    return _entry(POLICY, {**said, "rules": {"type": "array", "items": _rule()}})


def _rule() -> _Schema:
    condition: _Schema = {"type": ["string", "boolean"]}
    rule = _entry(RULE_KEYS, {"deny": condition, "warn": condition, "message": _TEXT}, ["message"])
    return {**rule, "oneOf": [{"required": ["deny"]}, {"required": ["warn"]}]}


def _keys(keys: Sequence[str]) -> _Schema:
    return _object({key: _key(key) for key in keys})


def _key(key: str) -> _Schema:
    if key in FIELDS:
        word = FIELDS[key]
        return _described(_FIELD_SCHEMAS[word.kind](word), word.says)
    return _described(_META_SCHEMAS[key], META[key])


def _reference() -> _Schema:
    outside: list[object] = [_object({key: _TEXT}, [key]) for key in ("key", "id", "url")]
    return {"anyOf": [{"type": "string"}, *outside]}


def _references() -> _Schema:
    return _either(_reference(), {"type": "array", "items": _reference()})


def _links(_: Word) -> _Schema:
    properties: _Schema = {word: _references() for word in LINKS}
    properties["exact"] = {"type": "boolean", "description": "Own all links of the item."}
    return {"type": "object", "properties": properties, "additionalProperties": _references()}


def _documents(_: Word) -> _Schema:
    return _list_of(_either(_page(), _EXPRESSION))


def _commits(_: Word) -> _Schema:
    text: _Schema = {"type": "string"}
    return _list_of(_either(text, _object({"repo": text, "sha": _TEXT}, ["repo", "sha"]), _page()))


def _pull_requests(_: Word) -> _Schema:
    return _list_of(_either({"type": "string"}, _page()))


def _page() -> _Schema:
    return _object({"title": _TEXT, "url": {"type": "string"}}, ["title", "url"])


def _word(word: Word) -> _Schema:
    return _either(_words(word.standard), {"type": "null"}) if word.standard else {"type": ["string", "number", "null"]}


_FIELD_SCHEMAS: Final[Mapping[Kind, Callable[[Word], _Schema]]] = {
    "title": lambda _: _TEXT,
    "text": lambda _: {"type": ["string", "number", "null"]},
    "word": _word,
    "date": lambda _: _either({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}, _EXPRESSION, {"type": "null"}),
    "number": lambda _: _either({"type": ["number", "null"]}, _EXPRESSION),
    "labels": lambda _: _list_of({"type": ["string", "number"]}),
    "names": lambda _: _list_of({"type": ["string", "number"]}),
    "parent": lambda _: _either(_reference(), {"type": "null"}),
    "links": _links,
    "documents": _documents,
    "commits": _commits,
    "pull_requests": _pull_requests,
    "fields": lambda _: {"type": "object", "properties": {"exact": {"type": "boolean"}}},
}

_META_SCHEMAS: Final[Mapping[str, _Schema]] = {
    "provider": {"type": "string"},
    "for_each": _either({"type": "object"}, {"type": "array", "items": {"type": ["string", "integer"]}}, _EXPRESSION),
    "matrix": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": _NAME}},
    "when": {"type": ["string", "boolean"]},
    "apply_after": _either({"type": "string"}, {"type": "array", "items": {"type": "string"}}),
    "ownership": {"type": "object", "additionalProperties": _either({"enum": list(OWNERS)}, _EXPRESSION)},
    "protect": _either({"type": "boolean"}, _EXPRESSION),
    "on_remove": _either({"enum": list(ON_REMOVE)}, _EXPRESSION),
    "close_comment": {"type": ["string", "number", "null"]},
    "workflow": _object({"through": _either({"const": "any"}, {"type": "array", "items": _TEXT}, _EXPRESSION)}),
}


if __name__ == "__main__":
    sys.stdout.write(schema_text())
