"""Endpoints for administrators' webhooks (FACTS A16). The OpenAPI file does not have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.routing import Answer, Request, Route
from reconciler_jira_sandbox.site import SANDBOX_USER
from reconciler_jira_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FILTER = "issue-related-events-section"


def _list(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, [_shown(each, request.base) for each in tenant.webhooks.webhooks()])


def _register(tenant: Tenant, request: Request) -> Answer:
    kept = _kept(tenant, request, tenant.store.new_id(), {"secret": ""})
    return Answer(201, _shown(kept, request.base))


def _one(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _shown(_named(tenant, request), request.base))


def _replace(tenant: Tenant, request: Request) -> Answer:
    """A secret that is not named stays."""
    before = _named(tenant, request)
    return Answer(200, _shown(_kept(tenant, request, before["id"], before), request.base))


def _remove(tenant: Tenant, request: Request) -> Answer:
    webhook = _named(tenant, request)
    tenant.store.record({"event": "webhook_dropped", "at": tenant.now(), "webhook": webhook["id"]})
    return Answer(204)


def _named(tenant: Tenant, request: Request) -> dict[str, Any]:
    for each in tenant.webhooks.webhooks():
        if each["id"] == request.path["webhook"]:
            return each
    raise Refusal(404, "The webhook does not exist.")


def _kept(tenant: Tenant, request: Request, identity: str, before: Mapping[str, Any]) -> dict[str, Any]:
    body = request.object()
    name, url, events = (body.get(each) for each in ("name", "url", "events"))
    if not isinstance(name, str) or not name or not isinstance(url, str) or not _is_here(url):
        raise Refusal(
            400, "A webhook has a name, and a URL on 127.0.0.1 or localhost: the sandbox delivers nowhere else."
        )
    if not isinstance(events, list) or not all(isinstance(each, str) for each in events):
        raise Refusal(400, "The events are a list of names.")
    filters = body.get("filters") or {}
    if not isinstance(filters, Mapping):
        raise Refusal(400, "The filters are an object.")
    jql = str(filters.get(_FILTER) or "")
    if jql:
        tenant.webhooks.check(jql)
    webhook = {
        "id": identity,
        "name": name,
        "url": url,
        "events": events,
        "jql": jql,
        "excludeBody": bool(body.get("excludeBody", False)),
        "enabled": bool(body.get("enabled", True)),
        "secret": str(body.get("secret", before["secret"]) or ""),
        "base": request.base,
        "at": tenant.now(),
    }
    tenant.store.record({"event": "webhook_saved", "entity": identity, "at": tenant.now(), "webhook": webhook})
    return webhook


def _shown(webhook: Mapping[str, Any], base: str) -> dict[str, Any]:
    return {
        **{each: webhook[each] for each in ("name", "url", "excludeBody", "events", "enabled")},
        "filters": {_FILTER: webhook["jql"]},
        "self": f"{base}/rest/webhooks/1.0/webhook/{webhook['id']}",
        "lastUpdatedUser": SANDBOX_USER.account_id,
        "lastUpdatedDisplayName": SANDBOX_USER.name,
        "lastUpdated": int(datetime.fromisoformat(webhook["at"]).timestamp() * 1000),
        "isSigned": bool(webhook["secret"]),
    }


def _is_here(url: str) -> bool:
    try:
        where = urlsplit(url)
    except ValueError:
        return False
    return where.scheme in ("http", "https") and where.hostname in _LOOPBACK


_ALL, _EACH = "/rest/webhooks/1.0/webhook", "/rest/webhooks/1.0/webhook/{webhook}"
ROUTES = (
    Route("GET", _ALL, "adminWebhooks", _list, needs="ADMINISTER"),
    Route("POST", _ALL, "registerAdminWebhook", _register, needs="ADMINISTER"),
    Route("GET", _EACH, "adminWebhook", _one, needs="ADMINISTER"),
    Route("PUT", _EACH, "updateAdminWebhook", _replace, needs="ADMINISTER"),
    Route("DELETE", _EACH, "deleteAdminWebhook", _remove, needs="ADMINISTER"),
)
