"""The entries of `moved`, `removed` and `imports`, as they are written."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeAlias, TypeVar

from reconciler.spec.address import split_address
from reconciler.spec.nodes import MapNode, Node, Scalar, described
from reconciler.spec.problems import Findings, Mistake, ValueProblem, did_you_mean, finding
from reconciler.spec.templates import has_expressions
from reconciler.spec.values import shown

__all__ = ["Parts", "check_entry", "read_address", "refuse_second"]

_Name = TypeVar("_Name", bound=Hashable)

Parts: TypeAlias = tuple[str, str | None]
"""An address as name and instance's key; the key is `None` for a single item, or for a whole group."""


def check_entry(node: Node, words: Mapping[str, str], example: str, findings: Findings) -> MapNode:
    """Check that an entry of a list is a map, and report the keys that it can't have.

    Raises:
        Mistake: it is no map.
    """
    if not isinstance(node, MapNode):
        raise ValueProblem(f"a map is needed, this is {described(node)}", code="wrong_type", hint=example).at(node)
    for key, entry in node.entries.items():
        if key not in words:
            findings.error("unknown_key", entry.key, f"an entry has no `{key}`", hint=did_you_mean(key, words))
    return node


def read_address(node: Node) -> Parts:
    """Read an address, in either spelling.

    Raises:
        Mistake: it is none.
    """
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        hint = "write `deal`, or `tasks.legal` for one instance"
        raise ValueProblem(f"an address is needed, this is {described(node)}", code="wrong_type", hint=hint).at(node)
    parts = split_address(node.text)
    if parts is None:
        expression = "write the address out; no expression stands here"
        hint = expression if has_expressions(node.text) else "write `deal`, or `tasks.legal` for one instance"
        raise ValueProblem(f"{shown(node.text)} is not an item's address", code="bad_reference", hint=hint).at(node)
    return parts


def refuse_second(first: dict[_Name, Node], name: _Name, node: Node, summary: str) -> None:
    """Note where a name stands first.

    Raises:
        Mistake: this is its second place.
    """
    before = first.setdefault(name, node)
    if before is not node:
        detail = f"The first is at {before.place}."
        raise Mistake(
            finding("error", "duplicate_address", node, summary, detail=detail, hint="remove one of the two entries")
        )
