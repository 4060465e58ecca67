"""Read work items: in bulk by id, and by query."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Final, Protocol
from urllib.parse import urlsplit

from reconciler.sdk import (
    AuthorizationError,
    FieldInfo,
    Found,
    Item,
    Marker,
    NotFoundError,
    Ref,
    SiteDescription,
    ValidationError,
    as_completed,
    resolve,
)
from reconciler_azure_devops.client import BATCH_MOST, Client, Json
from reconciler_azure_devops.fields import PROJECT, TITLE, TYPE, FieldType, type_of, values_of
from reconciler_azure_devops.links import PARENT, children_in
from reconciler_azure_devops.searching import is_whole

__all__ = [
    "FieldTypes",
    "MarkerReader",
    "children",
    "every_id",
    "fetch",
    "fetch_one",
    "item_of",
    "items_of",
    "search",
]

_PAGE: Final = 10_000
"""Ids in one answer to a query; there are never more than 20,000 (FACTS B5)."""
_URL: Final = re.compile(r"/_workitems/edit/(?P<id>\d+)/?", re.IGNORECASE)
_MOST_ID: Final = 2**31 - 1


class MarkerReader(Protocol):
    """Reads the markers of work items as `Client.items` gives them: by id, of those that have one."""

    def read(self, items: Sequence[Json]) -> Mapping[str, Marker]:
        """Read them, with what else has to be asked for."""
        ...


class FieldTypes:
    """The types of a project's fields by reference name: as the site was described, else by one read of all fields."""

    def __init__(self, client: Client, project: str, zone: tzinfo = UTC) -> None:
        self._client = client
        self._project = project
        self._zone = zone
        self._lock = threading.Lock()
        self._described: dict[str, FieldInfo] = {}
        self._projects: dict[str, str] = {}
        self._schemas: Mapping[str, Json] | None = None

    def read(self) -> Mapping[str, Json]:
        """Read what the project says of its fields, anew: by reference name."""
        schemas = {str(each["referenceName"]): each for each in self._client.fields(self._project)}
        with self._lock:
            self._schemas = schemas
        return schemas

    def learn(self, site: SiteDescription) -> None:
        """Take over from a description which fields are a choice, and the project's id."""
        infos = {each.id: each for type in site.types.values() for each in type.fields.values()}
        with self._lock:
            self._described.update(infos)
            self._projects[site.project.name] = site.project.id

    def of(self, fields: Iterable[str]) -> dict[str, FieldType]:
        """The types of these fields; one that the project does not have is unsupported."""
        return {field: self._type(field) for field in sorted(set(fields))}

    def named(self, name: str) -> Ref:
        """The field of a reference name or name: by reference name.

        Raises:
            BadValue: there is none, or there are several.
        """
        with self._lock:
            schemas = self._schemas
        every = self.read() if schemas is None else schemas
        return resolve(name, [Ref(id, str(each.get("name", id))) for id, each in every.items()], "field")

    def schema(self, field: str) -> Json:
        """What the project says of a field; empty where it has none."""
        with self._lock:
            schemas = self._schemas
        return (self.read() if schemas is None else schemas).get(field, {})

    def project_of(self, name: str) -> str:
        """The id of the described project, by name; of another its name, and empty where none was described yet."""
        with self._lock:
            return self._projects.get(name, name if self._projects else "")

    def _type(self, field: str) -> FieldType:
        known = type_of(field, None)
        if known.kind != "unsupported":
            return known
        with self._lock:
            schemas, info = self._schemas, self._described.get(field)
        schemas = self.read() if schemas is None else schemas
        listed = info is not None and info.kind == "option"
        return type_of(field, schemas.get(field), listed=listed, zone=self._zone)


def fetch(
    client: Client,
    types: FieldTypes,
    project: str,
    wanted: Mapping[str, Collection[str]],
    markers: MarkerReader | None = None,
) -> Iterator[Found]:
    """Read items by id or URL, 200 a request, and look for those that are not there in the recycle bin.

    Args:
        client: the site.
        types: of its fields.
        project: whose recycle bin is looked into.
        wanted: by id or URL, the fields to read.
        markers: reads the markers, where they are wanted.
    """
    by_id: dict[str, list[str]] = {}
    for asked in wanted:
        id = _id_in(client.site_url, asked)
        if id is None:
            yield Found(asked, "not_visible")
        else:
            by_id.setdefault(id, []).append(asked)
    chunks = [tuple(by_id)[at : at + BATCH_MOST] for at in range(0, len(by_id), BATCH_MOST)]

    def read(chunk: tuple[str, ...]) -> list[Found]:
        known = {str(each["id"]): each for each in client.items(chunk)}
        read_markers = markers.read(tuple(known.values())) if markers else {}
        missing = [id for id in chunk if id not in known]
        deleted = _deleted(client, project, missing) if missing else frozenset()
        found: list[Found] = []
        for id in chunk:
            for asked in by_id[id]:
                if id in known:
                    item = item_of(client, types, wanted[asked], known[id], read_markers.get(id))
                    found.append(Found(asked, "live", item))
                else:
                    found.append(Found(asked, "deleted" if id in deleted else "not_visible"))
        return found

    for results in as_completed(read, chunks):
        yield from results


def fetch_one(client: Client, types: FieldTypes, id: str, fields: Collection[str]) -> Item | None:
    """Read one item by id as it is at this moment; `None` where this account sees none."""
    try:
        return item_of(client, types, fields, client.item(id))
    except NotFoundError:
        return None


def items_of(
    client: Client,
    types: FieldTypes,
    ids: Iterable[str],
    fields: Collection[str],
    markers: MarkerReader | None = None,
) -> Iterator[Item]:
    """Read those that there are of any number of ids, each once, in the order of the ids."""
    unique = tuple(dict.fromkeys(ids))
    for at in range(0, len(unique), BATCH_MOST):
        chunk = unique[at : at + BATCH_MOST]
        there = {str(each["id"]): each for each in client.items(chunk)}
        read_markers = markers.read(tuple(there.values())) if markers else {}
        for id in chunk:
            if id in there:
                yield item_of(client, types, fields, there[id], read_markers.get(id))


def search(client: Client, types: FieldTypes, project: str, query: str, fields: Collection[str]) -> Iterator[Item]:
    """Items that a query finds: a whole one in WIQL, or the condition of one over the project's items."""
    if is_whole(query):
        return items_of(client, types, client.query(query, project), fields)
    condition = f"[System.TeamProject] = @project AND ({query})"
    return items_of(client, types, every_id(client, condition, project), fields)


def every_id(client: Client, condition: str, project: str = "") -> Iterator[str]:
    """The ids of all items that a condition of WIQL finds, ascending, however many there are.

    Args:
        client: the site.
        condition: what stands after `WHERE`.
        project: what `@project` in it means.

    Raises:
        ValidationError: it is no condition.
    """
    above = 0
    while True:
        where = f"({condition}) AND [System.Id] > {above}"
        query = f"SELECT [System.Id] FROM WorkItems WHERE {where} ORDER BY [System.Id]"  # noqa: S608  it only reads
        page = tuple(client.query(query, project, _PAGE))
        yield from page
        if len(page) < _PAGE:
            return
        above = int(page[-1])


def children(
    client: Client, types: FieldTypes, parents: Collection[str], markers: MarkerReader | None = None
) -> Iterator[Item]:
    """The children that items name, with their titles and parents, as they are now."""
    wanted = sorted(parents)
    for at in range(0, len(wanted), BATCH_MOST):
        named = [id for parent in client.items(wanted[at : at + BATCH_MOST]) for id in children_in(parent)]
        yield from items_of(client, types, named, (TITLE, PARENT), markers)


def item_of(
    client: Client, types: FieldTypes, fields: Collection[str], data: Json, marker: Marker | None = None
) -> Item:
    """Read these fields of a work item as `Client.items`, `create` and `patch` give it."""
    id, said = str(data["id"]), data.get("fields") or {}
    name, project = str(said.get(TYPE, "")), str(said.get(PROJECT, ""))
    url = f"{client.site_url}/_workitems/edit/{id}"
    values = values_of(types.of(fields), data)
    return Item(id, id, url, Ref(name, name), values, str(data.get("rev", "")), marker, types.project_of(project))


def _id_in(site_url: str, asked: str) -> str | None:
    """The id in what was asked for; `None` for what is no id, and for the URL of another site."""
    id = asked
    if not asked.isdecimal():
        site, url = urlsplit(site_url), urlsplit(asked)
        if url.netloc != site.netloc or not url.path.casefold().startswith(f"{site.path.casefold()}/"):
            return None
        named = _URL.search(url.path)
        id = named["id"] if named else ""
    return str(int(id)) if id.isascii() and id.isdecimal() and 0 < int(id) <= _MOST_ID else None


def _deleted(client: Client, project: str, ids: Sequence[str]) -> frozenset[str]:
    """Which of these ids lie in the recycle bin, as far as this account may look."""
    try:
        said = client.recycled(project, ids)
    except (AuthorizationError, NotFoundError, ValidationError):
        return frozenset()
    return frozenset(str(each["id"]) for each in said if "id" in each and each.get("code", 200) == 200)
