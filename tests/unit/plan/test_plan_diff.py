"""The three-way diff of a field with one value: each row of the table, and the claims around it."""

from __future__ import annotations

from typing import Any

import pytest
from memory_site import rich

from reconciler.plan.diff import UNKNOWN, Decision, decide
from reconciler.sdk import Ref
from reconciler.spec.configuration import ItemAttribute, Template

PENDING = Template(("See ", ItemAttribute("deal", "key")))


def _decided(**given: Any) -> Decision:
    return decide(**{"desired": "a", "base": "a", "observed": "a", "live": "a", "owner": "spec", **given})


@pytest.mark.parametrize("owner", ["spec", "people"])
class TestTheTable:
    """Each row, for both owners where they agree."""

    def test_nobody_changed_anything(self, owner: str) -> None:
        """Where neither the spec nor a person changed, nothing happens."""
        assert _decided(owner=owner) == Decision("nothing")

    def test_what_the_platform_made_of_a_value_is_no_change(self, owner: str) -> None:
        """Live differs from the spec, but is what was read back after the write: nothing happens, for ever."""
        assert _decided(owner=owner, observed="A!", live="A!") == Decision("nothing")

    def test_only_the_spec_changed(self, owner: str) -> None:
        """Only the spec changed: its new value is written."""
        assert _decided(owner=owner, desired="b") == Decision("write")

    def test_both_changed_to_the_same(self, owner: str) -> None:
        """A person was first with the spec's new value: it is recorded, and nothing is sent."""
        assert _decided(owner=owner, desired="b", live="b") == Decision("record")

    def test_both_changed_differently(self, owner: str) -> None:
        """Both changed, to different values: a conflict, which the spec wins by default, and which says so."""
        assert _decided(owner=owner, desired="b", live="c") == Decision("write", "spec")


def test_a_persons_change_to_what_the_spec_owns_is_reverted() -> None:
    """Row four: drift in a field of the spec's goes back."""
    assert _decided(live="b") == Decision("revert")


def test_a_persons_change_to_what_people_own_is_kept() -> None:
    """Row five: a person's change stands until the spec's own value changes."""
    assert _decided(owner="people", live="b") == Decision("keep")


def test_a_person_cleared_a_field() -> None:
    """An empty live field is a person's change like any other."""
    assert _decided(live=None) == Decision("revert")


def test_a_field_that_was_never_read_back_compares_with_what_was_sent() -> None:
    """With no observed value, live is a person's change only where it is not what was sent."""
    assert _decided(observed=UNKNOWN) == Decision("nothing")
    assert _decided(observed=UNKNOWN, live="b") == Decision("revert")


class TestFirstClaims:
    """A field that the state has no base of."""

    def test_live_has_the_value_already(self) -> None:
        """First claim, and live has the spec's value: it is recorded, and nothing is sent."""
        assert _decided(base=UNKNOWN, observed=UNKNOWN) == Decision("record", first_claim=True)

    def test_clearing_what_is_empty(self) -> None:
        """Null meets an empty field: recorded."""
        found = _decided(desired=None, base=UNKNOWN, observed=UNKNOWN, live=None)
        assert found == Decision("record", first_claim=True)

    def test_live_is_empty(self) -> None:
        """First claim of a field that is empty on the item: it is written, and that is no conflict."""
        assert _decided(base=UNKNOWN, observed=UNKNOWN, live=None) == Decision("write", first_claim=True)

    def test_live_has_another_value(self) -> None:
        """First claim of a field with another value: a conflict, which the spec wins by default."""
        assert _decided(base=UNKNOWN, observed=UNKNOWN, live="b") == Decision("write", "spec", first_claim=True)

    def test_live_has_another_text_of_many_lines(self) -> None:
        """A description is nobody's to throw away: the item is left alone."""
        found = _decided(desired=rich("ours"), base=UNKNOWN, observed=UNKNOWN, live=rich("theirs"), owner="people")
        assert found == Decision("stop", "stop", first_claim=True)

    def test_a_status_that_went_ahead(self) -> None:
        """Work that has begun is not sent back by a spec that names a status for the first time."""
        found = _decided(desired=Ref("1"), base=UNKNOWN, observed=UNKNOWN, live=Ref("2"), owner="people", behind=True)
        assert found == Decision("record", "people", first_claim=True)


class TestLettingGo:
    """A field that the spec says nothing of any more."""

    @pytest.mark.parametrize("live", ["a", "b", None])
    def test_releasing_writes_nothing(self, live: str | None) -> None:
        """Live stays whatever it is; base and observed are dropped."""
        assert _decided(desired=UNKNOWN, live=live) == Decision("release")
        assert _decided(owner="nobody", desired="b", live=live) == Decision("release")

    def test_nothing_to_let_go(self) -> None:
        """A field that was never claimed is none of our business."""
        assert _decided(desired=UNKNOWN, base=UNKNOWN, observed=UNKNOWN) == Decision("nothing")
        assert _decided(owner="nobody", base=UNKNOWN, observed=UNKNOWN, live="x") == Decision("nothing")

    def test_null_is_a_value(self) -> None:
        """A literal null clears; leaving the key out does not."""
        assert _decided(desired=None) == Decision("write")


@pytest.mark.parametrize(
    "given", [{}, {"desired": "b"}, {"live": "b"}, {"base": UNKNOWN, "observed": UNKNOWN, "live": None}]
)
def test_a_seed_is_never_written_again(given: dict[str, Any]) -> None:
    """A seed is written at creation, then never: what becomes of the field is not looked at."""
    assert _decided(owner="seed", **given) == Decision("nothing")


class TestStatusesThatWentAhead:
    """Where desired lies in an earlier category than live."""

    def test_people_win_a_conflict(self) -> None:
        """Both changed it and the spec lies behind: progress stands, and the spec's word is taken as said."""
        assert _decided(desired="b", live="c", owner="people", behind=True) == Decision("record", "people")

    def test_a_backward_revert_is_never_planned(self) -> None:
        """A status that went ahead is never reverted backwards, not even where the spec owns it."""
        assert _decided(live="c", behind=True) == Decision("keep")

    def test_the_spec_alone_may_go_back(self) -> None:
        """No person is overruled where only the spec changed."""
        assert _decided(desired="b", behind=True) == Decision("write")


class TestTextsOfManyLines:
    """Descriptions."""

    def test_a_conflict_stops(self) -> None:
        """Both texts are kept as they are."""
        found = _decided(desired=rich("new"), base=rich("old"), observed=rich("old"), live=rich("theirs"))
        assert found == Decision("stop", "stop")

    def test_a_lossy_text_is_not_reverted(self) -> None:
        """A live text that Markdown can't express stops: a person's image would be thrown away."""
        found = _decided(desired=rich("old"), base=rich("old"), observed=rich("old"), live=rich("![](a.png)"))
        assert found == Decision("stop", "stop")

    def test_a_lossy_text_that_was_read_back_is_not_written_over(self) -> None:
        """The image came between the write and its verification, so that nobody seems to have changed anything."""
        live = rich("![](a.png)")
        assert _decided(desired=rich("new"), base=rich("old"), observed=live, live=live) == Decision("stop", "stop")

    def test_what_markdown_can_say_is_reverted(self) -> None:
        """Where the spec owns the description and nothing would be lost."""
        found = _decided(desired=rich("old"), base=rich("old"), observed=rich("old"), live=rich("theirs"))
        assert found == Decision("revert")


class TestParts:
    """Texts with parts that are known after apply."""

    def test_they_equal_nothing_yet(self) -> None:
        """The text is written once its parts are known."""
        assert _decided(desired=PENDING) == Decision("write")

    def test_a_person_changed_it_too(self) -> None:
        """That is a conflict."""
        assert _decided(desired=PENDING, live="b") == Decision("write", "spec")

    def test_claimed_for_the_first_time(self) -> None:
        """An empty field is written, another text is a conflict."""
        assert _decided(desired=PENDING, base=UNKNOWN, live=None) == Decision("write", first_claim=True)
        assert _decided(desired=PENDING, base=UNKNOWN, live="b") == Decision("write", "spec", first_claim=True)


def test_an_unknown_value_says_so() -> None:
    """In a debugger, a value that nobody recorded is not mistaken for an empty one."""
    assert repr(UNKNOWN) == "UNKNOWN"


class TestThePolicy:
    """`policy.conflicts`: whose value wins where both changed."""

    def test_people_win(self) -> None:
        """`people`: live stands and the spec's value counts as applied, so that it is shown once; a first claim too."""
        assert _decided(desired="b", live="c", conflicts="people") == Decision("record", "people")
        claim = _decided(desired="b", base=UNKNOWN, observed=UNKNOWN, live="c", conflicts="people")
        assert claim == Decision("record", "people", first_claim=True)

    def test_it_stops(self) -> None:
        """The item is left alone."""
        assert _decided(desired="b", live="c", conflicts="stop") == Decision("stop", "stop")

    @pytest.mark.parametrize("said", ["people", "stop", None])
    def test_a_status_goes_back_for_the_spec_alone(self, said: Any) -> None:
        """Whatever else is said, people's progress stands."""
        assert _decided(desired="b", live="c", behind=True, conflicts=said) == Decision("record", "people")
        assert _decided(desired="b", live="c", behind=True, conflicts="spec") == Decision("write", "spec")

    @pytest.mark.parametrize("said", ["people", "spec", "stop", None])
    def test_a_text_stops_whatever_is_said(self, said: Any) -> None:
        """A person's text is nobody's to throw away, and what Markdown can't say is never written over."""
        found = _decided(desired=rich("b"), base=rich("a"), observed=rich("a"), live=rich("c"), conflicts=said)
        assert found == Decision("stop", "stop")

    @pytest.mark.parametrize("said", ["people", "spec", "stop", None])
    def test_drift_is_no_conflict(self, said: Any) -> None:
        """The policy is for what both changed: drift goes by ownership, and a status is never reverted backwards."""
        assert _decided(live="c", conflicts=said) == Decision("revert")
        assert _decided(live="c", behind=True, conflicts=said) == Decision("keep")
