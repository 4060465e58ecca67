"""Describe a site: what it offers to this account in this project, in the fewest requests.

Eight requests describe any project; each type that is wanted costs one more, and so does each person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from reconciler.sdk import (
    AuthenticationError,
    AuthorizationError,
    BadValue,
    Capabilities,
    Kind,
    LinkType,
    NotFoundError,
    PluginConfig,
    Ref,
    SiteDescription,
    TypeInfo,
    as_completed,
    nearest,
    resolve,
)
from reconciler_azure_devops.client import Client, Json
from reconciler_azure_devops.fields import ASSIGNEE
from reconciler_azure_devops.forms import Naming, fields_of
from reconciler_azure_devops.levels import Levels, levels_of
from reconciler_azure_devops.links import COMMIT, DOCUMENT, PULL_REQUEST, RELATIONS
from reconciler_azure_devops.options import options_of
from reconciler_azure_devops.reading import FieldTypes
from reconciler_azure_devops.trees import paths_of
from reconciler_azure_devops.users import Users, find_users
from reconciler_azure_devops.vocabulary import LINK_WORDS, LINKS, TYPES
from reconciler_azure_devops.workflows import initial_of, moves_of, statuses_of

__all__ = ["account_of", "describe", "find_project"]

_HIERARCHY: Final = "System.LinkTypes.Hierarchy"


def describe(
    client: Client,
    config: PluginConfig,
    fields: FieldTypes,
    wanted: Collection[str],
    users: Collection[str],
    now: datetime,
) -> SiteDescription:
    """Read the site; what does not depend on each other is read at once.

    Args:
        client: the site.
        config: whose words are folded into the description.
        fields: reads what the project says of its fields.
        wanted: types by the spec's word or by name.
        users: as the spec names them.
        now: the time.

    Raises:
        AuthenticationError: the credential is not accepted.
        NotFoundError: the project can't be seen by this account.
        BadValue: the spec's mappings name what the project does not have, or what several things are called.
    """
    connection = client.connection()
    account = account_of(connection)
    project = find_project(client, config.project)
    id = str(project["id"])
    reads: dict[str, Callable[[], Any]] = {
        "types": lambda: client.types(id),
        "fields": fields.read,
        "trees": lambda: client.trees(id),
        "relations": client.relation_types,
        "backlogs": lambda: _if_allowed(lambda: client.backlogs(id)),
        "repositories": lambda: _if_allowed(lambda: client.repositories(id)),
    }
    read = dict(as_completed(lambda name: (name, reads[name]()), tuple(reads)))
    types = [each for each in read["types"] if each.get("name") and not each.get("isDisabled")]
    levels = levels_of(read["backlogs"] or {}, [str(each["name"]) for each in types])
    words = _type_words(config.types, types, levels)
    named = [str(each["name"]) for each in types if _is_wanted(str(each["name"]), words, wanted)]
    more: dict[str, Callable[[], Any]] = {f"type {name}": partial(client.type_fields, id, name) for name in named}
    read |= dict(as_completed(lambda name: (name, more[name]()), tuple(more)))
    found = Users((), {})
    if types and users:
        default = words.get("task") or str(types[0]["name"])
        found = find_users(client, id, default, users, _assignable(read[f"type {name}"] for name in named))
    trees = {tree: paths_of(read["trees"], tree) for tree in ("area", "iteration")}
    options = options_of(config)
    naming = Naming(
        schemas=read["fields"],
        aliases=_aliases(config.fields, read["fields"]),
        types=words,
        type_options=tuple(Ref(str(each["name"]), str(each["name"])) for each in types),
        statuses=(),
        status_mapping=config.statuses,
        priority_mapping=config.priorities,
        effort=levels.effort,
        areas=None if "area" in options.create else trees["area"],
        sprints=None if "sprint" in options.create else trees["iteration"],
        repositories=_repositories(read["repositories"]),
        reserved=fields.named(options.marker_field).id if options.marker_field else "",
    )
    infos: dict[str, TypeInfo] = {}
    for each in types:
        name = str(each["name"])
        states = each.get("states") or (client.states(id, name) if name in named else ())
        statuses = statuses_of(states, config.statuses)
        infos[name] = TypeInfo(
            Ref(name, name),
            levels.of.get(name, 0),
            fields_of(read[f"type {name}"], replace(naming, statuses=statuses)) if name in named else {},
            statuses,
            moves_of(each) or None,
            next((word for word, type in words.items() if type == name), None),
            initial_of(each),
        )
    _check_statuses(config.statuses, infos.values())
    containers: dict[Kind, tuple[Ref, ...]] = {"path": trees["area"], "sprint": trees["iteration"]}
    return SiteDescription(
        site=str(connection.get("instanceId") or urlsplit(client.site_url).netloc + urlsplit(client.site_url).path),
        url=client.site_url,
        project=Ref(id, str(project["name"])),
        account=account,
        read_at=now,
        types=infos,
        link_types=tuple(_link_types(read["relations"])),
        containers=containers,
        users=found.refs,
        user_names=found.names,
        permissions={},
        capabilities=Capabilities(
            guarded=frozenset(field for each in infos.values() for field in each.fields) - RELATIONS,
            quiet=options.quiet,
            marker="in_create",
            marker_in_reads=True,
            lag=timedelta(seconds=options.index_lag),
        ),
    )


def account_of(connection: Json) -> Ref:
    """Read the account from what the connection says.

    Raises:
        AuthenticationError: there is none in it, as strangers are answered.
    """
    user = connection.get("authenticatedUser") or {}
    id = str(user.get("id") or "")
    name = str(user.get("providerDisplayName") or user.get("customDisplayName") or id)
    properties = user.get("properties") or {}
    unique = str((properties.get("Account") or {}).get("$value") or "").casefold()
    if not id or name == "Anonymous":
        raise AuthenticationError("the site did not accept the credential", detail="it answered as to a stranger")
    return Ref(unique or id, name)


def find_project(client: Client, project: str) -> Json:
    """Find a project by id or name.

    Raises:
        NotFoundError: this account sees none of them.
    """
    try:
        return client.project(project)
    except NotFoundError as problem:
        names = [str(each.get("name", "")) for each in client.projects()]
        close = nearest(project, names)
        raise NotFoundError(
            f"no project {project!r} can be seen by this account",
            detail=f"it sees: {', '.join(names[:20]) or 'none'}",
            hint=f"did you mean {close[0]!r}?" if close else "ask for the permission to read it",
            status=problem.status,
        ) from problem


def _if_allowed(read: Callable[[], Any]) -> Any:
    """What is read, or `None` where this account may not: a token's scopes may leave it out."""
    try:
        return read()
    except (AuthenticationError, AuthorizationError, NotFoundError):
        return None


def _type_words(mapping: Mapping[str, str], types: Iterable[Json], levels: Levels) -> dict[str, str]:
    """By the spec's word, the name of a type: the spec's mapping, a backlog's default type, then usual names."""
    refs = [Ref(str(each["name"]), str(each["name"])) for each in types]
    words = {word: resolve(name, refs, "type").id for word, name in mapping.items()}
    by_name = {each.id.casefold(): each.id for each in refs}
    usual = {word: (name,) for word, name in levels.defaults.items()}
    for table in (usual, TYPES):
        for word, names in table.items():
            match = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)
            if word not in words and match is not None and match not in words.values():
                words[word] = match
    return words


def _is_wanted(name: str, words: Mapping[str, str], wanted: Collection[str]) -> bool:
    return any(each.casefold() == name.casefold() or words.get(each) == name for each in wanted)


def _aliases(mapping: Mapping[str, str], schemas: Mapping[str, Json]) -> dict[str, str]:
    """By the reference name of a field, the spec's alias."""
    refs = [Ref(id, str(each.get("name", id))) for id, each in schemas.items()]
    found: dict[str, str] = {}
    for alias, name in mapping.items():
        field = resolve(name, refs, "field")
        other = found.setdefault(field.id, alias)
        if other != alias:
            raise BadValue(f"`fields` calls one field both {other!r} and {alias!r}", detail=field.name)
    return found


def _check_statuses(mapping: Mapping[str, tuple[str, ...]], types: Iterable[TypeInfo]) -> None:
    every = {each.ref.id: each.ref for type in types for each in type.statuses}
    known = {name.casefold() for name in every}
    for name in (name for names in mapping.values() for name in names):
        if name.casefold() not in known:
            resolve(name, tuple(every.values()), "status")


def _assignable(types: Iterable[list[Json]]) -> list[Json]:
    """The people that types list for who is assigned."""
    fields = (field for fields in types for field in fields if field.get("referenceName") == ASSIGNEE)
    return [each for field in fields for each in field.get("allowedValues") or () if isinstance(each, dict)]


def _repositories(raw: Iterable[Json] | None) -> tuple[Ref, ...] | None:
    """The repositories of the project: by the two ids that artifacts name them with, as `project/name`."""
    if raw is None:
        return None
    return tuple(
        Ref(
            "%2F".join((str(each["project"]["id"]).casefold(), str(each["id"]).casefold())),
            f"{each['project'].get('name', '')}/{each.get('name', '')}",
        )
        for each in raw
        if each.get("id") and (each.get("project") or {}).get("id")
    )


def _link_types(raw: Iterable[Json]) -> Iterator[LinkType]:
    """The types of links between items, and those that go elsewhere.

    Both directions come as relation types of their own; a link type's id is what is the same in their names.
    """
    texts = {str(each["referenceName"]): str(each.get("name", "")) for each in raw if _is_link(each)}
    for name, text in texts.items():
        type, _, end = name.rpartition("-")
        if end.casefold() == "forward" and type != _HIERARCHY:
            back = next((other for id, other in texts.items() if id.casefold() == f"{type}-reverse".casefold()), text)
            yield LinkType(type, text, back, "item", *_link_words(type, text, back))
        elif end.casefold() not in {"forward", "reverse"}:
            yield LinkType(name, text, text, "item", *_link_words(name, text, text))
    yield LinkType(DOCUMENT, "document", "document", "url")
    yield LinkType(COMMIT, "commit", "commit", "commit")
    yield LinkType(PULL_REQUEST, "pull request", "pull request", "pull_request")


def _link_words(type: str, *texts: str) -> tuple[str | None, ...]:
    said = (text.casefold().replace(" ", "_") for text in texts)
    return LINKS.get(type) or tuple(word if word in LINK_WORDS else None for word in said)


def _is_link(relation: Json) -> bool:
    return (relation.get("attributes") or {}).get("usage") == "workItemLink"
