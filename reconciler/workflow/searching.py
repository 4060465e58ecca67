"""Search a provider's items, and say which of them the state knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.live.connections import ShutGate
from reconciler.sdk import Page
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import chosen, connected_on, ground_of

__all__ = ["Listing", "search"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what a provider found; `addresses` are those of the items that the state knows, by remote id."""

    provider: str
    page: Page
    addresses: Mapping[str, str]


def search(request: Request, query: str, provider: str = "", *, limit: int = 50, token: str | None = None) -> Listing:
    """Find items by a query of the platform's own language, or by words.

    Args:
        request: the workspace; or none, where the provider is named by its plugin.
        query: as `search_page` of the plugins takes it.
        provider: which to ask; empty for the only one.
        limit: how many items at most.
        token: the page before's `next_token`.

    Raises:
        UsageError, ConfigurationError: as of `ground_of` and `connected_on`.
        ValidationError: the platform can't read the query or the token.
        AuthenticationError: nothing was found, and the site does not know who asks.
    """
    ground = ground_of(request, provider)
    name = chosen(ground, provider)
    with connected_on(request, ground, name, gate=ShutGate()) as connection:
        page = connection.plugin.search_page(query, limit, token)
        if not page.items:
            connection.plugin.authenticate()  # a site may answer strangers with nothing
    addresses = {each.id: each.address for each in ground.records.values() if each.provider == name}
    return Listing(name, page, addresses)
