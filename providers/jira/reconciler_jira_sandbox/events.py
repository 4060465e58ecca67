"""What webhooks tell of what happens, in the shapes of version 2 (FACTS A16, F)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler_jira_sandbox.rendering import Rendering
from reconciler_jira_sandbox.routing import Answer
from reconciler_jira_sandbox.store import Event, Issue, IssueLink, Store
from reconciler_jira_sandbox.version_two import with_texts

__all__ = ["EVENTS", "Told", "told_of"]

EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "issuelink_created",
    "issuelink_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
)
"""The events that are told; those of worklogs, sprints and versions can be registered for, and never happen."""

_STATUS = "status"


@dataclass(frozen=True, slots=True)
class Told:
    """One event.

    Attributes:
        name: as in `webhookEvent`.
        issue: whose it is; a link is no one issue's.
        payload: makes the body; to be asked once it has happened.
        last: whether the issue is gone then.
    """

    name: str
    issue: Issue | None
    payload: Callable[[], Mapping[str, Any]]
    last: bool = False


def told_of(event: Event, store: Store, show: Rendering) -> Told | None:
    """What is told of an event that is about to happen; `None` where nothing is."""
    match event["event"]:
        case "created":
            return _created(event, store, show)
        case "edited" if event.get("values"):
            issue = store.issues[event["issue"]]
            return Told("jira:issue_updated", issue, lambda: _body(event, "jira:issue_updated", _updated(issue, show)))
        case "deleted":
            issue = store.issues[event["issue"]]
            gone = _body(event, "jira:issue_deleted", {"issue": show.issue(issue, ("*all",), ())})
            return Told("jira:issue_deleted", issue, lambda: gone, last=True)
        case "linked":
            return Told(
                "issuelink_created", None, lambda: _linked(event, "issuelink_created", store.links[event["entity"]])
            )
        case "unlinked":
            removed = _linked(event, "issuelink_deleted", store.links[event["link"]])
            return Told("issuelink_deleted", None, lambda: removed)
        case "commented":
            return _commented(event, "comment_created", event["comment"], store, show)
        case "comment_edited":
            return _commented(event, "comment_updated", event["comment"], store, show)
        case "comment_deleted":
            comments = store.issues[event["issue"]].comments
            comment = next(each for each in comments if each["id"] == event["comment"])
            return _commented(event, "comment_deleted", comment, store, show)
    return None


def _created(event: Event, store: Store, show: Rendering) -> Told:
    """The issue is not there yet: it is looked up when it is told of."""
    name = "jira:issue_created"

    def payload() -> Mapping[str, Any]:
        issue = store.issues[event["entity"]]
        shown = show.issue(issue, ("*all",), ())
        return _body(
            event, name, {"issue_event_type_name": "issue_created", "user": show.author(issue.creator), "issue": shown}
        )

    return Told(
        name, Issue(event["entity"], event["key"], event["type"], "", "", dict(event["values"]), {}, ""), payload
    )


def _updated(issue: Issue, show: Rendering) -> dict[str, Any]:
    edit = issue.history[-1]
    moved = any(item.get("fieldId") == _STATUS for item in edit.items)
    return {
        "issue_event_type_name": "issue_generic" if moved else "issue_updated",
        "user": show.author(edit.by),
        "issue": show.issue(issue, ("*all",), ()),
        "changelog": {"id": edit.id, "items": [dict(item) for item in edit.items]},
    }


def _commented(event: Event, name: str, comment: Mapping[str, Any], store: Store, show: Rendering) -> Told:
    issue = store.issues[event["issue"]]
    body = _body(event, name, {"comment": show.comment(issue, comment), "issue": show.brief(issue)})
    return Told(name, issue, lambda: body)


def _linked(event: Event, name: str, link: IssueLink) -> Mapping[str, Any]:
    kind = {
        "id": int(link.type.id),
        "name": link.type.name,
        "outwardName": link.type.outward,
        "inwardName": link.type.inward,
        "isSubTaskLinkType": False,
        "isSystemLinkType": False,
    }
    told = {
        "id": int(link.id),
        "sourceIssueId": int(link.inward),
        "destinationIssueId": int(link.outward),
        "issueLinkType": kind,
        "systemLink": False,
    }
    return _body(event, name, {"issueLink": told})


def _body(event: Event, name: str, rest: Mapping[str, Any]) -> Mapping[str, Any]:
    at = int(datetime.fromisoformat(event["at"]).timestamp() * 1000)
    body: Mapping[str, Any] = with_texts(Answer(200, {"timestamp": at, "webhookEvent": name, **rest})).body
    return body
