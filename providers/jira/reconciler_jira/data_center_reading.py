"""How Jira Data Center is read: one issue at a time, found by number of page, in the shapes of Cloud's (FACTS A17)."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

from reconciler.sdk import AuthorizationError, NotFoundError, ProviderError, Session, ValidationError, as_completed
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json, part
from reconciler_jira.client import Client, Proof
from reconciler_jira.data_center_comments import told
from reconciler_jira.data_center_epics import Epics
from reconciler_jira.data_center_names import Called
from reconciler_jira.data_center_screens import Screens
from reconciler_jira.data_center_shapes import Schema, history_in, issue_in, screen_in, seen
from reconciler_jira.marker import PROPERTY

__all__ = ["REFUSED", "DataCenterReading"]

_ANY = "created >= -9999d ORDER BY created DESC"
"""The query that finds any issue: some servers refuse one without a restriction."""
_ASKED = 3
"""Issues whose properties are asked for: any one of them may be hidden, or deleted since."""
REFUSED = frozenset({403, 404, 405, 501})
"""How a server, or a proxy before it, says that it has no such page."""
_SEARCH_PAGE = 100
_KEYS_PAGE = 1000
_RESTARTS = 3


class DataCenterReading(Client):
    """What `DataCenter` reads.

    Args:
        session: to the site.
        info: what `/serverInfo` says.
    """

    api: ClassVar = "/rest/api/2"
    markers_apart: ClassVar = True

    def __init__(self, session: Session, info: Json) -> None:
        super().__init__(session)
        self._info = info
        self._called = Called(lambda issue: self._unless_missing(f"/issue/{part(issue)}", {"fields": "issuetype"}))
        self._screens = Screens(self._get)
        self._tells_properties = False
        self._asked = False
        self._takes: bool | None = None
        self._lock = threading.Lock()
        self._known: Schema | None = None

    @property
    def proof(self) -> Proof:
        """A label where the site refuses properties, and both as long as that is not known."""
        if not self._takes_properties:
            return "label"
        return "either" if self._takes else "both"

    @property
    def site_id(self) -> str:
        """The base URL without its scheme."""
        base = urlsplit(str(self._info.get("baseUrl") or self.site_url))
        return f"{base.netloc}{base.path}".rstrip("/")

    def projects(self, text: str) -> list[Json]:
        """Of all projects."""
        folded = text.casefold()
        return [
            each
            for each in objects_in(self._get("/project"))
            if any(folded in str(each.get(name, "")).casefold() for name in ("key", "name"))
        ]

    def create_fields(self, project: str, type: str) -> list[Json]:
        """By type."""
        return screen_in(self._schema, self._screens.read(project, type))

    def all_fields(self) -> list[Json]:
        """Read once."""
        return list(self._schema.fields)

    def groups(self) -> Iterator[Json]:
        """As the picker offers them."""
        return iter(objects_in(object_in(self._get("/groups/picker", {"maxResults": 1000})).get("groups")))

    def workflows(self, project: str, types: Collection[str]) -> Json:  # noqa: ARG002  it tells none
        """Nothing: Data Center tells nobody."""
        return {}

    def users_by_id(self, ids: Sequence[str]) -> list[Json]:
        """One by one, by name."""
        found = as_completed(lambda name: self._unless_missing("/user", {"username": name}), ids)
        return [each for each in found if each is not None]

    def search_users(self, text: str) -> list[Json]:
        """By user name, name or e-mail address."""
        return objects_in(self._get("/user/search", {"username": text, "maxResults": 50}))

    def bulk_fetch(self, issues: Sequence[str], fields: Sequence[str], properties: Sequence[str]) -> Json:
        """One by one: only this sees every write at once."""
        found: list[Json] = []
        errors: list[Json] = []

        def read(issue: str) -> tuple[Json | None, Json | None]:
            try:
                return self.issue(issue, fields, properties), None
            except NotFoundError:
                return None, None
            except AuthorizationError as problem:
                return None, {"id": issue, "errorMessage": problem.summary}

        for issue, error in as_completed(read, issues):
            found += [issue] if issue else []
            errors += [error] if error else []
        return {"issues": found, "issueErrors": errors}

    def issue(self, issue: str, fields: Sequence[str], properties: Sequence[str] = ()) -> Json:
        """With its properties, each of which costs a request where the issue does not tell them itself."""
        query = {"fields": ",".join(self._schema.asked(fields)), "properties": ",".join(properties)}
        path = f"/issue/{part(issue)}"
        told = object_in(self._get(path, {name: text for name, text in query.items() if text}))
        self._tells_properties = self._tells_properties or "properties" in told
        if properties and self._takes_properties and self._takes is None:
            self._learn_from(issue)
        if properties and not self._tells_properties and self._takes_properties:
            read = {name: self._unless_missing(f"{path}/properties/{part(name)}") for name in properties}
            told["properties"] = {name: each["value"] for name, each in read.items() if each and "value" in each}
        return self._told(told)

    def search_page(
        self, jql: str, fields: Sequence[str], most: int, token: str | None = None, properties: Sequence[str] = ()
    ) -> tuple[list[Json], str | None]:
        """By number."""
        start = _start(token)
        issues, total = self._page(jql, fields, most, start)
        end = start + len(issues)
        more = bool(issues) and (total is None or end < total)
        return list(self._with_properties(issues, fields, properties)), str(end) if more else None

    def keys(self, jql: str) -> Iterator[str]:
        """1000 on a page."""
        return (str(each["key"]) for each in self._walk(jql, ("issuetype",), _KEYS_PAGE))

    def search(self, jql: str, fields: Sequence[str], properties: Sequence[str]) -> Iterator[Json]:
        """100 on a page; with properties the issues are read one by one, as a search does not tell them."""
        return iter(self._with_properties(self._walk(jql, fields, _SEARCH_PAGE), fields, properties))

    def comments(self, issue: str) -> Iterator[Json]:
        """Newest first, each once: a server that knows neither pages nor order tells all of them again and again."""
        seen_ids: set[str] = set()
        for each in super().comments(issue):
            if str(each.get("id")) in seen_ids:
                return
            seen_ids.add(str(each.get("id")))
            yield each if self._takes_properties else told(each)

    def comments_by_id(self, ids: Collection[str]) -> list[Json]:
        """With the one property that is ours, each read by itself."""

        def read(id: str) -> Json:
            found = self._unless_missing(f"/comment/{part(id)}/properties/{PROPERTY}")
            return {"id": id, "properties": [{"key": PROPERTY, "value": found.get("value")}] if found else []}

        return list(as_completed(read, ids))

    def changelogs(self, issues: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:  # noqa: ARG002  it tells all
        """One by one, in all fields."""
        query = {"fields": "issuetype", "expand": "changelog"}
        for each in as_completed(lambda issue: self._unless_missing(f"/issue/{part(issue)}", query), issues):
            if each is not None:
                yield history_in(self._schema, each)

    def children_of(self, ids: Sequence[str]) -> str:
        """By parent for sub-tasks, by epic for others."""
        return self._epics.children_of(list(ids))

    def _heard(self, data: Any) -> Any:
        return seen(data)

    @property
    def _schema(self) -> Schema:
        with self._lock:
            if self._known is None:
                self._known = Schema.of(super().all_fields())
            return self._known

    def _unless_missing(self, path: str, params: Mapping[str, str] | None = None) -> Json | None:
        try:
            return object_in(self._get(path, params))
        except NotFoundError:
            return None

    def _told(self, issue: Json) -> Json:
        self._called.learn(issue)
        return issue_in(self._schema, issue, self._called.by_key)

    def _page(self, jql: str, fields: Sequence[str], most: int, start: int) -> tuple[list[Json], int | None]:
        jql = jql if "order by" in jql.casefold() else f"{jql} ORDER BY key ASC"  # else pages may overlap
        body: Json = {"jql": jql, "startAt": start, "maxResults": most, "fields": self._schema.asked(fields)}
        page = object_in(self._post("/search", body))
        total = page.get("total")
        return [self._told(each) for each in objects_in(page.get("issues"))], total if isinstance(total, int) else None

    def _walk(self, jql: str, fields: Sequence[str], size: int) -> Iterator[Json]:
        """All pages, by number. Where hits vanish on the way, those that moved up are looked for once more."""
        start, restarts = 0, 0
        known: int | None = None
        while True:
            issues, total = self._page(jql, fields, size, start)
            if known is not None and total is not None and total < known and restarts < _RESTARTS:
                start, known, restarts = 0, None, restarts + 1
                continue
            yield from issues
            start, known = start + len(issues), total
            if not issues or (total is not None and start >= total):
                return

    def _with_properties(
        self, issues: Iterable[Json], fields: Sequence[str], properties: Sequence[str]
    ) -> Iterable[Json]:
        if not properties:
            return issues
        return objects_in(self.bulk_fetch([str(each["id"]) for each in issues], fields, properties)["issues"])

    @property
    def _takes_properties(self) -> bool:
        """Whether the site takes properties; as long as there is no issue to ask about, it has refused none."""
        if not self._asked:
            for each in self._page(_ANY, ("issuetype",), _ASKED, 0)[0]:
                self._learn_from(str(each["id"]))
                if self._takes:
                    break
            self._asked = True
        return self._takes is not False

    def _learn_from(self, issue: str) -> None:
        """Learn whether the site takes properties: it shows those of an issue that it shows, by the same permission."""
        path = f"/issue/{part(issue)}"
        try:
            self._get(f"{path}/properties")
            self._takes = True
        except ProviderError as problem:
            if problem.status not in REFUSED:
                raise
            if self._is_shown(path):
                self._takes = False

    def _is_shown(self, issue: str) -> bool:
        try:
            return self._unless_missing(issue, {"fields": "issuetype"}) is not None
        except AuthorizationError:
            return False

    @cached_property
    def _epics(self) -> Epics:
        return Epics(self._schema, self._screens, self._called)


def _start(token: str | None) -> int:
    """Where a page starts.

    Raises:
        ValidationError: the token is none of ours.
    """
    if token is None:
        return 0
    if not token.isdecimal():
        raise ValidationError(f"{token!r} asks for no page", hint="take the token that the page before gave")
    return int(token)
