"""Subscribing to Azure DevOps' service hooks (FACTS B11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from reconciler.sdk import AuthorizationError, Hook, Registered, Registration
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.webhooks import EVENTS, SECRET_HEADER, USER

__all__ = ["register", "registration"]

_FIXED: Final = {
    "publisherId": "tfs",
    "resourceVersion": "1.0",
    "consumerId": "webHooks",
    "consumerActionId": "httpRequest",
}
_NOTES: Final = (
    (
        "Azure DevOps signs nothing: a delivery is trusted for the password that it brings along, so the URL has to be "
        "https, and the password one that nothing else uses."
    ),
    (
        f"Where something in between takes Basic authentication away, give the line `{SECRET_HEADER}: <the secret>` as "
        "an HTTP header instead. Whoever may see the subscription can read a header, but not a password."
    ),
    "Events come at least once and in any order. A listener that answers 410 has its subscriptions disabled.",
    "It needs the permissions View subscriptions and Edit subscriptions, which administrators have.",
)
_FORBIDDEN: Final = "service hooks need the permissions View subscriptions and Edit subscriptions"


def registration(site: str, project: str, url: str) -> Registration:
    """Say which subscriptions there would be."""
    hooks = tuple(
        Hook(
            event,
            {
                "Service": "Web Hooks",
                "Publisher": _FIXED["publisherId"],
                "Event": event,
                "Project": project,
                "Resource version": _FIXED["resourceVersion"],
                "URL": url,
                "Basic authentication username": USER,
                "Resource details to send": "All",
                "Messages to send": "None",
                "Detailed messages to send": "None",
            },
            "Basic authentication password",
        )
        for event in EVENTS
    )
    return Registration(f"{site}/{quote(project)}/_settings/serviceHooks", hooks, _NOTES)


def register(client: Client, project: str, url: str, secret: str) -> Iterator[Registered]:
    """Make the subscriptions that are missing.

    Raises:
        AuthorizationError: the account may not see or make subscriptions.
        NotFoundError: there is no such project.
        UnknownOutcome: an answer was lost.
    """
    identity = str(client.project(project)["id"])
    try:
        there = client.subscriptions()
        for hook in registration(client.site_url, project, url).hooks:
            ours = [(_difference(each), each) for each in there if _is_ours(each, hook.name, identity, url)]
            if not ours:
                made = client.subscribe(_subscription(hook.name, identity, url, secret))
                yield Registered(hook, str(made.get("id") or ""), "made")
                continue
            differs, found = next((each for each in ours if not each[0]), ours[0])
            yield Registered(hook, str(found.get("id") or ""), "differs" if differs else "there", differs)
    except AuthorizationError as problem:
        raise AuthorizationError(
            f"{_FORBIDDEN}, which this account does not have in {project}",
            detail=problem.detail,
            hint="let an administrator enter what `reconciler webhook register` prints without --make",
            status=problem.status,
            reasons=problem.reasons,
        ) from problem


def _subscription(event: str, project: str, url: str, secret: str) -> Json:
    return {
        **_FIXED,
        "eventType": event,
        "publisherInputs": {"projectId": project},
        "consumerInputs": {
            "url": url,
            "basicAuthUsername": USER,
            "basicAuthPassword": secret,
            "resourceDetailsToSend": "all",
            "messagesToSend": "none",
            "detailedMessagesToSend": "none",
        },
    }


def _is_ours(there: Mapping[str, Any], event: str, project: str, url: str) -> bool:
    """Whether a subscription tells of all that ours would: one with a filter beside the project does not."""
    wanted = _inputs(there, "publisherInputs")
    filters = [value for name, value in wanted.items() if name in ("areaPath", "workItemType", "changedFields")]
    return (
        all(there.get(name) == _FIXED[name] for name in ("publisherId", "consumerId", "consumerActionId"))
        and there.get("eventType") == event
        and str(wanted.get("projectId") or "").casefold() == project.casefold()
        and _inputs(there, "consumerInputs").get("url") == url
        and not any(filters)
    )


def _difference(there: Mapping[str, Any]) -> str:
    """What keeps a subscription from telling us; empty where nothing does."""
    inputs = _inputs(there, "consumerInputs")
    status = there.get("status") or "enabled"
    found = []
    if status != "enabled":
        found.append(f"it is {status}")
    if inputs.get("resourceDetailsToSend") == "none":
        found.append("it sends no details, so it does not say which item changed")
    if not inputs.get("basicAuthPassword") and SECRET_HEADER.lower() not in str(inputs.get("httpHeaders")).lower():
        found.append("it brings no password")
    return "; ".join(found)


def _inputs(subscription: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = subscription.get(name)
    return found if isinstance(found, Mapping) else {}
