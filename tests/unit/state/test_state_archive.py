"""All that a state holds, out and in again; and the note that a gone holder left."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import LeaseHeld, StateError
from reconciler.sdk import Link, Rich
from reconciler.state.archive import archive_data, archive_from
from reconciler.state.locking import Holder, hold, wipe_note
from reconciler.state.records import Archive, ItemRecord, OperationRecord, RunRecord, WorkspaceRecord
from reconciler.state.sqlite import SqliteStore

HOLDER = Holder(4711, "there", "2026-11-23T12:00:00+00:00", "reconciler apply")


@pytest.fixture
def full(item: ItemRecord, operation: OperationRecord, run: RunRecord) -> Archive:
    """An item with structured values, an open operation, a run."""
    rich = replace(item, base={"description": Rich("**a**", "ab"), "links": (Link("10000", "10002"),)})
    workspace = WorkspaceRecord(
        "6f0c2f3e-0000-4000-8000-000000000001", "deals", "acme", "lineage-1", "run-1", {"company": "ab"}
    )
    return Archive(workspace, (rich,), (replace(operation, after=rich, comment="done"),), (run,))


def test_an_archive_comes_back_as_it_was(full: Archive) -> None:
    """As JSON and through a file: equal in every part, and JSON columns are JSON in it."""
    data = archive_data(full)
    assert data["items"][0]["base"]["links"][0]["target"] == "10002"
    assert archive_from(json.loads(json.dumps(data))) == full


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: data.pop("items"), "items is no list"),
        (lambda data: data["items"][0].pop("title"), "items[0] has no 'title'"),
        (lambda data: data["items"][0].update(base=[]), "items[0]: not a mapping"),
        (lambda data: data["operations"].append(7), "operations[1]: "),
        (lambda data: data["runs"][0].update(started_at="soon"), "runs[0]: "),
        (lambda data: data.update(format_version="0.9"), "its format_version is '0.9'"),
    ],
)
def test_what_nobody_wrote_is_refused_with_its_place(
    full: Archive, spoil: Callable[[dict[str, Any]], object], says: str
) -> None:
    """A part that is missing, a column that is missing, a value of another kind."""
    data = archive_data(full)
    spoil(data)
    with pytest.raises(ValueError, match=re.escape(says)):
        archive_from(data)


def test_a_store_holds_what_it_was_given(store: SqliteStore, full: Archive, item: ItemRecord) -> None:
    """Whatever it held before is gone; all of the archive is there, in its order."""
    assert store.read_all() is None
    with store.lease() as lease:
        lease.record(replace(item, address="old"))
        lease.replace(full)
    assert store.read_all() == full
    state = store.read()
    assert state is not None
    assert (state.workspace, list(state.items)) == (full.workspace, [item.address])
    assert [each.id for each in state.open_operations] == ["op-1"]


def test_a_damaged_run_is_corrupt(store: SqliteStore, full: Archive) -> None:
    """`read` does not look at runs; whoever asks for everything is told."""
    with store.lease() as lease:
        lease.replace(full)
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("UPDATE run SET counts = '7'")
        database.commit()
    assert store.read() is not None
    with pytest.raises(StateError, match="is corrupt"):
        store.read_all()


class TestRenaming:
    """A state whose workspace got another name."""

    def test_the_previous_name_is_taken_until_the_next_lease(
        self, make_store: Callable[..., SqliteStore], tmp_path: Path
    ) -> None:
        """Reading changes nothing; a lease writes the new name."""
        with make_store().lease():
            pass
        renamed = make_store(name="bargains", previous_name="deals")
        before = renamed.read()
        assert before is not None
        assert before.workspace.name == "deals"
        with renamed.lease():
            pass
        after = make_store(name="bargains").read()
        assert after is not None
        assert after.workspace.name == "bargains"

    def test_any_other_name_is_refused(self, make_store: Callable[..., SqliteStore]) -> None:
        """With both remedies: it was renamed, or it was copied."""
        with make_store().lease():
            pass
        with pytest.raises(StateError, match="belongs to another workspace") as caught:
            make_store(name="bargains", previous_name="offers").read()
        assert "previous_name: deals" in caught.value.hint
        assert "init --new-id" in caught.value.hint


class TestNotes:
    """What the last holder of a lock wrote down."""

    def test_a_gone_holders_note_is_wiped_out(self, tmp_path: Path) -> None:
        """A killed holder's note is given back once; no file, and one of a holder that ended in order, have none."""
        path = tmp_path / "state.lock"
        assert wipe_note(path) is None
        with hold(path, HOLDER):
            left_behind = path.read_bytes()
        assert wipe_note(path) is None
        path.write_bytes(left_behind)
        assert wipe_note(path) == HOLDER
        assert wipe_note(path) is None

    def test_a_holder_that_fails_wipes_its_note(self, tmp_path: Path) -> None:
        """An error is an end in order too: nothing is left that would look like a kill."""
        path = tmp_path / "state.lock"
        with pytest.raises(ValueError, match="the work failed"), hold(path, HOLDER):
            raise ValueError("the work failed")
        assert path.read_bytes() == b""

    def test_a_holder_keeps_its_lock(self, tmp_path: Path) -> None:
        """It is named, and its note stays."""
        path = tmp_path / "state.lock"
        with hold(path, HOLDER):
            for _ in range(2):
                with pytest.raises(LeaseHeld) as caught:
                    wipe_note(path)
                assert "process 4711 on there" in caught.value.detail

    def test_what_can_not_be_opened(self, tmp_path: Path) -> None:
        """A directory in the lock's place is an error in words."""
        with pytest.raises(StateError, match="can't lock"):
            wipe_note(tmp_path)
