"""`for_each` and `matrix`: the instances that one item in the specs stands for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.spec.address import is_key, is_name
from reconciler.spec.expressions import parse as parse_expression
from reconciler.spec.nodes import ListNode, MapNode, Node, Scalar
from reconciler.spec.problems import Findings, ValueProblem, finding
from reconciler.spec.scope import Scope
from reconciler.spec.templates import Embedded, has_expressions
from reconciler.spec.templates import parse as parse_template
from reconciler.spec.values import kind_of, shown

__all__ = ["MOST_ITEMS", "instances", "warn_of_unread"]

MOST_ITEMS: Final = 100_000
"""How many items a workspace may have."""


def instances(node: MapNode, scope: Scope) -> Mapping[str | None, Mapping[str, object]]:
    """Work out the instances of an item: by key, what `each` means for it. A single item has the key `None`.

    Raises:
        Mistake, Broken: they can't be told.
    """
    for_each, matrix = node.get("for_each"), node.get("matrix")
    if for_each is not None and matrix is not None:
        raise ValueProblem(
            "`for_each` and `matrix` together", hint="write `for_each` as one more axis of the matrix"
        ).at(matrix)
    if for_each is not None:
        return {key: {"key": key, "value": value} for key, value in _axis(for_each, scope, "for_each").items()}
    if matrix is not None:
        return _combined(matrix, scope)
    return {None: {}}


def _axis(node: Node, scope: Scope, subject: str) -> dict[str, object]:
    """Keys and values of a map, or of a list of texts, which are both."""
    value = scope.value(node)
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, tuple):
        pairs = [(_listed(each, node, index, subject), each) for index, each in enumerate(value)]
    else:
        problem = ValueProblem(
            f"a map or a list is needed, this is {kind_of(value)}",
            code="wrong_type",
            hint="write `legal: {title: ...}` below it, or [a, b]",
        )
        raise problem.at(node, f"`{subject}`")
    found: dict[str, object] = {}
    for index, (key, each) in enumerate(pairs):
        if not is_key(key) or "/" in key:
            hint = "keys are letters, digits, `.`, `_` and `-`; `slug(text)` makes one"
            raise ValueProblem(f"{shown(key)} can't be a key", code="bad_key", hint=hint).at(_part(node, key, index))
        if key in found:
            raise ValueProblem(f"{shown(key)} stands in the list twice", code="duplicate_key", hint="remove one").at(
                _part(node, key, index)
            )
        found[key] = each
    return found


def _listed(value: object, node: Node, index: int, subject: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    hint = "make it a map, whose keys name the instances"
    raise ValueProblem(f"a list of texts is needed, this has {kind_of(value)}", code="wrong_type", hint=hint).at(
        _part(node, "", index), f"`{subject}`"
    )


def _part(node: Node, key: str, index: int) -> Node:
    """The key or element that is meant, where it was written out."""
    if isinstance(node, MapNode) and key in node.entries:
        return node.entries[key].key
    if isinstance(node, ListNode) and index < len(node.elements):
        return node.elements[index]
    return node


def _combined(node: Node, scope: Scope) -> Mapping[str | None, Mapping[str, object]]:
    if not isinstance(node, MapNode) or not node.entries:
        raise ValueProblem("a matrix is a map of lists or maps", code="wrong_type", hint="write {company: [a, b]}").at(
            node
        )
    axes: dict[str, dict[str, object]] = {}
    for name, entry in node.entries.items():
        if not is_name(name) or name in ("key", "value"):
            hint = "names are small letters, digits and _; `key` and `value` have a meaning already"
            raise ValueProblem(f"`{name}` can't name an axis", code="bad_name", hint=hint).at(entry.key)
        axes[name] = _axis(entry.value, scope, name)
    count = math.prod(len(axis) for axis in axes.values())
    if count > MOST_ITEMS:
        raise ValueProblem(f"{count} items; a workspace has {MOST_ITEMS} at most", code="too_large").at(node)
    combined: dict[str | None, Mapping[str, object]] = {}
    for pairs in itertools.product(*(axis.items() for axis in axes.values())):
        key = "/".join(key for key, _ in pairs)
        parts = {name: {"key": each, "value": value} for name, (each, value) in zip(axes, pairs, strict=True)}
        combined[key] = {"key": key, **parts}
    return combined


def warn_of_unread(node: MapNode, defaults: MapNode | None, findings: Findings) -> None:
    """Warn of a key in `for_each`'s maps that no expression of the item reads."""
    for_each = node.get("for_each")
    if not isinstance(for_each, MapNode):
        return
    read: set[str] = set()
    for chain in (*_chains(node), *(_chains(defaults) if defaults else ())):
        if chain[0] == "each" and chain[1:2] in ((), ("value",)):
            if len(chain) < 3:
                return
            read.add(chain[2])
    told: set[str] = set()
    for entry in for_each.entries.values():
        for key, inner in entry.value.entries.items() if isinstance(entry.value, MapNode) else ():
            if key not in read and key not in told:
                told.add(key)
                hint = f"write ${{each.value.{key}}} where it belongs, or remove it"
                findings.add(finding("warning", "unread", inner.key, f"nothing reads `each.value.{key}`", hint=hint))


def _chains(node: Node) -> Iterator[tuple[str, ...]]:
    """The names that the expressions in a node use. One with a mistake, told when it is worked out, may use any."""
    match node:
        case ListNode():
            for each in node.elements:
                yield from _chains(each)
        case MapNode():
            for key, entry in node.entries.items():
                yield from _bare_chains(entry.value) if key == "when" else _chains(entry.value)
        case Scalar() if has_expressions(node.text):
            try:
                parts = parse_template(node.text)
            except ValueProblem:
                yield ("each",)
                return
            for part in parts:
                if isinstance(part, Embedded):
                    yield from part.expression.chains


def _bare_chains(node: Node) -> Iterator[tuple[str, ...]]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and not has_expressions(node.text):
        try:
            yield from parse_expression(node.text).chains
        except ValueProblem:
            yield ("each",)
    else:
        yield from _chains(node)
