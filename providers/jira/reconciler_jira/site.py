"""Describe a site: what it offers to this account in this project, in the fewest requests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from reconciler.sdk import (
    AuthenticationError,
    BadValue,
    Capabilities,
    FieldInfo,
    LinkType,
    NotFoundError,
    PluginConfig,
    Ref,
    SiteDescription,
    Status,
    TypeInfo,
    as_completed,
    nearest,
    resolve,
)
from reconciler_jira.client import Client, Json
from reconciler_jira.containers import containers_of, permissions_to_make
from reconciler_jira.fields import COMMIT, DOCUMENT, PULL_REQUEST, ref_of, type_of
from reconciler_jira.marking import Marking
from reconciler_jira.options import options_of
from reconciler_jira.screens import Naming, fields_of
from reconciler_jira.users import Users, find_users
from reconciler_jira.vocabulary import LINK_NAMES, LINK_TEXTS, STATUSES, TYPES
from reconciler_jira.workflows import Workflow, read_workflows

__all__ = ["account_of", "describe", "find_project"]

_PERMISSIONS = (
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "DELETE_ISSUES",
    "TRANSITION_ISSUES",
    "LINK_ISSUES",
    "ASSIGN_ISSUES",
    "ADD_COMMENTS",
    "VIEW_VOTERS_AND_WATCHERS",
    "MANAGE_WATCHERS",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
)
_PAGES = (
    LinkType(DOCUMENT, "document", "document", "url"),
    LinkType(COMMIT, "commit", "commit", "commit"),
    LinkType(PULL_REQUEST, "pull request", "pull request", "pull_request"),
)
_EPIC_NAME = ":gh-epic-label"
"""How the key of the custom field type ends that epics alone have."""
_CATEGORIES: Mapping[str, Literal["new", "active", "done"]] = {"new": "new", "indeterminate": "active", "done": "done"}


def describe(
    client: Client,
    config: PluginConfig,
    marking: Marking,
    wanted: Collection[str],
    users: Collection[str],
    now: datetime,
) -> SiteDescription:
    """Read the site; what does not depend on each other is read at once, and workflows only for administrators.

    Raises:
        AuthenticationError: the credential is not accepted.
        NotFoundError: the project can't be seen by this account.
        BadValue: the spec's mappings name what the project does not have, or what several things are called.
    """
    account = account_of(client.myself())
    project = find_project(client, config.project)
    key = str(project["key"])
    types = [each for each in project.get("issueTypes") or () if each.get("id")]
    words = _type_words(config.types, types)
    named = [each for each in types if _is_wanted(each, words, wanted)]
    options = options_of(config)
    asked = tuple(dict.fromkeys((*_PERMISSIONS, *sorted(permissions_to_make(options.create)))))
    reads: dict[str, Callable[[], Any]] = {
        "site": lambda: client.site_id,
        "statuses": lambda: client.statuses(key),
        "permissions": lambda: client.permissions(key, asked),
        "links": client.link_types,
        "users": lambda: find_users(client, users),
    }
    for each in named:
        identity = str(each["id"])
        reads[f"fields {identity}"] = partial(client.create_fields, key, identity)
    read = dict(as_completed(lambda name: (name, reads[name]()), tuple(reads)))
    permissions = {name: bool(_granted(read["permissions"], name)) for name in asked}
    workflows: Mapping[str, Workflow] = {}
    if permissions["ADMINISTER"] or (permissions["ADMINISTER_PROJECTS"] and project.get("simplified")):
        workflows = read_workflows(client, str(project["id"]), [str(each["id"]) for each in named])
    raw = {str(each["id"]): read[f"fields {each['id']}"] for each in named}
    raw_statuses = {str(each["id"]): each.get("statuses") or () for each in read["statuses"]}
    statuses = _statuses(config.statuses, raw_statuses)
    aliases = _aliases(client, config.fields, raw)
    used = {type_of(str(each["fieldId"]), each.get("schema")).kind for fields in raw.values() for each in fields}
    containers = containers_of(client, project, used, options.create, permissions)
    watching = permissions["VIEW_VOTERS_AND_WATCHERS"] and permissions["MANAGE_WATCHERS"]
    type_options = tuple(Ref(str(each["id"]), str(each["name"])) for each in types)
    infos: dict[str, TypeInfo] = {}
    for each in types:
        identity = str(each["id"])
        of_type = statuses.get(identity, ())
        naming = Naming(words, type_options, of_type, config.statuses, config.priorities, containers, watching)
        infos[identity] = TypeInfo(
            Ref(identity, str(each["name"])),
            _level(each, words, raw.get(identity)),
            _reserving(marking, fields_of(raw[identity], aliases, naming)) if identity in raw else {},
            of_type,
            workflows[identity].moves if identity in workflows else None,
            next((word for word, type_id in words.items() if type_id == identity), None),
            workflows[identity].initial if identity in workflows else None,
        )
    found: Users = read["users"]
    quiet = permissions["ADMINISTER"] or permissions["ADMINISTER_PROJECTS"]
    return SiteDescription(
        site=read["site"],
        url=client.site_url,
        project=Ref(str(project["id"]), key),
        account=account,
        read_at=now,
        types=infos,
        link_types=(*_link_types(read["links"]), *_PAGES),
        containers={kind: refs or () for kind, refs in containers.lists.items()},
        users=found.refs,
        user_names=found.names,
        permissions=permissions,
        capabilities=Capabilities(
            guarded=frozenset(),
            quiet=quiet,
            marker="in_create",
            marker_in_reads=True,
            lag=timedelta(seconds=options.index_lag),
            searchable_marker=marking.searchable,
            marker_note=marking.note,
            hides_markers=marking.proof == "label",
        ),
    )


def _level(type: Json, words: Mapping[str, str], screen: Iterable[Json] | None) -> int:
    """A type's level. Data Center tells none: its epics are what has an epic's name, on the screen where it is read."""
    if type.get("hierarchyLevel") is not None:
        return int(type["hierarchyLevel"])
    if type.get("subtask"):
        return -1
    if screen is None:
        return int(words.get("epic") == str(type["id"]))
    return int(any(str((each.get("schema") or {}).get("custom", "")).endswith(_EPIC_NAME) for each in screen))


def _reserving(marking: Marking, fields: Mapping[str, FieldInfo]) -> dict[str, FieldInfo]:
    """The fields, of which the one that finds our items is no spec's to write."""
    if marking.by != "field" or marking.field not in fields:
        return dict(fields)
    ours = replace(fields[marking.field], writable=frozenset(), why="the provider keeps its markers there")
    return {**fields, marking.field: ours}


def account_of(data: Json) -> Ref:
    """Read the account from `/myself`.

    Raises:
        AuthenticationError: there is none in it, which is how old servers answer a wrong token (FACTS A1).
    """
    account = ref_of(data)
    if account is None:
        raise AuthenticationError("the site did not accept the credential", detail="it answered as to a stranger")
    return account


def find_project(client: Client, project: str) -> Json:
    """Find a project by key, id or name.

    Raises:
        NotFoundError: this account sees none of them.
    """
    try:
        return client.project(project)
    except NotFoundError as problem:
        try:
            seen = client.projects("")
        except NotFoundError:
            seen = []
        named = [each for each in seen if str(each.get("name", "")).casefold() == project.casefold()]
        if len(named) == 1:
            return client.project(str(named[0]["key"]))
        keys = [str(each.get("key", "")) for each in seen]
        close = nearest(project, keys)
        raise NotFoundError(
            f"no project {project!r} can be seen by this account",
            detail=f"it sees: {', '.join(keys[:20]) or 'none'}",
            hint=f"did you mean {close[0]!r}?" if close else "ask for the permission to browse it",
            status=problem.status,
        ) from problem


def _granted(permissions: Json, name: str) -> object:
    return (permissions.get(name) or {}).get("havePermission")


def _type_words(mapping: Mapping[str, str], types: Iterable[Json]) -> dict[str, str]:
    """By the spec's word, the id of a type."""
    refs = [Ref(str(each["id"]), str(each["name"])) for each in types]
    words = {word: resolve(name, refs, "type").id for word, name in mapping.items()}
    for word, names in TYPES.items():
        by_name = {each.name.casefold(): each.id for each in reversed(refs)}
        match = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)
        if word not in words and match is not None and match not in words.values():
            words[word] = match
    return words


def _is_wanted(type: Json, words: Mapping[str, str], wanted: Collection[str]) -> bool:
    identity, name = str(type["id"]), str(type["name"])
    asked = {each.casefold() for each in wanted}
    return identity in wanted or name.casefold() in asked or any(words.get(each) == identity for each in wanted)


def _statuses(
    mapping: Mapping[str, tuple[str, ...]], raw: Mapping[str, Iterable[Json]]
) -> dict[str, tuple[Status, ...]]:
    """By type id, its statuses with their words."""
    refs = {identity: [(each, ref_of(each)) for each in statuses] for identity, statuses in raw.items()}
    every = {ref.id: ref for statuses in refs.values() for _, ref in statuses if ref}
    for names in mapping.values():
        for name in names:
            if not any(name.casefold() in (ref.id, ref.name.casefold()) for ref in every.values()):
                resolve(name, tuple(every.values()), "status")
    by_name = {name.casefold(): word for word, names in STATUSES.items() if word not in mapping for name in names}
    by_name |= {name.casefold(): word for word, names in mapping.items() for name in names}
    return {
        identity: tuple(
            Status(
                ref,
                _CATEGORIES.get(str((each.get("statusCategory") or {}).get("key")), "new"),
                by_name.get(ref.id) or by_name.get(ref.name.casefold()),
            )
            for each, ref in statuses
            if ref
        )
        for identity, statuses in refs.items()
    }


def _aliases(client: Client, mapping: Mapping[str, str], raw: Mapping[str, list[Json]]) -> dict[str, Json]:
    """By the spec's alias, the field that it names.

    A field that is on no type's create screen is looked for among all of the site's: it can be set by an edit.
    """
    if not raw or not mapping:
        return {}
    fields = {str(each["fieldId"]): each for each in (field for fields in raw.values() for field in fields)}
    found: dict[str, Json] = {}
    missing: dict[str, str] = {}
    for alias, name in mapping.items():
        try:
            found[alias] = fields[_named(name, fields)]
        except BadValue as problem:
            if any(option in fields for option in problem.options):
                raise
            missing[alias] = name
    if missing:
        others = {str(each["id"]): {**each, "fieldId": each["id"]} for each in client.all_fields()}
        found |= {alias: others[_named(name, others)] for alias, name in missing.items()}
    by_field: dict[str, str] = {}
    for alias, field in found.items():
        other = by_field.setdefault(str(field["fieldId"]), alias)
        if other != alias:
            raise BadValue(f"`fields` calls one field both {other!r} and {alias!r}", detail=str(field["name"]))
    return found


def _named(name: str, fields: Mapping[str, Json]) -> str:
    return resolve(name, [Ref(identity, str(each["name"])) for identity, each in fields.items()], "field").id


def _link_types(raw: Iterable[Json]) -> tuple[LinkType, ...]:
    """The site's link types; each of the spec's words goes to the first that can have it."""
    taken: set[str] = set()
    types: list[LinkType] = []
    for each in raw:
        outward, inward = str(each.get("outward", "")), str(each.get("inward", ""))
        named = LINK_NAMES.get(str(each.get("name", "")).casefold(), (None, None))
        words = [LINK_TEXTS.get(text.casefold(), word) for text, word in zip((outward, inward), named, strict=True)]
        free = [None if word in taken else word for word in words]
        taken.update(word for word in words if word)
        types.append(LinkType(str(each["id"]), outward, inward, "item", free[0], free[1]))
    return tuple(types)
