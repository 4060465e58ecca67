"""An item as its action leaves it, in the specs' words: what rules see of it, and no more than is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, cast

from pydantic import JsonValue

from reconciler.plan.desired import find_type, word_of
from reconciler.plan.document import Action, FieldChange
from reconciler.plan.items import REMOVALS
from reconciler.plan.speech import Speech, find_field
from reconciler.sdk import FieldInfo, Item, Ref, TypeInfo
from reconciler.spec.configuration import ItemAttribute, Template
from reconciler.spec.values import Namespace
from reconciler.spec.vocabulary import FIELDS

__all__ = ["Outlook", "frozen"]

_NOUN: Final = "known value for"
_HINT: Final = "the site decides what the specs don't say; ask first: `'{word}' in {place}`"
_CUSTOM: Final = "fields."
_TYPE: Final = "type"
_PART: Final = {"address", "attribute"}


def frozen(value: JsonValue) -> object:
    """A value of a plan as expressions take it: lists as tuples, a text with parts known after apply as such."""
    match value:
        case list() | tuple() if any(isinstance(each, dict) and each.keys() == _PART for each in value):
            return Template(tuple(_part(each) for each in value))
        case list() | tuple():
            return tuple(frozen(each) for each in value)
        case dict():
            return {key: frozen(each) for key, each in value.items()}
    return value


@dataclass(frozen=True)
class Outlook:
    """One action's item. A field that nobody can know now has no value here: not null, none.

    Args:
        live: the item as it was read; `None` where there is none, or it can't be read.
        speech: its provider's.
    """

    action: Action
    live: Item | None
    speech: Speech

    @property
    def names(self) -> Namespace:
        """`action.item`: what is known of its fields, by name; of the platform's own under `fields`.

        Those go by their id too, and where several have one name, by that alone.
        """
        fields: dict[str, object] = {}
        custom: dict[str, object] = {}
        words = Counter(word_of(each) for each in self._type.fields.values()) if self._type else Counter[str]()
        for info, value in self._known.values():
            word = word_of(info)
            if not word.startswith(_CUSTOM):
                fields[word] = value
                continue
            custom[info.id] = value
            if words[word] == 1:
                custom[word.removeprefix(_CUSTOM)] = value
        fields |= {_TYPE: self.type_word, "fields": _namespace(custom, "action.item.fields", "Risk level")}
        return _namespace(fields, "action.item", "due")

    @property
    def title(self) -> str:
        """Its title as it will be, else what the plan calls it."""
        known = next((value for info, value in self._known.values() if info.word == "title"), None)
        return known if isinstance(known, str) else self.action.title

    @property
    def type_word(self) -> str:
        """Its type as it will be, by the standard word where there is one."""
        return _word(self._type) or self.action.type

    def before(self, change: FieldChange) -> object:
        """What a field that is written whole holds now; null where there is no item yet, or nothing is known of it."""
        info = find_field(self._type, change.field) if self._type else None
        return None if self.live is None or info is None or info.many else self._now(info)

    @cached_property
    def _type(self) -> TypeInfo | None:
        """Its type as it will be."""
        said = next((each.after for each in self._changes if each.field == _TYPE), None)
        changed = find_type(self.speech.site, said) if isinstance(said, str) else None
        return changed or self._type_now

    @property
    def _type_now(self) -> TypeInfo | None:
        site = self.speech.site
        return find_type(site, self.action.type) if self.live is None else site.types.get(self.live.type.id)

    @property
    def _changes(self) -> tuple[FieldChange, ...]:
        """What is written to it; a removed item is looked at as it is."""
        return () if self.action.action in REMOVALS else self.action.changes

    @cached_property
    def _known(self) -> dict[str, tuple[FieldInfo, object]]:
        """By id, each field whose value is known."""
        written: dict[str, list[FieldChange]] = {}
        for each in self._changes:
            field = find_field(self._type, each.field) if self._type else None
            written.setdefault(field.id if field else "", []).append(each)
        found: dict[str, tuple[FieldInfo, object]] = {}
        for id, info in self._type.fields.items() if self._type else ():
            changes = written.get(id, ())
            if any(each.unknown for each in changes):
                continue
            if info.many and self._is_known(info):
                elements = self._elements(info, changes)
                found |= {} if _is_open(elements) else {id: (info, elements)}
            elif changes and not info.many:
                found[id] = info, frozen(changes[0].after)
            elif self._is_known(info):
                found[id] = info, self._now(info)
        return found

    def _is_known(self, info: FieldInfo) -> bool:
        """Whether it is known what a field holds before anything is written to it.

        Of an item that is to be created, that is its sets, which begin empty, and the status that it starts in.
        """
        if self.live is not None:
            return info.id in self.live.fields
        return self.action.action == "create" and (info.many or (info.kind == "status" and self._start is not None))

    def _now(self, info: FieldInfo) -> object:
        if self.live is None:
            return frozen(self.speech.say(info, self._start))
        return frozen(self.speech.say(info, self.live.type if info.word == _TYPE else self.live.fields.get(info.id)))

    @property
    def _start(self) -> Ref | None:
        """The status in which items of the type start."""
        statuses = self._type.statuses if self._type else ()
        return next((each.ref for each in statuses if self._type and each.ref.id == self._type.initial), None)

    def _elements(self, info: FieldInfo, changes: Sequence[FieldChange]) -> object:
        """A set; of links, by their direction."""
        word = word_of(info)
        linked = word in FIELDS and FIELDS[word].kind == "links"
        value = self.live.fields.get(info.id) if self.live else None
        said = self.speech.say_elements(info, word, value if isinstance(value, tuple) else ())
        for each in changes:
            place = each.field if linked else word
            kept = [element for element in said.get(place, ()) if element not in each.removed]
            said[place] = [*kept, *(element for element in each.added if element not in kept)]
        if linked:
            return {name.removeprefix(f"{word}."): frozen(elements) for name, elements in said.items() if elements}
        return frozen(said.get(word, []))


def _part(part: JsonValue) -> str | ItemAttribute:
    if isinstance(part, dict):
        return ItemAttribute(str(part["address"]), cast("Literal['key', 'id', 'url']", part["attribute"]))
    return str(part)


def _namespace(known: Mapping[str, object], place: str, word: str) -> Namespace:
    return Namespace(_NOUN, known, known.__getitem__, hint=_HINT.format(word=word, place=place))


def _is_open(value: object) -> bool:
    """Whether a part of a value is known after apply."""
    match value:
        case tuple():
            return any(map(_is_open, value))
        case Mapping():
            return any(map(_is_open, value.values()))
    return isinstance(value, Template)


def _word(type: TypeInfo | None) -> str | None:
    return (type.word or type.ref.name) if type else None
