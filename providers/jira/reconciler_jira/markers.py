"""Write the markers of many issues at once: one task for 100 of them (FACTS A8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reconciler.sdk import Change, Marker, MarkerTooLong, Outcome, Problem, ProviderError, UnknownOutcome
from reconciler.sdk.answers import result_of
from reconciler_jira.client import BulkClient, Json
from reconciler_jira.marker import PROPERTY
from reconciler_jira.marking import Marking
from reconciler_jira.problems import problems_of

__all__ = ["MARKERS_MOST", "put_markers"]

MARKERS_MOST = 100
_FIRST_LOOK, _LONGEST_LOOK = 0.25, 4.0
_LOOKS = 20
_ENDED = frozenset({"FAILED", "CANCELLED", "DEAD"})


def put_markers(client: BulkClient, marking: Marking, changes: Sequence[Change]) -> Iterator[Outcome]:
    """Write the properties of changes that change nothing else, and yield what came of each."""
    values: dict[str, tuple[Change, Json]] = {}
    for change in changes:
        assert isinstance(change.marker, Marker)
        try:
            values[change.item.id] = (change, {PROPERTY: marking.property_of(change.marker)})
        except MarkerTooLong as problem:
            yield Outcome(change.operation, "refused", problems=(Problem("limit", str(problem)),))
    issues = tuple(values)
    for at in range(0, len(issues), MARKERS_MOST):
        chunk = {issue: values[issue] for issue in issues[at : at + MARKERS_MOST]}
        yield from _chunk(client, chunk)


def _chunk(client: BulkClient, chunk: Mapping[str, tuple[Change, Json]]) -> Iterator[Outcome]:
    operations = [change.operation for change, _ in chunk.values()]
    try:
        task = client.put_properties({issue: value for issue, (_, value) in chunk.items()}, operations)
        problems = _followed(client, task)
    except ProviderError as problem:
        for operation in operations:
            yield Outcome(operation, result_of(problem), problems=problems_of(problem))
        return
    for operation in operations:
        yield Outcome(operation, "refused" if problems else "done", problems=problems)


def _followed(client: BulkClient, task: str) -> tuple[Problem, ...]:
    """Wait for a task's end; the problem that it ended with.

    Raises:
        UnknownOutcome: it did not end in about a minute, or can't be read.
    """
    seconds = _FIRST_LOOK
    for _ in range(_LOOKS):
        try:
            progress = client.task(task)
        except ProviderError as problem:
            raise UnknownOutcome("the task that writes the markers can't be read", detail=str(problem)) from problem
        if progress.get("status") == "COMPLETE":
            return ()
        if progress.get("status") in _ENDED:
            return (Problem("rule", str(progress.get("message") or f"the task ended as {progress['status']}")),)
        client.clock.sleep(seconds)
        seconds = min(2 * seconds, _LONGEST_LOOK)
    raise UnknownOutcome("the task that writes the markers did not end in time")
