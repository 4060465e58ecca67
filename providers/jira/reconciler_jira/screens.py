"""Type the fields of an issue type: kinds, the spec's words, options, when they can be written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from reconciler.sdk import BadValue, FieldInfo, Ref, Status, resolve
from reconciler_jira.client import Json
from reconciler_jira.containers import Containers
from reconciler_jira.fields import (
    AREA,
    COMMITS,
    DOCUMENTS,
    LINKS,
    PRIORITY,
    PULL_REQUESTS,
    SPRINT,
    STATUS,
    TYPE,
    VERSIONS,
    WATCHERS,
    FieldType,
    options_in,
    type_of,
)
from reconciler_jira.vocabulary import FIELDS, PRIORITIES, START, STATUSES, STORY_POINTS

__all__ = ["Naming", "fields_of"]

_LENGTHS: Mapping[str, int] = {"text": 255, "label": 255, "rich": 32_767}
_BOTH: frozenset[Literal["create", "update", "transition"]] = frozenset({"create", "update"})
_UPDATE: frozenset[Literal["create", "update", "transition"]] = frozenset({"update"})
_NEVER: frozenset[Literal["create", "update", "transition"]] = frozenset()
_SCREENED = frozenset({"option", "cascade"})
"""Kinds whose values only a create screen lists."""
_NO_AREAS = "Jira has no areas; components say what part of a project an item belongs to"
_OFF_SCREEN = "it is on no create screen of this type"
_NO_WATCHING = "this account may not see and manage watchers"


@dataclass(frozen=True, slots=True)
class Naming:
    """What a type's fields take their options and words from.

    `types` are type ids by the spec's word; `statuses` this type's; the mappings are the spec's. `containers` are what
    the project lists; `watching` says whether this account may manage watchers.
    """

    types: Mapping[str, str]
    type_options: tuple[Ref, ...]
    statuses: tuple[Status, ...]
    status_mapping: Mapping[str, tuple[str, ...]]
    priority_mapping: Mapping[str, str]
    containers: Containers
    watching: bool


def fields_of(raw: Iterable[Json], aliases: Mapping[str, Json], naming: Naming) -> dict[str, FieldInfo]:
    """Type what a type's create screen offers, what the spec's aliases add, and what has no screen: by field id."""
    on_screen = {str(each["fieldId"]): each for each in raw if each.get("fieldId") != "project"}
    by_alias = {str(field["fieldId"]): alias for alias, field in aliases.items()}
    points = _first_named(on_screen, STORY_POINTS, "number")
    start = _first_named(on_screen, START, "date")
    sprint = next((id for id, each in on_screen.items() if type_of(id, each.get("schema")).kind == "sprint"), None)
    infos: dict[str, FieldInfo] = {}
    for identity, field in on_screen.items():
        word = FIELDS.get(identity)
        if identity in by_alias:
            word = f"fields.{by_alias[identity]}"
        elif identity == points:
            word = "story_points"
        elif identity == start:
            word = "start"
        elif identity == sprint:
            word = "sprint"
        infos[identity] = _info(identity, field, word, naming)
    for alias, field in aliases.items():
        identity = str(field["fieldId"])
        if identity not in infos and "operations" not in field:  # else it is on another type's screen
            infos[identity] = _off_screen(identity, field, f"fields.{alias}", naming)
    status_words = _status_words(naming)
    infos[STATUS] = FieldInfo(
        STATUS,
        "Status",
        "status",
        FIELDS[STATUS],
        status_words,
        writable=frozenset({"transition"}),
        options=tuple(status.ref for status in naming.statuses),
    )
    infos[TYPE] = FieldInfo(
        TYPE, "Issue Type", "option", FIELDS[TYPE], naming.types, writable=_BOTH, options=naming.type_options
    )
    infos |= {each.id: each for each in _beside_screens(naming)}
    if sprint is None:
        infos[SPRINT] = FieldInfo(SPRINT, "Sprint", "unsupported", "sprint", why=_OFF_SCREEN)
    if VERSIONS not in infos:
        infos[VERSIONS] = FieldInfo(VERSIONS, "Fix versions", "unsupported", FIELDS[VERSIONS], why=_OFF_SCREEN)
    return infos


def _beside_screens(naming: Naming) -> Iterator[FieldInfo]:
    """The sets that have endpoints of their own, and what Jira does not have."""
    for identity, name in (
        (LINKS, "Linked issues"),
        (DOCUMENTS, "Web links"),
        (COMMITS, "Commits"),
        (PULL_REQUESTS, "Pull requests"),
    ):
        yield FieldInfo(identity, name, "link", FIELDS[identity], many=True, writable=_UPDATE)
    writable, why = (_UPDATE, "") if naming.watching else (_NEVER, _NO_WATCHING)
    yield FieldInfo(WATCHERS, "Watchers", "user", FIELDS[WATCHERS], many=True, writable=writable, why=why)
    yield FieldInfo(AREA, "Area", "unsupported", "area", why=_NO_AREAS)


def _info(identity: str, field: Json, word: str | None, naming: Naming) -> FieldInfo:
    type = type_of(identity, field.get("schema"))
    listed = naming.containers.lists.get(type.kind)
    options = options_in(type.kind, field.get("allowedValues") or ()) if type.kind in _SCREENED else listed
    words = _priority_words(naming.priority_mapping, options) if identity == PRIORITY and options else {}
    return FieldInfo(
        identity,
        str(field.get("name", identity)),
        type.kind,
        word,
        words,
        many=type.many,
        required=bool(field.get("required")) and not field.get("hasDefaultValue"),
        writable=_NEVER if type.kind == "unsupported" else _BOTH,
        options=options,
        max_length=_LENGTHS.get(type.kind),
        markup=str(field.get("markup", "")),
        past=naming.containers.past.get(type.kind, ()),
        makes=type.kind in naming.containers.made,
        why=type.why or naming.containers.why.get(type.kind, ""),
    )


def _off_screen(identity: str, field: Json, word: str, naming: Naming) -> FieldInfo:
    type = type_of(identity, field.get("schema"))
    if type.kind in _SCREENED:
        type = FieldType("unsupported", type.many, "it is on no create screen, so its options can't be read")
    writable = _NEVER if type.kind == "unsupported" else _UPDATE
    return FieldInfo(
        identity,
        str(field["name"]),
        type.kind,
        word,
        many=type.many,
        writable=writable,
        options=naming.containers.lists.get(type.kind),
        max_length=_LENGTHS.get(type.kind),
        markup=str(field.get("markup", "")),
        why=type.why,
    )


def _first_named(fields: Mapping[str, Json], names: Iterable[str], kind: str) -> str | None:
    """The id of the one field of this name and kind, by the first of the names that any has."""
    for name in names:
        ids = [
            identity
            for identity, field in fields.items()
            if str(field.get("name", "")).casefold() == name.casefold()
            and type_of(identity, field.get("schema")).kind == kind
        ]
        if ids:
            return ids[0] if len(ids) == 1 else None
    return None


def _status_words(naming: Naming) -> dict[str, str]:
    """By word, the status that is written: the first of the spec's, or of our names, that the type has."""
    words: dict[str, str] = {}
    for word, names in {**STATUSES, **naming.status_mapping}.items():
        for name in names:
            match = [
                status.ref.id
                for status in naming.statuses
                if status.word == word and name.casefold() in (status.ref.id, status.ref.name.casefold())
            ]
            if match:
                words[word] = match[0]
                break
    return words


def _priority_words(mapping: Mapping[str, str], options: tuple[Ref, ...]) -> dict[str, str]:
    words = {word: resolve(name, options, "priority").id for word, name in mapping.items()}
    for word, names in PRIORITIES.items():
        for name in names:
            if word in words:
                break
            try:
                words[word] = resolve(name, options, "priority").id
            except BadValue:
                continue
    return words
