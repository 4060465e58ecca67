"""Many writes in one request, which is no transaction: each has an answer of its own (FACTS B3)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.sdk import ProviderError, RateLimitError, UnknownOutcome
from reconciler_azure_devops.client import BATCH_MOST, Client, Json
from reconciler_azure_devops.problems import refusal

__all__ = ["batched"]


def batched(client: Client, writes: Sequence[tuple[str, Json]]) -> Iterator[tuple[str, Json | ProviderError]]:
    """Send writes, 200 in a request, and yield what came of each operation: the item, or why there is none.

    Args:
        client: the site.
        writes: by operation, as `Client.batched` makes them.
    """
    for at in range(0, len(writes), BATCH_MOST):
        chunk = writes[at : at + BATCH_MOST]
        operations = [operation for operation, _ in chunk]
        try:
            answers = client.batch([write for _, write in chunk], operations)
        except ProviderError as problem:
            yield from ((operation, problem) for operation in operations)
            continue
        if len(answers) != len(chunk):
            answers = [{} for _ in chunk]  # nobody can say which is whose
        for operation, answer in zip(operations, answers, strict=True):
            yield operation, _judged(answer)


def _judged(answer: Json) -> Json | ProviderError:
    """Read one answer: its status says yes or no, or nothing."""
    code, body = answer.get("code"), str(answer.get("body") or "")
    if not isinstance(code, int) or code in (408, 409) or code >= 500:
        said = code if isinstance(code, int) else None
        text = f"one of a batch of writes was answered with {code}, which does not say what it did"
        return UnknownOutcome(text, status=said)
    if code == 429:
        return RateLimitError("the site asks to wait before one of a batch of writes", status=code)
    if code >= 300:
        return refusal(code, body, "one of a batch of writes")
    item = _item(body)
    return UnknownOutcome("one of a batch of writes was answered with no item", status=code) if item is None else item


def _item(body: str) -> Json | None:
    try:
        data: Any = json.loads(body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
