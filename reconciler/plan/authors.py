"""Who changed a field, and when: read from the changelogs of items with drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reconciler.sdk import History

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
    """The last author of each field, by provider and remote id."""

    histories: Mapping[tuple[str, str], History] = field(default_factory=dict)

    @classmethod
    def of(cls, histories: Mapping[str, Iterable[History]]) -> Authors:
        """Index histories by provider and item."""
        return cls({(provider, each.item): each for provider, found in histories.items() for each in found})

    def last(self, provider: str, item: str, field: str) -> Author | None:
        """Who changed a field last, or `None` where the platform does not say."""
        history = self.histories.get((provider, item))
        edits = [each for each in history.edits if each[0] == field] if history else []
        if not edits:
            return None
        _, at, by, _, _ = max(edits, key=lambda each: each[1])
        return Author(by.name or by.id, at)
