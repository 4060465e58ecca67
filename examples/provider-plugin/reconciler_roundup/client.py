"""Roundup's REST interface, request by request (https://www.roundup-tracker.org/docs/rest.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from reconciler.sdk import Clock, NotFoundError, PluginConfig, Response, Session

__all__ = ["Client", "Json", "Part"]

Json: TypeAlias = dict[str, Any]

_PAGE = 100
_REFUSALS = (400, 403, 404, 405, 409, 412)


class Client:
    """Requests to one tracker. Reads raise what the session raises; writes give the answer, whatever it says."""

    def __init__(self, session: Session) -> None:
        self._session = session
        origin = urlsplit(session.url)
        self._headers = {
            "Origin": f"{origin.scheme}://{origin.netloc}",
            "Referer": f"{session.url}/",
            "X-Requested-With": "rest",
        }

    @property
    def url(self) -> str:
        """The tracker, without a final slash."""
        return self._session.url

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        return self._session.clock

    def collection(self, kind: str, **query: str) -> Iterator[Json]:
        """The items of a class that a query finds, across all pages, with the query's `fields`."""
        asked = {f"@{name}" if name in ("fields", "sort") else name: value for name, value in query.items()}
        page = 1
        while True:
            params = {"@verbose": "2", "@page_size": str(_PAGE), "@page_index": str(page), **asked}
            found = self._read(f"/rest/data/{kind}", params).json()["data"]["collection"]
            yield from found
            if len(found) < _PAGE:
                return
            page += 1

    def classes(self) -> Json:
        """The tracker's classes, by name."""
        data: Json = self._read("/rest/data", {}).json()["data"]
        return data

    def item(self, kind: str, id: str) -> tuple[Json, str] | None:
        """An item's attributes and its ETag; `None` where this account sees none."""
        try:
            data = self._read(f"/rest/data/{kind}/{id}", {"@verbose": "2"}).json()["data"]
        except NotFoundError:
            return None
        return data["attributes"], data["@etag"]

    def create(self, kind: str, values: Json, operation: str) -> Response:
        """Create an item; the answer holds its id."""
        return self._write("POST", f"/rest/data/{kind}", values, operation, once=True)

    def patch(self, kind: str, id: str, values: Json, etag: str, operation: str) -> Response:
        """Set attributes of an item that is still as its ETag says."""
        return self._write("PATCH", f"/rest/data/{kind}/{id}", values, operation, etag=etag)

    def retire(self, kind: str, id: str, etag: str, operation: str) -> Response:
        """Retire an item: it is hidden, an administrator can bring it back."""
        return self._write("DELETE", f"/rest/data/{kind}/{id}", None, operation, etag=etag)

    def _read(self, path: str, params: Mapping[str, str]) -> Response:
        return self._session.send("GET", path, purpose="read", params=params, headers=self._headers)

    def _write(
        self, method: str, path: str, body: Json | None, operation: str, *, etag: str = "", once: bool = False
    ) -> Response:
        return self._session.send(
            method,
            path,
            purpose="once" if once else "repeatable",
            operations=(operation,),
            body=body,
            headers={**self._headers, **({"If-Match": etag} if etag else {})},
            expect=_REFUSALS,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """What each part of the provider works with."""

    config: PluginConfig
    client: Client
