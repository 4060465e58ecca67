"""A store in a temporary directory, under a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.sdk import Ref
from reconciler.state.records import ItemRecord, OperationRecord, RunRecord
from reconciler.state.sqlite import SqliteStore

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORKSPACE = "6f0c2f3e-0000-4000-8000-000000000001"


class StillClock:
    """Noon for ever."""

    def now(self) -> datetime:
        """Always noon."""
        return NOON

    def sleep(self, seconds: float) -> None:
        """Fail: nothing here waits."""
        raise AssertionError("the state never waits")


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., SqliteStore]:
    def make(
        directory: Path = tmp_path, name: str = "deals", instance: str = "acme", previous_name: str | None = None
    ) -> SqliteStore:
        clock = StillClock()
        return SqliteStore(
            directory, id=WORKSPACE, name=name, instance=instance, clock=clock, previous_name=previous_name
        )

    return make


@pytest.fixture
def store(make_store: Callable[..., SqliteStore]) -> SqliteStore:
    return make_store()


@pytest.fixture
def item() -> ItemRecord:
    return ItemRecord(
        address='tasks["legal"]',
        provider="jira",
        site="cloud-1",
        id="10001",
        key="INVEST-2",
        url="https://site.example/browse/INVEST-2",
        type=Ref("10002", "Task"),
        title="Legal Due Diligence",
        base={"summary": "Legal Due Diligence", "labels": ("investment",)},
        observed={"summary": "Legal Due Diligence", "labels": ("investment", "people's")},
        shared={"labels": ("investment",)},
        not_kept={"duedate": None},
        revision="7",
        protect=True,
    )


@pytest.fixture
def operation() -> OperationRecord:
    return OperationRecord(
        id="op-1",
        run="run-1",
        address='tasks["legal"]',
        provider="jira",
        kind="create",
        item=None,
        values={"summary": "Legal Due Diligence"},
        before={},
        highest_key="INVEST-1",
        journalled_at=NOON,
        send_before=NOON.replace(second=30),
    )


@pytest.fixture
def run() -> RunRecord:
    return RunRecord(
        id="run-1",
        started_at=NOON,
        who="ann@example.com",
        commit=None,
        plan_digest="ab" * 32,
        overrides={"removals": 3},
    )
