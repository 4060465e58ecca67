"""`$batch`: many patches in one request, each of which succeeds or fails by itself (FACTS B3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_PLACEHOLDER = re.compile(r"/workItems/(-\d+)$", re.IGNORECASE)
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def _batch(tenant: Tenant, request: Request) -> Answer:
    elements, limit = request.body, tenant.knobs["batch_limit"]
    if not isinstance(elements, list) or not all(map(_is_element, elements)):
        raise Refusal(
            400, "The batch is a list of requests with method PATCH, uri, headers and body.", "InvalidBatchException"
        )
    if len(elements) > limit:
        raise Refusal(
            400, f"The batch has {len(elements)} requests, which exceeds the limit of {limit}.", "InvalidBatchException"
        )
    made: dict[str, int] = {}
    return Answer(200, listing([_one(each, made, request) for each in elements]))


def _is_element(element: Any) -> bool:
    return (
        isinstance(element, Mapping)
        and element.get("method") == "PATCH"
        and isinstance(element.get("uri"), str)
        and isinstance(element.get("headers", {}), Mapping)
        and all(isinstance(each, str) for each in element.get("headers", {}).values())
        and isinstance(element.get("body"), list)
        and all(isinstance(each, Mapping) for each in element["body"])
    )


def _one(element: Mapping[str, Any], made: dict[str, int], request: Request) -> dict[str, Any]:
    """Carry one request out.

    Args:
        made: the ids of items made so far, by the negative ids that the batch calls them by (FACTS B3, assumed).
    """
    uri, headers = element["uri"], {name.lower(): value for name, value in element.get("headers", {}).items()}
    temporary = next((str(each.get("value")) for each in element["body"] if each.get("path") == "/id"), "")
    operations = [_settled(each, made) for each in element["body"] if each.get("path") != "/id"]
    creates = re.search(r"/(?:\$|%24)[^/]+$", uri.partition("?")[0]) is not None
    answer = request.ask(
        "POST" if creates else "PATCH", uri, {**request.headers, **headers}, json.dumps(operations).encode()
    )
    if creates and answer.status == 200 and temporary.startswith("-"):
        made[temporary] = answer.body["id"]
    return {"code": answer.status, "headers": _HEADERS, "body": json.dumps(answer.body, ensure_ascii=False)}


def _settled(operation: Mapping[str, Any], made: Mapping[str, int]) -> Mapping[str, Any]:
    """An operation whose relation points at an item by its real id."""
    match operation:
        case {"value": {"url": str(url)} as value} if (found := _PLACEHOLDER.search(url)) and found[1] in made:
            target = url[: found.start(1)] + str(made[found[1]])
            return {**operation, "value": {**value, "url": target}}
    return operation


ROUTES = tuple(Route(method, "wit/$batch", "Work Items_Batch", _batch, ("",)) for method in ("PATCH", "POST"))
