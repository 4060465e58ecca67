"""Version 2 of the API: version 3 with plain texts in place of documents (FACTS A10).

Cloud serves both, and most client libraries speak version 2. `latest` is taken for version 2, as the libraries take it.
Wiki markup is not read: a text is kept as it is, in one paragraph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler_jira_sandbox import adf
from reconciler_jira_sandbox.answers import Answer
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.site import FIELDS

__all__ = ["with_documents", "with_texts"]

_RICH = frozenset(each.id for each in FIELDS.values() if each.kind == "rich")
_PEOPLES_OWN = frozenset({"properties", "value"})
_THREE, _TWO = "/rest/api/3/", "/rest/api/2/"


def with_documents(operation: str, body: Any) -> Any:
    """A request's body as version 3 has it.

    Args:
        operation: the endpoint's name in the OpenAPI file.
        body: the parsed JSON.

    Raises:
        Refusal: 400: a document stands where this version has a text.
    """
    if not isinstance(body, Mapping):
        return body
    match operation:
        case "createIssue" | "editIssue" | "doTransition":
            return _issue(body)
        case "createIssues" if isinstance(body.get("issueUpdates"), list):
            return {**body, "issueUpdates": [_issue(each) for each in body["issueUpdates"]]}
        case "addComment" | "updateComment" if "body" in body:
            return {**body, "body": _document("comment", body["body"])}
    return body


def with_texts(answer: Answer) -> Answer:
    """A version 3 answer as version 2 has it: texts, and links to version 2. People's own JSON stays as it is."""
    headers = {name: value.replace(_THREE, _TWO) for name, value in answer.headers.items()}
    return Answer(answer.status, _plain(answer.body), headers)


def _issue(body: Any) -> Any:
    if not isinstance(body, Mapping):
        return body
    changed = dict(body)
    if isinstance(fields := body.get("fields"), Mapping):
        changed["fields"] = {name: _document(name, raw) if name in _RICH else raw for name, raw in fields.items()}
    if isinstance(update := body.get("update"), Mapping):
        changed["update"] = {name: _operations(name, each) for name, each in update.items()}
    return changed


def _operations(name: str, operations: Any) -> Any:
    if name not in _RICH | {"comment"} or not isinstance(operations, list):
        return operations
    return [
        {verb: _operand(name, raw) for verb, raw in each.items()} if isinstance(each, Mapping) else each
        for each in operations
    ]


def _operand(name: str, raw: Any) -> Any:
    if name != "comment":
        return _document(name, raw)
    return {**raw, "body": _document(name, raw["body"])} if isinstance(raw, Mapping) and "body" in raw else raw


def _document(name: str, text: Any) -> Any:
    if text is None:
        return None
    if not isinstance(text, str):
        raise Refusal(400, errors={name: "Operation value must be a string"})
    content: list[dict[str, Any]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        content += [{"type": "hardBreak"}] if number else []
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": content}]} if content else None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value.get("type") == "doc" and "content" in value:
        return adf.plain_text(value)
    return {name: each if name in _PEOPLES_OWN else _member(name, each) for name, each in value.items()}


def _member(name: str, value: Any) -> Any:
    return value.replace(_THREE, _TWO, 1) if name == "self" and isinstance(value, str) else _plain(value)
