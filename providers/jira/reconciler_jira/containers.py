"""What a project's fields list: components, versions, sprints, groups; and how what is missing is made (FACTS A9, A11).

A component, a version or a sprint that is not there is made where the provider's block says `create: [component]` and
this account may. Names are looked up before and after, so that whoever asks twice gets the same. Names of sprints are
not unique: a creation that arrives only after another run has begun makes a second one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    Kind,
    NotFoundError,
    Ref,
    UnknownOutcome,
    UnreachableError,
    ValidationError,
    as_completed,
)
from reconciler_jira.client import Client, Json
from reconciler_jira.fields import ref_of

__all__ = ["Containers", "containers_of", "make", "permissions_to_make"]

_MADE: Final[Mapping[Kind, str]] = {
    "component": "ADMINISTER_PROJECTS",
    "version": "ADMINISTER_PROJECTS",
    "sprint": "MANAGE_SPRINTS_PERMISSION",
}
"""What the option `create` may name, with the permission that it takes."""
_MAY: Final = {
    "ADMINISTER_PROJECTS": "administer the project",
    "MANAGE_SPRINTS_PERMISSION": "manage the sprints of its boards",
}
_WITHOUT_SPRINTS: Final = "kanban"


@dataclass(frozen=True, slots=True)
class Containers:
    """What the fields of a project list.

    Attributes:
        lists: by kind of field, what there is; `None` where it was not read.
        past: by kind, what is there and takes no more issues: archived versions; closed sprints where sprints are made.
        made: the kinds of which the missing are made.
        why: by kind, why they are not, though the provider's block says so.
    """

    lists: Mapping[Kind, tuple[Ref, ...] | None] = field(default_factory=dict)
    past: Mapping[Kind, tuple[Ref, ...]] = field(default_factory=dict)
    made: frozenset[Kind] = frozenset()
    why: Mapping[Kind, str] = field(default_factory=dict)


def permissions_to_make(kinds: Collection[str]) -> frozenset[str]:
    """The permissions that it takes to make what the option `create` names."""
    return frozenset(permission for kind, permission in _MADE.items() if kind in kinds)


def containers_of(
    client: Client, project: Json, used: Collection[Kind], create: Collection[str], permissions: Mapping[str, bool]
) -> Containers:
    """Read what the fields of a project list: sprints and groups only where a field shows them.

    Args:
        client: the site.
        project: with its components and versions.
        used: the kinds of the fields.
        create: the option's kinds.
        permissions: this account's.
    """
    boards: list[Json] | None = None
    archived = [each for each in project.get("versions") or () if each.get("archived")]
    past: dict[Kind, tuple[Ref, ...]] = {"version": _refs(archived)}
    lists: dict[Kind, tuple[Ref, ...] | None] = {**_lists_of(project), "sprint": (), "group": None}
    if "sprint" in used:
        boards = _boards(client, str(project["key"]))
        lists["sprint"] = None if boards is None else _sprints(client.sprints, boards)
        if "sprint" in create:
            past["sprint"] = _sprints(client.closed_sprints, boards or ()) or ()
    if "group" in used:
        lists["group"] = _groups(client)
    why: dict[Kind, str] = {}
    for kind, permission in _MADE.items():
        if kind in create and not (permissions.get(permission) or permissions.get("ADMINISTER")):
            why[kind] = f"to have it made, this account has to {_MAY[permission]}"
        elif kind in create and kind == "sprint":
            why |= _without_board(boards)
    return Containers(lists, past, frozenset(kind for kind in _MADE if kind in create and kind not in why), why)


def make(client: Client, project: Ref, kind: Kind, name: str) -> Ref:
    """Make a component, a version or a sprint, or give the one that is there.

    Args:
        client: the site.
        project: its id, and its key as the name.
        kind: one of `_MADE`.
        name: of what is made.

    Raises:
        ValidationError, AuthorizationError: the site refused it.
        UnreachableError: whether it was made can't be known yet.
    """
    found = _find(client, project, kind, name)
    if found is not None:
        return found
    try:
        made = _send(client, project, kind, name)
    except (UnknownOutcome, ValidationError) as problem:
        found = _find(client, project, kind, name)  # somebody else made it meanwhile, or the answer was lost
        if found is None and isinstance(problem, ValidationError):
            raise
        if found is None:
            raise UnreachableError(f"whether {name!r} was made is not known", hint="run again") from problem
        return found
    return Ref(str(made["id"]), str(made.get("name", name)))


def _send(client: Client, project: Ref, kind: Kind, name: str) -> Json:
    if kind == "component":
        return client.create_component(project.name, name)
    if kind == "version":
        return client.create_version(project.id, name)
    boards = _boards(client, project.name)
    if problem := _without_board(boards):
        raise ValidationError(problem["sprint"])
    return client.create_sprint(int(_candidates(boards)[0]["id"]), name)


def _find(client: Client, project: Ref, kind: Kind, name: str) -> Ref | None:
    if kind == "sprint":
        there = _sprints(client.sprints, _boards(client, project.name) or ()) or ()
    else:
        there = _lists_of(client.project(project.id))[kind]
    named = (each for each in there if each.name.casefold() == name.strip().casefold())
    return next(named, None)


def _lists_of(project: Json) -> dict[Kind, tuple[Ref, ...]]:
    versions = [each for each in project.get("versions") or () if not each.get("archived")]
    return {"component": _refs(project.get("components") or ()), "version": _refs(versions)}


def _refs(data: Iterable[Json]) -> tuple[Ref, ...]:
    return tuple(ref for each in data if (ref := ref_of(each)))


def _boards(client: Client, project: str) -> list[Json] | None:
    """The boards that show a project and have sprints; `None` where this account may not read them."""
    try:
        return [each for each in client.boards(project) if each.get("type") != _WITHOUT_SPRINTS]
    except (AuthenticationError, AuthorizationError, NotFoundError):
        return None


def _sprints(read: Callable[[str], Iterator[Json]], boards: Collection[Json]) -> tuple[Ref, ...] | None:
    """The sprints of boards, each board's by its id; `None` where this account may not read them."""
    try:
        pages = as_completed(lambda board: list(read(board)), [str(each["id"]) for each in boards])
        sprints = {str(each["id"]): Ref(str(each["id"]), str(each["name"])) for page in pages for each in page}
    except (AuthenticationError, AuthorizationError, NotFoundError):
        return None
    return tuple(sprints[id] for id in sorted(sprints, key=int))


def _groups(client: Client) -> tuple[Ref, ...] | None:
    """The site's groups, by name; `None` where this account may not read them."""
    try:
        return tuple(Ref(str(each["name"]), str(each["name"])) for each in client.groups())
    except (AuthenticationError, AuthorizationError, NotFoundError):
        return None


def _without_board(boards: Collection[Json] | None) -> dict[Kind, str]:
    """Why no sprint can be made: it is a board's, and nobody says which."""
    if boards is None:
        return {"sprint": "this account can't read boards, so no sprint can be made"}
    names = [str(each.get("name", each["id"])) for each in _candidates(boards)]
    if len(names) == 1:
        return {}
    there = f"{len(names)} boards with sprints ({', '.join(names)})" if names else "no board with sprints"
    return {"sprint": f"the project has {there}, so make the sprint by hand on the one that you mean"}


def _candidates(boards: Collection[Json] | None) -> list[Json]:
    """The boards that a sprint can be made on: scrum boards before those of team-managed projects."""
    there = list(boards or ())
    return [each for each in there if each.get("type") == "scrum"] or there
