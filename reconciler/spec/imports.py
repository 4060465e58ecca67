"""`imports`: items that a platform holds already, and the addresses that take them over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconciler.spec.address import address_of
from reconciler.spec.configuration import Import
from reconciler.spec.entries import check_entry, read_address, refuse_second
from reconciler.spec.expand import Expanded
from reconciler.spec.fields import CONVERTERS
from reconciler.spec.nodes import MapNode, Node
from reconciler.spec.problems import Findings, ValueProblem
from reconciler.spec.scope import Scope
from reconciler.spec.standing import Standing
from reconciler.spec.values import OMIT
from reconciler.spec.vocabulary import IMPORT_KEYS

__all__ = ["read_imports"]

_NAMES: Final = ("key", "id", "query")
_EXAMPLE: Final = "write {to: deal, key: OLD-900}, or `id` or `query` in place of `key`"


def read_imports(
    nodes: Sequence[Node], standing: Standing, expanded: Expanded, findings: Findings
) -> tuple[Import, ...]:
    """Read the `imports` of the specs. One whose item is not wanted now, or whose name is `omit`, is left out."""
    imports = []
    first: dict[tuple[str | None, ...], Node] = {}
    for node in nodes:
        with findings.catching():
            found = _import(check_entry(node, IMPORT_KEYS, _EXAMPLE, findings), standing, expanded.scope)
            if found is None:
                continue
            item = expanded.items.get(found.address)
            name = (item.provider if item else found.address, found.key, found.id, found.query)
            refuse_second(first, name, node, f"`{found.address}` takes over an item that another address takes over")
            imports.append(found)
    return tuple(imports)


def _import(node: MapNode, standing: Standing, scope: Scope) -> Import | None:
    target = node.get("to")
    names = [word for word in _NAMES if word in node.entries]
    if target is None:
        raise ValueProblem("an import needs a `to`", code="missing", hint=_EXAMPLE).at(node)
    if len(names) != 1:
        raise ValueProblem(
            "an import names its item by exactly one of `key`, `id` and `query`", code="missing", hint=_EXAMPLE
        ).at(node)
    parts = read_address(target)
    standing.check_present(target, parts)
    address = address_of(*parts)
    standing.arrive(address, target)
    if not standing.is_wanted(parts):
        return None
    (word,) = names
    value_node = node.entries[word].value
    value = scope.value(value_node, text=True)
    if value is OMIT:
        return None
    try:
        text = CONVERTERS["word"](value)
    except ValueProblem as problem:
        raise problem.at(value_node, f"`{word}`") from problem
    return Import(address, node.place, **{word: str(text)})
