"""Items that leave in other ways than by closing, each guarded by a read just before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from memory_engine import Engine
from memory_site import authored, configuration, item, to

from reconciler.plan.results import ApplyResult
from reconciler.sdk import Item, Preview, ProviderError, Ref, Transition
from reconciler.spec.configuration import Configuration, DesiredItem, Policy

EMPTY = configuration(item("rest"))


def _leaving(on_remove: str, address: str = "a", **fields: object) -> DesiredItem:
    return replace(item(address, **fields), on_remove=on_remove)  # type: ignore[arg-type]


def _with(*items: DesiredItem) -> Configuration:
    return configuration(item("rest"), *items)


def _result(results: dict[str, ApplyResult], address: str = "a") -> tuple[str, tuple[str, ...]]:
    return results[address].result, results[address].problems


class TestDeleting:
    """`on_remove: delete`."""

    def test_it_is_gone_with_its_record(self, engine: Engine) -> None:
        """A deleted item is gone with its record; the journal has it first."""
        engine.apply(_with(_leaving("delete")))
        engine.log.clear()
        assert _result(engine.apply(EMPTY)) == ("done", ())
        assert [each[0] for each in engine.log if each[1] == "a"] == ["journal", "send", "forget"]
        assert list(engine.lease.items) == ["rest"]
        assert len(engine.tracker.items) == 1

    def test_children_that_stay_refuse_it(self, engine: Engine) -> None:
        """To delete is refused while children stay: the plan is an error, and a child that came after it skips it."""
        engine.apply(_with(_leaving("delete", type="epic")))
        document = engine.plan(EMPTY)
        (id,) = [each.id for each in engine.lease.items.values() if each.address == "a"]
        child = replace(engine.tracker.items[engine.lease.items["rest"].id], id="77", key="INVEST-77", marker=None)
        engine.tracker.items["77"] = replace(child, fields={"parent": Ref(id), "summary": "Theirs"})
        assert [each.code for each in engine.plan(EMPTY).diagnostics] == ["has_children"]
        assert _result(engine.carry_out(document)) == ("skipped", ("it has children that stay: INVEST-77",))
        assert id in engine.tracker.items

    def test_a_child_that_no_search_knows_yet(self, engine: Engine) -> None:
        """What the state has below an item is read, not searched for: in the plan, and once more before the request."""
        engine.apply(_with(_leaving("delete", type="epic"), item("child", parent=to("a")[0])))
        engine.tracker.unsearched = {engine.lease.items["child"].id}
        refused = engine.plan(_with(item("child")))
        assert [(each.code, each.detail) for each in refused.diagnostics] == [("has_children", "INVEST-3")]
        gone = engine.plan(_with(item("child"), _leaving("delete")))
        forged = gone.model_copy(update={"actions": tuple(e for e in refused.actions if e.action == "delete")})
        assert _result(engine.carry_out(forged)) == ("skipped", ("it has children that stay: INVEST-3",))

    def test_children_that_cannot_be_read(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody knows whether some would stay: nothing is sent."""
        engine.apply(_with(_leaving("delete")))
        document = engine.plan(EMPTY)

        def broken(ids: object) -> Iterator[Item]:
            raise ProviderError("the site is down")

        monkeypatch.setattr(engine.tracker, "children", broken)
        said = "nothing was sent for it: the site is down"
        assert _result(engine.carry_out(document)) == ("failed", (said,))
        assert len(engine.tracker.items) == 2

    def test_a_child_that_went_to_another_parent(self, engine: Engine) -> None:
        """A person took it away: nothing stands in the way of deleting, whatever the state has."""
        engine.apply(_with(_leaving("delete", type="epic"), item("child", parent=to("a")[0])))
        engine.edit("child", parent=Ref("4711"))
        assert _result(engine.apply(_with(item("child")))) == ("done", ())

    def test_leaves_go_first(self, engine: Engine) -> None:
        """A parent waits for its children, and stays where one of them stays."""
        deal, task = _leaving("delete", "deal", type="epic"), _leaving("delete", "task", parent=to("deal")[0])
        engine.apply(_with(deal, task))
        engine.refuse("task")
        results = engine.apply(EMPTY)
        assert (_result(results, "task"), _result(results, "deal")) == (
            ("failed", ("title: no",)),
            ("skipped", ("waits for task",)),
        )
        engine.tracker.answers.clear()
        engine.log.clear()
        engine.apply(EMPTY)
        assert [each[1] for each in engine.log if each[0] == "send"] == ["task", "deal"]

    def test_a_lost_answer_is_unsettled(self, engine: Engine) -> None:
        """The record stays until it is known."""
        engine.apply(_with(_leaving("delete")))
        engine.tracker.lost = {"a"}
        result, _ = _result(engine.apply(EMPTY))
        assert result == "unsettled"
        assert "a" in engine.lease.items

    def test_one_that_moved_to_another_parent_is_left_alone(self, engine: Engine) -> None:
        """Somebody is at work with it."""
        deals = (item("one", type="epic"), item("two", type="epic"))
        engine.apply(_with(*deals, _leaving("delete", parent=to("one")[0])))
        document = engine.plan(_with(*deals))
        engine.edit("a", parent=Ref(engine.lease.items["two"].id))
        (problem,) = engine.carry_out(document)["a"].problems
        assert problem.startswith("parent was changed since the plan by Lea Gray")

    def test_destroying_closes_it(self, engine: Engine) -> None:
        """To destroy deletes nothing."""
        engine.apply(_with(_leaving("delete")))
        assert {each.action for each in engine.plan(EMPTY, "destroy").actions} == {"close"}


class TestForgetting:
    """`on_remove: forget`."""

    def test_the_marker_goes_first(self, engine: Engine) -> None:
        """To forget an item its marker goes first, then the record; nothing else of the item changes."""
        engine.apply(_with(_leaving("forget", due="2026-04-01")))
        id = engine.lease.items["a"].id
        before = engine.tracker.items[id]
        engine.log.clear()
        engine.apply(EMPTY)
        assert [each[0] for each in engine.log if each[1] == "a"] == ["journal", "send", "forget"]
        assert (engine.tracker.items[id].marker, engine.tracker.items[id].fields) == (None, before.fields)

    def test_another_workspaces_marker_stays(self, engine: Engine) -> None:
        """What is not ours is not dropped; the state lets go all the same."""
        engine.apply(_with(_leaving("forget")))
        id = engine.lease.items["a"].id
        marker = engine.tracker.items[id].marker
        assert marker is not None
        theirs = replace(marker, workspace="another")
        engine.tracker.items[id] = replace(engine.tracker.items[id], marker=theirs)
        assert _result(engine.apply(EMPTY)) == ("done", ())
        assert engine.tracker.items[id].marker == theirs
        assert "a" not in engine.lease.items

    def test_one_that_cannot_be_read_is_left_alone(self, engine: Engine) -> None:
        """It may be there, with its marker."""
        engine.apply(_with(_leaving("forget")))
        document = engine.plan(EMPTY)
        engine.tracker.hidden = {engine.lease.items["a"].id}
        assert _result(engine.carry_out(document)) == ("skipped", ("the item can't be read any more",))


class TestClosing:
    """`close_comment`, as last applied."""

    def test_the_comment_is_kept_in_the_state_and_goes_along(self, engine: Engine) -> None:
        """A changed comment is recorded without a write; an item that is done already gets none."""
        engine.apply(_with(replace(item("a"), close_comment=authored("Off."))))
        changed = _with(replace(item("a"), close_comment=authored("Over.")))
        assert (engine.plan(changed).actions, len(engine.plan(changed).recordings)) == ((), 1)
        engine.apply(changed)
        id = engine.lease.items["a"].id
        engine.apply(EMPTY)
        assert engine.tracker.comments == {id: ["Over."]}

    def test_one_that_is_done_is_closed_without_a_word(self, engine: Engine) -> None:
        """There is no transition for the comment to be in."""
        engine.apply(_with(replace(item("a"), close_comment=authored("Off."))))
        engine.edit("a", status=Ref("s3", "Done"))
        engine.apply(EMPTY)
        assert engine.tracker.comments == {}


class TestMissing:
    """Items that the site shows no more, and that are there again when the plan is carried out."""

    @pytest.mark.parametrize(("policy", "action"), [("recreate", "create"), ("forget", "forget")])
    def test_one_that_is_there_again_is_left_alone(self, engine: Engine, policy: str, action: str) -> None:
        """Neither made twice nor forgotten."""
        specs = replace(_with(item("a")), policy=Policy(on_missing=policy))  # type: ignore[arg-type]
        engine.apply(specs)
        record = engine.lease.items["a"]
        engine.tracker.hidden = {record.id}
        document = engine.plan(specs)
        assert [(each.action, each.missing) for each in document.actions] == [(action, True)]
        engine.tracker.hidden = set()
        assert _result(engine.carry_out(document)) == ("skipped", ("its item is there again",))
        assert engine.lease.items["a"].id == record.id
        assert len(engine.tracker.items) == 2


def test_the_approved_path_is_shown_and_taken(engine: Engine) -> None:
    """`workflow.through`: the statuses on the way are in the plan, and no others are passed."""
    specs = configuration(replace(item("a", status="todo"), through=("in_progress",)))
    engine.apply(specs)
    path = (Ref("s2", "In Progress"), Ref("s3", "Done"))
    engine.tracker.obstacles = {"a": Preview("a", {"transition": 2}, Transition(path))}
    done = configuration(replace(item("a", status="done"), through=("in_progress",)))
    document = engine.plan(done)
    (change,) = document.actions[0].changes
    assert change.path == ("In Progress", "Done")
    assert document.requests == {"tracker": {"marker": 1, "transition": 2}}
    engine.carry_out(document)
    assert engine.tracker.walked == [("In Progress", "Done")]
    assert engine.lease.items["a"].through == ("in_progress",)
