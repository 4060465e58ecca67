"""One writer at a time, and what happens to the others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import LeaseHeld, LeaseLost, StateError
from reconciler.state.records import ItemRecord, OperationRecord
from reconciler.state.sqlite import SqliteStore

HOLD = """
import sys
from pathlib import Path
from reconciler.sdk import SystemClock
from reconciler.state.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]), id="6f0c2f3e-0000-4000-8000-000000000001", name="deals", instance="acme",
                    clock=SystemClock())
with store.lease() as lease:
    print("held", lease.fence, flush=True)
    sys.stdin.read()
"""

WRITE = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from reconciler.sdk import Ref, SystemClock
from reconciler.state.records import ItemRecord, OperationRecord
from reconciler.state.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]), id="6f0c2f3e-0000-4000-8000-000000000001", name="deals", instance="acme",
                    clock=SystemClock())
with store.lease() as lease:
    for n in count():
        now = datetime.now(UTC)
        lease.journal([OperationRecord(f"op-{n}", "run", f"item_{n}", "jira", "create", None, {}, {}, "", now, None)])
        item = ItemRecord(f"item_{n}", "jira", "site", str(n), f"K-{n}", "", Ref("1"), "x" * 2000, {}, {})
        lease.record(item, (f"op-{n}", "done"))
        print(n, flush=True)
"""


def start(script: str, directory: Path) -> subprocess.Popen[str]:
    """Run a script in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_lease_names_the_first(store: SqliteStore, make_store: Callable[..., SqliteStore]) -> None:
    """Who asks while the lease is held learns which process has it, since when, and exits with 6."""
    with store.lease(), pytest.raises(LeaseHeld) as caught, make_store().lease():
        pass
    assert f"process {os.getpid()} on " in caught.value.detail
    assert "since 2026-11-23T12:00:00+00:00" in caught.value.detail
    assert caught.value.exit_code == 6


def test_reading_goes_on_beside_a_writer(store: SqliteStore, item: ItemRecord) -> None:
    """A read needs no lease and sees what was committed."""
    with store.lease() as lease:
        lease.record(item)
        state = store.read()
        assert state is not None
        assert list(state.items) == [item.address]


def test_the_lease_ends_with_its_process(store: SqliteStore, tmp_path: Path) -> None:
    """Another process's lease is respected until it is killed; then the next takes over with a higher fence."""
    child = start(HOLD, tmp_path)
    assert child.stdout is not None
    assert child.stdout.readline() == "held 1\n"
    with pytest.raises(LeaseHeld, match="another process is writing") as caught, store.lease():
        pass
    assert f"process {child.pid} on" in caught.value.detail
    child.kill()
    child.communicate()
    with store.lease() as lease:
        assert lease.fence == 2


def test_a_kill_leaves_whole_transactions(store: SqliteStore, tmp_path: Path) -> None:
    """Killed in the middle of writing, a state holds what was acknowledged, and no half of anything."""
    child = start(WRITE, tmp_path)
    assert child.stdout is not None
    acknowledged = 0
    while acknowledged < 20:
        acknowledged = int(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    child.communicate()
    acknowledged = int((rest.split() or [str(acknowledged)])[-1])
    state = store.read()
    assert state is not None
    recorded = {int(each.key.removeprefix("K-")) for each in state.items.values()}
    assert recorded in (set(range(acknowledged + 1)), set(range(acknowledged + 2)))
    assert {each.id for each in state.open_operations} <= {f"op-{len(recorded)}"}


def test_a_newer_fence_stops_every_write(store: SqliteStore, item: ItemRecord, operation: OperationRecord) -> None:
    """Should the lock fail to keep another writer out, the older one can't write into its state any more."""
    with store.lease() as lease:
        with closing(sqlite3.connect(store.path)) as another:
            another.execute("UPDATE lease SET fence = fence + 1, holder = 'process 7 on elsewhere'")
            another.commit()
        with pytest.raises(LeaseLost) as caught:
            lease.record(item)
        assert caught.value.detail == "This run holds fence 1; the state has 2, of process 7 on elsewhere."
        with pytest.raises(LeaseLost):
            lease.journal([operation])
        with pytest.raises(LeaseLost):
            lease.check()
    state = store.read()
    assert state is not None
    assert state.items == {}


def test_a_lease_that_is_given_back_writes_no_more(store: SqliteStore, item: ItemRecord) -> None:
    """A thread that outlives its run can't write."""
    with store.lease() as lease:
        lease.check()
    with pytest.raises(LeaseLost, match="given back"):
        lease.record(item)
    with pytest.raises(LeaseLost, match="given back"):
        lease.check()


@pytest.mark.parametrize("accident", ["removed", "replaced"])
def test_a_state_that_is_taken_away_stops_the_run(store: SqliteStore, item: ItemRecord, accident: str) -> None:
    """A run whose file was removed or replaced stops, rather than writing into a file that nobody will read."""
    with store.lease() as lease:
        if accident == "replaced":
            shutil.copy(store.path, store.path.with_suffix(".copy"))
            store.path.with_suffix(".copy").replace(store.path)
        else:
            store.path.unlink()
        with pytest.raises(LeaseLost, match="removed or replaced"):
            lease.record(item)


def test_an_unreadable_holder_is_said_to_be_unknown(store: SqliteStore) -> None:
    """Between taking the lock and writing down who has it there is an instant; asking then is no crash."""
    with store.lease():
        store.path.with_suffix(".lock").write_text("{")
        with pytest.raises(LeaseHeld) as caught, store.lease():
            pass
    assert caught.value.detail == "it has not yet written down which process it is"


def test_the_lock_file_says_who_in_json(store: SqliteStore) -> None:
    """A person who looks into the lock file finds the process."""
    with store.lease():
        written = json.loads(store.path.with_suffix(".lock").read_text())
    assert written["pid"] == os.getpid()
    assert set(written) == {"pid", "host", "since", "command"}


def test_a_failed_lease_frees_the_lock(make_store: Callable[..., SqliteStore], store: SqliteStore) -> None:
    """Being refused the state does not keep others from it."""
    with store.lease():
        pass
    with pytest.raises(StateError, match="another workspace"), make_store(name="other").lease():
        pass
    with store.lease() as lease:
        assert lease.fence == 2
