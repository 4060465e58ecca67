"""The two ways in which the site answers: as Jira Cloud, or as Jira Data Center."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reconciler_jira_sandbox import data_center
from reconciler_jira_sandbox.answers import Answer
from reconciler_jira_sandbox.data_center_routes import data_center_routes
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Request, Route, Router
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.version_two import with_documents, with_texts

__all__ = ["Edition", "editions"]

_Serve: TypeAlias = Callable[[Tenant, Route, Request], Answer]


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition.

    Attributes:
        router: finds its endpoints.
        serve: answers one request in the site's name.
        headers: its headers, from Cloud's.
    """

    router: Router
    serve: _Serve
    headers: Callable[[Mapping[str, str]], Mapping[str, str]]


def editions(routes: Sequence[Route]) -> dict[str, Edition]:
    """Both, by the values of the knob `jira_deployment`; `routes` are Cloud's."""
    return {
        "cloud": Edition(Router(routes), _cloud, lambda headers: headers),
        "datacenter": Edition(Router(tuple(data_center_routes(routes))), _data_center, data_center.limits),
    }


def _cloud(tenant: Tenant, route: Route, request: Request) -> Answer:
    """In version 3, or in version 2 with texts for documents."""
    if request.path.get("api", "3") == "3":
        return route.endpoint(tenant, request)
    return with_texts(route.endpoint(tenant, request.with_body(with_documents(route.operation, request.body))))


def _data_center(tenant: Tenant, route: Route, request: Request) -> Answer:
    """In version 2 alone, as far as the server's version has the endpoint."""
    if request.path.get("api") == "3" or route.operation in data_center.missing(tenant):
        raise Refusal(404, "null for uri")
    refused = tenant.knobs["datacenter_properties"]
    if refused == "read_only":
        if "/properties" in route.path and route.method != "GET":
            raise Refusal(403, "Refused by the proxy.")
    elif refused != "there":
        if "/properties" in route.path:
            raise Refusal(int(refused), "Refused by the proxy.")
        request = _without_properties(request)
    request = data_center.taken(route.operation, request)
    request = request.with_body(with_documents(route.operation, request.body))
    answer = with_texts(route.endpoint(tenant, request))
    return data_center.shown(tenant, route.operation, request, answer)


def _without_properties(request: Request) -> Request:
    """A request without the entity properties that it asks for, or brings along."""
    query = {name: values for name, values in request.query.items() if name != "properties"}
    return replace(request, query=query, body=_stripped(request.body))


def _stripped(body: Any) -> Any:
    if isinstance(body, list):
        return [_stripped(each) for each in body]
    if isinstance(body, Mapping):
        return {name: _stripped(each) for name, each in body.items() if name != "properties"}
    return body
