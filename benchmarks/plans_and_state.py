"""How long a large plan takes to show, and a write to the state to be safe."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from reconciler.plan.document import Action, FieldChange, PlanDocument
from reconciler.report.document import json_document
from reconciler.report.terminal import render_plan
from reconciler.sdk import Ref, SystemClock
from reconciler.state.records import ItemRecord, OperationRecord
from reconciler.state.sqlite import SqliteStore

ITEMS = 1_000
LONG_TEXT = "\n".join(f"Line {number} of a description." for number in range(40))


def main() -> None:
    """Print one line for each measurement."""
    document = a_plan(ITEMS)
    report(
        f"show a plan of {ITEMS:,} updates, 25 of them in full", lambda: render_plan(document, color=True, width=120)
    )
    report(f"write a plan of {ITEMS:,} updates as JSON", lambda: json_document(document))
    with tempfile.TemporaryDirectory() as directory:
        store = SqliteStore(Path(directory), id="id", name="bench", instance="", clock=SystemClock())
        with store.lease() as lease:
            now = datetime.now(UTC)
            operations = [
                OperationRecord(
                    f"op-{n}", "run", f"item_{n}", "jira", "create", None, {"summary": "x"}, {}, "", now, None
                )
                for n in range(ITEMS)
            ]
            report(f"journal {ITEMS:,} operations, 50 at a time", lambda: in_batches(lease.journal, operations, 50))
            report(f"record {ITEMS:,} outcomes, one by one", lambda: [lease.record(*a_record(n)) for n in range(ITEMS)])
        report(f"read a state of {ITEMS:,} items", store.read)


def a_plan(items: int) -> PlanDocument:
    """Make a plan whose every item has a long text that changes."""
    text = FieldChange(
        field="description",
        before=LONG_TEXT,
        after=LONG_TEXT.replace("Line 20", "Line twenty"),
        ownership="spec",
        reason="the spec changed",
    )
    return PlanDocument.model_validate(
        {
            "directory": "/specs",
            "workspace": {"name": "bench", "id": "id", "instance": ""},
            "spec": {"digest": ""},
            "state": {},
            "site": [],
            "providers": [],
            "actions": [
                Action(
                    address=f"item_{n}",
                    action="update",
                    provider="jira",
                    title=f"Item {n}",
                    type="task",
                    reason="the spec changed",
                    changes=(text,),
                )
                for n in range(items)
            ],
            "summary": {"update": items},
        }
    )


def a_record(number: int) -> tuple[ItemRecord, tuple[str, str]]:
    """Make the arguments of one `record`."""
    values = {"summary": f"Item {number}", "labels": ("bench", "large")}
    item = ItemRecord(
        f"item_{number}", "jira", "site", str(number), f"K-{number}", "", Ref("1", "Task"), "Item", values, values
    )
    return item, (f"op-{number}", "done")


def in_batches(write: Callable[[list[OperationRecord]], None], operations: list[OperationRecord], size: int) -> None:
    """Write so many at a time, as an apply does."""
    for start in range(0, len(operations), size):
        write(operations[start : start + size])


def report(what: str, run: Callable[[], object]) -> None:
    """Time one run."""
    start = time.perf_counter()
    run()
    print(f"{what}: {time.perf_counter() - start:.3f} s")


if __name__ == "__main__":
    main()
