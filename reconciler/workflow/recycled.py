"""Items of this workspace that lie in recycle bins and that no state knows: named before they are made anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from reconciler.diagnostics import Diagnostic, warning
from reconciler.errors import AuthorizationError
from reconciler.live.connections import Connection
from reconciler.sdk import Item, Restores, SiteDescription, marker_label
from reconciler.spec.configuration import Workspace

__all__ = ["recycled_warnings"]


def recycled_warnings(
    workspace: Workspace,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    known: Collection[tuple[str, str]],
) -> Iterator[Diagnostic]:
    """A warning for each marked item in a recycle bin, and for each recycle bin that this account may not look into.

    Args:
        known: the items of the state, by site and remote id: a plan says of these where they are.
    """
    label = marker_label(workspace.id, workspace.instance)
    told: set[tuple[str, str]] = set()
    for name, connection in connections.items():
        if not isinstance(connection.provider, Restores):
            continue
        try:
            found = list(connection.provider.recycled(label))
        except AuthorizationError as problem:
            yield warning(
                "recycled",
                f"the recycle bin of {name} can't be looked into: what was deleted is made anew by the next apply",
                detail=str(problem),
            )
            continue
        for item in sorted(found, key=lambda each: (len(each.id), each.id)):
            identity = sites[name].site, item.id
            if identity not in known and identity not in told:
                told.add(identity)
                yield _lies_there(item)


def _lies_there(item: Item) -> Diagnostic:
    title = next((f' "{each}"' for each in item.fields.values() if isinstance(each, str)), "")
    at = f", at {item.marker.address}" if item.marker else ""
    return warning(
        "recycled",
        f"{item.key}{title} of this workspace lies in the recycle bin{at}",
        detail="Without its state, the next apply makes its address anew.",
        hint="to have it back, restore it on the site, and run `reconciler state rebuild` again",
    )
