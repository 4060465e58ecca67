"""A type's states, with their categories and words, and which leads to which. Pure (FACTS B7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from reconciler.sdk import Ref, Status
from reconciler_azure_devops.client import Json
from reconciler_azure_devops.vocabulary import STATUSES, WORDS_BY_CATEGORY

__all__ = ["initial_of", "moves_of", "status_words", "statuses_of"]

_CATEGORIES: Final[Mapping[str, Literal["new", "active", "done"]]] = {
    "proposed": "new",
    "inprogress": "active",
    "resolved": "active",
    "completed": "done",
    "removed": "done",
}


def statuses_of(states: Iterable[Json], mapping: Mapping[str, tuple[str, ...]]) -> tuple[Status, ...]:
    """Read a type's states: `[{name, category}]`.

    A state has the word that the spec maps to it; else the one of its name, which no other state has; else, where it
    is the first of its category, the one of its category.

    Args:
        states: as the type has them, in order.
        mapping: the spec's words to the site's names.
    """
    read = [(str(each["name"]), str(each.get("category", "")).casefold()) for each in states if each.get("name")]
    words: dict[str, str] = {}
    for table in (mapping, {word: names for word, names in STATUSES.items() if word not in mapping}):
        for word, names in table.items():
            folded = {name.casefold() for name in names}
            for name, _ in read:
                if name.casefold() in folded:
                    words.setdefault(name, word)
    for name, category in read:
        usual = WORDS_BY_CATEGORY.get(category, "")
        if usual and usual not in mapping and usual not in words.values():
            words.setdefault(name, usual)
    return tuple(Status(Ref(name, name), _CATEGORIES.get(category, "new"), words.get(name)) for name, category in read)


def status_words(statuses: Iterable[Status], mapping: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """By word, the status that is written: the first that the spec names, else the first that has the word."""
    by_name = {each.ref.name.casefold(): each.ref.id for each in statuses}
    words: dict[str, str] = {}
    for word, names in mapping.items():
        match = next((by_name[name.casefold()] for name in names if name.casefold() in by_name), None)
        if match is not None:
            words[word] = match
    for each in statuses:
        if each.word is not None:
            words.setdefault(each.word, each.ref.id)
    return words


def moves_of(type: Json) -> dict[str, tuple[str, ...]]:
    """By status, those that one change of it reaches."""
    return {start: ends for start, ends in _transitions(type).items() if start}


def initial_of(type: Json) -> str | None:
    """The status in which new items start; `None` where the type does not say, or there are several."""
    ends = _transitions(type).get("", ())
    return ends[0] if len(ends) == 1 else None


def _transitions(type: Json) -> dict[str, tuple[str, ...]]:
    said = type.get("transitions")
    return {
        start: tuple(dict.fromkeys(str(each["to"]) for each in ends or () if each.get("to") not in (None, start)))
        for start, ends in (said if isinstance(said, dict) else {}).items()
    }
