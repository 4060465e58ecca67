"""A spec's values to normal forms and back: `normalize` and `express`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from reconciler.sdk import BadValue, FieldInfo, Kind, Link, Opaque, Ref, Rich, SiteDescription, Value
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
from reconciler_azure_devops.code_links import code_link, page_of, shown
from reconciler_azure_devops.fields import MARKER_LABEL, TYPE
from reconciler_azure_devops.link_words import document, item_link
from reconciler_azure_devops.links import COMMIT, COMMITS, DOCUMENT, DOCUMENTS, LINKS, PULL_REQUEST, PULL_REQUESTS
from reconciler_azure_devops.markdown import rich_of_markdown
from reconciler_azure_devops.trees import node_called
from reconciler_azure_devops.users import NAME_AND_ID

__all__ = ["express", "normalize"]


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
        if info.kind in {"path", "sprint"}:
            raise BadValue(f"{called(info)} can't be empty", hint=f"write the top of the tree: {site.project.name}")
        if info.required or info.id == TYPE:
            raise BadValue(f"{called(info)} can't be empty")
        return None
    if isinstance(value, (list, tuple)):
        if not info.many:
            raise BadValue(f"{called(info)} takes one value, not a list")
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
        case Link() if value.type == DOCUMENT:
            return {"title": value.title, "url": value.target}
        case Link() if value.type in (COMMIT, PULL_REQUEST):
            return shown(value, _repositories(site, field))
        case Ref():
            return _said(site, TYPE if field == "type" else field, value)
    return value


def page(site: SiteDescription, field: str, link: Link) -> str:
    """The URL of the page that an element of a field of links goes to."""
    return page_of(site.url, link, _repositories(site, field)) if link.type in (COMMIT, PULL_REQUEST) else link.target


def _one(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    if info.id == LINKS:
        return item_link(site, value)
    if info.id == DOCUMENTS:
        return document(value)
    if info.id in (COMMITS, PULL_REQUESTS):
        return _code(site, info, value)
    if info.kind == "user":
        person = read_person(site, info, value, NAME_AND_ID)
        return Ref(person.id.casefold(), person.name)
    if info.kind in {"path", "sprint"}:
        return _node(site, info, value)
    return _READERS[info.kind](info, value)


def _said(site: SiteDescription, field: str, value: Ref) -> object:
    infos = [info for each in site.types.values() if (info := each.fields.get(field))]
    kind = next((info.kind for info in infos), None)
    if kind in (None, "item"):
        return value
    if kind in {"label", "path", "sprint"}:
        return value.name or value.id
    return say_person(value) if kind == "user" else say_option(infos, value)


def _text(info: FieldInfo, value: object) -> Value:
    if info.max_length is None or info.max_length > _ONE_LINE:
        return read_text(info, value).strip() or None
    return read_line(info, value)


def _rich(info: FieldInfo, value: object) -> Value:
    return rich_of_markdown(read_text(info, value))


def _label(info: FieldInfo, value: object) -> Value:
    text = " ".join(read_text(info, value).split())
    if not text or ";" in text or "," in text:
        raise BadValue(f"the label {text!r} has a comma or semicolon in it" if text else "a label can't be empty")
    if MARKER_LABEL.fullmatch(text):
        raise BadValue(f"the label {text!r} looks like a marker", hint="labels of this form tie items to workspaces")
    return Ref(text.casefold(), text)


def _node(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    what = "area" if info.kind == "path" else "sprint"
    return node_called(read_text(info, value), site.containers.get(info.kind, ()), what, new=info.options is None)


def _code(site: SiteDescription, info: FieldInfo, value: object) -> Link:
    if isinstance(value, Link):
        return value
    text = value.get("url") if isinstance(value, Mapping) else value
    if not isinstance(text, str):
        raise BadValue(f"{called(info)} takes text, not {value!r}")
    type = COMMIT if info.id == COMMITS else PULL_REQUEST
    return code_link(site.url, site.project.name, type, text, info.options or ())


def _repositories(site: SiteDescription, field: str) -> tuple[Ref, ...]:
    infos = (each.fields.get(field) for each in site.types.values())
    return next((info.options for info in infos if info and info.options), ())


_ONE_LINE = 255
"""Fields that take no more characters than this are one line."""

_READERS: Mapping[Kind, Callable[[FieldInfo, object], Value]] = {
    **PLAIN,
    "text": _text,
    "rich": _rich,
    "label": _label,
    "option": read_option,
    "status": read_option,
}
