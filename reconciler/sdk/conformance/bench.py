"""What an author lends to the suite: a plugin, a site that it may be tried on, and somebody else who works there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from reconciler.sdk.clock import Clock
from reconciler.sdk.config import PluginConfig
from reconciler.sdk.plugin import DevOpsIntegrationPlugin

if TYPE_CHECKING:
    import httpx

__all__ = ["Bench", "People"]


class People(Protocol):
    """Somebody with another account who works on the site past the plugin, by the items' remote ids."""

    @property
    def name(self) -> str:
        """How the platform's history calls them."""
        ...

    def retitle(self, id: str, title: str) -> None:
        """Change an item's title."""
        ...

    def label(self, id: str, label: str) -> None:
        """Put a label on an item."""
        ...

    def clone(self, id: str) -> str | None:
        """Copy an item with all that the platform copies, and give the copy's id; `None` where it has no copying."""
        ...


@dataclass(frozen=True, slots=True)
class Bench:
    """A site that the suite may create, change and delete items on.

    Attributes:
        plugin: the class that the entry point names.
        config: of a project that is the suite's own.
        people: somebody else.
        clock: the plugin's; the suite waits on it for minutes, so it should move by hand. A sandbox shares it.
        type: the spec's word, or the platform's name, for a type whose items the account may create.
        samples: by the spec's word, two different values that the type's field takes, as a spec writes them; of a
            set, two lists without a common element. `title` and `labels` are needed, others are worth it.
        refused: by the spec's word, a value that the site does not have: `{"priority": "no such"}`.
        transport: makes what carries requests, where the site runs in this process; HTTP else.
        lag: for how long the site's search may miss a write.
        stranger: an id that no item has.
        many: how many items are more than a page.
    """

    plugin: type[DevOpsIntegrationPlugin]
    config: PluginConfig
    people: People
    clock: Clock
    type: str
    samples: Mapping[str, tuple[object, object]]
    refused: Mapping[str, object] = field(default_factory=dict)
    transport: Callable[[], httpx.BaseTransport] | None = None
    lag: timedelta = timedelta(0)
    stranger: str = "999999999"
    many: int = 120
