"""Who changed a field, and when: read from the changelogs of items with drift."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from reconciler.sdk import History, Link, Ref, Rich, Value

__all__ = ["Author", "Authors"]


@dataclass(frozen=True, slots=True)
class Author:
    """A person and a moment."""

    name: str
    at: datetime

    @property
    def when(self) -> str:
        """The moment in UTC, to the minute."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    def __str__(self) -> str:
        return f"{self.name} at {self.when}"


@dataclass(frozen=True, slots=True)
class Authors:
    """The last author of each field, by provider and remote id.

    The last edit of a field need not be what made it as it is: a link goes with the item at its other end, and no
    history tells so. Nobody is named where that edit does not explain what is there.
    """

    histories: Mapping[tuple[str, str], History] = field(default_factory=dict)

    @classmethod
    def of(cls, histories: Mapping[str, Iterable[History]]) -> Authors:
        """Index histories by provider and item."""
        return cls({(provider, each.item): each for provider, found in histories.items() for each in found})

    def of_value(self, provider: str, item: str, field: str, live: Value, observed: Value = None) -> Author | None:
        """Who made a field what it is, or `None` where the platform does not say.

        Args:
            live: what is there.
            observed: what was there after the last apply, where that is known: an edit that ended there is our own.
        """

        def explains(_: str, after: str) -> bool:
            return (after == "") == (live in (None, ())) and after.strip().casefold() not in _texts(observed)

        return self._last(provider, item, field, explains)

    def of_elements(
        self, provider: str, item: str, field: str, taken: Collection[Value], put: Collection[Value] = ()
    ) -> Author | None:
        """Who took these elements out of a set, or put those into it; `None` where the platform does not say."""

        def explains(before: str, after: str) -> bool:
            before, after = before.casefold(), after.casefold()
            gone = any(text in before and text not in after for each in taken for text in _texts(each))
            return gone or any(text in after and text not in before for each in put for text in _texts(each))

        return self._last(provider, item, field, explains)

    def _last(self, provider: str, item: str, field: str, explains: Callable[[str, str], bool]) -> Author | None:
        history = self.histories.get((provider, item))
        edits = [each for each in history.edits if each[0] == field] if history else []
        if not edits:
            return None
        _, at, by, before, after = max(reversed(edits), key=lambda each: each[1])  # of one time, the last
        return Author(by.name or by.id, at) if explains(before, after) else None


def _texts(value: Value) -> frozenset[str]:
    """What a history may call a value, in small letters; empty where it has no short text."""
    match value:
        case None | tuple() | Rich():
            texts: tuple[str, ...] = ()
        case Ref():
            texts = (value.id, value.name)
        case Link():
            texts = (value.target, value.title)
        case date():
            texts = (value.isoformat(),)
        case _:
            texts = (str(value),)
    return frozenset(each.casefold() for each in texts if each)
