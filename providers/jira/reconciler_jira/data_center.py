"""Jira Data Center, version 2 of the interface, in the shapes of Cloud's (FACTS A17).

Built from documentation. Every answer is taken that a stricter or laxer server could give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from reconciler.sdk import NotFoundError, ProviderError, Session, ValidationError
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json, part
from reconciler_jira.client import CREATE_MOST, BulkMissing
from reconciler_jira.data_center_comments import anchored
from reconciler_jira.data_center_reading import DataCenterReading
from reconciler_jira.data_center_shapes import PARENT, in_server_shape
from reconciler_jira.fields import LABELS
from reconciler_jira.labels import marker_from
from reconciler_jira.marker import operation_label

__all__ = ["DataCenter"]


class DataCenter(DataCenterReading):
    """A site of Jira Data Center.

    Whether it keeps the properties of a creation is nowhere said. As long as that is not known, one issue is created at
    a time, and a label of its own proves its operation until the property is there.
    """

    labels_operations = True

    def __init__(self, session: Session, info: Json) -> None:
        super().__init__(session, info)
        self._keeps_properties: bool | None = None
        self._bulk = True

    @property
    def create_most(self) -> int:
        """One, until it is known what becomes of properties, and where the site creates no more at once."""
        known = self._keeps_properties is not None or not self._takes_properties
        return CREATE_MOST if self._bulk and known else 1

    def create(self, issues: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        """In one request, or one by one."""
        bodies = [self._epics.created(each) for each in issues]
        if self._takes:
            bodies = [_without_proof(each) for each in bodies]  # it was written before that was known
        proving = self._keeps_properties is not True
        if proving and self._takes:
            bodies = [_labelled(*each) for each in zip(bodies, operations, strict=True)]
        status, answer = self._created(bodies, operations)
        if proving:
            for issue, body, operation in _made(answer, bodies, operations):
                self._prove(issue, body, operation)
        return status, self._epics.refused(answer)

    def edit(self, issue: str, body: Json, *, notify: bool, operation: str) -> None:
        """Fields, then properties."""
        fields = {name: each for name, each in body.items() if name != "properties"}
        if PARENT in fields.get("fields", {}) or PARENT in fields.get("update", {}):
            read = object_in(self.issue(issue, ("issuetype",)).get("fields"))
            fields = self._epics.edited(fields, object_in(read.get("issuetype")))
        if any(fields.values()):
            params = None if notify else {"notifyUsers": "false"}
            self._write("PUT", f"/issue/{issue}", operation, fields, params=params)
        self._put_riding(issue, body, operation)

    def transition(self, issue: str, body: Json, operation: str) -> None:
        """The transition, then properties."""
        moved = {name: each for name, each in body.items() if name != "properties"}
        self._write("POST", f"/issue/{issue}/transitions", operation, moved, once=True)
        self._put_riding(issue, body, operation)

    def add_link(self, type: str, inward: str, outward: str, operation: str) -> None:
        """By the type's name and the issues' keys."""
        name = next((str(each.get("name")) for each in self._link_types if str(each.get("id")) == type), None)
        body = {"type": {"name": name} if name else {"id": type}}
        for side, id in (("inwardIssue", inward), ("outwardIssue", outward)):
            key = self._called.key_of(id)
            body[side] = {"key": key} if key else {"id": id}
        self._write("POST", "/issueLink", operation, body)

    def add_watcher(self, issue: str, account: str, operation: str) -> None:
        """By name."""
        self._write("POST", f"/issue/{issue}/watchers", operation, account)

    def remove_watcher(self, issue: str, account: str, operation: str) -> None:
        """By name."""
        self._write("DELETE", f"/issue/{issue}/watchers", operation, params={"username": account})

    def _said(self, body: Any) -> Any:
        said = in_server_shape(body)
        return said if self._takes_properties else anchored(said)

    @cached_property
    def _link_types(self) -> list[Json]:
        return self.link_types()

    def _created(self, bodies: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        if self.create_most == 1:
            [body] = bodies
            status, answer = self._create("/issue", body, operations)
            if status == 400:
                error = {"status": status, "elementErrors": answer, "failedElementNumber": 0}
                return status, {"issues": [], "errors": [error]}
            return status, {"issues": [answer] if answer.get("id") and answer.get("key") else [], "errors": []}
        try:
            return self._create("/issue/bulk", {"issueUpdates": list(bodies)}, operations)
        except (NotFoundError, ValidationError) as problem:
            if problem.status not in (404, 405):
                raise
            self._bulk = False
            raise BulkMissing from problem

    def _prove(self, issue: str, body: Json, operation: str) -> None:
        """See that a new issue has its properties, which the first tells of all, and take off the label that proves it.

        What goes wrong is not the creation's: it is done, and the label stays; so it does where the site turns out to
        take no properties.
        """
        wanted = body.get("properties") or ()
        with suppress(ProviderError):
            if self._takes is None:
                self._learn_from(issue)
            if not self._takes_properties:
                return
            if wanted and self._keeps_properties is None:
                path = f"/issue/{issue}/properties/{part(wanted[0]['key'])}"
                self._keeps_properties = self._unless_missing(path) is not None
            if self._keeps_properties is False:
                for each in wanted:
                    self.put_property(issue, each["key"], each["value"], operation)
            if proving := _proving(body, operation):
                update = {LABELS: [{"remove": each} for each in proving]}
                self._write("PUT", f"/issue/{issue}", operation, {"update": update})

    def _put_riding(self, issue: str, body: Json, operation: str) -> None:
        """Write the properties that go along with another write by themselves: whether it carries them is nowhere said.

        What goes wrong is not this write's: the run reads the markers at its end, and says then what is in the way.
        """
        for each in body.get("properties") or ():
            with suppress(ProviderError):
                self.put_property(issue, each["key"], each["value"], operation)


def _labelled(body: Json, operation: str) -> Json:
    """A new issue with its operation's label beside the one that finds it, where it has that."""
    labels = body["fields"].get(LABELS)
    if not labels or not body.get("properties"):
        return body
    return {**body, "fields": {**body["fields"], LABELS: [*labels, operation_label(operation)]}}


def _without_proof(body: Json) -> Json:
    """A new issue without a marker among its labels."""
    labels = [each for each in body["fields"].get(LABELS) or () if marker_from(each) is None]
    return {**body, "fields": {**body["fields"], LABELS: labels}} if labels else body


def _proving(body: Json, operation: str) -> list[str]:
    """The labels of a new issue that prove what its property is going to say."""
    labels = body["fields"].get(LABELS) or ()
    return [each for each in labels if each == operation_label(operation) or marker_from(each) is not None]


def _made(answer: Json, bodies: Sequence[Json], operations: Sequence[str]) -> Iterator[tuple[str, Json, str]]:
    """The ids of the issues that an answer says were made, with what was sent for each."""
    failed = {each.get("failedElementNumber") for each in objects_in(answer.get("errors"))}
    sent = [each for number, each in enumerate(zip(bodies, operations, strict=True)) if number not in failed]
    made = objects_in(answer.get("issues"))
    if len(made) == len(sent):
        for issue, (body, operation) in zip(made, sent, strict=True):
            yield str(issue.get("id")), body, operation
