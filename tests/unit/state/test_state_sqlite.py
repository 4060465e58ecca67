"""What a state keeps, and how it looks on the disk."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from reconciler.errors import StateError
from reconciler.sdk import Rich, marker_label
from reconciler.state import sqlite_lease
from reconciler.state.records import ItemRecord, OperationRecord, RunRecord
from reconciler.state.sqlite import SqliteStore


def test_reading_where_there_is_no_state_makes_nothing(store: SqliteStore, tmp_path: Path) -> None:
    """A plan of a new workspace leaves no trace on the disk."""
    assert store.read() is None
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_a_file_has_no_state(make_store: Callable[..., SqliteStore], tmp_path: Path) -> None:
    """A workspace given as one file of its directory is asked for its state without a traceback."""
    (tmp_path / "main.yaml").touch()
    assert make_store(tmp_path / "main.yaml").read() is None


def test_the_first_lease_makes_the_state(store: SqliteStore) -> None:
    """The state that the first lease makes is empty, with a lineage of its own and no run."""
    with store.lease():
        pass
    state = store.read()
    assert state is not None
    assert (state.workspace.id, state.workspace.name, state.workspace.instance) == (
        "6f0c2f3e-0000-4000-8000-000000000001",
        "deals",
        "acme",
    )
    assert len(state.workspace.lineage) == 36
    assert state.workspace.last_run is None
    assert state.items == {}
    assert state.open_operations == ()


def test_two_states_have_two_lineages(make_store: Callable[..., SqliteStore], tmp_path: Path) -> None:
    """The lineage tells the states of two machines apart; it stays when the state is leased again."""
    lineages = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for _ in range(2):
            store = make_store(tmp_path / name)
            with store.lease():
                pass
            state = store.read()
            assert state is not None
            lineages.append(state.workspace.lineage)
    assert lineages[0] == lineages[1]
    assert lineages[2] == lineages[3]
    assert lineages[0] != lineages[2]


def test_files_are_their_owners_alone(store: SqliteStore, tmp_path: Path) -> None:
    """State and lock are 0600 in a 0700 directory that git ignores, whatever the umask."""
    before = os.umask(0)
    try:
        with store.lease():
            pass
    finally:
        os.umask(before)
    directory = tmp_path / ".reconciler"
    label = marker_label("6f0c2f3e-0000-4000-8000-000000000001", "acme")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / ".gitignore").read_text() == "*\n"
    assert {each.name for each in directory.iterdir()} == {".gitignore", f"{label}.db", f"{label}.lock"}
    assert {stat.S_IMODE((directory / f"{label}.{suffix}").stat().st_mode) for suffix in ("db", "lock")} == {0o600}


def test_a_run_is_recorded(store: SqliteStore, run: RunRecord) -> None:
    """The run that began last is the state's last run; its variables' digests replace those of the one before."""
    with store.lease() as lease:
        lease.begin_run(run, {"company": "0123456789abcdef"})
        lease.finish_run(replace(run, finished_at=run.started_at, counts={"done": 7}))
    state = store.read()
    assert state is not None
    assert state.workspace.last_run == "run-1"
    assert state.workspace.variables == {"company": "0123456789abcdef"}
    with sqlite3.connect(store.path) as database:
        row = database.execute("SELECT who, overrides, finished_at, counts FROM run").fetchone()
    database.close()
    assert row == ("ann@example.com", '{"removals": 3}', "2026-11-23T12:00:00+00:00", '{"done": 7}')


def test_an_item_is_kept_and_replaced(store: SqliteStore, item: ItemRecord) -> None:
    """A record reads back as it was written, and the second for an address takes the place of the first."""
    with store.lease() as lease:
        lease.record(item)
        lease.record(replace(item, address="deal", key="INVEST-1"))
        lease.record(replace(item, title="Legal", closed=True))
    state = store.read()
    assert state is not None
    assert dict(state.items) == {
        'tasks["legal"]': replace(item, title="Legal", closed=True),
        "deal": replace(item, address="deal", key="INVEST-1"),
    }


def test_a_record_is_moved_in_one_transaction(store: SqliteStore, item: ItemRecord) -> None:
    """Forgetting one address and keeping the item at another happens at once."""
    with store.lease() as lease:
        lease.record(item)
        lease.record(replace(item, address="legal"), forget=item.address)
    state = store.read()
    assert state is not None
    assert list(state.items) == ["legal"]


def test_a_run_is_kept_with_what_it_did_or_not_at_all(
    store: SqliteStore, item: ItemRecord, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the record can't be written, the history has no such run; where it can, both are there at once."""

    def full(*_arguments: object) -> NoReturn:
        raise sqlite3.IntegrityError("no")

    with store.lease() as lease:
        lease.record(item)
        with monkeypatch.context() as patched:
            patched.setattr(sqlite_lease, "item_row", full)
            with pytest.raises(StateError):
                lease.keep(run, replace(item, address="legal"), forget=item.address)
        before = store.read_all()
        lease.keep(run, replace(item, address="legal"), forget=item.address)
    after = store.read_all()
    assert before is not None
    assert after is not None
    assert ([each.address for each in before.items], before.runs) == ([item.address], ())
    assert ([each.address for each in after.items], after.runs) == (["legal"], (run,))
    assert after.workspace.last_run == run.id


def test_the_journal_shows_open_operations_oldest_first(store: SqliteStore, operation: OperationRecord) -> None:
    """Open operations come in the order in which they were journalled; an ended one is no longer shown."""
    second = replace(operation, id="op-2", address="deal", item="10000", kind="update", send_before=None)
    with store.lease() as lease:
        lease.journal([operation, second])
        lease.journal([replace(operation, send_before=operation.journalled_at)])
        state = store.read()
        assert state is not None
        assert state.open_operations == (replace(operation, send_before=operation.journalled_at), second)
        lease.record(None, ("op-1", "refused"))
        state = store.read()
    assert state is not None
    assert state.open_operations == (second,)


def test_an_outcome_and_its_record_are_one_transaction(
    store: SqliteStore, item: ItemRecord, operation: OperationRecord
) -> None:
    """Where the operation can't be ended, the item isn't recorded either."""
    with store.lease() as lease:
        lease.journal([operation])
        with pytest.raises(StateError, match="op-9 was never journalled"):
            lease.record(item, ("op-9", "done"))
        state = store.read()
        assert state is not None
        assert state.items == {}
        lease.record(item, ("op-1", "done"))
    state = store.read()
    assert state is not None
    assert dict(state.items) == {item.address: item}
    assert state.open_operations == ()


def test_threads_share_a_lease(store: SqliteStore, item: ItemRecord) -> None:
    """Records that several threads write at once are all kept."""
    with store.lease() as lease:

        def write(worker: int) -> None:
            for number in range(5):
                lease.record(replace(item, address=f"item_{worker}_{number}"))

        threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    state = store.read()
    assert state is not None
    assert len(state.items) == 20


def test_instances_have_states_of_their_own(make_store: Callable[..., SqliteStore], item: ItemRecord) -> None:
    """What is recorded for one company is not seen by another."""
    acme, globex = make_store(instance="acme"), make_store(instance="globex")
    with acme.lease() as one, globex.lease() as other:
        one.record(item)
        other.record(replace(item, key="INVEST-9"))
    states = [acme.read(), globex.read()]
    assert [state.items[item.address].key for state in states if state] == ["INVEST-2", "INVEST-9"]


def test_a_person_can_read_the_tables(store: SqliteStore, item: ItemRecord) -> None:
    """Columns have names and structured values are JSON, with letters as they are."""
    text = Rich("**Verträge** prüfen", "0011223344556677")
    with store.lease() as lease:
        lease.record(replace(item, base={"description": text}))
    database = sqlite3.connect(store.path)
    key, title, base = database.execute("SELECT key, title, base FROM item").fetchone()
    database.close()
    assert (key, title) == ("INVEST-2", "Legal Due Diligence")
    assert json.loads(base)["description"]["markdown"] == "**Verträge** prüfen"
    assert "Verträge" in base


def test_half_a_character_does_not_stop_the_state(store: SqliteStore, item: ItemRecord) -> None:
    """Half of a surrogate pair, which a platform's JSON may hold, is kept in values and replaced in titles."""
    broken = replace(item, title="cut \ud83d", base={"summary": "cut \ud83d"})
    with store.lease() as lease:
        lease.record(broken)
    state = store.read()
    assert state is not None
    assert state.items[item.address].base == {"summary": "cut \ud83d"}
    assert state.items[item.address].title == "cut ?"
