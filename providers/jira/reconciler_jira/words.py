"""A spec's values to normal forms and back: `normalize` and `express`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from reconciler.sdk import (
    BadValue,
    FieldInfo,
    Kind,
    Link,
    LinkType,
    Opaque,
    Ref,
    Rich,
    SiteDescription,
    Value,
    is_unmade,
    nearest,
    unknown,
    unmade,
)
from reconciler.sdk.readers import (
    PLAIN,
    called,
    read_line,
    read_option,
    read_person,
    read_text,
    say_option,
    say_person,
)
from reconciler.sdk.shapes import in_order
from reconciler_jira.adf import from_markdown, lost_from, rich_of
from reconciler_jira.fields import LINKS, MARKER_LABEL, PAGES, PRIORITY, TYPE
from reconciler_jira.pages import page_of
from reconciler_jira.scopes import SPRINT_SCOPES
from reconciler_jira.users import NAME_AND_ID
from reconciler_jira.wiki import WIKI, lost_in_wiki

__all__ = ["express", "normalize"]

_SPRINT_BY_ID = f"write its id, or use a token with the scopes {', '.join(SPRINT_SCOPES)}"


def normalize(site: SiteDescription, type: str, field: str, value: object) -> Value:
    """Turn a spec's value into the normal form; of a set, a list gives the set and one element that element.

    Raises:
        BadValue: the site does not take it.
    """
    kind = site.types.get(type)
    info = kind.fields.get(TYPE if field == "type" else field) if kind else None
    if kind is None or info is None:
        raise BadValue(f"{kind.ref.name if kind else type} has no field {field!r}")
    if info.kind == "unsupported":
        raise BadValue(f"{called(info)} can't be set: {info.why}")
    if value is None:
        if info.required or info.id in (TYPE, PRIORITY):
            raise BadValue(f"{called(info)} can't be empty")
        return None
    if isinstance(value, (list, tuple)):
        if not info.many:
            raise BadValue(f"{called(info)} takes one value, not a list", hint=_path_of(info))
        return in_order(_one(site, info, each) for each in value)
    return _one(site, info, value)


def express(site: SiteDescription, field: str, value: Value) -> object:
    """Turn a normal form into what a spec would say; `normalize` gives it back, but for what a lossy text loses."""
    match value:
        case tuple():
            return [express(site, field, each) for each in value]
        case Rich():
            return value.markdown
        case datetime() | date():
            return value.isoformat()
        case Opaque():
            return value.shown
        case Link() if value.type in PAGES.values():
            return {"title": value.title, "url": value.target}
        case Ref():
            return _said(site, TYPE if field == "type" else field, value)
    return value


def _one(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    if info.id == LINKS:
        return _link(site, value)
    if info.id in PAGES:
        return page_of(info.id, value)
    if info.kind == "user":
        return read_person(site, info, value, NAME_AND_ID)
    if info.kind == "cascade" and isinstance(value, Mapping):
        raise BadValue(f"{called(info)} takes a path, not a map", hint=_path_of(info))
    return _READERS[info.kind](info, value)


def _path_of(info: FieldInfo) -> str:
    """How a cascade is written; empty for what is none."""
    paths = (each.name for each in info.options or () if info.kind == "cascade" and "/" in each.id)
    return next((f"write it like {each}" for each in paths), "")


def _said(site: SiteDescription, field: str, value: Ref) -> object:
    infos = [info for each in site.types.values() if (info := each.fields.get(field))]
    kind = next((info.kind for info in infos), None)
    if kind in (None, "item"):
        return value
    if is_unmade(value):
        return value.name
    return say_person(value) if kind == "user" else say_option(infos, value)


def _rich(info: FieldInfo, value: object) -> Value:
    text = read_text(info, value)
    lost = lost_from(text)
    if lost:
        raise BadValue(
            f"{called(info)} has something that Jira has no room for: {lost[:60]!r}",
            hint="headings, quotes, tables and task lists can't stand inside a list item or a quote",
        )
    document = from_markdown(text)
    lost = lost_in_wiki(document) if info.markup == WIKI else ""
    if lost:
        raise BadValue(
            f"{called(info)} has something that Jira Data Center has no room for: {lost[:60]!r}",
            hint="its lists begin with 1, and a list item has no text below a list or code",
        )
    return rich_of(document, text)


def _label(info: FieldInfo, value: object) -> Value:
    text = read_text(info, value)
    if not text or any(each.isspace() for each in text):
        raise BadValue(f"the label {text!r} has a space in it" if text else "a label can't be empty")
    if MARKER_LABEL.fullmatch(text):
        raise BadValue(f"the label {text!r} looks like a marker", hint="labels of this form tie items to workspaces")
    return text


def _container(info: FieldInfo, value: object) -> Value:
    """A component, a version or a sprint, called by its kind in messages; one that is missing may be made."""
    try:
        return read_option(info, value, info.kind)
    except BadValue as problem:
        text = read_text(info, value).strip()
        if any(each.name.casefold() == text.casefold() for each in info.past):
            summary = f"the {info.kind} {text!r} takes no more issues"
            raise BadValue(summary, hint="it is closed or archived", options=problem.options) from problem
        if any(each.name.casefold() == text.casefold() for each in info.options or ()):
            raise
        is_name = bool(text) and (info.kind == "version" or not text.isdigit())  # else an id that is no more
        if info.makes and is_name:
            return unmade(info.kind, text)
        if not info.why and (not is_name or nearest(text, [each.name for each in info.options or ()])):
            raise
        how = info.why or f"`create: [{info.kind}]` of the provider makes it"
        hint = "; ".join(filter(None, (problem.hint, how)))
        raise BadValue(problem.summary, hint=hint, options=problem.options) from problem


def _sprint(info: FieldInfo, value: object) -> Value:
    if info.options is None and not read_text(info, value).isdigit():
        raise BadValue(f"this account can't read sprints, so {value!r} can't be looked up", hint=_SPRINT_BY_ID)
    return _container(info, value)


def _link(site: SiteDescription, value: object) -> Link:
    """Make the canonical link of one whose type is the spec's word, or what a direction reads."""
    if not isinstance(value, Link):
        raise BadValue(f"a link goes to an item, not to {value!r}")
    word = value.type
    types = [each for each in site.link_types if each.target == "item"]
    for matches in (_words_of, _texts_of):
        for each in types:
            outward, inward = matches(each)
            if word.casefold() in (outward, inward):
                return Link(each.id, value.target, each.symmetric or word.casefold() == outward)
    if any(each.id == word for each in types):  # canonical already
        return value
    names = [text for each in types for text in (each.outward_word or each.outward, each.inward_word or each.inward)]
    raise unknown(word, names, "link")


def _words_of(type: LinkType) -> tuple[str | None, str | None]:
    return type.outward_word, type.inward_word


def _texts_of(type: LinkType) -> tuple[str | None, str | None]:
    return type.outward.casefold(), type.inward.casefold()


_READERS: Mapping[Kind, Callable[[FieldInfo, object], Value]] = {
    **PLAIN,
    "text": read_line,
    "rich": _rich,
    "label": _label,
    "option": read_option,
    "cascade": read_option,
    "group": read_option,
    "status": read_option,
    "component": _container,
    "version": _container,
    "sprint": _sprint,
}
