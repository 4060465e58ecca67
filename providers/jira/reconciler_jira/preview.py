"""What writes would take, sending none: requests by kind of call, and whether a status can be reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.sdk import Change, Draft, Preview, Problem, ProviderError, as_completed
from reconciler_jira.client import Client
from reconciler_jira.creating import CREATE_MOST
from reconciler_jira.fields import DOCUMENTS, LINKS, to_json
from reconciler_jira.links import urls_of
from reconciler_jira.problems import problems_of
from reconciler_jira.reading import FieldTypes
from reconciler_jira.transitions import way_to
from reconciler_jira.writing import edit_of, is_marker_alone, retitled

__all__ = ["preview"]


def preview(client: Client, types: FieldTypes, writes: Sequence[Draft | Change], *, live: bool) -> Iterator[Preview]:
    """Count requests, and read what transitions there are where `live` allows it."""
    drafts = [each for each in writes if isinstance(each, Draft)]
    for number, draft in enumerate(drafts):
        yield Preview(draft.operation, {"bulk create": 1} if number % CREATE_MOST == 0 else {})
    changes = [each for each in writes if isinstance(each, Change)]

    def look(change: Change) -> Preview:
        requests = _requests(change, types)
        problems = _way(client, types, change) if live else ()
        return Preview(change.operation, requests, change.transition, problems)

    yield from as_completed(look, changes)


def _requests(change: Change, types: FieldTypes) -> dict[str, int]:
    known = types.of((*change.set, *change.add, *change.remove))
    documents = len(change.add.get(DOCUMENTS, ())) + len(urls_of(change.remove.get(DOCUMENTS, ())) - retitled(change))
    links = len(change.add.get(LINKS, ())) + len(change.remove.get(LINKS, ()))
    body = edit_of(change, known)
    alone = body.keys() == {"properties"} or is_marker_alone(change)
    counts = Counter(
        {
            "edit": int(bool(body) and not alone),
            "marker": int(alone) + int(change.marker == "drop"),
            "transition": len(change.transition.path) if change.transition else 0,
            "link": links,
            "document": documents,
            "comment": int(change.comment is not None),
        }
    )
    return {kind: count for kind, count in counts.items() if count}


def _way(client: Client, types: FieldTypes, change: Change) -> tuple[Problem, ...]:
    """Look at the first step of the way; what comes after it, only the site knows once it is there."""
    if change.transition is None:
        return ()
    known = types.of(change.transition.fields)
    given = {field: to_json(known[field], value) for field, value in change.transition.fields.items()}
    try:
        offered = client.transitions(change.item.id)
    except ProviderError as failed:
        return problems_of(failed)
    problem = way_to(offered, change.transition.path[0], given).problem
    return (problem,) if problem else ()
