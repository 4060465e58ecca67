"""Records to rows of the tables in `reconciler.state.schema`, and back. Pure.

Every `*_record` function raises `ValueError`, `LookupError` or `TypeError` where a row is not what its writer wrote.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, TypeAlias

from reconciler.sdk import Fields, Ref, Value, decode, encode
from reconciler.state.records import ItemRecord, OperationRecord, RunRecord, Sightings, WorkspaceRecord

__all__ = [
    "Row",
    "item_record",
    "item_row",
    "json_text",
    "operation_record",
    "operation_row",
    "run_record",
    "run_row",
    "workspace_record",
    "workspace_row",
]

Row: TypeAlias = dict[str, Any]


def item_row(item: ItemRecord) -> Row:
    """Columns of `item`, by name."""
    return {
        "address": item.address,
        "provider": item.provider,
        "site": item.site,
        "project": item.project,
        "remote_id": item.id,
        "key": item.key,
        "url": item.url,
        "type_id": item.type.id,
        "type_name": _printable(item.type.name),
        "title": _printable(item.title),
        "base": _fields_text(item.base),
        "observed": _fields_text(item.observed),
        "shared": _fields_text(item.shared),
        "not_kept": _fields_text(item.not_kept),
        "revision": item.revision,
        "protect": int(item.protect),
        "closed": int(item.closed),
        "on_remove": item.on_remove,
        "close_comment": _printable(item.close_comment) if item.close_comment is not None else None,
        "through": json_text(item.through),
        "creation": item.creation,
        "sightings": json_text(asdict(item.sightings) if item.sightings else {}),
    }


def item_record(row: Mapping[str, Any]) -> ItemRecord:
    """Read a row of `item`."""
    return ItemRecord(
        address=row["address"],
        provider=row["provider"],
        site=row["site"],
        id=row["remote_id"],
        key=row["key"],
        url=row["url"],
        type=Ref(row["type_id"], row["type_name"]),
        title=row["title"],
        base=_fields(row["base"]),
        observed=_fields(row["observed"]),
        shared=_sets(row["shared"]),
        not_kept=_fields(row["not_kept"]),
        revision=row["revision"],
        protect=bool(row["protect"]),
        closed=bool(row["closed"]),
        on_remove=row["on_remove"],
        close_comment=row["close_comment"],
        through=_through(row["through"]),
        project=row["project"],
        sightings=_sightings(row),
        creation=row["creation"] if "creation" in row.keys() else "",  # noqa: SIM118  sqlite3.Row is no mapping
    )


def operation_row(operation: OperationRecord) -> Row:
    """Columns of `operation`, by name, without its place in the sequence."""
    return {
        "id": operation.id,
        "run": operation.run,
        "address": operation.address,
        "provider": operation.provider,
        "kind": operation.kind,
        "remote_id": operation.item,
        "sent": _fields_text(operation.values),
        "added": _fields_text(operation.added),
        "removed": _fields_text(operation.removed),
        "comment": operation.comment,
        "live_before": _fields_text(operation.before),
        "item_after": json_text(item_row(operation.after) if operation.after else {}),
        "highest_key": operation.highest_key,
        "journalled_at": operation.journalled_at.isoformat(),
        "send_before": operation.send_before.isoformat() if operation.send_before else None,
        "status": operation.status,
    }


def operation_record(row: Mapping[str, Any]) -> OperationRecord:
    """Read a row of `operation`."""
    send_before = row["send_before"]
    return OperationRecord(
        id=row["id"],
        run=row["run"],
        address=row["address"],
        provider=row["provider"],
        kind=row["kind"],
        item=row["remote_id"],
        values=_fields(row["sent"]),
        before=_fields(row["live_before"]),
        added=_sets(row["added"]),
        removed=_sets(row["removed"]),
        comment=row["comment"],
        after=item_record(after) if (after := _mapping(row["item_after"])) else None,
        highest_key=row["highest_key"],
        journalled_at=datetime.fromisoformat(row["journalled_at"]),
        send_before=None if send_before is None else datetime.fromisoformat(send_before),
        status=row["status"],
    )


def run_row(run: RunRecord) -> Row:
    """Columns of `run`, by name."""
    return {
        "id": run.id,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "who": _printable(run.who),
        "spec_commit": run.commit,
        "command": run.command,
        "plan_digest": run.plan_digest,
        "overrides": json_text(run.overrides),
        "counts": json_text(run.counts),
    }


def run_record(row: Mapping[str, Any]) -> RunRecord:
    """Read a row of `run`."""
    finished_at = row["finished_at"]
    return RunRecord(
        id=row["id"],
        started_at=datetime.fromisoformat(row["started_at"]),
        who=row["who"],
        commit=row["spec_commit"],
        plan_digest=row["plan_digest"],
        overrides=_mapping(row["overrides"]),
        finished_at=None if finished_at is None else datetime.fromisoformat(finished_at),
        counts=_mapping(row["counts"]),
        command=row["command"],
    )


def workspace_row(workspace: WorkspaceRecord) -> Row:
    """Columns of `workspace`, by name."""
    return {
        "id": workspace.id,
        "name": workspace.name,
        "instance": workspace.instance,
        "lineage": workspace.lineage,
        "last_run": workspace.last_run,
        "variables": json_text(dict(workspace.variables)),
    }


def workspace_record(row: Mapping[str, Any]) -> WorkspaceRecord:
    """Read the row of `workspace`."""
    return WorkspaceRecord(
        id=row["id"],
        name=row["name"],
        instance=row["instance"],
        lineage=row["lineage"],
        last_run=row["last_run"],
        variables=_mapping(row["variables"]),
    )


def json_text(value: Any) -> str:
    """Canonical JSON that a person can read; half of a surrogate pair, which UTF-8 can't hold, stays escaped."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    if text == _printable(text):
        return text
    return json.dumps(value, sort_keys=True, allow_nan=False)


def _fields_text(fields: Mapping[str, Value] | Mapping[str, tuple[Value, ...]]) -> str:
    return json_text({name: encode(value) for name, value in fields.items()})


def _fields(text: str) -> Fields:
    return {name: decode(value) for name, value in _mapping(text).items()}


def _sightings(row: Mapping[str, Any]) -> Sightings | None:
    """A row of version 1 has none."""
    found = _mapping(row["sightings"]) if "sightings" in row.keys() else {}  # noqa: SIM118  sqlite3.Row is no mapping
    return Sightings(**found) if found else None


def _sets(text: str) -> dict[str, tuple[Value, ...]]:
    return {name: _elements(each) for name, each in _fields(text).items()}


def _through(text: str) -> tuple[str, ...] | Literal["any"]:
    data = json.loads(text)
    if data == "any":
        return "any"
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise TypeError(f"not statuses: {text:.80}")
    return tuple(data)


def _elements(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        raise TypeError(f"not a set: {value!r:.80}")
    return value


def _mapping(text: str) -> dict[str, Any]:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise TypeError(f"not a mapping: {text:.80}")
    return data


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()
