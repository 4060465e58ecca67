"""Create items: one document each, with parent, links, tags and marker in it (FACTS B2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from reconciler.sdk import Draft, MarkerTooLong, Outcome, Problem, ProviderError, as_completed
from reconciler.sdk.answers import result_of
from reconciler_azure_devops.batch import batched
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import LABELS, to_json
from reconciler_azure_devops.marker import label_of
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.nodes import Nodes
from reconciler_azure_devops.patches import add_relations, fields_patch, format_patch
from reconciler_azure_devops.problems import problems_of
from reconciler_azure_devops.reading import FieldTypes, item_of
from reconciler_azure_devops.relations import Relations

__all__ = ["Creating"]


@dataclass(frozen=True, slots=True)
class Creating:
    """What it takes to create.

    Attributes:
        project: its id or name.
        markdown: texts are kept as Markdown.
        together: many go in one request.
    """

    client: Client
    types: FieldTypes
    marking: Marking
    relations: Relations
    nodes: Nodes
    project: str
    markdown: bool = False
    together: bool = False

    def run(self, drafts: Sequence[Draft]) -> Iterator[Outcome]:
        """Create items, each by a request that is sent once, several at a time, and yield what came of each.

        Args:
            drafts: what to create; a parent must exist already.
        """
        if not self.together:
            yield from as_completed(self._created, drafts)
            return
        waiting: dict[str, Draft] = {}
        writes: list[tuple[str, Json]] = []
        for draft in drafts:
            try:
                write = self.client.batched("PATCH", self._path(draft), self._ready(draft))
            except (MarkerTooLong, ProviderError) as problem:
                yield _failed(draft, problem)
            else:
                waiting[draft.operation] = draft
                writes.append((draft.operation, write))
        for operation, answer in batched(self.client, writes):
            draft = waiting[operation]
            yield _failed(draft, answer) if isinstance(answer, ProviderError) else self._made(draft, answer)

    def patch(self, draft: Draft) -> list[Json]:
        """The document that creates an item.

        Raises:
            MarkerTooLong: there is no room for its marker.
        """
        values = {id: value for id, value in draft.fields.items() if value not in (None, ())}
        known = self.types.of(values)
        texts = [id for id in values if known[id].kind == "rich"] if self.markdown else []
        patch = fields_patch(values, known, texts)
        tags = str(to_json(known[LABELS], values[LABELS])).split("; ") if LABELS in values else []
        relations = self.relations.of(values)
        if draft.marker is not None:
            tags.append(label_of(draft.marker))
            marker = self.marking.fields(draft.marker)
            patch += [{"op": "add", "path": f"/fields/{id}", "value": text} for id, text in marker.items()]
            relations += self.marking.relations(draft.marker)
        if tags:
            patch.append({"op": "add", "path": f"/fields/{LABELS}", "value": "; ".join(tags)})
        formats = format_patch({id: values[id] for id in texts})
        return [*patch, *formats, *add_relations(relations)]

    def _created(self, draft: Draft) -> Outcome:
        try:
            answer = self.client.create(self.project, draft.type.id, self._ready(draft), draft.operation)
        except (MarkerTooLong, ProviderError) as problem:
            return _failed(draft, problem)
        return self._made(draft, answer)

    def _ready(self, draft: Draft) -> list[Json]:
        """The document, with the areas and iterations there that it names."""
        patch = self.patch(draft)
        self.nodes.ensure(draft.fields)
        return patch

    def _path(self, draft: Draft) -> str:
        return f"/{quote(self.project, safe='')}/_apis/wit/workitems/${quote(draft.type.id, safe='')}"

    def _made(self, draft: Draft, answer: Json) -> Outcome:
        if "id" not in answer:
            return Outcome(draft.operation, "unknown")
        item = item_of(self.client, self.types, (), answer, draft.marker)
        return Outcome(draft.operation, "done", item, frozenset(draft.fields))


def _failed(draft: Draft, problem: MarkerTooLong | ProviderError) -> Outcome:
    if isinstance(problem, MarkerTooLong):
        return Outcome(draft.operation, "refused", problems=(Problem("limit", str(problem)),))
    result = result_of(problem)
    # a 404 here is the project's or the type's, never an item's
    return Outcome(draft.operation, "refused" if result == "gone" else result, problems=problems_of(problem))
