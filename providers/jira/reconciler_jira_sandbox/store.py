"""The issues in memory, changed by events alone, so that replaying the events gives the same store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from reconciler_jira_sandbox.site import (
    COMPONENTS,
    LINK_TYPES,
    SPRINTS,
    VERSIONS,
    LinkType,
    Named,
    Sprint,
    Version,
)  # fmt: skip

__all__ = ["Edit", "Event", "Issue", "IssueLink", "Store", "jira_time"]

Event: TypeAlias = dict[str, Any]
"""What happened, in JSON: `event` names it, `at` (ISO 8601) and `by` (an account id) say when and who."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of an issue's history; `items` as in Jira's changelog."""

    id: str
    at: str
    by: str
    items: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class IssueLink:
    """A link, as posted; both are issue ids."""

    id: str
    type: LinkType
    inward: str
    outward: str


@dataclass(slots=True)
class Issue:
    """An issue.

    Attributes:
        values: by field id, in the stored form: ids for options, users, issues and the like; an absent key is empty.
        revision: grows with each change of its own, but not with changes of links.
        past: (when it changed, the values before, `None` before its creation), for the search index.
    """

    id: str
    key: str
    type: str
    created: str
    updated: str
    values: dict[str, Any]
    properties: dict[str, Any]
    creator: str
    revision: int = 1
    hidden: bool = False
    history: list[Edit] = field(default_factory=list)
    remote_links: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    watchers: dict[str, None] = field(default_factory=dict)
    links: dict[str, IssueLink] = field(default_factory=dict)
    children: dict[str, None] = field(default_factory=dict)
    past: list[tuple[datetime, dict[str, Any] | None]] = field(default_factory=list)


class Store:
    """All issues and links.

    Args:
        journal: keeps each event.
        lag: how long the search index may miss a change; older pasts are dropped.
    """

    def __init__(self, journal: Callable[[Event], None], lag: Callable[[], timedelta]) -> None:
        self._journal = journal
        self._lag = lag
        self.issues: dict[str, Issue] = {}
        self.links: dict[str, IssueLink] = {}
        self.components: dict[str, Named] = {each.id: each for each in COMPONENTS}
        self.versions: dict[str, Version] = {each.id: each for each in VERSIONS}
        self.sprints: dict[int, Sprint] = {each.id: each for each in SPRINTS}
        self._keys: dict[str, str] = {}
        self._last_key = 0
        self._last_id = 10_000
        self._listeners: list[Callable[[Event], Callable[[], None]]] = []
        self._appliers: dict[str, Callable[[Event], None]] = {
            "created": self._created,
            "edited": self._edited,
            "deleted": self._deleted,
            "linked": self._linked,
            "unlinked": self._unlinked,
            "remote_linked": self._remote_linked,
            "remote_unlinked": self._remote_unlinked,
            "commented": self._commented,
            "comment_edited": self._comment_edited,
            "comment_deleted": self._comment_deleted,
            "watched": self._watched,
            "unwatched": self._unwatched,
            "hidden": self._hidden,
            "sprint_saved": self._sprint_saved,
            "component_made": self._component_made,
            "version_made": self._version_made,
        }

    def extend(self, event: str, applier: Callable[[Event], None]) -> None:
        """Let another module keep events of its own here."""
        self._appliers[event] = applier

    def listen(self, listener: Callable[[Event], Callable[[], None]]) -> None:
        """Tell a listener of each event before it happens; what it gives back is called once it has happened."""
        self._listeners.append(listener)

    def record(self, event: Event) -> None:
        """Take an event in and keep it."""
        happened = [listener(event) for listener in self._listeners]
        self.replay(event)
        self._journal(event)
        for each in happened:
            each()

    def replay(self, event: Mapping[str, Any]) -> None:
        """Take an event in that was kept before."""
        self._last_id = max(self._last_id, int(event.get("entity", 0)))
        self._appliers[event["event"]](dict(event))

    def new_id(self) -> str:
        """An id that nothing has; one sequence for everything, so issue ids ascend with gaps, as on a busy site."""
        self._last_id += 1
        return str(self._last_id)

    def new_key(self, project: str) -> str:
        """The next key of the project."""
        return f"{project}-{self._last_key + 1}"

    def find(self, id_or_key: str) -> Issue | None:
        """The issue by numeric id or by key without regard to case; hidden ones too."""
        text = id_or_key.strip()
        return self.issues.get(text) or self.issues.get(self._keys.get(text.upper(), ""))

    def visible(self) -> Iterator[Issue]:
        """All issues that the account may see, by ascending id."""
        return (each for each in self.issues.values() if not each.hidden)

    def _created(self, event: Event) -> None:
        issue = Issue(
            event["entity"],
            event["key"],
            event["type"],
            event["at"],
            event["at"],
            dict(event["values"]),
            dict(event["properties"]),
            event["by"],
        )
        self.issues[issue.id] = issue
        self._keys[issue.key] = issue.id
        self._last_key = max(self._last_key, int(issue.key.rpartition("-")[2]))
        if parent := issue.values.get("parent"):
            self.issues[parent].children[issue.id] = None
        self._remember(issue, event, None)

    def _edited(self, event: Event) -> None:
        issue = self.issues[event["issue"]]
        before = dict(issue.values)
        changed: dict[str, Any] = event.get("values", {})
        if "issuetype" in changed:
            issue.type = changed["issuetype"]
        if "parent" in changed:
            if old := issue.values.get("parent"):
                self.issues[old].children.pop(issue.id, None)
            if changed["parent"]:
                self.issues[changed["parent"]].children[issue.id] = None
        for name, value in changed.items():
            if value is None:
                issue.values.pop(name, None)
            elif name != "issuetype":
                issue.values[name] = value
        issue.properties.update(event.get("properties", {}))
        for name in event.get("dropped", ()):
            issue.properties.pop(name, None)
        if changed:
            self._remember(issue, event, before)
            self._note(issue, event, event["items"])

    def _deleted(self, event: Event) -> None:
        issue = self.issues.pop(event["issue"])
        del self._keys[issue.key]
        if parent := self.issues.get(issue.values.get("parent", "")):
            parent.children.pop(issue.id, None)
        for child in issue.children:
            self.issues[child].values.pop("parent", None)
        for link in list(issue.links.values()):
            self._drop(link)

    def _linked(self, event: Event) -> None:
        kind = next(each for each in LINK_TYPES if each.id == event["type"])
        link = IssueLink(event["entity"], kind, event["inward"], event["outward"])
        inward, outward = self.issues[link.inward], self.issues[link.outward]
        self.links[link.id] = inward.links[link.id] = outward.links[link.id] = link
        self._note(inward, event, [_link_item("to", outward.key, f"This issue {kind.outward} {outward.key}")])
        self._note(outward, event, [_link_item("to", inward.key, f"This issue {kind.inward} {inward.key}")])

    def _unlinked(self, event: Event) -> None:
        link = self.links[event["link"]]
        inward, outward = self.issues[link.inward], self.issues[link.outward]
        self._drop(link)
        self._note(inward, event, [_link_item("from", outward.key, f"This issue {link.type.outward} {outward.key}")])
        self._note(outward, event, [_link_item("from", inward.key, f"This issue {link.type.inward} {inward.key}")])

    def _drop(self, link: IssueLink) -> None:
        del self.links[link.id]
        for end in (link.inward, link.outward):
            if end in self.issues:
                self.issues[end].links.pop(link.id, None)

    def _remote_linked(self, event: Event) -> None:
        issue = self.issues[event["issue"]]
        issue.remote_links[event["link"]] = event["content"]

    def _remote_unlinked(self, event: Event) -> None:
        del self.issues[event["issue"]].remote_links[event["link"]]

    def _commented(self, event: Event) -> None:
        issue = self.issues[event["issue"]]
        self._comment(issue, event, [*issue.comments, event["comment"]])

    def _comment_edited(self, event: Event) -> None:
        issue, edited = self.issues[event["issue"]], event["comment"]
        self._comment(issue, event, [edited if each["id"] == edited["id"] else each for each in issue.comments])

    def _comment_deleted(self, event: Event) -> None:
        issue = self.issues[event["issue"]]
        self._comment(issue, event, [each for each in issue.comments if each["id"] != event["comment"]])

    def _comment(self, issue: Issue, event: Event, comments: list[dict[str, Any]]) -> None:
        issue.comments = comments
        issue.updated = event["at"]
        issue.revision += 1

    def _watched(self, event: Event) -> None:
        self.issues[event["issue"]].watchers[event["account"]] = None

    def _unwatched(self, event: Event) -> None:
        self.issues[event["issue"]].watchers.pop(event["account"], None)

    def _hidden(self, event: Event) -> None:
        self.issues[event["issue"]].hidden = event["hidden"]

    def _sprint_saved(self, event: Event) -> None:
        sprint = Sprint(**event["sprint"])
        self.sprints[sprint.id] = sprint

    def _component_made(self, event: Event) -> None:
        self.components[event["entity"]] = Named(event["entity"], event["name"])

    def _version_made(self, event: Event) -> None:
        self.versions[event["entity"]] = Version(event["entity"], event["name"])

    def _note(self, issue: Issue, event: Event, items: list[dict[str, str]]) -> None:
        self._last_id += 1
        issue.history.append(Edit(str(self._last_id), event["at"], event["by"], tuple(items)))
        issue.updated = event["at"]
        issue.revision += 1

    def _remember(self, issue: Issue, event: Event, before: dict[str, Any] | None) -> None:
        at = datetime.fromisoformat(event["at"])
        since = at - self._lag()
        issue.past = [entry for entry in issue.past if entry[0] > since]
        if since < at:
            issue.past.append((at, before))


def jira_time(iso: str) -> str:
    """A time as Jira writes it: milliseconds and `+0000`."""
    return datetime.fromisoformat(iso).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def _link_item(side: str, key: str, text: str) -> dict[str, str]:
    return {"field": "Link", "fieldtype": "jira", "fieldId": "issuelinks", side: key, f"{side}String": text}
