"""YAML text -> nodes: PyYAML's C event stream, our own rules for scalars, and budgets for hostile files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.diagnostics import Diagnostic, Place
from reconciler.spec.nodes import Entry, ListNode, MapNode, Node, Scalar, Source
from reconciler.spec.problems import Findings, Mistake, finding
from reconciler.spec.scalars import resolve
from reconciler.spec.syntax import explain

__all__ = ["MOST_ALIASED", "MOST_BYTES", "MOST_DEPTH", "MOST_NODES", "read"]

MOST_BYTES = 32_000_000
"""The largest file, in bytes."""
MOST_DEPTH = 64
"""How deep lists and maps may stand in each other."""
MOST_NODES = 2_000_000
"""How many values a file may hold."""
MOST_ALIASED = 100_000
"""How many values a file's aliases may stand for, all together."""

_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_CUT = re.compile(r"[ \t]#(?=[^\s#!])")

_Event: TypeAlias = Any  # PyYAML's events; its stubs leave their attributes untyped


def read(name: str, data: bytes, findings: Findings) -> Node | None:
    """Read one YAML document.

    Args:
        name: what the user calls the text, for places.
        data: UTF-8.
        findings: takes what can be said while going on: duplicate keys, texts that a `#` cuts.

    Returns:
        The root, or `None` where the text holds nothing.

    Raises:
        Mistake: it can't be read any further.
    """
    import yaml

    text = _decoded(name, data)
    source = Source(name, tuple(_BREAK.split(text)))
    loader: type[Any] = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    cut = frozenset(number for number, line in enumerate(source.lines) if "#" in line and _CUT.search(line))
    try:
        return _Builder(source, findings, cut).build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as problem:
        raise Mistake(explain(problem, source)) from problem


def _decoded(name: str, data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _refused("too_large", name, f"the file has more than {MOST_BYTES // 1_000_000} MB", "split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise _refused("encoding", name, "the file is not UTF-8", "save it as UTF-8 in your editor", line) from problem


def _refused(code: str, name: str, summary: str, hint: str, line: int = 1) -> Mistake:
    return Mistake(Diagnostic("error", code, summary, place=Place(name, line, 1), hint=hint))


@dataclass(slots=True)
class _Frame:
    """A list or map that is still open."""

    line: int
    column: int
    anchor: str | None
    before: int
    elements: list[Node] | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Scalar | None = None


class _Builder:
    def __init__(self, source: Source, findings: Findings, cut: frozenset[int]) -> None:
        self._source = source
        self._findings = findings
        self._cut = cut
        self._open: list[_Frame] = []
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self._count = 0
        self._aliased = 0
        self._root: Node | None = None

    def build(self, events: Iterable[_Event]) -> Node | None:
        import yaml

        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._attach(self._scalar(event))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._start(event, None if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end()
            elif kind is yaml.AliasEvent:
                self._attach(self._alias(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise self._mistake(
                        "several_documents",
                        event,
                        "a second document begins here",
                        "one file holds one document: remove the `---`, or move the rest to a file of its own",
                    )
        return self._root

    def _scalar(self, event: _Event) -> Scalar:
        text: str = event.value
        mark = event.start_mark
        style: str = event.style or ""
        if event.tag is not None:
            raise self._tagged(event)
        value: str | int | float | bool | None = text
        if not style:
            try:
                value = resolve(text)
            except ValueError as problem:
                hint = "write fewer digits, or quote it if it is a text"
                raise self._mistake("too_large", event, str(problem), hint) from problem
        node = Scalar(self._source, mark.line + 1, mark.column + 1, value, text, style)
        self._counted(event)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1)
        if not style and event.end_mark.line in self._cut and isinstance(value, str):
            self._warn_of_cut(node, event.end_mark)
        return node

    def _warn_of_cut(self, node: Scalar, end: _Event) -> None:
        rest = self._source.lines[end.line][end.column :]
        if _CUT.match(rest) or _CUT.match(" " + rest.lstrip()):
            self._findings.add(
                finding(
                    "warning",
                    "cut_by_comment",
                    node,
                    f"the text ends before `{rest.strip()[:40]}`",
                    detail="In YAML a # after a space begins a comment.",
                    hint="put the whole text in quotes, or a space after the # if it is meant as a comment",
                    place=Place(self._source.name, end.line + 1, end.column + 2),
                )
            )

    def _start(self, event: _Event, elements: list[Node] | None) -> None:
        if event.tag is not None:
            raise self._tagged(event)
        if len(self._open) >= MOST_DEPTH:
            raise self._mistake(
                "too_deep", event, f"more than {MOST_DEPTH} levels of lists and maps", "make it flatter"
            )
        self._counted(event)
        if event.anchor:
            self._anchors[event.anchor] = (None, 0)
        mark = event.start_mark
        self._open.append(_Frame(mark.line + 1, mark.column + 1, event.anchor, self._count + self._aliased, elements))

    def _end(self) -> None:
        frame = self._open.pop()
        node: Node
        if frame.elements is None:
            node = MapNode(self._source, frame.line, frame.column, frame.entries)
        else:
            node = ListNode(self._source, frame.line, frame.column, tuple(frame.elements))
        if frame.anchor:
            self._anchors[frame.anchor] = (node, self._count + self._aliased - frame.before + 1)
        self._attach(node)

    def _attach(self, node: Node) -> None:
        if not self._open:
            self._root = None if isinstance(node, Scalar) and not node.text and not node.style else node
            return
        frame = self._open[-1]
        if frame.elements is not None:
            frame.elements.append(node)
        elif frame.key is None:
            frame.key = self._as_key(node)
        else:
            self._pair(frame.entries, frame.key, node)
            frame.key = None

    def _as_key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            raise Mistake(finding("error", "bad_key", node, "a list or map can't be a key", hint="write a text"))
        if node.text == "<<" and not node.style:
            raise Mistake(
                finding(
                    "error",
                    "merge_key",
                    node,
                    "merge keys (`<<`) are not taken",
                    hint="put what items share under `defaults`, or make them with `for_each`",
                )
            )
        if not node.text:
            raise Mistake(finding("error", "bad_key", node, "a key is missing before the colon", hint="write the key"))
        return node

    def _pair(self, entries: dict[str, Entry], key: Scalar, value: Node) -> None:
        first = entries.get(key.text)
        if first is None:
            entries[key.text] = Entry(key, value)
            return
        self._findings.error(
            "duplicate_key",
            key,
            f"`{key.text}` stands here a second time",
            detail=f"The first is at {first.key.place}.",
            hint="remove one of them, or rename it",
        )

    def _alias(self, event: _Event) -> Node:
        if event.anchor not in self._anchors:
            raise self._mistake(
                "unknown_alias",
                event,
                f"no anchor `&{event.anchor}` stands before this",
                "put the text in quotes if it should begin with *",
            )
        node, size = self._anchors[event.anchor]
        if node is None:
            raise self._mistake(
                "alias_cycle", event, f"`*{event.anchor}` stands inside of what it names", "write it out"
            )
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            raise self._mistake(
                "too_large",
                event,
                f"the aliases of this file stand for more than {MOST_ALIASED} values",
                "use `defaults` or `for_each` in place of aliases",
            )
        return node

    def _counted(self, event: _Event) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise self._mistake("too_large", event, f"more than {MOST_NODES} values in one file", "split the file")

    def _tagged(self, event: _Event) -> Mistake:
        shown = event.tag.replace("tag:yaml.org,2002:", "!!")
        return self._mistake(
            "tag", event, f"tags such as `{shown}` are not taken", "remove it; put a text that begins with ! in quotes"
        )

    def _mistake(self, code: str, event: _Event, summary: str, hint: str) -> Mistake:
        mark = event.start_mark
        line = mark.line + 1
        place = Place(self._source.name, line, mark.column + 1)
        return Mistake(Diagnostic("error", code, summary, "", place, hint, self._source.line(line)))
