"""`moved` and `removed`: what became of addresses that the specs had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.diagnostics import Place
from reconciler.spec.address import address_of
from reconciler.spec.configuration import Move
from reconciler.spec.entries import Parts, check_entry, read_address
from reconciler.spec.nodes import Node
from reconciler.spec.problems import Findings, ValueProblem
from reconciler.spec.standing import Standing
from reconciler.spec.vocabulary import MOVE_KEYS

__all__ = ["read_moved", "read_removed"]

_EXAMPLE = "write {from: tasks.legal, to: checks.legal}"


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A move as it is written; each end may be a whole group."""

    source: Parts
    target: Parts
    source_node: Node
    target_node: Node
    place: Place


def read_moved(nodes: Sequence[Node], standing: Standing, findings: Findings) -> tuple[Move, ...]:
    """Read the `moved` of the specs. A group that moves whole becomes a move for each instance that it has now."""
    entries = []
    for node in nodes:
        with findings.catching():
            entries.append(_entry(node, findings))
    linked = _refuse_chains(entries, findings)
    moves = []
    for entry in entries:
        if entry not in linked:
            with findings.catching():
                moves.extend(_moves(entry, standing))
    return tuple(moves)


def _entry(node: Node, findings: Findings) -> _Entry:
    entry = check_entry(node, MOVE_KEYS, _EXAMPLE, findings)
    source, target = entry.get("from"), entry.get("to")
    if source is None or target is None:
        missing = "from" if source is None else "to"
        raise ValueProblem(f"a move needs a `{missing}`", code="missing", hint=_EXAMPLE).at(node)
    return _Entry(read_address(source), read_address(target), source, target, node.place)


def _moves(entry: _Entry, standing: Standing) -> list[Move]:
    """The moves that an entry stands for.

    Raises:
        Mistake, Broken: it can't be made.
    """
    moves = []
    for source, target in _pairs(entry, standing):
        standing.check_present(entry.target_node, target)
        standing.check_gone(entry.source_node, source)
        move = Move(address_of(*source), address_of(*target), entry.place)
        standing.leave(move.source, entry.source_node)
        standing.arrive(move.target, entry.target_node)
        moves.append(move)
    return moves


def _pairs(entry: _Entry, standing: Standing) -> Iterator[tuple[Parts, Parts]]:
    keys = standing.keys(entry.target[0])
    if keys and entry.source[1] is None and entry.target[1] is None:
        for key in keys:
            yield (entry.source[0], key), (entry.target[0], key)
    else:
        yield entry.source, entry.target


def _refuse_chains(entries: Sequence[_Entry], findings: Findings) -> set[_Entry]:
    """Report the entries that move one item on and on, or in a circle, and give them back."""
    following = {entry.source: entry for entry in reversed(entries)}
    targets = {entry.target for entry in following.values()}
    linked: set[_Entry] = set()
    heads_first = sorted(entries, key=lambda entry: entry.source in targets)
    for entry in heads_first:
        if entry in linked or entry.target not in following:
            continue
        path = _path(entry, following)
        linked.update(path)
        addresses = [address_of(*each.source) for each in path] + [address_of(*path[-1].target)]
        code, what = "chain", "follow each other"
        hint = f"write one move, {{from: {addresses[0]}, to: {addresses[-1]}}}, or remove those that were applied"
        if path[-1].target in {each.source for each in path}:
            code, what = "cycle", "go in a circle"
            hint = "take one move out; two items change places in several applies, by way of a free address"
        findings.error(code, entry.target_node, f"these moves {what}: {' → '.join(addresses)}", hint=hint)
    return linked


def _path(entry: _Entry, following: Mapping[Parts, _Entry]) -> list[_Entry]:
    path = [entry]
    met = {entry}
    while (after := following.get(path[-1].target)) is not None and after not in met:
        path.append(after)
        met.add(after)
    return path


def read_removed(nodes: Sequence[Node], standing: Standing, findings: Findings) -> tuple[tuple[str, Place], ...]:
    """Read the `removed` of the specs: addresses, each with its place. A bare name stands for a whole group too."""
    removed = []
    for node in nodes:
        with findings.catching():
            group, key = read_address(node)
            for each in standing.keys(group) if key is None else ():
                standing.check_gone(node, (group, each))
            standing.check_gone(node, (group, key))
            address = address_of(group, key)
            standing.leave(address, node)
            removed.append((address, node.place))
    return tuple(removed)
