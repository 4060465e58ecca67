"""Where an item is, and who we are to the sites."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import ReconcilerError
from reconciler.live.connections import ShutGate
from reconciler.sdk import Ref
from reconciler.workflow.naming import found_on, named
from reconciler.workflow.request import Request
from reconciler.workflow.verbs import Ground, chosen, connected_on, ground_of

__all__ = ["Identity", "Located", "identify", "locate"]


@dataclass(frozen=True, slots=True)
class Located:
    """An item's names; `address` is `None` for one that the state does not know."""

    provider: str
    address: str | None
    id: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to a provider's site; where that is not known, `problem` is why.

    Attributes:
        site: its URL; empty where the settings have none.
        project: as the specs or the settings name it.
        required: it was asked for, or items use it, or no item uses any.
    """

    provider: str
    plugin: str
    site: str = ""
    project: str = ""
    account: Ref | None = None
    problem: ReconcilerError | None = None
    required: bool = True


def locate(request: Request, item: str, provider: str = "") -> Located:
    """Find an item's page, by its address, id, key or URL. What the state knows is not asked for on its site.

    Raises:
        UsageError, ConfigurationError: as of `ground_of`, `named` and `connected_on`.
        NotFoundError, AuthenticationError: as of `found_on`.
    """
    ground = ground_of(request, provider)
    found = named(request, ground, item, provider)
    if found.record is not None:
        record = found.record
        return Located(record.provider, record.address, record.id, record.key, record.url)
    with connected_on(request, ground, found.provider, gate=ShutGate()) as connection:
        live = found_on(connection, ground, found)
    return Located(found.provider, None, live.id, live.key, live.url)


def identify(request: Request, provider: str = "") -> list[Identity]:
    """Ask each provider's site who we are; or one's, where it is named.

    Raises:
        SpecError, UsageError: as of `ground_of` and `connected_on`.
    """
    ground = ground_of(request, provider)
    names = list(ground.blocks) if ground.blocks and not provider else [chosen(ground, provider)]
    required = ground.used if ground.used and not provider else frozenset(names)
    return [_identity(request, ground, name, required=name in required) for name in names]


def _identity(request: Request, ground: Ground, name: str, *, required: bool) -> Identity:
    plugin, site, project = ground.blocks[name].plugin, "", ""
    try:
        with connected_on(request, ground, name, gate=ShutGate()) as connection:
            site, project = connection.session.url, connection.plugin.config.project
            return Identity(name, plugin, site, project, connection.plugin.authenticate())
    except ReconcilerError as problem:
        return Identity(name, plugin, site, project, None, problem, required)
