"""Jira Cloud's own endpoints: what Data Center has otherwise, or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from reconciler.sdk import Session
from reconciler.sdk.shapes import object_in, objects_in
from reconciler_jira.calls import Json, part
from reconciler_jira.client import CREATE_MOST, BulkClient

__all__ = ["Cloud"]

_META_PAGE = 200
_SEARCH_PAGE = 100
_KEYS_PAGE = 5000


class Cloud(BulkClient):
    """A site of Jira Cloud, REST API v3.

    Args:
        session: to the site, or to the gateway.
        cloud_id: the site's; `None` where it does not tell it.
        site_url: where people see the site, where the session goes to the gateway.
    """

    def __init__(self, session: Session, cloud_id: str | None, site_url: str = "") -> None:
        super().__init__(session)
        self._cloud_id = cloud_id
        self._site_url = site_url.rstrip("/")

    @property
    def site_url(self) -> str:
        """The site's URL for people, without a final slash."""
        return self._site_url or super().site_url

    @property
    def create_most(self) -> int:
        """Always 50 (FACTS A2)."""
        return CREATE_MOST

    @property
    def site_id(self) -> str:
        """The cloud id, else the base URL's host."""
        return self._cloud_id or str(urlsplit(str(self.server_info().get("baseUrl", ""))).netloc)

    def projects(self, text: str) -> list[Json]:
        """The first fifty."""
        return objects_in(object_in(self._get("/project/search", {"query": text, "maxResults": 50})).get("values"))

    def create_fields(self, project: str, type: str) -> list[Json]:
        """Across all pages (FACTS A9)."""
        found: list[Json] = []
        while True:
            query = {"startAt": len(found), "maxResults": _META_PAGE}
            page = object_in(self._get(f"/issue/createmeta/{part(project)}/issuetypes/{part(type)}", query))
            fields = objects_in(page.get("fields") or page.get("results"))
            found += fields
            if not fields or len(found) >= int(page.get("total") or 0):
                return found

    def workflows(self, project: str, types: Collection[str]) -> Json:
        """By project and types."""
        pairs = [{"projectId": project, "issueTypeId": each} for each in types]
        return object_in(self._post("/workflows", {"projectAndIssueTypes": pairs}))

    def users_by_id(self, ids: Sequence[str]) -> list[Json]:
        """In one request."""
        page = self._get("/user/bulk", {"accountId": list(ids), "maxResults": 200})
        return objects_in(object_in(page).get("values"))

    def search_users(self, text: str) -> list[Json]:
        """The first fifty (FACTS A9)."""
        return objects_in(self._get("/user/search", {"query": text, "maxResults": 50}))

    def bulk_fetch(self, issues: Sequence[str], fields: Sequence[str], properties: Sequence[str]) -> Json:
        """In one request (FACTS A3)."""
        body = {"issueIdsOrKeys": list(issues), "fields": list(fields), "properties": list(properties)}
        return object_in(self._post("/issue/bulkfetch", body))

    def issue(self, issue: str, fields: Sequence[str], properties: Sequence[str] = ()) -> Json:
        """With its properties."""
        query = {"fields": ",".join(fields), "properties": ",".join(properties)}
        return object_in(self._get(f"/issue/{part(issue)}", {key: text for key, text in query.items() if text}))

    def search_page(
        self, jql: str, fields: Sequence[str], most: int, token: str | None = None, properties: Sequence[str] = ()
    ) -> tuple[list[Json], str | None]:
        """By token (FACTS A4)."""
        body: Json = {"jql": jql, "fields": list(fields), "maxResults": most}
        if properties:
            body["properties"] = list(properties)
        if token is not None:
            body["nextPageToken"] = token
        page = object_in(self._post("/search/jql", body))
        return objects_in(page.get("issues")), None if page.get("isLast") else page.get("nextPageToken") or None

    def keys(self, jql: str) -> Iterator[str]:
        """5000 on a page (FACTS A4)."""
        return (str(each["key"]) for each in self._pages(jql, ("key",), (), _KEYS_PAGE))

    def search(self, jql: str, fields: Sequence[str], properties: Sequence[str]) -> Iterator[Json]:
        """100 on a page."""
        return self._pages(jql, fields, properties, _SEARCH_PAGE)

    def children_of(self, ids: Sequence[str]) -> str:
        """By their parent, on every level (FACTS A7)."""
        return f"parent in ({', '.join(ids)})"

    def create(self, issues: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        """In one request."""
        return self._create("/issue/bulk", {"issueUpdates": list(issues)}, operations)

    def edit(self, issue: str, body: Json, *, notify: bool, operation: str) -> None:
        """With its properties."""
        self._write("PUT", f"/issue/{issue}", operation, body, params=None if notify else {"notifyUsers": "false"})

    def transition(self, issue: str, body: Json, operation: str) -> None:
        """With its properties."""
        self._write("POST", f"/issue/{issue}/transitions", operation, body, once=True)

    def add_watcher(self, issue: str, account: str, operation: str) -> None:
        """By account id."""
        self._write("POST", f"/issue/{issue}/watchers", operation, account)

    def remove_watcher(self, issue: str, account: str, operation: str) -> None:
        """By account id."""
        self._write("DELETE", f"/issue/{issue}/watchers", operation, params={"accountId": account})

    def comments_by_id(self, ids: Collection[str]) -> list[Json]:
        """In one request."""
        answer = self._post("/comment/list", {"ids": [int(each) for each in ids]}, {"expand": "properties"})
        return objects_in(object_in(answer).get("values"))

    def put_properties(self, properties: Mapping[str, Json], operations: Sequence[str]) -> str:
        """By a task."""
        body = {"issues": [{"issueID": int(issue), "properties": each} for issue, each in properties.items()]}
        response = self._session.send(
            "POST", f"{self.api}/issue/properties/multi", purpose="repeatable", operations=operations, body=body
        )
        return response.headers.get("location", "").rstrip("/").rpartition("/")[2]

    def task(self, task: str) -> Json:
        """By its id."""
        return object_in(self._get(f"/task/{part(task)}"))

    def changelogs(self, issues: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """In bulk, by token."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            body: Json = {"issueIdsOrKeys": list(issues), "fieldIds": list(fields), "maxResults": 1000}
            if token is not None:
                body["nextPageToken"] = token
            page = object_in(self._post("/changelog/bulkfetch", body))
            yield from objects_in(page.get("issueChangeLogs"))
            token = page.get("nextPageToken")
            if not token or token in seen:
                return
            seen.add(token)

    def _pages(self, jql: str, fields: Sequence[str], properties: Sequence[str], size: int) -> Iterator[Json]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            issues, token = self.search_page(jql, fields, size, token, properties)
            yield from issues
            if token is None or token in seen:
                return
            seen.add(token)
