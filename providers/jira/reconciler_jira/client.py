"""What the plugin asks of a Jira site, one typed function an endpoint. What an answer means is other modules' matter.

Jira Cloud and Jira Data Center have most endpoints in common; where they differ, `Cloud` and `DataCenter` know how.
Both speak in Cloud's shapes: accounts have an `accountId`, texts are documents, and a parent is a parent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import ClassVar, Final, Literal, TypeAlias

from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json, part
from reconciler_jira.marker import PROPERTY
from reconciler_jira.site_client import SiteClient

__all__ = ["CREATE_MOST", "BulkClient", "BulkMissing", "Client", "Json", "Proof"]

CREATE_MOST: Final = 50
"""Issues that one request creates (FACTS A2)."""


Proof: TypeAlias = Literal["property", "either", "both", "shown", "label"]
"""Where what proves that an issue is ours is written: in its property (`property`, `either`), in a label where the site
takes no properties (`label`) or only shows them (`shown`), or in both while that is not known. All but `property` are
read in both: the site may have taken, or refused, properties at another time.
"""


class BulkMissing(Exception):
    """The site creates issues one by one alone."""


class Client(SiteClient, ABC):
    """The endpoints that the plugin uses, over one session. Each raises what `Session.send` raises.

    Attributes:
        labels_operations: issues may carry the label of the operation that created them, in place of the property.
        markers_apart: a marker's property takes a request of its own, whatever else is written.
    """

    labels_operations: ClassVar = False
    markers_apart: ClassVar = False

    @property
    def proof(self) -> Proof:
        """Where what proves that an issue is ours is written."""
        return "property"

    @property
    @abstractmethod
    def create_most(self) -> int:
        """How many issues the next request may create."""

    @property
    @abstractmethod
    def site_id(self) -> str:
        """What the site is known by, whatever its URL: only a rename of a site without a cloud id changes it."""

    @abstractmethod
    def projects(self, text: str) -> list[Json]:
        """Projects whose key or name has this text in it."""

    @abstractmethod
    def create_fields(self, project: str, type: str) -> list[Json]:
        """The fields of a type's creation, across all pages."""

    @abstractmethod
    def workflows(self, project: str, types: Collection[str]) -> Json:
        """The workflows of some types of a project, by ids: `statuses` and `workflows`."""

    @abstractmethod
    def users_by_id(self, ids: Sequence[str]) -> list[Json]:
        """The users with these account ids, at most 200 of them; unknown ids are left out."""

    @abstractmethod
    def search_users(self, text: str) -> list[Json]:
        """Users whose name or e-mail address begins with a text."""

    @abstractmethod
    def bulk_fetch(self, issues: Sequence[str], fields: Sequence[str], properties: Sequence[str]) -> Json:
        """At most 100 issues by id or key: `issues` and `issueErrors`; those not visible are in neither."""

    @abstractmethod
    def issue(self, issue: str, fields: Sequence[str], properties: Sequence[str] = ()) -> Json:
        """One issue. Unlike reads in bulk, this one is known to see every write at once (FACTS A3)."""

    @abstractmethod
    def search_page(
        self, jql: str, fields: Sequence[str], most: int, token: str | None = None, properties: Sequence[str] = ()
    ) -> tuple[list[Json], str | None]:
        """One page of the issues that a query finds, and what asks for the next; `None` at the end."""

    @abstractmethod
    def keys(self, jql: str) -> Iterator[str]:
        """The keys of the issues that a query finds, on pages as long as the site gives."""

    @abstractmethod
    def search(self, jql: str, fields: Sequence[str], properties: Sequence[str]) -> Iterator[Json]:
        """Issues that a query finds, across all pages; one may come twice."""

    @abstractmethod
    def children_of(self, ids: Sequence[str]) -> str:
        """The query that finds the issues whose parent is one of these, by their ids."""

    @abstractmethod
    def create(self, issues: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        """Create at most `create_most` issues: the status and `{issues, errors}`, which a 400 carries too (FACTS A2).

        Raises:
            BulkMissing: the site creates issues one by one alone; nothing was done, and `create_most` says so now.
        """

    @abstractmethod
    def edit(self, issue: str, body: Json, *, notify: bool, operation: str) -> None:
        """Change fields. Without `notify` nobody gets mail, which only an administrator may ask for."""

    @abstractmethod
    def transition(self, issue: str, body: Json, operation: str) -> None:
        """Make a transition."""

    @abstractmethod
    def add_watcher(self, issue: str, account: str, operation: str) -> None:
        """Let somebody watch an issue."""

    @abstractmethod
    def remove_watcher(self, issue: str, account: str, operation: str) -> None:
        """Let somebody watch an issue no more."""

    @abstractmethod
    def comments_by_id(self, ids: Collection[str]) -> list[Json]:
        """At most 1000 comments, with their properties."""

    @abstractmethod
    def changelogs(self, issues: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """The histories of at most 1000 issues in at most 10 fields, in pieces, across all pages."""

    def first(self, jql: str, fields: Sequence[str]) -> Json | None:
        """The first issue that a query finds."""
        return next(iter(self.search_page(jql, fields, 1)[0]), None)

    def edit_fields(self, issue: str) -> dict[str, Json]:
        """What an issue's edit screen offers now, by field id."""
        fields = object_in(self._get(f"/issue/{issue}/editmeta")).get("fields")
        return {field: object_in(each) for field, each in object_in(fields).items()}

    def transitions(self, issue: str) -> list[Json]:
        """The transitions from an issue's status, with the fields of their screens; `isAvailable` is false for those
        whose condition is not met.
        """
        query = {"expand": "transitions.fields", "includeUnavailableTransitions": "true"}
        return objects_in(object_in(self._get(f"/issue/{issue}/transitions", query)).get("transitions"))

    def issue_links(self, issue: str) -> list[Json]:
        """An issue's links, with their ids."""
        answer = object_in(self._get(f"/issue/{issue}", {"fields": "issuelinks"}))
        return objects_in(object_in(answer.get("fields")).get("issuelinks"))

    def add_link(self, type: str, inward: str, outward: str, operation: str) -> None:
        """Make "inward <type's outward text> outward", as Jira names the two ends (FACTS A7)."""
        body = {"type": {"id": type}, "inwardIssue": {"id": inward}, "outwardIssue": {"id": outward}}
        self._write("POST", "/issueLink", operation, body)

    def remove_link(self, link: str, operation: str) -> None:
        """Remove a link by its id."""
        self._write("DELETE", f"/issueLink/{part(link)}", operation)

    def remote_links(self, issue: str) -> list[Json]:
        """An issue's remote links."""
        return objects_in(self._get(f"/issue/{issue}/remotelink"))

    def put_remote_link(
        self, issue: str, global_id: str, url: str, title: str, relationship: str, operation: str
    ) -> None:
        """Make or replace the remote link with this global id; without a relationship it is a web link."""
        body: Json = {"globalId": global_id, "object": {"url": url, "title": title}}
        if relationship:
            body["relationship"] = relationship
        self._write("POST", f"/issue/{issue}/remotelink", operation, body)

    def remove_remote_link(self, issue: str, link: str, operation: str) -> None:
        """Remove a remote link by its id."""
        self._write("DELETE", f"/issue/{issue}/remotelink/{part(link)}", operation)

    def watchers(self, issue: str) -> list[Json]:
        """The people who watch an issue."""
        return objects_in(object_in(self._get(f"/issue/{issue}/watchers")).get("watchers"))

    def comment(self, issue: str, body: Json, operation: str) -> None:
        """Add a comment."""
        self._write("POST", f"/issue/{issue}/comment", operation, body, once=True)

    def edit_comment(self, issue: str, comment: str, body: Json, operation: str) -> None:
        """Write a comment anew, by its id."""
        self._write("PUT", f"/issue/{issue}/comment/{part(comment)}", operation, body)

    def comments(self, issue: str) -> Iterator[Json]:
        """An issue's comments, newest first; with their properties where a read by id would not tell them."""
        start = 0
        while True:
            query = {"orderBy": "-created", "maxResults": 100, "startAt": start}
            page = objects_in(object_in(self._get(f"/issue/{issue}/comment", query)).get("comments"))
            yield from page
            start += len(page)
            if len(page) < 100:
                return

    def remove_issue(self, issue: str, operation: str) -> None:
        """Delete an issue for good; refused while it has sub-tasks (FACTS A15)."""
        self._write("DELETE", f"/issue/{part(issue)}", operation, params={"deleteSubtasks": "false"})

    def put_property(self, issue: str, key: str, value: Json, operation: str) -> None:
        """Set one property of one issue."""
        self._write("PUT", f"/issue/{issue}/properties/{part(key)}", operation, value)

    def remove_property(self, issue: str, key: str, operation: str) -> None:
        """Remove one property of one issue."""
        self._write("DELETE", f"/issue/{issue}/properties/{part(key)}", operation)

    def put_marker(
        self,
        issue: str,
        value: Json,
        operation: str,
        *,
        label: Callable[[], str] | None,  # noqa: ARG002  it takes properties
        notify: bool,  # noqa: ARG002
    ) -> None:
        """Set the property that proves whose an issue is.

        Args:
            issue: its id.
            value: the property's.
            operation: it is part of.
            label: writes the label that says the same, for a site that refuses the property; `None` where labels can't
                hold markers.
            notify: as of `edit`.

        Raises:
            MarkerTooLong: it takes that label, and there is no room for it.
        """
        self.put_property(issue, PROPERTY, value, operation)

    def remove_marker(self, issue: str, operation: str, *, labelled: bool, notify: bool) -> None:  # noqa: ARG002
        """Remove that property. Where the site refuses that, and labels can hold markers, one says that it is void."""
        self.remove_property(issue, PROPERTY, operation)


class BulkClient(Client):
    """A site that sets the properties of many issues at once."""

    @abstractmethod
    def put_properties(self, properties: Mapping[str, Json], operations: Sequence[str]) -> str:
        """Set properties of at most 100 issues, by issue id; gives the id of the task that does it (FACTS A8)."""

    @abstractmethod
    def task(self, task: str) -> Json:
        """How far a long task is."""
