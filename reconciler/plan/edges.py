"""Links between items of ours as edges: one edge, whichever end the spec writes it at.

A link shows on both of its items. So that an edge has one owner, and moving its line from one item to the other is no
change, each item's elements are compared as edges in canonical direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.plan.desired import Want, Wanted, awaited
from reconciler.sdk import Link, SiteDescription, Value
from reconciler.state.records import ItemRecord

__all__ = ["Edges", "drop_second_ends"]

Edge: TypeAlias = tuple[str, str, str, str]
"""(site, link type, from, to); the ends of a symmetric link in order. Providers of one site share its edges."""


def _edge(site: SiteDescription, id: str, element: Value) -> Edge | None:
    if not isinstance(element, Link):
        return None
    type = next((each for each in site.link_types if each.id == element.type), None)
    if type is None or type.target != "item":
        return None
    ends = (id, element.target) if element.outward else (element.target, id)
    if type.symmetric:
        ends = (min(ends), max(ends))
    return (site.site, element.type, *ends)


def _id(address: str, records: Mapping[str, ItemRecord]) -> str:
    return records[address].id if address in records else awaited(address)


def drop_second_ends(
    wanted: Mapping[str, Wanted], sites: Mapping[str, SiteDescription], records: Mapping[str, ItemRecord]
) -> dict[str, Wanted]:
    """Leave each edge that both ends write with the end that comes first in the spec."""
    seen: set[Edge] = set()
    result: dict[str, Wanted] = {}
    for address, item in wanted.items():
        site, id = sites[item.item.provider], _id(address, records)
        fields: dict[str, Want] = {}
        for field, want in item.fields.items():
            if want.info.kind != "link" or not isinstance(want.value, tuple):
                fields[field] = want
                continue
            edges = {element: _edge(site, id, element) for element in want.value}
            kept = tuple(element for element, edge in edges.items() if edge is None or edge not in seen)
            seen.update(edge for edge in edges.values() if edge)
            fields[field] = replace(want, value=kept)
        result[address] = replace(item, fields=fields)
    return result


@dataclass(frozen=True, slots=True)
class Edges:
    """Which addresses hold an edge as theirs, and which want it."""

    held: Mapping[Edge, frozenset[str]]
    wanted: Mapping[Edge, frozenset[str]]

    @classmethod
    def of(
        cls, wanted: Mapping[str, Wanted], sites: Mapping[str, SiteDescription], records: Mapping[str, ItemRecord]
    ) -> Edges:
        """Collect the edges of all items."""
        held: dict[Edge, set[str]] = {}
        for address, record in records.items():
            if record.provider in sites:
                for field, value in record.base.items():
                    ours = [each for each in _elements(value) if each not in record.shared.get(field, ())]
                    _collect(held, address, sites[record.provider], record.id, ours)
        desired: dict[Edge, set[str]] = {}
        for address, item in wanted.items():
            site, id = sites[item.item.provider], _id(address, records)
            for want in item.fields.values():
                if not want.info.many or not isinstance(want.value, tuple):
                    continue
                _collect(desired, address, site, id, want.value)
        return cls(_frozen(held), _frozen(desired))

    def elsewhere(
        self,
        which: Mapping[Edge, frozenset[str]],
        record: ItemRecord,
        site: SiteDescription,
        elements: Iterable[Value],
    ) -> frozenset[Value]:
        """Those elements of an item's set whose edge another address holds or wants."""
        found = set()
        for element in elements:
            edge = _edge(site, record.id, element)
            if edge is not None and which.get(edge, frozenset()) - {record.address}:
                found.add(element)
        return frozenset(found)


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _collect(
    into: dict[Edge, set[str]], address: str, site: SiteDescription, id: str, elements: Iterable[Value]
) -> None:
    for element in elements:
        edge = _edge(site, id, element)
        if edge is not None:
            into.setdefault(edge, set()).add(address)


def _frozen(edges: Mapping[Edge, set[str]]) -> dict[Edge, frozenset[str]]:
    return {edge: frozenset(addresses) for edge, addresses in edges.items()}
