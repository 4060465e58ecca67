"""One site at work: what the endpoints act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from reconciler.sdk import Clock
from reconciler_jira_sandbox.deliveries import Webhooks
from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal, missing_issue
from reconciler_jira_sandbox.rendering import Rendering
from reconciler_jira_sandbox.searching import Index
from reconciler_jira_sandbox.site import PROJECT, TYPES
from reconciler_jira_sandbox.store import Event, Issue, Store
from reconciler_jira_sandbox.writing import Writing

__all__ = ["Tenant"]

_LINKS_MAX = 2000
_SUBTASKS = frozenset(each.id for each in TYPES if each.level < 0)


class Tenant:
    """The store with everything that reads and writes it, and the clock."""

    def __init__(self, clock: Clock, journal: Callable[[Event], None]) -> None:
        self.clock = clock
        self.knobs = Knobs()
        self.store = Store(journal, lambda: timedelta(seconds=float(self.knobs["lag"])))
        self.writing = Writing(self.store, self.knobs)
        self.index = Index(self.store, self.knobs)
        self.webhooks = Webhooks(self.store, self.knobs, clock)
        self.tasks: dict[str, dict[str, Any]] = {}
        self._renderings: dict[str, Rendering] = {}

    def rendering(self, base: str) -> Rendering:
        """JSON with links to this base URL."""
        if base not in self._renderings:
            self._renderings = {base: Rendering(self.store, base)}
        return self._renderings[base]

    def now(self) -> str:
        """The time as events carry it."""
        return self.clock.now().isoformat()

    def issue(self, id_or_key: str) -> Issue:
        """A visible issue.

        Raises:
            Refusal: 404.
        """
        issue = self.store.find(id_or_key)
        if issue is None or issue.hidden:
            raise missing_issue()
        return issue

    def may(self, permission: str) -> bool:
        """Whether the account has a permission."""
        return permission not in self.knobs["denied"]

    def create(self, body: Any, by: str) -> tuple[Issue, dict[str, Any] | None]:
        """Create an issue, and carry out its transition; a transition that fails does not fail the creation.

        Returns:
            The issue, and what came of its transition as a NestedResponse, where it asked for one.
        """
        event = self.writing.create(_body(body), by, self.now())
        event |= {"entity": self.store.new_id(), "key": self.store.new_key(PROJECT.key)}
        self.store.record(event)
        issue = self.store.issues[event["entity"]]
        if self.knobs["autowatch"]:
            self.watch(issue, by)
        if not body.get("transition"):
            return issue, None
        try:
            self.move(issue, {"transition": body["transition"]}, by)
        except Refusal as refusal:
            return issue, {"status": refusal.status, "errorCollection": refusal.as_json()}
        return issue, {"status": 204, "errorCollection": {"errorMessages": [], "errors": {}}}

    def edit(self, issue: Issue, body: Any, by: str) -> None:
        """Edit fields and properties; records nothing where nothing changes."""
        event = self.writing.edit(issue, _body(body), by, self.now())
        if event["values"] or event["properties"]:
            self.store.record(event)

    def move(self, issue: Issue, body: Any, by: str) -> None:
        """Carry out a transition, and the comments that come with it."""
        at = self.now()
        event = self.writing.move(issue, _body(body), by, at)
        added = (_body(body).get("update") or {}).get("comment") or ()
        comments = [self.writing.comment(each.get("add"), by, at) for each in added]
        self.store.record(event)
        for each in comments:
            self._keep_comment(issue, each, at)

    def comment(self, issue: Issue, body: Any, by: str) -> dict[str, Any]:
        """Add a comment, and give its stored form."""
        at = self.now()
        return self._keep_comment(issue, self.writing.comment(body, by, at), at)

    def edit_comment(self, issue: Issue, comment: Mapping[str, Any], body: Any, by: str) -> dict[str, Any]:
        """Replace a comment's text, and its properties where there are new ones; gives its stored form."""
        at = self.now()
        new = self.writing.comment(body, by, at)
        edited = {**comment, "body": new["body"], "editor": by, "updated": at}
        if new["properties"]:
            edited["properties"] = new["properties"]
        self.store.record({"event": "comment_edited", "issue": issue.id, "at": at, "comment": edited})
        return edited

    def delete_comment(self, issue: Issue, comment: Mapping[str, Any]) -> None:
        """Take a comment away."""
        event = {"event": "comment_deleted", "issue": issue.id, "at": self.now(), "comment": comment["id"]}
        self.store.record(event)

    def set_properties(self, issue: Issue, properties: Mapping[str, Any]) -> None:
        """Set entity properties; the history does not show them."""
        event = {"event": "edited", "issue": issue.id, "at": self.now(), "by": "", "properties": dict(properties)}
        self.store.record(event)

    def link(self, type_id: str, inward: Issue, outward: Issue, by: str) -> None:
        """Link two issues; a link that is there already is left as it is (FACTS A7).

        Raises:
            Refusal: 413: an issue has 2000 links.
        """
        wanted = (type_id, inward.id, outward.id)
        if wanted in {(each.type.id, each.inward, each.outward) for each in inward.links.values()}:
            return
        if max(len(inward.links), len(outward.links)) >= _LINKS_MAX:
            raise Refusal(413, "The issue has reached its limit of issue links.")
        ends = {"type": type_id, "inward": inward.id, "outward": outward.id}
        self.store.record({"event": "linked", "entity": self.store.new_id(), "at": self.now(), "by": by, **ends})

    def unlink(self, link_id: str, by: str) -> None:
        """Take a link away."""
        self.store.record({"event": "unlinked", "link": link_id, "at": self.now(), "by": by})

    def watch(self, issue: Issue, account: str) -> None:
        """Let somebody watch an issue; who does already, goes on."""
        if account not in issue.watchers:
            self.store.record({"event": "watched", "issue": issue.id, "account": account})

    def unwatch(self, issue: Issue, account: str) -> None:
        """Let somebody watch an issue no more."""
        if account in issue.watchers:
            self.store.record({"event": "unwatched", "issue": issue.id, "account": account})

    def delete(self, issue: Issue, *, subtasks: bool) -> None:
        """Delete an issue for good.

        Raises:
            Refusal: 400: it has sub-tasks and they are not to go with it (FACTS A15).
        """
        below = [self.store.issues[each] for each in issue.children]
        doomed = [each for each in below if each.type in _SUBTASKS]
        if doomed and not subtasks:
            raise Refusal(
                400,
                f"The issue '{issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete it.",
            )
        for each in [*doomed, issue]:
            self.store.record({"event": "deleted", "issue": each.id, "at": self.now()})

    def _keep_comment(self, issue: Issue, comment: dict[str, Any], at: str) -> dict[str, Any]:
        identity = self.store.new_id()
        kept = {"id": identity, **comment}
        self.store.record({"event": "commented", "entity": identity, "issue": issue.id, "at": at, "comment": kept})
        return kept


def _body(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise Refusal(400, "The request body must be a JSON object.")
    return body
