"""Specs and people change one item in any order; applies keep every promise about it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.sdk import Ref

LABELS = st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(tuple)
TITLES = st.sampled_from(["Deal", "The deal", "Acme"])
STATUSES = {"todo": Ref("s1", "To Do"), "in_progress": Ref("s2", "In Progress"), "done": Ref("s3", "Done")}


class OneItem(RuleBasedStateMachine):
    """An item with a title of the spec's, a status of people's, and labels of both.

    The model knows which labels people put there, and whether the spec's own status changed since the last apply.
    """

    @initialize(title=TITLES, labels=LABELS, status=st.sampled_from(sorted(STATUSES)))
    def start(self, title: str, labels: tuple[str, ...], status: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.engine = Engine(Path(self.folder.name))
        self.spec: dict[str, Any] = {"title": title, "labels": labels, "status": status}
        self.theirs: set[str] = set()
        self.applied_status = status
        self.apply()

    @rule(title=TITLES)
    def the_spec_retitles(self, title: str) -> None:
        self.spec["title"] = title

    @rule(labels=st.one_of(st.none(), LABELS))
    def the_spec_labels(self, labels: tuple[str, ...] | None) -> None:
        self.spec.pop("labels", None)
        if labels is not None:
            self.spec["labels"] = labels

    @rule(status=st.sampled_from(sorted(STATUSES)))
    def the_spec_moves(self, status: str) -> None:
        self.spec["status"] = status

    @rule(title=TITLES)
    def a_person_retitles(self, title: str) -> None:
        self.engine.edit("a", summary=title)

    @rule(status=st.sampled_from(sorted(STATUSES)))
    def a_person_moves(self, status: str) -> None:
        self.engine.edit("a", status=STATUSES[status])

    @rule(label=st.sampled_from("abcxyz"))
    def a_person_labels(self, label: str) -> None:
        if label not in self._labels():
            self.engine.edit("a", labels=(*self._labels(), label))
            if label not in self.engine.lease.items["a"].base.get("labels", ()):  # type: ignore[operator]
                self.theirs.add(label)

    @rule(points=st.integers(0, 9))
    def a_person_fills_in_what_the_spec_does_not_name(self, points: int) -> None:
        self.engine.edit("a", points=points)
        self.points = points

    @rule()
    def apply(self) -> None:
        before = self.engine.live("a")["status"] if "a" in self.engine.lease.items else None
        results = self.engine.apply(self._specs())
        assert {each.result for each in results.values()} <= {"done"}
        live = self.engine.live("a")
        assert live["summary"] == self.spec["title"]
        assert set(self.spec.get("labels", ())) <= set(self._labels())
        if before is not None and self.spec["status"] == self.applied_status:
            assert live["status"] == before, "a person's status was overwritten"
        self.applied_status = self.spec["status"]
        again = self.engine.plan(self._specs())
        assert (again.actions, again.recordings, again.conflicts) == ((), (), ())

    @invariant()
    def peoples_work_is_there(self) -> None:
        if not hasattr(self, "engine"):
            return
        assert self.theirs <= set(self._labels())
        assert self.engine.live("a").get("points") == getattr(self, "points", None)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _specs(self) -> Any:
        return configuration(item("a", **self.spec))

    def _labels(self) -> tuple[str, ...]:
        labels = self.engine.live("a").get("labels") or ()
        assert isinstance(labels, tuple)
        return labels


TestOneItem = OneItem.TestCase
TestOneItem.settings = settings(max_examples=40, stateful_step_count=20)
TestOneItem.__doc__ = "Whatever is edited in whatever order, people's work stays and the spec's word stands."
