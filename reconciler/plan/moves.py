"""Addresses that changed: moves that the specs name, and renames that look like one and are not named."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reconciler.diagnostics import Diagnostic, Place, error
from reconciler.plan.desired import Wanted
from reconciler.spec.configuration import Move
from reconciler.state.records import ItemRecord, State

__all__ = ["Moved", "apply_moves", "is_removed", "possible_renames"]

_ALIKE: Final = 0.9
"""How similar two titles are that may be one, from 0 to 1."""
_MOST_COMPARED: Final = 250_000


@dataclass(frozen=True, slots=True)
class Moved:
    """A state whose records stand at their new addresses, and, by new address, where each was."""

    state: State | None
    sources: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


def apply_moves(state: State | None, moves: Sequence[Move]) -> Moved:
    """Move records to where the specs want them: an incident's is one of theirs from then on. A move whose source the
    state does not know was made, and is inert.

    An open operation moves along: its new address is unsettled then.
    """
    if state is None:
        return Moved(None, {})
    items = dict(state.items)
    held = {each.address for each in state.open_operations}
    targets: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for move in moves:
        if move.source not in items and move.source not in held:
            continue
        if move.target in items or move.target in held:
            problems.append(_occupied(move, items))
            continue
        targets[move.source] = move.target
        if move.source in items:
            items[move.target] = replace(items.pop(move.source), address=move.target, sightings=None)
    operations = tuple(replace(each, address=targets.get(each.address, each.address)) for each in state.open_operations)
    sources = {target: source for source, target in targets.items() if target in items}
    return Moved(replace(state, items=items, open_operations=operations), sources, tuple(problems))


def is_removed(address: str, removed: Sequence[tuple[str, Place]]) -> bool:
    """Whether the specs say that an address left for good; a bare group name matches each of its instances."""
    return any(name in (address, _group(address)) for name, _ in removed)


def possible_renames(
    wanted: Mapping[str, Wanted], records: Mapping[str, ItemRecord], removed: Sequence[tuple[str, Place]]
) -> tuple[tuple[str, str], ...]:
    """Pairs of an address that left and one that came, of one group and type, with equal or similar titles.

    Args:
        records: of the state, moved ones where they will be.
    """
    gone = [
        each
        for address, each in records.items()
        if address not in wanted and not each.closed and not is_removed(address, removed)
    ]
    fresh = [each for address, each in wanted.items() if address not in records]
    if not gone or len(gone) * len(fresh) > _MOST_COMPARED:
        return ()
    alike = sorted(
        (-likeness, order, new.item.address, old.address)
        for order, new in enumerate(fresh)
        for old in gone
        if (_group(old.address), old.provider, old.type) == (new.item.group, new.item.provider, new.type.ref)
        if (likeness := _likeness(old.title, new.title)) >= _ALIKE
    )
    return tuple(_pairs(alike))


def _pairs(alike: Sequence[tuple[float, int, str, str]]) -> Iterator[tuple[str, str]]:
    met: set[str] = set()
    for _, _, new, old in alike:
        if not met & {new, old}:
            met |= {new, old}
            yield old, new


def _likeness(one: str, other: str) -> float:
    first, second = one.casefold(), other.casefold()
    if first == second:
        return 1.0
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def _group(address: str) -> str:
    return address.partition("[")[0]


def _occupied(move: Move, items: Mapping[str, ItemRecord]) -> Diagnostic:
    names = {each: items[each].key if each in items else "unsettled" for each in (move.source, move.target)}
    return error(
        "move_occupied",
        f"{move.source} can't move to {move.target}: both have an item",
        detail=f"{move.source} is {names[move.source]}, {move.target} is {names[move.target]}.",
        place=move.place,
        hint="take the move out to close the old one, or let go of the new one with `reconciler state rm`",
    )
