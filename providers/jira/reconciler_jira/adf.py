"""Markdown to the Atlassian Document Format and back, in one canonical form (FACTS A10).

The conversion is marklas's. Around it stand the rules that are ours: raw HTML in Markdown is text, a link goes to a
harmless scheme or is text, nobody is mentioned, and what a site adds to a document of its own does not count.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, pairwise
from typing import Any, TypeAlias

from reconciler.sdk import Rich

__all__ = ["canonical", "fingerprint", "from_markdown", "is_safe", "lost_from", "rich_of", "sendable", "to_markdown"]

_Node: TypeAlias = dict[str, Any]

_SAYABLE = frozenset(
    {
        "doc",
        "paragraph",
        "text",
        "heading",
        "bulletList",
        "orderedList",
        "listItem",
        "codeBlock",
        "blockquote",
        "rule",
        "hardBreak",
        "table",
        "tableRow",
        "tableHeader",
        "tableCell",
        "taskList",
        "taskItem",
        "strong",
        "em",
        "code",
        "strike",
        "link",
    }
)
"""Nodes and marks that Markdown can say."""

_COUNTED: dict[str, tuple[str, ...]] = {
    "heading": ("level",),
    "orderedList": ("order",),
    "codeBlock": ("language",),
    "taskItem": ("state",),
    "tableHeader": ("colspan", "rowspan"),
    "tableCell": ("colspan", "rowspan"),
    "table": (),
    "taskList": (),
    "link": ("href", "title"),
}
"""Attributes that mean something, where a node has others that sites add (`localId`, a table's layout)."""

_DEFAULTS = {"order": 1, "colspan": 1, "rowspan": 1}

_NUMBERED = frozenset({"taskList", "taskItem"})
"""Nodes that need an id of their own in their document."""
_FILLED = frozenset({"listItem", "tableHeader", "tableCell", "blockquote"})
"""Nodes that are never without a paragraph."""

_LISTS = frozenset({"bulletList", "orderedList", "taskList"})
"""What no list item begins with."""

_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_RAW = re.compile(
    r"(?P<backslashes>\\*)(?P<kept>(?<=\]\()<|<(?=br\s*/?>)|<(?=[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>)"
    r"|<(?=[^\s<>@]+@[^\s<>@]+>))?(?P<raw><)?"
)


@lru_cache(maxsize=4096)  # a plan reads each text several times
def from_markdown(text: str) -> _Node:
    """Convert Markdown to a canonical document, which is not to be changed. An empty text gives one without content."""
    document = _converted(text)
    for _ in range(4):  # what one pass makes, another may read a little differently: settle first
        again = _converted(to_markdown(document))
        if again == document:
            break
        document = again
    return document


@lru_cache(maxsize=4096)
def lost_from(text: str) -> str:
    """The first piece of a Markdown text that its document has no room for, as a heading in a list item; else ""."""
    from marklas.md.parser.normalize import tokenize

    opening, picture = _stand_ins(text)
    document = _bare("".join(_texts(from_markdown(text))))
    for piece in _pieces(tokenize(_prepared(text, opening, picture))):
        shown = piece.replace(opening, "<").replace(picture, "").strip()
        if _bare(shown) not in document:
            return shown
    return ""


def sendable(document: _Node) -> _Node:
    """Add to a canonical document what Jira's schema asks for beside it: ids for tasks."""
    numbers = count(1)

    def completed(node: _Node) -> _Node:
        complete = dict(node)
        if node["type"] in _NUMBERED:
            complete["attrs"] = {"localId": str(next(numbers)), **node.get("attrs", {})}
        if "content" in node:
            complete["content"] = [completed(child) for child in node["content"]]
        return complete

    return completed(document)


def to_markdown(document: _Node) -> str:
    """Convert a document to Markdown. What Markdown can't say comes out as the nearest text."""
    from marklas import to_md

    return to_md(document, plain=True).strip("\n")


def rich_of(document: _Node, markdown: str | None = None) -> Rich | None:
    """Make the normal form of a document; `None` where it is empty.

    Args:
        document: as Jira gives it, or as `from_markdown` makes it.
        markdown: the text that it was made from, to be shown instead of a conversion.
    """
    form = canonical(document)
    if not form.get("content"):
        return None
    lossy = any(name not in _SAYABLE for name in _names(form))
    return Rich(to_markdown(form) if markdown is None else markdown, fingerprint(form), lossy)


def fingerprint(form: _Node) -> str:
    """16 hex digits of SHA-256 over a canonical document."""
    text = json.dumps(form, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def canonical(document: _Node) -> _Node:
    """Reduce a document to what counts: no local ids, no empty attributes, marks once and in order, texts merged."""
    reduced = _reduced(document)
    return {"version": 1, "type": "doc", "content": reduced.get("content", [])}


def _reduced(node: _Node) -> _Node:
    kind = str(node.get("type", ""))
    reduced: _Node = {"type": kind}
    attributes = {
        name: value
        for name, value in (node.get("attrs") or {}).items()
        if name != "localId" and value not in (None, "", [], {}) and value != _DEFAULTS.get(name)
    }
    counted = _COUNTED.get(kind)
    if counted is not None:
        attributes = {name: value for name, value in attributes.items() if name in counted}
    if attributes:
        reduced["attrs"] = attributes
    if "text" in node:
        reduced["text"] = node["text"]
    marks = {json.dumps(mark): mark for mark in map(_reduced, node.get("marks") or ())}
    if marks:
        reduced["marks"] = [marks[text] for text in sorted(marks)]
    content = _merged([_reduced(child) for child in node.get("content") or ()])
    if (kind in _FILLED and not content) or (kind == "listItem" and content[0]["type"] in _LISTS):
        content = [{"type": "paragraph"}, *content]
    if content:
        reduced["content"] = content
    return reduced


def _merged(nodes: list[_Node]) -> list[_Node]:
    merged: list[_Node] = []
    for node in nodes:
        if node["type"] == "text" and not node.get("text"):
            continue
        last = merged[-1] if merged else None
        if last and last["type"] == node["type"] == "text" and last.get("marks") == node.get("marks"):
            merged[-1] = last | {"text": last["text"] + node["text"]}
        else:
            merged.append(node)
    return merged


def _names(node: _Node) -> Iterator[str]:
    yield node["type"]
    for mark in node.get("marks", ()):
        yield mark["type"]
    for child in node.get("content", ()):
        yield from _names(child)


def _converted(text: str) -> _Node:
    from marklas import to_adf

    opening, picture = _stand_ins(text)
    return canonical(_restored(to_adf(_prepared(text, opening, picture)), opening, picture))


def _stand_ins(text: str) -> tuple[str, str]:
    """Two characters that a text does not have."""
    free = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    return next(free), next(free)


def _prepared(text: str, opening: str, picture: str) -> str:
    return re.sub(r"!(?=\[)", picture, _without_html(text, opening))


def _bare(text: str) -> str:
    """A text without spaces, whichever way it writes its entities."""
    return "".join(html.unescape(text).split())


def _pieces(tokens: list[dict[str, Any]]) -> Iterator[str]:
    """The texts of Markdown's tokens; the only HTML that is left there are line breaks."""
    for token in tokens:
        if "raw" in token and not token["type"].endswith("_html"):
            yield token["raw"]
        yield from _pieces(token.get("children", []))


def _texts(node: _Node) -> Iterator[str]:
    if "text" in node:
        yield node["text"]
    for child in node.get("content", ()):
        yield from _texts(child)


def _without_html(text: str, opening: str) -> str:
    """Replace each `<` that would open HTML; marklas drops what it does not know, and obeys what it does."""

    def replaced(found: re.Match[str]) -> str:
        escaped = len(found["backslashes"]) % 2 == 1
        return found[0][:-1] + opening if found["raw"] and not escaped else found[0]

    return _RAW.sub(replaced, text)


def _restored(node: _Node, opening: str, picture: str) -> _Node:
    """Put back what was replaced, and drop links to unsafe schemes.

    An image, which would have to be uploaded, was read as a link after the stand-in for its `!`.
    """
    restored = dict(node)
    if "text" in node:
        restored["text"] = node["text"].replace(opening, "<").replace(picture, "!")
    if "attrs" in node:
        restored["attrs"] = {
            name: value.replace(opening, "<").replace(picture, "!") if isinstance(value, str) else value
            for name, value in node["attrs"].items()
        }
    if "marks" in node:
        marks = [_restored(mark, opening, picture) for mark in node["marks"]]
        restored["marks"] = [mark for mark in marks if mark["type"] != "link" or is_safe(mark["attrs"]["href"])]
    if "content" in node:
        children = list(node["content"])
        for at, (child, after) in enumerate(pairwise(children)):
            if child.get("text", "").endswith(picture) and _is_link(after):
                children[at] = child | {"text": child["text"][:-1]}
        restored["content"] = [_restored(child, opening, picture) for child in children]
    return restored


def _is_link(node: _Node) -> bool:
    return any(mark["type"] == "link" for mark in node.get("marks", ()))


def is_safe(url: str) -> bool:
    """Whether a link may go there: it is relative, or of a harmless scheme."""
    bare = re.sub(r"[\x00-\x20\x7f]", "", url)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", bare)
    return bool(bare) and (scheme is None or scheme[1].lower() in _SAFE_SCHEMES)
