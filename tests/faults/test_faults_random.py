"""Random histories: spec edits, people's edits, clones, moves, kills and lost answers, against what must be true."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import pytest
from faults.azure import AzureFieldLine, AzureLine
from faults.jira import DataCenterLine, JiraLine, OlderDataCenterLine, ShownPropertiesLine, WithoutPropertiesLine
from faults.plans import asks, shown, told
from faults.world import BOUNDARIES, COLOURS, LOSSES, Line, Spec, World
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reconciler.plan.document import PlanDocument

_ADDRESSES = ("ada", "bob", "cyd", "dot")
_STATUSES = ("", "in_progress", "done")
_SEQUENCES = int(os.environ.get("FAULTS_SEQUENCES", "3"))
"""How many; `make chaos` runs 2,000."""


class _Histories(RuleBasedStateMachine):
    line: ClassVar[type[Line]]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.line())
        self.numbers = 0
        self.known = False  # whether there is a state, and no open operation in it
        self.let_go: set[str] = set()  # items that only another machine knew when they left the specs
        self.copied = self.stale = False  # whether there is a copy of the state elsewhere, and whether it was in use

    def teardown(self) -> None:
        self.world.close()

    @initialize(lag=st.sampled_from([0, 5, 60]))
    def begin(self, lag: int) -> None:
        self.world.line.turn(lag=lag)

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    # what the specs say

    @precondition(lambda self: len(self.world.moved) < len(_ADDRESSES))
    @rule(
        address=st.sampled_from(_ADDRESSES),
        status=st.sampled_from(_STATUSES),
        document=st.booleans(),
        points=st.sampled_from([0, 3, 5]),
        colours=st.sets(st.sampled_from(COLOURS)).map(sorted),
    )
    def want(self, address: str, status: str, document: bool, points: int, colours: list[str]) -> None:
        """The spec gets an item, or another version of one."""
        if address in dict(self.world.moved):
            return
        name = self.world.specs[address].name if address in self.world.specs else f"{address}{self._next()}"
        spec = Spec(name, self._next(), status, document=document, points=points, colours=tuple(colours))
        self.world.specs[address] = spec

    @precondition(lambda self: len(self.world.specs) > 1)
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        """One item of the spec blocks another."""
        source, target = data.draw(st.permutations(sorted(self.world.specs)).map(lambda each: each[:2]))
        if not self.line.circles:
            source, target = sorted((source, target), key=lambda each: self.world.specs[each].name)
        self.world.specs[source].blocks = target

    @precondition(lambda self: len(self.world.specs) > 1 and not self.world.moved)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        """An item leaves the spec, and an apply follows: more of them at once would meet a limit."""
        gone = data.draw(st.sampled_from(sorted(self.world.specs)))
        if self.stale and gone not in self.world.known():
            self.let_go.add(self.world.specs[gone].name)
        del self.world.specs[gone]
        self._redirect(gone, "")
        self.apply_and_settle()

    @precondition(lambda self: self.world.specs.keys() & set(_ADDRESSES))
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """An item gets another address."""
        old = data.draw(st.sampled_from(sorted(self.world.specs.keys() & set(_ADDRESSES))))
        new = f"{old}_{self._next()}"
        self.world.specs[new] = self.world.specs.pop(old)
        self.world.moved.append((old, new))
        self._redirect(old, new)

    def _redirect(self, old: str, new: str) -> None:
        for each in self.world.specs.values():
            each.blocks = new if each.blocks == old else each.blocks

    # what people do

    @precondition(lambda self: self.world.keys())
    @rule(data=st.data())
    def write(self, data: st.DataObject) -> None:
        """A person writes into fields that the spec does not own."""
        self.world.person_writes(data.draw(st.sampled_from(self.world.keys())), self._next())

    @precondition(lambda self: self.world.keys())
    @rule(data=st.data())
    def retitle(self, data: st.DataObject) -> None:
        """A person adds to a title, which is the spec's."""
        key = data.draw(st.sampled_from(self.world.keys()))
        self.world.person_retitles(key, f"{self.world.line.read_fields(key)['title']} {self._next()}")

    @precondition(lambda self: self.world.keys())
    @rule(
        data=st.data(),
        points=st.sampled_from([1, 3, 8]),
        colours=st.dictionaries(st.sampled_from(COLOURS), st.booleans()),
    )
    def disagree(self, data: st.DataObject, points: int, colours: dict[str, bool]) -> None:
        """A person writes into fields that the spec owns, or may own in a while."""
        self.world.person_disagrees(data.draw(st.sampled_from(self.world.keys())), points, colours)

    @precondition(lambda self: self.world.keys())
    @rule(data=st.data())
    def clone(self, data: st.DataObject) -> None:
        """A person clones an item, with all that ties it to its address."""
        self.world.person_clones(data.draw(st.sampled_from(self.world.keys())))

    @rule(seconds=st.sampled_from([1, 20, 200]))
    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.world.line.wait(seconds)

    # what the command does

    @precondition(lambda self: self.world.specs)
    @rule(boundary=st.sampled_from(BOUNDARIES), nth=st.integers(1, 4))
    def apply_killed(self, boundary: str, nth: int) -> None:
        """An apply is killed."""
        self.known = False
        self.world.killed(boundary, nth)

    @precondition(lambda self: self.world.specs)
    @rule(data=st.data(), what=st.sampled_from(LOSSES))
    def apply_unanswered(self, data: st.DataObject, what: str) -> None:
        """An answer is lost on the way."""
        self.known = False
        self.world.line.lose(data.draw(st.sampled_from(self.line.writes)), what)
        self.world.apply()
        self.world.line.faults.clear()

    @precondition(lambda self: len(self.world.moved) < len(_ADDRESSES))
    @rule(
        address=st.sampled_from(_ADDRESSES),
        boundary=st.sampled_from(["", "send.late", "send.after", "journal.after"]),
        what=st.sampled_from(LOSSES),
        seconds=st.sampled_from([0, 1, 31, 61]),
    )
    def create_and_hurry(self, address: str, boundary: str, what: str, seconds: int) -> None:
        """The answer to a create is lost, and somebody does not wait for what settles it."""
        self.want(address, "", False, 0, [])
        self.known = False
        if boundary:
            self.world.killed(boundary, 1)
        else:
            self.world.line.lose(self.line.writes[0], what)
            self.world.apply(patience=0)
            self.world.line.faults.clear()
        self.world.line.wait(seconds)
        self.hurry()

    @precondition(lambda self: self.world.specs)
    @rule()
    def hurry(self) -> None:
        """An apply that waits for nothing, as others may: what it can't know, it leaves."""
        self.known = False
        assert not self.world.apply(patience=0).failed

    @precondition(lambda self: self.world.specs)
    @rule()
    def apply_and_settle(self) -> None:
        """After an apply in peace each address has its item, and the next plan is empty."""
        applied = self.world.settled()
        assert not applied.failed, applied.document
        assert self.stale or not applied.in_part, applied.document
        plan = self.world.plan()
        assert plan.actions == ()
        self.known = True
        if not self.copied:
            self.world.moved.clear()
        wanted, found = {each.name for each in self.world.specs.values()}, self.world.named()
        due = wanted - self._closed_elsewhere(plan)
        assert {name: len(found.get(name, ())) for name in due} == dict.fromkeys(due, 1)
        assert self.world.unfinished() <= wanted | self.let_go

    def _closed_elsewhere(self, plan: PlanDocument) -> set[str]:
        """What another machine closed, and this one takes for people's progress: kept, and shown as drift where the
        spec says a status.
        """
        if not self.stale:
            return set()
        kept, closed = (
            {each.address for each in plan.drift if each.kept and each.field == "status"},
            self.world.closed(),
        )
        specs = self.world.specs.items()
        return {each.name for at, each in specs if at in kept or (not each.status and each.name in closed)}

    @precondition(lambda self: self.world.specs and not self.let_go)
    @rule(data=st.data(), edits=st.lists(st.sampled_from(["want", "retitle", "disagree", "write"]), max_size=4))
    def lose_the_state(self, data: st.DataObject, edits: list[str]) -> None:
        """The state is lost and rebuilt while the spec and people go on: the plan is the one from the lost state.

        A rebuilt state has more than one that did not know what another machine made.
        """
        self._know()
        for each in edits:
            self._edit(each, data)
        before = shown(self.world.plan())
        self.world.rebuild()
        after = shown(self.world.plan())
        if self.line.whole_markers:
            assert after == before
        else:
            assert asks(before, after, self.world), (before, after)
            self._answer(after)
            self.apply_and_settle()
        self.known = False  # of what neither the spec nor the site shows it has digests alone, until the next apply

    def _answer(self, plan: dict[str, Any]) -> None:
        """People bring in line with the specs what a plan asks about."""
        for address, field in (at for at, each in told(plan, "conflicts").items() if each["resolution"] == "stop"):
            self.world.person_agrees(address, field)

    def _edit(self, what: str, data: st.DataObject) -> None:
        colours = data.draw(st.dictionaries(st.sampled_from(COLOURS), st.booleans()))
        points = data.draw(st.sampled_from([0, 3, 5]))
        match what:
            case "want":
                address = data.draw(st.sampled_from(sorted(self.world.specs)))
                self.want(address, data.draw(st.sampled_from(_STATUSES)), bool(points), points, sorted(colours))
            case "disagree":
                self.disagree(data, points, colours)
            case "retitle":
                self.retitle(data)
            case "write":
                self.write(data)

    @precondition(lambda self: self.world.specs and not self.copied)
    @rule()
    def copy_state(self) -> None:
        """Somebody takes a copy of the state to another machine."""
        self._know()
        self.world.copy_state()
        self.copied = True

    @precondition(lambda self: self.copied)
    @rule()
    def change_machines(self) -> None:
        """Somebody goes on there, where nobody knows of what happened since."""
        self.world.change_machines()
        self.stale, self.known = True, False

    def _know(self) -> None:
        """What was lost on its way is settled first: no marker tells of it."""
        if not self.known:
            self.apply_and_settle()

    # what is true at every moment

    @invariant()
    def nothing_is_doubled(self) -> None:
        """No address has two items."""
        assert {name: keys for name, keys in self.world.named().items() if len(keys) > 1} == {}

    @invariant()
    def nobody_is_overwritten(self) -> None:
        """What people wrote into their fields stands, on copies too."""
        assert self.world.overwritten() == []


class _OnJira(_Histories):
    line = JiraLine


class _OnJiraDataCenter(_Histories):
    line = DataCenterLine


class _OnOlderJiraDataCenter(_Histories):
    line = OlderDataCenterLine


class _OnJiraDataCenterWithoutProperties(_Histories):
    line = WithoutPropertiesLine


class _OnJiraDataCenterThatShowsProperties(_Histories):
    line = ShownPropertiesLine


class _OnAzureDevOps(_Histories):
    line = AzureLine


class _OnAzureDevOpsWithAField(_Histories):
    line = AzureFieldLine


_PLATFORMS = {
    "jira": _OnJira,
    "jira_datacenter": _OnJiraDataCenter,
    "jira_datacenter, older": _OnOlderJiraDataCenter,
    "jira_datacenter, without properties": _OnJiraDataCenterWithoutProperties,
    "jira_datacenter, properties shown": _OnJiraDataCenterThatShowsProperties,
    "azure_devops": _OnAzureDevOps,
    "azure_devops, marker_field": _OnAzureDevOpsWithAField,
}


@pytest.mark.parametrize("histories", _PLATFORMS.values(), ids=_PLATFORMS)
def test_random_histories_hold(histories: type[_Histories]) -> None:
    """However a history goes, no address gets a second item, people's edits stand, and an apply in peace ends it."""
    run_state_machine_as_test(
        histories,
        settings=settings(
            max_examples=_SEQUENCES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
