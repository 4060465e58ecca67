"""The normal forms of field values: what the engine compares, keeps and writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

__all__ = ["Fields", "Kind", "Link", "Opaque", "Ref", "Rich", "Value", "decode", "digest", "encode"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A user, option, status, sprint, component or item. Only the id is compared; the name is for people."""

    id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Rich:
    """A formatted text. Only the digest of its canonical remote form is compared.

    `lossy` says that the remote text holds what Markdown can't say: an image, a mention.
    """

    markdown: str = field(compare=False)
    digest: str
    lossy: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """An element of links, documents, commits or pull requests.

    `type` is a `LinkType.id`, `target` a remote id or an absolute URI. `outward` reads "this item
    <LinkType.outward> target". A symmetric type's links are always outward.
    """

    type: str
    target: str
    outward: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of an unsupported kind: shown and fingerprinted, never written."""

    shown: str = field(compare=False)
    digest: str


Value: TypeAlias = "None | bool | int | float | str | date | datetime | Ref | Rich | Link | Opaque | tuple[Value, ...]"
"""`None` is an empty field. A tuple is a set without order; a cascade is one `Ref`, with the path as its id."""

Fields: TypeAlias = Mapping[str, Value]
"""By `FieldInfo.id`. An absent key was not read; `None` is empty."""

Kind: TypeAlias = Literal[
    "text",
    "rich",
    "number",
    "date",
    "datetime",
    "flag",
    "url",
    "option",
    "cascade",
    "user",
    "group",
    "status",
    "item",
    "link",
    "label",
    "sprint",
    "component",
    "version",
    "path",
    "unsupported",
]


def encode(value: Value) -> Any:
    """Write a value as JSON that `decode` reads back to an equal one. Each form tells itself by its keys."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case Ref():
            return {"id": value.id, "name": value.name}
        case Rich():
            return {"markdown": value.markdown, "digest": value.digest, "lossy": value.lossy}
        case Link():
            return {
                "type": value.type,
                "target": value.target,
                "outward": value.outward,
                "title": value.title,
            }
        case Opaque():
            return {"shown": value.shown, "digest": value.digest}
        case tuple():
            return [encode(each) for each in value]


def decode(data: Any) -> Value:
    """Read what `encode` wrote.

    Raises:
        ValueError: the data has none of the known forms.
    """
    match data:
        case None | bool() | int() | float() | str():
            return data
        case list():
            return tuple(decode(each) for each in data)
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"markdown": str(markdown), "digest": str(fingerprint), "lossy": bool(lossy)}:
            return Rich(markdown, fingerprint, lossy)
        case {"type": str(kind), "target": str(target), "outward": bool(outward), "title": str(title)}:
            return Link(kind, target, outward, title)
        case {"shown": str(shown), "digest": str(fingerprint)}:
            return Opaque(shown, fingerprint)
        case {"id": str(identity), "name": str(name)}:
            return Ref(identity, name)
    raise ValueError(f"not a value: {data!r:.80}")


def digest(value: Value) -> str:
    """Fingerprint what is compared of a value: 16 hex digits of SHA-256. Equal values have equal digests."""
    text = json.dumps(_compared(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _compared(value: Value) -> Any:
    match value:
        case Ref():
            return {"id": value.id}
        case Rich() | Opaque():
            return {"digest": value.digest}
        case tuple():
            return [_compared(each) for each in value]
        case bool():
            return value
        case int() | float():
            return float(value)
    return encode(value)
