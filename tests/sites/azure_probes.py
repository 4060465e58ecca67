"""The Azure DevOps sandbox's rules as probes by plain HTTP, for any organisation: each is called as its rule.

A probe makes items of its own in the one project and leaves everything else alone. What takes another account, another
process or a project's settings has no probe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx
from sites.targets import Target

__all__ = ["PROBES", "Azure"]

_PATCH = {"Content-Type": "application/json-patch+json"}
_PARENT, _CHILD = "System.LinkTypes.Hierarchy-Reverse", "System.LinkTypes.Hierarchy-Forward"
_PAGE = "https://example.com/reconciler-kit"
_NOBODY = 2_000_000_000


class Azure:
    """A project, and shorthands for what probes do there."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.project = quote(target.project, safe="")

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        return self.target.ask(method, path, body, **{"api-version": "7.1", **query})

    def patch(self, path: str, *operations: Any, method: str = "PATCH", **query: Any) -> httpx.Response:
        params = {"api-version": "7.1", **query}
        return self.target.send(method, path, json=list(operations), params=params, headers=_PATCH)

    @cached_property
    def type(self) -> str:
        """A type whose items need nothing but a title."""
        known = {each["name"] for each in self.ask("GET", f"/{self.project}/_apis/wit/workitemtypes").json()["value"]}
        return next(each for each in ("Task", "Issue", *sorted(known)) if each in known)

    def create(self, *operations: Any, title: str = "probe", **query: Any) -> httpx.Response:
        path = f"/{self.project}/_apis/wit/workitems/${quote(self.type)}"
        return self.patch(path, _set("Title", f"{self.target.run} {title}"), *operations, method="POST", **query)

    def make(self, *operations: Any, title: str = "probe") -> int:
        answer = self.create(*operations, title=title)
        assert answer.status_code == 200, answer.text
        self.target.made.append(str(answer.json()["id"]))
        return int(answer.json()["id"])

    def change(self, item: int, *operations: Any, **query: Any) -> httpx.Response:
        return self.patch(f"/_apis/wit/workitems/{item}", *operations, **query)

    def read(self, item: int, **query: Any) -> dict[str, Any]:
        shown: dict[str, Any] = self.ask("GET", f"/_apis/wit/workitems/{item}", **query).json()
        return shown

    def value(self, item: int, name: str) -> Any:
        return self.read(item)["fields"].get(f"System.{name}")

    def relations(self, item: int) -> list[dict[str, Any]]:
        return list(self.read(item, **{"$expand": "relations"}).get("relations") or ())

    def relation(self, rel: str, other: int) -> dict[str, Any]:
        url = f"{self.target.http.base_url}".rstrip("/") + f"/_apis/wit/workItems/{other}"
        return _relation(rel, url)


def _set(name: str, value: Any, op: str = "add") -> dict[str, Any]:
    return {"op": op, "path": f"/fields/{name if '.' in name else f'System.{name}'}", "value": value}


def _relation(rel: str, url: str) -> dict[str, Any]:
    return {"op": "add", "path": "/relations/-", "value": {"rel": rel, "url": url, "attributes": {}}}


def strangers_get_a_page(azure: Azure) -> None:
    answer = azure.target.stranger.get("/_apis/projects", params={"api-version": "7.1"})
    assert answer.status_code in (203, 302, 401)
    assert "json" not in answer.headers.get("content-type", "")


def strangers_may_not_patch(azure: Azure) -> None:
    path, body = f"/_apis/wit/workitems/{azure.make()}", [_set("Title", "stolen")]
    answer = azure.target.stranger.patch(path, json=body, params={"api-version": "7.1"}, headers=_PATCH)
    assert answer.status_code == 401


def api_version_is_mandatory(azure: Azure) -> None:
    path = f"/_apis/wit/workitems/{azure.make()}"
    assert azure.target.http.patch(path, json=[], headers=_PATCH).status_code == 400
    assert azure.target.http.get(path, headers={"Accept": "application/json;api-version=7.1"}).status_code == 200


def paths_ignore_case(azure: Azure) -> None:
    assert azure.ask("GET", f"/_APIS/WIT/WorkItems/{azure.make()}").status_code == 200


def unknown_places_are_told_apart(azure: Azure) -> None:
    answer = azure.ask("GET", "/_apis/projects/no-such-project-here")
    assert (answer.status_code, "TF200016" in answer.json()["message"]) == (404, True)


def create_answers_200(azure: Azure) -> None:
    item = azure.make()
    assert "System.AssignedTo" not in azure.read(item)["fields"]
    assert "System.Tags" not in azure.read(item)["fields"]


def expand_all_shows_more(azure: Azure) -> None:
    item = azure.make()
    shown = azure.read(item, **{"$expand": "all"})["fields"]
    assert azure.read(item)["fields"].keys() < shown.keys()


def patches_are_json_patch(azure: Azure) -> None:
    item = azure.make()
    odd = azure.ask("PATCH", f"/_apis/wit/workitems/{item}", [_set("Title", "x")])
    assert odd.status_code == 415 or odd.status_code == 400
    assert azure.change(item, {"op": "add", "path": "/nothing/here", "value": 1}).status_code == 400


def a_document_is_one_transaction(azure: Azure) -> None:
    item = azure.make()
    refused = azure.change(item, _set("Title", f"{azure.target.run} new"), _set("Custom.NoSuchFieldHere", 1))
    assert refused.status_code == 400
    assert azure.value(item, "Title") == f"{azure.target.run} probe"
    assert azure.read(item)["rev"] == 1


def rev_guards_fields(azure: Azure) -> None:
    item = azure.make()
    behind = {"op": "test", "path": "/rev", "value": 7}
    answer = azure.change(item, behind, _set("Title", f"{azure.target.run} new"))
    assert (answer.status_code, "VS403351" in answer.json()["message"]) == (412, True)


def validate_only_keeps_nothing(azure: Azure) -> None:
    item = azure.make()
    assert azure.change(item, _set("Title", f"{azure.target.run} new"), validateOnly="true").status_code == 200
    assert (azure.value(item, "Title"), azure.read(item)["rev"]) == (f"{azure.target.run} probe", 1)
    assert azure.create(validateOnly="true").status_code == 200


def rules_name_their_fields(azure: Azure) -> None:
    answer = azure.change(azure.make(), _set("Title", ""))
    (broken,) = answer.json()["customProperties"]["RuleValidationErrors"]
    assert (answer.status_code, broken["fieldReferenceName"]) == (400, "System.Title")


def unknown_fields_are_refused(azure: Azure) -> None:
    answer = azure.change(azure.make(), _set("Custom.NoSuchFieldHere", 1))
    assert (answer.status_code, "TF51535" in answer.json()["message"]) == (400, True)


def empty_values_clear(azure: Azure) -> None:
    item = azure.make(_set("Description", "text"))
    assert azure.change(item, _set("Description", "")).status_code == 200
    assert not azure.value(item, "Description")


def paths_of_trees(azure: Azure) -> None:
    answer = azure.change(azure.make(), _set("AreaPath", f"{azure.target.project}\\no such area here"))
    assert (answer.status_code, "TF401347" in answer.json()["message"]) == (400, True)


def html_is_rewritten(azure: Azure) -> None:
    item = azure.make(_set("Description", "<p>one</p><script>alert(1)</script>"))
    assert "script" not in azure.value(item, "Description")


def tags_merge_on_add(azure: Azure) -> None:
    item = azure.make(_set("Tags", "kit-a"))
    azure.change(item, _set("Tags", "kit-b"))
    assert _tags(azure, item) == {"kit-a", "kit-b"}
    azure.change(item, _set("Tags", "kit-b", "replace"))
    assert _tags(azure, item) == {"kit-b"}


def tags_keep_their_first_spelling(azure: Azure) -> None:
    azure.make(_set("Tags", "kit-spelling"))
    assert _tags(azure, azure.make(_set("Tags", "KIT-Spelling"))) == {"kit-spelling"}


def tags_are_sorted(azure: Azure) -> None:
    item = azure.make(_set("Tags", "kit-b; kit-a; kit-c"))
    assert azure.value(item, "Tags") == "kit-a; kit-b; kit-c"


def _tags(azure: Azure, item: int) -> set[str]:
    return {each.strip() for each in (azure.value(item, "Tags") or "").split(";") if each.strip()}


def history_is_a_comment(azure: Azure) -> None:
    item = azure.make()
    azure.change(item, _set("History", "said"))
    path = f"/{azure.project}/_apis/wit/workItems/{item}/comments"
    (comment,) = azure.ask("GET", path, **{"api-version": "7.1-preview.4"}).json()["comments"]
    assert "said" in comment["text"]


def links_leave_rev_alone(azure: Azure) -> None:
    one, other = azure.make(), azure.make()
    assert azure.change(one, azure.relation(_CHILD, other)).status_code == 200
    assert [azure.read(each)["rev"] for each in (one, other)] == [1, 1]


def resource_links_make_a_revision(azure: Azure) -> None:
    item = azure.make()
    azure.change(item, _relation("Hyperlink", _PAGE))
    assert azure.read(item)["rev"] == 2


def links_show_at_both_ends(azure: Azure) -> None:
    one, other = azure.make(), azure.make()
    azure.change(one, azure.relation(_CHILD, other))
    assert [each["rel"] for each in azure.relations(other)] == [_PARENT]
    assert azure.value(other, "Parent") == one


def one_parent_alone(azure: Azure) -> None:
    child, first, second = azure.make(), azure.make(), azure.make()
    azure.change(child, azure.relation(_PARENT, first))
    answer = azure.change(child, azure.relation(_PARENT, second))
    assert (answer.status_code, "TF201036" in answer.json()["message"]) == (400, True)


def reparenting_in_one_patch(azure: Azure) -> None:
    child, first, second = azure.make(), azure.make(), azure.make()
    azure.change(child, azure.relation(_PARENT, first))
    answer = azure.change(child, {"op": "remove", "path": "/relations/0"}, azure.relation(_PARENT, second))
    assert (answer.status_code, azure.value(child, "Parent")) == (200, second)


def no_circles(azure: Azure) -> None:
    one, other = azure.make(), azure.make()
    azure.change(one, azure.relation(_PARENT, other))
    answer = azure.change(other, azure.relation(_PARENT, one))
    assert (answer.status_code, "TF201035" in answer.json()["message"]) == (400, True)


def hyperlinks_may_repeat(azure: Azure) -> None:
    item = azure.make(_relation("Hyperlink", _PAGE))
    assert azure.change(item, _relation("Hyperlink", _PAGE)).status_code == 200
    assert len(azure.relations(item)) == 2


def batch_reads_take_two_hundred(azure: Azure) -> None:
    body = {"ids": list(range(1, 202)), "errorPolicy": "omit"}
    answer = azure.ask("POST", "/_apis/wit/workitemsbatch", body)
    assert (answer.status_code, "VS403474" in answer.json()["message"]) == (400, True)


def fields_exclude_expand(azure: Azure) -> None:
    body = {"ids": [azure.make()], "fields": ["System.Title"], "$expand": "relations"}
    assert azure.ask("POST", "/_apis/wit/workitemsbatch", body).status_code == 400


def one_missing_item_fails_all(azure: Azure) -> None:
    ids = [azure.make(), _NOBODY]
    assert azure.ask("POST", "/_apis/wit/workitemsbatch", {"ids": ids}).status_code == 404
    answer = azure.ask("POST", "/_apis/wit/workitemsbatch", {"ids": ids, "errorPolicy": "omit"})
    assert [each["id"] for each in answer.json()["value"] if each] == ids[:1]


def updates_tell_who_changed_what(azure: Azure) -> None:
    item = azure.make()
    azure.change(item, _set("Title", f"{azure.target.run} new"))
    *_, last = azure.ask("GET", f"/_apis/wit/workItems/{item}/updates").json()["value"]
    title = last["fields"]["System.Title"]
    assert (title["oldValue"], title["newValue"]) == (f"{azure.target.run} probe", f"{azure.target.run} new")
    assert last["revisedBy"]["uniqueName"]


def the_last_update_ends_never(azure: Azure) -> None:
    *_, last = azure.ask("GET", f"/_apis/wit/workItems/{azure.make()}/updates").json()["value"]
    assert last["revisedDate"].startswith("9999-")


def revisions_show_each_state(azure: Azure) -> None:
    item = azure.make()
    azure.change(item, _set("Title", f"{azure.target.run} new"))
    first = azure.ask("GET", f"/_apis/wit/workItems/{item}/revisions/1").json()
    assert first["fields"]["System.Title"] == f"{azure.target.run} probe"


def deleted_items_go_to_the_bin(azure: Azure) -> None:
    item = azure.make()
    assert azure.ask("DELETE", f"/_apis/wit/workitems/{item}").status_code == 200
    assert azure.ask("GET", f"/_apis/wit/workitems/{item}").status_code == 404
    assert azure.ask("GET", f"/{azure.project}/_apis/wit/recyclebin/{item}").status_code == 200


def the_bin_gives_back(azure: Azure) -> None:
    item = azure.make()
    azure.ask("DELETE", f"/_apis/wit/workitems/{item}")
    assert azure.ask("PATCH", f"/{azure.project}/_apis/wit/recyclebin/{item}", {"isDeleted": False}).status_code == 200
    assert azure.value(item, "Title") == f"{azure.target.run} probe"


def the_answer_has_ids_alone(azure: Azure) -> None:
    item = azure.make(title="wiql")
    query = f"SELECT [System.Title] FROM WorkItems WHERE [System.Title] = '{azure.target.run} wiql'"

    def found() -> list[dict[str, Any]]:
        answer = azure.ask("POST", f"/{azure.project}/_apis/wit/wiql", {"query": query})
        return list(answer.json()["workItems"])

    assert azure.target.eventually(lambda: bool(found()))
    (hit,) = found()
    assert (hit["id"], hit.keys()) == (item, {"id", "url"})


def each_element_of_a_batch_stands_alone(azure: Azure) -> None:
    item = azure.make()
    writes = [
        {
            "method": "PATCH",
            "uri": f"/_apis/wit/workitems/{each}?api-version=7.1",
            "headers": _PATCH,
            "body": [_set("Title", f"{azure.target.run} batch")],
        }
        for each in (_NOBODY, item)
    ]
    answers = azure.ask("PATCH", "/_apis/wit/$batch", writes).json()["value"]
    assert [each["code"] for each in answers] == [404, 200]


def comments_are_in_preview(azure: Azure) -> None:
    path = f"/{azure.project}/_apis/wit/workItems/{azure.make()}/comments"
    assert azure.ask("GET", path, **{"api-version": "7.1-preview.4"}).status_code == 200
    assert azure.ask("GET", path).status_code == 400


def relation_types_know_their_other_ends(azure: Azure) -> None:
    types = azure.ask("GET", "/_apis/wit/workitemrelationtypes").json()["value"]
    (child,) = [each for each in types if each["referenceName"] == _CHILD]
    assert child["attributes"]["oppositeEndReferenceName"] == _PARENT


def types_tell_states_transitions_and_fields(azure: Azure) -> None:
    type = azure.ask("GET", f"/{azure.project}/_apis/wit/workitemtypes/{quote(azure.type)}").json()
    assert type["states"]
    assert type["transitions"]
    assert type["fields"]


def backlogs_name_the_field_of_points(azure: Azure) -> None:
    answer = azure.ask("GET", f"/{azure.project}/_apis/work/backlogconfiguration").json()
    assert answer["backlogFields"]["typeFields"]["Effort"]


PROBES: dict[str, Callable[[Azure], None]] = {
    name: each
    for name, each in list(globals().items())
    if callable(each) and getattr(each, "__module__", "") == __name__ and name[0].islower()
}
"""By the rule's name."""
