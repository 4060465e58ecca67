"""Registering an administrator's webhook at Jira (FACTS A16).

Webhooks of apps (`/rest/api/3/webhook`) are for apps alone, and end after 30 days. An administrator's stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reconciler.sdk import AuthorizationError, Hook, NotFoundError, Registered, Registration, Session
from reconciler_jira.data_center import DataCenter
from reconciler_jira.edition import connect
from reconciler_jira.scopes import cloud_id_in

__all__ = ["register", "registration"]

_PATH: Final = "/rest/webhooks/1.0/webhook"
_EVENTS: Final = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "issuelink_created",
    "issuelink_deleted",
)
_FILTER: Final = "issue-related-events-section"
_PERMISSION: Final = "ADMINISTER"
_NOTES: Final = (
    "Only a Jira administrator can do this.",
    "With a secret Jira signs each delivery: `X-Hub-Signature`, the HMAC of the body with SHA-256.",
    "The JQL filter holds for events of issues alone; links between other projects' issues are told too.",
    "Jira Data Center signs where its version offers a secret; what is not signed is refused.",
)


def registration(site: str, project: str, url: str) -> Registration:
    """Say what would be registered."""
    settings = {
        "Name": _name(project),
        "Status": "Enabled",
        "URL": url,
        "Events": ", ".join(_EVENTS),
        "JQL": _jql(project),
        "Exclude body": "no",
    }
    page = "/plugins/servlet/webhooks"
    return Registration(
        f"{page if cloud_id_in(site) else f'{site}{page}'} (Settings, System, WebHooks)",
        (Hook(_name(project), settings, "Secret"),),
        _NOTES,
    )


def register(session: Session, project: str, url: str, secret: str) -> Iterator[Registered]:
    """Register the webhook where none goes to this URL yet.

    Raises:
        AuthorizationError: the account is no administrator's.
        NotFoundError: the site has no such interface for this account.
        UnknownOutcome: the answer was lost.
    """
    client = connect(session)
    granted = client.permissions(project, (_PERMISSION,)).get(_PERMISSION) or {}
    if not granted.get("havePermission"):
        raise AuthorizationError(
            "registering a webhook needs the global permission Administer Jira, which this account does not have",
            detail="Nothing was made.",
            hint="let an administrator enter what `reconciler webhook register` prints without --make",
        )
    if isinstance(client, DataCenter):
        raise NotFoundError(
            "webhooks of Jira Data Center can't be registered from here: its versions differ in how",
            detail="Nothing was made.",
            hint="enter what `reconciler webhook register` prints without --make",
        )
    (hook,) = registration(session.url, project, url).hooks
    there = [(_difference(each, project), _id(each)) for each in _webhooks(session) if each.get("url") == url]
    if there:
        differs, identity = next((each for each in there if not each[0]), there[0])
        yield Registered(hook, identity, "differs" if differs else "there", differs)
        return
    body = {
        "name": _name(project),
        "url": url,
        "events": list(_EVENTS),
        "filters": {_FILTER: _jql(project)},
        "excludeBody": False,
        "enabled": True,
        "secret": secret,
    }
    answer = session.send("POST", _PATH, purpose="once", operations=("webhook",), body=body).json()
    made = answer if isinstance(answer, dict) else {}
    unsigned = "" if made.get("isSigned", True) else "Jira took it without the secret: its deliveries are not signed"
    yield Registered(hook, _id(made), "differs" if unsigned else "made", unsigned)


def _webhooks(session: Session) -> list[Mapping[str, Any]]:
    """All of the site's, oldest first."""
    found = session.send("GET", _PATH, purpose="read").json()
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _difference(there: Mapping[str, Any], project: str) -> str:
    """What keeps a webhook that goes to our URL from telling what we ask for; empty where nothing does."""
    listed = there.get("events")
    missing = [each for each in _EVENTS if each not in (listed if isinstance(listed, list) else ())]
    filters = there.get("filters")
    jql = str((filters if isinstance(filters, dict) else {}).get(_FILTER) or "")
    found = []
    if not there.get("enabled", True):
        found.append("it is disabled")
    if missing:
        found.append(f"it does not tell of {', '.join(missing)}")
    if jql.strip() not in ("", _jql(project)):
        found.append(f"its JQL is {jql}")
    if there.get("excludeBody"):
        found.append("it leaves the body out")
    if not there.get("isSigned", True):
        found.append("it has no secret, so its deliveries are not signed")
    return "; ".join(found)


def _id(webhook: Mapping[str, Any]) -> str:
    return str(webhook.get("self") or "").rstrip("/").rpartition("/")[2]


def _name(project: str) -> str:
    return f"reconciler {project}"


def _jql(project: str) -> str:
    escaped = project.replace("\\", "\\\\").replace('"', '\\"')
    return f'project = "{escaped}"'
