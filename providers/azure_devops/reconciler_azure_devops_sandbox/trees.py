"""Areas and iterations: trees of nodes whose paths work items name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

from reconciler_azure_devops_sandbox.organisation import PROJECTS

__all__ = ["Node", "Structure", "first_nodes", "levels", "node_at", "node_guid", "path_of", "root_of"]

Structure: TypeAlias = Literal["area", "iteration"]

_SPACE = UUID("0b6a1f5c-4f7e-4a55-9c3d-6b1d2f0a0000")


@dataclass(frozen=True, slots=True)
class Node:
    """An area or an iteration.

    Attributes:
        identifier: its GUID.
        parent: the id of the node above; `None` for a project's root.
        project: the project's id.
        start, finish: an iteration's dates, ISO; empty where it has none.
    """

    id: int
    identifier: str
    name: str
    structure: Structure
    parent: int | None
    project: str
    start: str = ""
    finish: str = ""


def node_guid(structure: Structure, project: str, identity: int) -> str:
    """The GUID of a node."""
    return str(uuid5(_SPACE, f"{structure}/{project}/{identity}"))


def first_nodes() -> list[Node]:
    """The nodes that the projects start with. Ids ascend from 1 over the whole organisation."""
    nodes: list[Node] = []

    def add(structure: Structure, name: str, parent: Node | None, project: str, dates: tuple[str, str]) -> Node:
        identity = len(nodes) + 1
        above = parent.id if parent else None
        node = Node(identity, node_guid(structure, project, identity), name, structure, above, project, *dates)
        nodes.append(node)
        return node

    for project in PROJECTS:
        areas = add("area", project.name, None, project.id, ("", ""))
        iterations = add("iteration", project.name, None, project.id, ("", ""))
        for name in project.areas:
            add("area", name, areas, project.id, ("", ""))
        for name, dates in project.iterations.items():
            add("iteration", name, iterations, project.id, dates)
    return nodes


def root_of(nodes: Mapping[int, Node], structure: Structure, project: str) -> Node:
    """A project's root."""
    return next(
        each
        for each in nodes.values()
        if each.parent is None and (each.structure, each.project) == (structure, project)
    )


def levels(nodes: Mapping[int, Node], node: Node) -> list[str]:
    """The names from the root down to a node."""
    names = [node.name]
    while node.parent is not None:
        node = nodes[node.parent]
        names.append(node.name)
    return names[::-1]


def path_of(nodes: Mapping[int, Node], node: Node) -> str:
    r"""A node's path as work items write it: `Project\Node\Child`."""
    return "\\".join(levels(nodes, node))


def node_at(nodes: Mapping[int, Node], structure: Structure, project: str, names: Iterable[str]) -> Node | None:
    """The node at these names below a project's root, without regard to case; the root for none."""
    node = root_of(nodes, structure, project)
    for name in names:
        below = (each for each in nodes.values() if each.parent == node.id)
        found = next((each for each in below if each.name.casefold() == name.casefold()), None)
        if found is None:
            return None
        node = found
    return node
