"""Judges recorded exchanges against the vendor's OpenAPI files, which nobody here wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from vendor_files import Verdict, folder_with

__all__ = ["CORRECTIONS", "FILES", "OUTSIDE", "Verdict", "api_dir", "judge"]

PREFIX = "/jira"
FILES = {"/rest/api/3/": "jira-platform-v3.openapi.json", "/rest/agile/1.0/": "jira-software-agile.openapi.json"}
OUTSIDE = ("/_edge/tenant_info", "/browse/", "/rest/webhooks/1.0/")

CORRECTIONS = {
    ("getRemoteIssueLinks", "200"): "the file's own example is a list of what its schema describes",
    ("bulkSetIssuePropertiesByIssue", "request"): "a property is any JSON, as in the file's own example",
    ("assignIssue", "request"): "accountId may be null, as the operation's own description says",
    ("getBulkChangelogs", "200"): "created is a number in the file's own example",
}
"""Where the file contradicts itself, (operation, place) -> why the looser side is taken."""


def api_dir() -> Path | None:
    """The folder of the vendor's files; `None` where they are absent."""
    return folder_with(FILES["/rest/api/3/"])


def judge(exchanges: Iterable[Mapping[str, Any]], folder: Path) -> Verdict:
    """Judge exchanges as `/_sandbox/requests?bodies=1` gives them.

    Every request, and every answer whose status the file declares with a schema, is held against it; any other JSON
    error against the platform's ErrorCollection, which Jira Software answers with too. The answers of injected faults
    are exempt.
    """
    verdict = Verdict()
    platform = _book(folder / FILES["/rest/api/3/"])
    for exchange in exchanges:
        path = exchange["path"].removeprefix(PREFIX)
        where = f"{exchange['n']}: {exchange['method']} {path} -> {exchange['status']}"
        if path.startswith(OUTSIDE):
            verdict.counts["outside the files"] += 1
            continue
        found = _operation(folder, exchange["method"], path)
        if found is None:
            verdict.problems.append(f"{where}: no such operation")
            continue
        book, operation = found
        verdict.counts["requests"] += 1
        verdict.problems += (f"{where}: {text}" for text in _in_request(book, operation, exchange))
        if exchange["fault"]:
            verdict.counts["answers of injected faults (exempt)"] += 1
            continue
        kind, problems = _in_answer(book, platform, operation, exchange)
        verdict.counts[kind] += 1
        verdict.problems += (f"{where}: {text}" for text in problems)
    return verdict


class _Book:
    """One OpenAPI file: its operations by path, and validators made when first asked for."""

    def __init__(self, file: Path) -> None:
        data = json.loads(file.read_bytes())
        self._schemas = _json_schema(data["components"]["schemas"])
        self._validators: dict[str, Any] = {}
        self.operations = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), method.upper(), {**operation, "path": path})
            for path, operations in sorted(data["paths"].items(), key=lambda entry: entry[0].count("{"))
            for method, operation in operations.items()
            if method != "parameters"
        ]

    def problems(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        text = json.dumps(schema, sort_keys=True)
        if text not in self._validators:
            whole = {**_json_schema(schema), "components": {"schemas": self._schemas}}
            self._validators[text] = jsonschema_rs.Draft7Validator(whole, validate_formats=False)
        for problem in self._validators[text].iter_errors(value):
            yield f"{'/'.join(map(str, problem.instance_path))}: {problem.message[:300]}"


@lru_cache
def _book(file: Path) -> _Book:
    return _Book(file)


def _operation(folder: Path, method: str, path: str) -> tuple[_Book, dict[str, Any]] | None:
    for prefix, name in FILES.items():
        if path.startswith(prefix):
            book = _book(folder / name)
            for pattern, verb, operation in book.operations:
                if verb == method and pattern.fullmatch(path):
                    return book, operation
    return None


def _in_request(book: _Book, operation: Mapping[str, Any], exchange: Mapping[str, Any]) -> Iterator[str]:
    given = {name for name, _value in parse_qsl(exchange["query"], keep_blank_values=True)}
    declared = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
    yield from (f"undeclared query parameter {name}" for name in sorted(given - declared.keys()))
    yield from (
        f"missing query parameter {name}"
        for name, each in declared.items()
        if each.get("required") and name not in given
    )
    body = exchange["request"]
    schema = _content(operation.get("requestBody", {}))
    if schema is None:
        if body is not None:
            yield "a body where none is declared"
        return
    if body is None:
        if operation["requestBody"].get("required"):
            yield "no body"
        return
    yield from book.problems(_corrected(operation["operationId"], "request", schema), body)


def _in_answer(
    book: _Book, platform: _Book, operation: Mapping[str, Any], exchange: Mapping[str, Any]
) -> tuple[str, Iterable[str]]:
    status, body = str(exchange["status"]), exchange["response"]
    declared = operation["responses"].get(status)
    schema = _content(declared) if declared else None
    if schema and body is not None:
        wanted = _corrected(operation["operationId"], status, schema)
        return "answers held against their schema", book.problems(wanted, body)
    if schema:
        return "answers held against their schema", ["an empty body"]
    if exchange["status"] >= 400:
        if not isinstance(body, dict):
            return "errors held against ErrorCollection", [f"no JSON object: {body!r:.80}"]
        return "errors held against ErrorCollection", platform.problems(
            {"$ref": "#/components/schemas/ErrorCollection"}, body
        )
    if declared is None:
        return "answers without a schema", [f"the file declares no status {status}"]
    return "answers without a schema", ()


def _content(part: Mapping[str, Any]) -> dict[str, Any] | None:
    schema: dict[str, Any] | None = part.get("content", {}).get("application/json", {}).get("schema")
    return schema


def _corrected(operation: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    match operation, place:
        case "getRemoteIssueLinks", "200":
            return {"anyOf": [schema, {"type": "array", "items": schema}]}
        case "bulkSetIssuePropertiesByIssue", "request":
            issue = {"properties": {"issueID": {"type": "integer"}, "properties": {"type": "object"}}}
            return {"type": "object", "properties": {"issues": {"type": "array", "items": issue}}}
        case "assignIssue", "request":
            nobody = {"properties": {"accountId": {"enum": [None]}}, "required": ["accountId"], "maxProperties": 1}
            return {"anyOf": [schema, nobody]}
        case "getBulkChangelogs", "200":
            return _with_numeric_created(schema)
    return schema


def _with_numeric_created(schema: dict[str, Any]) -> dict[str, Any]:
    history = {
        "type": "object",
        "properties": {
            "created": {"type": ["string", "integer"]},
            "id": {"type": "string"},
            "author": {"$ref": "#/components/schemas/UserDetails"},
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/ChangeDetails"}},
        },
        "additionalProperties": False,
    }
    issue = {
        "type": "object",
        "properties": {"issueId": {"type": "string"}, "changeHistories": {"type": "array", "items": history}},
        "additionalProperties": False,
    }
    loose = {
        "type": "object",
        "properties": {"issueChangeLogs": {"type": "array", "items": issue}, "nextPageToken": {"type": "string"}},
        "additionalProperties": False,
    }
    return {"anyOf": [schema, loose]}


def _json_schema(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` in JSON Schema's words; what means nothing there is left out."""
    if isinstance(node, list):
        return [_json_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    schema = {key: _json_schema(value) for key, value in node.items() if key not in ("example", "xml", "format")}
    if isinstance(properties := node.get("properties"), dict):
        schema["properties"] = {name: _json_schema(value) for name, value in properties.items()}
    if node.get("nullable") is True:
        schema.pop("nullable")
        return {"anyOf": [schema, {"type": "null"}]}
    return schema
