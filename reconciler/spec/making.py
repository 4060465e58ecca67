"""One instance of an item, worked out whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from reconciler.spec.configuration import Authored, DesiredItem, ProviderBlock
from reconciler.spec.items import Instance, ItemReader
from reconciler.spec.lifecycle import Lifecycle
from reconciler.spec.problems import Broken, Findings

__all__ = ["ItemMaker"]

_NEEDED: Final = ("title", "type")


class ItemMaker:
    """Works items out, and says to its findings what is wrong with them."""

    def __init__(self, providers: Mapping[str, ProviderBlock], findings: Findings) -> None:
        self._providers = providers
        self._findings = findings

    def item(self, instance: Instance, reader: ItemReader) -> DesiredItem:
        """Work an item out. A part with a mistake is left out: the mistake is told, and so are those of other parts."""
        fields: dict[str, Authored] = {}
        for word in instance.sources.fields():
            with self._findings.catching():
                fields.update(self._parts(instance, reader, word))
        for word in _NEEDED:
            if word not in fields and not instance.sources.of(word):
                self._missing(instance, word)
        if "type" not in fields:
            raise Broken
        kind = fields.pop("type")
        lifecycle = Lifecycle(instance.sources, instance.scope, self._findings)
        comment = None
        with self._findings.catching():
            comment = reader.close_comment()
        on_remove = lifecycle.on_remove()
        if comment is not None:
            lifecycle.check_comment(on_remove)
        return DesiredItem(
            instance.address,
            instance.sources.name,
            instance.key,
            reader.provider(self._providers),
            kind,
            fields,
            reader.ownership(),
            lifecycle.protect(),
            reader.apply_after(),
            instance.sources.key.place,
            on_remove,
            comment,
            lifecycle.through(),
        )

    def _parts(self, instance: Instance, reader: ItemReader, word: str) -> Iterator[tuple[str, Authored]]:
        """What a word of the item comes to: one field, or each entry of `fields`."""
        if word != "fields":
            authored = self.field(instance, reader, word)
            if authored is not None:
                yield word, authored
            elif word in _NEEDED:
                self._missing(instance, word)
            return
        for alias in reader.custom_names():
            with self._findings.catching():
                authored = self.custom(instance, reader, alias)
                if authored is not None:
                    yield f"fields.{alias}", authored

    def field(self, instance: Instance, reader: ItemReader, word: str) -> Authored | None:
        """A field, worked out once; `None` where it is left alone."""
        read = reader.links if word == "links" else partial(reader.field, word)
        return instance.scope.memory.recall(f"{instance.address}.{word}", read)

    def custom(self, instance: Instance, reader: ItemReader, alias: str) -> Authored | None:
        """An entry of `fields`, likewise."""
        return instance.scope.memory.recall(f"{instance.address}.fields.{alias}", partial(reader.custom, alias))

    def _missing(self, instance: Instance, word: str) -> None:
        hint = "write `type: task` here or in `defaults`" if word == "type" else "write what it is about: `title: ...`"
        self._findings.error("missing", instance.sources.key, f"`{instance.sources.name}` has no {word}", hint=hint)
