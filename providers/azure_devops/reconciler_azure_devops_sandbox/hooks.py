"""Service hooks: the catalogue of what can be subscribed to, and the subscriptions (FACTS B11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from reconciler_azure_devops_sandbox.deliveries import EVENTS
from reconciler_azure_devops_sandbox.organisation import HOST_ID, project_named
from reconciler_azure_devops_sandbox.refusal import Refusal
from reconciler_azure_devops_sandbox.routing import Answer, Request, Route, listing
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["ROUTES"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_VERSIONS = ["1.0", "1.0-preview.1"]
_CONSUMER, _ACTION, _PUBLISHER = "webHooks", "httpRequest", "tfs"
_SECRET = "basicAuthPassword"  # noqa: S105  the name of an input
_CONSUMER_INPUTS = (
    ("url", "URL", True, False),
    ("httpHeaders", "HTTP headers", False, False),
    ("basicAuthUsername", "Basic authentication username", False, False),
    (_SECRET, "Basic authentication password", False, True),
    ("resourceDetailsToSend", "Resource details to send", False, False),
    ("messagesToSend", "Messages to send", False, False),
    ("detailedMessagesToSend", "Detailed messages to send", False, False),
)
_PUBLISHER_INPUTS = (("projectId", "Project"), ("areaPath", "Area path"), ("workItemType", "Work item type"),
                     ("changedFields", "Field"))  # fmt: skip
_HEADER = re.compile(r"[\w-]+\s*:[ -~]*", re.ASCII)
_FIELDS = ("publisherId", "eventType", "consumerId", "consumerActionId")


def _consumers(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_consumer(request.base)]))


def _one_consumer(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["consumerId"], _CONSUMER)
    return Answer(200, _consumer(request.base))


def _actions(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["consumerId"], _CONSUMER)
    return Answer(200, listing(_consumer(request.base)["actions"]))


def _one_action(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["consumerId"], _CONSUMER)
    _known(request.path["consumerActionId"], _ACTION)
    return Answer(200, _consumer(request.base)["actions"][0])


def _consumer(base: str) -> dict[str, Any]:
    url = f"{base}/_apis/hooks/consumers/{_CONSUMER}"
    inputs = [
        {
            **_input(identity, name, "passwordBox" if secret else "textBox"),
            "isConfidential": secret,
            "validation": {"dataType": "string", "isRequired": required},
        }
        for identity, name, required, secret in _CONSUMER_INPUTS
    ]
    action = {
        "id": _ACTION,
        "consumerId": _CONSUMER,
        "url": f"{url}/actions/{_ACTION}",
        "name": "Post via HTTP",
        "description": "Posts a JSON object representation of the event to the specified URL.",
        "supportedEventTypes": list(EVENTS),
        "supportedResourceVersions": dict.fromkeys(EVENTS, _VERSIONS),
        "allowResourceVersionOverride": True,
        "inputDescriptors": inputs,
    }
    return {
        "id": _CONSUMER,
        "url": url,
        "name": "Web Hooks",
        "description": "Provides event communication via HTTP.",
        "imageUrl": "",
        "informationUrl": "",
        "authenticationType": "none",
        "inputDescriptors": [],
        "actions": [action],
    }


def _input(identity: str, name: str, mode: str) -> dict[str, Any]:
    return {
        "id": identity,
        "name": name,
        "description": name,
        "inputMode": mode,
        "isConfidential": False,
        "useInDefaultDescription": False,
        "validation": {"dataType": "string"},
        "hasDynamicValueInformation": False,
    }


def _publishers(_tenant: Tenant, request: Request) -> Answer:
    return Answer(200, listing([_publisher(request.base)]))


def _one_publisher(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["publisherId"], _PUBLISHER)
    return Answer(200, _publisher(request.base))


def _event_types(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["publisherId"], _PUBLISHER)
    return Answer(200, listing(_publisher(request.base)["supportedEvents"]))


def _one_event_type(_tenant: Tenant, request: Request) -> Answer:
    _known(request.path["publisherId"], _PUBLISHER)
    wanted = request.path["eventTypeId"]
    found = [each for each in _publisher(request.base)["supportedEvents"] if each["id"] == wanted]
    if not found:
        raise _missing(wanted)
    return Answer(200, found[0])


def _publisher(base: str) -> dict[str, Any]:
    url = f"{base}/_apis/hooks/publishers/{_PUBLISHER}"
    inputs = [_input(each, name, "combo") for each, name in _PUBLISHER_INPUTS]
    events = [
        {
            "publisherId": _PUBLISHER,
            "id": each,
            "url": f"{url}/eventTypes/{each}",
            "name": each.replace("workitem.", "Work item "),
            "description": f"A work item is {each.removeprefix('workitem.')}",
            "supportedResourceVersions": _VERSIONS,
            "inputDescriptors": inputs[1:],
        }
        for each in EVENTS
    ]
    return {
        "id": _PUBLISHER,
        "url": url,
        "name": "Azure DevOps Services",
        "description": "Publishes Azure DevOps events",
        "supportedEvents": events,
        "inputDescriptors": inputs[:1],
    }


def _subscriptions(tenant: Tenant, request: Request) -> Answer:
    wanted = {each: request.first(each) for each in _FIELDS if request.first(each)}
    found = [each for each in tenant.hooks.subscriptions() if wanted.items() <= each.items()]
    return Answer(200, listing([_shown(each, request.base) for each in found]))


def _subscribe(tenant: Tenant, request: Request) -> Answer:
    tenant.need("subscribe")
    known = {"id": str(uuid4()), "createdBy": request.by, "createdDate": tenant.now()}
    return Answer(200, _kept(tenant, request, known))


def _replace(tenant: Tenant, request: Request) -> Answer:
    tenant.need("subscribe")
    before = _named(tenant, request)
    return Answer(200, _kept(tenant, request, {each: before[each] for each in ("id", "createdBy", "createdDate")}))


def _one_subscription(tenant: Tenant, request: Request) -> Answer:
    return Answer(200, _shown(_named(tenant, request), request.base))


def _unsubscribe(tenant: Tenant, request: Request) -> Answer:
    tenant.need("subscribe")
    tenant.hooks.drop(_named(tenant, request)["id"], tenant.now())
    return Answer(204)


def _named(tenant: Tenant, request: Request) -> dict[str, Any]:
    wanted = request.path["subscriptionId"].casefold()
    for each in tenant.hooks.subscriptions():
        if each["id"] == wanted:
            return each
    raise _missing(wanted)


def _kept(tenant: Tenant, request: Request, known: Mapping[str, Any]) -> dict[str, Any]:
    body = request.object()
    publisher, consumer = (_texts(body, each) for each in ("publisherInputs", "consumerInputs"))
    wanted = (_PUBLISHER, body.get("eventType"), _CONSUMER, _ACTION)
    if tuple(body.get(each) for each in _FIELDS) != wanted or body["eventType"] not in EVENTS:
        raise _invalid(f"A subscription here is {_PUBLISHER}'s, to one of {', '.join(EVENTS)}, by {_CONSUMER}.")
    if publisher.get("projectId") and project_named(publisher["projectId"]) is None:
        raise _invalid(f"There is no project {publisher['projectId']}.")
    if not _is_here(consumer.get("url", "")):
        raise _invalid("The sandbox delivers to 127.0.0.1 and localhost alone.")
    if not all(_HEADER.fullmatch(each) for each in consumer.get("httpHeaders", "").splitlines()):
        raise _invalid("The HTTP headers are lines of name:value.")
    subscription = {
        **known,
        **{each: body[each] for each in _FIELDS},
        "resourceVersion": str(body.get("resourceVersion") or "1.0"),
        "modifiedBy": request.by,
        "modifiedDate": tenant.now(),
        "publisherInputs": publisher,
        "consumerInputs": consumer,
        "status": "enabled",
        "base": request.base,
    }
    tenant.hooks.keep(subscription, tenant.now())
    return _shown(subscription, request.base)


def _is_here(url: str) -> bool:
    try:
        where = urlsplit(url)
    except ValueError:
        return False
    return where.scheme in ("http", "https") and where.hostname in _LOOPBACK


def _texts(body: Mapping[str, Any], name: str) -> dict[str, str]:
    inputs = body.get(name) or {}
    if not isinstance(inputs, Mapping) or not all(isinstance(each, str) for each in inputs.values()):
        raise _invalid(f"{name} is an object of texts.")
    return dict(inputs)


def _shown(subscription: Mapping[str, Any], base: str) -> dict[str, Any]:
    inputs = {**subscription["consumerInputs"]}
    if _SECRET in inputs:
        inputs[_SECRET] = "********"
    return {
        **{name: value for name, value in subscription.items() if name != "base"},
        "url": f"{base}/_apis/hooks/subscriptions/{subscription['id']}",
        "eventDescription": "",
        "actionDescription": f"To host {urlsplit(inputs['url']).hostname}",
        "createdBy": {"id": subscription["createdBy"]},
        "modifiedBy": {"id": subscription["modifiedBy"]},
        "publisherInputs": {**subscription["publisherInputs"], "tfsSubscriptionId": HOST_ID},
        "consumerInputs": inputs,
    }


def _known(given: str, name: str) -> None:
    if given.casefold() != name.casefold():
        raise _missing(given)


def _missing(name: str) -> Refusal:
    return Refusal(
        404, f"There is no {name} here.", "SubscriptionNotFoundException",
        space="Microsoft.VisualStudio.Services.ServiceHooks.Sdk.Server", event=4501,
    )  # fmt: skip


def _invalid(text: str) -> Refusal:
    return Refusal(
        400, text, "SubscriptionInputException",
        space="Microsoft.VisualStudio.Services.ServiceHooks.Sdk.Server", event=4501,
    )  # fmt: skip


_CONSUMERS, _PUBLISHERS, _ONE = "hooks/consumers", "hooks/publishers", "hooks/subscriptions/{subscriptionId}"
ROUTES = (
    Route("GET", _CONSUMERS, "Consumers_List", _consumers, ("",)),
    Route("GET", f"{_CONSUMERS}/{{consumerId}}", "Consumers_Get", _one_consumer, ("",)),
    Route("GET", f"{_CONSUMERS}/{{consumerId}}/actions", "Consumers_List Consumer Actions", _actions, ("",)),
    Route("GET", f"{_CONSUMERS}/{{consumerId}}/actions/{{consumerActionId}}", "Consumers_Get Consumer Action",
          _one_action, ("",)),
    Route("GET", _PUBLISHERS, "Publishers_List", _publishers, ("",)),
    Route("GET", f"{_PUBLISHERS}/{{publisherId}}", "Publishers_Get", _one_publisher, ("",)),
    Route("GET", f"{_PUBLISHERS}/{{publisherId}}/eventtypes", "Publishers_List Event Types", _event_types, ("",)),
    Route("GET", f"{_PUBLISHERS}/{{publisherId}}/eventtypes/{{eventTypeId}}", "Publishers_Get Event Type",
          _one_event_type, ("",)),
    Route("GET", "hooks/subscriptions", "Subscriptions_List", _subscriptions, ("",)),
    Route("POST", "hooks/subscriptions", "Subscriptions_Create", _subscribe, ("",)),
    Route("GET", _ONE, "Subscriptions_Get", _one_subscription, ("",)),
    Route("PUT", _ONE, "Subscriptions_Replace Subscription", _replace, ("",)),
    Route("DELETE", _ONE, "Subscriptions_Delete", _unsubscribe, ("",)),
)  # fmt: skip
