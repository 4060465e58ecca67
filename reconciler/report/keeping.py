"""What the commands on the state say: runs, and what a rebuilding found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from reconciler.report.records import item_data
from reconciler.report.text import columns, cut, safe
from reconciler.state.records import ItemRecord, RunRecord

__all__ = ["FoundItem", "found_data", "render_found", "render_runs", "run_data"]


class FoundItem(Protocol):
    """An item that a rebuilding found; fields by the spec's words."""

    @property
    def record(self) -> ItemRecord:
        """What the state would keep of it."""
        ...

    @property
    def in_spec(self) -> bool:
        """Whether the specs still have its address."""
        ...

    @property
    def by_people(self) -> tuple[str, ...]:
        """Fields that a person changed since the last apply."""
        ...

    @property
    def by_spec(self) -> tuple[str, ...]:
        """Fields whose value in the specs changed since."""
        ...

    @property
    def unknown(self) -> tuple[str, ...]:
        """Fields of which neither can be told."""
        ...


def run_data(run: RunRecord) -> dict[str, Any]:
    """A run as JSON says it."""
    return {
        "id": run.id,
        "command": run.command,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "who": run.who,
        "commit": run.commit,
        "plan_digest": run.plan_digest,
        "overrides": dict(run.overrides),
        "counts": dict(run.counts),
    }


def render_runs(runs: Sequence[RunRecord], *, width: int) -> str:
    """One line a run, oldest first: when, who, which command, from which commit, what came of it, what was accepted."""
    commands = max(columns(each.command) for each in runs)
    people = max(columns(safe(each.who)) for each in runs)
    return "\n".join(_run(each, commands, people, width) for each in runs)


def found_data(item: FoundItem) -> dict[str, Any]:
    """A found item as JSON says it."""
    return {
        **item_data(item.record),
        "in_spec": item.in_spec,
        "changed_by_people": list(item.by_people),
        "changed_by_spec": list(item.by_spec),
        "unknown": list(item.unknown),
    }


def render_found(items: Sequence[FoundItem], *, width: int) -> str:
    """One line an item: address, key, title; and below it what is known of its changes."""
    first = max(columns(safe(each.record.address)) for each in items)
    second = max(columns(safe(each.record.key)) for each in items)
    return "\n".join(line for each in items for line in _found(each, first, second, width))


def _found(item: FoundItem, first: int, second: int, width: int) -> Iterable[str]:
    record = item.record
    notes = [
        text
        for text, holds in (
            ("protected", record.protect),
            ("closed", record.closed),
            ("incident", record.origin == "incident"),
            ("no longer in the specs", not item.in_spec and record.origin == "spec"),
        )
        if holds
    ]
    tail = f"  ({', '.join(notes)})" if notes else ""
    yield cut(f"{_padded(record.address, first)}  {_padded(record.key, second)}  {safe(record.title)}{tail}", width)
    for what, fields in (
        ("changed by people since the last apply", item.by_people),
        ("changed in the specs since", item.by_spec),
        ("not known who changed it", item.unknown),
    ):
        if fields:
            yield cut(f"    {what}: {safe(', '.join(fields))}", width)


def _run(run: RunRecord, commands: int, people: int, width: int) -> str:
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in run.counts.items())
    parts = [
        f"{run.started_at:%Y-%m-%d %H:%M:%S}",
        _padded(run.who, people),
        _padded(run.command, commands),
        (run.commit or "")[:12] or "no commit",
        counts or ("nothing" if run.finished_at else "did not end"),
    ]
    if run.overrides:
        parts.append("accepted " + ", ".join(f"{count} {kind}" for kind, count in run.overrides.items()))
    return cut("  ".join(parts), width)


def _padded(text: str, width: int) -> str:
    shown = safe(text)
    return shown + " " * (width - columns(shown))
