"""What has to be registered at a platform so that it sends webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from reconciler.sdk.webhooks import ReceivesWebhooks

__all__ = ["Hook", "Registered", "RegistersWebhooks", "Registration"]


@dataclass(frozen=True, slots=True)
class Hook:
    """One entry of the platform's list of webhooks or subscriptions.

    Attributes:
        name: what tells it from the others.
        settings: what a person enters, by what the platform calls it; the secret is not among it.
        secret: what the platform calls the place where the secret goes.
    """

    name: str
    settings: Mapping[str, str]
    secret: str


@dataclass(frozen=True, slots=True)
class Registration:
    """All that a platform has to be told.

    Attributes:
        page: where a person enters it.
        hooks: the entries.
        notes: what to know of this platform, a sentence each.
    """

    page: str
    hooks: tuple[Hook, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one entry.

    Attributes:
        hook: the entry.
        id: the platform's.
        state: it was made, or was there already. One that is there and `differs` is left as it is.
        detail: how it differs.
    """

    hook: Hook
    id: str
    state: Literal["made", "there", "differs"]
    detail: str = ""


@runtime_checkable
class RegistersWebhooks(ReceivesWebhooks, Protocol):
    """What a plugin has beside the rest where webhooks can be registered through its platform's API. What could not be
    verified is not registered, so it receives them too.
    """

    def registration(self, url: str) -> Registration:
        """Say what would be registered so that events of the project go to a URL. Sends nothing."""
        ...

    def register(self, url: str, secret: str) -> Iterator[Registered]:
        """Register what is missing. What is there is looked at first, so it may be done again.

        Args:
            secret: what verifies the deliveries; not empty.

        Raises:
            AuthorizationError: the account may not, and nothing was made.
            UnknownOutcome: the answer was lost. Done again, it finds what was made.
        """
        ...
