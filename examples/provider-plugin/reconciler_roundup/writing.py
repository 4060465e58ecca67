"""The provider's third part: creations, changes and removals, one request each, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from reconciler.sdk import (
    Change,
    Draft,
    Item,
    Marker,
    Outcome,
    Preview,
    Problem,
    ProviderError,
    Response,
    UnknownOutcome,
    Value,
)
from reconciler_roundup.client import Json
from reconciler_roundup.marker import MARKER, written
from reconciler_roundup.reading import Reading
from reconciler_roundup.site import KEYWORDS, STATUS
from reconciler_roundup.words import to_json

__all__ = ["Writing"]

_NO_COMMENTS = Problem("not_writable", "this plugin writes no comments")


class Writing(Reading):
    """`preview`, `create`, `update` and `remove`."""

    def preview(self, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
        """Say what writes would take: one request each. Every status leads to every other."""
        del live
        for each in writes:
            if isinstance(each, Draft):
                yield Preview(each.operation, {"create": 1})
            else:
                problems = () if each.comment is None else (_NO_COMMENTS,)
                yield Preview(each.operation, {"update": 1}, each.transition, problems)

    def create(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, one request each, sent once."""
        return (self._create(each) for each in drafts)

    def update(self, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
        """Change items, one request each, refused where the item changed since it was read."""
        del quiet
        return (self._update(each) for each in changes)

    def remove(self, items: Mapping[str, Item]) -> Iterator[Outcome]:
        """Retire items."""
        return (self._remove(operation, item) for operation, item in items.items())

    def _create(self, draft: Draft) -> Outcome:
        if draft.type.id != self.config.project:
            return Outcome(draft.operation, "refused", problems=(Problem("bad_value", f"no class {draft.type.id}"),))
        values = {field: to_json(field, value) for field, value in draft.fields.items() if value is not None}
        if draft.marker is not None:
            values[MARKER] = written(draft.marker)

        def send() -> Response:
            self._ensure_keywords(values.get(KEYWORDS), draft.operation)
            return self.client.create(self.config.project, values, draft.operation)

        def made(response: Response) -> Outcome:
            item = self._named(str(response.json()["data"]["id"]))
            return Outcome(draft.operation, "done", item, frozenset(draft.fields))

        return _outcome(draft.operation, send, made)

    def _update(self, change: Change) -> Outcome:
        if change.comment is not None:
            return Outcome(change.operation, "refused", problems=(_NO_COMMENTS,))
        sets = {*change.add, *change.remove}
        item = change.item
        if sets or not item.revision:
            current = self._read(item.id, sets)
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
            self._ensure_keywords(values.get(KEYWORDS), change.operation)
            return self.client.patch(self.config.project, item.id, values, item.revision, change.operation)

        return _outcome(change.operation, send, lambda _: Outcome(change.operation, "done", change.item, applied))

    def _remove(self, operation: str, item: Item) -> Outcome:
        current = self._read(item.id, ())
        if current is None:
            return Outcome(operation, "gone")
        return _outcome(
            operation,
            lambda: self.client.retire(self.config.project, item.id, current.revision, operation),
            lambda _: Outcome(operation, "done", item),
        )

    def _ensure_keywords(self, names: object, operation: str) -> None:
        """Make the keywords that the tracker lacks: an issue can have no other. Making one twice is refused."""
        if not isinstance(names, list) or not names:
            return
        known = {str(each["name"]) for each in self.client.collection("keyword")}
        for name in names:
            if name not in known:
                self.client.create("keyword", {"name": name}, operation)


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


def _united(live: Value, change: Change, field: str) -> list[str]:
    elements = {str(each) for each in live} if isinstance(live, tuple) else set()
    gone = {str(each) for each in change.remove.get(field, ())}
    return sorted((elements - gone) | {str(each) for each in change.add.get(field, ())})
