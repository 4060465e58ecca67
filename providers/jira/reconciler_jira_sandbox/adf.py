"""Checks Atlassian Document Format by the structure that Jira documents (FACTS A10)."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import Any

__all__ = ["plain_text", "problem_of", "text_document", "with_local_ids"]

_TEXT_BLOCKS = frozenset({"paragraph", "heading"})
_LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
_MEDIA = frozenset({"mediaSingle", "mediaGroup"})
_CARDS = frozenset({"blockCard", "embedCard"})
_BLOCKS = (
    _TEXT_BLOCKS
    | _LISTS
    | _MEDIA
    | _CARDS
    | {"codeBlock", "blockquote", "panel", "rule", "table", "expand", "layoutSection"}
)
_INLINE = frozenset({"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "mediaInline"})
_NESTED = (_BLOCKS - {"expand", "layoutSection"}) | {"nestedExpand"}

_CHILDREN: dict[str, frozenset[str]] = {
    "doc": frozenset(_BLOCKS),
    "paragraph": _INLINE,
    "heading": _INLINE,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "taskList", "codeBlock"}) | _MEDIA,
    "taskList": frozenset({"taskItem", "taskList", "blockTaskItem"}),
    "taskItem": _INLINE,
    "blockTaskItem": frozenset({"paragraph"}),
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINE,
    "codeBlock": frozenset({"text"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}) | _MEDIA,
    "panel": frozenset({"paragraph", "heading", "rule", "codeBlock"}) | _LISTS | _MEDIA | _CARDS,
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableHeader", "tableCell"}),
    "tableHeader": frozenset(_NESTED - {"table"}),
    "tableCell": frozenset(_NESTED - {"table"}),
    "expand": frozenset(_NESTED),
    "nestedExpand": frozenset(_NESTED - {"nestedExpand", "table"}),
    "layoutSection": frozenset({"layoutColumn"}),
    "layoutColumn": frozenset(_BLOCKS - {"layoutSection"}),
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINE,
}
_LEAVES = frozenset({"rule", "media", "blockCard", "embedCard"}) | (_INLINE - {"text"})
_NOT_EMPTY = frozenset(
    {"bulletList", "orderedList", "listItem", "table", "tableRow", "blockquote", "panel", "taskList"}
)
_NEEDED_ATTRS: dict[str, tuple[str, ...]] = {
    "heading": ("level",),
    "panel": ("panelType",),
    "mention": ("id",),
    "emoji": ("shortName",),
    "date": ("timestamp",),
    "status": ("text", "color"),
    "taskList": ("localId",),
    "taskItem": ("localId", "state"),
}
_MARKS = frozenset(
    {"strong", "em", "code", "strike", "underline", "link", "textColor", "backgroundColor", "subsup", "border"}
)
_BLOCK_MARKS = frozenset({"alignment", "indentation", "breakout"})
_BESIDE_CODE = frozenset({"link"})


def problem_of(document: Any) -> str | None:
    """Say what is wrong with a document, with the path of the node; `None` where it is sound."""
    if not isinstance(document, Mapping) or document.get("type") != "doc":
        return "the root is a node of type doc"
    if document.get("version") != 1:
        return "doc: version is 1"
    if not isinstance(document.get("content"), list):
        return "doc: content is missing"
    if unknown := document.keys() - {"type", "version", "content"}:
        return f"doc: {', '.join(sorted(unknown))} does not belong here"
    return _in_content(document, "doc")


def _in_content(node: Mapping[str, Any], path: str) -> str | None:
    allowed = _CHILDREN[node["type"]]
    content = node.get("content", [])
    if not isinstance(content, list):
        return f"{path}: content is a list"
    if not content and node["type"] in _NOT_EMPTY:
        return f"{path}: content is empty"
    for index, child in enumerate(content):
        kind = child.get("type") if isinstance(child, Mapping) else None
        if not isinstance(kind, str) or kind not in allowed:
            return f"{path}/{index}: {kind!r} does not belong into {node['type']}"
        if problem := _in_node(child, f"{path}/{index}:{child['type']}"):
            return problem
    return None


def _in_node(node: Mapping[str, Any], path: str) -> str | None:
    kind = node["type"]
    if unknown := node.keys() - {"type", "content", "attrs", "marks", "text"}:
        return f"{path}: {', '.join(sorted(unknown))} does not belong here"
    attrs = node.get("attrs", {})
    if not isinstance(attrs, Mapping):
        return f"{path}: attrs is an object"
    if lacking := [name for name in _NEEDED_ATTRS.get(kind, ()) if name not in attrs]:
        return f"{path}: attrs lacks {', '.join(lacking)}"
    if kind == "heading" and attrs["level"] not in range(1, 7):
        return f"{path}: level is 1 to 6"
    if kind == "text":
        if not isinstance(node.get("text"), str) or not node["text"]:
            return f"{path}: text is a string of at least one character"
        if "content" in node:
            return f"{path}: a text has no content"
    elif "text" in node:
        return f"{path}: only a text has text"
    if problem := _in_marks(node, path):
        return problem
    if kind in _LEAVES:
        return f"{path}: has no content" if node.get("content") else None
    if kind == "codeBlock" and any(child.get("marks") for child in node.get("content", ()) if isinstance(child, dict)):
        return f"{path}: the text of a code block carries no marks"
    return _in_content(node, path) if kind != "text" else None


def _in_marks(node: Mapping[str, Any], path: str) -> str | None:
    marks = node.get("marks", [])
    if not isinstance(marks, list) or not all(
        isinstance(mark, Mapping) and isinstance(mark.get("type"), str) for mark in marks
    ):
        return f"{path}: marks is a list of objects with a type"
    kinds = [mark["type"] for mark in marks]
    allowed = _MARKS if node["type"] in _INLINE or node["type"] == "media" else _BLOCK_MARKS
    if strange := [kind for kind in kinds if kind not in allowed]:
        return f"{path}: the mark {strange[0]!r} does not belong here"
    if len(set(kinds)) < len(kinds):
        return f"{path}: a mark stands twice"
    if "code" in kinds and not set(kinds) <= _BESIDE_CODE | {"code"}:
        return f"{path}: code goes with link alone"
    for mark in marks:
        if mark["type"] == "link" and not isinstance((mark.get("attrs") or {}).get("href"), str):
            return f"{path}: a link has an href"
    return None


def plain_text(node: Any) -> str:
    """The document's text, as the changelog and a text search see it."""
    if not isinstance(node, Mapping):
        return ""
    if node.get("type") == "text":
        return str(node["text"])
    if node.get("type") == "hardBreak":
        return "\n"
    between = "\n" if node.get("type") not in _TEXT_BLOCKS | {"codeBlock", "taskItem"} else ""
    return between.join(plain_text(child) for child in node.get("content", ()))


def text_document(text: str) -> dict[str, Any] | None:
    """A document of plain paragraphs, as a person types them; `None` for no text."""
    lines = [line for line in text.splitlines() if line.strip()]
    content = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": content} if content else None


def with_local_ids(document: Any) -> Any:
    """The document with a `localId` on each paragraph and heading, as a server may add them."""
    node = copy.copy(document)
    if node.get("type") in _TEXT_BLOCKS:
        node["attrs"] = {"localId": uuid.uuid4().hex[:12], **node.get("attrs", {})}
    if "content" in node:
        node["content"] = [with_local_ids(child) for child in node["content"]]
    return node
