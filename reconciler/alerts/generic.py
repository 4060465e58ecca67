"""The form of our own, and any other by a map of dotted paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.alerts.alert import Alert, Told
from reconciler.alerts.picking import Json, is_nothing, picked, text, texts, words
from reconciler.diagnostics import warning

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

_TEXTS: Final = ("severity", "text", "dedupe_key", "source", "status")
_OTHERS: Final = {"timestamp": "at", "dedupe_key": "dedup_key", "text": "description"}
"""What else fields of our own form are called."""
_OVER: Final = frozenset({"resolved", "closed", "ok", "recovered", "true"})


def is_ours(root: Json) -> bool:
    """Whether it has the one thing that an incident needs: a title."""
    return bool(text(root.get("title")))


def read_ours(root: Json) -> Iterator[Told]:
    """The incident in our own form."""
    found = {name: root.get(name) for name in FIELDS}
    yield from _told(found | {name: root.get(_OTHERS[name]) for name in _OTHERS if is_nothing(found[name])}, {})


def read_mapped(root: Any, paths: Mapping[str, str]) -> Iterator[Told]:
    """The incident that a map finds: by field, a dotted path. A field that is not mapped is taken by its own name."""
    own = root if isinstance(root, dict) else {}
    yield from _told({name: picked(root, paths[name]) if name in paths else own.get(name) for name in FIELDS}, paths)


def _told(found: Mapping[str, Any], paths: Mapping[str, str]) -> Iterator[Told]:
    """The incident of the fields that were found, with what to say of them.

    Args:
        found: by field of ours.
        paths: where those stand that do not go by our name.
    """
    at = {name: paths.get(name, name) for name in FIELDS}
    logs, title, key = found["logs"], found["title"], found["dedupe_key"]
    yield Alert(
        titles={at["title"]: title},
        keys={at["dedupe_key"]: key, at["title"]: title},
        times={at["timestamp"]: found["timestamp"]},
        pages={at["url"]: found["url"]},
        severity=text(found["severity"]),
        text=text(found["text"]),
        logs="\n".join(text(each) or json.dumps(each, ensure_ascii=False) for each in logs)
        if isinstance(logs, list)
        else text(logs),
        components=texts(found["components"]),
        source=text(found["source"]),
        labels=words(found["labels"]),
        resolved=found["status"] is True or text(found["status"]).casefold() in _OVER,
    )
    if "dedupe_key" in paths and text(title) and not text(key):
        summary = f"{text(title)!r} is known by its title: the map finds no key at `{paths['dedupe_key']}`"
        yield warning("unmapped", summary, hint="map what is equal for all reports of one incident")
    for name in _TEXTS:
        value = found[name]
        if isinstance(value, (dict, list)):
            kind = "list" if isinstance(value, list) else "map"
            summary = f"the {name.replace('_', ' ')} of an alert is left out: `{at[name]}` is a {kind}, and no text"
            yield warning("unreadable", summary, hint=f"name the text in it: --map {name}={at[name]}.…")
