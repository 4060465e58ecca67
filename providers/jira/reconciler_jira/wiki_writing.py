"""A document of Markdown's to wiki markup, in which nothing is markup that the document does not mean. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, TypeAlias

from reconciler_jira.wiki_marks import (
    BREAK,
    CLOSED,
    CODE,
    CODE_END,
    CODE_END_SHOWN,
    ENTITY,
    LIST,
    OPEN,
    PHRASES,
    SIGNS,
    URL,
    can_close,
    can_open,
)

__all__ = ["written"]

_Node: TypeAlias = dict[str, Any]

_ALWAYS: Final = frozenset("{}[]|")
_EMOTICON: Final = re.compile(r"[:;](?:\)|\(|P\b|D\b|-\))|\((?:i|/|x|!|\+|-|\?|on|off|\*[rgby]?|y|n)\)")
_BLOCK: Final = re.compile(r"h[1-6]\.|bq\.")
"""How lines begin that are no paragraphs, lists and signs aside."""
_ESCAPED: Final = {"|": "%7C", "]": "%5D", "[": "%5B", " ": "%20", "\\": "%5C", "{": "%7B", "}": "%7D"}
_LISTS: Final = {"bulletList": "*", "orderedList": "#", "taskList": "*"}


@dataclass(frozen=True, slots=True)
class _Sign:
    """A phrase's beginning or end, which is in braces where it would be none alone."""

    sign: str
    opens: bool


_Piece: TypeAlias = "str | _Sign | _Text"


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that is not markup yet must not become any."""

    text: str


def written(document: _Node) -> str:
    """Write a canonical document that was made of Markdown; of what Markdown can't say, the text alone."""
    return "\n\n".join(_block(each) for each in document.get("content") or ())


def _block(node: _Node) -> str:
    match node["type"]:
        case "heading":
            return f"h{_attribute(node, 'level', 1)}. {_line(node)}"
        case "codeBlock":
            return _code(node)
        case "blockquote":
            return f"{{quote}}\n{written(node)}\n{{quote}}"
        case "rule":
            return "----"
        case "table":
            return "\n".join(_row(each) for each in _children(node))
        case "bulletList" | "orderedList" | "taskList":
            return "\n".join(_items(node, ""))
        case "paragraph":
            return _inline(_children(node), "\n")
    return written(node)


def _items(node: _Node, above: str) -> Iterator[str]:
    signs = above + _LISTS[node["type"]]
    for each in _children(node):
        if each["type"] in _LISTS:  # a list of tasks below the task before it
            yield from _items(each, signs)
        elif each["type"] == "taskItem":
            box = CLOSED if _attribute(each, "state", "") == "DONE" else OPEN
            yield f"{signs} {box} {_line(each)}"
        else:
            yield from _item(each, signs)


def _item(node: _Node, signs: str) -> Iterator[str]:
    """An item: its first paragraphs are one line, with two breaks between them; the rest goes on below."""
    content = _children(node)
    first = list(takewhile(lambda each: each["type"] == "paragraph", content))
    yield f"{signs} {(BREAK + BREAK).join(map(_line, first))}"
    for each in content[len(first) :]:
        if each["type"] in _LISTS:
            yield from _items(each, signs)
        else:
            yield _block(each)


def _row(node: _Node) -> str:
    row, bar = "", "|"
    for cell in _children(node):
        bar = "||" if cell["type"] == "tableHeader" else "|"
        said = f" {BREAK} ".join(_line(each) for each in _children(cell))
        row += f"{bar}{said or ' '}"
    return f"{row}{bar}"


def _code(node: _Node) -> str:
    text = "".join(str(each.get("text", "")) for each in _children(node))
    language = _attribute(node, "language", "")
    if language or "{noformat}" in text:
        shown = text.replace(CODE_END, CODE_END_SHOWN)
        return f"{{code{f':{language}' if language else ''}}}\n{shown}\n{CODE_END}"
    return f"{{noformat}}\n{text}\n{{noformat}}"


def _line(node: _Node) -> str:
    return _inline(_children(node), BREAK)


def _inline(nodes: Sequence[_Node], line_break: str) -> str:
    """Write inline nodes, each line as what no block begins with, and an empty one as what ends no paragraph."""
    lines = [_safe_start(_written(list(_pieces(line, PHRASES)))) for line in _lines(nodes)]
    if line_break == "\n":
        lines[1:] = [line or BREAK for line in lines[1:]]
    return line_break.join(lines)


def _lines(nodes: Sequence[_Node]) -> Iterator[list[_Node]]:
    line: list[_Node] = []
    for each in nodes:
        if each["type"] == "hardBreak":
            yield line
            line = []
        else:
            line.append(each)
    yield line


def _pieces(nodes: Sequence[_Node], phrases: Sequence[tuple[str, _Node]]) -> Iterator[_Piece]:
    """What is written: nodes that share a phrase's mark are written inside of it, the outermost phrase first."""
    if not phrases:
        for each in nodes:
            yield from _piece(each)
        return
    (sign, mark), *inner = phrases
    for marked, run in _runs(nodes, mark):
        if marked:
            yield _Sign(sign, opens=True)
        yield from _pieces(run, inner)
        if marked:
            yield _Sign(sign, opens=False)


def _piece(node: _Node) -> Iterator[_Piece]:
    text, link, code = str(node.get("text", "")), _mark(node, "link"), _mark(node, "code")
    opening, closing = CODE if code else ("", "")
    if link is None:
        yield from filter(None, (opening, _Text(text), closing))
        return
    href, tip = str(_attribute(link, "href", "")), str(_attribute(link, "title", ""))
    url = "".join(_ESCAPED.get(each, each) for each in href)
    bare = text == href == url and not tip
    shown = "" if bare else f"{opening}{_written([_Text(text)])}{closing}|"
    around = (opening, closing) if bare else ("", "")
    yield f"{around[0]}[{shown}{url}{f'|{_written([_Text(tip)])}' if tip else ''}]{around[1]}"


def _written(pieces: Sequence[_Piece]) -> str:
    """Put pieces together: a sign stands alone where its neighbours let it, and each text means itself."""
    said = ""
    braced: dict[str, bool] = {}
    for number, piece in enumerate(pieces):
        after = _first(pieces[number + 1]) if number + 1 < len(pieces) else ""
        match piece:
            case str():
                said += piece
            case _Text():
                said += _escaped(piece.text, said[-1:], after)
            case _Sign():
                if piece.opens:
                    braced[piece.sign] = not _stands_alone(pieces, number, said)
                said += f"{{{piece.sign}}}" if braced[piece.sign] else piece.sign
    return said


def _stands_alone(pieces: Sequence[_Piece], number: int, said: str) -> bool:
    """Whether a phrase that opens here needs no braces, neither here nor where it closes."""
    sign = pieces[number]
    assert isinstance(sign, _Sign)
    close = next(at for at in range(number + 1, len(pieces)) if pieces[at] == _Sign(sign.sign, opens=False))
    inside = pieces[number + 1 : close]
    after = _first(pieces[close + 1]) if close + 1 < len(pieces) else ""
    if not can_open(said[-1:], _first(inside[0])) or not can_close(_last(inside[-1]), after):
        return False
    earlier = pieces[number - 1] if number else ""
    return not any(isinstance(each, _Text) and _ends_in_url(each.text) for each in (earlier, inside[-1]))


def _first(piece: _Piece) -> str:
    return piece.sign if isinstance(piece, _Sign) else (piece.text if isinstance(piece, _Text) else piece)[:1]


def _last(piece: _Piece) -> str:
    return piece.sign if isinstance(piece, _Sign) else (piece.text if isinstance(piece, _Text) else piece)[-1:]


def _ends_in_url(text: str) -> bool:
    return any(found.end() == len(text) for found in URL.finditer(text))


def _escaped(text: str, before: str, after: str) -> str:
    """A text between two characters, with backslashes before what would be markup."""
    said: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        earlier = text[at - 1] if at else before
        later = text[at + 1] if at + 1 < len(text) else after
        if (url := URL.match(text, at)) and not earlier.isalnum():
            said.append(url[0])
            at = url.end()
            continue
        said.append(_one(sign, earlier, later, text, at))
        at += 1
    return "".join(said)


def _one(sign: str, earlier: str, later: str, text: str, at: int) -> str:
    if sign == "\\":
        return "&#92;"
    if sign == "&" and ENTITY.match(text, at):
        return "&amp;"
    signs = sign in SIGNS and (can_open(earlier, later or "x") or can_close(earlier or "x", later))
    if sign in _ALWAYS or signs or (sign == "!" and later and not later.isspace()) or _EMOTICON.match(text, at):
        return f"\\{sign}"
    return f"\\{sign}" if sign == "?" == later else sign


def _safe_start(line: str) -> str:
    """A line that begins as no list and no other block; white space at its ends is kept from being none."""
    if LIST.fullmatch(line) or re.fullmatch("-{4,}", line):
        return f"\\{line}"
    if block := _BLOCK.match(line):
        return f"{line[: block.end() - 1]}&#46;{line[block.end() :]}"
    return line


def _runs(nodes: Sequence[_Node], mark: Mapping[str, Any]) -> Iterator[tuple[bool, list[_Node]]]:
    """The nodes by whether they have a mark, neighbours together."""
    run: list[_Node] = []
    marked = False
    for each in nodes:
        has = mark in (each.get("marks") or ())
        if run and has != marked:
            yield marked, run
            run = []
        marked = has
        run.append(each)
    if run:
        yield marked, run


def _mark(node: _Node, type: str) -> _Node | None:
    return next((each for each in node.get("marks") or () if each["type"] == type), None)


def _attribute(node: _Node, name: str, default: Any) -> Any:
    return (node.get("attrs") or {}).get(name, default)


def _children(node: _Node) -> list[_Node]:
    return list(node.get("content") or ())
