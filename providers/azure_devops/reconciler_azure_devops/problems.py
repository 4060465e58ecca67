"""Azure DevOps' refusals, as errors and as problems of one item. Texts are shown, never matched on (FACTS B7, F)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    NotFoundError,
    Problem,
    ProviderError,
    RateLimitError,
    ValidationError,
)

__all__ = ["problems_of", "reasons_in", "refusal"]

_KINDS: Mapping[int, type[ProviderError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    412: ConflictError,
}


def refusal(status: int, body: bytes | str, what: str) -> ProviderError:
    """Make the error for an answer that says no: a status of 4xx with Azure DevOps' own JSON.

    Args:
        status: the HTTP status, or that of one element of a `$batch`.
        body: its JSON.
        what: what was asked, for the message.
    """
    try:
        reasons = reasons_in(json.loads(body))
    except ValueError:
        reasons = ()
    detail = "\n".join(f"{field}: {text}" if field else text for field, text in reasons)
    kind = _KINDS.get(status, ValidationError)
    return kind(f"the site answered {what} with {status}", detail=detail, status=status, reasons=reasons)


def reasons_in(data: Any) -> tuple[tuple[str, str], ...]:
    """Read (field's reference name or "", text) pairs out of an error's JSON.

    Rule errors come by field; an invalid field names itself beside the message (FACTS B7).
    """
    if not isinstance(data, dict):
        return ()
    more = data.get("customProperties")
    more = more if isinstance(more, dict) else {}
    rules = more.get("RuleValidationErrors")
    found = [
        (str(each.get("fieldReferenceName") or ""), str(each.get("errorMessage") or ""))
        for each in (rules if isinstance(rules, list) else ())
        if isinstance(each, dict)
    ]
    message = str(data.get("message") or data.get("Message") or "")
    if not found and message:
        found = [(str(more.get("ReferenceName") or ""), message)]
    return tuple((field, text[:1000]) for field, text in found)


def problems_of(problem: ProviderError) -> tuple[Problem, ...]:
    """Say a failed write as problems, by field where Azure DevOps names one."""
    code: Literal["changed", "forbidden", "gone", "limit", "rule"] = "rule"
    if isinstance(problem, (AuthenticationError, AuthorizationError)):
        code = "forbidden"
    elif isinstance(problem, ConflictError):
        code = "changed"
    elif isinstance(problem, NotFoundError):
        code = "gone"
    elif problem.status == 413 or isinstance(problem, RateLimitError):
        code = "limit"
    reasons = problem.reasons or (("", problem.detail or problem.summary),)
    if code == "forbidden" and problem.hint:
        reasons = tuple((field, f"{text} ({problem.hint})") for field, text in reasons)
    return tuple(
        Problem("bad_value" if field and code == "rule" else code, text, field or None) for field, text in reasons
    )
