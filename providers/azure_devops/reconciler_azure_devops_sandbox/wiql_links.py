"""Queries for links: which pairs of items, joined by which relations, and in which shape (FACTS B5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reconciler_azure_devops_sandbox.fields import relation_type
from reconciler_azure_devops_sandbox.store import Item, Store, Version
from reconciler_azure_devops_sandbox.wiql import Judge, Test
from reconciler_azure_devops_sandbox.wiql_syntax import And, Clause, Comparison, Mode, Not, Or, Side, WiqlError

__all__ = ["Hop", "LinkQuery", "Seen"]

Seen = dict[int, tuple[Item, Version]]
"""The items that a query sees, each as it knows it."""

_LINK_TYPE = "system.links.linktype"
_CHILD = "System.LinkTypes.Hierarchy-Forward"


class Hop(NamedTuple):
    """One line of the answer; a line without `rel` and `source` names an item that the hops start from."""

    rel: str | None
    source: int | None
    target: int


class LinkQuery:
    """A query for links, taken apart into what it asks of the source, of the link and of the target.

    Raises:
        WiqlError: a condition asks of several at once.
    """

    def __init__(self, where: Clause | None, mode: Mode, judge: Judge) -> None:
        parts: dict[str, list[Clause]] = {"source": [], "target": [], "link": []}
        for each in where.clauses if isinstance(where, And) else () if where is None else (where,):
            parts[_asked_of(each)].append(each)
        self._mode = mode
        self._source = judge.test(And(tuple(parts["source"])))
        self._target = judge.test(And(tuple(parts["target"])))
        self._link = _link_test(And(tuple(parts["link"])))

    def hops(self, seen: Seen, store: Store) -> list[Hop]:
        """The answer's lines, sources in the order in which they are seen."""
        sources = [identity for identity, (item, version) in seen.items() if self._source(item, version)]
        if self._mode == "recursive":
            return list(self._tree(sources, seen, store))
        found: list[Hop] = []
        for source in sources:
            hops = self._from(source, seen, store)
            if self._mode == "maycontain" or bool(hops) is (self._mode == "mustcontain"):
                found.append(Hop(None, None, source))
                found += hops if self._mode != "doesnotcontain" else ()
        return found

    def _from(self, source: int, seen: Seen, store: Store) -> list[Hop]:
        return [
            Hop(each.rel, source, each.target)
            for each in store.relations(seen[source][1])
            if each.target in seen and self._link(each.rel) and _fits(self._target, seen, each.target)
        ]

    def _tree(self, sources: list[int], seen: Seen, store: Store) -> Iterator[Hop]:
        """Each source that is below no other, and below it what fits the target."""
        below = {each.target for source in sources for each in store.relations(seen[source][1]) if each.rel == _CHILD}
        shown: set[int] = set()

        def descend(source: int) -> Iterator[Hop]:
            for hop in self._from(source, seen, store):
                if hop.target not in shown:
                    shown.add(hop.target)
                    yield hop
                    yield from descend(hop.target)

        for source in sources:
            if source not in below:
                shown.add(source)
                yield Hop(None, None, source)
                yield from descend(source)


def _fits(test: Test, seen: Seen, identity: int) -> bool:
    item, version = seen[identity]
    return test(item, version)


def _asked_of(clause: Clause) -> str:
    """Of what a whole clause asks: "source", "target" or "link"."""
    asked = {_part(each) for each in _comparisons(clause)}
    if len(asked) != 1:
        raise WiqlError("A condition asks of the source, of the link or of the target.", ", ".join(sorted(asked)))
    return asked.pop()


def _part(comparison: Comparison) -> str:
    side: Side = comparison.field.side
    if not side and comparison.field.name.casefold() != _LINK_TYPE:
        raise WiqlError("In a query for links a field needs Source or Target.", f"[{comparison.field.name}]")
    return side or "link"


def _comparisons(clause: Clause) -> Iterator[Comparison]:
    match clause:
        case And(clauses) | Or(clauses):
            for each in clauses:
                yield from _comparisons(each)
        case Not(inner):
            yield from _comparisons(inner)
        case Comparison():
            yield clause


def _link_test(clause: Clause) -> Callable[[str], bool]:
    match clause:
        case And(clauses):
            tests = [_link_test(each) for each in clauses]
            return lambda rel: all(each(rel) for each in tests)
        case Or(clauses):
            tests = [_link_test(each) for each in clauses]
            return lambda rel: any(each(rel) for each in tests)
        case Not(inner):
            test = _link_test(inner)
            return lambda rel: not test(rel)
        case Comparison(_field, operator, values):
            if operator not in ("=", "<>", "in"):
                raise WiqlError(f"The operator '{operator}' can't be used with a link type.", operator)
            names = {_known(str(each)) for each in values if each != ""}
            return lambda rel: (rel in names) is (operator != "<>")


def _known(name: str) -> str:
    kind = relation_type(name) or relation_type(name.removesuffix("-Forward"))
    if kind is None or kind.usage != "workItemLink":
        raise WiqlError("The link type does not exist.", f"'{name}'")
    return kind.reference
