"""Type the fields of a type of work item: kinds, the spec's words, options, when they can be written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from reconciler.sdk import FieldInfo, Kind, Ref, Status, resolve
from reconciler_azure_devops.client import Json
from reconciler_azure_devops.fields import AREA, SPRINT, STATUS, TITLE, TYPE, FieldType, type_of
from reconciler_azure_devops.links import COMMITS, DOCUMENTS, LINKS, PARENT, PULL_REQUESTS
from reconciler_azure_devops.vocabulary import BODIES, DUE, FIELDS, POINTS, PRIORITIES, PRIORITY, START
from reconciler_azure_devops.workflows import status_words

__all__ = ["Naming", "fields_of"]

_When: TypeAlias = frozenset[Literal["create", "update", "transition"]]
_BOTH: Final[_When] = frozenset({"create", "update"})
_CREATE: Final[_When] = frozenset({"create"})
_TRANSITION: Final[_When] = frozenset({"transition"})
_NEVER: Final[_When] = frozenset()
_LENGTHS: Final[Mapping[str, int]] = {"string": 255, "html": 1_000_000, "plainText": 1_000_000}
"""In characters (FACTS B6)."""
_TAG: Final = 400
_OWN_WAY: Final = frozenset({STATUS, TYPE, PARENT})
"""Fields that are described in ways of their own."""
_LACKING: Final[Mapping[str, tuple[str, str]]] = {
    "components": ("Components", "Azure DevOps has no components; an area says what part of a project an item is of"),
    "fix_versions": ("Fix versions", "Azure DevOps has no versions; a sprint or a label says what an item is to be in"),
    "watchers": ("Watchers", "Azure DevOps documents no way to say who follows an item"),
}
"""By the spec's word, what Azure DevOps does not have."""
_NO_REPOSITORIES: Final = "this account can't read the project's repositories"


@dataclass(frozen=True, slots=True)
class Naming:
    """What a type's fields take their options and words from.

    Attributes:
        schemas: what the project says of all its fields, by reference name.
        aliases: the spec's, by reference name.
        types: type names by the spec's word.
        statuses: this type's.
        status_mapping, priority_mapping: the spec's.
        effort: the field that the backlog counts by.
        areas, sprints: those that there are; `None` where new ones are made.
        repositories: those that commits and pull requests can be in; `None` where they can't be read.
        reserved: the field that holds our markers.
    """

    schemas: Mapping[str, Json]
    aliases: Mapping[str, str]
    types: Mapping[str, str]
    type_options: tuple[Ref, ...]
    statuses: tuple[Status, ...]
    status_mapping: Mapping[str, tuple[str, ...]]
    priority_mapping: Mapping[str, str]
    effort: str
    areas: tuple[Ref, ...] | None
    sprints: tuple[Ref, ...] | None
    repositories: tuple[Ref, ...] | None
    reserved: str


def fields_of(raw: Iterable[Json], naming: Naming) -> dict[str, FieldInfo]:
    """Type what a type has, by reference name, and what is written as relations.

    Fields of the system that have no word are left out: they are what Azure DevOps keeps for itself.
    """
    there = {str(each["referenceName"]): each for each in raw if each.get("referenceName")}
    words = _words(there, naming)
    infos = {
        id: _info(id, each, words.get(id), naming)
        for id, each in there.items()
        if id not in _OWN_WAY and (id in words or not id.startswith(("System.", "WEF_")))
    }
    if naming.reserved in infos:
        ours = infos[naming.reserved]
        infos[ours.id] = replace(ours, writable=_NEVER, why="the provider keeps its markers there")
    special = (
        FieldInfo(
            STATUS,
            "State",
            "status",
            FIELDS[STATUS],
            status_words(naming.statuses, naming.status_mapping),
            writable=_TRANSITION,
            options=tuple(each.ref for each in naming.statuses),
        ),
        FieldInfo(
            TYPE,
            "Work Item Type",
            "option",
            FIELDS[TYPE],
            naming.types,
            writable=_CREATE,
            options=naming.type_options,
            why="on Azure DevOps a type is changed by people, on the item's page",
        ),
        FieldInfo(PARENT, "Parent", "item", FIELDS[PARENT], writable=_BOTH),
        FieldInfo(LINKS, "Links", "link", "links", many=True, writable=_BOTH),
        FieldInfo(DOCUMENTS, "Hyperlinks", "link", "documents", many=True, writable=_BOTH),
        _artifacts(COMMITS, "Commits", naming),
        _artifacts(PULL_REQUESTS, "Pull requests", naming),
        *(FieldInfo(word, name, "unsupported", word, why=why) for word, (name, why) in _LACKING.items()),
    )
    return infos | {each.id: each for each in special}


def _words(there: Mapping[str, Json], naming: Naming) -> dict[str, str]:
    """By reference name, the spec's word of a field."""
    words = {id: word for id, word in FIELDS.items() if id in there}
    for word, names in (
        ("description", BODIES),
        ("story_points", (naming.effort, *POINTS)),
        ("start", START),
        ("due", DUE),
    ):
        first = next((name for name in names if name in there), None)
        if first is not None:
            words[first] = word
    return words | {id: f"fields.{alias}" for id, alias in naming.aliases.items() if id in there}


def _info(id: str, field: Json, word: str | None, naming: Naming) -> FieldInfo:
    schema = naming.schemas.get(id, {})
    allowed = tuple(each for each in field.get("allowedValues") or () if isinstance(each, (str, int, float)))
    type = type_of(id, schema, listed=bool(allowed))
    options = tuple(Ref(text, text) for each in allowed if (text := _plain(each, type))) or None
    if id in (AREA, SPRINT):
        options = naming.areas if id == AREA else naming.sprints
    read_only = bool(schema.get("readOnly")) and id not in (AREA, SPRINT)
    return FieldInfo(
        id,
        str(field.get("name") or schema.get("name") or id),
        type.kind,
        word,
        _priority_words(naming.priority_mapping, options or ()) if id == PRIORITY else {},
        many=type.many,
        required=id == TITLE or (bool(field.get("alwaysRequired")) and not _has_default(id, field)),
        writable=_NEVER if type.kind == "unsupported" or read_only else _BOTH,
        options=options if type.kind in {"option", "path", "sprint"} else None,
        whole=type.kind == "number" and schema.get("type") == "integer",
        max_length=_TAG if type.kind == "label" else _length(type.kind, schema),
        why=type.why or ("Azure DevOps sets it itself" if read_only else ""),
    )


def _artifacts(id: str, name: str, naming: Naming) -> FieldInfo:
    readable = naming.repositories is not None
    return FieldInfo(
        id,
        name,
        "link",
        id,
        many=True,
        writable=_BOTH if readable else _NEVER,
        options=naming.repositories,
        why="" if readable else _NO_REPOSITORIES,
    )


def _priority_words(mapping: Mapping[str, str], options: tuple[Ref, ...]) -> dict[str, str]:
    ids = {each.id for each in options}
    words = {word: id for word, id in PRIORITIES.items() if id in ids}
    return words | {word: resolve(name, options, "priority").id for word, name in mapping.items()}


def _length(kind: Kind, schema: Json) -> int | None:
    return _LENGTHS.get(str(schema.get("type"))) if kind in {"text", "rich"} else None


def _has_default(id: str, field: Json) -> bool:
    return id in (AREA, SPRINT) or field.get("defaultValue") not in (None, "")


def _plain(value: str | float, type: FieldType) -> str:
    """A value of a list as `from_json` reads it; lists of numbers may hold texts."""
    if not type.number:
        return str(value)
    try:
        number = float(value)
    except ValueError:
        return ""
    return str(int(number)) if number.is_integer() else str(number)
