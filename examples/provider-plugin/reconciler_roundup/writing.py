"""Creations, changes and removals: one request each, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.sdk import Change, Draft, Item, Marker, Outcome, Problem, ProviderError, Response, UnknownOutcome, Value
from reconciler_roundup.client import Json
from reconciler_roundup.marker import MARKER, written
from reconciler_roundup.reading import Reader
from reconciler_roundup.site import KEYWORDS, STATUS
from reconciler_roundup.words import to_json

__all__ = ["NO_COMMENTS", "create", "remove", "update"]

NO_COMMENTS = Problem("not_writable", "this plugin writes no comments")


def create(reader: Reader, draft: Draft) -> Outcome:
    """Create an item with its marker in the same request, which is sent once."""
    values = {field: to_json(field, value) for field, value in draft.fields.items() if value is not None}
    if draft.marker is not None:
        values[MARKER] = written(draft.marker)
    if draft.type.id != reader.kind:
        return Outcome(draft.operation, "refused", problems=(Problem("bad_value", f"no class {draft.type.id}"),))

    def send() -> Response:
        _ensure_keywords(reader, values.get(KEYWORDS), draft.operation)
        return reader.client.create(reader.kind, values, draft.operation)

    def made(response: Response) -> Outcome:
        item = reader.named(str(response.json()["data"]["id"]))
        return Outcome(draft.operation, "done", item, frozenset(draft.fields))

    return _outcome(draft.operation, send, made)


def update(reader: Reader, change: Change) -> Outcome:
    """Change an item, as long as it is what it was when it was read."""
    if change.comment is not None:
        return Outcome(change.operation, "refused", problems=(NO_COMMENTS,))
    sets = {*change.add, *change.remove}
    item = change.item
    if sets or not item.revision:
        current = reader.read(item.id, sets)
        if current is None:
            return Outcome(change.operation, "gone")
        if item.revision and current.revision != item.revision:
            return Outcome(change.operation, "changed")
        item = current
    values: Json = {field: to_json(field, value) for field, value in change.set.items()}
    values |= {field: _united(item.fields[field], change, field) for field in sets}
    if change.transition is not None:
        values[STATUS] = change.transition.path[-1].id
    if change.marker != "keep":
        values[MARKER] = written(change.marker) if isinstance(change.marker, Marker) else ""
    applied = frozenset({*change.set, *sets, *((STATUS,) if change.transition else ())})

    def send() -> Response:
        _ensure_keywords(reader, values.get(KEYWORDS), change.operation)
        return reader.client.patch(reader.kind, item.id, values, item.revision, change.operation)

    return _outcome(change.operation, send, lambda _: Outcome(change.operation, "done", change.item, applied))


def remove(reader: Reader, operation: str, item: Item) -> Outcome:
    """Retire an item."""
    current = reader.read(item.id, ())
    if current is None:
        return Outcome(operation, "gone")
    return _outcome(
        operation,
        lambda: reader.client.retire(reader.kind, item.id, current.revision, operation),
        lambda _: Outcome(operation, "done", item),
    )


def _outcome(operation: str, send: Callable[[], Response], done: Callable[[Response], Outcome]) -> Outcome:
    try:
        response = send()
    except UnknownOutcome:
        return Outcome(operation, "unknown")
    except ProviderError as problem:
        return Outcome(operation, "refused", problems=(Problem("forbidden", str(problem)),))
    if response.status < 400:
        return done(response)
    said = str((response.json().get("error") or {}).get("msg", ""))
    if response.status in (409, 412):
        return Outcome(operation, "changed", problems=(Problem("changed", said),))
    return Outcome(operation, "gone" if response.status == 404 else "refused", problems=(Problem("rule", said),))


def _ensure_keywords(reader: Reader, names: object, operation: str) -> None:
    """Make the keywords that the tracker lacks: an issue can have no other. Making one twice is refused."""
    if not isinstance(names, list) or not names:
        return
    known = {str(each["name"]) for each in reader.client.collection("keyword")}
    for name in names:
        if name not in known:
            reader.client.create("keyword", {"name": name}, operation)


def _united(live: Value, change: Change, field: str) -> list[str]:
    elements = {str(each) for each in live} if isinstance(live, tuple) else set()
    gone = {str(each) for each in change.remove.get(field, ())}
    return sorted((elements - gone) | {str(each) for each in change.add.get(field, ())})
