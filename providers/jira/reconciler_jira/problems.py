"""Jira's refusals as problems of one item. Texts are shown, never matched on: they are translated (FACTS A14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    Problem,
    ProviderError,
    RateLimitError,
    error_texts,
)

__all__ = ["problems_in", "problems_of"]


def problems_of(problem: ProviderError) -> tuple[Problem, ...]:
    """Say a failed write as problems, by field where Jira names one."""
    code: Literal["forbidden", "gone", "limit", "rule"] = "rule"
    if isinstance(problem, (AuthenticationError, AuthorizationError)):
        code = "forbidden"
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


def problems_in(errors: Mapping[str, Any], status: int) -> tuple[Problem, ...]:
    """Say one element's `ErrorCollection` of a bulk answer as problems."""
    code: Literal["forbidden", "rule"] = "forbidden" if status in (401, 403) else "rule"
    found = tuple(
        Problem("bad_value" if field and code == "rule" else code, text, field or None)
        for field, text in error_texts(errors)
    )
    return found or (Problem(code, f"the site refused it with {status}"),)
