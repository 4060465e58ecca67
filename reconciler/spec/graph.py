"""Circles among items: what has to be there before what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["circle_in"]


def circle_in(needs: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Find a circle: addresses, each needing the next, the first again at the end; empty where there is none."""
    finished: set[str] = set()
    for start in needs:
        path: list[str] = []
        on_path: set[str] = set()
        waiting: list[tuple[str, bool]] = [(start, True)]
        while waiting:
            address, entering = waiting.pop()
            if not entering:
                on_path.discard(path.pop())
                finished.add(address)
            elif address in on_path:
                return (*path[path.index(address) :], address)
            elif address not in finished:
                path.append(address)
                on_path.add(address)
                waiting.append((address, False))
                waiting.extend((each, True) for each in needs.get(address, ()))
    return ()
