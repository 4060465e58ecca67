"""Jira's wiki markup to documents and back: the texts of Data Center (FACTS A17).

A document is what texts are compared by on every edition; `adf` makes it of Markdown. Reading what `to_wiki` wrote of
it gives it back, or `lost_in_wiki` says what wiki markup has no room for. Reading refuses nothing: what Markdown can't
say of what people wrote (a colour, a panel, a macro) is in the document as something that makes its text lossy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from reconciler_jira.adf import canonical, to_markdown
from reconciler_jira.wiki_groups import is_item, is_row, lists_of, table_of
from reconciler_jira.wiki_inline import Node, nodes_in
from reconciler_jira.wiki_marks import CODE_END, CODE_END_SHOWN
from reconciler_jira.wiki_writing import written

__all__ = ["WIKI", "from_wiki", "lost_in_wiki", "to_wiki"]

WIKI: Final = "wiki"
"""What a description of a site calls this markup."""

_CODE: Final = re.compile(r"(?<!\\)\{(?P<macro>code|noformat)(?::(?P<options>[^}\n]*))?\}")
_CODE_ENDS: Final = {macro: re.compile(rf"(?<!\\)\{{{macro}\}}") for macro in ("code", "noformat")}
_BOX: Final = re.compile(r"(?<!\\)\{(?P<macro>quote|panel|info|note|tip|warning)(?P<options>:[^}\n]*)?\}")
_PANELS: Final = {"panel": "custom", "info": "info", "note": "note", "tip": "success", "warning": "warning"}
_HEADING: Final = re.compile(r"\s*h(?P<level>[1-6])\.(?:\s+(?P<text>.*))?$")
_QUOTED: Final = re.compile(r"\s*bq\.\s+(?P<text>.*)$")
_RULE: Final = re.compile(r"\s*-{4,}\s*$")


@lru_cache(maxsize=4096)
def from_wiki(text: str) -> Node:
    """Read wiki markup as a canonical document, which is not to be changed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stand_in = next(chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    rest, codes = _apart(text, stand_in)
    reading = _Reading(stand_in, codes)
    return canonical({"type": "doc", "content": reading.blocks(rest)})


def to_wiki(document: Node) -> str:
    """Write a document in wiki markup."""
    return written(canonical(document))


def lost_in_wiki(document: Node) -> str:
    """The first piece of a canonical document that wiki markup has no room for, as Markdown; "" where it holds all."""
    there, back = document.get("content") or [], from_wiki(to_wiki(document)).get("content") or []
    for number, each in enumerate(there):
        if number >= len(back) or back[number] != each:
            return to_markdown({"version": 1, "type": "doc", "content": [each]})
    return ""


class _Reading:
    """One text, whose pieces of code are apart: each is a number between two stand-ins."""

    def __init__(self, stand_in: str, codes: Sequence[Node]) -> None:
        self._code = re.compile(f"{stand_in}(\\d+){stand_in}")
        self._codes = codes

    def blocks(self, text: str) -> list[Node]:
        """The blocks of a text: quotes and panels, and what stands between them."""
        found: list[Node] = []
        at = 0
        while (opening := _BOX.search(text, at)) is not None:
            closing = next((each for each in _BOX.finditer(text, opening.end()) if _closes(opening, each)), None)
            if closing is None:
                break
            found += self._lines(text[at : opening.start()])
            content = self.blocks(text[opening.end() : closing.start()])
            if opening["macro"] == "quote":
                found.append({"type": "blockquote", "content": content})
            else:
                options = {"panelType": _PANELS[opening["macro"]], "options": opening["options"]}
                found.append({"type": "panel", "attrs": options, "content": content or [{"type": "paragraph"}]})
            at = closing.end()
        return [*found, *self._lines(text[at:])]

    def _lines(self, text: str) -> list[Node]:
        found: list[Node] = []
        lines = text.split("\n")
        while lines:
            line = lines[0]
            if not line.strip():
                lines.pop(0)
            elif heading := _HEADING.match(line):
                content = nodes_in(heading["text"] or "")
                found.append({"type": "heading", "attrs": {"level": int(heading["level"])}, "content": content})
                lines.pop(0)
            elif quoted := _QUOTED.match(line):
                found.append({"type": "blockquote", "content": self._paragraphs([quoted["text"]])})
                lines.pop(0)
            elif _RULE.match(line):
                found.append({"type": "rule"})
                lines.pop(0)
            elif is_row(line):
                found.append(table_of(_taken(lines, is_row), self._paragraphs))
            elif is_item(line):
                found += lists_of(_taken(lines, is_item), self._paragraphs)
            else:
                found += self._paragraphs(_taken(lines))
        return found

    def _paragraphs(self, lines: Sequence[str]) -> list[Node]:
        """Lines of a paragraph, and the pieces of code between them, which are blocks of their own."""
        found: list[Node] = []
        text = "\n".join(lines)
        at = 0
        for code in self._code.finditer(text):
            found += _paragraph(text[at : code.start()].strip("\n"))
            found.append(self._codes[int(code[1])])
            at = code.end()
        return [*found, *_paragraph(text[at:].strip("\n") if at else text)]


def _paragraph(text: str) -> list[Node]:
    content = nodes_in("\n".join(line.lstrip(" \t") for line in text.rstrip().split("\n")))
    return [{"type": "paragraph", "content": content}] if content else []


def _taken(lines: list[str], kind: Callable[[str], bool] | None = None) -> list[str]:
    """Take lines off the beginning that are one block: of a kind, with what goes on in lines of no kind."""
    taken = [lines.pop(0)]
    while lines and lines[0].strip() and (not _begins(lines[0]) or (kind is not None and kind(lines[0]))):
        taken.append(lines.pop(0))
    return taken


def _begins(line: str) -> bool:
    """Whether a block begins with a line, whatever stands before it."""
    others = (_HEADING, _QUOTED, _RULE)
    return is_row(line) or is_item(line) or any(each.match(line) for each in others)


def _closes(opening: re.Match[str], each: re.Match[str]) -> bool:
    return each["macro"] == opening["macro"] and not each["options"]


def _apart(text: str, stand_in: str) -> tuple[str, list[Node]]:
    """A text with numbers for its pieces of code, and these."""
    codes: list[Node] = []
    rest: list[str] = []
    endless: set[str] = set()
    at = written = 0
    while (opening := _CODE.search(text, at)) is not None:
        macro = opening["macro"]
        closing = None if macro in endless else _CODE_ENDS[macro].search(text, opening.end())
        if closing is None:
            endless.add(macro)
            at = opening.end()
            continue
        rest += (text[written : opening.start()], f"{stand_in}{len(codes)}{stand_in}")
        codes.append(_code_of(opening["options"] or "", text[opening.end() : closing.start()]))
        at = written = closing.end()
    return "".join((*rest, text[written:])), codes


def _code_of(written: str, text: str) -> Node:
    """A piece of code; other options than its language are kept, so that its text is lossy."""
    options = [each for each in written.split("|") if each]
    named = dict(each.partition("=")[::2] for each in options if "=" in each)
    languages = [each for each in options if "=" not in each]
    text = text.removeprefix("\n").removesuffix("\n").replace(CODE_END_SHOWN, CODE_END)
    attributes: dict[str, str] = {"language": languages[0]} if languages else {}
    marks = [{"type": "wiki", "attrs": named}] if named else []
    content = [{"type": "text", "text": text}] if text else []
    return {"type": "codeBlock", "attrs": attributes, "content": content, **({"marks": marks} if marks else {})}
