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
    Opaque,
    Ref,
    Rich,
    SiteDescription,
    Value,
    resolve,
    unknown,
)
from reconciler_azure_devops.code_links import code_link, shown
from reconciler_azure_devops.fields import MARKER_LABEL, TYPE, in_order
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
        raise BadValue(f"{_called(info)} can't be set: {info.why}")
    if value is None:
        if info.kind in {"path", "sprint"}:
            raise BadValue(f"{_called(info)} can't be empty", hint=f"write the top of the tree: {site.project.name}")
        if info.required or info.id == TYPE:
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
        case Link() if value.type == DOCUMENT:
            return {"title": value.title, "url": value.target}
        case Link() if value.type in (COMMIT, PULL_REQUEST):
            return shown(value, _repositories(site, field))
        case Ref():
            return _said(site, TYPE if field == "type" else field, value)
    return value


def _one(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    if info.id == LINKS:
        return item_link(site, value)
    if info.id == DOCUMENTS:
        return document(value)
    if info.id in (COMMITS, PULL_REQUESTS):
        return _code(site, info, value)
    return _READERS[info.kind](site, info, value)


def _said(site: SiteDescription, field: str, value: Ref) -> object:
    """The spec's word where it means this very id in every type that has it, else the name, else the id."""
    infos = [info for each in site.types.values() if (info := each.fields.get(field))]
    kind = next((info.kind for info in infos), None)
    if kind in (None, "item"):
        return value
    if kind == "user":
        return f"{value.name} <{value.id}>" if value.name else value.id
    if kind in {"label", "path", "sprint"}:
        return value.name or value.id
    having = [info for info in infos if any(option.id == value.id for option in info.options or ())]
    words = [word for info in having for word, identity in info.words.items() if identity == value.id]
    for text in words:
        if having and all(_is_meant(site, info, text, value) for info in having):
            return text
    return value.id


def _is_meant(site: SiteDescription, info: FieldInfo, text: str, value: Ref) -> bool:
    try:
        return _option(site, info, text) == value
    except BadValue:
        return False


def _text(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = _written(info, value).strip()
    if len(text.splitlines()) > 1 and info.max_length is not None and info.max_length <= _ONE_LINE:
        raise BadValue(f"{_called(info)} is one line", hint="take the line break out")
    if not text and info.required:
        raise BadValue(f"{_called(info)} can't be empty")
    return _short_enough(info, text) or None


def _rich(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    return rich_of_markdown(_short_enough(info, _written(info, value)))


def _label(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text = " ".join(_short_enough(info, _written(info, value)).split())
    if not text or ";" in text or "," in text:
        raise BadValue(f"the label {text!r} has a comma or semicolon in it" if text else "a label can't be empty")
    if MARKER_LABEL.fullmatch(text):
        raise BadValue(f"the label {text!r} looks like a marker", hint="labels of this form tie items to workspaces")
    return Ref(text.casefold(), text)


def _number(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue(f"{_called(info)} takes a number, not {value!r}")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _flag(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if not isinstance(value, bool):
        raise BadValue(f"{_called(info)} takes true or false, not {value!r}")
    return value


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


def _user(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    text = _written(info, value)
    refs = {each.id: each for each in site.users}
    identity = site.user_names.get(text.casefold())
    if identity is not None:
        return refs.get(identity, Ref(identity))
    named = NAME_AND_ID.fullmatch(text)
    if named is not None:
        id = named["id"].casefold()
        return refs.get(id, Ref(id, named["name"]))
    raise unknown(text, [*site.user_names, *(each.name for each in site.users)], "user")


def _option(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    text, options = _written(info, value), info.options or ()
    if text in info.words:
        return Ref(info.words[text], info.words[text])
    if info.options is None:
        return Ref(text, text)
    try:
        return resolve(text, options, _called(info))
    except BadValue as problem:
        if any(each.name.casefold() == text.casefold() for each in options):
            raise
        raise unknown(text, [*info.words, *(each.name for each in options)], _called(info)) from problem


def _node(site: SiteDescription, info: FieldInfo, value: object) -> Value:
    what = "area" if info.kind == "path" else "sprint"
    return node_called(_written(info, value), site.containers.get(info.kind, ()), what, new=info.options is None)


def _item(site: SiteDescription, info: FieldInfo, value: object) -> Value:  # noqa: ARG001  a reader's signature
    if isinstance(value, Ref):
        return value
    raise BadValue(f"{_called(info)} takes an item, not {value!r}")


def _code(site: SiteDescription, info: FieldInfo, value: object) -> Link:
    if isinstance(value, Link):
        return value
    text = value.get("url") if isinstance(value, Mapping) else value
    if not isinstance(text, str):
        raise BadValue(f"{_called(info)} takes text, not {value!r}")
    type = COMMIT if info.id == COMMITS else PULL_REQUEST
    return code_link(site.url, type, text, info.options or ())


def _repositories(site: SiteDescription, field: str) -> tuple[Ref, ...]:
    infos = (each.fields.get(field) for each in site.types.values())
    return next((info.options for info in infos if info and info.options), ())


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


_ONE_LINE = 255
"""Fields that take no more characters than this are one line."""

_READERS: Mapping[Kind, Callable[[SiteDescription, FieldInfo, object], Value]] = {
    "text": _text,
    "rich": _rich,
    "label": _label,
    "number": _number,
    "flag": _flag,
    "date": _date,
    "datetime": _datetime,
    "user": _user,
    "option": _option,
    "status": _option,
    "path": _node,
    "sprint": _node,
    "item": _item,
}
