"""Tell a refused sign-in from an answer: Azure DevOps shows strangers a page, or sends them to one (FACTS B1)."""

from __future__ import annotations

from typing import Final

from reconciler.sdk import AuthenticationError, ProviderError, Purpose, Response, UnknownOutcome, UnreachableError

__all__ = ["checked", "sign_in_problem"]

_SENT_AWAY: Final = frozenset({301, 302, 307, 308, 401})
"""Statuses that say, of a write too, that nothing was done."""
_PAGES: Final = range(200, 400)
_NO_ANSWERS: Final = frozenset({203, 303})
"""Statuses of sign-in pages that mean "done" elsewhere."""


def sign_in_problem(problem: ProviderError, credential: str) -> AuthenticationError | None:
    """The refused sign-in that a failed request shows; `None` where it shows none. `credential` is for the message.

    A write that was answered by a page, and not sent away, may have been done: it stays unknown.
    """
    status = problem.status or 0
    if isinstance(problem, UnknownOutcome):
        return _refused(status, credential) if status in _SENT_AWAY else None
    return _refused(status, credential) if isinstance(problem, UnreachableError) and status in _PAGES else None


def checked(response: Response, purpose: Purpose, what: str, credential: str) -> Response:
    """Give back an answer that is none to a stranger.

    Raises:
        AuthenticationError: to a read, it is one.
        UnknownOutcome: to a write, it may be one, and the write may have been done.
    """
    if response.status not in _NO_ANSWERS:
        return response
    if purpose == "read":
        raise _refused(response.status, credential)
    raise UnknownOutcome(
        f"the site answered {what} with {response.status}, which does not say whether it was done",
        status=response.status,
    )


def _refused(status: int, credential: str) -> AuthenticationError:
    return AuthenticationError(
        "the site did not accept the credential",
        detail=f"it answered with {status}, as it sends strangers to sign in",
        hint=f"check {credential}: a token expires, and belongs to one organisation and its scopes",
        status=status,
    )
