"""The form of our own, and any other by a map of dotted paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.alerts.picking import Json, at, first, picked, text, texts, words
from reconciler.sdk import Incident

__all__ = ["FIELDS", "is_ours", "read_mapped", "read_ours"]

FIELDS: Final[Mapping[str, str]] = {
    "title": "What happened, on one line.",
    "severity": "How bad it is: critical, high, medium, low, or the tool's own word.",
    "timestamp": "When it happened: ISO 8601, or seconds since 1970.",
    "text": "What is known about it.",
    "logs": "Lines of a log.",
    "components": "What is hit: a list, or a text with commas.",
    "dedupe_key": "Equal for all reports of one incident; the title where there is none.",
    "url": "Its page.",
    "source": "Who reports it.",
    "labels": "What else is known: a map.",
    "status": "`resolved` where it is over.",
}
"""The fields of our own form, and what `map` can give."""

_OVER: Final = frozenset({"resolved", "closed", "ok", "recovered", "true"})


def is_ours(root: Json) -> bool:
    """Whether it has the one thing that an incident needs: a title."""
    return bool(text(root.get("title")))


def read_ours(root: Json) -> Iterator[Incident | str]:
    """The incident in our own form."""
    yield _incident({name: root.get(name) for name in FIELDS} | _other_names(root))


def read_mapped(root: Any, paths: Mapping[str, str]) -> Iterator[Incident | str]:
    """The incident that a map finds: by field, a dotted path. A field that is not mapped is taken by its own name."""
    own = root if isinstance(root, dict) else {}
    found = {name: picked(root, paths[name]) if name in paths else own.get(name) for name in FIELDS}
    if text(found["title"]):
        yield _incident(found)


def _other_names(root: Json) -> dict[str, Any]:
    return {
        "timestamp": first(root.get("timestamp"), root.get("at")),
        "dedupe_key": first(root.get("dedupe_key"), root.get("dedup_key")),
        "text": first(root.get("text"), root.get("description")),
    }


def _incident(found: Mapping[str, Any]) -> Incident:
    logs = found["logs"]
    title = text(found["title"])
    return Incident(
        title=title,
        dedupe_key=first(found["dedupe_key"], title),
        severity=text(found["severity"]),
        at=at(found["timestamp"]),
        text=text(found["text"]),
        logs="\n".join(text(each) or json.dumps(each, ensure_ascii=False) for each in logs)
        if isinstance(logs, list)
        else text(logs),
        components=texts(found["components"]),
        url=text(found["url"]),
        source=text(found["source"]),
        labels=words(found["labels"]),
        resolved=text(found["status"]).casefold() in _OVER,
    )
