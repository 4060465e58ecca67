"""A spec's values to normal forms and back, and normal forms to and from Roundup's JSON. Pure."""

from __future__ import annotations

import re

from reconciler.sdk import BadValue, FieldInfo, Ref, SiteDescription, Value, resolve, unknown
from reconciler.sdk.readers import read_option, read_person, say_person
from reconciler_roundup.site import ASSIGNEE, KEYWORDS, PRIORITY, STATUS

__all__ = ["express", "from_json", "normalize", "to_json"]

_REFERENCES = (STATUS, PRIORITY, ASSIGNEE)
_NAME_AND_ID = re.compile(r"(?P<name>.*) <(?P<id>\d+)>")
"""How a person is said who need not be among those that a spec names."""


def normalize(site: SiteDescription, type: str, field: str, value: object) -> Value:
    """Turn a spec's value into the normal form; of keywords, a list gives the set and one keyword that keyword.

    Raises:
        BadValue: the tracker does not take it.
    """
    kind = site.types.get(type)
    if kind is None:
        raise unknown(type, list(site.types), "type")
    if field == "type":
        return kind.ref
    info = kind.fields.get(field)
    if info is None:
        raise unknown(field, list(kind.fields), "field")
    if value is None:
        if info.required:
            raise BadValue(f"{info.name} can't be empty")
        return None
    if info.many and isinstance(value, (list, tuple)):
        return tuple(sorted({_text(info, each) for each in value}))
    text = _text(info, value)
    if info.kind == "status":
        ref = next((each.ref for each in kind.statuses if each.word == text), None)
        return ref or resolve(text, [each.ref for each in kind.statuses], "status")
    if info.kind == "option":
        return read_option(info, text, "priority")
    if info.kind == "user":
        return read_person(site, info, text, _NAME_AND_ID)
    return text


def express(site: SiteDescription, field: str, value: Value) -> object:
    """Turn a normal form into what a spec would say."""
    if isinstance(value, tuple):
        return list(value)
    if not isinstance(value, Ref):
        return value
    for kind in site.types.values():
        info = kind.fields.get(field)
        words = {id: word for word, id in info.words.items()} if info else {}
        words |= {each.ref.id: each.word for each in kind.statuses if each.word} if field == STATUS else {}
        if value.id in words:
            return words[value.id]
    return say_person(value) if field == ASSIGNEE else value.name or value.id


def from_json(field: str, value: object) -> Value:
    """Read an attribute of an issue."""
    if field in _REFERENCES:
        return (
            Ref(str(value["id"]), str(value.get("name") or value.get("username"))) if isinstance(value, dict) else None
        )
    if field == KEYWORDS:
        return tuple(sorted(str(each["name"]) for each in value)) if isinstance(value, list) else ()
    return str(value) if value is not None else None


def to_json(field: str, value: Value) -> object:
    """Write an attribute of an issue; keywords go by name, and the empty text clears: null is taken for silence."""
    if isinstance(value, Ref):
        return value.id
    if field == KEYWORDS:
        return list(value) if isinstance(value, tuple) else []
    return "" if value is None else value


def _text(info: FieldInfo, value: object) -> str:
    text = str(value).strip()
    if not isinstance(value, (str, int)) or not text or "\n" in text or (info.many and "," in text):
        raise BadValue(f"{info.name} can't be {value!r}", hint="write one line of text")
    return text
