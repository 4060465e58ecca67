"""Calls to an Azure DevOps site over one session, and the shape of its lists.

Paths are below the organisation's or collection's URL, whatever its host is (FACTS B1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

from reconciler.sdk import Clock, Purpose, Response, Session, UnknownOutcome, UnreachableError
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_azure_devops.problems import is_mistaken, refusal
from reconciler_azure_devops.signing_in import checked, sign_in_problem

__all__ = ["PATCHED", "Calls", "Json", "Patch", "part", "scope", "values_in"]

Json: TypeAlias = dict[str, Any]
Patch: TypeAlias = Sequence[Mapping[str, Any]]
"""A JSON Patch document: one transaction, and one new revision (FACTS B2)."""

PATCHED: Final[Mapping[str, str]] = {"Content-Type": "application/json-patch+json"}
"""The headers of a JSON Patch document."""

_VERSION: Final = "7.1"
_MARKDOWN_VERSION: Final = "7.2-preview.3"
"""Where work items tell and take their texts' formats (FACTS B8)."""
_REFUSALS: Final = frozenset({400, 412})


class Calls:
    """How a site is called. Each method raises what `Session.send` raises.

    Sign-in pages are `AuthenticationError`, refusals carry the fields that they name, and a failed `test` of a patch
    is a `ConflictError`.

    Args:
        session: to the organisation or collection.
        markdown: ask for the version of the API that knows Markdown texts.
    """

    def __init__(self, session: Session, *, markdown: bool = False) -> None:
        self._session = session
        self._items_version = _MARKDOWN_VERSION if markdown else _VERSION
        self._batch_version = "7.2-preview.1" if markdown else _VERSION

    @property
    def site_url(self) -> str:
        """The organisation's or collection's URL, without a final slash."""
        return self._session.url

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        return self._session.clock

    def _get(self, path: str, params: Mapping[str, Any] | None = None, *, version: str = _VERSION) -> Any:
        return self._send("GET", path, "read", params=params, version=version).json()

    def _post(self, path: str, body: Json, params: Mapping[str, Any] | None = None, *, version: str = _VERSION) -> Any:
        """Read by POST."""
        return self._send("POST", path, "read", params=params, body=body, version=version).json()

    def _tried(self, method: str, path: str, patch: Patch) -> Json:
        response = self._send(
            method,
            path,
            "read",
            params={"validateOnly": "true"},
            body=list(patch),
            version=self._items_version,
            headers=PATCHED,
        )
        return object_in(response.json())

    def _patched(
        self,
        method: str,
        path: str,
        patch: Patch,
        operation: str,
        purpose: Literal["once", "repeatable"],
        *,
        quiet: bool,
    ) -> Json:
        params = {"$expand": "relations"} | ({"suppressNotifications": "true"} if quiet else {})
        response = self._send(
            method,
            path,
            purpose,
            params=params,
            body=list(patch),
            version=self._items_version,
            headers=PATCHED,
            operations=(operation,),
        )
        try:
            return object_in(response.json())
        except UnreachableError as problem:  # it was sent, and this says neither yes nor no
            raise UnknownOutcome(problem.summary, status=response.status) from problem

    def _send(
        self,
        method: str,
        path: str,
        purpose: Purpose,
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        version: str = _VERSION,
        headers: Mapping[str, str] | None = None,
        operations: Sequence[str] = (),
    ) -> Response:
        what = f"{method} {path}"
        try:
            response = self._session.send(
                method,
                path,
                purpose=purpose,
                operations=operations,
                params={**(params or {}), "api-version": version},
                body=body,
                headers=headers,
                expect=_REFUSALS,
                final=is_mistaken,
            )
        except (UnknownOutcome, UnreachableError) as problem:
            refused = sign_in_problem(problem, self._session.credential)
            if refused is None:
                raise
            raise refused from problem
        if response.status in _REFUSALS or response.status >= 500:
            raise refusal(response.status, response.body, what)
        return checked(response, purpose, what, self._session.credential)


def scope(project: str, team: str = "") -> str:
    """Where the paths of a project, or of a team of it, begin; of none, at the site's."""
    return "".join(f"/{part(each)}" for each in (project, team) if each)


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def values_in(data: Any) -> list[Json]:
    """The elements of a list's answer: `{count, value}`, or the list alone.

    Raises:
        UnreachableError: it is something else.
    """
    return objects_in(data.get("value") if isinstance(data, dict) else data)
