"""What a platform shows of an item's fields, in words that both platforms share, and what people do to its sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx
from acceptance.harness import Site

__all__ = ["View", "view_of"]

_MARKER: Final = re.compile(r"rc-[0-9a-f]{12}")
_DUE: Final = tuple(f"Microsoft.VSTS.Scheduling.{each}" for each in ("DueDate", "FinishDate", "TargetDate"))
_THEIR_PAGE: Final = ("Theirs", "https://data.example/theirs")


class View(Protocol):
    """A site, as its people see it. Items go by key, and are told by their titles."""

    def seen(self, word: str, key: str) -> object:
        """The value of a field: sets as sorted lists of texts, empty fields as `None` or `[]`; how many comments."""
        ...

    def seen_custom(self, id: str, key: str, *, many: bool) -> object:
        """The value of a custom field, likewise."""
        ...

    def passed(self, word: str, key: str) -> list[str]:
        """The values that a field has had since the item's creation, by its history: `type` or `status`."""
        ...

    def add_theirs(self, word: str, key: str, other: str) -> None:
        """Somebody adds an element to a set; `other` is the key of the item that a link goes to."""
        ...


def view_of(site: Site) -> View:
    """The view of a site's platform."""
    return _Azure(site) if site.platform == "azure_devops" else _Jira(site)


@dataclass(frozen=True)
class _Jira:
    site: Site

    def seen(self, word: str, key: str) -> object:
        fields = self.site.issue(key)
        readers: Mapping[str, Callable[[], object]] = {
            "type": lambda: fields["issuetype"]["name"],
            "title": lambda: fields["summary"],
            "description": lambda: _texts_of(fields["description"]),
            "status": lambda: fields["status"]["name"],
            "priority": lambda: fields["priority"]["name"],
            "assignee": lambda: _at(fields["assignee"], "displayName"),
            "labels": lambda: sorted(each for each in fields["labels"] if not _MARKER.fullmatch(each)),
            "parent": lambda: self._parent(fields),
            "links": lambda: sorted(
                (each.get("outwardIssue") or each["inwardIssue"])["fields"]["summary"] for each in fields["issuelinks"]
            ),
            "documents": lambda: [" ".join(each) for each in self._pages(key, "")],
            "commits": lambda: [url.rpartition("/")[2] for _, url in self._pages(key, "commit")],
            "pull_requests": lambda: [url.rpartition("/")[2] for _, url in self._pages(key, "pull request")],
            "due": lambda: fields["duedate"],
            "start": lambda: fields["customfield_10015"],
            "story_points": lambda: fields["customfield_10028"],
            "sprint": lambda: _sprint((fields["customfield_10020"] or [None])[-1]),
            "components": lambda: sorted(each["name"] for each in fields["components"]),
            "fix_versions": lambda: sorted(each["name"] for each in fields["fixVersions"]),
            "watchers": lambda: sorted(self._watchers(key)),
            "comments": lambda: fields["comment"]["total"],
            "fields": lambda: fields["customfield_10050"],
        }
        return readers[word]()

    def seen_custom(self, id: str, key: str, *, many: bool) -> object:
        value = self.site.issue(key)[id]
        return sorted(map(_plain, value or [])) if many else _plain(value)

    def passed(self, word: str, key: str) -> list[str]:
        name = {"type": "issuetype", "status": "status"}[word]
        changes = self._ask("GET", f"issue/{key}", params={"expand": "changelog"}).json()["changelog"]["histories"]
        items = (item for each in sorted(changes, key=lambda each: int(each["id"])) for item in each["items"])
        return [item["toString"] for item in items if item["field"] == name]

    def add_theirs(self, word: str, key: str, other: str) -> None:
        fields = self.site.issue(key)
        match word:
            case "labels":
                self.site.edit("Mei Tanaka", key, add_labels=["theirs"])
            case "links":
                ends = {"type": {"name": "Relates"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
                self._ask("POST", "issueLink", json=ends)
            case "documents":
                title, url = _THEIR_PAGE
                self._ask("POST", f"issue/{key}/remotelink", json={"object": {"title": title, "url": url}})
            case "components":
                names = [*(each["name"] for each in fields["components"]), "Tech"]
                self.site.edit("Mei Tanaka", key, set={"Components": names})
            case "fix_versions":
                names = [*(each["name"] for each in fields["fixVersions"]), "2.0"]
                self.site.edit("Mei Tanaka", key, set={"Fix versions": names})
            case "watchers":
                self.site.edit("Mei Tanaka", key, add_watchers=["Mei Tanaka"])

    def _parent(self, fields: Mapping[str, Any]) -> str | None:
        """The title of the issue above; on Data Center of a sub-task, of any other the epic's."""
        above = fields.get("parent") or {"key": fields.get("customfield_10008")}
        return str(self.site.issue(above["key"])["summary"]) if above["key"] else None

    def _pages(self, key: str, relationship: str) -> list[tuple[str, str]]:
        links = self._ask("GET", f"issue/{key}/remotelink").json()
        pages = ((each["object"]["title"], each["object"]["url"], each.get("relationship", "")) for each in links)
        return sorted((title, url) for title, url, heading in pages if heading == relationship)

    def _watchers(self, key: str) -> list[str]:
        """Those that watch it beside the account that made it."""
        shown = self._ask("GET", f"issue/{key}/watchers").json()["watchers"]
        return [each["displayName"] for each in shown if each["displayName"] != "Sandbox"]

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        url = f"{self.site.endpoints.sites['jira']}{self.site.api}/{path}"
        answer = httpx.request(method, url, auth=("sandbox@example.com", "sandbox"), **more)
        assert answer.is_success, answer.text
        return answer


@dataclass(frozen=True)
class _Azure:
    site: Site

    def seen(self, word: str, key: str) -> object:
        item = self._item(key)
        fields, scheduling = item["fields"], "Microsoft.VSTS.Scheduling"
        readers: Mapping[str, Callable[[], object]] = {
            "type": lambda: fields["System.WorkItemType"],
            "title": lambda: fields["System.Title"],
            "description": lambda: re.sub(r"<[^>]*>", "", fields.get("System.Description", "")).strip() or None,
            "status": lambda: fields["System.State"],
            "priority": lambda: fields.get("Microsoft.VSTS.Common.Priority"),
            "assignee": lambda: _at(fields.get("System.AssignedTo"), "displayName"),
            "labels": lambda: sorted(
                each for each in re.split(r"; ?", fields.get("System.Tags", "")) if each and not _MARKER.fullmatch(each)
            ),
            "parent": lambda: self._title(fields["System.Parent"]) if fields.get("System.Parent") else None,
            "links": lambda: sorted(
                self._title(each["url"].rpartition("/")[2])
                for each in item.get("relations", ())
                if "/_apis/wit/workItems/" in each["url"] and "Hierarchy" not in each["rel"]
            ),
            "documents": lambda: sorted(
                f"{each['attributes']['comment']} {each['url']}"
                for each in self._relations(item, "Hyperlink")
                if "reconciler.invalid" not in each["url"]
            ),
            "commits": lambda: self._artifacts(item, "Fixed in Commit"),
            "pull_requests": lambda: self._artifacts(item, "Pull Request"),
            "due": lambda: next((_day(fields[each]) for each in _DUE if each in fields), None),
            "start": lambda: _day(fields.get(f"{scheduling}.StartDate")),
            "story_points": lambda: fields.get(f"{scheduling}.StoryPoints"),
            "sprint": lambda: fields["System.IterationPath"],
            "area": lambda: fields["System.AreaPath"],
            "comments": lambda: fields["System.CommentCount"],
            "fields": lambda: fields.get("Custom.InvestmentAmount"),
        }
        return readers[word]()

    def seen_custom(self, id: str, key: str, *, many: bool) -> object:
        value = self._item(key)["fields"].get(id)
        if isinstance(value, dict):
            return value["displayName"]
        return re.sub(r"<[^>]*>", "", value).strip() if isinstance(value, str) else value

    def passed(self, word: str, key: str) -> list[str]:
        name = {"type": "System.WorkItemType", "status": "System.State"}[word]
        updates = self._ask(f"workItems/{key}/updates")["value"]
        changes = (each.get("fields", {}).get(name, {}) for each in updates)
        return [each["newValue"] for each in changes if each.get("oldValue")]

    def add_theirs(self, word: str, key: str, other: str) -> None:
        title, url = _THEIR_PAGE
        added: Mapping[str, dict[str, Any]] = {
            "labels": {"add_labels": ["theirs"]},
            "links": {"add_relations": [{"rel": "System.LinkTypes.Related", "item": other}]},
            "documents": {"add_relations": [{"rel": "Hyperlink", "url": url, "attributes": {"comment": title}}]},
        }
        self.site.edit("Mei Tanaka", key, **added[word])

    def _relations(self, item: Mapping[str, Any], rel: str) -> list[dict[str, Any]]:
        return [each for each in item.get("relations", ()) if each["rel"] == rel]

    def _artifacts(self, item: Mapping[str, Any], name: str) -> list[str]:
        found = (each for each in self._relations(item, "ArtifactLink") if each["attributes"]["name"] == name)
        return sorted(each["url"].rpartition("%2F")[2] for each in found)

    def _title(self, id: object) -> str:
        return str(self._item(str(id))["fields"]["System.Title"])

    def _item(self, id: str) -> dict[str, Any]:
        return self._ask(f"workitems/{id}", **{"$expand": "all"})

    def _ask(self, path: str, **query: str) -> dict[str, Any]:
        url = f"{self.site.endpoints.sites['azure_devops']}/_apis/wit/{path}"
        answer = httpx.get(url, params={**query, "api-version": "7.1"}, auth=("anybody", "sandbox"))
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()
        return data


def _texts_of(document: Any) -> str | None:
    """The texts of a document of Jira's; Data Center has none, but wiki markup."""
    if document is None or isinstance(document, str):
        return document
    return str(document.get("text", "")) + "".join(_texts_of(each) or "" for each in document.get("content", ()))


def _sprint(value: Any) -> str | None:
    """A sprint's name: on Data Center in a text, `...Sprint@1f[id=3,...,name=Sprint 8,...]`."""
    if isinstance(value, str):
        named = re.search(r"[\[,]name=([^,\]]*)", value)
        return named[1] if named else None
    return str(value["name"]) if value else None


def _plain(value: Any) -> Any:
    """A value of a custom field of Jira's, or an element of one, as people read it."""
    if not isinstance(value, dict):
        return value
    if value.get("type") == "doc":
        return _texts_of(value)
    name = value.get("value") or value.get("displayName") or value["name"]
    return f"{name}/{value['child']['value']}" if "child" in value else name


def _at(data: Any, key: str) -> Any:
    return data[key] if data is not None else None


def _day(moment: str | None) -> str | None:
    return moment[:10] if moment else None
