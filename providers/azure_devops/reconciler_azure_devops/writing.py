"""Change items: one document with what changed and the first status, then what has to go alone.

A document is one transaction after the revision that was read: a person's edit since then refuses it whole. Statuses on
the way take a document each. Relations that go by their index are taken away last, by `relations.exchange`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reconciler.sdk import (
    Change,
    Marker,
    MarkerTooLong,
    Outcome,
    Problem,
    ProviderError,
    Ref,
    Rich,
    Value,
    as_completed,
)
from reconciler.sdk.answers import result_of
from reconciler_azure_devops.batch import batched
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import STATUS
from reconciler_azure_devops.links import LINKS, PARENT
from reconciler_azure_devops.marker import NEWER, is_newer, label_of
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.nodes import Nodes
from reconciler_azure_devops.parts import COMMENT, exchanged, parts_of, retags, said_along
from reconciler_azure_devops.patches import (
    add_relations,
    at_revision,
    comment,
    comment_text,
    fields_patch,
    removes_tags,
    status_patch,
    tags_patch,
)
from reconciler_azure_devops.problems import problems_of
from reconciler_azure_devops.reading import FieldTypes
from reconciler_azure_devops.relations import Relations, exchange
from reconciler_azure_devops.revisions import FULL, is_full
from reconciler_azure_devops.updates import named_comment

__all__ = ["Writing"]


@dataclass(frozen=True, slots=True)
class Writing:
    """What it takes to change items.

    Attributes:
        together: documents that stand alone go in one request.
        quiet: send no mail.
    """

    client: Client
    types: FieldTypes
    marking: Marking
    relations: Relations
    nodes: Nodes
    together: bool = False
    quiet: bool = False

    def run(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Change items, several at a time but each by one thread, and yield what came of each.

        Args:
            changes: at most one for an item.
        """
        rest: list[Change] = []
        for change in changes:
            if is_newer(change.item) and change.marker != "keep":
                yield Outcome(change.operation, "refused", problems=(NEWER,))
            else:
                rest.append(change)
        together = self.sent_together(rest)
        yield from self._batched(together)
        done = {each.operation for each in together}
        alone = [each for each in rest if each.operation not in done]
        yield from as_completed(lambda change: _Change(self, change).run(), alone)

    def sent_together(self, changes: Sequence[Change]) -> list[Change]:
        """Those that go in one request: where the provider wants it, changes of one document each."""
        single = [each for each in changes if [part.kind for part in parts_of(each, self.marking)] == ["document"]]
        return single if self.together and len(single) > 1 else []

    def document(self, change: Change, live: Json | None = None) -> list[Json]:
        """The first document of a change, without its test; empty where it has none.

        Args:
            change: to write.
            live: the item as it is, where `needs_live` says that it is needed.

        Raises:
            MarkerTooLong: there is no room for its marker.
        """
        transition = change.transition
        swapped = exchanged(change)
        values = {**change.set, **(transition.fields if transition else {})}
        known = self.types.of(values)
        patch = fields_patch(values, known, _markdown_in(live))
        marker = change.marker
        patch += tags_patch(change, [label_of(marker)] if isinstance(marker, Marker) and retags(change) else [], live)
        if marker != "keep":
            fields = self.marking.fields(marker if isinstance(marker, Marker) else None)
            patch += [{"op": "add", "path": f"/fields/{id}", "value": text} for id, text in fields.items()]
        patch += add_relations(self.relations.of({id: each for id, each in change.add.items() if id not in swapped}))
        if transition is not None:
            patch += status_patch(transition.path[0])
        if COMMENT in said_along(change) and (transition is None or len(transition.path) == 1):
            patch += comment(change.comment or "", change.operation)
        return patch

    def needs_live(self, change: Change) -> bool:
        """Whether a document can't be written without the item as it is: where tags go, and for a text's format."""
        values = (*change.set.values(), *(change.transition.fields.values() if change.transition else ()))
        return removes_tags(change) or any(isinstance(each, Rich) for each in values)

    def _batched(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        waiting: dict[str, _Change] = {}
        writes: list[tuple[str, Json]] = []
        for change in changes:
            one = _Change(self, change)
            try:
                patch = one.ready()
            except (MarkerTooLong, ProviderError) as problem:
                yield one.ended(problem)
                continue
            if patch:
                waiting[change.operation] = one
                path = f"/_apis/wit/workitems/{change.item.id}"
                writes.append((change.operation, self.client.batched("PATCH", path, patch)))
            else:
                yield one.ended(None)
        for operation, answer in batched(self.client, writes):
            yield waiting[operation].ended(answer if isinstance(answer, ProviderError) else None)


class _Change:
    """One change on its way: what was written so far, and what went wrong."""

    def __init__(self, writing: Writing, change: Change) -> None:
        self._writing = writing
        self._client = writing.client
        self._change = change
        self._revision = change.item.revision
        self._applied: frozenset[str] = frozenset()

    def run(self) -> Outcome:
        """Do all parts in order; the first that does not come to pass is the last."""
        path = self._change.transition.path if self._change.transition else ()
        ahead = path
        for part in parts_of(self._change, self._writing.marking):
            try:
                match part.kind:
                    case "document":
                        self._send(self.ready())
                        ahead = ahead[1:]
                    case "status":
                        self._move(ahead[0], said=COMMENT in part.fields)
                        ahead = ahead[1:]
                    case "exchange":
                        self._swap()
                    case "comment":
                        self._say()
            except (MarkerTooLong, ProviderError) as problem:
                return _halfway(self._failed(problem, part.fields), path[: len(path) - len(ahead)] if ahead else ())
            self._applied |= part.fields - ({STATUS} if ahead else frozenset())
        return Outcome(self._change.operation, "done", None, self._applied)

    def ready(self) -> list[Json]:
        """The first document, with its test, and with the areas and iterations there that it names."""
        writing, change = self._writing, self._change
        live = self._client.item(change.item.id) if writing.needs_live(change) else None
        writing.nodes.ensure({**change.set, **(change.transition.fields if change.transition else {})})
        patch = writing.document(change, live)
        return [*at_revision(self._revision), *patch] if patch else []

    def ended(self, problem: MarkerTooLong | ProviderError | None) -> Outcome:
        """What came of a change that is one document."""
        [part] = parts_of(self._change, self._writing.marking)
        if problem is not None:
            return self._failed(problem, part.fields)
        return Outcome(self._change.operation, "done", None, part.fields)

    def _move(self, status: Ref, *, said: bool) -> None:
        text = comment(self._change.comment or "", self._change.operation) if said else []
        self._send([*at_revision(self._revision), *status_patch(status), *text])

    def _say(self) -> None:
        change = self._change
        text = change.comment or ""
        before = named_comment(self._client, change.item.id, change.comment_name)
        if before is None:
            self._send([*at_revision(self._revision), *comment(text, change.operation, change.comment_name)])
        else:
            written = comment_text(text, change.operation, change.comment_name)
            self._client.edit_comment(*before, written, change.operation)

    def _send(self, patch: list[Json]) -> None:
        if not patch:
            return
        purpose: Literal["once", "repeatable"] = "repeatable" if patch[0]["op"] == "test" else "once"
        answer = self._client.patch(
            self._change.item.id, patch, self._change.operation, purpose=purpose, quiet=self._writing.quiet
        )
        self._revision = str(answer.get("rev", ""))

    def _swap(self) -> None:
        change, marking, relations = self._change, self._writing.marking, self._writing.relations
        leaving = relations.leaving(change)
        stale = marking.is_stale if change.marker != "keep" else None
        swapped = exchanged(change)
        coming = relations.of({id: value for id, value in (*change.set.items(), *change.add.items()) if id in swapped})
        if isinstance(change.marker, Marker):
            coming += marking.relations(change.marker)
        exchange(
            self._client,
            change.item.id,
            lambda relation: bool((leaving and leaving(relation)) or (stale and stale(relation))),
            coming,
            change.operation,
            marking,
            quiet=self._writing.quiet,
        )

    def _failed(self, problem: MarkerTooLong | ProviderError, fields: frozenset[str]) -> Outcome:
        if isinstance(problem, MarkerTooLong):
            problems: tuple[Problem, ...] = (Problem("limit", str(problem)),)
            return Outcome(self._change.operation, self._so_far("refused"), None, self._applied, problems)
        if is_full(problem, self._revision):
            return Outcome(self._change.operation, self._so_far("refused"), None, self._applied, (FULL,))
        only = next(iter(fields)) if len(fields) == 1 else None
        problems = tuple(replace(each, field=each.field or only) for each in problems_of(problem))
        result = result_of(problem)
        if result == "gone" and fields & {LINKS, PARENT} and self._is_there():
            result = "refused"  # what is gone is the other end
        return Outcome(self._change.operation, self._so_far(result), None, self._applied, problems)

    def _is_there(self) -> bool:
        try:
            return bool(self._client.items((self._change.item.id,)))
        except ProviderError:
            return False

    def _so_far(
        self, result: Literal["refused", "changed", "gone", "unknown", "not_sent"]
    ) -> Literal["partial", "refused", "changed", "gone", "unknown", "not_sent"]:
        return "partial" if self._applied and result in {"refused", "changed", "not_sent"} else result


def _halfway(outcome: Outcome, passed: Sequence[Ref]) -> Outcome:
    """With where it stands, where it has passed some of its statuses and not all."""
    if not (passed and outcome.problems):
        return outcome
    problem, *others = outcome.problems
    text = f"{problem.message.rstrip('.')}; it is in {passed[-1].name or passed[-1].id} now"
    return replace(outcome, problems=(replace(problem, message=text), *others))


def _markdown_in(live: Json | None) -> Sequence[str]:
    formats: Mapping[str, Value] = (live or {}).get("multilineFieldsFormat") or {}
    return [id for id, said in formats.items() if str(said).casefold() == "markdown"]
