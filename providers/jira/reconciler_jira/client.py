"""Jira Cloud's REST API v3, one typed function an endpoint. What an answer means is other modules' matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from reconciler.sdk import Clock, ProviderError, Session, UnreachableError

__all__ = ["Client", "Json"]

Json: TypeAlias = dict[str, Any]

_API = "/rest/api/3"
_AGILE = "/rest/agile/1.0"
_META_PAGE = 200
_SEARCH_PAGE = 100
_KEYS_PAGE = 5000


class Client:
    """The endpoints that the plugin uses, over one session. Each raises what `Session.send` raises."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def site_url(self) -> str:
        """The site's URL, without a final slash."""
        return self._session.url

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        return self._session.clock

    def myself(self) -> Json:
        """The account that the credential belongs to."""
        return _object(self._get("/myself"))

    def cloud_id(self) -> str | None:
        """The site's cloud id; `None` where the site does not tell it (FACTS A1)."""
        try:
            data = self._session.send("GET", "/_edge/tenant_info", purpose="read").json()
        except ProviderError as problem:
            if problem.status is None or problem.status >= 500:
                raise
            return None
        return str(data["cloudId"]) if isinstance(data, dict) and data.get("cloudId") else None

    def server_info(self) -> Json:
        """The site's version and base URL."""
        return _object(self._get("/serverInfo"))

    def project(self, project: str) -> Json:
        """A project by key or id, with its types and components."""
        return _object(self._get(f"/project/{_part(project)}"))

    def projects(self, text: str) -> list[Json]:
        """Projects whose key or name has this text in it."""
        return _objects(_object(self._get("/project/search", {"query": text, "maxResults": 50})).get("values"))

    def statuses(self, project: str) -> list[Json]:
        """A project's types with their statuses."""
        return _objects(self._get(f"/project/{_part(project)}/statuses"))

    def permissions(self, project: str, wanted: Collection[str]) -> Json:
        """What this account may do in a project."""
        query = {"projectKey": project, "permissions": ",".join(wanted)}
        return _object(_object(self._get("/mypermissions", query)).get("permissions"))

    def link_types(self) -> list[Json]:
        """The site's link types."""
        return _objects(_object(self._get("/issueLinkType")).get("issueLinkTypes"))

    def create_fields(self, project: str, type: str) -> list[Json]:
        """The fields of a type's creation, across all pages."""
        found: list[Json] = []
        while True:
            query = {"startAt": len(found), "maxResults": _META_PAGE}
            page = _object(self._get(f"/issue/createmeta/{_part(project)}/issuetypes/{_part(type)}", query))
            fields = _objects(page.get("fields") or page.get("results"))
            found += fields
            if not fields or len(found) >= int(page.get("total") or 0):
                return found

    def all_fields(self) -> list[Json]:
        """All fields of the site that this account sees."""
        return _objects(self._get("/field"))

    def users_by_id(self, ids: Sequence[str]) -> list[Json]:
        """The users with these account ids, at most 200 of them; unknown ids are left out."""
        page = self._get("/user/bulk", {"accountId": list(ids), "maxResults": 200})
        return _objects(_object(page).get("values"))

    def search_users(self, text: str) -> list[Json]:
        """Users whose name or e-mail address begins with a text."""
        return _objects(self._get("/user/search", {"query": text, "maxResults": 50}))

    def bulk_fetch(self, issues: Sequence[str], fields: Sequence[str], properties: Sequence[str]) -> Json:
        """At most 100 issues by id or key: `issues` and `issueErrors`; those not visible are in neither."""
        body = {"issueIdsOrKeys": list(issues), "fields": list(fields), "properties": list(properties)}
        return _object(self._post("/issue/bulkfetch", body))

    def issue(self, issue: str, fields: Sequence[str], properties: Sequence[str] = ()) -> Json:
        """One issue. Unlike reads in bulk, this one is known to see every write at once (FACTS A3)."""
        query = {"fields": ",".join(fields), "properties": ",".join(properties)}
        return _object(self._get(f"/issue/{_part(issue)}", {key: text for key, text in query.items() if text}))

    def first(self, jql: str, fields: Sequence[str]) -> Json | None:
        """The first issue that a query finds."""
        body: Json = {"jql": jql, "fields": list(fields), "maxResults": 1}
        return next(iter(_objects(_object(self._post("/search/jql", body)).get("issues"))), None)

    def keys(self, jql: str) -> Iterator[str]:
        """The keys of the issues that a query finds, 5000 on a page (FACTS A4)."""
        return (str(each["key"]) for each in self._pages(jql, ("key",), (), _KEYS_PAGE))

    def search(self, jql: str, fields: Sequence[str], properties: Sequence[str]) -> Iterator[Json]:
        """Issues that a query finds, across all pages."""
        return self._pages(jql, fields, properties, _SEARCH_PAGE)

    def _pages(self, jql: str, fields: Sequence[str], properties: Sequence[str], size: int) -> Iterator[Json]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            body: Json = {"jql": jql, "fields": list(fields), "maxResults": size}
            if properties:
                body["properties"] = list(properties)
            if token is not None:
                body["nextPageToken"] = token
            page = _object(self._post("/search/jql", body))
            yield from _objects(page.get("issues"))
            token = page.get("nextPageToken")
            if page.get("isLast") or not token or token in seen:
                return
            seen.add(token)

    def create(self, issues: Sequence[Json], operations: Sequence[str]) -> tuple[int, Json]:
        """Create at most 50 issues: the status and `{issues, errors}`, which a 400 carries too (FACTS A2)."""
        response = self._session.send(
            "POST",
            f"{_API}/issue/bulk",
            purpose="once",
            operations=operations,
            body={"issueUpdates": list(issues)},
            expect=(400,),
        )
        return response.status, _object(response.json())

    def edit(self, issue: str, body: Json, *, notify: bool, operation: str) -> None:
        """Change fields. Without `notify` nobody gets mail, which only an administrator may ask for."""
        self._write("PUT", f"/issue/{issue}", operation, body, params=None if notify else {"notifyUsers": "false"})

    def edit_fields(self, issue: str) -> dict[str, Json]:
        """What an issue's edit screen offers now, by field id."""
        fields = _object(self._get(f"/issue/{issue}/editmeta")).get("fields")
        return {field: _object(each) for field, each in _object(fields).items()}

    def transitions(self, issue: str) -> list[Json]:
        """The transitions from an issue's status, with the fields of their screens; `isAvailable` is false for those
        whose condition is not met.
        """
        query = {"expand": "transitions.fields", "includeUnavailableTransitions": "true"}
        return _objects(_object(self._get(f"/issue/{issue}/transitions", query)).get("transitions"))

    def workflows(self, project: str, types: Collection[str]) -> Json:
        """The workflows of some types of a project, by ids: `statuses` and `workflows`."""
        pairs = [{"projectId": project, "issueTypeId": each} for each in types]
        return _object(self._post("/workflows", {"projectAndIssueTypes": pairs}))

    def transition(self, issue: str, body: Json, operation: str) -> None:
        """Make a transition."""
        self._write("POST", f"/issue/{issue}/transitions", operation, body, once=True)

    def issue_links(self, issue: str) -> list[Json]:
        """An issue's links, with their ids."""
        answer = _object(self._get(f"/issue/{issue}", {"fields": "issuelinks"}))
        return _objects(_object(answer.get("fields")).get("issuelinks"))

    def add_link(self, type: str, inward: str, outward: str, operation: str) -> None:
        """Make "inward <type's outward text> outward", as Jira names the two ends (FACTS A7)."""
        body = {"type": {"id": type}, "inwardIssue": {"id": inward}, "outwardIssue": {"id": outward}}
        self._write("POST", "/issueLink", operation, body)

    def remove_link(self, link: str, operation: str) -> None:
        """Remove a link by its id."""
        self._write("DELETE", f"/issueLink/{_part(link)}", operation)

    def remote_links(self, issue: str) -> list[Json]:
        """An issue's remote links."""
        return _objects(self._get(f"/issue/{issue}/remotelink"))

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
        self._write("DELETE", f"/issue/{issue}/remotelink/{_part(link)}", operation)

    def watchers(self, issue: str) -> list[Json]:
        """The people who watch an issue."""
        return _objects(_object(self._get(f"/issue/{issue}/watchers")).get("watchers"))

    def add_watcher(self, issue: str, account: str, operation: str) -> None:
        """Let somebody watch an issue."""
        self._write("POST", f"/issue/{issue}/watchers", operation, account)

    def remove_watcher(self, issue: str, account: str, operation: str) -> None:
        """Let somebody watch an issue no more."""
        self._write("DELETE", f"/issue/{issue}/watchers", operation, params={"accountId": account})

    def boards(self, project: str) -> Iterator[Json]:
        """The boards that show a project."""
        return self._values(f"{_AGILE}/board", {"projectKeyOrId": project})

    def sprints(self, board: str) -> Iterator[Json]:
        """A board's active and future sprints."""
        return self._values(f"{_AGILE}/board/{_part(board)}/sprint", {"state": "active,future"})

    def comment(self, issue: str, body: Json, operation: str) -> None:
        """Add a comment."""
        self._write("POST", f"/issue/{issue}/comment", operation, body, once=True)

    def comments(self, issue: str) -> list[Json]:
        """An issue's newest comments, at most 100, without their properties."""
        page = self._get(f"/issue/{issue}/comment", {"orderBy": "-created", "maxResults": 100})
        return _objects(_object(page).get("comments"))

    def comments_by_id(self, ids: Collection[str]) -> list[Json]:
        """At most 1000 comments, with their properties."""
        answer = self._post("/comment/list", {"ids": [int(each) for each in ids]}, {"expand": "properties"})
        return _objects(_object(answer).get("values"))

    def remove_issue(self, issue: str, operation: str) -> None:
        """Delete an issue for good; refused while it has sub-tasks (FACTS A15)."""
        self._write("DELETE", f"/issue/{_part(issue)}", operation, params={"deleteSubtasks": "false"})

    def put_property(self, issue: str, key: str, value: Json, operation: str) -> None:
        """Set one property of one issue."""
        self._write("PUT", f"/issue/{issue}/properties/{_part(key)}", operation, value)

    def remove_property(self, issue: str, key: str, operation: str) -> None:
        """Remove one property of one issue."""
        self._write("DELETE", f"/issue/{issue}/properties/{_part(key)}", operation)

    def put_properties(self, properties: Mapping[str, Json], operations: Sequence[str]) -> str:
        """Set properties of at most 100 issues, by issue id; gives the id of the task that does it (FACTS A8)."""
        body = {"issues": [{"issueID": int(issue), "properties": each} for issue, each in properties.items()]}
        response = self._session.send(
            "POST", f"{_API}/issue/properties/multi", purpose="repeatable", operations=operations, body=body
        )
        return response.headers.get("location", "").rstrip("/").rpartition("/")[2]

    def task(self, task: str) -> Json:
        """How far a long task is."""
        return _object(self._get(f"/task/{_part(task)}"))

    def changelogs(self, issues: Sequence[str], fields: Sequence[str]) -> Iterator[Json]:
        """The histories of at most 1000 issues in at most 10 fields, in pieces, across all pages."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            body: Json = {"issueIdsOrKeys": list(issues), "fieldIds": list(fields), "maxResults": 1000}
            if token is not None:
                body["nextPageToken"] = token
            page = _object(self._post("/changelog/bulkfetch", body))
            yield from _objects(page.get("issueChangeLogs"))
            token = page.get("nextPageToken")
            if not token or token in seen:
                return
            seen.add(token)

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._session.send("GET", _API + path, purpose="read", params=params).json()

    def _values(self, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        """The values of a list, across all pages."""
        start = 0
        while True:
            query = {**params, "startAt": start, "maxResults": 50}
            page = _object(self._session.send("GET", path, purpose="read", params=query).json())
            found = _objects(page.get("values"))
            yield from found
            start += len(found)
            if page.get("isLast") or not found:
                return

    def _post(self, path: str, body: Json, params: Mapping[str, str] | None = None) -> Any:
        """Read by POST."""
        return self._session.send("POST", _API + path, purpose="read", params=params, body=body).json()

    def _write(
        self,
        method: str,
        path: str,
        operation: str,
        body: Json | str | None = None,
        *,
        params: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> None:
        self._session.send(
            method,
            _API + path,
            purpose="once" if once else "repeatable",
            operations=(operation,),
            body=body,
            params=params,
        )


def _part(text: str) -> str:
    return quote(text, safe="")


def _object(data: Any) -> Json:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UnreachableError("the site answered with JSON of another shape than Jira's")
    return data


def _objects(data: Any) -> list[Json]:
    if data is None:
        return []
    if not isinstance(data, list):
        raise UnreachableError("the site answered with JSON of another shape than Jira's")
    return [each for each in data if isinstance(each, dict)]
