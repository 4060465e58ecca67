"""Calls to a Jira site over one session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias
from urllib.parse import quote

from reconciler.sdk import Clock, Purpose, Response, Session, UnknownOutcome, UnreachableError
from reconciler.sdk.shapes import object_in, objects_in

__all__ = ["AGILE", "Calls", "Json", "part"]

Json: TypeAlias = dict[str, Any]

AGILE = "/rest/agile/1.0"


class Calls:
    """How a site is called. Each method raises what `Session.send` raises.

    Attributes:
        api: where the platform's interface begins.
    """

    api: ClassVar = "/rest/api/3"

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def site_url(self) -> str:
        """The site's URL, without a final slash."""
        return self._session.url

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        return self._session.clock

    def _heard(self, data: Any) -> Any:
        """An answer as the plugin reads it."""
        return data

    def _said(self, body: Any) -> Any:
        """A body as the site takes it."""
        return body

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._heard(self._session.send("GET", self.api + path, purpose="read", params=params).json())

    def _post(self, path: str, body: Json, params: Mapping[str, str] | None = None) -> Any:
        """Read by POST."""
        answer = self._session.send("POST", self.api + path, purpose="read", params=params, body=body)
        return self._heard(answer.json())

    def _values(self, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        """The values of a list, across all pages; the path is below the site's URL."""
        start = 0
        while True:
            query = {**params, "startAt": start, "maxResults": 50}
            page = object_in(self._session.send("GET", path, purpose="read", params=query).json())
            found = objects_in(page.get("values"))
            yield from found
            start += len(found)
            if page.get("isLast") or not found:
                return

    def _write(
        self,
        method: str,
        path: str,
        operation: str,
        body: Json | str | None = None,
        *,
        params: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> None:
        self._session.send(
            method,
            self.api + path,
            purpose="once" if once else "repeatable",
            operations=(operation,),
            body=self._said(body),
            params=params,
        )

    def _made(self, path: str, body: Json, purpose: Purpose) -> Json:
        """Make what is no part of an issue, and so carries out no operation of its own; the path is the site's."""
        return _written(self._session.send("POST", path, purpose=purpose, body=body))

    def _create(self, path: str, body: Json, operations: Sequence[str]) -> tuple[int, Json]:
        """Create: the status, which may be 400, and the answer's JSON."""
        response = self._session.send(
            "POST", self.api + path, purpose="once", operations=operations, body=self._said(body), expect=(400,)
        )
        return response.status, _written(response)


def _written(response: Response) -> Json:
    """The object in the answer to a write.

    Raises:
        UnknownOutcome: it holds none, so it says neither yes nor no.
    """
    try:
        return object_in(response.json())
    except UnreachableError as problem:
        raise UnknownOutcome(
            f"the site answered a write with {response.status} and something that is not Jira's",
            status=response.status,
        ) from problem


def part(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")
