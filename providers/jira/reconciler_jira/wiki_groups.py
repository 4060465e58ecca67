"""The lists and tables of wiki markup as nodes of a document. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from reconciler_jira.wiki_inline import Node
from reconciler_jira.wiki_marks import CLOSED, LIST, OPEN

__all__ = ["is_item", "is_row", "lists_of", "table_of"]

_Paragraphs: TypeAlias = Callable[[Sequence[str]], list[Node]]
"""Makes blocks of a paragraph's lines."""
_Item: TypeAlias = tuple[str, list[Node]]
"""The signs before it, and what is in it."""

_PARTING: Final = 2
_STATES: Final = {OPEN: "TODO", CLOSED: "DONE"}


def is_item(line: str) -> bool:
    """Whether a line begins an item of a list."""
    return LIST.fullmatch(line.strip(" \t")) is not None


def is_row(line: str) -> bool:
    """Whether a line begins a row of a table."""
    return line.lstrip(" \t").startswith("|")


def lists_of(lines: Iterable[str], paragraphs: _Paragraphs) -> list[Node]:
    """The lists that neighbouring lines make; a line that is no item goes on with the one before it."""
    texts: list[tuple[str, list[str]]] = []
    for line in lines:
        found = LIST.fullmatch(line.strip(" \t"))
        if found is None:
            texts[-1][1].append(line)
        else:
            texts.append((found["signs"], [found["rest"] or ""]))
    return list(_lists([(signs, _parted(paragraphs(text) or [{"type": "paragraph"}])) for signs, text in texts], 0))


def table_of(lines: Iterable[str], paragraphs: _Paragraphs) -> Node:
    """The table that neighbouring lines make; a line that is no row goes on with the one before it."""
    rows: list[str] = []
    for line in lines:
        if is_row(line):
            rows.append(line.strip(" \t"))
        else:
            rows[-1] += f"\n{line}"
    return {"type": "table", "content": [_row(each, paragraphs) for each in rows]}


def _parted(content: Iterable[Node]) -> list[Node]:
    """Paragraphs of an item, of which two breaks make two."""
    parted: list[Node] = []
    for each in content:
        parted.append({**each, "content": []})
        breaks: list[Node] = []
        for node in each.get("content") or ():
            breaks = [*breaks, node] if node["type"] == "hardBreak" else []
            parted[-1]["content"].append(node)
            if each["type"] == "paragraph" and len(breaks) == _PARTING:
                parted[-1]["content"] = parted[-1]["content"][:-_PARTING]
                parted.append({"type": "paragraph", "content": []})
                breaks = []
    return parted


def _lists(items: Sequence[_Item], depth: int) -> Iterator[Node]:
    for sign, group in groupby(items, key=lambda item: item[0][depth]):
        nodes: list[Node] = []
        for deeper, run in groupby(group, key=lambda item: len(item[0]) > depth + 1):
            if not deeper:
                nodes += ({"type": "listItem", "content": content} for _, content in run)
                continue
            if not nodes:
                nodes.append({"type": "listItem", "content": [{"type": "paragraph"}]})
            nodes[-1]["content"] = [*nodes[-1]["content"], *_lists(list(run), depth + 1)]
        yield _tasks(nodes) or {"type": "orderedList" if sign == "#" else "bulletList", "content": nodes}


def _tasks(items: Sequence[Node]) -> Node | None:
    """A list whose items are all tasks, with theirs below them; `None` where it is any other."""
    content: list[Node] = []
    for each in items:
        first, *others = each["content"] or [{}]
        said = first.get("content") or [{}]
        text = str(said[0].get("text", ""))
        if text[:1] not in _STATES or said[0].get("marks") or any(node["type"] != "taskList" for node in others):
            return None
        inline = [{**said[0], "text": text[1:].removeprefix(" ")}, *said[1:]]
        content += [{"type": "taskItem", "attrs": {"state": _STATES[text[:1]]}, "content": inline}, *others]
    return {"type": "taskList", "content": content}


def _row(line: str, paragraphs: _Paragraphs) -> Node:
    cells: list[Node] = []
    for header, text in _cells(line):
        kind = "tableHeader" if header else "tableCell"
        cells.append({"type": kind, "content": paragraphs([text.strip()]) or [{"type": "paragraph"}]})
    return {"type": "tableRow", "content": cells}


def _cells(line: str) -> Iterator[tuple[bool, str]]:
    """Whether it is a header, and the text, of each cell; bars in links and after a backslash separate none."""
    header, begins, at, inside = False, -1, 0, False
    while at < len(line):
        sign = line[at]
        if sign == "\\":
            at += 2
            continue
        if sign in "[]":
            inside = sign == "["
        if sign == "|" and not inside:
            if begins >= 0:
                yield header, line[begins:at]
            header = line.startswith("||", at)
            at += 2 if header else 1
            begins = at
            continue
        at += 1
    if begins >= 0 and line[begins:].strip():
        yield header, line[begins:]
