"""What the spec wants, in the words of the sites: each field with its info, its normal form and its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from reconciler.plan.parting import Parting
from reconciler.sdk import FieldInfo, Ref, SiteDescription, TypeInfo, Value
from reconciler.spec.configuration import (
    DesiredItem,
    ItemAttribute,
    Ownership,
    Reference,
    Template,
)
from reconciler.state.records import ItemRecord

__all__ = ["Dialect", "References", "Want", "Wanted", "awaited", "awaited_address", "find_type", "word_of"]

_AWAITED: Final = "item:"


def awaited(address: str) -> str:
    """Stands for the remote id of an item that does not exist yet."""
    return _AWAITED + address


def awaited_address(id: str) -> str | None:
    """The address that `awaited` was given, or `None` for a real id."""
    return id.removeprefix(_AWAITED) if id.startswith(_AWAITED) else None


class Dialect(Protocol):
    """The pure half of a provider: from the spec's words to normal forms and back."""

    def normalize(self, site: SiteDescription, type: str, field: str, value: object) -> Value:
        """Turn a spec's value into the normal form; raises `BadValue`."""
        ...

    def express(self, site: SiteDescription, field: str, value: Value) -> object:
        """Turn a normal form into what a spec would say."""
        ...


@dataclass(frozen=True, slots=True)
class Want:
    """One field that the spec names.

    Attributes:
        value: a tuple for sets, a `Template` while parts are known after apply.
        let_go: elements of a set that were ours and that the spec names no more under the key that they came from:
            they stay on the item, and are nobody's.
    """

    info: FieldInfo
    word: str
    value: Value | Template
    owner: Ownership
    exact: bool
    let_go: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that the spec wants, resolved against its site. `fields` are by field id, in the spec's order."""

    item: DesiredItem
    type: TypeInfo
    fields: Mapping[str, Want]
    needs: frozenset[str]
    parting: Parting = field(default=Parting())

    @property
    def title(self) -> str:
        """What the spec calls it, or its address where it says nothing."""
        authored = self.item.fields.get("title")
        return str(authored.value) if authored else self.item.address


@dataclass(frozen=True, slots=True)
class References:
    """What references stand for: items of the state by address, items outside the spec as they were looked up.

    `outside` is by provider too: two sites may have the same keys.
    """

    records: Mapping[str, ItemRecord]
    outside: Mapping[tuple[str, Reference], Ref]

    def id_of(self, provider: str, reference: Reference) -> str | None:
        """The remote id, an awaited one for an item yet to be created, or `None` where nothing is there."""
        if reference.address is None:
            found = self.outside.get((provider, reference))
            return found.id if found else None
        record = self.records.get(reference.address)
        return record.id if record else awaited(reference.address)

    def text(self, part: ItemAttribute) -> str | None:
        """The key, id or url of an item that exists."""
        record = self.records.get(part.address)
        return {"key": record.key, "id": record.id, "url": record.url}[part.attribute] if record else None


def word_of(info: FieldInfo) -> str:
    """What a spec calls a field."""
    return info.word or f"fields.{info.name}"


def find_type(site: SiteDescription, name: str) -> TypeInfo | None:
    """A type by the spec's word, else by the platform's name or id."""
    types = site.types.values()
    return (
        next((each for each in types if each.word == name), None)
        or next((each for each in types if name in (each.ref.name, each.ref.id)), None)
        or next((each for each in types if each.ref.name.casefold() == name.casefold()), None)
    )
