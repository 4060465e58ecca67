"""What the plugin asks of Azure DevOps, one typed function an endpoint. What an answer means is other modules' matter.

Items are read and changed without naming a project, since they may have been moved to another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, Literal

from reconciler.sdk.shapes import object_in, objects_in
from reconciler_azure_devops.calls import PATCHED, Json, Patch, part, scope, values_in
from reconciler_azure_devops.project_client import ProjectClient

__all__ = ["BATCH_MOST", "Client", "Json", "Patch"]

BATCH_MOST: Final = 200
"""Items in one read, and writes in one `$batch` (FACTS B3, B4)."""

_COMMENTS: Final = "7.1-preview.4"
_UPDATES_PAGE: Final = 200


class Client(ProjectClient):
    """The endpoints that the plugin uses, over one session. Each raises what `Session.send` raises."""

    def item_url(self, id: str) -> str:
        """What relations call an item."""
        return f"{self.site_url}/_apis/wit/workItems/{id}"

    def items_as_of(self, ids: Collection[str], fields: Sequence[str], moment: str) -> list[Json]:
        """The items that there were of at most 200 ids at a moment of the past, with these fields as they were."""
        body: Json = {
            "ids": [int(each) for each in ids],
            "fields": list(fields),
            "asOf": moment,
            "errorPolicy": "omit",
        }
        return values_in(self._post("/_apis/wit/workitemsbatch", body))

    def items(self, ids: Collection[str]) -> list[Json]:
        """The items that there are of at most 200 ids, with all fields and relations; others are left out."""
        body: Json = {"ids": [int(each) for each in ids], "$expand": "relations", "errorPolicy": "omit"}
        return values_in(self._post("/_apis/wit/workitemsbatch", body, version=self._batch_version))

    def fields_of(self, ids: Collection[str], fields: Collection[str]) -> list[Json]:
        """The items that there are of at most 200 ids, with these fields alone; others are left out."""
        body: Json = {"ids": [int(each) for each in ids], "fields": sorted(fields), "errorPolicy": "omit"}
        return values_in(self._post("/_apis/wit/workitemsbatch", body))

    def item(self, id: str) -> Json:
        """One item with all fields and relations, as it is at this moment."""
        path = f"/_apis/wit/workitems/{part(id)}"
        return object_in(self._get(path, {"$expand": "relations"}, version=self._items_version))

    def recycled(self, project: str, ids: Collection[str]) -> list[Json]:
        """What the recycle bin says of at most 200 ids: `{id, code, ...}` for each."""
        return values_in(self._get(_bin(project), {"ids": ",".join(ids)}))

    def recycled_ids(self, project: str) -> list[str]:
        """The ids of all items in the recycle bin."""
        return [str(each["id"]) for each in values_in(self._get(_bin(project))) if "id" in each]

    def recycled_item(self, project: str, id: str) -> Json:
        """An item in the recycle bin as it was, with all fields; of its relations the recycle bin shows none."""
        return object_in(object_in(self._get(f"{_bin(project)}/{part(id)}")).get("resource"))

    def query(self, query: str, project: str = "", top: int | None = None) -> Iterator[str]:
        """The ids of the items that a WIQL query finds, in its order; `@project` is the project named here."""
        params: Json = {"timePrecision": "true"} | ({"$top": top} if top else {})
        answer = object_in(self._post(f"{scope(project)}/_apis/wit/wiql", {"query": query}, params))
        found = objects_in(answer.get("workItems"))
        linked = (each.get("target") for each in objects_in(answer.get("workItemRelations")))
        found += [each for each in linked if isinstance(each, dict)]
        return (str(each["id"]) for each in found if "id" in each)

    def updates(self, id: str) -> Iterator[Json]:
        """An item's updates, oldest first, across all pages."""
        skip = 0
        while True:
            query = {"$top": _UPDATES_PAGE, "$skip": skip}
            page = values_in(self._get(f"/_apis/wit/workItems/{part(id)}/updates", query))
            yield from page
            skip += len(page)
            if len(page) < _UPDATES_PAGE:
                return

    def comments(self, project: str, id: str) -> Iterator[Json]:
        """An item's comments, newest first, across all pages."""
        path = f"/{part(project)}/_apis/wit/workItems/{part(id)}/comments"
        query: dict[str, Any] = {"$top": 200, "order": "desc"}
        while True:
            answer = object_in(self._get(path, query, version=_COMMENTS))
            yield from objects_in(answer.get("comments"))
            if not answer.get("continuationToken"):
                return
            query["continuationToken"] = answer["continuationToken"]

    def edit_comment(self, project: str, id: str, comment: str, text: str, operation: str) -> None:
        """Write a comment anew, by its id."""
        path = f"/{part(project)}/_apis/wit/workItems/{part(id)}/comments/{part(comment)}"
        self._send("PATCH", path, "repeatable", body={"text": text}, version=_COMMENTS, operations=(operation,))

    def tried(self, project: str, type: str, patch: Patch) -> Json:
        """What a creation would give; nothing is written (`validateOnly`, FACTS B2).

        Raises:
            ValidationError: it would be refused.
        """
        return self._tried("POST", f"/{part(project)}/_apis/wit/workitems/${part(type)}", patch)

    def tried_on(self, id: str, patch: Patch) -> Json:
        """What a patch would make of an item; nothing is written.

        Raises:
            ValidationError, ConflictError: it would be refused.
        """
        return self._tried("PATCH", f"/_apis/wit/workitems/{part(id)}", patch)

    def create(self, project: str, type: str, patch: Patch, operation: str) -> Json:
        """Create an item of a type by name; sent once."""
        path = f"/{part(project)}/_apis/wit/workitems/${part(type)}"
        return self._patched("POST", path, patch, operation, purpose="once", quiet=False)

    def patch(
        self, id: str, patch: Patch, operation: str, *, purpose: Literal["once", "repeatable"], quiet: bool = False
    ) -> Json:
        """Change an item; `repeatable` is a patch that its own `test` keeps from happening twice.

        Raises:
            ConflictError: a `test` in it failed, so nothing was written.
        """
        return self._patched("PATCH", f"/_apis/wit/workitems/{part(id)}", patch, operation, purpose, quiet=quiet)

    def batch(self, writes: Sequence[Json], operations: Sequence[str]) -> list[Json]:
        """Carry out at most 200 writes, not as one transaction: `{code, headers, body}` for each, in order (FACTS B3).

        Each write is `{method, uri, headers, body}`; an answer's body is JSON in a text.
        """
        response = self._send("PATCH", "/_apis/wit/$batch", "once", body=list(writes), operations=operations)
        return values_in(response.json())

    def batched(self, method: Literal["POST", "PATCH"], path: str, patch: Patch) -> Json:
        """One write of a `$batch`; `path` is below the organisation's URL."""
        return {
            "method": method,
            "uri": f"{path}?api-version={self._items_version}",
            "headers": dict(PATCHED),
            "body": list(patch),
        }

    def remove(self, id: str, operation: str) -> None:
        """Put an item into the recycle bin (FACTS B9)."""
        self._send("DELETE", f"/_apis/wit/workitems/{part(id)}", "repeatable", operations=(operation,))

    def restore(self, project: str, id: str, operation: str) -> None:
        """Take an item out of the recycle bin."""
        path = f"{_bin(project)}/{part(id)}"
        self._send("PATCH", path, "repeatable", body={"isDeleted": False}, operations=(operation,))


def _bin(project: str) -> str:
    return f"/{part(project)}/_apis/wit/recyclebin"
