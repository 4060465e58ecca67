"""What an item's field takes: from the value that was worked out to the one that a plan compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlsplit

from reconciler.errors import BadValue
from reconciler.sdk import commit_in
from reconciler.spec.arguments import as_number, check_number
from reconciler.spec.calendars import read_date
from reconciler.spec.configuration import Template
from reconciler.spec.problems import ValueProblem, did_you_mean
from reconciler.spec.values import OMIT, Namespace, as_text, kind_of, shown
from reconciler.spec.vocabulary import Kind

__all__ = ["CONVERTERS", "ELEMENTS", "as_choice", "as_custom", "as_elements", "as_texts", "check_url"]

_PAGE: Final = 'write {title: Data room, url: "https://..."}'
_SAMPLES: Final[Mapping[str, str]] = {"url": "https://tracker.example/KEY-1", "key": "KEY-1", "id": "1"}
"""What is known of an item after apply, as it may look."""

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
            hint="`.key`, `.id` and `.url` of an item may stand in a description, a document's URL or a custom field",
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


def as_elements(value: object, kind: Kind) -> tuple[object, ...]:
    """Take the elements of a set: labels, names, documents, commits, pull requests.

    Raises:
        ValueProblem: it is no list, or an element can't be one.
    """
    if not isinstance(value, tuple):
        hint = "write `- title: ...`" if kind == "documents" else "write [ ] around it"
        raise ValueProblem(f"a list is needed, this is {kind_of(value)}", code="wrong_type", hint=hint)
    return tuple(ELEMENTS[kind](each) for each in value if each is not OMIT)


def as_texts(value: object) -> tuple[str, ...]:
    """Take a list of texts, each once.

    Raises:
        ValueProblem: it is no list, or one is empty.
    """
    return tuple(dict.fromkeys(str(each) for each in as_elements(value, "names")))


def _label(value: object) -> str:
    text = _word(value)
    if any(each.isspace() for each in text):
        raise ValueProblem(f"a label has no spaces: {shown(text)}", hint=f"write `{'_'.join(text.split())}`")
    return text


def _document(value: object) -> Mapping[str, str | Template]:
    """A document's URL may have parts that are known after apply: the page of another item."""
    if not isinstance(value, Mapping):
        raise ValueProblem(f"a document is a map, this is {kind_of(value)}", code="wrong_type", hint=_PAGE)
    url = value.get("url")
    if not isinstance(url, Template):
        return _page(value, "a document")
    sample = "".join(each if isinstance(each, str) else _SAMPLES[each.attribute] for each in url.parts)
    return {**_page({**value, "url": sample}, "a document"), "url": url}


def _commit(value: object) -> str | Mapping[str, str]:
    """A commit as a text stays as it is: which texts name one, the site knows."""
    if not isinstance(value, Mapping):
        return _word(value)
    if not value.keys() & {"repo", "sha"}:
        return _page(value, "a commit")
    _check_keys(value, "a commit", ("repo", "sha"), 'write {repo: "https://...", sha: ...}, or the URL of its page')
    repository, sha = _word(value["repo"]), _word(value["sha"])
    try:
        return commit_in(repository, sha)
    except BadValue as problem:
        raise ValueProblem(problem.summary, hint=problem.hint) from problem


def _pull_request(value: object) -> str | Mapping[str, str]:
    return _page(value, "a pull request") if isinstance(value, Mapping) else _word(value)


def _page(value: Mapping[str, object], what: str) -> Mapping[str, str]:
    """A title and the whole address of a page on the web."""
    _check_keys(value, what, ("title", "url"), _PAGE)
    url = _word(value["url"])
    check_url(url)
    return {"title": _title(value["title"]), "url": url}


def check_url(text: str) -> None:
    """Refuse a text that is not the whole address of a page on the web.

    Raises:
        ValueProblem: it is not.
    """
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or any(each.isspace() for each in text):
        raise ValueProblem(f"{shown(text)} is not a whole address on the web", hint="begin with https://")


def _check_keys(value: Mapping[str, object], what: str, keys: tuple[str, ...], example: str) -> None:
    for key in value:
        if key not in keys:
            raise ValueProblem(f"{what} has no `{key}`", code="unknown_key", hint=did_you_mean(key, keys))
    for key in keys:
        if key not in value:
            raise ValueProblem(f"{what} needs a `{key}`", code="missing", hint=example)


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

ELEMENTS: Final[Mapping[Kind, Callable[[object], object]]] = {
    "labels": _label,
    "names": _word,
    "documents": _document,
    "commits": _commit,
    "pull_requests": _pull_request,
}
"""For the fields that are sets: one element, by the field's kind; each raises `ValueProblem`."""
