"""All that a state holds as one JSON document: what `state pull` writes and `state push` reads. Pure.

    {"format_version": "1.0", "workspace": {...}, "items": [...], "operations": [...], "runs": [...]}

Each part has the columns of its table in `reconciler.state.schema`; columns that hold JSON are JSON here, not text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from reconciler.state.records import Archive
from reconciler.state.serial import (
    Row,
    item_record,
    item_row,
    json_text,
    operation_record,
    operation_row,
    run_record,
    run_row,
    workspace_record,
    workspace_row,
)

__all__ = ["archive_data", "archive_from"]

_FORMAT_VERSION: Final = "1.0"
_STRUCTURED: Final = {
    "items": ("base", "observed", "shared", "not_kept", "through", "sightings"),
    "operations": ("sent", "added", "removed", "live_before", "item_after"),
    "runs": ("overrides", "counts"),
    "workspace": ("variables",),
}
"""By part, the columns that hold JSON."""

_Record = TypeVar("_Record")


def archive_data(archive: Archive) -> dict[str, Any]:
    """Write an archive as JSON."""
    return {
        "format_version": _FORMAT_VERSION,
        "workspace": _opened("workspace", workspace_row(archive.workspace)),
        "items": [_opened("items", item_row(each)) for each in archive.items],
        "operations": [_opened("operations", operation_row(each)) for each in archive.operations],
        "runs": [_opened("runs", run_row(each)) for each in archive.runs],
    }


def archive_from(data: Any) -> Archive:
    """Read what `archive_data` wrote.

    Raises:
        ValueError: it is not that; says where.
    """
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004  what a file holds is a value, not a type of ours
    if data.get("format_version") != _FORMAT_VERSION:
        found = data.get("format_version")
        raise ValueError(f'its format_version is {found!r}; this version reads "{_FORMAT_VERSION}"')
    (workspace,) = _records({"workspace": [data.get("workspace")]}, "workspace", workspace_record)
    return Archive(
        workspace,
        tuple(_records(data, "items", item_record)),
        tuple(_records(data, "operations", operation_record)),
        tuple(_records(data, "runs", run_record)),
    )


def _opened(part: str, row: Row) -> Row:
    return {name: json.loads(value) if name in _STRUCTURED[part] else value for name, value in row.items()}


def _records(data: Mapping[str, Any], part: str, read: Callable[[Mapping[str, Any]], _Record]) -> list[_Record]:
    rows = data.get(part)
    if not isinstance(rows, list):
        raise ValueError(f"{part} is no list")  # noqa: TRY004
    found: list[_Record] = []
    for number, row in enumerate(rows):
        try:
            columns = {name: json_text(value) if name in _STRUCTURED[part] else value for name, value in row.items()}
            found.append(read(columns))
        except KeyError as problem:
            raise ValueError(f"{part}[{number}] has no {problem}") from problem
        except (ValueError, LookupError, TypeError, AttributeError) as problem:
            raise ValueError(f"{part}[{number}]: {problem}") from problem
    return found
