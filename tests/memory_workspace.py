"""A real state in a directory, sites in memory, and the commands that work on them without the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from memory_engine import Engine

from reconciler.live.connections import Connection
from reconciler.plan.document import PlanDocument
from reconciler.spec.configuration import Configuration
from reconciler.state.records import State
from reconciler.state.sqlite import SqliteStore
from reconciler.stop import Stop
from reconciler.workflow import planning
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_plan, apply_specs
from reconciler.workflow.carrying import Applied

__all__ = ["Workspace"]


class Workspace:
    """Commands as the command line carries them out, without it.

    Attributes:
        shown: the plans that an operator was asked about.
        answer: what the operator says to them.
    """

    def __init__(self, directory: Path) -> None:
        self.engine = Engine(directory)
        self.directory = directory
        self.shown: list[PlanDocument] = []
        self.answer = True

    @contextmanager
    def connect(
        self, blocks: Any, names: Any, environment: Any, *, gate: Any, clock: Any
    ) -> Iterator[Mapping[str, Connection]]:
        for each in self.engine.providers.values():
            each.gate = gate
        yield {name: self.engine.connections[name] for name in names}

    def store(self, specs: Configuration) -> SqliteStore:
        found = specs.workspace
        return SqliteStore(
            self.directory, id=found.id, name=found.name, instance=found.instance, clock=self.engine.clock
        )

    def request(self, specs: Configuration) -> Any:
        return SimpleNamespace(
            directory=self.directory, environment={}, stop=Stop(), clock=self.engine.clock,
            load=lambda: specs, store=self.store, commit=lambda: "abc123",
        )  # fmt: skip

    def approve(self, document: PlanDocument) -> bool:
        self.shown.append(document)
        return self.answer

    def apply(self, specs: Configuration, kind: Any = "plan", **limits: Any) -> Applied:
        """Apply; `limits` are the numbers that the operator names, and the patience."""
        return apply_specs(self.request(specs), kind, self.approve, Limits(**limits), lambda _: None)

    def plan(self, specs: Configuration) -> PlanDocument:
        return planning.make_plan(self.request(specs))

    def apply_saved(self, document: PlanDocument, **limits: Any) -> Applied:
        """Apply a saved plan."""
        return apply_plan(document, self.directory, {}, Limits(**limits), lambda _: None, clock=self.engine.clock)

    def state(self, specs: Configuration) -> State:
        """The state as it is on the disk."""
        found = self.store(specs).read()
        assert found is not None
        return found
