"""Values in the spec's language, both ways: what a plan's document says, and what apply makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import JsonValue

from reconciler.plan.desired import Dialect, awaited_address
from reconciler.plan.pages import awaited_parts
from reconciler.sdk import BadValue, FieldInfo, Link, LinkType, Opaque, Ref, SiteDescription, TypeInfo, Value

__all__ = ["Speech", "find_field"]


def find_field(type: TypeInfo, word: str) -> FieldInfo | None:
    """The field that a plan calls `word`: `title`, `fields.amount`, `links.blocks`."""
    name = word.removeprefix("fields.")
    head = word.partition(".")[0]
    fields = type.fields.values()
    return (
        type.by_word(word)
        or next((each for each in fields if word != name and name in (each.id, each.name)), None)
        or next((each for each in fields if each.word == head and each.kind == "link"), None)
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """Says and hears the values of one provider.

    Args:
        addresses: by remote id, what the workspace calls its items.
    """

    site: SiteDescription
    dialect: Dialect
    addresses: Mapping[str, str]

    def say(self, info: FieldInfo, value: Value) -> JsonValue:
        """A value as a spec would say it; an item by its address, or `{"id": ...}` where it has none."""
        if info.kind == "item":
            return self._item(value.id) if isinstance(value, Ref) else None
        if isinstance(value, Opaque):
            return value.shown
        return _json(self.dialect.express(self.site, info.id, value))

    def say_elements(self, info: FieldInfo, word: str, elements: Iterable[Value]) -> dict[str, list[JsonValue]]:
        """A set's elements by the word that a spec has for them: `links.blocks`, `labels`."""
        types = {each.id: each for each in self.site.link_types}
        found: dict[str, list[JsonValue]] = {}
        for each in elements:
            if not isinstance(each, Link):
                found.setdefault(word, []).append(self.say(info, each))
            elif (parts := awaited_parts(each.target)) is not None:
                found.setdefault(word, []).append({"title": each.title, "url": parts})
            elif (type := types[each.type]).target == "item":
                found.setdefault(f"{word}.{_direction(type, each)}", []).append(self._item(each.target))
            else:
                found.setdefault(word, []).append(self._page(info, each))
        return found

    def hear(self, type: TypeInfo, info: FieldInfo, said: JsonValue, id_of: Callable[[str], str | None]) -> Value:
        """What `say` said, normalized again.

        Args:
            id_of: from an address of the workspace to its item's remote id, `None` where there is no item.

        Raises:
            BadValue: the site does not take it, or an address has no item.
        """
        if said is None:
            return None
        if info.kind == "item":
            return Ref(_id(said, id_of), said if isinstance(said, str) else "")
        return self.dialect.normalize(self.site, type.ref.id, info.id, said)

    def hear_element(
        self, type: TypeInfo, info: FieldInfo, word: str, said: JsonValue, id_of: Callable[[str], str | None]
    ) -> Value:
        """An element of a set, from `say_elements`."""
        head, _, direction = word.partition(".")
        if info.kind == "link" and head == info.word and direction:
            said_link = Link(direction, _id(said, id_of))
            return self.dialect.normalize(self.site, type.ref.id, info.id, said_link)
        return self.dialect.normalize(self.site, type.ref.id, info.id, said)

    def _page(self, info: FieldInfo, link: Link) -> JsonValue:
        """What lies elsewhere: as the platform's specs say it, else by title and URL."""
        said = self.dialect.express(self.site, info.id, link)
        return {"title": link.title, "url": link.target} if isinstance(said, Link) else _json(said)

    def _item(self, id: str) -> JsonValue:
        return awaited_address(id) or self.addresses.get(id) or {"id": id}


def _direction(type: LinkType, link: Link) -> str:
    if link.outward:
        return type.outward_word or type.outward
    return type.inward_word or type.inward


def _id(said: JsonValue, id_of: Callable[[str], str | None]) -> str:
    match said:
        case {"id": str(id)}:
            return id
        case str(address) if found := id_of(address):
            return found
    raise BadValue(f"there is no item at {said}")


def _json(value: Any) -> JsonValue:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): _json(each) for name, each in value.items()}
        case tuple() | list():
            return [_json(each) for each in value]
    raise TypeError(f"a spec can't say {value!r}")
