"""Random histories: spec edits, people's edits, clones, moves, kills and lost answers, against what must be true."""

from __future__ import annotations

import os

from faults.world import BOUNDARIES, Spec, World
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

from reconciler.plan.document import MARKER, PlanDocument

_ADDRESSES = ("ada", "bob", "cyd", "dot")
_STATUSES = ("", "in_progress", "done")
_SEQUENCES = int(os.environ.get("FAULTS_SEQUENCES", "15"))
"""How many; `make chaos` runs 2,000."""


def _shown(plan: PlanDocument) -> list[tuple[str, str, list[str]]]:
    """What a plan is going to do: address, action, and the fields that it writes, markers aside."""
    return [
        (each.address, each.action, fields)
        for each in plan.actions
        if (fields := [change.field for change in each.changes if change.field != MARKER]) or each.action != "update"
    ]


class _Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.numbers = 0
        self.known = False  # whether there is a state, and no open operation in it
        self.backup = ""  # "made" while there is a copy of the state, "restored" from when an old one is in use

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
    @rule(address=st.sampled_from(_ADDRESSES), status=st.sampled_from(_STATUSES), document=st.booleans())
    def want(self, address: str, status: str, document: bool) -> None:
        """The spec gets an item, or another version of one."""
        if address in dict(self.world.moved):
            return
        name = self.world.specs[address].name if address in self.world.specs else f"{address}{self._next()}"
        self.world.specs[address] = Spec(name, self._next(), status, document=document)

    @precondition(lambda self: len(self.world.specs) > 1)
    @rule(data=st.data())
    def link(self, data: st.DataObject) -> None:
        """One item of the spec blocks another."""
        source, target = data.draw(st.permutations(sorted(self.world.specs)).map(lambda each: each[:2]))
        self.world.specs[source].blocks = target

    @precondition(lambda self: len(self.world.specs) > 1 and not self.world.moved)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        """An item leaves the spec, and an apply follows: more of them at once would meet a limit."""
        gone = data.draw(st.sampled_from(sorted(self.world.specs)))
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
        title = f"{self.world.fields(key)['summary']} {self._next()}"
        self.world.line.person("edit", item=key, set={"summary": title})
        if "summary" in self.world.people.get(key, {}):
            self.world.people[key]["summary"] = title

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
    @rule(
        request=st.sampled_from(
            [("POST", "/issue/bulk$"), ("PUT", r"/issue/\d+"), ("POST", "/transitions"), ("POST", "/issueLink$"),
             ("POST", "/remotelink")]
        ),
        what=st.sampled_from(["cut_before", "cut_after"]),
    )  # fmt: skip
    def apply_unanswered(self, request: tuple[str, str], what: str) -> None:
        """An answer is lost on the way."""
        self.known = False
        self.world.line.faults.append((*request, what))
        self.world.apply()
        self.world.line.faults.clear()

    @precondition(lambda self: self.world.specs)
    @rule()
    def apply_and_settle(self) -> None:
        """After an apply in peace each address has its item, and the next plan is empty."""
        applied = self.world.settled()
        assert not applied.failed, applied.document
        assert self.backup == "restored" or not applied.in_part, applied.document
        plan = self.world.plan()
        assert plan.actions == ()
        self.known = True
        self.world.moved.clear()
        wanted, found = {each.name for each in self.world.specs.values()}, self.world.named()
        assert {name: len(found.get(name, ())) for name in wanted} == dict.fromkeys(wanted, 1)
        assert self.world.unfinished() <= wanted

    @precondition(lambda self: self.world.specs)
    @rule()
    def lose_the_state(self) -> None:
        """The state is lost and rebuilt: the plan from it shows what the plan from the lost one showed."""
        self._know()
        before = _shown(self.world.plan())
        self.world.rebuild()
        assert _shown(self.world.plan()) == before

    @precondition(lambda self: self.world.specs and not self.backup)
    @rule()
    def back_up(self) -> None:
        """Somebody copies the state."""
        self._know()
        self.world.back_up()
        self.backup = "made"

    @precondition(lambda self: self.backup == "made")
    @rule()
    def restore(self) -> None:
        """Somebody puts the copy back."""
        self.world.restore()
        self.backup, self.known = "restored", False

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


def test_random_histories_hold() -> None:
    """However a history goes, no address gets a second item, people's edits stand, and an apply in peace ends it."""
    run_state_machine_as_test(
        _Histories,
        settings=settings(
            max_examples=_SEQUENCES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
