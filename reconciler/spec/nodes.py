"""A YAML text as plain values that know where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.diagnostics import Place

__all__ = ["Entry", "ListNode", "MapNode", "Node", "Scalar", "Source", "described", "plain"]

_LONGEST_SNIPPET = 300


@dataclass(frozen=True, slots=True)
class Source:
    """A file, or another text that a value came from; `name` is how the user calls it."""

    name: str
    lines: tuple[str, ...] = field(repr=False)

    def line(self, number: int) -> str:
        """The line with this number, counted from 1; empty past the end, and cut where it is very long."""
        return self.lines[number - 1][:_LONGEST_SNIPPET] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    source: Source = field(repr=False)
    line: int
    column: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.source.name, self.line, self.column)

    @property
    def snippet(self) -> str:
        """The source line on which it begins."""
        return self.source.line(self.line)


@dataclass(frozen=True, slots=True, eq=False)
class Scalar(_Node):
    """A single value.

    Attributes:
        value: text, number, flag or `None`, by YAML 1.2's core rules; what stands in quotes is text.
        text: as it was written, without quotes.
        style: empty for a plain scalar, else `'`, `"`, `|` or `>`.
    """

    value: str | int | float | bool | None
    text: str
    style: str = ""

    def place_at(self, offset: int | None) -> Place:
        """Where the character at `offset` of the text stands in the file; where that is hard to say, the start."""
        if offset is None:
            return self.place
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        row = self.text[start:] if end < 0 else self.text[start:end]
        brace = self.text.rfind("${", start, offset + 2)
        fragments = [(row, offset - start, self.text.count(row, 0, start))]
        if brace >= 0:
            inner = row[brace - start :].partition("}")[0]
            fragments.append((inner, offset - brace, self.text.count(inner, 0, brace)))
        return next(filter(None, (self._search(*each) for each in fragments)), self.place)

    def _search(self, fragment: str, inside: int, skip: int) -> Place | None:
        if not fragment:
            return None
        column = self.column - 1
        for number in range(self.line, len(self.source.lines) + 1):
            line = self.source.lines[number - 1]
            at = line.find(fragment, column)
            while at >= 0:
                if not skip:
                    return Place(self.source.name, number, at + inside + 1)
                skip -= 1
                at = line.find(fragment, at + 1)
            column = 0
            if number - self.line > self.text.count("\n") + 20:
                return None
        return None


@dataclass(frozen=True, slots=True, eq=False)
class ListNode(_Node):
    """A list."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MapNode(_Node):
    """A map from text to values, in the order of the file."""

    entries: Mapping[str, Entry]

    def get(self, key: str) -> Node | None:
        """The value at `key`, or `None`."""
        entry = self.entries.get(key)
        return entry.value if entry else None


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A key of a map, with its own place, and what stands at it."""

    key: Scalar
    value: Node


Node: TypeAlias = Scalar | ListNode | MapNode


def plain(node: Node) -> object:
    """The value alone: lists as tuples, maps as dictionaries."""
    match node:
        case Scalar():
            return node.value
        case ListNode():
            return tuple(plain(each) for each in node.elements)
        case MapNode():
            return {key: plain(entry.value) for key, entry in node.entries.items()}


def described(node: Node) -> str:
    """What it is, for a sentence: "a list", "the number 5"."""
    match node:
        case ListNode():
            return "a list"
        case MapNode():
            return "a map"
        case Scalar(value=None):
            return "nothing" if not node.text else "null"
        case Scalar(value=bool()):
            return f"the flag {node.text}"
        case Scalar(value=int() | float()):
            return f"the number {node.text}"
    return "a text"
