"""Change issues: one edit with only what changed, then the status, links, pages, watchers and the comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from reconciler.sdk import Change, Marker, MarkerTooLong, Outcome, Problem, ProviderError, Value, as_completed
from reconciler.sdk.answers import result_of
from reconciler_jira.client import BulkClient, Client, Json
from reconciler_jira.comments import comment_body, named_comment
from reconciler_jira.fields import LABELS, LINKS, PAGES, SEPARATE, STATUS, WATCHERS, FieldType, to_json
from reconciler_jira.labels import outdated
from reconciler_jira.links import add_links, remove_links
from reconciler_jira.marker import NEWER, is_newer
from reconciler_jira.markers import put_markers
from reconciler_jira.marking import Marking
from reconciler_jira.pages import put_pages, remove_pages, urls_of
from reconciler_jira.problems import problems_of
from reconciler_jira.reading import FieldTypes
from reconciler_jira.transitions import Walk
from reconciler_jira.watchers import change_watchers

__all__ = ["COMMENT", "edit_of", "is_marker_alone", "retitled", "update"]

COMMENT = "comment"
"""What a comment counts as among an outcome's applied fields."""
_APART = SEPARATE | {LINKS}
"""Fields that no edit carries."""


def update(
    client: Client, types: FieldTypes, marking: Marking, changes: Sequence[Change], *, quiet: bool
) -> Iterator[Outcome]:
    """Change issues, several at a time but each by one thread, and yield what came of each.

    Changes of the marker alone go together, 100 in a request.

    Args:
        client: the site.
        types: of its fields.
        marking: how issues are marked.
        changes: at most one for an issue.
        quiet: send no mail for edits; the account has to be an administrator.
    """
    newer = [each for each in changes if is_newer(each.item) and each.marker != "keep"]
    for change in newer:
        yield Outcome(change.operation, "refused", problems=(NEWER,))
    changes = [each for each in changes if each not in newer]
    known = types.of(field for each in changes for field in (*each.set, *each.add, *each.remove, *_screen(each)))
    alone = [each for each in changes if is_marker_alone(each)]
    others = [each for each in changes if not is_marker_alone(each)]
    if len(alone) > 1 and isinstance(client, BulkClient):
        yield from put_markers(client, marking, alone)
    else:
        others += alone  # one property is cheaper set than left to a task
    yield from as_completed(lambda change: _Writing(client, known, marking, change, quiet=quiet).run(), others)


def is_marker_alone(change: Change) -> bool:
    """Whether a change writes nothing but the marker, on an issue that has one already."""
    return change.item.marker is not None and _only_marks(change)


def edit_of(change: Change, known: Mapping[str, FieldType], marking: Marking) -> Json:
    """Write the fields of a change as Jira's `IssueUpdateDetails`; empty where it changes none.

    Elements go as `add` and `remove` operations, which leave other people's alone whatever they do meanwhile.

    Raises:
        MarkerTooLong: the marker is longer than a property or a label may be.
    """
    fields: dict[str, Any] = {}
    operations: dict[str, list[Json]] = {}
    for field, value in change.set.items():
        if field == "parent" and value is None:
            operations[field] = [{"set": {"none": True}}]
        elif known[field].many:  # by element all the same: written whole, it would take the marker's label along
            live, desired = (_elements(each) for each in (change.item.fields.get(field), value))
            operations[field] = [{"add": to_json(known[field], each)} for each in desired if each not in live]
            operations[field] += [{"remove": to_json(known[field], each)} for each in live if each not in desired]
        else:
            fields[field] = to_json(known[field], value)
    for verb, elements in (("add", change.add), ("remove", change.remove)):
        for field, values in elements.items():
            if field not in _APART and values:
                operations.setdefault(field, []).extend({verb: to_json(known[field], each)} for each in values)
    found_by, elements_of = marking.edited(change)
    fields |= found_by
    for field, marks in elements_of.items():
        operations.setdefault(field, []).extend(marks)
    body: Json = {"fields": fields, "update": operations}
    body = {key: value for key, value in body.items() if value}
    if isinstance(change.marker, Marker) and (body or change.transition is None):
        body["properties"] = marking.properties_of(change.marker)
    return {key: value for key, value in body.items() if value}


def retitled(change: Change, field: str) -> frozenset[str]:
    """The URLs of pages that only get another title."""
    return urls_of(change.add.get(field, ())) & urls_of(change.remove.get(field, ()))


def _only_marks(change: Change) -> bool:
    others = (change.set, change.add, change.remove, change.transition, change.comment)
    return isinstance(change.marker, Marker) and not any(others)


def _elements(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _screen(change: Change) -> tuple[str, ...]:
    return tuple(change.transition.fields) if change.transition else ()


def _about(fields: set[str], problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Name the field of problems where the part has only one, and Jira named none."""
    only = next(iter(fields)) if len(fields) == 1 else None
    for problem in problems:
        yield replace(problem, field=problem.field or only)


class _Writing:
    """One change on its way: what was written so far, and what went wrong."""

    def __init__(
        self, client: Client, known: Mapping[str, FieldType], marking: Marking, change: Change, *, quiet: bool
    ) -> None:
        self._client = client
        self._known = known
        self._marking = marking
        self._change = change
        self._quiet = quiet
        self._issue = change.item.id
        self._operation = change.operation
        self._applied: set[str] = set()
        self._problems: list[Problem] = []

    def run(self) -> Outcome:
        """Do all parts. A refused part stops no other; one that was lost or found nothing there does."""
        for fields, part in self._parts():
            try:
                problem = part()
            except MarkerTooLong as too_long:
                problem = Problem("limit", str(too_long))
            except ProviderError as failed:
                self._problems += _about(fields, problems_of(failed))
                result = result_of(failed)
                if result == "refused" or (result == "gone" and LINKS in fields):  # the other end may be what is gone
                    continue
                return self._outcome("partial" if result == "not_sent" and self._applied else result)
            if problem is None:
                self._applied |= fields
            else:
                self._problems.append(problem)
        if not self._problems:
            return self._outcome("done")
        return self._outcome("partial" if self._applied else "refused")

    def _outcome(self, result: Any) -> Outcome:
        return Outcome(self._operation, result, None, frozenset(self._applied), tuple(self._problems))

    def _parts(self) -> Iterator[tuple[set[str], Callable[[], Problem | None]]]:
        change, add, remove = self._change, self._change.add, self._change.remove
        edited = {*change.set, *add, *remove} - _APART
        yield edited, self._edit
        if change.transition is not None:
            comment = {COMMENT} if change.comment is not None and not change.comment_name else set()
            yield {STATUS, *change.transition.fields, *comment}, self._move
        if add.get(LINKS) or remove.get(LINKS):
            yield {LINKS}, self._link
        for field in PAGES:
            if add.get(field) or remove.get(field):
                yield {field}, partial(self._page, field)
        if add.get(WATCHERS) or remove.get(WATCHERS):
            yield {WATCHERS}, self._watch
        if change.comment is not None and (change.transition is None or change.comment_name):
            yield {COMMENT}, self._comment
        if change.marker == "drop" and self._marking.proof != "label":
            yield set(), self._drop_marker

    def _edit(self) -> None:
        body, marker = edit_of(self._change, self._known, self._marking), self._change.marker
        if isinstance(marker, Marker) and self._marking.in_labels:
            self._take_off_outdated(body, self._marking.proof_of(marker))
        if marker == "drop" and (self._marking.in_labels or self._is_labelled):
            self._take_off_outdated(body)
        apart = body.keys() == {"properties"} or (self._client.markers_apart and _only_marks(self._change))
        properties = body.pop("properties", ()) if apart else ()
        self._send(body)
        for each in properties:
            self._put_marker(each["value"])

    def _send(self, body: Json) -> None:
        if body:
            self._client.edit(self._issue, body, notify=not self._quiet, operation=self._operation)

    def _put_marker(self, value: Json) -> None:
        """Write the property; where it is written, the labels go that proved before."""
        marker = self._change.marker
        assert isinstance(marker, Marker)
        label = partial(self._marking.proof_of, marker) if self._marking.by == "label" else None
        self._client.put_marker(self._issue, value, self._operation, label=label, notify=not self._quiet)
        if self._is_labelled and self._client.proof == "either":
            body: Json = {}
            self._take_off_outdated(body)
            self._send(body)

    @property
    def _is_labelled(self) -> bool:
        """Whether the marker that the issue had may be a label: what was left out of it, a label has no room for."""
        marker = self._change.item.marker
        return self._marking.proof != "property" and marker is not None and marker.truncated

    def _take_off_outdated(self, body: Json, kept: str = "") -> None:
        """Let the labels go that are markers of before: what they say is not known without a look."""
        labels = (self._client.issue(self._issue, (LABELS,)).get("fields") or {}).get(LABELS) or ()
        if operations := outdated(labels, kept):
            body.setdefault("update", {}).setdefault(LABELS, []).extend(operations)

    def _move(self) -> Problem | None:
        transition = self._change.transition
        assert transition is not None
        given = {field: to_json(self._known[field], value) for field, value in transition.fields.items()}
        riding: Json = {}
        marker = self._change.marker
        if isinstance(marker, Marker) and not edit_of(self._change, self._known, self._marking):
            riding["properties"] = self._marking.properties_of(marker)
        if self._change.comment is not None and not self._change.comment_name:
            riding["update"] = {"comment": [{"add": comment_body(self._change.comment, self._operation)}]}
        return Walk(self._client, self._issue, given, self._operation).along(transition.path, riding)

    def _link(self) -> None:
        remove_links(self._client, self._issue, self._change.remove.get(LINKS, ()), self._operation)
        add_links(self._client, self._issue, self._change.add.get(LINKS, ()), self._operation)

    def _page(self, field: str) -> None:
        stay = retitled(self._change, field)
        leave = [each for each in self._change.remove.get(field, ()) if not urls_of([each]) & stay]
        remove_pages(self._client, self._issue, leave, self._operation)
        put_pages(self._client, self._issue, self._change.add.get(field, ()), self._operation)

    def _watch(self) -> None:
        add, remove = (each.get(WATCHERS, ()) for each in (self._change.add, self._change.remove))
        change_watchers(self._client, self._issue, add, remove, self._operation)

    def _comment(self) -> None:
        name = self._change.comment_name
        body = comment_body(self._change.comment or "", self._operation, name)
        before = named_comment(self._client, self._issue, name) if name else None
        if before is None:
            self._client.comment(self._issue, body, self._operation)
        else:
            self._client.edit_comment(self._issue, before, body, self._operation)

    def _drop_marker(self) -> None:
        labelled = self._marking.by == "label"
        self._client.remove_marker(self._issue, self._operation, labelled=labelled, notify=not self._quiet)
