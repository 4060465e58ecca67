"""What an item's field takes: from the value that was worked out to the one that a plan compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlsplit

from reconciler.spec.arguments import as_number, check_number
from reconciler.spec.calendars import read_date
from reconciler.spec.configuration import Template
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import OMIT, Namespace, as_text, kind_of, shown
from reconciler.spec.vocabulary import Kind

__all__ = ["CONVERTERS", "as_choice", "as_custom", "as_document", "as_documents", "as_element", "as_texts"]

_Choice = TypeVar("_Choice", bound=str)


def _title(value: object) -> str:
    text = _settled_text(value)
    if not text.strip():
        raise ValueProblem("the title is empty", hint="write what the item is about")
    if any(each in text for each in "\n\r\x85\u2028\u2029"):
        raise ValueProblem("a title is one line, this has a line break", hint="write it on one line, without | or >")
    return text


def _text(value: object) -> str | Template:
    if isinstance(value, (tuple, Mapping, Namespace)) or value is OMIT:
        raise ValueProblem(f"a text is needed, this is {kind_of(value)}", code="wrong_type")
    return as_text(value)


def _settled_text(value: object) -> str:
    text = _text(value)
    if isinstance(text, Template):
        raise ValueProblem(
            "this is known after apply only",
            code="known_after_apply",
            hint="`.key`, `.id` and `.url` of an item may stand in a description or a custom field",
        )
    return text


def _word(value: object) -> str:
    text = _settled_text(value)
    if not text.strip():
        raise ValueProblem("this is empty", hint="write a value, or remove the line")
    return text


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return read_date(value)
    raise ValueProblem(f"a date is needed, this is {kind_of(value)}", code="wrong_type", hint="write it as 2026-12-24")


def _number(value: object) -> int | float:
    return check_number(as_number(value))


def as_choice(value: object, words: tuple[_Choice, ...]) -> _Choice:
    """Take one of a few words.

    Raises:
        ValueProblem: it is none of them.
    """
    for word in words:
        if value == word:
            return word
    hint = did_you_mean(str(value), words, f"write one of: {', '.join(words)}")
    raise ValueProblem(f"this can't be {shown(value)}", hint=hint)


def as_texts(value: object, kind: Kind) -> tuple[str, ...]:
    """Take a list of texts: labels, or names of components.

    Raises:
        ValueProblem: it is no list, or an element can't be one.
    """
    if not isinstance(value, tuple):
        raise ValueProblem(f"a list is needed, this is {kind_of(value)}", code="wrong_type", hint="write [ ] around it")
    return tuple(dict.fromkeys(as_element(each, kind) for each in value if each is not OMIT))


def as_element(value: object, kind: Kind) -> str:
    """Take one label, or the name of one component."""
    text = _word(value)
    if kind == "labels" and any(each.isspace() for each in text):
        raise ValueProblem(f"a label has no spaces: {shown(text)}", hint=f"write `{'_'.join(text.split())}`")
    return text


def as_documents(value: object) -> tuple[Mapping[str, str], ...]:
    """Take a list of documents, each a map of title and url.

    Raises:
        ValueProblem: it is no such list.
    """
    if not isinstance(value, tuple):
        raise ValueProblem(
            f"a list is needed, this is {kind_of(value)}", code="wrong_type", hint="write `- title: ...`"
        )
    return tuple(as_document(each) for each in value if each is not OMIT)


def as_document(value: object) -> Mapping[str, str]:
    """Take one document."""
    if not isinstance(value, Mapping):
        raise ValueProblem(
            f"a document is a map, this is {kind_of(value)}",
            code="wrong_type",
            hint='write {title: Data room, url: "https://..."}',
        )
    for key in value:
        if key not in ("title", "url"):
            raise ValueProblem(
                f"a document has no `{key}`", code="unknown_key", hint=did_you_mean(key, ("title", "url"))
            )
    for key in ("title", "url"):
        if key not in value:
            raise ValueProblem(
                f"a document needs a `{key}`", code="missing", hint='write {title: Data room, url: "https://..."}'
            )
    url = _word(value["url"])
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or any(each.isspace() for each in url):
        raise ValueProblem(f"{shown(url)} is not a whole address on the web", hint="begin with https://")
    return {"title": _title(value["title"]), "url": url}


def as_custom(value: object) -> object:
    """Take the value of another field, whose type only the site knows."""
    match value:
        case tuple():
            return tuple(as_custom(each) for each in value if each is not OMIT)
        case Mapping():
            return {key: as_custom(each) for key, each in value.items() if each is not OMIT}
        case bool() | str() | date() | Template():
            return value
        case int() | float():
            return check_number(value)
    raise ValueProblem(f"{kind_of(value)} is not a value for a field", code="wrong_type")


CONVERTERS: Final[Mapping[Kind, Callable[[object], object]]] = {
    "title": _title,
    "text": _text,
    "word": _word,
    "date": _date,
    "number": _number,
}
"""For the fields with one value, by their kind; each raises `ValueProblem`."""
