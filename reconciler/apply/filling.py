"""Texts of a plan that name other items: filled in once these exist. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue

from reconciler.errors import BadValue

__all__ = ["Named", "fill", "with_page"]


class Named(Protocol):
    """What other items may know of an item."""

    @property
    def site(self) -> str:
        """The id of its site."""
        ...

    @property
    def id(self) -> str:
        """Its remote id."""
        ...

    @property
    def key(self) -> str:
        """Its key, for people."""
        ...

    @property
    def url(self) -> str:
        """Its page, for people."""
        ...


def fill(field: str, parts: JsonValue, items: Mapping[str, Named]) -> str:
    """The text of a field, whose parts are all known now.

    Raises:
        BadValue: one is not: it is something of an item that does not exist.
    """
    texts = []
    for part in parts if isinstance(parts, list) else ():
        match part:
            case str():
                texts.append(part)
            case {"address": str(address), "attribute": ("key" | "id" | "url") as attribute} if address in items:
                texts.append(str(getattr(items[address], attribute)))
            case _:
                raise BadValue(f"{field} needs something that does not exist: {part}")
    return "".join(texts)


def with_page(field: str, said: JsonValue, items: Mapping[str, Named]) -> JsonValue:
    """An element of a set; a document with its URL, where that was to be known after apply."""
    match said:
        case {"title": str(title), "url": list() as parts}:
            return {"title": title, "url": fill(field, parts, items)}
    return said
