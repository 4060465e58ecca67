"""Items as they are written -> the items that the specs want, each instance with every field worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from reconciler.diagnostics import Diagnostic
from reconciler.spec.address import address_of
from reconciler.spec.budget import Budget
from reconciler.spec.configuration import Authored, DesiredItem, ItemAttribute, ProviderBlock, Reference, Template
from reconciler.spec.graph import circle_in
from reconciler.spec.instances import MOST_ITEMS, instances, warn_of_unread
from reconciler.spec.items import Instance, ItemReader
from reconciler.spec.making import ItemMaker
from reconciler.spec.nodes import Entry, MapNode
from reconciler.spec.problems import Broken, Findings, ValueProblem
from reconciler.spec.references import References
from reconciler.spec.scope import Memory, Scope
from reconciler.spec.sources import Sources, check_keys
from reconciler.spec.values import Group, ItemHandle, Namespace

__all__ = ["Expanded", "expand"]

_ATTRIBUTES: Final = ("key", "id", "url")


@dataclass(frozen=True, slots=True, eq=False)
class Expanded:
    """What the items come to.

    Attributes:
        items: by address, in the order of the files.
        instances: by the name of an item, its keys and whether each is wanted; a single item's key is `None`. An item
            whose instances can't be told, which was reported, has `None` for all of them.
        scope: what names mean, `local` and `items` too.
        draft: works one more item out, of what is written about it, its address, its key and further names; a mistake
            goes to the findings given, and then it raises `Mistake` or `Broken`.
    """

    items: Mapping[str, DesiredItem]
    instances: Mapping[str, Mapping[str | None, bool] | None]
    scope: Scope
    draft: Callable[[Sources, str, str | None, Mapping[str, object], Findings], DesiredItem]


def expand(
    items: Mapping[str, Entry],
    defaults: MapNode | None,
    local: Mapping[str, Entry],
    scope: Scope,
    providers: Mapping[str, ProviderBlock],
    findings: Findings,
) -> Expanded:
    """Work out every item that the specs want.

    Args:
        items, defaults, local: as they stand in the specs.
        scope: what names mean, but for `local` and `items`, which are added.
        findings: takes every mistake; an item with one is left out, and the others are worked out all the same.
    """
    aliases = frozenset(alias for block in providers.values() for alias in block.fields)
    if defaults is not None:
        check_keys("defaults", defaults, aliases, findings)
    sources = {}
    for name, entry in items.items():
        node = check_keys(name, entry.value, aliases, findings)
        if node is not None:
            sources[name] = Sources(name, entry.key, node, defaults)
            warn_of_unread(node, defaults, findings)
    expansion = _Expansion(sources, tuple(items), scope, local, providers, findings)
    desired = {each.address: each for each in expansion.desired()}
    expansion.read_all_locals(local)
    _refuse_circles(desired, findings)
    return Expanded(desired, expansion.all_instances(), expansion.scope, expansion.draft)


class _Expansion:
    def __init__(
        self,
        sources: Mapping[str, Sources],
        names: tuple[str, ...],
        scope: Scope,
        local: Mapping[str, Entry],
        providers: Mapping[str, ProviderBlock],
        findings: Findings,
    ) -> None:
        self._sources = sources
        self._names = names
        self._memory = scope.memory
        self.scope = scope.bind(items=Namespace("item", names, self._handle)).with_locals(local)
        self._providers = providers
        self._findings = findings
        self._references = References(names, self._wanted)
        self._maker = ItemMaker(providers, findings)
        self._count = 0

    def desired(self) -> Iterator[DesiredItem]:
        for name in self._sources:
            with self._findings.catching():
                readers, wanted = self._readers(name), self._wanted(name)
                for key, (instance, reader) in readers.items():
                    if not wanted[key]:
                        continue
                    with self._findings.catching():
                        yield self._maker.item(instance, reader)

    def draft(
        self, sources: Sources, address: str, key: str | None, names: Mapping[str, object], findings: Findings
    ) -> DesiredItem:
        """Work one item out beside those of the specs, with a memory and a budget of its own."""
        scope = replace(self.scope.bind(**names), memory=Memory(findings), budget=Budget())
        instance = Instance(address, key, sources, scope)
        return ItemMaker(self._providers, findings).item(instance, ItemReader(instance, self._references, findings))

    def read_all_locals(self, local: Mapping[str, Entry]) -> None:
        """Find the mistakes in locals that no item uses."""
        names = self.scope.names["local"]
        assert isinstance(names, Namespace)
        for name in local:
            with self._findings.catching():
                names.read(name)

    def all_instances(self) -> dict[str, Mapping[str | None, bool] | None]:
        """The keys of every item, and whether each instance is wanted."""
        found: dict[str, Mapping[str | None, bool] | None] = dict.fromkeys(self._names)
        for name in self._names:
            with self._findings.catching():
                found[name] = self._wanted(name)
        return found

    def _readers(self, name: str) -> Mapping[str | None, tuple[Instance, ItemReader]]:
        return self._memory.recall(f"items.{name}", partial(self._read_instances, name))

    def _read_instances(self, name: str) -> Mapping[str | None, tuple[Instance, ItemReader]]:
        if name not in self._sources:
            raise Broken
        source = self._sources[name]
        found = instances(source.own, self.scope)
        self._count += len(found)
        if self._count > MOST_ITEMS:
            raise ValueProblem(f"more than {MOST_ITEMS} items", code="too_large", hint="split the workspace").at(
                source.key
            )
        readers = {}
        for key, each in found.items():
            scope = self.scope if key is None else self.scope.bind(each=each)
            instance = Instance(address_of(name, key), key, source, scope)
            readers[key] = (instance, ItemReader(instance, self._references, self._findings))
        return readers

    def _wanted(self, name: str) -> Mapping[str | None, bool]:
        def make() -> Mapping[str | None, bool]:
            return {key: reader.wanted() for key, (_, reader) in self._readers(name).items()}

        return self._memory.recall(f"{name}.when", make)

    def _handle(self, name: str) -> object:
        readers = self._readers(name)
        if None in readers:
            return self._item_handle(name, None)
        keys = tuple(key for key in readers if key is not None)
        return Group(f"instance of `{name}`", keys, partial(self._item_handle, name), name)

    def _item_handle(self, name: str, key: str | None) -> ItemHandle:
        instance, reader = self._readers(name)[key]
        names = (*instance.sources.fields(), *_ATTRIBUTES)
        noun = f"field of `{instance.address}` called"
        return ItemHandle(noun, names, partial(self._member, instance, reader), instance.address)

    def _member(self, instance: Instance, reader: ItemReader, word: str) -> object:
        if not self._wanted(instance.sources.name)[instance.key]:
            raise ValueProblem(
                f"`{instance.address}` is not wanted: its `when` is false",
                code="unknown_item",
                hint="ask for it under the same condition: `x if ... else y`",
            )
        if word in _ATTRIBUTES:
            return Template((ItemAttribute(instance.address, word),))  # type: ignore[arg-type]
        if word == "fields":
            noun = f"entry in the `fields` of `{instance.address}` called"
            return Namespace(noun, reader.custom_names(), partial(self._custom_value, instance, reader))
        return self._value(instance, word, self._maker.field(instance, reader, word))

    def _custom_value(self, instance: Instance, reader: ItemReader, alias: str) -> object:
        return self._value(instance, alias, self._maker.custom(instance, reader, alias))

    def _value(self, instance: Instance, word: str, authored: Authored | None) -> object:
        if authored is None:
            raise ValueProblem(
                f"`{instance.address}` leaves `{word}` out", code="null", hint="take another item's value"
            )
        return authored.value


def _refuse_circles(items: Mapping[str, DesiredItem], findings: Findings) -> None:
    circle = circle_in({address: tuple(_needed_by(item)) for address, item in items.items()})
    if not circle:
        return
    item = items[circle[0]]
    said = item.fields.get("parent")
    findings.add(
        Diagnostic(
            "error",
            "cycle",
            f"these items wait for each other: {' → '.join(circle)}",
            place=said.place if said else item.place,
            snippet=said.snippet if said else "",
            hint="take one parent, `apply_after` or reference out of the circle",
        )
    )


def _needed_by(item: DesiredItem) -> Iterator[str]:
    """What has to be there before the item can be written."""
    yield from item.apply_after
    for authored in item.fields.values():
        match authored.value:
            case Reference(address=str(address)):
                yield address
            case Template(parts=parts):
                yield from (each.address for each in parts if isinstance(each, ItemAttribute))
