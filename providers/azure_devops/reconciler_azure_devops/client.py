"""Azure DevOps' REST API, one typed function an endpoint. What an answer means is other modules' matter.

Paths are below the organisation's or collection's URL, whatever its host is (FACTS B1). Items are read and changed
without naming a project, since they may have been moved to another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

from reconciler.sdk import Clock, Purpose, Response, Session, UnknownOutcome, UnreachableError
from reconciler_azure_devops.problems import refusal
from reconciler_azure_devops.signing_in import checked, sign_in_problem

__all__ = ["BATCH_MOST", "Client", "Json", "Patch"]

Json: TypeAlias = dict[str, Any]
Patch: TypeAlias = Sequence[Mapping[str, Any]]
"""A JSON Patch document: one transaction, and one new revision (FACTS B2)."""

BATCH_MOST: Final = 200
"""Items in one read, and writes in one `$batch` (FACTS B3, B4)."""

_VERSION: Final = "7.1"
_MARKDOWN_VERSION: Final = "7.2-preview.3"
"""Where work items tell and take their texts' formats (FACTS B8)."""
_DEEPEST: Final = 14
"""Levels that a tree of areas or iterations can have."""
_UPDATES_PAGE: Final = 200
_PATCHED: Final = {"Content-Type": "application/json-patch+json"}
_REFUSALS: Final = frozenset({400, 412})


class Client:
    """The endpoints that the plugin uses, over one session. Each raises what `Session.send` raises.

    Sign-in pages are `AuthenticationError`, refusals carry the fields that they name, and a failed `test` of a patch
    is a `ConflictError`.

    Args:
        session: to the organisation or collection.
        markdown: ask for the version of the API that knows Markdown texts.
    """

    def __init__(self, session: Session, *, markdown: bool = False) -> None:
        self._session = session
        self._items_version = _MARKDOWN_VERSION if markdown else _VERSION
        self._batch_version = "7.2-preview.1" if markdown else _VERSION

    @property
    def site_url(self) -> str:
        """The organisation's or collection's URL, without a final slash."""
        return self._session.url

    @property
    def clock(self) -> Clock:
        """The session's clock."""
        return self._session.clock

    def item_url(self, id: str) -> str:
        """What relations call an item."""
        return f"{self.site_url}/_apis/wit/workItems/{id}"

    def connection(self) -> Json:
        """The account that the credential belongs to, and the collection's id."""
        return _object(self._get("/_apis/connectionData", version="7.1-preview"))

    def project(self, project: str) -> Json:
        """A project by id or name."""
        return _object(self._get(f"/_apis/projects/{_part(project)}"))

    def projects(self) -> list[Json]:
        """The projects that this account sees, at most 200."""
        return _values(self._get("/_apis/projects", {"$top": 200}))

    def types(self, project: str) -> list[Json]:
        """A project's work item types with their states, transitions and field instances."""
        return _values(self._get(f"/{_part(project)}/_apis/wit/workitemtypes"))

    def states(self, project: str, type: str) -> list[Json]:
        """A type's states with their categories."""
        return _values(self._get(f"/{_part(project)}/_apis/wit/workitemtypes/{_part(type)}/states"))

    def type_fields(self, project: str, type: str) -> list[Json]:
        """A type's fields with their allowed values, defaults and whether they are required."""
        path = f"/{_part(project)}/_apis/wit/workitemtypes/{_part(type)}/fields"
        return _values(self._get(path, {"$expand": "all"}))

    def fields(self, project: str) -> list[Json]:
        """The fields that a project's types may have."""
        return _values(self._get(f"/{_part(project)}/_apis/wit/fields"))

    def trees(self, project: str) -> list[Json]:
        """The roots of a project's areas and iterations, whole."""
        return _values(self._get(f"/{_part(project)}/_apis/wit/classificationnodes", {"$depth": _DEEPEST}))

    def relation_types(self) -> list[Json]:
        """The types of relations that the organisation has."""
        return _values(self._get("/_apis/wit/workitemrelationtypes"))

    def backlogs(self, project: str) -> Json:
        """The default team's backlogs: which types are on which level, and which fields mean what."""
        return _object(self._get(f"/{_part(project)}/_apis/work/backlogconfiguration"))

    def repositories(self, project: str) -> list[Json]:
        """A project's Git repositories."""
        return _values(self._get(f"/{_part(project)}/_apis/git/repositories"))

    def items(self, ids: Collection[str]) -> list[Json]:
        """The items that there are of at most 200 ids, with all fields and relations; others are left out."""
        body: Json = {"ids": [int(each) for each in ids], "$expand": "relations", "errorPolicy": "omit"}
        return _values(self._post("/_apis/wit/workitemsbatch", body, version=self._batch_version))

    def item(self, id: str) -> Json:
        """One item with all fields and relations, as it is at this moment."""
        path = f"/_apis/wit/workitems/{_part(id)}"
        return _object(self._get(path, {"$expand": "relations"}, version=self._items_version))

    def recycled(self, project: str, ids: Collection[str]) -> list[Json]:
        """What the recycle bin says of at most 200 ids: `{id, code, ...}` for each."""
        path = f"/{_part(project)}/_apis/wit/recyclebin"
        return _values(self._get(path, {"ids": ",".join(ids)}))

    def query(self, query: str, project: str = "", top: int | None = None) -> Iterator[str]:
        """The ids of the items that a WIQL query finds, in its order; `@project` is the project named here."""
        scope = f"/{_part(project)}" if project else ""
        params: Json = {"timePrecision": "true"} | ({"$top": top} if top else {})
        answer = _object(self._post(f"{scope}/_apis/wit/wiql", {"query": query}, params))
        found = _objects(answer.get("workItems"))
        linked = (each.get("target") for each in _objects(answer.get("workItemRelations")))
        found += [each for each in linked if isinstance(each, dict)]
        return (str(each["id"]) for each in found if "id" in each)

    def updates(self, id: str) -> Iterator[Json]:
        """An item's updates, oldest first, across all pages."""
        skip = 0
        while True:
            query = {"$top": _UPDATES_PAGE, "$skip": skip}
            page = _values(self._get(f"/_apis/wit/workItems/{_part(id)}/updates", query))
            yield from page
            skip += len(page)
            if len(page) < _UPDATES_PAGE:
                return

    def revision(self, id: str, rev: int) -> Json:
        """One item as it was at a revision, with its relations then."""
        return _object(self._get(f"/_apis/wit/workItems/{_part(id)}/revisions/{rev}", {"$expand": "relations"}))

    def comments(self, project: str, id: str) -> list[Json]:
        """An item's newest comments, at most 200."""
        path = f"/{_part(project)}/_apis/wit/workItems/{_part(id)}/comments"
        answer = self._get(path, {"$top": 200, "order": "desc"}, version="7.1-preview.4")
        return _objects(_object(answer).get("comments"))

    def tried(self, project: str, type: str, patch: Patch) -> Json:
        """What a creation would give; nothing is written (`validateOnly`, FACTS B2).

        Raises:
            ValidationError: it would be refused.
        """
        return self._tried("POST", f"/{_part(project)}/_apis/wit/workitems/${_part(type)}", patch)

    def tried_on(self, id: str, patch: Patch) -> Json:
        """What a patch would make of an item; nothing is written.

        Raises:
            ValidationError, ConflictError: it would be refused.
        """
        return self._tried("PATCH", f"/_apis/wit/workitems/{_part(id)}", patch)

    def create(self, project: str, type: str, patch: Patch, operation: str, *, quiet: bool = False) -> Json:
        """Create an item of a type by name; sent once."""
        path = f"/{_part(project)}/_apis/wit/workitems/${_part(type)}"
        return self._patched("POST", path, patch, operation, purpose="once", quiet=quiet)

    def patch(
        self, id: str, patch: Patch, operation: str, *, purpose: Literal["once", "repeatable"], quiet: bool = False
    ) -> Json:
        """Change an item; `repeatable` is a patch that its own `test` keeps from happening twice.

        Raises:
            ConflictError: a `test` in it failed, so nothing was written.
        """
        return self._patched("PATCH", f"/_apis/wit/workitems/{_part(id)}", patch, operation, purpose, quiet=quiet)

    def batch(self, writes: Sequence[Json], operations: Sequence[str]) -> list[Json]:
        """Carry out at most 200 writes, not as one transaction: `{code, headers, body}` for each, in order (FACTS B3).

        Each write is `{method, uri, headers, body}`; an answer's body is JSON in a text.
        """
        response = self._send("PATCH", "/_apis/wit/$batch", "once", body=list(writes), operations=operations)
        return _values(response.json())

    def batched(self, method: Literal["POST", "PATCH"], path: str, patch: Patch) -> Json:
        """One write of a `$batch`; `path` is below the organisation's URL."""
        return {
            "method": method,
            "uri": f"{path}?api-version={self._items_version}",
            "headers": dict(_PATCHED),
            "body": list(patch),
        }

    def remove(self, id: str, operation: str) -> None:
        """Put an item into the recycle bin (FACTS B9)."""
        self._send("DELETE", f"/_apis/wit/workitems/{_part(id)}", "repeatable", operations=(operation,))

    def restore(self, project: str, id: str, operation: str) -> None:
        """Take an item out of the recycle bin."""
        path = f"/{_part(project)}/_apis/wit/recyclebin/{_part(id)}"
        self._send("PATCH", path, "repeatable", body={"isDeleted": False}, operations=(operation,))

    def add_node(self, project: str, tree: Literal["areas", "iterations"], parent: Sequence[str], name: str) -> Json:
        """Make an area or iteration below a path of names; one that is there already is refused."""
        path = "/".join(("", _part(project), "_apis/wit/classificationnodes", tree, *map(_part, parent)))
        return _object(self._send("POST", path, "repeatable", body={"name": name}).json())

    def _get(self, path: str, params: Mapping[str, Any] | None = None, *, version: str = _VERSION) -> Any:
        return self._send("GET", path, "read", params=params, version=version).json()

    def _post(self, path: str, body: Json, params: Mapping[str, Any] | None = None, *, version: str = _VERSION) -> Any:
        """Read by POST."""
        return self._send("POST", path, "read", params=params, body=body, version=version).json()

    def _tried(self, method: str, path: str, patch: Patch) -> Json:
        response = self._send(
            method,
            path,
            "read",
            params={"validateOnly": "true"},
            body=list(patch),
            version=self._items_version,
            headers=_PATCHED,
        )
        return _object(response.json())

    def _patched(
        self,
        method: str,
        path: str,
        patch: Patch,
        operation: str,
        purpose: Literal["once", "repeatable"],
        *,
        quiet: bool,
    ) -> Json:
        params = {"$expand": "relations"} | ({"suppressNotifications": "true"} if quiet else {})
        response = self._send(
            method,
            path,
            purpose,
            params=params,
            body=list(patch),
            version=self._items_version,
            headers=_PATCHED,
            operations=(operation,),
        )
        return _object(response.json())

    def _send(
        self,
        method: str,
        path: str,
        purpose: Purpose,
        *,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        version: str = _VERSION,
        headers: Mapping[str, str] | None = None,
        operations: Sequence[str] = (),
    ) -> Response:
        what = f"{method} {path}"
        try:
            response = self._session.send(
                method,
                path,
                purpose=purpose,
                operations=operations,
                params={**(params or {}), "api-version": version},
                body=body,
                headers=headers,
                expect=_REFUSALS,
            )
        except (UnknownOutcome, UnreachableError) as problem:
            refused = sign_in_problem(problem)
            if refused is None:
                raise
            raise refused from problem
        if response.status in _REFUSALS:
            raise refusal(response.status, response.body, what)
        return checked(response, purpose, what)


def _part(text: str) -> str:
    return quote(text, safe="")


def _object(data: Any) -> Json:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UnreachableError("the site answered with JSON of another shape than Azure DevOps'")
    return data


def _values(data: Any) -> list[Json]:
    """The elements of a list's answer: `{count, value}`, or the list alone."""
    return _objects(data.get("value") if isinstance(data, dict) else data)


def _objects(data: Any) -> list[Json]:
    if data is None:
        return []
    if not isinstance(data, list):
        raise UnreachableError("the site answered with JSON of another shape than Azure DevOps'")
    return [each for each in data if isinstance(each, dict)]
