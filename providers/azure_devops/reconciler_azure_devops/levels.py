"""Which types stand on which level, and which field counts points: what the default team's backlogs say (FACTS B7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler_azure_devops.client import Json
from reconciler_azure_devops.vocabulary import TYPES, TYPES_BY_CATEGORY

__all__ = ["Levels", "levels_of"]

_USUAL: Final[Mapping[str, int]] = {"epic": 2, "feature": 1, "story": 0, "bug": 0, "task": -1, "subtask": -1}
_BUGS: Final[Mapping[str, int]] = {"asTasks": -1, "asRequirements": 0}


@dataclass(frozen=True, slots=True)
class Levels:
    """What the backlogs say.

    Attributes:
        of: by type, its level: 0 for requirements, -1 for tasks, 1 and up for portfolios.
        defaults: by the spec's word, the default type of the backlog that it means.
        effort: the reference name of the field that the backlog counts by; empty where it is not known.
    """

    of: Mapping[str, int]
    defaults: Mapping[str, str]
    effort: str


def levels_of(backlogs: Json, types: Iterable[str]) -> Levels:
    """Read a backlog configuration; where there is none, as types are usually called.

    Args:
        backlogs: what `Client.backlogs` says, empty where this account may not read it.
        types: the names of the project's types.
    """
    levels: dict[str, int] = {}
    defaults: dict[str, str] = {}
    portfolios = sorted(backlogs.get("portfolioBacklogs") or (), key=lambda each: int(each.get("rank") or 0))
    ranked = [(-1, backlogs.get("taskBacklog")), (0, backlogs.get("requirementBacklog")), *enumerate(portfolios, 1)]
    for level, backlog in ranked:
        for type in (backlog or {}).get("workItemTypes") or ():
            levels[str(type.get("name"))] = level
        default = ((backlog or {}).get("defaultWorkItemType") or {}).get("name")
        word = TYPES_BY_CATEGORY.get(str((backlog or {}).get("id")))
        if default and word:
            defaults[word] = str(default)
    names = {name.casefold(): word for word, usual in TYPES.items() for name in usual}
    for type in types:
        word = names.get(type.casefold())
        if word == "bug" and backlogs.get("bugsBehavior") in _BUGS:
            levels.setdefault(type, _BUGS[backlogs["bugsBehavior"]])
        elif word and not backlogs:
            levels[type] = _USUAL[word]
    fields = (backlogs.get("backlogFields") or {}).get("typeFields") or {}
    return Levels(levels, defaults, str(fields.get("Effort") or ""))
