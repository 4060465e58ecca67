"""What a version's fields say, computed ones included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler_azure_devops_sandbox.organisation import PROJECTS
from reconciler_azure_devops_sandbox.store import Item, Store, Version, moment
from reconciler_azure_devops_sandbox.trees import Node, Structure, levels, path_of, root_of

__all__ = ["FAR", "FieldReader"]

FAR = "9999-01-01T00:00:00Z"
"""The RevisedDate of what is still so."""

_BY_ID = {each.id: each for each in PROJECTS}
_STRUCTURES: Mapping[str, Structure] = {"Area": "area", "Iteration": "iteration"}


class FieldReader:
    """Reads fields of a store's items. Values are as the API gives them, but people are ids and tags are a list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._computed: dict[str, Callable[[Item, Version], Any]] = {
            "System.Id": lambda item, _version: item.id,
            "System.Rev": lambda _item, version: version.rev,
            "System.TeamProject": lambda _item, version: _BY_ID[version.fields["System.TeamProject"]].name,
            "System.AreaPath": lambda _item, version: self._path("Area", version),
            "System.IterationPath": lambda _item, version: self._path("Iteration", version),
            "System.AreaId": lambda _item, version: self._node("Area", version).id,
            "System.IterationId": lambda _item, version: self._node("Iteration", version).id,
            "System.NodeName": lambda _item, version: self._node("Area", version).name,
            "System.Parent": lambda _item, version: self._store.parent(version),
            "System.ChangedDate": lambda item, version: moment(_first(item, version).at),
            "System.ChangedBy": lambda item, version: _first(item, version).by,
            "System.CreatedDate": lambda item, _version: moment(item.versions[0].at),
            "System.CreatedBy": lambda item, _version: item.versions[0].by,
            "System.AuthorizedDate": lambda item, version: moment(_first(item, version).at),
            "System.AuthorizedAs": lambda item, version: _first(item, version).by,
            "System.RevisedDate": _revised,
            "System.Watermark": lambda item, version: _first(item, version).watermark,
            "System.PersonId": lambda _item, _version: 1,
            "System.CommentCount": _comments,
            "System.History": lambda _item, version: version.history,
            "System.BoardColumn": lambda _item, version: self._board_column(version),
            "System.BoardColumnDone": lambda _item, version: False if self._board_column(version) else None,
            "System.RelatedLinkCount": lambda _item, version: self._count(version, ""),
            "System.HyperLinkCount": lambda _item, version: self._count(version, "Hyperlink"),
            "System.ExternalLinkCount": lambda _item, version: self._count(version, "ArtifactLink"),
            "System.AttachedFileCount": lambda _item, version: self._count(version, "AttachedFile"),
            "System.RemoteLinkCount": lambda _item, _version: 0,
            "System.IsDeleted": lambda _item, version: version.fields.get("System.IsDeleted", False),
        }
        for name in ("Area", "Iteration"):
            for level in (1, 2, 3):
                self._computed[f"System.{name}Level{level}"] = self._level(name, level)

    def value(self, item: Item, version: Version, reference: str) -> Any:
        """A field's value; `None` where it is empty. Stored values win: `bypassRules` may have set a computed one."""
        stored = version.fields.get(reference)
        if stored is not None and reference not in ("System.TeamProject", "System.AreaId", "System.IterationId"):
            return stored
        computed = self._computed.get(reference)
        return computed(item, version) if computed else None

    def _node(self, name: str, version: Version) -> Node:
        """The node; the root where it is gone."""
        node = self._store.nodes.get(version.fields.get(f"System.{name}Id", 0))
        return node or root_of(self._store.nodes, _STRUCTURES[name], version.fields["System.TeamProject"])

    def _path(self, name: str, version: Version) -> str:
        return path_of(self._store.nodes, self._node(name, version))

    def _level(self, name: str, level: int) -> Callable[[Item, Version], str | None]:
        def read(_item: Item, version: Version) -> str | None:
            names = levels(self._store.nodes, self._node(name, version))
            return names[level - 1] if len(names) >= level else None

        return read

    def _board_column(self, version: Version) -> str | None:
        """The column of the team's board, which shows requirements and portfolios."""
        kind = version.fields["System.WorkItemType"]
        process = _BY_ID[version.fields["System.TeamProject"]].process
        on_board = any(each.rank > 0 and kind in each.types for each in process.levels)
        removed = {each.name for each in process.types[kind].states if each.category == "Removed"}
        state = version.fields["System.State"]
        return str(state) if on_board and state not in removed else None

    def _count(self, version: Version, rel: str) -> int:
        relations = self._store.relations(version)
        return sum(1 for each in relations if (each.rel == rel if rel else each.target is not None))


def _first(item: Item, version: Version) -> Version:
    """The version that made the revision: later ones of the same revision changed links alone."""
    return next(each for each in item.versions if each.rev == version.rev)


def _revised(item: Item, version: Version) -> str:
    return next((moment(each.at) for each in item.versions if each.rev > version.rev), FAR)


def _comments(item: Item, version: Version) -> int:
    if version is item.now:
        return sum(1 for each in item.comments.values() if not each["deleted"])
    return sum(1 for each in item.versions if each.rev <= version.rev and each.history)
