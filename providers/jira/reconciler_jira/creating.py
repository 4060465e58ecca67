"""Create issues, 50 in a request where the site takes so many (FACTS A2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sdk import Draft, Item, MarkerTooLong, Outcome, Problem, ProviderError
from reconciler.sdk.answers import result_of
from reconciler_jira.client import BulkMissing, Client, Json
from reconciler_jira.fields import FieldType, to_json
from reconciler_jira.marking import Marking
from reconciler_jira.problems import problems_in, problems_of
from reconciler_jira.reading import FieldTypes

__all__ = ["create"]


def create(
    client: Client, types: FieldTypes, marking: Marking, project: str, drafts: Sequence[Draft]
) -> Iterator[Outcome]:
    """Create issues and yield what came of each, in order; a chunk's request is sent once.

    Args:
        client: the site.
        types: of its fields.
        marking: how issues are marked.
        project: the project's id.
        drafts: what to create; a parent must exist already.
    """
    known = types.of(field for draft in drafts for field in draft.fields)
    bodies: list[tuple[Draft, Json]] = []
    for draft in drafts:
        try:
            bodies.append((draft, _body(draft, known, marking, project)))
        except MarkerTooLong as problem:
            yield Outcome(draft.operation, "refused", problems=(Problem("limit", str(problem)),))
    at = 0
    while at < len(bodies):
        chunk = bodies[at : at + client.create_most]
        try:
            outcomes = tuple(_chunk(client, chunk))
        except BulkMissing:
            continue
        yield from outcomes
        at += len(chunk)


def _body(draft: Draft, known: Mapping[str, FieldType], marking: Marking, project: str) -> Json:
    """Write a draft as Jira's `IssueUpdateDetails`, with its marker in the same request.

    Raises:
        MarkerTooLong: the marker is longer than a property or a label may be.
    """
    fields: dict[str, Any] = {"project": {"id": project}, "issuetype": {"id": draft.type.id}}
    for field, value in draft.fields.items():
        if value is not None:
            fields[field] = to_json(known[field], value)
    if draft.marker is None:
        return {"fields": fields}
    body = {"fields": marking.created(draft.marker, fields), "properties": marking.properties_of(draft.marker)}
    return {name: each for name, each in body.items() if each}


def _chunk(client: Client, chunk: Sequence[tuple[Draft, Json]]) -> Iterator[Outcome]:
    drafts = [draft for draft, _ in chunk]
    try:
        status, answer = client.create([body for _, body in chunk], [draft.operation for draft in drafts])
    except ProviderError as problem:
        result = result_of(problem)
        for draft in drafts:
            # a 404 here is the project's, never an item's
            yield Outcome(draft.operation, "refused" if result == "gone" else result, problems=problems_of(problem))
        return
    yield from _outcomes(client, drafts, status, answer)


def _outcomes(client: Client, drafts: Sequence[Draft], status: int, answer: Json) -> Iterator[Outcome]:
    """Tell which created issue is which draft's: successes stand in input order, without the failed ones."""
    failed = {error["failedElementNumber"]: error for error in answer.get("errors") or () if _is_numbered(error)}
    created = list(answer.get("issues") or ())
    if status == 400 and not failed and not created:
        for draft in drafts:
            yield Outcome(draft.operation, "refused", problems=problems_in(answer, status))
        return
    fits = len(created) == len(drafts) - len(failed)
    following = iter(created)
    for number, draft in enumerate(drafts):
        if number in failed:
            error = failed[number]
            problems = problems_in(error.get("elementErrors") or {}, int(error.get("status") or status))
            yield Outcome(draft.operation, "refused", problems=problems)
        elif fits:
            issue = next(following)
            key = str(issue["key"])
            item = Item(str(issue["id"]), key, f"{client.site_url}/browse/{key}", draft.type, {}, "")
            applied = frozenset(draft.fields)
            yield Outcome(draft.operation, "done", item, applied)
        else:
            yield Outcome(draft.operation, "unknown")


def _is_numbered(error: Any) -> bool:
    return isinstance(error, dict) and isinstance(error.get("failedElementNumber"), int)
