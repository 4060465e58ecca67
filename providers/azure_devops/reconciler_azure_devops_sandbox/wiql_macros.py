r"""Macros that stand for what a person, a project or a team has (FACTS B5).

After the vendor's pages "Work Item Query Language (WIQL) syntax reference" and "Query fields, operators, and macros".
The pages say of some macros that they work in the web portal alone; live sites answer them over REST too, and a
project's call without a team means the project's default team. Where a macro's team is not named, or is not there, a
live site answers with 500.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from reconciler_azure_devops_sandbox.definitions import Field, Project
from reconciler_azure_devops_sandbox.organisation import PROJECTS
from reconciler_azure_devops_sandbox.store import Item
from reconciler_azure_devops_sandbox.tenant import Tenant
from reconciler_azure_devops_sandbox.trees import path_of
from reconciler_azure_devops_sandbox.wiql_syntax import Macro, MacroError, WiqlError
from reconciler_azure_devops_sandbox.work import current_iteration, team_area

__all__ = ["LISTS", "TEAM_AREAS", "Macros"]

TEAM_AREAS = "teamareas"
"""The macro for the areas of a team."""

LISTS = frozenset({"follows", "myrecentactivity", "recentmentions", "recentprojectactivity"})
"""The macros that stand for ids of items."""

_NAMES: Mapping[str, str] = {
    "currentiteration": "@CurrentIteration",
    "project": "@Project",
    "recentprojectactivity": "@RecentProjectActivity",
    TEAM_AREAS: "@TeamAreas",
}
_TEAM = re.compile(r"\[(?P<project>[^\[\]]+)\]\\(?P<team>[^<]+?)\s*(?:<id:[^<>]*>)?")  # the web portal adds the id
_RECENT = timedelta(days=30)
_PROJECT_ITEMS_MAX = 5_000
_T = TypeVar("_T")


class Macros:
    """What macros stand for in one query.

    Args:
        project: of a project's or a team's call.
        by: the id of the person who asks.
        now: when it is asked.
    """

    def __init__(self, tenant: Tenant, project: Project | None, by: str, now: datetime) -> None:
        self._tenant = tenant
        self._project = project
        self._by = by
        self._now = now

    def text(self, macro: Macro, field: Field) -> str:
        """What `@me`, `@project` or `@currentIteration` stands for beside a field: a person's id, a name, a path.

        Raises:
            WiqlError: there is no such macro, or it can't stand here.
            MacroError: there is no project or team that it could mean.
        """
        if macro.name == "currentiteration" and field.reference == "System.IterationPath":
            return self._iteration(macro)
        if macro.name == "me":
            return _without_parameters(macro, self._by)
        if macro.name == "project":
            return _without_parameters(macro, self._scope("project", macro).name)
        known = macro.name in ("currentiteration", TEAM_AREAS, *LISTS)
        raise WiqlError("The macro can't be used here." if known else "The macro is not supported.", f"@{macro.name}")

    def area(self, macro: Macro) -> str:
        """The path of `@teamAreas`: what lies under it is the team's.

        Raises:
            WiqlError: it has an offset.
            MacroError: there is no team that it could mean.
        """
        if macro.offset:
            raise WiqlError("The macro takes no offset.", f"@{macro.name}")
        return path_of(self._tenant.store.nodes, team_area(self._tenant, self._team(macro)))

    def items(self, macro: Macro) -> frozenset[int]:
        """The ids that a macro of `LISTS` stands for. Nobody follows an item in the sandbox.

        Raises:
            WiqlError: it has a parameter.
            MacroError: the call has no project, and it is about one.
        """
        found: Mapping[str, Callable[[], frozenset[int]]] = {
            "follows": frozenset,
            "myrecentactivity": lambda: self._where(self._touched),
            "recentmentions": lambda: self._where(self._mentioned),
            "recentprojectactivity": lambda: self._active(macro),
        }
        return _without_parameters(macro, found[macro.name]())

    def _iteration(self, macro: Macro) -> str:
        """The path of the iteration that today is in, or of one that many places after it among those with dates."""
        project = self._team(macro)
        dated = [each for each in self._tenant.team_iterations.of(project.id) if each.start]
        current = current_iteration(self._tenant, project, self._now)
        place = dated.index(current) + macro.offset if current else -1
        if not 0 <= place < len(dated):
            raise MacroError(f"The team '{project.team}' has no iteration that '@CurrentIteration' could mean.")
        return path_of(self._tenant.store.nodes, dated[place])

    def _team(self, macro: Macro) -> Project:
        """The project whose only team a macro names, or means where it names none."""
        if not macro.argument:
            return self._scope("team", macro)
        match = _TEAM.fullmatch(macro.argument)
        if match is None:
            raise MacroError(rf"'{macro.argument}' is not of the form '[project]\team'")
        named = (match["project"].casefold(), match["team"].casefold())
        project = next((each for each in PROJECTS if (each.name.casefold(), each.team.casefold()) == named), None)
        if project is None:
            raise _missing("team", macro)
        return project

    def _scope(self, kind: str, macro: Macro) -> Project:
        """The project of the call."""
        if self._project is None:
            raise _missing(kind, macro)
        return self._project

    def _where(self, fits: Callable[[Item], bool]) -> frozenset[int]:
        return frozenset(each.id for each in self._tenant.store.items.values() if fits(each))

    def _touched(self, item: Item) -> bool:
        return any(each.by == self._by and each.at >= self._now - _RECENT for each in item.versions)

    def _mentioned(self, item: Item) -> bool:
        """Whether a comment of the last days names the person, as HTML or as Markdown does it."""
        marks = (f'data-vss-mention="version:2.0,{self._by}"', f"@<{self._by}>")
        recent = [
            each["text"].casefold()
            for each in item.comments.values()
            if not each["deleted"] and datetime.fromisoformat(each["at"]) >= self._now - _RECENT
        ]
        return any(mark in text for mark in marks for text in recent)

    def _active(self, macro: Macro) -> frozenset[int]:
        project = self._scope("project", macro)
        items = [each for each in self._tenant.store.items.values() if each.project == project.id]
        latest = sorted(items, key=lambda each: (each.now.at, each.id), reverse=True)
        return frozenset(each.id for each in latest[:_PROJECT_ITEMS_MAX])


def _missing(kind: str, macro: Macro) -> MacroError:
    return MacroError(f"VS402612: The macro '{_NAMES[macro.name]}' is not supported without a {kind} context.")


def _without_parameters(macro: Macro, value: _T) -> _T:
    if macro.argument or macro.offset:
        raise WiqlError("The macro takes no parameter and no offset.", f"@{macro.name}")
    return value
