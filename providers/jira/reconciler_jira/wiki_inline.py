"""A line of wiki markup to the nodes of a document. Whatever is no markup is text; nothing is refused. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from reconciler_jira.adf import is_safe
from reconciler_jira.wiki_marks import CODE, ENTITY, ESCAPABLE, SIGNS, URL, can_close, can_open

__all__ = ["Node", "nodes_in"]

Node: TypeAlias = dict[str, Any]

_FOREIGN: Final[Node] = {"type": "wiki"}
"""The mark of what Markdown can't say, and no other program has to understand."""
_COLOUR: Final = re.compile(r"\{color:(?P<colour>[^}\n]+)\}")
_COLOUR_END: Final = "{color}"
_MACRO: Final = re.compile(r"\{[A-Za-z][\w-]*(?::[^}\n]*)?\}")
_PICTURE: Final = re.compile(r"!(?=\S)[^!\n|]*[^!\s|](?:\|[^!\n]*)?!")
_LINK: Final = re.compile(r"\[(?P<inside>(?:\\.|[^\[\]\\\n])+)\]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")


def nodes_in(text: str) -> list[Node]:
    """The inline nodes of a text; a line break in it is one in the document, but at its ends."""
    found = _Reading(text).nodes(0, len(text), ())
    while found and found[0]["type"] == "hardBreak":
        found.pop(0)
    while found and found[-1]["type"] == "hardBreak":
        found.pop()
    return found


class _Reading:
    """One text, read from left to right; what is inside of a phrase is read in its turn."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ended: dict[tuple[str, int], int] = {}
        """By markup and the end of where it was looked for, the place before which there is none: no line is searched
        for one thing again and again.
        """

    def nodes(self, at: int, end: int, marks: Sequence[Node]) -> list[Node]:
        found: list[Node] = []
        while at < end:
            at = self._next(at, end, tuple(marks), found)
        return found

    def _next(self, at: int, end: int, marks: tuple[Node, ...], found: list[Node]) -> int:
        text = self._text
        sign, after = text[at], text[at + 1 : at + 2] if at + 1 < end else ""
        if sign == "\n":
            found.append({"type": "hardBreak"})
            return at + 1
        if sign == "\\":
            return self._backslash(at, end, marks, found)
        if (url := URL.match(text, at, end)) and not self._before(at).isalnum():
            return _said(found, url[0], marks, url.end())
        if sign == "&" and (entity := ENTITY.match(text, at, end)):
            return _said(found, html.unescape(entity[0]), marks, entity.end())
        if sign == "[" and (link := _LINK.match(text, at, end)) and (nodes := self._link(link, marks)):
            found += nodes
            return link.end()
        if sign == "!" and (picture := _PICTURE.match(text, at, end)):
            return _said(found, picture[0], (*marks, _FOREIGN), picture.end())
        if sign == "{":
            return self._brace(at, end, marks, found)
        if sign in SIGNS and can_open(self._before(at), after):
            close = self._closing(sign, at + 1, end)
            if close is not None:
                found += self.nodes(at + 1, close, (*marks, SIGNS[sign]))
                return close + 1
        return _said(found, sign, marks, at + 1)

    def _backslash(self, at: int, end: int, marks: tuple[Node, ...], found: list[Node]) -> int:
        after = self._text[at + 1 : at + 2] if at + 1 < end else ""
        if after == "\\":
            found.append({"type": "hardBreak"})
            return at + 3 if self._text[at + 2 : at + 3] == "\n" and at + 2 < end else at + 2
        if after and after in ESCAPABLE:
            return _said(found, after, marks, at + 2)
        return _said(found, "\\", marks, at + 1)

    def _brace(self, at: int, end: int, marks: tuple[Node, ...], found: list[Node]) -> int:
        text = self._text
        opening, closing = CODE
        if text.startswith(opening, at, end):
            close = self._find(closing, at + len(opening), end)
            if close is not None and close > at + len(opening):
                found += self.nodes(at + len(opening), close, (*marks, {"type": "code"}))
                return close + len(closing)
        sign = text[at + 1 : at + 2]
        if sign in SIGNS and text[at + 2 : at + 3] == "}" and at + 3 <= end:
            close = self._find(text[at : at + 3], at + 3, end)
            if close is not None:
                found += self.nodes(at + 3, close, (*marks, SIGNS[sign]))
                return close + 3
        if colour := _COLOUR.match(text, at, end):
            close = self._find(_COLOUR_END, colour.end(), end)
            if close is not None:
                mark = {"type": "textColor", "attrs": {"color": colour["colour"]}}
                found += self.nodes(colour.end(), close, (*marks, mark))
                return close + len(_COLOUR_END)
        if macro := _MACRO.match(text, at, end):
            return _said(found, macro[0], (*marks, _FOREIGN), macro.end())
        return _said(found, "{", marks, at + 1)

    def _link(self, link: re.Match[str], marks: tuple[Node, ...]) -> list[Node]:
        """The nodes of `[text|url|tip]` or `[url]`; none where it links nowhere that is harmless."""
        inside = link["inside"]
        if inside.startswith("~"):
            name = inside[1:].removeprefix("accountid:")
            return [{"type": "mention", "attrs": {"id": name, "text": f"@{name}"}}]
        *shown, url = _parts(inside)[:2] or [inside]
        tip = next(iter(_parts(inside)[2:]), "")
        if not is_safe(url) or not (_SCHEME.match(url) or (shown and url.startswith(("/", "#")))):
            return []
        attributes = {"href": url, **({"title": _plain(tip)} if tip else {})}
        mark: Node = {"type": "link", "attrs": attributes}
        if not shown:
            return [{"type": "text", "text": url, "marks": [*marks, mark]}]
        return _Reading(shown[0]).nodes(0, len(shown[0]), (*marks, mark))

    def _closing(self, sign: str, at: int, end: int) -> int | None:
        """Where the phrase ends that a sign opened: on its line, before an end that is not its own."""
        start = at
        if at < self._ended.get((sign, end), 0):
            return None
        while at < end:
            each = self._text[at]
            if each == "\n":
                break
            if each == sign and at > start:
                after = self._text[at + 1] if at + 1 < end else ""
                if can_close(self._before(at), after):
                    return at
            at = self._past(at, end)
        self._ended[sign, end] = at
        return None

    def _find(self, wanted: str, at: int, end: int) -> int | None:
        """Where a piece of markup stands next, escaped ones and those in URLs aside."""
        if at < self._ended.get((wanted, end), 0):
            return None
        while at < end:
            if self._text.startswith(wanted, at, end):
                return at
            at = self._past(at, end)
        self._ended[wanted, end] = end
        return None

    def _past(self, at: int, end: int) -> int:
        """The place after the piece that stands here, which is one character in most places."""
        text = self._text
        if text[at] == "\\" and at + 1 < end:
            return at + 2
        if (url := URL.match(text, at, end)) and not self._before(at).isalnum():
            return url.end()
        if text[at] == "[" and (link := _LINK.match(text, at, end)):
            return link.end()
        return at + 1

    def _before(self, at: int) -> str:
        return self._text[at - 1] if at else ""


def _said(found: list[Node], text: str, marks: Sequence[Node], at: int) -> int:
    """Add a text to what was found, and give the place where the reading goes on."""
    last = found[-1] if found else {}
    if last.get("type") == "text" and last.get("marks", []) == list(marks):
        last["text"] += text
    else:
        found.append({"type": "text", "text": text, **({"marks": list(marks)} if marks else {})})
    return at


def _parts(inside: str) -> list[str]:
    """A link's parts, which bars separate."""
    return re.split(r"(?<!\\)\|", inside)


def _plain(text: str) -> str:
    """A text whose escapes stand for themselves."""
    return "".join(str(each.get("text", "")) for each in nodes_in(text))
