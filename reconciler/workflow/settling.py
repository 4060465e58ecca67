"""The settle step: before anything is planned, find out what became of writes whose answer was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reconciler.apply.settling import settle, settled_state
from reconciler.live.connections import Connection
from reconciler.plan.document import WorkspaceName
from reconciler.sdk import Clock, SiteDescription
from reconciler.spec.configuration import Workspace
from reconciler.state.records import State
from reconciler.state.store import Lease

__all__ = ["settle_open"]

_LOOK_EVERY: Final = 5.0
"""Seconds between two looks while an answer may still come."""


def settle_open(
    state: State | None,
    workspace: Workspace | WorkspaceName,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    *,
    lease: Lease | None,
    clock: Clock,
    patience: float = 0.0,
) -> State | None:
    """Settle what can be known, and wait for the rest as long as patience lasts.

    Args:
        lease: records each settlement; `None` for commands that only read, which forget it again.
        patience: seconds to wait for an answer; 0 looks once.

    Returns:
        The state as it is then; open operations are those that nobody can decide yet.
    """
    if state is None or not state.open_operations:
        return state
    name = WorkspaceName(name=workspace.name, id=workspace.id, instance=workspace.instance)
    providers = {each: connection.provider for each, connection in connections.items()}
    types = {each: site.types for each, site in sites.items()}
    waited = 0.0
    while True:
        settlements = settle(state, name, providers, types)
        for each in settlements if lease is not None else ():
            assert lease is not None
            forget = each.operation.address if each.forget else None
            lease.record(each.record, (each.operation.id, each.status), forget)
        state = settled_state(state, settlements)
        pause = min(_LOOK_EVERY, patience - waited)
        if not state.open_operations or pause <= 0:
            return state
        clock.sleep(pause)
        waited += pause
