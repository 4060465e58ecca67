"""A platform's answers: what they say, and whether they say yes, no or neither."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, TypeAlias

from reconciler.errors import (
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    NotFoundError,
    ProviderError,
    RateLimitError,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
)

__all__ = ["Advice", "Asked", "Purpose", "Response", "error_texts", "judged", "result_of"]

Purpose: TypeAlias = Literal["read", "repeatable", "once"]
Advice: TypeAlias = "Callable[[str, int], str]"
"""Given a refused request's method and path (`GET /rest/api/3/myself`) and the answer's status, what to do about it;
empty where there is nothing to add.
"""

_DEFINITE: Mapping[int, type[ProviderError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    405: ValidationError,
    413: ValidationError,
    415: ValidationError,
    422: ValidationError,
}
"""Statuses that, in the platform's own JSON, say that a write did not happen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, for messages: the host, what the operator calls the credential, and the plugin's advice."""

    host: str
    credential: str
    advice: Advice = lambda *_: ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that the platform meant for us. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON; `None` where it is empty.

        Raises:
            UnreachableError: it is no JSON, which is what a proxy's or a sign-in page is.
        """
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except ValueError as problem:
            raise UnreachableError(
                "the site answered with something that is not JSON",
                hint="is the URL the site's own, and is there a proxy or a sign-in page in between?",
                status=self.status,
            ) from problem


def result_of(problem: ProviderError) -> Literal["refused", "changed", "gone", "unknown", "not_sent"]:
    """What a failed write means for its item: the `result` of its `Outcome`."""
    match problem:
        case UnknownOutcome():
            return "unknown"
        case RateLimitError() | UnreachableError():
            return "not_sent"
        case ConflictError():
            return "changed"
        case NotFoundError():
            return "gone"
    return "refused"


def judged(response: Response, purpose: Purpose, expect: Collection[int], what: str, asked: Asked) -> Response:
    """Give back an answer that says yes, and raise the others.

    A write that was answered by anything but the platform's own yes or no may have happened.

    Args:
        response: the answer.
        purpose: of the request.
        expect: statuses beside 2xx and 303 that the caller reads, where they come as JSON.
        what: method and path, for the message.
        asked: whom, for the message.
    """
    status = response.status
    ours = "json" in response.headers.get("content-type", "").lower()
    page = "html" in response.headers.get("content-type", "").lower()
    if not page and (status == 303 or 200 <= status < 300 or (status in expect and ours)):
        return response
    reasons = _reasons(response) if ours else ()
    if purpose == "read":
        _refuse(status, reasons, page, what, asked)
    if status in _DEFINITE and ours:
        _refuse(status, reasons, page, what, asked)
    raise UnknownOutcome(
        f"the site answered {what} with {status}, which does not say whether it was done",
        detail="\n".join(text for _, text in reasons),
        status=status,
        reasons=reasons,
    )


def _refuse(status: int, reasons: Sequence[tuple[str, str]], page: bool, what: str, asked: Asked) -> NoReturn:
    detail = "\n".join(f"{field}: {text}" if field else text for field, text in reasons)
    advice = asked.advice(what, status)
    if status == 401:
        general = f"check {asked.credential}: a token expires, and belongs to one account and one site"
        raise AuthenticationError(
            f"{asked.host} did not accept the credential",
            detail=detail,
            hint=f"{general}; {advice}" if advice else general,
            status=status,
        )
    if page or 300 <= status < 400 or status >= 500:
        raise UnreachableError(
            f"the site answered {what} with {status}" + (" and a page" if page else ""),
            detail=detail,
            hint="is the URL the site's own?" if status < 500 else "try again later",
            status=status,
        )
    kind = _DEFINITE.get(status, ValidationError)
    general = f"ask for the permission at {asked.host}, for the account of {asked.credential}" if status == 403 else ""
    hint = f"{general}; {advice}" if general and advice else general or advice
    raise kind(f"the site answered {what} with {status}", detail=detail, hint=hint, status=status, reasons=reasons)


def _reasons(response: Response) -> tuple[tuple[str, str], ...]:
    """Read the platform's own words, in the shapes that errors come in (FACTS A14)."""
    try:
        data = json.loads(response.body)
    except ValueError:
        return ()
    return error_texts(data)


def error_texts(data: object) -> tuple[tuple[str, str], ...]:
    """Read (field id or "", text) pairs out of an error's JSON, whichever of the known shapes it has."""
    if not isinstance(data, dict):
        return ()
    found: list[tuple[str, str]] = []
    messages = data.get("errorMessages")
    found += [("", str(each)) for each in messages] if isinstance(messages, list) else []
    errors = data.get("errors")
    if isinstance(errors, dict):
        found += [(str(field), str(text)) for field, text in errors.items()]
    elif isinstance(errors, list):
        found += [("", str(each["message"])) for each in errors if isinstance(each, dict) and "message" in each]
    found += [("", str(data[key])) for key in ("message", "errorMessage") if data.get(key)]
    return tuple((field, text[:1000]) for field, text in found)
