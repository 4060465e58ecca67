"""Jira as it answers requests: signs in, routes, and says no as Jira does."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from reconciler.sandbox.model import Scope
from reconciler.sandbox.wire import Response
from reconciler_jira_sandbox import (
    agile,
    catalogue,
    comments,
    containers,
    definitions,
    discovery,
    issues,
    lookups,
    metadata,
    relations,
    watching,
    webhooks,
)
from reconciler_jira_sandbox.data_center import name_of
from reconciler_jira_sandbox.editions import Edition, editions
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route
from reconciler_jira_sandbox.site import SANDBOX_USER
from reconciler_jira_sandbox.tenant import Tenant
from reconciler_jira_sandbox.throttling import Throttle

__all__ = ["Application", "routes"]

_TOKEN = "sandbox"  # noqa: S105  the sandbox's published credential
_SIGN_IN = "Client must be authenticated to access this resource."
_FAILED_LOGIN = {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}


def routes() -> tuple[Route, ...]:
    """All of Jira Cloud's endpoints."""
    return (
        *issues.ROUTES,
        *comments.ROUTES,
        *watching.ROUTES,
        *agile.ROUTES,
        *relations.ROUTES,
        *discovery.ROUTES,
        *metadata.ROUTES,
        *catalogue.ROUTES,
        *containers.ROUTES,
        *definitions.ROUTES,
        *lookups.ROUTES,
        *webhooks.ROUTES,
    )


class Application:
    """Answers one tenant's requests, one after the other."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._editions = editions(routes())
        self._throttle = Throttle(tenant.knobs)

    def answer(self, scope: Scope, body: bytes) -> Response:
        """Answer one request."""
        answer = self._answer(scope, body)
        headers = {"content-type": "application/json;charset=UTF-8", **answer.headers}
        content = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        return Response(answer.status, [(name.encode(), value.encode()) for name, value in headers.items()], content)

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        limits: Mapping[str, str] = {}
        signed_in, failed = _sign_in(headers.get("authorization", ""))
        try:
            path = unquote(scope.get("raw_path", b"").decode("latin-1").partition("?")[0] or scope["path"])
            edition = self._editions[self._tenant.knobs["jira_deployment"]]
            route, values = edition.router.find(scope["method"], path.removeprefix(scope.get("root_path", "")))
            scope["sandbox.operation"] = route.operation
            issue = self._tenant.store.find(values.get("issue", ""))
            refused, limits = self._throttle.take(route, issue.id if issue else "", self._tenant.clock.now())
            limits = edition.headers(limits)
            answer = refused or self._serve(edition, route, values, scope, headers, body, signed_in=signed_in)
        except Refusal as refusal:
            answer = Answer(refusal.status, refusal.as_json())
        return Answer(answer.status, answer.body, {**answer.headers, **limits, **(_FAILED_LOGIN if failed else {})})

    def _serve(
        self,
        edition: Edition,
        route: Route,
        values: Mapping[str, str],
        scope: Mapping[str, Any],
        headers: Mapping[str, str],
        body: bytes,
        *,
        signed_in: bool,
    ) -> Answer:
        if not signed_in and not route.public:
            return route.anonymous or Answer(401, Refusal(401, _SIGN_IN).as_json())
        if route.needs and not self._tenant.may(route.needs):
            raise Refusal(403, "You do not have permission to perform this operation.")
        host = headers.get("host", "127.0.0.1")
        where = f"{scope.get('scheme', 'http')}://{host}{scope.get('root_path', '')}"
        request = Request(
            values,
            parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True),
            _parsed(body),
            SANDBOX_USER.account_id,
            where,
            self._tenant.rendering(where),
        )
        return edition.serve(self._tenant, route, request)


def _sign_in(authorization: str) -> tuple[bool, bool]:
    """Whether the credential is the sandbox's, and whether there was one that is not."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.casefold() == "bearer":
        right = secrets.compare_digest(encoded.encode(), _TOKEN.encode())
        return right, not right
    if scheme.casefold() != "basic":
        return False, bool(authorization)
    try:
        user, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False, True
    known = user.casefold() in (SANDBOX_USER.email, name_of(SANDBOX_USER))
    right = known and secrets.compare_digest(token.encode(), _TOKEN.encode())
    return right, not right


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(400, "There was an error parsing JSON. Check that your request body is valid.") from None
