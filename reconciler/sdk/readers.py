"""Read what a spec says of a field, for the kinds that mean the same on every platform, and say it again. Pure.

Each reader takes the field and what the spec says of it, gives the normal form, and raises `BadValue` for what the
field does not take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit

from reconciler.errors import BadValue
from reconciler.sdk.names import nearest, resolve, unknown
from reconciler.sdk.site import FieldInfo, SiteDescription
from reconciler.sdk.values import Kind, Ref, Value

__all__ = [
    "PLAIN",
    "called",
    "checked_url",
    "read_line",
    "read_option",
    "read_person",
    "read_text",
    "say_option",
    "say_person",
]

_A_URL: Final = "a URL that starts with https://"
_WHOLE_MOST: Final = 2**31 - 1


def called(info: FieldInfo) -> str:
    """How a spec's author knows a field: by the standard word, else by the platform's name."""
    return info.name if info.word is None or info.word.startswith("fields.") else info.word


def read_text(info: FieldInfo, value: object) -> str:
    """A text that is no longer than the field takes; numbers and dates go as they are written."""
    if not isinstance(value, (str, int, float, date)) or isinstance(value, bool):
        raise BadValue(f"{called(info)} takes text, not {value!r}")
    text = str(value)
    if info.max_length is not None and len(text) > info.max_length:
        raise BadValue(f"{called(info)} has {len(text)} characters, and the site takes {info.max_length}")
    return text


def read_line(info: FieldInfo, value: object) -> str | None:
    """A text of one line, without space around it; `None` where nothing is left."""
    text = read_text(info, value).strip()
    if len(text.splitlines()) > 1:
        raise BadValue(f"{called(info)} is one line", hint="take the line break out")
    if not text and info.required:
        raise BadValue(f"{called(info)} can't be empty")
    return text or None


def read_option(info: FieldInfo, value: object, what: str = "") -> Ref:
    """One of the field's options: by the spec's word, by id, by name; where they are not known, what the spec says.

    Args:
        what: the kind of thing, for messages; the field's name by default.
    """
    text, options, what = read_text(info, value), info.options, what or called(info)
    if text in info.words:
        return next((each for each in options or () if each.id == info.words[text]), Ref(info.words[text]))
    if options is None:
        return Ref(text, text)
    try:
        return resolve(text, options, what)
    except BadValue as problem:
        if any(each.name.casefold() == text.casefold() for each in options):
            raise
        names = [*info.words, *(each.name for each in options)]
        raise unknown(text, names, what, [_with_word(info, each) for each in options]) from problem


def _with_word(info: FieldInfo, option: Ref) -> str:
    """An option's name, and the spec's word for it where that is another."""
    words = (word for word, id in info.words.items() if id == option.id and word.casefold() != option.name.casefold())
    word = next(words, "")
    return f"{option.name} ({word})" if word else option.name


def say_option(infos: Sequence[FieldInfo], value: Ref) -> str:
    """The spec's word where it means this very option for every type that has it, else its name, else its id.

    Args:
        infos: the field, as each type has it.
    """
    having = [info for info in infos if any(option.id == value.id for option in info.options or ())]
    words = [word for info in having for word, identity in info.words.items() if identity == value.id]
    for text in (*words, value.name):
        if text and having and all(_is_meant(info, text, value) for info in having):
            return text
    return value.id


def read_person(site: SiteDescription, info: FieldInfo, value: object, written: re.Pattern[str]) -> Ref:
    """One of the people whom the site knows by what the spec calls them.

    Args:
        written: how `say_person` writes people of this platform, with the groups `name` and `id`.
    """
    text = read_text(info, value)
    people = {each.id: each for each in site.users}
    identity = site.user_names.get(text.casefold())
    if identity is not None:
        return people.get(identity, Ref(identity))
    named = written.fullmatch(text)
    if named is not None:
        known = (each for each in people.values() if each.id.casefold() == named["id"].casefold())
        return next(known, Ref(named["id"], named["name"]))
    close = nearest(text, [*site.user_names, *(each.name for each in site.users)])  # those that were asked for, not all
    raise BadValue(
        f"no user is called {text!r}",
        hint=f"did you mean {close[0]!r}?" if close else "write the e-mail address, or the name as the site shows it",
        options=close,
    )


def say_person(value: Ref) -> str:
    """A person so that nobody has to be looked up for it: `Lea Gray <5b10a2844c20165700ede21g>`."""
    return f"{value.name} <{value.id}>" if value.name else value.id


def checked_url(text: str, example: str = _A_URL) -> str:
    """Check that a text is the URL of a page.

    Raises:
        BadValue: it is none; `example` says what to write.
    """
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        good = False
    if not good:
        raise BadValue(f"{text!r} is not the URL of a page", hint=f"write {example}")
    return text


def _is_meant(info: FieldInfo, text: str, value: Ref) -> bool:
    try:
        return read_option(info, text) == value
    except BadValue:
        return False


def _number(info: FieldInfo, value: object) -> Value:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue(f"{called(info)} takes a number, not {value!r}")
    if not info.whole:
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if value != int(value):
        raise BadValue(f"{called(info)} takes a whole number, not {value!r}")
    if abs(value) > _WHOLE_MOST:
        raise BadValue(f"{called(info)} takes numbers from -{_WHOLE_MOST} to {_WHOLE_MOST}, not {value!r}")
    return int(value)


def _flag(info: FieldInfo, value: object) -> Value:
    if not isinstance(value, bool):
        raise BadValue(f"{called(info)} takes true or false, not {value!r}")
    return value


def _date(info: FieldInfo, value: object) -> Value:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadValue(f"{called(info)} takes a date, not {value!r}", hint="write it like 2026-03-31")


def _moment(info: FieldInfo, value: object) -> Value:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise BadValue(
            f"{called(info)} takes a time with its zone, not {value!r}", hint="write it like 2026-03-31T17:00:00+01:00"
        )
    return moment.astimezone(UTC).replace(microsecond=0)


def _url(info: FieldInfo, value: object) -> Value:
    return checked_url(read_text(info, value))


def _item(info: FieldInfo, value: object) -> Value:
    if isinstance(value, Ref):
        return value
    raise BadValue(f"{called(info)} takes an item, not {value!r}")


PLAIN: Final[Mapping[Kind, Callable[[FieldInfo, object], Value]]] = {
    "number": _number,
    "flag": _flag,
    "date": _date,
    "datetime": _moment,
    "url": _url,
    "item": _item,
}
"""By kind, the readers that no platform has another of. Times are instants in UTC, to the second."""
