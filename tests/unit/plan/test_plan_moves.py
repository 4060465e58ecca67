"""Addresses that change: moves, and renames that nobody named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from memory_engine import Engine
from memory_site import configuration, item, to

from reconciler.diagnostics import Place
from reconciler.errors import Refused
from reconciler.plan.moves import is_removed
from reconciler.sdk import Ref
from reconciler.spec.configuration import Configuration, Move

PLACE = Place("main.yaml", 9, 3)


def _moved(specs: Configuration, *moves: tuple[str, str]) -> Configuration:
    return replace(specs, moved=tuple(Move(source, target, PLACE) for source, target in moves))


def _group(**titles: str) -> Configuration:
    return configuration(*(item(f'checks["{key}"]', title=title) for key, title in titles.items()))


class TestMoved:
    """`moved` of the specs."""

    def test_the_item_goes_along_with_its_work(self, engine: Engine) -> None:
        """The record stands at its new address, the marker says so, and what people did stays."""
        engine.apply(configuration(item("a", title="One", status="todo")))
        engine.edit("a", status=Ref("s2", "In Progress"))
        specs = _moved(configuration(item("b", title="One", status="todo")), ("a", "b"))
        (action,) = engine.plan(specs).actions
        assert (action.action, action.previous_address, action.address) == ("move", "a", "b")
        results = engine.apply(specs)
        assert {each.result for each in results.values()} == {"done"}
        assert list(engine.lease.items) == ["b"]
        (live,) = engine.tracker.items.values()
        assert live.marker is not None
        assert (live.marker.address, live.fields["status"]) == ("b", Ref("s2"))

    def test_it_is_inert_once_done(self, engine: Engine) -> None:
        """A `moved` is inert once done: one whose source the state does not know says nothing any more."""
        engine.apply(configuration(item("a", title="One")))
        specs = _moved(configuration(item("b", title="One")), ("a", "b"))
        engine.apply(specs)
        assert engine.plan(specs).actions == ()
        assert engine.plan(specs).diagnostics == ()

    def test_changes_go_with_it(self, engine: Engine) -> None:
        """One action does both."""
        engine.apply(configuration(item("a", title="One")))
        engine.apply(_moved(configuration(item("b", title="Two")), ("a", "b")))
        assert engine.live("b")["summary"] == "Two"

    def test_references_find_it_at_its_new_address(self, engine: Engine) -> None:
        """A child whose parent moves is not changed."""
        engine.apply(configuration(item("deal", type="epic", title="Deal"), item("task", parent=to("deal")[0])))
        offer = configuration(item("offer", type="epic", title="Deal"), item("task", parent=to("offer")[0]))
        found = engine.plan(_moved(offer, ("deal", "offer")))
        assert [(each.action, each.address) for each in found.actions] == [("move", "offer")]

    def test_the_target_is_taken(self, engine: Engine) -> None:
        """Both have an item: nobody can say which one is meant."""
        engine.apply(configuration(item("a"), item("b")))
        document = engine.plan(_moved(configuration(item("b")), ("a", "b")))
        assert "move_occupied" in [each.code for each in document.diagnostics]

    def test_an_unsettled_item_takes_that_along(self, engine: Engine) -> None:
        """Nothing is made at the new address while a creation at the old one may still arrive."""
        engine.tracker.lost = {"One"}
        engine.apply(configuration(item("a", title="One")))
        document = engine.plan(_moved(configuration(item("b", title="One")), ("a", "b")))
        assert (document.actions, [each.code for each in document.diagnostics]) == ((), ["unsettled"])


class TestRenames:
    """An address that left and one that came, alike."""

    @pytest.mark.parametrize("title", ["Legal check", "legal check", "Legal checks"])
    def test_the_same_or_a_similar_title_stops(self, engine: Engine, title: str) -> None:
        """The block to paste has the words that the specs take."""
        engine.apply(_group(legal="Legal check", tax="Tax"))
        with pytest.raises(Refused) as caught:
            engine.plan(_group(law=title, tax="Tax"))
        (found,) = caught.value.diagnostics
        assert "  - {from: checks.legal, to: checks.law}" in found.hint  # type: ignore[attr-defined]

    def test_another_title_is_another_item(self, engine: Engine) -> None:
        """One goes, one comes."""
        engine.apply(_group(legal="Legal check"))
        found = engine.plan(_group(law="Commercial review"))
        assert sorted(each.action for each in found.actions) == ["close", "create"]

    def test_each_item_is_renamed_once(self, engine: Engine) -> None:
        """Of several that are alike, the likest are pairs."""
        engine.apply(_group(a="Review of the year 2026", b="Review of the year 2027"))
        with pytest.raises(Refused) as caught:
            engine.plan(_group(c="Review of the year 2027", d="Review of the year 2026"))
        hint = caught.value.diagnostics[-1].hint  # type: ignore[attr-defined]
        assert "{from: checks.b, to: checks.c}" in hint
        assert "{from: checks.a, to: checks.d}" in hint

    def test_another_group_or_type_is_no_rename(self, engine: Engine) -> None:
        """Only the instances of one group are looked at."""
        engine.apply(configuration(item("a", title="Same"), item('g["x"]', title="Like")))
        found = engine.plan(configuration(item("b", title="Same"), item('g["y"]', title="Like", type="subtask")))
        assert sorted(each.action for each in found.actions) == ["close", "close", "create", "create"]

    def test_removed_says_that_it_is_none(self, engine: Engine) -> None:
        """By the address, or by the group's bare name for every instance."""
        engine.apply(_group(legal="Legal check"))
        for name in ('checks["legal"]', "checks"):
            specs = replace(_group(law="Legal check"), removed=((name, PLACE),))
            assert sorted(each.action for each in engine.plan(specs).actions) == ["close", "create"]
        assert not is_removed("checks2", (("checks", PLACE),))
