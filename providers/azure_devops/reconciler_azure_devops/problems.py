"""Azure DevOps' refusals, as errors and as problems of one item (FACTS B7, F).

Texts are shown, never matched on; the code that one begins with may be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    NotFoundError,
    Problem,
    ProviderError,
    RateLimitError,
    Response,
    ValidationError,
)

__all__ = ["is_mistaken", "problems_of", "reasons_in", "refusal"]

_KINDS: Mapping[int, type[ProviderError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    412: ConflictError,
}

_MISTAKEN: Final = re.compile(r"VS402612\b")
"""The codes of mistakes in a question that are answered with 500, as a failure of the site is: a macro of a query that
lacks its team or its project.
"""


def refusal(status: int, body: bytes | str, what: str) -> ProviderError:
    """Make the error for an answer that says no, with Azure DevOps' own JSON.

    Args:
        status: the HTTP status, or that of one element of a `$batch`.
        body: its JSON.
        what: what was asked, for the message.
    """
    reasons = _reasons(body)
    detail = "\n".join(f"{field}: {text}" if field else text for field, text in reasons)
    kind = _KINDS.get(status, ValidationError)
    return kind(f"the site answered {what} with {status}", detail=detail, status=status, reasons=reasons)


def is_mistaken(response: Response) -> bool:
    """Whether an answer of 5xx says that the question is wrong, so that asking again gives the same answer."""
    return any(_MISTAKEN.match(text) for _, text in _reasons(response.body))


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


def _reasons(body: bytes | str) -> tuple[tuple[str, str], ...]:
    try:
        return reasons_in(json.loads(body))
    except ValueError:
        return ()


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
    reasons = problem.reasons or (("", ": ".join(filter(None, (problem.summary, problem.detail)))),)
    if code == "forbidden" and problem.hint:
        reasons = tuple((field, f"{text} ({problem.hint})") for field, text in reasons)
    return tuple(
        Problem("bad_value" if field and code == "rule" else code, text, field or None) for field, text in reasons
    )
