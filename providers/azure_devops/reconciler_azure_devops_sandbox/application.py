"""Azure DevOps as it answers requests: signs in, routes, and says no as Azure DevOps does (FACTS B1)."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote

from reconciler.sandbox.model import Scope
from reconciler.sandbox.wire import Response
from reconciler_azure_devops_sandbox import (
    artifacts,
    backlogs,
    batch,
    classification,
    comments,
    deleting,
    git,
    hooks,
    locations,
    metadata,
    projects,
    resource_areas,
    tags,
    updates,
    wiql_endpoint,
    work,
    workitems,
)
from reconciler_azure_devops_sandbox.organisation import ORGANISATION, SANDBOX_USER
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, Router
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.throttling import Throttle

__all__ = ["Application", "routes"]

_TOKEN = "sandbox"  # noqa: S105  the sandbox's published credential
_LATEST = (7, 2)
_VERSION = re.compile(r"(?P<major>\d+)(?:\.(?P<minor>\d+))?(?P<preview>-preview(?:\.\d+)?)?")
_ACCEPTED = re.compile(r";\s*api-version=([^;,\s]+)", re.IGNORECASE)
_JSON, _PATCH = "application/json", "application/json-patch+json"
_VERSIONS = "Microsoft.VisualStudio.Services.WebApi"
_HTML = {"content-type": "text/html; charset=utf-8"}
_TEXT = {"content-type": "text/plain; charset=utf-8"}
_SIGN_IN = (
    "<!DOCTYPE html>\n<html><head><title>Azure DevOps Services | Sign In</title></head>"
    "<body><h1>Sign in to your account</h1></body></html>\n"
)
_MOVED = (
    '<html><head><title>Object moved</title></head><body><h2>Object moved to <a href="{0}">here</a>.</h2></body></html>'
)


def routes() -> tuple[Route, ...]:
    """All endpoints."""
    return (
        *workitems.ROUTES,
        *deleting.ROUTES,
        *updates.ROUTES,
        *comments.ROUTES,
        *batch.ROUTES,
        *wiql_endpoint.ROUTES,
        *metadata.ROUTES,
        *artifacts.ROUTES,
        *tags.ROUTES,
        *classification.ROUTES,
        *projects.ROUTES,
        *work.ROUTES,
        *backlogs.ROUTES,
        *git.ROUTES,
        *hooks.ROUTES,
        *locations.ROUTES,
        *resource_areas.ROUTES,
    )


class Application:
    """Answers one organisation's requests, one after the other."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._router = Router(routes())
        self._throttle = Throttle(tenant.knobs)

    def answer(self, scope: Scope, body: bytes) -> Response:
        """Answer one request."""
        answer = self._answer(scope, body)
        content, kind = _content(answer.body)
        headers = {"content-type": kind, **answer.headers}
        return Response(answer.status, [(name.encode(), value.encode()) for name, value in headers.items()], content)

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        raw = scope.get("raw_path") or quote(scope["path"], safe="/$%").encode()
        path = raw.decode("latin-1").partition("?")[0].removeprefix(scope.get("root_path", ""))
        query = scope["query_string"].decode("latin-1")
        base = f"{scope.get('scheme', 'http')}://{headers.get('host', '127.0.0.1')}{scope.get('root_path', '')}"
        refused, limits = self._throttle.take(self._tenant.clock.now())
        if refused is not None:
            return Answer(refused.status, refused.body, {**refused.headers, **limits})
        operation, answer = self._serve(scope["method"], path, query, headers, body, base)
        scope["sandbox.operation"] = operation
        return Answer(answer.status, answer.body, {**answer.headers, **limits})

    def _serve(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, base: str
    ) -> tuple[str, Answer]:
        """The operation's name, empty where there is none, and its answer."""
        operation = ""
        try:
            organisation, _, rest = path.lstrip("/").partition("/")
            if organisation.casefold() != ORGANISATION:
                raise _nowhere()
            found = self._router.find(method, rest)
            route, operation = found.route, found.route.operation
            if not route.public and not _signed_in(headers.get("authorization", "")):
                return operation, self._stranger(method, base)
            parameters = {name.casefold(): given for name, given in parse_qs(query, keep_blank_values=True).items()}
            version = _LATEST if route.public or route.versionless else _version(route, parameters, headers)

            def ask(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
                inner, _, query = path.partition("?")
                return self._serve(method, f"/{ORGANISATION}{inner}", query, headers, body, base)[1]

            request = Request(
                path=found.values,
                query=parameters,
                body=_parsed(route, headers, body),
                by=SANDBOX_USER.id,
                base=f"{base}/{ORGANISATION}",
                project=found.project(),
                team=found.scope[1] if len(found.scope) > 1 else None,
                version=version,
                headers=headers,
                ask=ask,
            )
            return operation, route.endpoint(self._tenant, request)
        except Refusal as refusal:
            if refusal.text is not None:
                return operation, Answer(refusal.status, refusal.text, _TEXT)
            return operation, Answer(refusal.status, refusal.as_json())

    def _stranger(self, method: str, base: str) -> Answer:
        if method == "PATCH":
            message = "TF400813: The user '' is not authorized to access this resource."
            refusal = Refusal(
                401, message, "UnauthorizedRequestException", space="Microsoft.TeamFoundation.Framework.Server",
                event=3000,
            )  # fmt: skip
            return Answer(401, refusal.as_json(), {"www-authenticate": 'Bearer, Basic realm="Azure DevOps"'})
        if self._tenant.knobs["sign_in"] == "redirect":
            where = f"{base}/_signin"
            return Answer(302, _MOVED.format(where), {**_HTML, "location": where})
        return Answer(203, _SIGN_IN, _HTML)


def _nowhere() -> Refusal:
    text = "The resource cannot be found."
    return Refusal(404, text, "HttpException", text=text)


def _content(body: Any) -> tuple[bytes, str]:
    if body is None:
        return b"", "text/plain"
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _signed_in(authorization: str) -> bool:
    """Whether the credential is the sandbox's: any user's PAT, or an Entra token."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.casefold() == "bearer":
        return secrets.compare_digest(encoded.strip().encode(), _TOKEN.encode())
    if scheme.casefold() != "basic":
        return False
    try:
        _user, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return secrets.compare_digest(token.encode(), _TOKEN.encode())


def _version(route: Route, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> tuple[int, int]:
    """The API version that is asked for, in the query or in the Accept header.

    Raises:
        Refusal: 400: none, none that there is, or a preview that is not called one.
    """
    accepted = _ACCEPTED.search(headers.get("accept", ""))
    text = (query.get("api-version") or [accepted[1] if accepted else ""])[0]
    if not text:
        raise Refusal(
            400,
            f'No api-version was supplied for the "{route.method}" request. The version must be supplied either as '
            'part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. '
            '"?api-version=1.0").',
            "VssVersionNotSpecifiedException", space=_VERSIONS, event=3000,
        )  # fmt: skip
    match = _VERSION.fullmatch(text)
    version = (int(match["major"]), int(match["minor"] or 0)) if match else (0, 0)
    if match is None or version > _LATEST or version < (1, 0):
        raise Refusal(
            400,
            f"The requested REST API version of {text} is out of range for this server. The latest REST API version "
            f"this server supports is {_LATEST[0]}.{_LATEST[1]}.",
            "VssVersionOutOfRangeException", space=_VERSIONS, event=3000,
        )  # fmt: skip
    if not match["preview"] and (route.preview or version == _LATEST):
        raise Refusal(
            400,
            f'The requested version "{text}" of the resource is under preview. The -preview flag must be supplied in '
            f'the api-version for such requests. For example: "{text}-preview"',
            "VssInvalidPreviewVersionException", space=_VERSIONS, event=3000,
        )  # fmt: skip
    return version


def _parsed(route: Route, headers: Mapping[str, str], body: bytes) -> Any:
    if not body:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    wanted = _PATCH if route.patch else _JSON
    if kind != wanted:
        raise Refusal(
            415,
            f'The request indicated a Content-Type of "{kind}" for method type "{route.method}" which is not '
            f"supported. Valid content types for this method are: {wanted}.",
            "VssRequestContentTypeNotSupportedException", space=_VERSIONS, event=3000,
        )  # fmt: skip
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(
            400, "TF400898: An Internal Error Occurred. The request body is no JSON.", "InvalidRequestException",
            event=3000,
        ) from None  # fmt: skip
