"""Relations: how links are written, and how some are taken away without taking others' along (FACTS B6, F).

A relation goes by its index, and links leave an item's revision alone, so an index may be another relation's by the
time that a patch arrives. A removal therefore reads, sends relations alone, and compares what is there afterwards with
what should be. What went by mistake is told by the item's updates, and put back; where the process dies before that,
the item's history still has it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeAlias

from reconciler.sdk import Change, ConflictError, Link, Ref, ValidationError, Value
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.links import (
    COMMIT,
    DOCUMENT,
    MARKER_URL,
    PARENT,
    PARENT_RELATION,
    PULL_REQUEST,
    RELATIONS,
    link_from,
)
from reconciler_azure_devops.marking import Marking
from reconciler_azure_devops.patches import add_relations, at_revision

__all__ = ["Relations", "exchange"]

_TRIES: Final = 5

_Key: TypeAlias = tuple[str, str, str]


class Relations:
    """Writes links as relations; knows which types of relations the organisation has, once it was asked."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._names: Mapping[str, str] | None = None

    def of(self, values: Mapping[str, Value]) -> list[Json]:
        """The relations that these fields are, by the ids of their pseudo-fields."""
        found: list[Json] = []
        for field in sorted(RELATIONS & values.keys()):
            value = values[field]
            if field == PARENT and isinstance(value, Ref):
                found.append({"rel": PARENT_RELATION, "url": self._client.item_url(value.id)})
            elif isinstance(value, tuple):
                found += [self._one(each) for each in value if isinstance(each, Link)]
        return found

    def leaving(self, change: Change) -> Callable[[Json], bool] | None:
        """Tells the relations that a change takes away; `None` where it takes none."""
        links = [each for id in RELATIONS for each in _links(change.remove.get(id))]
        ends = {_end(each) for each in links}
        parent = PARENT in change.set
        if not links and not parent:
            return None

        def leaves(relation: Json) -> bool:
            if parent and str(relation.get("rel", "")).casefold() == PARENT_RELATION.casefold():
                return True
            link = link_from(relation)
            return link is not None and _end(link) in ends

        return leaves

    def _one(self, link: Link) -> Json:
        """The relation that a link is."""
        if link.type == DOCUMENT:
            return {"rel": DOCUMENT, "url": link.target, "attributes": {"comment": link.title}}
        if link.type in (COMMIT, PULL_REQUEST):
            return {"rel": "ArtifactLink", "url": link.target, "attributes": {"name": link.type}}
        return {"rel": self._name(link), "url": self._client.item_url(link.target)}

    def _name(self, link: Link) -> str:
        """The reference name of a relation: with its end, where its type has ends."""
        with self._lock:
            if self._names is None:
                every = (str(each.get("referenceName", "")) for each in self._client.relation_types())
                self._names = {each.casefold(): each for each in every}
            end = f"{link.type}-{'Forward' if link.outward else 'Reverse'}"
            return self._names.get(end.casefold()) or self._names.get(link.type.casefold(), link.type)


def exchange(
    client: Client,
    id: str,
    leaves: Callable[[Json], bool],
    added: Sequence[Json],
    operation: str,
    marking: Marking,
    *,
    quiet: bool,
) -> None:
    """Take relations away and add others, in one patch of their own; what is so already is left out.

    A removal renews the item's marker: that makes a revision where links make none, so that its `test` refuses the same
    patch when the network delivers it again.

    Args:
        client: the site.
        id: of the item.
        leaves: whether a relation goes.
        added: what comes.
        operation: that it is for.
        marking: how the item is marked.
        quiet: send no mail.

    Raises:
        ConflictError: the item changed each time that it was tried.
        ProviderError: the site refused, or the outcome is unknown.
    """
    refused: tuple[tuple[str, str], ...] | None = None
    for attempt in range(_TRIES):
        live = client.item(id)
        before = _relations(live)
        indexes, missing = _difference(before, leaves, added)
        if not indexes and not missing:
            return
        patch = at_revision(str(live.get("rev", "")))
        if indexes and not any(_is_marker(before[index]) for index in indexes):
            outdated, coming, fields = marking.renewed(live, operation)
            indexes = sorted({*indexes, *(index for index, each in enumerate(before) if outdated(each))})
            missing += coming
            patch += fields
        patch += [{"op": "remove", "path": f"/relations/{index}"} for index in reversed(indexes)]
        patch += add_relations(missing)
        try:
            answer = client.patch(id, patch, operation, purpose="once", quiet=quiet)
        except ConflictError:
            if attempt + 1 == _TRIES:
                raise
            continue
        except ValidationError as problem:  # an index may have been another's, or none: once more tells
            if problem.reasons == refused:
                raise
            refused = problem.reasons
            continue
        gone, come = Counter(_key(before[index]) for index in indexes), Counter(map(_key, missing))
        had, after = _keys(live), _keys(answer)
        expected = had - gone + come
        if not expected - after and all(after[key] <= expected[key] for key in gone):
            return
        _put_back(client, id, gone - come, had, after, operation, quiet=quiet)
    raise ConflictError(f"relations of item {id} change faster than they can be written", hint="run again")


def _difference(
    before: Sequence[Json], leaves: Callable[[Json], bool], added: Sequence[Json]
) -> tuple[list[int], list[Json]]:
    """The indexes of what is to go, and what is to come; of what is to be there and is there twice, one goes."""
    wanted = {_key(each): each for each in added}
    there: set[_Key] = set()
    indexes: list[int] = []
    for index, each in enumerate(before):
        key = _key(each)
        if leaves(each) and (key not in wanted or key in there):
            indexes.append(index)
        there.add(key)
    return indexes, [each for key, each in wanted.items() if key not in there]


def _is_marker(relation: Json) -> bool:
    return str(relation.get("url", "")).startswith(MARKER_URL)


def _put_back(
    client: Client,
    id: str,
    asked: Collection[_Key],
    before: Counter[_Key],
    after: Counter[_Key],
    operation: str,
    *,
    quiet: bool,
) -> None:
    """Add again what a removal took in place of what was asked for; what people took away themselves stays away.

    The last update that took away only what is gone afterwards, or is there once less, is ours: what people do later
    takes what is still there.

    Args:
        client: the site.
        id: of the item.
        asked: what was to go.
        before: what was there when that was decided.
        after: what the removal left.
    """
    removals = (each for update in client.updates(id) if (each := _removed(update)))
    ours = [each for each in removals if all(after[key] < max(before[key], 1) for key in map(_key, each))]
    by_mistake = [_resent(each) for each in (ours[-1] if ours else ()) if _key(each) not in asked]
    if by_mistake:
        client.patch(id, add_relations(by_mistake), operation, purpose="once", quiet=quiet)


def _removed(update: Json) -> list[Json]:
    """What an update took away and did not bring back."""
    changes = update.get("relations") or {}
    added = _keys({"relations": changes.get("added")})
    return [each for each in _relations({"relations": changes.get("removed")}) if _key(each) not in added]


def _relations(item: Json) -> list[Json]:
    return [each for each in item.get("relations") or () if isinstance(each, dict)]


def _keys(item: Json) -> Counter[_Key]:
    return Counter(map(_key, _relations(item)))


def _resent(relation: Json) -> Json:
    """A relation as it is added, without the attributes that the site gives it."""
    own = ("comment", "name") if relation["rel"] == "ArtifactLink" else ("comment",)
    attributes = relation.get("attributes") or {}
    return {**relation, "attributes": {key: attributes[key] for key in own if key in attributes}}


def _key(relation: Json) -> _Key:
    """What a relation is: its type, where it goes, and a page's title."""
    rel, url = str(relation.get("rel", "")), str(relation.get("url", ""))
    title = str((relation.get("attributes") or {}).get("comment") or url) if rel == DOCUMENT else ""
    end = url.casefold().rpartition("/_apis/wit/workitems/")
    return rel.casefold(), end[2] if end[1] else url, title


def _end(link: Link) -> tuple[str, str, bool, str]:
    return link.type.casefold(), link.target, link.outward, link.title if link.type == DOCUMENT else ""


def _links(value: tuple[Value, ...] | None) -> list[Link]:
    return [each for each in value or () if isinstance(each, Link)]
