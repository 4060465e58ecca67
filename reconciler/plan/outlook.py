"""An item as it will be once its action is done, in the specs' words: what rules see of it, and no more than is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from reconciler.plan.desired import find_type, word_of
from reconciler.plan.document import Action, FieldChange
from reconciler.plan.items import REMOVALS
from reconciler.plan.speech import Speech
from reconciler.sdk import FieldInfo, Item, TypeInfo
from reconciler.spec.values import Namespace
from reconciler.spec.vocabulary import FIELDS

__all__ = ["Outlook", "frozen"]

_NOUN = "known value of"
_CUSTOM = "fields."


def frozen(value: JsonValue) -> object:
    """A value of a plan as expressions take it: lists as tuples."""
    match value:
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
        """`action.item`: the fields by name; those of the platform's own under `fields`."""
        custom = Namespace(_NOUN, self._custom, self._custom.__getitem__)
        fields = {**self._standard, "fields": custom}
        return Namespace(_NOUN, fields, fields.__getitem__)

    @property
    def title(self) -> str:
        """Its title as it will be, else what the plan calls it."""
        known = self._standard.get("title")
        return known if isinstance(known, str) else self.action.title

    @property
    def type_word(self) -> str:
        """Its type, by the standard word where there is one."""
        return (self._type.word or self._type.ref.name) if self._type else self.action.type

    def before(self, change: FieldChange) -> object:
        """What a field holds that is written whole."""
        info = self._type.by_word(change.field) if self._type else None
        return frozen(self._said(info)) if info and not info.many else None

    @cached_property
    def _type(self) -> TypeInfo | None:
        site = self.speech.site
        return find_type(site, self.action.type) if self.live is None else site.types.get(self.live.type.id)

    @cached_property
    def _standard(self) -> dict[str, object]:
        words = {word: value for word, value in self._known() if not word.startswith(_CUSTOM)}
        return {**words, "type": self.type_word}

    @cached_property
    def _custom(self) -> dict[str, object]:
        return {word.removeprefix(_CUSTOM): value for word, value in self._known() if word.startswith(_CUSTOM)}

    def _known(self) -> Iterator[tuple[str, object]]:
        for info in self._type.fields.values() if self._type else ():
            word = word_of(info)
            changes = [each for each in self._changes if _is_of(each, word)]
            value = self._set(info, word, changes) if info.many else self._single(info, changes)
            if value is not None:
                yield word, value[0]

    @property
    def _changes(self) -> tuple[FieldChange, ...]:
        """What is written to it: what becomes of a removed item is its removal's own matter."""
        return () if self.action.action in REMOVALS else self.action.changes
