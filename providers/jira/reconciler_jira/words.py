"""A spec's values to normal forms and back: `normalize` and `express`. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

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
    resolve,
    unknown,
)
from reconciler_jira.adf import from_markdown, lost_from, rich_of
from reconciler_jira.fields import LINKS, MARKER_LABEL, PAGES, PRIORITY, TYPE, in_order
from reconciler_jira.pages import checked_url, page_of
from reconciler_jira.users import NAME_AND_ID

__all__ = ["express", "normalize"]

_SPRINT_BY_ID = "write its id, or use a token with the scopes read:board-scope and read:sprint:jira-software"


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
        raise BadValue(f"{_called(info)} can't be set: {info.why}")
    if value is None:
        if info.required or info.id in (TYPE, PRIORITY):
            raise BadValue(f"{_called(info)} can't be empty")
        return None
    if isinstance(value, (list, tuple)):
        if not info.many:
            raise BadValue(f"{_called(info)} takes one value, not a list")
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
    return _READERS[info.kind](site, info, value)


def _said(site: SiteDescription, field: str, value: Ref) -> object:
    """The spec's word where it means this very id in every type that has it, else the name, else the id."""
    infos = [info for each in site.types.values() if (info := each.fields.get(field))]
    kind = next((info.kind for info in infos), None)
    if kind in (None, "item"):
        return value
    if kind == "user":
        return f"{value.name} <{value.id}>" if value.name else value.id
    having = [info for info in infos if any(option.id == value.id for option in info.options or ())]
    words = [word for info in having for word, identity in info.words.items() if identity == value.id]
    for text in (*words, value.name):
        if text and having and all(_is_meant(site, info, text, value) for info in having):
            return text
    return value.id


def _is_meant(site: SiteDescription, info: FieldInfo, text: str, value: Ref) -> bool:
    try:
        return _option(site, info, text) == value
    except BadValue:
        return False


def _text(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = _written(info, value).strip()
    if "\n" in text or "\r" in text:
        raise BadValue(f"{_called(info)} is one line", hint="take the line break out")
    if not text and info.required:
        raise BadValue(f"{_called(info)} can't be empty")
    return _short_enough(info, text) or None


def _rich(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = _short_enough(info, _written(info, value))
    lost = lost_from(text)
    if lost:
        raise BadValue(
            f"{_called(info)} has something that Jira has no room for: {lost[:60]!r}",
            hint="headings, quotes, tables and task lists can't stand inside a list item or a quote",
        )
    return rich_of(from_markdown(text), text)


def _label(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = _short_enough(info, _written(info, value))
    if not text or any(each.isspace() for each in text):
        raise BadValue(f"the label {text!r} has a space in it" if text else "a label can't be empty")
    if MARKER_LABEL.fullmatch(text):
        raise BadValue(f"the label {text!r} looks like a marker", hint="labels of this form tie items to workspaces")
    return text


def _number(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue(f"{_called(info)} takes a number, not {value!r}")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadValue(f"{_called(info)} takes a date, not {value!r}", hint="write it like 2026-03-31")


def _datetime(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise BadValue(
            f"{_called(info)} takes a time with its zone, not {value!r}", hint="write it like 2026-03-31T17:00:00+01:00"
        )
    return moment.astimezone(UTC).replace(microsecond=0)


def _url(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    return checked_url(_written(info, value))


def _user(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    text = _written(info, value)
    refs = {each.id: each for each in site.users}
    identity = site.user_names.get(text.casefold())
    if identity is not None:
        return refs.get(identity, Ref(identity))
    named = NAME_AND_ID.fullmatch(text)
    if named is not None:
        return refs.get(named["id"], Ref(named["id"], named["name"]))
    raise unknown(text, [*site.user_names, *(each.name for each in site.users)], "user")


def _option(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = _written(info, value)
    options = info.options or ()
    what = info.kind if info.kind in {"component", "version"} else _called(info)
    if text in info.words:
        return next((each for each in options if each.id == info.words[text]), Ref(info.words[text]))
    try:
        return resolve(text, options, what)
    except BadValue as problem:
        if any(each.name.casefold() == text.casefold() for each in options):
            raise
        raise unknown(text, [*info.words, *(each.name for each in options)], what) from problem


def _sprint(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    if info.options is not None:
        return _option(site, info, value)
    text = _written(info, value)
    if not text.isdigit():
        raise BadValue(f"this account can't read sprints, so {text!r} can't be looked up", hint=_SPRINT_BY_ID)
    return Ref(text)


def _item(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if isinstance(value, Ref):
        return value
    raise BadValue(f"{_called(info)} takes an item, not {value!r}")


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


def _called(info: FieldInfo) -> str:
    """How the spec's author knows a field."""
    return info.name if info.word is None or info.word.startswith("fields.") else info.word


def _written(info: FieldInfo, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, date)) and not isinstance(value, bool):
        return str(value)
    raise BadValue(f"{_called(info)} takes text, not {value!r}")


def _short_enough(info: FieldInfo, text: str) -> str:
    if info.max_length is not None and len(text) > info.max_length:
        raise BadValue(f"{_called(info)} has {len(text)} characters, and the site takes {info.max_length}")
    return text


_READERS: Mapping[Kind, Callable[[SiteDescription, FieldInfo, object], Value]] = {
    "text": _text,
    "rich": _rich,
    "label": _label,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "url": _url,
    "user": _user,
    "option": _option,
    "status": _option,
    "component": _option,
    "version": _option,
    "sprint": _sprint,
    "item": _item,
}
