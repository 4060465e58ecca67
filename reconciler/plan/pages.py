"""Pages on the web of which parts are known after apply: the page of an item that is yet to be created."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from reconciler.spec.configuration import ItemAttribute, Template

__all__ = ["addresses_in", "awaited_parts", "awaited_url", "parts_of", "stand_in"]

_AWAITED: Final = "page:"


def awaited_url(template: Template) -> str:
    """Stands for a URL with parts that are known after apply. Equal templates give equal texts."""
    return _AWAITED + json.dumps(parts_of(template), ensure_ascii=False)


def awaited_parts(url: str) -> JsonValue:
    """The parts that `awaited_url` was given, as a plan's document has them; `None` for a real URL."""
    parts: JsonValue = json.loads(url.removeprefix(_AWAITED)) if url.startswith(_AWAITED) else None
    return parts


def parts_of(template: Template) -> JsonValue:
    """A template as a plan's document has it: texts, and `{"address", "attribute"}` for what is known after apply."""
    return [_part(each) for each in template.parts]


def addresses_in(parts: JsonValue) -> tuple[str, ...]:
    """The addresses of the items that a text waits for; none for one that is whole."""
    return tuple(
        str(part["address"]) for part in (parts if isinstance(parts, list) else ()) if isinstance(part, Mapping)
    )


def stand_in(address: str) -> str:
    """A URL that is good wherever one is needed, for the page of an item that does not exist. It is never sent."""
    return f"https://awaited.invalid/{quote(address, safe='')}"


def _part(part: str | ItemAttribute) -> JsonValue:
    return part if isinstance(part, str) else {"address": part.address, "attribute": part.attribute}
