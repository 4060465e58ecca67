"""Issues as Jira's JSON, with their links, comments and histories."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler_jira_sandbox.site import (
    FIELDS,
    GROUPS,
    PRIORITIES,
    RESOLUTIONS,
    TYPES,
    Field,
    IssueType,
    Named,
)
from reconciler_jira_sandbox.site_rendering import SiteRendering
from reconciler_jira_sandbox.store import Edit, Issue, IssueLink, Store, jira_time
from reconciler_jira_sandbox.workflow import status_by_id

__all__ = ["Rendering"]

_SPRINT = next(each.id for each in FIELDS.values() if each.kind == "sprint")
_NAVIGABLE = tuple(each for each in FIELDS if each != "comment")


class Rendering(SiteRendering):
    """Writes issues too. A fields object is cached until its issue's revision changes."""

    def __init__(self, store: Store, base: str) -> None:
        super().__init__(base)
        self._store = store
        self._own: dict[str, tuple[int, dict[str, Any]]] = {}

    def issue(
        self,
        issue: Issue,
        fields: Collection[str],
        properties: Collection[str],
        values: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """An IssueBean.

        Args:
            fields: ids, `*all`, `*navigable`, and ids to leave out with a minus.
            properties: keys, or `*all`.
            values: an older state of its fields, for an index that lags.
        """
        shown: dict[str, Any] = {
            "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
            "id": issue.id,
            "self": f"{self._api}/issue/{issue.id}",
            "key": issue.key,
            "fields": self.fields(issue, _chosen(fields), values),
        }
        if properties:
            everything = "*all" in properties
            shown["properties"] = {
                name: value for name, value in issue.properties.items() if everything or name in properties
            }
        return shown

    def fields(self, issue: Issue, names: Collection[str], values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The fields of these ids. What belongs to other issues or to sprints is never cached."""
        own = self._own_fields(issue) if values is None else self._render(issue, values)
        shown = {name: own[name] for name in names if name in own}
        if "parent" in names and (parent := self._store.issues.get((values or issue.values).get("parent", ""))):
            shown["parent"] = self.brief(parent)
        if stored := shown.get(_SPRINT):
            shown[_SPRINT] = [self.sprint_value(self._store.sprints[each]) for each in stored]
        if "subtasks" in names:
            children = (self._store.issues[each] for each in issue.children)
            shown["subtasks"] = [self.brief(each) for each in children if _type(each.type).level < 0]
        if "issuelinks" in names:
            links = issue.links.values()
            shown["issuelinks"] = [self._end(issue, each) for each in links if not self._other(issue, each).hidden]
        return shown

    def brief(self, issue: Issue) -> dict[str, Any]:
        """What other issues show of one: a parent, a child or a link's end."""
        own = self._own_fields(issue)
        names = ("summary", "status", "priority", "issuetype")
        return {
            "id": issue.id,
            "key": issue.key,
            "self": f"{self._api}/issue/{issue.id}",
            "fields": {name: own[name] for name in names if name in own},
        }

    def link(self, link: IssueLink) -> dict[str, Any]:
        """An IssueLink with both ends."""
        return {
            "id": link.id,
            "self": f"{self._api}/issueLink/{link.id}",
            "type": self.link_type(link.type),
            "inwardIssue": self.brief(self._store.issues[link.inward]),
            "outwardIssue": self.brief(self._store.issues[link.outward]),
        }

    def changelog(self, edit: Edit) -> dict[str, Any]:
        """One entry of a changelog. Empty sides are left out: the published schema has no null there."""
        return {
            "id": edit.id,
            "author": self.author(edit.by),
            "created": jira_time(edit.at),
            "items": [dict(item) for item in edit.items],
        }

    def comment(self, issue: Issue, comment: Mapping[str, Any]) -> dict[str, Any]:
        """A Comment, as reads show it: without its properties."""
        return {
            "id": comment["id"],
            "self": f"{self._api}/issue/{issue.id}/comment/{comment['id']}",
            "author": self.author(comment["author"]),
            "updateAuthor": self.author(comment.get("editor", comment["author"])),
            "body": comment["body"],
            "created": jira_time(comment["created"]),
            "updated": jira_time(comment.get("updated", comment["created"])),
            "jsdPublic": True,
        }

    def _own_fields(self, issue: Issue) -> dict[str, Any]:
        cached = self._own.get(issue.id)
        if cached is None or cached[0] != issue.revision:
            cached = self._own[issue.id] = (issue.revision, self._render(issue, issue.values))
        return cached[1]

    def _render(self, issue: Issue, values: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            name: self._value(field, values.get(name))
            for name, field in FIELDS.items()
            if field.kind not in ("parent", "links", "comments", "moment") and name not in _type(issue.type).off_screen
        }
        comments = [self.comment(issue, each) for each in issue.comments]
        return shown | {
            "issuetype": self.type(_type(issue.type)),
            "project": self.project(),
            "creator": self.author(issue.creator),
            "created": jira_time(issue.created),
            "updated": jira_time(issue.updated),
            "comment": {"comments": comments, "maxResults": len(comments), "total": len(comments), "startAt": 0},
        }

    def _value(self, field: Field, stored: Any) -> Any:
        match field.kind:
            case "labels":
                return stored or []
            case "components":
                return [self.component(each) for each in self._store.components.values() if each.id in (stored or ())]
            case "versions":
                return [self.version(each) for each in self._store.versions.values() if each.id in (stored or ())]
            case _ if stored is None:
                return None
            case "options":
                return [self.option(each) for each in field.options if each.id in stored]
            case "cascade":
                return self.cascade(field.options, stored)
            case "users":
                return [self.author(each) for each in stored]
            case "group":
                return self.group(next(each for each in GROUPS if each.name == stored))
            case "groups":
                return [self.group(each) for each in GROUPS if each.name in stored]
            case "version":
                return self.version(self._store.versions[stored])
            case "datetime":
                return jira_time(stored)
            case "option":
                return next(self.option(each) for each in field.options if each.id == stored)
            case "priority":
                return next(self.priority(each) for each in PRIORITIES if each.id == stored)
            case "user":
                return self.author(stored)
            case "status":
                return self.status(status_by_id(stored))
            case "resolution":
                return next(self.resolution(each) for each in RESOLUTIONS if each.name == stored)
        return stored

    def allowed(self, field: Field, kind: IssueType) -> list[dict[str, Any]] | None:
        """The values that a field takes, where it lists them."""
        match field.kind:
            case "option" | "options" | "cascade":
                return [self._allowed_option(each) for each in field.options]
            case "priority":
                return [self.priority(each) for each in PRIORITIES]
            case "components":
                return [self.component(each) for each in self._store.components.values()]
            case "version" | "versions":
                return [self.version(each) for each in self._store.versions.values() if not each.archived]
            case "project":
                return [self.project()]
            case "type":
                return [self.type(kind)]
        return None

    def _allowed_option(self, option: Named) -> dict[str, Any]:
        shown = self.option(option)
        return {**shown, "children": [self.option(each) for each in option.below]} if option.below else shown

    def _end(self, issue: Issue, link: IssueLink) -> dict[str, Any]:
        side = "outwardIssue" if issue.id == link.inward else "inwardIssue"
        return {
            "id": link.id,
            "self": f"{self._api}/issueLink/{link.id}",
            "type": self.link_type(link.type),
            side: self.brief(self._other(issue, link)),
        }

    def _other(self, issue: Issue, link: IssueLink) -> Issue:
        return self._store.issues[link.outward if issue.id == link.inward else link.inward]


def _chosen(fields: Collection[str]) -> set[str]:
    chosen: set[str] = set()
    for name in fields:
        if name == "*all":
            chosen |= FIELDS.keys()
        elif name == "*navigable":
            chosen |= set(_NAVIGABLE)
        elif not name.startswith("-"):
            chosen.add(name)
    return chosen - {name[1:] for name in fields if name.startswith("-")}


def _type(identity: str) -> IssueType:
    return next(each for each in TYPES if each.id == identity)
