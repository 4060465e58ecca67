"""Judges recorded exchanges with Azure DevOps' sandbox against the vendor's Swagger files, which nobody here wrote.

Two things the files leave out are taken from the vendor's examples: an answer's array travels as `{"count", "value"}`,
and some operations answer with another status than 200 (`STATUSES`). What a definition says is in `swagger_schemas`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import jsonschema_rs
from swagger_schemas import corrected, json_schema
from vendor_files import Verdict, folder_with

__all__ = ["FILES", "STATUSES", "TRACKING", "TRACKING_NEXT", "Verdict", "api_dir", "judge"]

PREFIX = "/azure"
TRACKING, WORK, HOOKS = "ado-workItemTracking-7.1.json", "ado-work-7.1.json", "ado-serviceHooks-7.2.json"
TRACKING_NEXT = "ado-workItemTracking-7.2.json"
FILES = {"/_apis/wit/": TRACKING, "/_apis/work/": WORK, "/_apis/hooks/": HOOKS}
OUTSIDE = ("/_apis/projects", "/_apis/teams", "/_apis/process/", "/_apis/git/", "/_apis/resourceareas",
           "/_apis/connectiondata")  # fmt: skip
BATCH = "/_apis/wit/$batch"

STATUSES = {
    ("post", "classificationnodes/{structureGroup}/{path}"): "201",
    ("delete", "teamsettings/iterations/{id}"): "204",
    ("post", "teamsettings/iterations"): "201",
    ("delete", "hooks/subscriptions/{subscriptionId}"): "204",
    ("delete", "classificationnodes/{structureGroup}/{path}"): "204",
    ("delete", "recyclebin/{id}"): "204",
}
"""Where the examples answer with another status than the one that the file declares."""

OVERLOADS = {
    "Classification Nodes_Get Root Nodes": ("ids", "errorPolicy"),
    "Comments_Get Comments Batch": ("$top", "continuationToken", "order"),
    "Recyclebin_Get Deleted Work Item Shallow References": ("ids",),
}
"""Parameters of a second operation at the same path and method: a Swagger file has room for one, examples show both."""

BY_IDS = {"Recyclebin_Get Deleted Work Item Shallow References": "WorkItemDeleteReference"}
"""What the second operation answers with, by ids, where it is something else."""

_ERROR = {
    "type": "object",
    "required": ["$id", "innerException", "message", "typeName", "typeKey", "errorCode", "eventId"],
    "additionalProperties": False,
    "properties": {
        "$id": {"const": "1"},
        "customProperties": {
            "type": "object",
            "properties": {
                "RuleValidationErrors": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["fieldReferenceName", "fieldStatusFlags", "errorMessage", "errorCode"],
                    },
                }
            },
        },
        "innerException": {"type": "null"},
        "message": {"type": "string", "minLength": 1},
        "typeName": {"type": "string", "pattern": r"^Microsoft\..*, .*$"},
        "typeKey": {"type": "string", "pattern": r"Exception$"},
        "errorCode": {"type": "integer"},
        "eventId": {"type": "integer"},
    },
}
_BATCHED = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["method", "uri", "headers", "body"],
        "additionalProperties": False,
        "properties": {"method": {"const": "PATCH"}, "uri": {"type": "string"}, "headers": {"type": "object"},
                       "body": {"type": "array"}},
    },
}  # fmt: skip
_BATCH_ANSWER = {
    "type": "object",
    "required": ["count", "value"],
    "additionalProperties": False,
    "properties": {
        "count": {"type": "integer"},
        "value": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "headers", "body"],
                "additionalProperties": False,
                "properties": {"code": {"type": "integer"}, "headers": {"type": "object"}, "body": {"type": "string"}},
            },
        },
    },
}


def api_dir() -> Path | None:
    """The folder of the vendor's files; `None` where they are absent."""
    return folder_with(TRACKING)


def judge(exchanges: Iterable[Mapping[str, Any]], folder: Path) -> Verdict:
    """Judge exchanges as `/_sandbox/requests?bodies=1` gives them.

    Requests are held against the files, good answers against their schema, `$batch` against FACTS B3, and errors
    against FACTS B7 and F. The answers of injected faults are exempt. Core and git are outside the files: only their
    errors are judged.
    """
    verdict = Verdict()
    for exchange in exchanges:
        path = _within(exchange["path"])
        where = f"{exchange['n']}: {exchange['method']} {path} -> {exchange['status']}"
        kind, problems = _judged(folder, exchange, path)
        verdict.counts[kind] += 1
        verdict.problems += (f"{where}: {text}" for text in problems)
    return verdict


def _within(path: str) -> str:
    return "/" + unquote(path).removeprefix(PREFIX).lstrip("/").partition("/")[2]


def _judged(folder: Path, exchange: Mapping[str, Any], path: str) -> tuple[str, list[str]]:
    status, answer = exchange["status"], exchange["response"]
    folded = path.casefold()
    taken = status is not None and status < 400  # a cut leaves no status
    if exchange["method"] == "OPTIONS":
        return "location discoveries", _problems(_LOCATIONS, answer)
    requested: list[str] = []
    found = None
    if BATCH in folded:
        requested = _problems(_BATCHED, exchange["request"]) if taken else []
    elif not any(each in folded for each in OUTSIDE):
        found = _operation(folder, exchange, path)
        if found is None:
            return "unknown routes", [] if status in (404, 405) else ["no such operation"]
        requested = list(found[0].in_request(found[1], exchange)) if taken else []
    if exchange["fault"]:
        return "answers of injected faults (exempt)", requested
    if status == 203:
        return "sign-in pages", requested + ([] if isinstance(answer, str) else ["not a page"])
    if status >= 400:
        if status == 404 and isinstance(answer, str):
            return "plain 404s", requested
        return "errors held against the recorded shape", requested + _problems(_ERROR, answer)
    if BATCH in folded:
        shape = requested + _problems(_BATCH_ANSWER, answer)
        return "batches", shape or list(_inner(folder, exchange))
    if found is None:
        return "outside the files", []
    return "answers held against their schema", requested + list(found[0].in_answer(found[1], exchange))


def _inner(folder: Path, exchange: Mapping[str, Any]) -> Iterator[str]:
    """Each element of a batch is an update of its own, and its answer a work item or an error."""
    if len(exchange["request"]) != len(exchange["response"]["value"]):
        yield "not one answer for each request"
    for asked, told in zip(exchange["request"], exchange["response"]["value"], strict=False):
        uri, _, query = asked["uri"].partition("?")
        alone = {"n": exchange["n"], "method": "POST" if "$" in unquote(uri) else "PATCH", "query": query,
                 "path": f"{PREFIX}/sandbox{uri}", "status": told["code"], "fault": False, "request": asked["body"],
                 "response": json.loads(told["body"])}  # fmt: skip
        yield from _judged(folder, alone, _within(alone["path"]))[1]


_LOCATION_TEXTS = ("id", "area", "resourceName", "routeTemplate", "minVersion", "maxVersion", "releasedVersion")
_LOCATIONS = {
    "type": "object",
    "required": ["count", "value"],
    "properties": {
        "value": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [*_LOCATION_TEXTS, "resourceVersion"],
                "properties": {
                    "resourceVersion": {"type": "integer"},
                    **{each: {"type": "string"} for each in _LOCATION_TEXTS},
                },
            },
        }
    },
}


class _Book:
    """One Swagger file: its operations by path, and validators made when first asked for."""

    def __init__(self, file: Path) -> None:
        data = json.loads(file.read_bytes())
        self._definitions = corrected(data["definitions"])
        self._validators: dict[str, Any] = {}
        self.operations = [
            (_pattern(path), method.upper(), {**operation, "path": path})
            for path, operations in sorted(data["paths"].items(), key=lambda entry: entry[0].count("{"))
            for method, operation in operations.items()
        ]

    def problems(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        text = json.dumps(schema, sort_keys=True)
        if text not in self._validators:
            whole = {**json_schema(schema), "definitions": self._definitions}
            self._validators[text] = jsonschema_rs.Draft7Validator(whole)
        for problem in self._validators[text].iter_errors(value):
            yield f"{'/'.join(map(str, problem.instance_path))}: {problem.message[:300]}"

    def in_request(self, operation: Mapping[str, Any], exchange: Mapping[str, Any]) -> Iterator[str]:
        declared = {each["name"]: each for each in operation["parameters"] if each.get("in") == "query"}
        for name, value in parse_qsl(exchange["query"], keep_blank_values=True):
            if name == "api-version" or name in OVERLOADS.get(operation["operationId"], ()):
                continue
            if name not in declared:
                yield f"undeclared query parameter {name}"
            elif (known := declared[name].get("enum")) and not _is_one_of(value, known):
                yield f"{name} is {value}, none of {known}"
        body = next((each for each in operation["parameters"] if each.get("in") == "body"), None)
        if body is None:
            if exchange["request"] is not None:
                yield "a body where none is declared"
        elif exchange["request"] is None:
            yield "no body"
        else:
            yield from self.problems(body["schema"], exchange["request"])

    def in_answer(self, operation: Mapping[str, Any], exchange: Mapping[str, Any]) -> Iterator[str]:
        status, body, name = exchange["status"], exchange["response"], operation["operationId"]
        wanted = next(
            (code for (method, end), code in STATUSES.items()
             if operation["path"].endswith(end) and operation["x-method"] == method), "200",
        )  # fmt: skip
        if str(status) not in (wanted, "200"):
            yield f"status {status}, not {wanted}"
        schema = operation["responses"]["200"].get("schema")
        if schema is None:
            return
        if name in BY_IDS and "ids" in dict(parse_qsl(exchange["query"])):
            schema = {"type": "array", "items": {"$ref": f"#/definitions/{BY_IDS[name]}"}}
        if schema.get("type") == "array":
            if not isinstance(body, dict) or body.keys() != {"count", "value"} or body["count"] != len(body["value"]):
                yield "an array travels as count and value"
                return
            body = [each for each in body["value"] if each is not None]  # an example's errorPolicy=omit leaves nulls
        yield from self.problems(schema, body)


def _is_one_of(value: str, known: Sequence[str]) -> bool:
    """Clients name a member of an enumeration, in any case, or number it (FACTS F)."""
    return value.casefold() in map(str.casefold, known) or (value.isdecimal() and int(value) < len(known))


def _pattern(path: str) -> re.Pattern[str]:
    """The file lists the longest form of a path; the shorter ones work too, in any case (SOURCES.md, FACTS F)."""
    inner = path.removeprefix("/{organization}")
    inner = re.sub(r"^/\{project\}", "(?:/[^/]+)?", inner)
    inner = re.sub(r"^(\(\?:/\[\^/\]\+\)\?)/\{team\}", r"\1(?:/[^/]+)?", inner)
    head, _, tail = inner.partition("/_apis/")
    tail = re.sub(r"\\\{path\\\}$", ".*", re.escape(tail))
    tail = re.sub(r"/\.\*$", "(?:/.*)?", tail)
    tail = re.sub(r"\\\{\w+\\\}", "[^/]+", tail)
    return re.compile(f"{head}/_apis/{tail}/?", re.IGNORECASE)


@lru_cache
def _book(file: Path) -> _Book:
    return _Book(file)


def _operation(folder: Path, exchange: Mapping[str, Any], path: str) -> tuple[_Book, dict[str, Any]] | None:
    for part, name in FILES.items():
        if part not in path.casefold():
            continue
        version = dict(parse_qsl(exchange["query"])).get("api-version", "")
        book = _book(folder / (TRACKING_NEXT if name == TRACKING and version.startswith("7.2") else name))
        for pattern, verb, operation in book.operations:
            if verb == exchange["method"] and pattern.fullmatch(path):
                return book, {**operation, "x-method": verb.lower()}
    return None


def _problems(schema: Mapping[str, Any], value: Any) -> list[str]:
    validator = jsonschema_rs.Draft7Validator(schema)
    return [f"{'/'.join(map(str, each.instance_path))}: {each.message[:300]}" for each in validator.iter_errors(value)]
