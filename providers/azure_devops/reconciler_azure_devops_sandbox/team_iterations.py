"""Which iterations a team works in: it subscribes to nodes of its project (FACTS B8)."""

from __future__ import annotations

from reconciler_azure_devops_sandbox.organisation import PROJECTS
from reconciler_azure_devops_sandbox.store import Event, Store
from reconciler_azure_devops_sandbox.trees import Node

__all__ = ["TeamIterations"]


class TeamIterations:
    """The subscriptions of each project's only team. It starts with all iterations that its project starts with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chosen: dict[str, set[int]] = {
            project.id: {each.id for each in _iterations(store, project.id)} for project in PROJECTS
        }
        store.extend("iteration_chosen", self._take)
        store.extend("iteration_left", self._leave)

    def of(self, project: str) -> list[Node]:
        """A team's iterations by their dates, those without dates last."""
        chosen = [each for each in _iterations(self._store, project) if each.id in self._chosen[project]]
        return sorted(chosen, key=lambda each: (not each.start, each.start, each.id))

    def choose(self, node: Node, at: str) -> None:
        """Subscribe to an iteration."""
        self._store.record({"event": "iteration_chosen", "at": at, "project": node.project, "node": node.id})

    def leave(self, node: Node, at: str) -> None:
        """Give a subscription up."""
        self._store.record({"event": "iteration_left", "at": at, "project": node.project, "node": node.id})

    def _take(self, event: Event) -> None:
        self._chosen[event["project"]].add(event["node"])

    def _leave(self, event: Event) -> None:
        self._chosen[event["project"]].discard(event["node"])


def _iterations(store: Store, project: str) -> list[Node]:
    """A project's iterations below the root."""
    nodes = store.nodes.values()
    return [each for each in nodes if (each.structure, each.project) == ("iteration", project) and each.parent]
