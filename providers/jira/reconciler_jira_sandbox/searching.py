"""Search: an index that lags and flickers, and pages by token (FACTS A4)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from reconciler_jira_sandbox.bodies import number_of, text_of
from reconciler_jira_sandbox.jql import parse
from reconciler_jira_sandbox.knobs import Knobs
from reconciler_jira_sandbox.refusal import Refusal
from reconciler_jira_sandbox.store import Issue, Store

__all__ = ["Found", "Index"]

_TOKEN_LIFE = timedelta(days=7)
_PAGE_MAX = 5000
_RECONCILE_MAX = 50
_BARE = frozenset({"id", "key", "issuekey"})

Found = tuple[Issue, Mapping[str, Any]]
"""An issue, and the values under which the index knows it."""


class Index:
    """What a search sees.

    A change is invisible for the first half of the lag; in the second half every other search sees it. So a hit can
    vanish again, as on the real platform.
    """

    def __init__(self, store: Store, knobs: Knobs) -> None:
        self._store = store
        self._knobs = knobs
        self._searches = 0

    def view(self, issue: Issue, now: datetime) -> Mapping[str, Any] | None:
        """The values that the index has of an issue; `None` before it knows it."""
        lag = float(self._knobs["lag"])
        for at, before in issue.past:
            age = (now - at).total_seconds()
            if age < lag / 2 or (age < lag and self._searches % 2 == 0):
                return before
        return issue.values

    def search(self, jql: str, reconcile: Collection[str], now: datetime) -> list[Found]:
        """All hits, ordered."""
        self._searches += 1
        query = parse(jql, self._store, now, fold_labels=self._knobs["jql_label_case"] == "insensitive")
        found: list[Found] = []
        for issue in self._store.visible():
            values = issue.values if issue.id in reconcile else self.view(issue, now)
            if values is not None and query.test(issue, values):
                found.append((issue, values))
        return found[::-1] if query.descending else found

    def page(self, body: Mapping[str, Any], now: datetime) -> tuple[list[Found], str | None]:
        """One page of hits, and the token of the next.

        Raises:
            Refusal: 400: the query, the token, or too many issues to reconcile.
        """
        jql = text_of(body, "jql")
        named = body.get("reconcileIssues") or []
        if not isinstance(named, list) or len(named) > _RECONCILE_MAX:
            raise Refusal(400, "reconcileIssues is a list of at most 50 issue ids.")
        reconcile = [str(each) for each in named]
        size = number_of(body, "maxResults", 50)
        bare = set(body.get("fields") or ("id",)) <= _BARE and not body.get("properties")
        size = min(size or 50, _PAGE_MAX if bare else self._knobs["page_cap"])
        fingerprint = hashlib.sha256(json.dumps([jql, sorted(reconcile)]).encode()).hexdigest()[:16]
        start = _start(body.get("nextPageToken"), fingerprint, now)
        found = self.search(jql, set(reconcile), now)
        end = start + size
        token = _token(fingerprint, end, now) if end < len(found) else None
        return found[start:end], token


def _token(fingerprint: str, start: int, now: datetime) -> str:
    return base64.urlsafe_b64encode(json.dumps([fingerprint, start, now.isoformat()]).encode()).decode()


def _start(token: Any, fingerprint: str, now: datetime) -> int:
    if not token:
        return 0
    try:
        of, start, at = json.loads(base64.urlsafe_b64decode(str(token)))
        age = now - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise Refusal(400, "The provided next page token is invalid.") from None
    if of != fingerprint or age > _TOKEN_LIFE:
        raise Refusal(400, "The provided next page token is invalid or expired.")
    return int(start)
