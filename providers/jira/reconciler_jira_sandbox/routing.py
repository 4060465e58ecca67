"""Requests, answers and the table that ties a path to its endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reconciler_jira_sandbox.answers import Answer
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.rendering import Rendering
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["Answer", "Endpoint", "Request", "Route", "Router", "page_bounds"]

_VERSIONS = "/api/(?P<api>2|3|latest)/"


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the signed-in account.

    Attributes:
        path: the values of the path's placeholders.
        query: each parameter with its values.
        body: the parsed JSON; `None` where there is none.
        by: the account id.
    """

    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any
    by: str
    base: str
    show: Rendering

    def first(self, name: str, default: str = "") -> str:
        """A query parameter's first value."""
        return (self.query.get(name) or (default,))[0]

    def listed(self, name: str) -> list[str]:
        """A query parameter's values, repeated or with commas."""
        return [part for each in self.query.get(name, ()) for part in each.split(",") if part]

    def flag(self, name: str) -> bool:
        """A query parameter that is true or false; false where it is absent."""
        return self.first(name).casefold() == "true"

    def with_body(self, body: Any) -> Request:
        """The same request with another body."""
        return replace(self, body=body)

    def object(self) -> Mapping[str, Any]:
        """The body, which has to be an object.

        Raises:
            Refusal: 400.
        """
        if not isinstance(self.body, Mapping):
            raise Refusal(400, "The request body must be a JSON object.")
        return self.body


Endpoint: TypeAlias = Callable[[Tenant, Request], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint's place.

    Attributes:
        path: with `{placeholders}`, as in the OpenAPI file.
        operation: the OpenAPI file's operationId, or a name of our own for what it lacks.
        needs: the permission that it needs; 403 without it.
        anonymous: what it answers to nobody in particular (FACTS A1); 401 where it is `None`.
        public: anybody gets the same answer.
    """

    method: str
    path: str
    operation: str
    endpoint: Endpoint
    needs: str = ""
    anonymous: Answer | None = None
    public: bool = False


class Router:
    """Finds the route of a request, in whichever version of the API."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [
            (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path).replace("/api/3/", _VERSIONS)), route)
            for route in sorted(routes, key=lambda route: route.path.count("{"))
        ]

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route, with its placeholders' values, and as `api` the version that was asked for.

        Raises:
            Refusal: 404 for an unknown path, 405 for a method that it does not have.
        """
        there = False
        for pattern, route in self._routes:
            if match := pattern.fullmatch(path):
                there = True
                if route.method == method:
                    return route, match.groupdict()
        raise Refusal(405, "Method Not Allowed") if there else Refusal(404, f"null for uri: {path}")


def page_bounds(request: Request, most: int) -> tuple[int, int]:
    """`startAt`, and `maxResults` (50 by default) within the endpoint's limit.

    Raises:
        Refusal: 400: one of them is no number.
    """
    try:
        start, size = int(request.first("startAt", "0")), int(request.first("maxResults", "50"))
    except ValueError:
        raise Refusal(400, "startAt and maxResults are numbers.") from None
    return max(0, start), max(0, min(size, most))
