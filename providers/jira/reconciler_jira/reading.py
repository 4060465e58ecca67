"""Read issues: in bulk by id, and across pages by query."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from reconciler.sdk import (
    MARKER_VERSION,
    Found,
    Item,
    Link,
    NotFoundError,
    Ref,
    SiteDescription,
    Value,
    as_completed,
)
from reconciler.sdk.shapes import in_order
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import LINKS, PAGES, SEPARATE, WATCHERS, FieldType, from_json, ref_of, type_of
from reconciler_jira.marker import PROPERTY, label_of
from reconciler_jira.marking import Marking
from reconciler_jira.pages import pages_from
from reconciler_jira.watchers import watchers_of

__all__ = ["FieldTypes", "fetch", "fetch_one", "items_of", "links_from", "search"]

_MOST = 100
_ALWAYS = ("issuetype", "project", "updated")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")


class FieldTypes:
    """The types of the site's fields by id: from the site's description, else from one read of all fields."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, FieldType] = {}

    def learn(self, site: SiteDescription) -> None:
        """Take the types over from a description."""
        fields = (field for type in site.types.values() for field in type.fields.values())
        types = {field.id: FieldType(field.kind, field.many, field.why) for field in fields}
        with self._lock:
            self._known.update(types)

    def of(self, fields: Iterable[str]) -> dict[str, FieldType]:
        """The types of these fields; one that the site does not have is unsupported."""
        wanted = set(fields)
        with self._lock:
            if any(field.startswith("customfield_") and field not in self._known for field in wanted):
                for each in self._client.all_fields():
                    self._known.setdefault(str(each["id"]), type_of(str(each["id"]), each.get("schema")))
            return {field: self._known.get(field) or type_of(field, None) for field in wanted}


def fetch(
    client: Client, types: FieldTypes, wanted: Mapping[str, Collection[str]], marking: Marking | None = None
) -> Iterator[Found]:
    """Read issues by id, key or URL, 100 a request, and their remote links and watchers where they ask for these.

    Args:
        client: the site.
        types: of its fields.
        wanted: by id, key or URL, the ids of fields.
        marking: how issues are marked, where the markers are to be read too.
    """
    references: dict[str, list[str]] = {}
    for asked in wanted:
        reference = _reference(client.site_url, asked)
        if reference is None:
            yield Found(asked, "not_visible")
        else:
            references.setdefault(reference, []).append(asked)
    chunks = [tuple(references)[at : at + _MOST] for at in range(0, len(references), _MOST)]

    def read(chunk: tuple[str, ...]) -> dict[str, Found]:
        fields = {field for reference in chunk for asked in references[reference] for field in wanted[asked]}
        return _read(client, types, chunk, fields - SEPARATE, marking)

    for results in as_completed(read, chunks):
        yield from _answers(client, wanted, references, results)


def fetch_one(
    client: Client, types: FieldTypes, issue: str, fields: Collection[str], marking: Marking | None = None
) -> Item | None:
    """Read one issue by id as it is at this moment; `None` where this account sees none."""
    known = types.of(fields)
    asked = _asked(known.keys() - SEPARATE, marking)
    try:
        item = _item(client, known, client.issue(issue, asked, _properties(marking)), marking)
        return _completed(client, item, known.keys())
    except NotFoundError:
        return None


def items_of(client: Client, types: FieldTypes, keys: Collection[str], marking: Marking) -> tuple[list[Item], bool]:
    """Read those that there are of at most 100 keys, with their titles and markers, and whether all could be told."""
    known = types.of(("summary",))
    answer = client.bulk_fetch(tuple(keys), _asked(known, marking), _properties(marking))
    items = [_item(client, known, issue, marking) for issue in answer.get("issues") or ()]
    return items, not answer.get("issueErrors")


def search(
    client: Client, types: FieldTypes, jql: str, fields: Collection[str], marking: Marking | None = None
) -> Iterator[Item]:
    """Items that a query finds, each once, however its pages overlap."""
    known = types.of(fields)
    asked = _asked(known.keys() - SEPARATE, marking)
    seen: set[str] = set()
    for issue in client.search(jql, asked, _properties(marking)):
        if issue["id"] in seen:
            continue
        seen.add(issue["id"])
        yield _completed(client, _item(client, known, issue, marking), known.keys())


def links_from(data: Iterable[Json]) -> tuple[Link, ...]:
    """Read `issuelinks`: an entry with an outward issue reads "this <outward text> that" (FACTS A7)."""
    links = (link for each in data if (link := link_from(each)) is not None)
    return tuple(each for each in in_order(links) if isinstance(each, Link))


def link_from(entry: Json) -> Link | None:
    """Read one entry; a symmetric type's is outward from both ends."""
    type = entry.get("type") or {}
    other = ref_of(entry.get("outwardIssue")) or ref_of(entry.get("inwardIssue"))
    if other is None or "id" not in type:
        return None
    symmetric = type.get("outward") == type.get("inward")
    return Link(str(type["id"]), other.id, symmetric or bool(entry.get("outwardIssue")))


def _reference(site_url: str, asked: str) -> str | None:
    """The id or key in what was asked for; `None` for a URL that is none of this site's issues."""
    if asked.isdigit() or _KEY.fullmatch(asked):
        return asked
    parts = urlsplit(asked)
    if parts.netloc != urlsplit(site_url).netloc:
        return None
    selected = parse_qs(parts.query).get("selectedIssue", [""])[0]
    last = selected or unquote(parts.path.rstrip("/").rpartition("/")[2])
    return last if _KEY.fullmatch(last) else None


def _asked(fields: Iterable[str], marking: Marking | None) -> list[str]:
    return sorted({*fields, *_ALWAYS, *(marking.asked if marking else ())})


def _properties(marking: Marking | None) -> tuple[str, ...]:
    return (PROPERTY,) if marking else ()


def _read(
    client: Client,
    types: FieldTypes,
    references: Collection[str],
    fields: Collection[str],
    marking: Marking | None,
) -> dict[str, Found]:
    """Read one chunk: by reference, what became of it."""
    known = types.of(fields)
    names = {each.casefold(): each for each in references}
    answer = client.bulk_fetch(tuple(references), _asked(fields, marking), _properties(marking))
    items = [_item(client, known, issue, marking) for issue in answer.get("issues") or ()]
    results: dict[str, Found] = {}
    moved: list[Item] = []
    for item in items:
        mine = [names[name] for name in (item.id, item.key.casefold()) if name in names]
        results |= {reference: Found(reference, "live", item) for reference in mine}
        moved += [] if mine else [item]
    for error in answer.get("issueErrors") or ():
        reference = names.get(str(error.get("id", "")).casefold())
        if reference is not None:
            results[reference] = Found(reference, "undecided")
    missing = [each for each in references if each not in results]
    if moved and len(references) == 1:  # asked by a key that it had before it was moved
        results[missing[0]] = Found(missing[0], "live", moved[0])
    elif moved:
        for reference in missing:
            results |= _read(client, types, (reference,), fields, marking)
    return {each: Found(each, "not_visible") for each in references} | results


def _answers(
    client: Client,
    wanted: Mapping[str, Collection[str]],
    references: Mapping[str, Collection[str]],
    results: Mapping[str, Found],
) -> Iterator[Found]:
    """Give each that asked its own fields of what was read, and those that cost a request to who asks for these."""
    incomplete: list[tuple[str, Item]] = []
    for reference, found in results.items():
        for asked in references[reference]:
            if found.item is None:
                yield Found(asked, found.state)
                continue
            own = {field: value for field, value in found.item.fields.items() if field in wanted[asked]}
            item = _replaced(found.item, own)
            if SEPARATE.isdisjoint(wanted[asked]):
                yield Found(asked, "live", item)
            else:
                incomplete.append((asked, item))
    yield from as_completed(
        lambda each: Found(each[0], "live", _completed(client, each[1], wanted[each[0]])), incomplete
    )


def _completed(client: Client, item: Item, fields: Collection[str]) -> Item:
    """An issue with those of these fields that cost a request of their own: one for all pages, one for watchers."""
    values = dict(item.fields)
    if not PAGES.keys().isdisjoint(fields):
        pages = pages_from(client.remote_links(item.id))
        values |= {field: pages[field] for field in PAGES.keys() & fields}
    if WATCHERS in fields:
        values[WATCHERS] = watchers_of(client, item.id)
    return item if values.keys() == item.fields.keys() else _replaced(item, values)


def _replaced(item: Item, fields: Mapping[str, Value]) -> Item:
    return Item(item.id, item.key, item.url, item.type, fields, item.revision, item.marker, item.project)


def _item(client: Client, known: Mapping[str, FieldType], issue: Json, marking: Marking | None) -> Item:
    fields = issue.get("fields") or {}
    values: dict[str, Value] = {}
    for field, type in known.items():
        if field == LINKS:
            values[field] = links_from(fields.get(field) or ())
        elif field not in SEPARATE:
            values[field] = from_json(type, fields.get(field))
    marker = marking.marker_of(issue) if marking else None
    whole = marking is None or marker is None or marking.shows(fields, label_of(marker))
    if marker is not None and marker.version <= MARKER_VERSION and not whole:
        marker = None  # half a marker can't be found again: it counts as taken off, so that it is put back
    key = str(issue["key"])
    type_ref = ref_of(fields.get("issuetype")) or Ref("")
    return Item(
        str(issue["id"]),
        key,
        f"{client.site_url}/browse/{key}",
        type_ref,
        values,
        str(fields.get("updated", "")),
        marker,
        str((fields.get("project") or {}).get("id", "")),
    )
