"""What a tracker offers. Roundup names statuses and says nothing of what they mean: the spec's `statuses` do."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Literal

from reconciler.sdk import (
    AuthenticationError,
    Capabilities,
    FieldInfo,
    NotFoundError,
    PluginConfig,
    Ref,
    SiteDescription,
    Status,
    TypeInfo,
)
from reconciler_roundup.client import Client

__all__ = ["ASSIGNEE", "KEYWORDS", "PRIORITY", "STATUS", "TITLE", "account_of", "describe"]

TITLE, STATUS, PRIORITY, ASSIGNEE, KEYWORDS = "title", "status", "priority", "assignedto", "keyword"

_WORDS: Mapping[str, str] = {
    "unread": "todo",
    "in-progress": "in_progress",
    "testing": "in_review",
    "deferred": "blocked",
    "resolved": "done",
}
"""For the statuses that a new tracker has."""

_CATEGORIES: Mapping[str | None, Literal["new", "done"]] = {"todo": "new", "done": "done", "cancelled": "done"}
_PRIORITIES: Mapping[str, str] = {"critical": "critical", "high": "urgent", "medium": "bug", "low": "wish"}
"""For the priorities that a new tracker has."""

_BOTH: frozenset[Literal["create", "update", "transition"]] = frozenset({"create", "update"})


def account_of(client: Client, login: str) -> Ref:
    """Find out who we are.

    Raises:
        AuthenticationError: the tracker let us in as nobody.
    """
    for each in client.collection("user", fields="username,realname", username=login):
        if each["username"] == login:
            return _person(each)
    raise AuthenticationError(f"the tracker knows no account {login!r}")


def describe(client: Client, config: PluginConfig, users: Collection[str]) -> SiteDescription:
    """Read what the tracker offers for one class of items.

    Raises:
        NotFoundError: the tracker has no such class.
    """
    account = account_of(client, config.credential.user or "")
    if config.project not in client.classes():
        raise NotFoundError(f"the tracker has no class {config.project!r}", hint="most have `issue`")
    statuses = tuple(_status(config, str(each["id"]), str(each["name"])) for each in client.collection("status"))
    priorities = tuple(Ref(str(each["id"]), str(each["name"])) for each in client.collection("priority"))
    people = {name.casefold(): _person(each) for each in _people(client, users) for name in _names(each)}
    named = {name.casefold(): people[name.casefold()] for name in users if name.casefold() in people}
    kind = TypeInfo(
        ref=Ref(config.project, config.project),
        level=0,
        fields={each.id: each for each in _fields(config, priorities)},
        statuses=statuses,
        transitions={each.ref.id: tuple(other.ref.id for other in statuses if other != each) for each in statuses},
        word=next((word for word, name in config.types.items() if name == config.project), "task"),
    )
    return SiteDescription(
        site=_identity(client.url),
        url=client.url,
        project=Ref(config.project, config.project),
        account=account,
        read_at=client.clock.now(),
        types={kind.ref.id: kind},
        link_types=(),
        containers={},
        users=tuple({each.id: each for each in named.values()}.values()),
        user_names={name: each.id for name, each in named.items()},
        permissions={},
        capabilities=Capabilities(
            guarded=frozenset(kind.fields),
            quiet=False,
            marker="in_create",
            marker_in_reads=True,
            lag=timedelta(0),
        ),
    )


def _fields(config: PluginConfig, priorities: tuple[Ref, ...]) -> tuple[FieldInfo, ...]:
    by_name = {each.name: each.id for each in priorities}
    wanted = {**_PRIORITIES, **config.priorities}
    words = {word: by_name[name] for word, name in wanted.items() if name in by_name}
    return (
        FieldInfo(TITLE, "Title", "text", "title", required=True, writable=_BOTH),
        FieldInfo(STATUS, "Status", "status", "status", writable=frozenset({"transition"})),
        FieldInfo(PRIORITY, "Priority", "option", "priority", words, writable=_BOTH, options=priorities),
        FieldInfo(ASSIGNEE, "Assigned To", "user", "assignee", writable=_BOTH),
        FieldInfo(KEYWORDS, "Keywords", "label", "labels", many=True, writable=_BOTH),
    )


def _status(config: PluginConfig, id: str, name: str) -> Status:
    word = next((word for word, names in config.statuses.items() if name in names), _WORDS.get(name))
    return Status(Ref(id, name), _CATEGORIES.get(word, "active"), word)


def _people(client: Client, users: Collection[str]) -> list[dict[str, object]]:
    return list(client.collection("user", fields="username,realname,address")) if users else []


def _names(user: Mapping[str, object]) -> list[str]:
    return [str(user[each]) for each in ("id", "username", "realname", "address") if user.get(each)]


def _person(user: Mapping[str, object]) -> Ref:
    return Ref(str(user["id"]), str(user.get("realname") or user["username"]))


def _identity(url: str) -> str:
    """A tracker has no id of its own, so its address has to do: where it moves, its items are imported anew."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]
