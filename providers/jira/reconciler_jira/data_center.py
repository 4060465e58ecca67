"""Jira Data Center, version 2 of the interface, in the shapes of Cloud's (FACTS A17).

Built from documentation. Every answer is taken that a stricter or laxer server could give.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from functools import cached_property, partial
from typing import Any

from reconciler.sdk import (
    AuthorizationError,
    MarkerTooLong,
    NotFoundError,
    ProviderError,
    Session,
    ValidationError,
    decode_marker,
)
from reconciler.sdk.shapes import object_in
from reconciler_jira import data_center_creations as creations
from reconciler_jira.calls import Json, part
from reconciler_jira.client import CREATE_MOST, BulkMissing, Proof
from reconciler_jira.data_center_comments import anchored
from reconciler_jira.data_center_reading import REFUSED, DataCenterReading
from reconciler_jira.data_center_shapes import PARENT, in_server_shape
from reconciler_jira.fields import LABELS
from reconciler_jira.labels import let_go, outdated
from reconciler_jira.marker import PROPERTY

__all__ = ["DataCenter"]


class DataCenter(DataCenterReading):
    """A site of Jira Data Center.

    Whether it keeps the properties of a creation is nowhere said. As long as that is not known, one issue is created at
    a time, and a label of its own proves its operation until the property is there. Nor does any read say whether
    properties may be written: the first marker of a run tells, and after a refusal the others go into labels.
    """

    labels_operations = True

    def __init__(self, session: Session, info: Json) -> None:
        super().__init__(session, info)
        self._keeps_properties: bool | None = None
        self._writes_properties: bool | None = None
        self._rides = True
        self._first = threading.Lock()
        self._bulk = True

    @property
    def proof(self) -> Proof:
        """A label, too, where the site shows properties and refused to write one."""
        proof = super().proof
        return "shown" if proof == "either" and self._writes_properties is False else proof

    @property
    def create_most(self) -> int:
        """One, until it is known what becomes of properties, and where the site creates no more at once."""
        known = self._keeps_properties is not None or self.proof in ("label", "shown")
        return CREATE_MOST if self._bulk and known else 1

    def create(self, issues: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        """In one request, or one by one."""
        bodies = [self._epics.created(each) for each in issues]
        proof, kept = self.proof, self._keeps_properties is True
        if proof == "either":
            bodies = [creations.without_proof(each) for each in bodies]  # it was written before that was known
        if proof == "either" and not kept:
            bodies = [creations.labelled(*each) for each in zip(bodies, operations, strict=True)]
        if proof == "shown" and not kept:  # which may not have been known either
            bodies = [creations.proved(*each) for each in zip(bodies, operations, strict=True)]
        status, answer = self._created(bodies, operations)
        if proof in ("either", "both") and not kept:
            for issue, body, operation in creations.made(answer, bodies, operations):
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

    def put_marker(
        self, issue: str, value: Json, operation: str, *, label: Callable[[], str] | None, notify: bool
    ) -> None:
        """The property or, where the site refuses to write it, the label.

        A refusal may be about this issue alone, or about all properties. An issue whose labels may be written and whose
        property may not tells; and one of which neither may be written is refused as it was.
        """
        with self._first if self._writes_properties is None else nullcontext():  # the others wait for what it shows
            refusal = None
            if self._writes_properties is not False or label is None:
                refusal = self._refusal_of(lambda: self.put_property(issue, PROPERTY, value, operation))
                if refusal is None:
                    self._writes_properties = True
                    return
                if self._writes_properties or label is None:
                    raise refusal
            proof = label()
            read = object_in(self.issue(issue, (LABELS,)).get("fields"))
            update = [{"add": proof}, *outdated(read.get(LABELS) or (), proof)]
            self._edit_labels(issue, update, operation, refusal, notify=notify)
            self._writes_properties = False

    def remove_marker(self, issue: str, operation: str, *, labelled: bool, notify: bool) -> None:
        """The property; where the site refuses that, and shows it still, a label says that it is void."""
        refusal = self._refusal_of(lambda: self.remove_property(issue, PROPERTY, operation))
        if refusal is None:
            return
        kept = decode_marker(object_in(self.issue(issue, (), (PROPERTY,)).get("properties")).get(PROPERTY))
        if kept is None:
            return
        if not labelled:
            raise refusal
        self._edit_labels(issue, [{"add": let_go(kept)}], operation, refusal, notify=notify)

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

    def _refusal_of(self, write: Callable[[], None]) -> ProviderError | None:
        """What a site says that does not let a property be written; `None` where it does.

        A proxy's page says so too: if the property was written all the same, it says no more than the label will.
        """
        try:
            write()
        except ProviderError as problem:
            if problem.status not in REFUSED:
                raise
            return problem
        return None

    def _edit_labels(
        self, issue: str, update: Sequence[Json], operation: str, refusal: ProviderError | None, *, notify: bool
    ) -> None:
        """Edit labels in place of a property that was refused; where they are refused too, that is what is said."""
        try:
            self.edit(issue, {"update": {LABELS: list(update)}}, notify=notify, operation=operation)
        except (AuthorizationError, NotFoundError, ValidationError) as also:
            raise refusal or also from also

    def _prove(self, issue: str, body: Json, operation: str) -> None:
        """See that a new issue has its properties, which the first tells of all, and take off the label that proves it.

        What goes wrong is not the creation's: it is done, and the label stays; so it does where the site turns out to
        take no properties. Where it does not let them be written, the marker's own label comes in its place.
        """
        wanted = body.get("properties") or ()
        with suppress(ProviderError, MarkerTooLong):
            if self._takes is None:
                self._learn_from(issue)
            if not self._takes_properties:
                return
            if wanted and self._keeps_properties is None:
                path = f"/issue/{issue}/properties/{part(wanted[0]['key'])}"
                self._keeps_properties = self._unless_missing(path) is not None
            if self._keeps_properties is False:
                for each in wanted:
                    label = partial(creations.proof_in, body, issue, operation) if creations.marker_of(body) else None
                    self.put_marker(issue, each["value"], operation, label=label, notify=True)
            if self.proof == "shown":
                return
            if proving := creations.proving(body, operation):
                update = {LABELS: [{"remove": each} for each in proving]}
                self._write("PUT", f"/issue/{issue}", operation, {"update": update})

    def _put_riding(self, issue: str, body: Json, operation: str) -> None:
        """Write the properties that go along with another write by themselves: whether it carries them is nowhere said.

        What goes wrong is not this write's: the run reads the markers at its end, and says then what is in the way.
        After a refusal it leaves all of them to that.
        """
        for each in body.get("properties") or ():
            if self._rides:
                with suppress(ProviderError):
                    put = partial(self.put_property, issue, each["key"], each["value"], operation)
                    self._rides = self._refusal_of(put) is None
