"""Link an item to a commit, a pull request or a page, outside any plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.errors import NotFoundError
from reconciler.sdk import DevOpsIntegrationPlugin, Linked, OpenGate
from reconciler.workflow.naming import found_on, named
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import connected_on, ground_of

__all__ = ["LinkedItem", "Linking", "link_item"]

Linking: TypeAlias = Callable[[DevOpsIntegrationPlugin, str], Linked]
"""Makes a link by a plugin's verb; the text is the item's id, key or URL."""


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """What came of linking an item; `address` is `None` for one that the state does not know."""

    provider: str
    address: str | None
    linked: Linked


def link_item(request: Request, item: str, linking: Linking, provider: str = "") -> LinkedItem:
    """Link an item, named by its address, id, key or URL.

    The link is a person's: no plan takes it away, and none is recorded. Nothing is journalled, because done twice it
    is one link.

    Raises:
        UsageError, ConfigurationError: as of `ground_of`, `named` and `connected_on`.
        BadValue: the site does not take the link.
        NotFoundError, AuthenticationError: as of `found_on`; or the item lies in another project.
        ValidationError, UnknownOutcome: as of the plugins' verbs.
    """
    ground = ground_of(request, provider)
    found = named(request, ground, item, provider)
    with connected_on(request, ground, found.provider, gate=OpenGate()) as connection:
        try:
            linked = linking(connection.plugin, found.reference)
        except NotFoundError:
            found_on(connection, ground, found)  # says more, where it is the item that is not there
            raise
    return LinkedItem(found.provider, found.record.address if found.record else None, linked)
