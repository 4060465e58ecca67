"""Delete issues for good: Jira has no bin to bring them back from (FACTS A15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.sdk import Item, Outcome, ProviderError, as_completed
from reconciler.sdk.answers import result_of
from reconciler_jira.client import Client
from reconciler_jira.marker import NEWER, is_newer
from reconciler_jira.problems import problems_of

__all__ = ["remove"]


def remove(client: Client, items: Mapping[str, Item]) -> Iterator[Outcome]:
    """Delete issues, by operation id, and yield what came of each. Sub-tasks are never deleted along."""

    def removed(operation: str) -> Outcome:
        if is_newer(items[operation]):
            return Outcome(operation, "refused", problems=(NEWER,))
        try:
            client.remove_issue(items[operation].id, operation)
        except ProviderError as problem:
            return Outcome(operation, result_of(problem), problems=problems_of(problem))
        return Outcome(operation, "done")

    yield from as_completed(removed, tuple(items))
