"""The diff of a set, element by element."""

from __future__ import annotations

from typing import Any

from reconciler.plan.diff import UNKNOWN, SetDecision, decide_set


def _decided(**given: Any) -> SetDecision:
    return decide_set(**{"desired": (), "base": (), "shared": (), "live": (), "owner": "spec", **given})


def test_the_specs_elements_come_and_go_and_peoples_stay() -> None:
    """New elements are added, those that left are removed, others are not looked at."""
    found = _decided(desired=("a", "c"), base=("a", "b"), live=("a", "b", "theirs"))
    assert (found.added, found.removed, found.base) == (("c",), ("b",), ("a", "c"))


def test_an_element_that_a_person_took_is_put_back() -> None:
    """Where the spec owns the set; it is told from one that the spec added."""
    found = _decided(desired=("a", "b"), base=("a",), live=())
    assert (found.add, found.restore, found.gone) == (("b",), ("a",), ())


def test_an_element_that_a_person_took_stays_away_where_people_own_the_set() -> None:
    """It is drift, and nothing is sent."""
    found = _decided(desired=("a",), base=("a",), live=(), owner="people")
    assert (found.added, found.removed, found.gone, found.base) == ((), (), ("a",), ("a",))


def test_an_element_that_was_there_before_is_shared() -> None:
    """Claiming what people put there makes it theirs and ours: it stays when the spec lets go of it."""
    claimed = _decided(desired=("a", "b"), base=UNKNOWN, live=("a",))
    assert (claimed.added, claimed.claim, claimed.shared) == (("b",), ("a",), ("a",))
    left = _decided(desired=(), base=claimed.base, shared=claimed.shared, live=("a", "b"))
    assert (left.removed, left.shared) == (("b",), ())


def test_the_other_end_of_our_own_link_is_not_shared() -> None:
    """An element that another item of ours put there goes when the spec drops it."""
    found = _decided(desired=("a",), live=("a",), ours_elsewhere=("a",))
    assert (found.added, found.shared, found.base) == ((), (), ("a",))


def test_an_element_that_another_item_wants_stays() -> None:
    """Moving a link's line from one of its items to the other sends nothing."""
    found = _decided(base=("a",), live=("a",), wanted_elsewhere=("a",))
    assert (found.removed, found.base) == ((), ())


def test_the_empty_set_removes_ours() -> None:
    """`[]` takes away what the spec put there, and nothing else."""
    assert _decided(base=("a",), live=("a", "theirs")).removed == ("a",)


def test_letting_go_of_a_set_removes_nothing() -> None:
    """The key left the spec, or nobody owns it any more: all that is there stays."""
    assert _decided(desired=UNKNOWN, base=("a",), live=("a",)) == SetDecision()
    assert _decided(owner="nobody", desired=("b",), base=("a",), live=("a",)) == SetDecision()


def test_a_seed_is_never_written_again() -> None:
    """What was written at creation stays recorded, shared elements with it; new ones are not added."""
    found = _decided(owner="seed", desired=("b",), base=("a", "s"), shared=("s",), live=())
    assert found == SetDecision(base=("a", "s"), shared=("s",))


class TestExact:
    """`exact: true` owns the whole set."""

    def test_peoples_elements_go(self) -> None:
        """`exact: true` owns the whole set: people's elements go, and are told from ours that left the spec."""
        found = _decided(desired=("a",), base=("a", "b"), live=("a", "b", "theirs"), exact=True)
        assert (found.remove, found.dismiss) == (("b",), ("theirs",))

    def test_shared_elements_go(self) -> None:
        """Who put them there does not matter."""
        assert _decided(base=("a",), shared=("a",), live=("a",), exact=True).removed == ("a",)

    def test_what_another_item_of_ours_wants_stays(self) -> None:
        """The other end of a link that the spec wants is no person's element: the two items would fight for ever."""
        assert _decided(live=("a",), exact=True, wanted_elsewhere=("a",)).removed == ()

    def test_people_keep_what_they_put_into_a_set_of_theirs(self) -> None:
        """Where people own the set, exactness takes nothing of theirs away."""
        assert _decided(live=("theirs",), owner="people", exact=True).removed == ()


def test_elements_that_the_platform_did_not_keep_are_not_sent_again() -> None:
    """They are held until the spec drops them; a person's removal is still reverted."""
    found = _decided(desired=("a", "b"), base=("a", "b"), live=(), not_kept=("a",))
    assert (found.restore, found.base) == (("b",), ("a", "b"))


def test_writing_an_element_twice_is_writing_it_once() -> None:
    """Repeated elements are one."""
    assert _decided(desired=("a", "a")).added == ("a",)
