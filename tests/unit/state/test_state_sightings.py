"""Items of incidents in a state: told from the specs' own, and kept by a state of an older version too."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace

from reconciler.state.archive import archive_data, archive_from
from reconciler.state.records import Archive, ItemRecord, OperationRecord, RunRecord, Sightings, WorkspaceRecord
from reconciler.state.schema import SCHEMA
from reconciler.state.serial import item_row
from reconciler.state.sqlite import SqliteStore
from reconciler.state.sqlite_connection import insert

SEEN = Sightings(3, first="2026-11-23 17:00:00 UTC", last="2026-11-23 17:05:00 UTC", report="ab" * 8)


def test_an_incidents_item_is_told_from_the_specs(item: ItemRecord) -> None:
    """By what is known of its reports."""
    assert (item.origin, replace(item, sightings=SEEN).origin) == ("spec", "incident")


def test_it_is_kept(store: SqliteStore, item: ItemRecord, operation: OperationRecord, run: RunRecord) -> None:
    """In the table of items, in the journal, and in what is pulled and pushed."""
    seen = replace(item, sightings=SEEN)
    with store.lease() as lease:
        lease.begin_run(run, {})
        lease.journal([replace(operation, after=seen)])
        lease.record(seen, ("op-1", "done"))
    archive = store.read_all()
    assert archive is not None
    assert archive.items == (seen,)
    assert archive.operations[0].after == seen
    assert archive_from(archive_data(archive)) == archive
    assert archive_data(archive)["items"][0]["sightings"]["count"] == 3


def test_a_state_of_the_first_version_is_read_and_upgraded(store: SqliteStore, item: ItemRecord) -> None:
    """It has no such column: it is read as it is, and gets the column with the first lease."""
    with store.lease() as lease:
        lease.record(item)
    with closing(sqlite3.connect(store.path)) as connection:
        older = re.sub(r"^  (?:sightings|creation) .*\n", "", SCHEMA, flags=re.MULTILINE)
        older = re.sub(r",( *--[^\n]*\n\);\n\nCREATE TABLE run)", r"\1", older)
        connection.executescript(
            f"DROP TABLE item; {older[older.index('CREATE TABLE item') : older.index('CREATE TABLE run')]}"
        )
        row = {name: value for name, value in item_row(item).items() if name not in ("sightings", "creation")}
        insert(connection, "item", row)
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    state = store.read()
    assert state is not None
    assert state.items == {item.address: item}
    with store.lease() as lease:
        lease.record(replace(item, sightings=SEEN))
    state = store.read()
    assert state is not None
    assert state.items[item.address].sightings == SEEN


def test_an_archive_of_the_first_version_is_read(item: ItemRecord) -> None:
    """What was pulled before there were incidents can still be pushed."""
    data = archive_data(Archive(WorkspaceRecord("w", "deals", "", "l"), (item,)))
    del data["items"][0]["sightings"]
    assert archive_from(data).items == (item,)
