"""Areas and iterations: trees of names, which specs write with `/` and Azure DevOps with `\\` (FACTS B8). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.sdk import BadValue, Ref, nearest
from reconciler_azure_devops.client import Json

__all__ = ["node_called", "paths_of"]

_FORBIDDEN: Final = frozenset('\\:*?"<>|;#$&+')
_LONGEST: Final = 255


def paths_of(roots: Iterable[Json], tree: str) -> tuple[Ref, ...]:
    """The nodes of a tree, `area` or `iteration`: with their paths, and with how a spec calls them."""
    return tuple(
        Ref("\\".join(names), "/".join(names))
        for root in roots
        if str(root.get("structureType", "")).casefold() == tree
        for names in _below((), root)
    )


def node_called(text: str, nodes: tuple[Ref, ...], what: str, *, new: bool) -> Ref:
    """Find a node by its path, with or without the root's name; case does not count.

    Args:
        text: as the spec says it.
        nodes: those that there are, the root first.
        what: for messages: `area` or `sprint`.
        new: whether one that is not there is made; it comes without the root's name, or with it.

    Raises:
        BadValue: there is none, or it can't be made.
    """
    by_path = {each.name.casefold(): each for each in nodes}
    root = nodes[0].name if nodes else ""
    asked = text.replace("\\", "/").strip("/")
    for path in (asked, f"{root}/{asked}"):
        if path.casefold() in by_path:
            return by_path[path.casefold()]
    if not new:
        close = nearest(asked, [each.name for each in nodes] + [each.name.partition("/")[2] for each in nodes])
        raise BadValue(
            f"no {what} is called {text!r}",
            hint=f"did you mean {close[0]!r}?" if close else f"make it, or let the provider: `create: [{what}]`",
            options=tuple(each.name for each in nodes),
        )
    names = asked.split("/")
    if names[0].casefold() != root.casefold():
        names = [root, *names]
    bad = [each for each in names if not each.strip() or len(each) > _LONGEST or _FORBIDDEN & set(each)]
    if bad:
        raise BadValue(f"no {what} can be called {text!r}", hint=f"{bad[0]!r} is no name for one")
    known = _longest_known(names, by_path)
    return Ref("\\".join(known), "/".join(known))


def _below(above: tuple[str, ...], node: Json) -> Iterator[tuple[str, ...]]:
    names = (*above, str(node.get("name", "")))
    yield names
    for child in node.get("children") or ():
        yield from _below(names, child)


def _longest_known(names: list[str], by_path: dict[str, Ref]) -> list[str]:
    """The names of a path, those that are there as they are written there."""
    paths = ["/".join(names[:length]).casefold() for length in range(1, len(names) + 1)]
    known = [by_path[path] for path in paths if path in by_path][-1]
    return [*known.name.split("/"), *names[known.name.count("/") + 1 :]]
