"""Requests, answers and the table that ties a path to its endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

from reconciler_azure_devops_sandbox.definitions import Project
from reconciler_azure_devops_sandbox.organisation import project_named
from reconciler_azure_devops_sandbox.refusal import Refusal, invalid, missing_project

if TYPE_CHECKING:
    from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["Answer", "Ask", "Endpoint", "Found", "Request", "Route", "Router", "listing"]

Ask: TypeAlias = "Callable[[str, str, Mapping[str, str], bytes], Answer]"
"""Sends another request of the same account: method, path with query below the mount, headers, body."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the signed-in account.

    Attributes:
        path: the values of the path's placeholders.
        query: each parameter with its values; the names are in lower case.
        body: the parsed JSON; `None` where there is none.
        by: the person's id.
        base: the organisation's URL, without a slash at its end.
        project: of a project-scoped or team-scoped call.
        team: of a team-scoped call, as given.
        version: of the API: (7, 1).
        headers: names in lower case.
        ask: sends another request of the same account.
    """

    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any
    by: str
    base: str
    project: Project | None
    team: str | None
    version: tuple[int, int]
    headers: Mapping[str, str]
    ask: Ask

    @property
    def scope(self) -> str:
        """What URLs in answers start with: the project's id follows the organisation in project-scoped calls."""
        return f"{self.base}/{self.project.id}" if self.project else self.base

    def first(self, name: str, default: str = "") -> str:
        """A query parameter's first value."""
        return (self.query.get(name.casefold()) or (default,))[0]

    def listed(self, name: str) -> list[str]:
        """A query parameter's values, repeated or with commas."""
        given = self.query.get(name.casefold(), ())
        return [part.strip() for each in given for part in each.split(",") if part.strip()]

    def flag(self, name: str) -> bool:
        """A query parameter that is true or false; false where it is absent."""
        return self.first(name).casefold() == "true"

    def number(self, name: str, default: int) -> int:
        """A query parameter that is a whole number, zero or more.

        Raises:
            Refusal: 400.
        """
        text = self.first(name, str(default))
        if not text.isdecimal():
            raise invalid(f"The value '{text}' is not valid for {name}.")
        return int(text)

    def object(self) -> Mapping[str, Any]:
        """The body, which has to be an object.

        Raises:
            Refusal: 400.
        """
        if not isinstance(self.body, Mapping):
            raise invalid("The request has to have a JSON object as its body.")
        return self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. A body of `None` is no body, a text is sent as it stands, all else as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Endpoint: TypeAlias = "Callable[[Tenant, Request], Answer]"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint's place.

    Attributes:
        path: below `_apis`, with `{placeholders}`; `{name...}` takes several segments or none.
        operation: the OpenAPI file's operationId, or a name of our own for what it lacks.
        scopes: what may stand before `_apis`: "" for nothing, "project", "team".
        preview: whether each version of it needs `-preview`.
        public: anybody gets an answer, and no api-version is asked for.
        versionless: no api-version is asked for: the vendor's own client names none.
        patch: the body is a JSON Patch document.
    """

    method: str
    path: str
    operation: str
    endpoint: Endpoint
    scopes: tuple[str, ...] = ("", "project")
    preview: bool = False
    public: bool = False
    versionless: bool = False
    patch: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A route that fits a request.

    Attributes:
        values: the placeholders' values.
        scope: what stands before `_apis`: nothing, a project, or a project and a team, as written.
    """

    route: Route
    values: Mapping[str, str]
    scope: tuple[str, ...]

    def project(self) -> Project | None:
        """The project of the scope.

        Raises:
            Refusal: 404.
        """
        if not self.scope:
            return None
        project = project_named(self.scope[0])
        if project is None:
            raise missing_project(self.scope[0])
        return project


class Router:
    """Finds the route of a request."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [
            (re.compile(_pattern(route.path), re.IGNORECASE), route)
            for route in sorted(routes, key=lambda each: (each.path.count("..."), each.path.count("{")))
        ]

    def find(self, method: str, path: str) -> Found:
        """The route of a path below the organisation.

        Raises:
            Refusal: 404 for an unknown path, 405 for a method that it does not have.
        """
        segments = [each for each in path.split("/") if each]
        start = next((index for index, each in enumerate(segments) if each.casefold() == "_apis"), len(segments))
        before, after = tuple(unquote(each) for each in segments[:start]), "/".join(segments[start + 1 :])
        scope = ("", "project", "team")[min(len(before), 2)]
        there = False
        for pattern, route in self._routes:
            match = pattern.fullmatch(after)
            if match is None or scope not in route.scopes or start == len(segments):
                continue
            there = True
            if route.method == method:
                values = {name: unquote(value or "") for name, value in match.groupdict().items()}
                return Found(route, values, before)
        if there:
            text = f"The requested resource does not support http method '{method}'."
            raise Refusal(405, text, "HttpException", space="System.Web", event=0)
        raise _unknown_path(path, missing=bool(before) and project_named(before[0]) is None)


def _pattern(path: str) -> str:
    pieces = []
    for piece in path.split("/"):
        if found := re.fullmatch(r"\{(\w+)\.\.\.\}", piece):
            pieces.append(f"(?:/(?P<{found[1]}>.*))?")
            continue
        literal = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(piece))
        pieces.append("/" + literal.replace(r"\$", r"(?:\$|%24)"))
    return "".join(pieces).removeprefix("/")


def _unknown_path(path: str, *, missing: bool) -> Refusal:
    text = "Page not found." if missing else None
    message = f"The controller for path '/{path.lstrip('/')}' was not found or does not implement IController."
    return Refusal(404, message, "HttpException", space="System.Web", event=0, text=text)


def listing(values: Sequence[Any]) -> dict[str, Any]:
    """A list as the platform wraps it."""
    return {"count": len(values), "value": list(values)}
