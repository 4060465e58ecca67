"""What holds of the diff whatever people and specs do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from reconciler.plan.diff import UNKNOWN, Decision, decide, decide_set

VALUES = st.sampled_from([None, "a", "b", "c", 0, 1.5])
KNOWN = st.one_of(st.just(UNKNOWN), VALUES)
OWNERS = st.sampled_from(["spec", "people"])
ELEMENTS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True).map(tuple)


def _carried_out(found: Decision, desired: Any, base: Any, observed: Any, live: Any) -> tuple[Any, Any, Any]:
    """What base, observed and live are after a decision was carried out and recorded."""
    match found.verdict:
        case "write" | "revert":
            return desired, desired, desired
        case "record":
            return desired, live, live
        case "release":
            return UNKNOWN, UNKNOWN, live
    return base, observed, live


@given(desired=KNOWN, base=KNOWN, observed=KNOWN, live=VALUES, owner=OWNERS, behind=st.booleans())
def test_a_field_converges(desired: Any, base: Any, observed: Any, live: Any, owner: Any, behind: bool) -> None:
    """Once a decision is carried out and recorded, deciding again sends and records nothing."""
    found = decide(desired=desired, base=base, observed=observed, live=live, owner=owner, behind=behind)
    base, observed, live = _carried_out(found, desired, base, observed, live)
    again = decide(desired=desired, base=base, observed=observed, live=live, owner=owner, behind=False)
    assert again.verdict in {"nothing", "keep"} if not behind else again.verdict in {"nothing", "keep", "revert"}


@given(base=VALUES, observed=KNOWN, live=VALUES, behind=st.booleans())
def test_people_keep_what_they_own(base: Any, observed: Any, live: Any, behind: bool) -> None:
    """A field of people's is never written while the spec's own value stands."""
    found = decide(desired=base, base=base, observed=observed, live=live, owner="people", behind=behind)
    assert found.verdict in {"nothing", "keep", "record"}


@given(base=KNOWN, observed=KNOWN, live=VALUES, owner=OWNERS)
def test_letting_go_never_writes(base: Any, observed: Any, live: Any, owner: Any) -> None:
    """A field that left the spec is never written, whatever became of it."""
    found = decide(desired=UNKNOWN, base=base, observed=observed, live=live, owner=owner)
    assert found.verdict in {"nothing", "release"}


@given(desired=ELEMENTS, base=ELEMENTS, live=ELEMENTS, shared=ELEMENTS, owner=OWNERS, exact=st.booleans())
def test_a_set_converges(desired: Any, base: Any, live: Any, shared: Any, owner: Any, exact: bool) -> None:
    """Once elements are added and removed, nothing is left to be sent, and what is kept stays as it is."""
    given_ = {"desired": desired, "owner": owner, "exact": exact}
    found = decide_set(base=base, shared=shared, live=live, **given_)
    after = tuple(each for each in live if each not in found.removed) + found.added
    again = decide_set(base=found.base, shared=found.shared, live=after, **given_)
    assert (again.added, again.removed) == ((), ())
    assert (set(again.base), set(again.shared)) == (set(found.base), set(found.shared))


@given(desired=ELEMENTS, base=ELEMENTS, live=ELEMENTS, shared=ELEMENTS, exact=st.booleans(), mix=st.randoms())
def test_the_order_of_elements_decides_nothing(
    desired: Any, base: Any, live: Any, shared: Any, exact: bool, mix: Any
) -> None:
    """Sets in another order give the same additions and removals."""

    def sets(shuffle: Callable[[Any], Any]) -> tuple[set[Any], ...]:
        found = decide_set(
            desired=shuffle(desired), base=shuffle(base), live=shuffle(live), shared=shuffle(shared),
            owner="spec", exact=exact,
        )  # fmt: skip
        return tuple(map(set, (found.added, found.removed, found.gone, found.base, found.shared)))

    assert sets(tuple) == sets(lambda each: tuple(mix.sample(each, len(each))))


@given(base=ELEMENTS, live=ELEMENTS, edits=st.lists(ELEMENTS, max_size=5), owner=OWNERS)
def test_what_people_added_survives_any_edits_of_the_spec(base: Any, live: Any, edits: Any, owner: Any) -> None:
    """Unless the set is exact, an element that a person put there before the spec named it never goes."""
    theirs = set(live) - set(base)
    assume(theirs)
    kept: Any = base
    shared: tuple[Any, ...] = ()
    for desired in edits:
        found = decide_set(desired=desired, base=kept, shared=shared, live=live, owner=owner)
        live = tuple(each for each in live if each not in found.removed) + found.added
        kept, shared = found.base, found.shared
    assert theirs <= set(live)


class OneField(RuleBasedStateMachine):
    """A field that a spec and people edit in any order, against a model that knows who wrote what."""

    @initialize(value=VALUES, owner=OWNERS)
    def created(self, value: Any, owner: Any) -> None:
        self.desired = self.base = self.observed = self.live = value
        self.owner = owner
        self.by_person = False
        self.spec_moved = False

    @rule(value=VALUES)
    def the_spec_says(self, value: Any) -> None:
        self.desired = value
        self.spec_moved = value != self.base

    @rule(value=VALUES)
    def a_person_writes(self, value: Any) -> None:
        self.live, self.by_person = value, value != self.observed

    @rule(owner=OWNERS)
    def ownership_becomes(self, owner: Any) -> None:
        self.owner = owner

    @rule()
    def apply(self) -> None:
        before = self.live
        found = decide(desired=self.desired, base=self.base, observed=self.observed, live=self.live, owner=self.owner)
        self.base, self.observed, self.live = _carried_out(found, self.desired, self.base, self.observed, self.live)
        if self.owner == "people" and not self.spec_moved:
            assert self.live == before, "a person's field was written though the spec's value stood"
        if self.owner == "spec" or self.spec_moved:
            assert self.live == self.desired, "the spec's word does not stand"
        if self.spec_moved or found.verdict in {"write", "revert", "record"}:
            self.by_person = False
        self.spec_moved = self.desired != self.base

    @invariant()
    def nothing_is_written_twice(self) -> None:
        if getattr(self, "owner", None) is None or self.by_person or self.spec_moved:
            return
        found = decide(desired=self.desired, base=self.base, observed=self.observed, live=self.live, owner=self.owner)
        assert found.verdict in {"nothing", "keep"}


TestOneField = OneField.TestCase
TestOneField.__doc__ = "Specs and people edit one field in any order; each apply does what ownership says."
