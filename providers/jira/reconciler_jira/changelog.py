"""Who changed what: the histories of many issues in one request (FACTS A9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from reconciler.sdk import History, Ref
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import MARKER_LABEL, SEPARATE, ref_of

__all__ = ["histories", "moment_of"]

_ISSUES, _FIELDS = 1000, 10

_Edit = tuple[str, datetime, Ref, str, str]


def histories(client: Client, issues: Collection[str], fields: Collection[str]) -> Iterator[History]:
    """Read who changed these fields of these issues, by id; oldest first.

    An issue of which the site says nothing has no edit of these fields, or can't be seen: it is not complete.
    """
    ids, names = list(dict.fromkeys(issues)), [each for each in dict.fromkeys(fields) if each not in SEPARATE]
    for at in range(0, len(ids), _ISSUES):
        chunk = ids[at : at + _ISSUES]
        edits: dict[str, list[_Edit]] = {}
        for field_at in range(0, len(names), _FIELDS):
            wanted = names[field_at : field_at + _FIELDS]
            for log in client.changelogs(chunk, wanted):
                edits.setdefault(str(log.get("issueId")), []).extend(_edits(log, wanted))
        for issue in chunk:
            ordered = sorted(edits.get(issue, ()), key=lambda edit: edit[1])
            yield History(issue, issue in edits, tuple(ordered))


def _edits(log: Json, wanted: Collection[str]) -> Iterator[_Edit]:
    for change in log.get("changeHistories") or ():
        at = moment_of(change.get("created"))
        author = ref_of(change.get("author")) or Ref("", "somebody")
        for item in change.get("items") or ():
            field = str(item.get("fieldId") or item.get("field"))
            before, after = (_shown(item, field, *keys) for keys in (("fromString", "from"), ("toString", "to")))
            if field in wanted and at is not None and before != after:
                yield (field, at, author, before, after)


def _shown(item: Json, field: str, *keys: str) -> str:
    text = next((str(item[key]) for key in keys if item.get(key) is not None), "")
    if field != "labels":
        return text
    return " ".join(label for label in text.split() if not MARKER_LABEL.fullmatch(label))


def moment_of(data: Any) -> datetime | None:
    """Read a time: ISO 8601, or milliseconds since 1970, as live sites have been seen to answer."""
    if isinstance(data, (int, float)):
        return datetime.fromtimestamp(data / 1000, UTC)
    try:
        return datetime.fromisoformat(str(data)).astimezone(UTC)
    except ValueError:
        return None
