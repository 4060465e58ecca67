"""Saved plans: what is written, what is read back, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from memory_engine import Engine
from memory_site import configuration, item

from reconciler.errors import Refused, UsageError
from reconciler.plan.document import Claim, PlanDocument, Recording
from reconciler.workflow.saved import find_workspace, read_plan, refuse_forged, refuse_stale, write_plan

SPECS = configuration(item("a", due="2026-04-01"), item("b"))


@pytest.fixture
def document(engine: Engine) -> PlanDocument:
    """A plan that updates one item and closes another."""
    engine.apply(configuration(item("a"), item("b"), item("old")))
    return engine.plan(SPECS)


def test_a_plan_comes_back_as_it_was_written(document: PlanDocument, tmp_path: Path) -> None:
    """The same document, in a file that its owner alone can read."""
    path = tmp_path / "plan.json"
    write_plan(document, path)
    assert read_plan(path) == document
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_plan_that_cannot_be_written(document: PlanDocument, tmp_path: Path) -> None:
    """The reason is the system's."""
    with pytest.raises(UsageError) as caught:
        write_plan(document, tmp_path / "no" / "plan.json")
    assert caught.value.detail == "No such file or directory"


class TestReading:
    """Files that are no plan of ours."""

    def _broken(self, document: PlanDocument, path: Path, **changes: object) -> str:
        data = {**json.loads(document.model_dump_json()), **changes}
        path.write_text(json.dumps(data))
        with pytest.raises(UsageError) as caught:
            read_plan(path)
        return f"{caught.value.summary}: {caught.value.detail}"

    def test_one_that_was_changed(self, document: PlanDocument, tmp_path: Path) -> None:
        """The digest does not fit any more."""
        assert "was changed after it was made" in self._broken(document, tmp_path / "p", targets=["a"])

    def test_one_of_another_version(self, document: PlanDocument, tmp_path: Path) -> None:
        """Both versions are named."""
        assert "'2.0'" in self._broken(document, tmp_path / "p", format_version="2.0")

    def test_one_with_a_key_that_nobody_knows(self, document: PlanDocument, tmp_path: Path) -> None:
        """The key is named."""
        assert "extra" in self._broken(document, tmp_path / "p", extra=1)

    @pytest.mark.parametrize("text", ["", "not json", "[]", "{}", "\x00"])
    def test_other_files(self, text: str, tmp_path: Path) -> None:
        """Each is an error of usage, never a traceback."""
        path = tmp_path / "p"
        path.write_text(text)
        with pytest.raises(UsageError):
            read_plan(path)

    def test_no_file_and_no_text(self, tmp_path: Path) -> None:
        """A directory, bytes that are no text, nothing at all."""
        (tmp_path / "bytes").write_bytes(b"\xff\xfe")
        for path in (tmp_path / "none", tmp_path, tmp_path / "bytes"):
            with pytest.raises(UsageError):
                read_plan(path)


class TestWhereItsStateIs:
    """`-C`, else the directory that the plan records, if it lies at or below the current one."""

    def test_the_operators_word_wins(self, document: PlanDocument, tmp_path: Path) -> None:
        """The state is where the operator says, wherever the plan was made."""
        assert find_workspace(document, tmp_path / "other") == tmp_path / "other"

    def test_below_here(self, document: PlanDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the plan was made."""
        monkeypatch.chdir(tmp_path.parent)
        assert find_workspace(document, None) == tmp_path

    def test_elsewhere(self, document: PlanDocument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A plan can't choose a state by itself."""
        (tmp_path / "deep").mkdir()
        monkeypatch.chdir(tmp_path / "deep")
        with pytest.raises(UsageError):
            find_workspace(document, None)


class TestStalePlans:
    """A plan is the next thing to happen to its state, or it is nothing."""

    def test_a_fresh_one(self, engine: Engine, document: PlanDocument) -> None:
        """Nothing wrote since."""
        refuse_stale(document, engine.lease.state())

    def test_one_that_was_applied(self, engine: Engine, document: PlanDocument) -> None:
        """It, or another run, wrote in between."""
        engine.carry_out(document)
        with pytest.raises(Refused, match="stale"):
            refuse_stale(document, engine.lease.state())

    def test_one_of_another_lineage(self, engine: Engine, document: PlanDocument) -> None:
        """A plan of another lineage is refused: that is another state of the same workspace."""
        state = engine.lease.state()
        with pytest.raises(Refused, match="another state"):
            refuse_stale(document, replace(state, workspace=replace(state.workspace, lineage="lineage-2")))

    def test_one_whose_state_is_gone(self, engine: Engine, document: PlanDocument) -> None:
        """It is looked for where the operator says."""
        with pytest.raises(Refused, match="is not here"):
            refuse_stale(document, None)

    def test_one_that_was_made_before_there_was_a_state(self, engine: Engine, document: PlanDocument) -> None:
        """It is fresh while there is none, or a new one that no run wrote to."""
        first = document.model_copy(
            update={"state": document.state.model_copy(update={"lineage": None, "last_run": None})}
        )
        refuse_stale(first, None)
        with pytest.raises(Refused, match="stale"):
            refuse_stale(first, engine.lease.state())

    def test_one_that_only_shows_drift(self, engine: Engine) -> None:
        """It can't be applied."""
        with pytest.raises(Refused, match="refresh-only"):
            refuse_stale(engine.plan(SPECS, "refresh_only"), engine.lease.state())


class TestForgedPlans:
    """A saved plan is untrusted: its ids are checked against the state."""

    def _refused(self, engine: Engine, document: PlanDocument, where: str, **changes: object) -> str:
        actions = tuple(each.model_copy(update=changes) if each.address == where else each for each in document.actions)
        with pytest.raises(Refused) as caught:
            refuse_forged(document.model_copy(update={"actions": actions}), engine.lease.items)
        return caught.value.summary

    def test_an_honest_one(self, engine: Engine, document: PlanDocument) -> None:
        """It passes."""
        refuse_forged(document, engine.lease.items)

    def test_another_item(self, engine: Engine, document: PlanDocument) -> None:
        """A plan's ids are checked: an address stands for the state's item and no other."""
        assert self._refused(engine, document, "a", id="4711") == "a: the plan's item 4711 is not the state's"
        assert "is not the state's" in self._refused(engine, document, "a", provider="other")
        assert "is not the state's" in self._refused(engine, document, "a", address="unknown")

    def test_creating_what_is_there(self, engine: Engine, document: PlanDocument) -> None:
        """It would be made twice."""
        assert "has it already" in self._refused(engine, document, "a", action="create")

    def test_closing_what_is_protected(self, engine: Engine, document: PlanDocument) -> None:
        """Whatever the plan says."""
        engine.lease.items["old"] = replace(engine.lease.items["old"], protect=True)
        assert self._refused(engine, document, "a") == "old: it is protected"

    def test_removing_in_another_way_than_was_applied(self, engine: Engine, document: PlanDocument) -> None:
        """What `on_remove` said when it was last applied counts."""
        said = self._refused(engine, document, "old", action="delete")
        assert said == "old: the plan would delete it, and what was applied is to close it"

    def test_two_actions_for_one_address(self, engine: Engine, document: PlanDocument) -> None:
        """An address has one item, and one thing happens to it."""
        forged = document.model_copy(update={"actions": document.actions * 2})
        with pytest.raises(Refused, match="two actions for one address"):
            refuse_forged(forged, engine.lease.items)

    def test_adopting_what_is_another_address(self, engine: Engine, document: PlanDocument) -> None:
        """An item has one address."""
        item_of_a = engine.lease.items["a"]
        said = self._refused(engine, document, "a", action="adopt", address="elsewhere", id=item_of_a.id, key="X-1")
        assert said == "elsewhere: the plan adopts X-1, which is at a"

    def test_moving_from_where_nothing_is_or_to_where_something_is(
        self, engine: Engine, document: PlanDocument
    ) -> None:
        """A move has a source in the state, and a free target."""
        moving = {"action": "move", "previous_address": "nowhere"}
        assert "is not the state's" in self._refused(engine, document, "a", address="elsewhere", **moving)
        assert "the state has one there" in self._refused(engine, document, "a", **moving)

    @pytest.mark.parametrize(
        ("forged", "why"),
        [
            (Recording(address="elsewhere", released=("due",)), "elsewhere: the plan records something of it"),
            (Recording(address="a", claimed=(Claim(field="x"), Claim(field="x"))), "a: the plan records one field"),
            (Recording(address="a", claimed=(Claim(field="x", base={"strange": 1}),)), "a: not a value"),
        ],
    )
    def test_recording_what_is_not_there(
        self, engine: Engine, document: PlanDocument, forged: Recording, why: str
    ) -> None:
        """The state learns nothing of addresses that are nobody's, nothing twice, and nothing that is no value."""
        with pytest.raises(Refused) as caught:
            refuse_forged(document.model_copy(update={"recordings": (forged,)}), engine.lease.items)
        assert caught.value.summary.startswith(why)
