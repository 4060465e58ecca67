"""A state that can't be used says why, and what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import StateError
from reconciler.state import locking
from reconciler.state.records import ItemRecord
from reconciler.state.sqlite import SqliteStore
from reconciler.state.sqlite_problems import explained

as_root = pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")


@pytest.fixture
def made(store: SqliteStore, item: ItemRecord) -> SqliteStore:
    """A store whose state holds one item."""
    with store.lease() as lease:
        lease.record(item)
    return store


def change(store: SqliteStore, statement: str) -> None:
    """Change the file behind the store's back."""
    with closing(sqlite3.connect(store.path)) as database:
        database.execute(statement)
        database.commit()


def both_refuse(store: SqliteStore) -> StateError:
    """The error of reading, after making sure that a lease is refused alike."""
    with pytest.raises(StateError) as writing, store.lease():
        pass
    with pytest.raises(StateError) as reading:
        store.read()
    assert str(writing.value) == str(reading.value)
    return reading.value


@pytest.mark.parametrize(
    "content",
    [b"", b"not a database" * 100, b"{}"],
    ids=["empty", "text", "short"],
)
def test_another_kind_of_file_is_corrupt(made: SqliteStore, content: bytes) -> None:
    """An empty file and a file of another kind are refused; neither is taken for a new state."""
    made.path.write_bytes(content)
    problem = both_refuse(made)
    assert problem.summary == f"the state {made.path} is corrupt"
    assert "backup" in problem.hint
    assert problem.detail


def test_a_truncated_file_is_corrupt(made: SqliteStore) -> None:
    """A file that lost its end is refused."""
    with made.path.open("r+b") as file:
        file.truncate(made.path.stat().st_size // 2)
    assert "is corrupt" in both_refuse(made).summary


def test_overwritten_pages_are_corrupt(made: SqliteStore) -> None:
    """Damage inside the file is found by the integrity check before anything is believed."""
    size = made.path.stat().st_size
    with made.path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    assert "is corrupt" in both_refuse(made).summary


def test_a_database_of_another_program_is_refused(made: SqliteStore) -> None:
    """Any other SQLite file under the name is not a state."""
    made.path.unlink()
    change(made, "CREATE TABLE notes (text)")
    assert both_refuse(made).detail == "the file is empty, or a database of another program"


def test_a_newer_version_is_refused_naming_both(made: SqliteStore) -> None:
    """A state of a newer reconciler is refused with both versions, and left as it is."""
    change(made, "PRAGMA user_version = 9")
    before = made.path.read_bytes()
    problem = both_refuse(made)
    assert "newer reconciler" in problem.summary
    assert problem.detail == "It has version 9; this one reads up to version 3."
    assert made.path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item SET base = 'no JSON'",
        "UPDATE item SET observed = '[]'",
        "UPDATE item SET shared = '{\"labels\": 1}'",
        'UPDATE item SET base = \'{"a": {"what": 1}}\'',
        "ALTER TABLE item RENAME COLUMN title TO heading",
        "DROP TABLE operation",
    ],
)
def test_rows_that_nobody_wrote_are_corrupt(made: SqliteStore, statement: str) -> None:
    """A row that can't be read back is an error that shows it, never a guess."""
    change(made, statement)
    with pytest.raises(StateError, match="is corrupt") as caught:
        made.read()
    assert caught.value.detail


@pytest.mark.parametrize("statement", ["DELETE FROM workspace", "UPDATE workspace SET variables = ''"])
def test_a_state_without_its_workspace_is_corrupt(made: SqliteStore, statement: str) -> None:
    """A state that doesn't say whose it is belongs to nobody."""
    change(made, statement)
    assert both_refuse(made).detail.startswith("the table workspace: ")


def test_another_name_under_the_same_id_is_refused(made: SqliteStore, make_store: Callable[..., SqliteStore]) -> None:
    """Specs that were copied keep their id: the state of the original says so, naming both."""
    problem = both_refuse(make_store(name="funds"))
    assert problem.summary == f"the state {made.path} belongs to another workspace"
    identity = "6f0c2f3e-0000-4000-8000-000000000001, instance acme"
    assert problem.detail == f"It is deals ({identity}); the specs are funds ({identity})."


def test_a_file_copied_to_another_instances_name_is_refused(
    made: SqliteStore, make_store: Callable[..., SqliteStore]
) -> None:
    """One company's state under another's file name is not believed."""
    other = make_store(instance="")
    made.path.rename(other.path)
    assert "the specs are deals (6f0c2f3e-0000-4000-8000-000000000001)." in both_refuse(other).detail


def test_a_half_made_state_is_made_again(store: SqliteStore, tmp_path: Path) -> None:
    """What a process left that was killed while making the state does not disturb the next."""
    (tmp_path / ".reconciler").mkdir()
    store.path.with_suffix(".new").write_bytes(b"SQLite for")
    with store.lease() as lease:
        assert lease.fence == 1
    assert not store.path.with_suffix(".new").exists()


def test_a_killed_commit_is_undone_by_the_next_read(made: SqliteStore, tmp_path: Path) -> None:
    """A read meets the journal of a commit that was killed half-way: it sees the state from before it."""
    with closing(sqlite3.connect(made.path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("PRAGMA cache_spill = 1")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE item SET title = 'half'")
        for number in range(200):
            writer.execute(
                "INSERT INTO run VALUES (?, '', NULL, '', NULL, 'apply', ?, '{}', '{}')", (str(number), "x" * 3000)
            )
        journal = made.path.with_name(made.path.name + "-journal")
        half, undo = made.path.read_bytes(), journal.read_bytes()
        writer.execute("ROLLBACK")
    made.path.write_bytes(half)
    journal.write_bytes(undo)
    state = made.read()
    assert state is not None
    assert [each.title for each in state.items.values()] == ["Legal Due Diligence"]


@as_root
def test_a_state_is_read_where_nothing_can_be_written(made: SqliteStore) -> None:
    """Reading works on a read-only directory, and a lease there is refused in words."""
    made.path.chmod(0o400)
    made.path.parent.chmod(0o500)
    try:
        state = made.read()
        with pytest.raises(StateError, match="it can't be written") as caught, made.lease():
            pass
    finally:
        made.path.parent.chmod(0o700)
    assert state is not None
    assert "Make the file and its directory writable" in caught.value.hint


def test_a_read_leaves_no_trace(made: SqliteStore) -> None:
    """A read leaves the directory exactly as it was."""
    before = sorted((each.name, each.stat().st_mtime_ns) for each in made.path.parent.iterdir())
    made.read()
    assert sorted((each.name, each.stat().st_mtime_ns) for each in made.path.parent.iterdir()) == before


def test_a_directory_that_is_a_file_is_said(make_store: Callable[..., SqliteStore], tmp_path: Path) -> None:
    """Where `.reconciler` can't be made, the error names it."""
    (tmp_path / ".reconciler").write_text("")
    with pytest.raises(StateError, match=r"can't make .*\.reconciler") as caught, make_store().lease():
        pass
    assert "writable" in caught.value.hint


def test_a_lock_that_is_a_directory_is_said(store: SqliteStore) -> None:
    """Where the lock file can't be opened, the error names it."""
    store.path.with_suffix(".lock").mkdir(parents=True)
    with pytest.raises(StateError, match="can't lock") as caught, store.lease():
        pass
    assert caught.value.detail == "Is a directory"


def test_a_file_system_without_locks_is_said(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without locks there is no lease, and no write."""

    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locking.fcntl, "flock", refuse)
    with pytest.raises(StateError, match="can't lock") as caught, store.lease():
        pass
    assert caught.value.detail == "No locks available"
    assert caught.value.hint == "keep the specs on a file system that has locks"


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (errno.EROFS, "make the directory of the specs writable for this account: the state is kept there"),
        (errno.EACCES, "make the directory of the specs writable for this account: the state is kept there"),
        (errno.ENOSPC, "free some space and run the command again; what was committed is safe"),
    ],
)
def test_a_lock_that_can_not_be_written_says_what_to_do(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, code: int, hint: str
) -> None:
    """A read-only directory and a full disk want different things of the operator; the lock is free afterwards."""

    def refuse(descriptor: int, text: str) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(locking, "_write", refuse)
        with pytest.raises(StateError, match="can't lock") as caught, store.lease():
            pass
    assert (caught.value.detail, caught.value.hint) == (os.strerror(code), hint)
    with store.lease() as lease:
        assert lease.fence == 1


def test_a_directory_under_the_states_name_is_refused(store: SqliteStore) -> None:
    """A directory under the state's name is no state."""
    store.path.mkdir(parents=True)
    assert both_refuse(store).detail == "it is not a file"


def test_an_unfinished_state_that_can_not_be_replaced_is_said(store: SqliteStore) -> None:
    """Where the new state can't be made, the error says why."""
    store.path.with_suffix(".new").mkdir(parents=True)
    with pytest.raises(StateError, match="can't make the state") as caught, store.lease():
        pass
    assert caught.value.detail == "Is a directory"


def test_a_full_disk_is_said_and_leaves_the_state_whole(made: SqliteStore, item: ItemRecord) -> None:
    """A write that no longer fits is refused in words; what was there before is still there."""
    with made.lease() as lease:
        pages = lease._connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        lease._connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
        with pytest.raises(StateError, match="the disk is full") as caught:
            lease.record(replace(item, address="big", title="x" * 100_000))
    assert "what was committed is safe" in caught.value.hint
    state = made.read()
    assert state is not None
    assert list(state.items) == [item.address]


def test_what_sqlite_says_without_a_code_is_corruption(tmp_path: Path) -> None:
    """Text that isn't UTF-8 has no error code of its own; it is corruption all the same."""
    with pytest.raises(StateError, match="is corrupt"), explained(tmp_path):
        raise sqlite3.OperationalError("Could not decode to UTF-8 column 'title'")


def test_a_place_that_can_not_be_looked_at_is_no_absence(
    make_store: Callable[..., SqliteStore], tmp_path: Path
) -> None:
    """Where it can't be seen whether there is a state, that is an error, not "no state yet"."""
    with pytest.raises(StateError, match="can't see whether there is a state") as caught:
        make_store(tmp_path / ("x" * 300)).read()
    assert caught.value.detail == "File name too long"
