"""Areas and iterations that a spec names and that are not there yet: made before an item goes there (FACTS B8)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Literal, TypeAlias, TypeVar

from reconciler.sdk import (
    AuthorizationError,
    Kind,
    Ref,
    SiteDescription,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
    Value,
)
from reconciler_azure_devops.client import Client
from reconciler_azure_devops.fields import AREA, SPRINT
from reconciler_azure_devops.trees import paths_of

__all__ = ["Nodes"]

_Refusal = TypeVar("_Refusal", AuthorizationError, ValidationError)
_Tree: TypeAlias = Literal["areas", "iterations"]
_TREES: Final[Mapping[str, tuple[str, str, _Tree]]] = {
    AREA: ("area", "area", "areas"),
    SPRINT: ("sprint", "iteration", "iterations"),
}
"""By field: what the option `create` calls its tree, what the site calls its structure, and its part of a URL."""
_KINDS: Final[Mapping[Kind, str]] = {"path": "area", "sprint": "iteration"}
"""By the kind of such a field, the site's structure."""


class Nodes:
    """Makes what is missing of a project's areas and iterations, where the provider's options say so.

    Args:
        client: the site.
        project: whose they are.
        made: what is made: `area`, `sprint`.
    """

    def __init__(self, client: Client, project: str, made: Collection[str]) -> None:
        self._client = client
        self._project = project
        self._made = made
        self._lock = threading.Lock()
        self._known: dict[str, set[str]] | None = None

    def learn(self, site: SiteDescription) -> None:
        """Take over from a description what is there."""
        with self._lock:
            self._known = {
                structure: {each.id.casefold() for each in site.containers.get(kind, ())}
                for kind, structure in _KINDS.items()
            }

    def missing(self, values: Mapping[str, Value]) -> tuple[tuple[str, ...], ...]:
        """The paths that these fields of an item need and that are not there, each as the names of its nodes."""
        with self._lock:
            return tuple(path for _, path in self._missing(values))

    def ensure(self, values: Mapping[str, Value]) -> None:
        """Make those that are missing, the upper ones first. Nothing is made twice: a name is unique at its place.

        Raises:
            ValidationError, AuthorizationError: the site refused one.
            UnreachableError: whether one was made can't be known; the item's own write was not sent.
        """
        with self._lock:
            for field, path in tuple(self._missing(values)):
                self._make(field, path)

    def _missing(self, values: Mapping[str, Value]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for field, (option, structure, _) in _TREES.items():
            value = values.get(field)
            if option not in self._made or not isinstance(value, Ref):
                continue
            names = tuple(value.id.split("\\"))
            for length in range(2, len(names) + 1):
                if "\\".join(names[:length]).casefold() not in self._there(structure):
                    yield field, names[:length]

    def _there(self, structure: str) -> set[str]:
        if self._known is None:
            self._read()
        assert self._known is not None
        return self._known[structure]

    def _read(self) -> None:
        roots = self._client.trees(self._project)
        self._known = {
            structure: {each.id.casefold() for each in paths_of(roots, structure)}
            for _, structure, _ in _TREES.values()
        }

    def _make(self, field: str, path: tuple[str, ...]) -> None:
        _, structure, tree = _TREES[field]
        name = "\\".join(path).casefold()
        try:
            self._client.add_node(self._project, tree, path[1:-1], path[-1])
        except AuthorizationError as problem:
            raise _about(path, problem) from problem
        except (UnknownOutcome, ValidationError) as problem:
            self._read()  # somebody else may have made it meanwhile, or it was made and the answer was lost
            if name in self._there(structure):
                return
            if isinstance(problem, ValidationError):
                raise _about(path, problem) from problem
            raise UnreachableError(
                f"whether {'/'.join(path)} was made is not known", hint="run again", status=problem.status
            ) from problem
        self._there(structure).add(name)


def _about(path: tuple[str, ...], problem: _Refusal) -> _Refusal:
    """A refusal, saying what could not be made."""
    said = problem.reasons or (("", problem.detail or problem.summary),)
    reasons = [("", f"{'/'.join(path)} could not be made: {text}") for _, text in said]
    return type(problem)(
        problem.summary, detail=problem.detail, hint=problem.hint, status=problem.status, reasons=reasons
    )
