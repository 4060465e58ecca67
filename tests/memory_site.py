"""A small site in memory, specs for it, and the pure half of a provider: what the engine's tests plan against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from reconciler.diagnostics import Place
from reconciler.sdk import (
    BadValue,
    Capabilities,
    FieldInfo,
    Link,
    LinkType,
    Ref,
    Rich,
    SiteDescription,
    Status,
    TypeInfo,
    Value,
    resolve,
)
from reconciler.spec.configuration import (
    Authored,
    Configuration,
    DesiredItem,
    Ownership,
    ProviderBlock,
    Reference,
    Workspace,
)

__all__ = [
    "MemoryDialect",
    "authored",
    "configuration",
    "item",
    "retyping_site",
    "rich",
    "site_description",
    "to",
    "with_fields",
]

_BOTH = frozenset({"create", "update"})
_LATER = frozenset({"update"})
_STATUSES = (
    Status(Ref("s1", "To Do"), "new", "todo"),
    Status(Ref("s2", "In Progress"), "active", "in_progress"),
    Status(Ref("s3", "Done"), "done", "done"),
    Status(Ref("s4", "Cancelled"), "done", "cancelled"),
)
_PRIORITIES = (Ref("p1", "Highest"), Ref("p2", "High"), Ref("p3", "Medium"))
_USERS = (Ref("u1", "Ada Byron"), Ref("u2", "Lea Gray"))

_FIELDS = (
    FieldInfo("summary", "Summary", "text", "title", required=True, writable=_BOTH, max_length=80),
    FieldInfo("description", "Description", "rich", "description", writable=_BOTH),
    FieldInfo("status", "Status", "status", "status", writable=frozenset({"transition"})),
    FieldInfo("priority", "Priority", "option", "priority", words={"critical": "p1", "high": "p2", "medium": "p3"},
              writable=_BOTH, options=_PRIORITIES),
    FieldInfo("assignee", "Assignee", "user", "assignee", writable=_BOTH),
    FieldInfo("labels", "Labels", "label", "labels", many=True, writable=_BOTH),
    FieldInfo("parent", "Parent", "item", "parent", writable=_BOTH),
    FieldInfo("duedate", "Due date", "date", "due", writable=_BOTH),
    FieldInfo("points", "Story Points", "number", "story_points", writable=_BOTH),
    FieldInfo("links", "Links", "link", "links", many=True, writable=_LATER),
    FieldInfo("documents", "Documents", "link", "documents", many=True, writable=_LATER),
    FieldInfo("cf1", "Investment amount", "number", "fields.amount", writable=_BOTH),
    FieldInfo("cf2", "Team", "text", writable=_BOTH),
    FieldInfo("cf3", "Team", "text", writable=_BOTH),
    FieldInfo("cf4", "Cost", "unsupported", why="it is computed"),
    FieldInfo("cf5", "Reviewer note", "text"),
)  # fmt: skip


def _type(id: str, name: str, level: int, word: str, fields: tuple[FieldInfo, ...]) -> TypeInfo:
    return TypeInfo(Ref(id, name), level, {each.id: each for each in fields}, _STATUSES, None, word)


def site_description(
    site: str = "site-1", project: str = "INVEST", *, fields: Mapping[str, FieldInfo] | None = None
) -> SiteDescription:
    """A site with epics, tasks and sub-tasks. `fields` replace those of the same id."""
    infos = tuple((fields or {}).get(each.id, each) for each in _FIELDS)
    types = (
        _type("t1", "Opportunity", 1, "epic", infos),
        _type("t2", "Task", 0, "task", infos),
        _type("t3", "Sub-task", -1, "subtask", infos),
    )
    return SiteDescription(
        site=site,
        url=f"https://{site}.example",
        project=Ref("100", project),
        account=Ref("u0", "Reconciler"),
        read_at=datetime(2026, 1, 5, tzinfo=UTC),
        types={each.ref.id: each for each in types},
        link_types=(
            LinkType("blocks", "blocks", "is blocked by", outward_word="blocks", inward_word="blocked_by"),
            LinkType("relates", "relates to", "relates to", outward_word="relates_to", inward_word="relates_to"),
            LinkType("cause", "causes", "is caused by"),
            LinkType("page", "page", "page", target="url"),
        ),
        containers={},
        users=_USERS,
        user_names={"ada@example.com": "u1", "lea@example.com": "u2"},
        permissions={"browse": True},
        capabilities=Capabilities(frozenset(), quiet=False, marker="in_create", marker_in_reads=False, lag=timedelta()),
    )


def retyping_site(*options: str) -> SiteDescription:
    """The site with bugs, whose edits may change an item's type.

    Args:
        options: ids of the types that they may give it; all by default.
    """
    site = site_description()
    types = {**site.types, "t4": _type("t4", "Bug", 0, "bug", _FIELDS)}
    refs = tuple(each.ref for each in types.values() if each.ref.id in options or not options)
    words = {each.word: id for id, each in types.items() if each.word}
    info = FieldInfo("type", "Type", "option", "type", words, writable=_BOTH, options=refs)
    return replace(site, types={id: replace(each, fields={**each.fields, "type": info}) for id, each in types.items()})


def rich(markdown: str) -> Rich:
    """A text as the site keeps it; one with an image is lossy."""
    return Rich(markdown, hashlib.sha256(markdown.encode()).hexdigest()[:8], "![" in markdown)


class MemoryDialect:
    """Normal forms of the small site."""

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        info = site.types[type].fields[field]
        if value is None:
            return None
        match info.kind:
            case "link" if isinstance(value, Mapping):
                return Link("page", str(value["url"]), title=str(value["title"]))
            case "link":
                return _link(site, value)
            case "item":
                assert isinstance(value, Ref)
                return value
            case "rich":
                return rich(str(value))
            case "status" | "option":
                return _option(site, type, info, str(value))
            case "user":
                return _user(site, str(value))
            case "date":
                return value if isinstance(value, date) else date.fromisoformat(str(value))
            case "number":
                if not isinstance(value, (int, float)):
                    raise BadValue(f"{value!r} is no number")
                return value
        text = str(value)
        if info.max_length and len(text) > info.max_length:
            raise BadValue(f"{len(text)} characters, and the site takes {info.max_length}")
        return text

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        match value:
            case Rich():
                return value.markdown
            case date():
                return value.isoformat()
            case Ref() if field == "assignee":
                return f"{value.name} <{value.id}>"
            case Ref():
                words = {"s1": "todo", "s2": "in_progress", "s3": "done", "s4": "cancelled", "p1": "critical",
                         "p2": "high", "p3": "medium"}  # fmt: skip
                return words.get(value.id, value.name)
        return value


def _link(site: SiteDescription, value: object) -> Link:
    assert isinstance(value, Link)
    for each in site.link_types:
        for text in (each.outward_word, each.outward):
            if text == value.type:
                return Link(each.id, value.target)
        for text in (each.inward_word, each.inward):
            if text == value.type:
                return Link(each.id, value.target, outward=False)
    raise BadValue(f"no link is called {value.type!r}", options=("blocks", "blocked_by"))


def _option(site: SiteDescription, type: str, info: FieldInfo, text: str) -> Ref:
    if info.kind == "status":
        found = [each.ref for each in site.types[type].statuses if text in (each.word, each.ref.name)]
        if not found:
            raise BadValue(f"no status is called {text!r}", options=("todo", "done"))
        return found[0]
    options = info.options or ()
    return next((each for each in options if each.id == info.words.get(text)), None) or resolve(
        text, options, info.word or info.name
    )


def _user(site: SiteDescription, text: str) -> Ref:
    id = site.user_names.get(text.casefold()) or text.partition("<")[2].rstrip(">")
    found = next((each for each in site.users if each.id == id), None)
    if found is None:
        raise BadValue(f"no user is called {text!r}", hint="did you mean 'ada@example.com'?")
    return found


def to(*addresses: str) -> tuple[Reference, ...]:
    """References by address."""
    return tuple(Reference(address=each) for each in addresses)


def authored(value: object, *, exact: bool = False, line: int = 7) -> Authored:
    """A value as the spec holds it."""
    return Authored(value, Place("main.yaml", line, 5), exact, f"line {line}")


def item(
    address: str,
    *,
    type: str = "task",
    provider: str = "tracker",
    ownership: Mapping[str, Ownership] | None = None,
    protect: bool = False,
    after: tuple[str, ...] = (),
    exact: tuple[str, ...] = (),
    **fields: Any,
) -> DesiredItem:
    """An item of a spec. Its title is its address; `None` in `title` leaves it out; `cf_x` stands for `fields.x`."""
    values = {"title": address, **fields}
    if values["title"] is None:
        del values["title"]
    words = {name.replace("cf_", "fields."): value for name, value in values.items()}
    group, bracket, key = address.partition('["')
    return DesiredItem(
        address=address,
        group=group,
        key=key.removesuffix('"]') if bracket else None,
        provider=provider,
        type=authored(type, line=3),
        fields={word: authored(value, exact=word in exact) for word, value in words.items()},
        ownership=ownership or {},
        protect=protect,
        apply_after=after,
        place=Place("main.yaml", 2, 3),
    )


def configuration(*items: DesiredItem, providers: tuple[str, ...] = ("tracker",)) -> Configuration:
    """A workspace of these items."""
    place = Place("main.yaml", 1, 1)
    return Configuration(
        directory="/specs",
        workspace=Workspace("deals", "6f0c2f3e-0000-4000-8000-000000000001", "acme", place),
        providers={each: ProviderBlock(each, "memory", "INVEST", {}, {}, {}, {}, {}, place) for each in providers},
        items={each.address: each for each in items},
        variables={"company": "0123456789abcdef"},
        digest="d" * 64,
    )


def with_fields(spec: DesiredItem, **fields: Any) -> DesiredItem:
    """The item with other fields."""
    return replace(spec, fields={**spec.fields, **{word: authored(value) for word, value in fields.items()}})
