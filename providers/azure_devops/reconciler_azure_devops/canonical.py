"""Reduce HTML to what counts, for comparing: a site rewrites the HTML that it is given (FACTS B8).

A canonical form is a list of blocks, `[name, *children]`. Text stands in them as runs, `[text, mark, ...]`. Attributes,
wrappers, the nesting of marks and spaces that mean nothing do not count.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, TypeAlias

__all__ = ["Form", "canonical", "clean", "fingerprint"]

Form: TypeAlias = list[Any]
"""Blocks, as plain JSON."""

_SAME: Final = {"b": "strong", "i": "em", "strike": "s", "del": "s", "div": "p"}
"""Elements that mean the same as another."""
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = _HEADINGS | {"p", "ul", "ol", "li", "pre", "blockquote", "hr", "table", "tr", "th", "td"}
_MARKS: Final = frozenset({"strong", "em", "s", "code", "a", "u", "ins", "sub", "sup", "mark", "kbd"})
_WRAPPERS: Final = frozenset({"thead", "tbody", "tfoot"})
_VOID: Final = frozenset({"br", "hr", "img"})
_MEANT: Final = {
    "a": {"href", "data-vss-mention"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
"""Attributes that mean something."""
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_BREAK: Final = "\n"
_PICTURE: Final = "\ufffc"


def clean(html: str) -> str:
    """Make well-formed HTML of whatever comes: only elements and attributes that mean something, and safe links."""
    import nh3

    tags = {*_BLOCKS, *_MARKS, *_VOID, *_WRAPPERS, *_SAME}
    return nh3.clean(html, tags=tags, attributes=_MEANT, url_schemes=_SCHEMES, link_rel=None)


def canonical(html: str) -> Form:
    """Reduce HTML; an empty text gives an empty form."""
    reader = _Reader()
    reader.feed(clean(html))
    reader.close()
    return list(_blocks(reader.root.children))


def fingerprint(form: Form) -> str:
    """16 hex digits of SHA-256 over a canonical form."""
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[_Element | str] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        return self.name in _BLOCKS


class _Reader(HTMLParser):
    """Builds the tree of a text that `clean` made well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        name = _SAME.get(tag, tag)
        if name in _WRAPPERS:
            return
        element = _Element(name, {key: value or "" for key, value in attrs})
        self._open[-1].children.append(element)
        if name not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        if _SAME.get(tag, tag) == self._open[-1].name and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take a text."""
        self._open[-1].children.append(data)


def _blocks(nodes: Iterable[_Element | str]) -> Iterator[list[Any]]:
    """The blocks of a block's content; text between blocks is a paragraph."""
    loose: list[_Element | str] = []
    for node in nodes:
        if isinstance(node, str) or not _holds_block(node):
            loose.append(node)
            continue
        yield from _paragraph(loose)
        loose = []
        yield from _block(node)
    yield from _paragraph(loose)


def _block(element: _Element) -> Iterator[list[Any]]:
    match element.name:
        case "p":
            yield from _blocks(element.children)
        case "pre":
            text = "".join(_texts(element)).replace("\r\n", "\n").strip("\n")
            if text:
                yield ["pre", text]
        case "hr":
            yield ["hr"]
        case "ul" | "ol":
            if items := _items(element):
                start = element.attributes.get("start", "1")
                yield [element.name, *([start] if start != "1" else []), *items]
        case "table":
            rows = [each for each in element.children if isinstance(each, _Element)]
            yield ["table", *(_row(each) for each in rows)]
        case "blockquote":
            if content := list(_blocks(element.children)):
                yield ["blockquote", *content]
        case name if name in _HEADINGS:
            if runs := _runs(element.children):
                yield [name, *runs]
        case _:  # a mark around blocks, or a piece of a list or table without the rest
            yield from _blocks(element.children)


def _items(element: _Element) -> list[Any]:
    """A list's items; what stands between them, as editors put nested lists, belongs to the one before."""
    items: list[Any] = []
    for node in element.children:
        if isinstance(node, _Element) and node.name == "li":
            items.append(["li", *_blocks(node.children)])
            continue
        content = list(_blocks([node]))
        if content and items:
            items[-1] += content
        elif content:
            items.append(["li", *content])
    return items


def _row(element: _Element) -> list[Any]:
    cells = [each for each in element.children if isinstance(each, _Element)]
    return ["tr", *([each.name, _spans(each), *_blocks(each.children)] for each in cells)]


def _spans(cell: _Element) -> list[str]:
    return [f"{key}={value}" for key, value in sorted(cell.attributes.items()) if value != "1"]


def _paragraph(nodes: list[_Element | str]) -> Iterator[list[Any]]:
    if runs := _runs(nodes):
        yield ["p", *runs]


def _holds_block(element: _Element) -> bool:
    return element.is_block or any(isinstance(each, _Element) and _holds_block(each) for each in element.children)


def _texts(element: _Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.name == "br":
            yield _BREAK
        else:
            yield from _texts(child)


def _runs(nodes: Iterable[_Element | str]) -> list[Any]:
    """The runs of a text: single spaces, none at its ends or beside a line break, and no mark on one between runs."""
    runs: list[tuple[str, tuple[str, ...]]] = []
    space = False
    for piece, marks in _pieces(nodes, frozenset()):
        if piece == " ":
            space = bool(runs) and runs[-1][0] != _BREAK
            continue
        before = runs[-1] if runs else None
        if piece == _BREAK:
            runs.append((_BREAK, ()))
        elif before and before[0] != _BREAK and before[1] == marks:
            runs[-1] = (before[0] + " " * space + piece, marks)
        else:
            runs += [(" ", ()), (piece, marks)] if space else [(piece, marks)]
        space = False
    while runs and runs[-1][0] == _BREAK:
        runs.pop()
    while runs and runs[0][0] == _BREAK:
        runs.pop(0)
    return [[text, *marks] for text, marks in runs]


def _pieces(nodes: Iterable[_Element | str], marks: frozenset[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words, spaces and breaks, each with its marks in order."""
    for node in nodes:
        if isinstance(node, str):
            for word in re.findall(r"\s+|\S+", node):
                yield (" ", ()) if word.isspace() else (word, tuple(sorted(marks)))
        elif node.name == "br":
            yield _BREAK, ()
        elif node.name == "img":
            yield _PICTURE, tuple(sorted({*marks, _mark(node)}))
        else:
            yield from _pieces(node.children, marks | {_mark(node)})


def _mark(element: _Element) -> str:
    return " ".join((element.name, *(f"{key}={value}" for key, value in sorted(element.attributes.items()) if value)))
