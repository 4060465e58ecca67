"""Links, parents, documents and artifacts are written on the sandbox, and nothing of anybody else's goes with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from azure_in_process import AzureInProcess
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reconciler_azure_devops.client import Client

from reconciler.sdk import Change, Link, Outcome, Ref

PARENT = "System.Parent"
FIELDS = (PARENT, "links", "documents", "commits", "pull_requests")
ROOM = Link("Hyperlink", "https://data.example/room", True, "Data room")
SHA = "4800cfa0be564b1e606d6811e99e0380f765a9c4"


@dataclass
class Meddled(AzureInProcess):
    """People do things just before a request of ours arrives: (method, path, what)."""

    meddling: list[tuple[str, str, Callable[[], object]]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        due = [each for each in self.meddling if each[0] == request.method and re.search(each[1], path)][:1]
        for each in due:
            self.meddling.remove(each)
            each[2]()
        return super().handle_request(request)


@pytest.fixture(params=[False, True], ids=["still", "bumping"])
def azure(request) -> Meddled:
    """Links leave an item's revision alone, or they don't: neither may matter (FACTS F)."""
    site = Meddled()
    site.turn(links_bump_rev=request.param, resource_links_bump_rev=request.param)
    site.provider.describe_site(("task", "epic"))
    return site


def made(site: AzureInProcess, operation: str = "op", **fields: Any) -> str:
    outcome = site.create(site.draft(operation, **fields))
    assert outcome.item is not None, outcome
    return outcome.item.id


def changed(site: AzureInProcess, id: str, operation: str = "op9", **parts: Any) -> Outcome:
    return site.update(Change(operation, site.read(id, *FIELDS), **parts))


def link(target: str, type: str = "System.LinkTypes.Dependency", *, outward: bool = True) -> Link:
    return Link(type, target, outward)


def test_an_item_is_created_with_all_its_relations(azure):
    """In the one document: parent, links of both kinds, documents, commits and pull requests (FACTS B6)."""
    parent, other = made(azure, "a"), made(azure, "b")
    repository = azure.provider.describe_site(("task",)).types["Task"].fields["commits"].options[0].id
    commit = Link("Fixed in Commit", f"vstfs:///Git/Commit/{repository}%2F{SHA}")
    pull = Link("Pull Request", f"vstfs:///Git/PullRequestId/{repository}%2F1")
    values = {
        PARENT: Ref(parent),
        "links": (link(other), link(parent, "System.LinkTypes.Related")),
        "documents": (ROOM,),
        "commits": (commit,),
        "pull_requests": (pull,),
    }
    azure.requests.clear()
    id = made(azure, "c", **values)
    assert [each.split("?")[0] for each in azure.requests if "workitems/$" in each] == [
        "POST /INVEST/_apis/wit/workitems/$Task"
    ]
    item = azure.read(id, *FIELDS)
    assert {key: set(each) if isinstance(each, tuple) else each for key, each in item.fields.items()} == {
        key: set(each) if isinstance(each, tuple) else each for key, each in values.items()
    }
    assert item.marker is not None


def test_relations_come_and_go(azure):
    """Each end of a link is one relation, whose name is the type's with its end (FACTS B6)."""
    other = made(azure, "a")
    id = made(azure, "b", links=(link(other),), documents=(ROOM,))
    back = link(other, outward=False)
    new = Link("Hyperlink", "https://data.example/new", True, "New")
    outcome = changed(
        azure, id, add={"links": (back,), "documents": (new,)}, remove={"links": (link(other),), "documents": (ROOM,)}
    )
    assert (outcome.result, outcome.applied) == ("done", {"links", "documents"})
    fields = azure.read(id, *FIELDS).fields
    assert (fields["links"], fields["documents"]) == ((back,), (new,))
    assert azure.read(other, "links").fields["links"] == (link(id),)


def test_a_parent_changes_in_one_patch(azure):
    """An item has one parent: the old one goes and the new one comes at once (FACTS B6)."""
    first, second = made(azure, "a"), made(azure, "b")
    id = made(azure, "c", **{PARENT: Ref(first)})
    azure.requests.clear()
    assert changed(azure, id, set={PARENT: Ref(second)}).result == "done"
    assert sum(each.startswith("PATCH") for each in azure.requests) == 1
    assert azure.read(id, PARENT).fields[PARENT] == Ref(second)
    assert changed(azure, id, set={PARENT: None}).result == "done"
    assert azure.read(id, PARENT).fields[PARENT] is None
    assert changed(azure, id, set={PARENT: Ref(first)}).result == "done"
    assert azure.read(id, PARENT).fields[PARENT] == Ref(first)


def test_a_document_gets_another_title(azure):
    """The hyperlink is replaced; people's own of the same page stays."""
    id = made(azure, documents=(ROOM,))
    relation = {"rel": "Hyperlink", "url": ROOM.target, "attributes": {"comment": "Theirs"}}
    azure.person("edit", item=id, add_relations=[relation])
    renamed = Link("Hyperlink", ROOM.target, True, "Room")
    assert changed(azure, id, add={"documents": (renamed,)}, remove={"documents": (ROOM,)}).result == "done"
    relations = Client(azure.plugin.session).item(id)["relations"]
    titles = [each["attributes"]["comment"] for each in relations if each["url"] == ROOM.target]
    assert sorted(titles) == ["Room", "Theirs"]


def test_what_is_so_already_writes_nothing(azure):
    """A person may have done the same in between."""
    id = made(azure, documents=(ROOM,))
    item = azure.read(id, *FIELDS)
    azure.person("edit", item=id, remove_relations=[{"rel": "Hyperlink", "url": ROOM.target}])
    azure.requests.clear()
    assert azure.update(Change("op2", item, remove={"documents": (ROOM,)})).result == "done"
    assert not [each for each in azure.requests if each.startswith("PATCH")]


def test_a_link_to_nobody_is_refused(azure):
    """The item itself is there, so it is not `gone`."""
    id = made(azure)
    outcome = changed(azure, id, add={"links": (link("9999"),)})
    assert outcome.result == "refused"
    assert outcome.problems
    outcome = changed(azure, id, set={PARENT: Ref("9999")})
    assert outcome.result == "refused"


def test_a_second_document_of_an_operation_that_fails_leaves_the_first(azure):
    """What was written is said: the title was, the parent was not."""
    id = made(azure)
    outcome = changed(azure, id, set={"System.Title": "New", PARENT: Ref("9999")})
    assert (outcome.result, outcome.applied) == ("partial", {"System.Title"})
    assert azure.read(id, "System.Title").fields["System.Title"] == "New"


@pytest.mark.parametrize("own_id", [True, False], ids=["its own marker", "its creation's marker"])
@pytest.mark.parametrize(
    ("options", "knobs"),
    [
        ({}, {}),
        ({"marker_field": "Microsoft.VSTS.Common.AcceptanceCriteria"}, {"resource_links_bump_rev": False}),
    ],
    ids=["hyperlink", "marker_field"],
)
def test_a_removal_that_is_delivered_twice_takes_nothing_of_peoples(options, knobs, own_id):
    """The first one renews the marker, which makes a revision; so the second meets its own test, and does nothing.

    Otherwise it would take what has the index by then, where a link leaves the revision alone (FACTS F).
    """
    site = Meddled(options)
    site.turn(**knobs)
    site.provider.describe_site(("story",))
    old = site.person("create", set={"title": "Old"})["key"]
    draft = replace(site.draft("b", links=(link(old),)), type=Ref("User Story", "User Story"))
    [outcome] = site.provider.create([draft])
    assert outcome.item is not None, outcome
    id = outcome.item.id
    if own_id:
        assert changed(site, id, "op1", marker=site.marker("op1", item=id)).result == "done"
    site.person("edit", item=id, add_relations=[{"rel": "Hyperlink", "url": page} for page in PAGES])
    site.faults.append(("PATCH", rf"/workitems/{id}\?", "twice"))
    assert changed(site, id, "op2", remove={"links": (link(old),)}).result == "unknown"
    live = site.read(id, *FIELDS)
    assert live.fields["links"] == ()
    assert {each.target for each in live.fields["documents"]} == set(PAGES)
    assert live.marker is not None
    assert (live.marker.item, live.marker.operation) == (id, "op2")


PAGES = [f"https://people.example/{each}" for each in range(4)]
MOMENTS = st.lists(
    st.tuples(
        st.sampled_from(["GET", "PATCH", "PATCH", "PATCH"]),
        st.sampled_from(["add", "remove"]),
        st.integers(0, 3),
    ),
    max_size=6,
)


TAKEN_WHILE_ONE_OF_TWO_GOES = [
    ("GET", "add", 0),
    ("PATCH", "remove", 0),
    ("PATCH", "add", 1),
    ("PATCH", "add", 0),
    ("PATCH", "add", 0),
    ("PATCH", "remove", 0),
]
"""The marker is there twice by then, and a person takes a page just before one of the two goes."""


@settings(max_examples=60, deadline=None)
@given(st.booleans(), st.booleans(), st.sets(st.integers(0, 3)), MOMENTS)
@example(False, False, set(), [("PATCH", "add", 0), ("PATCH", "add", 1), ("PATCH", "add", 2)])
@example(False, False, set(), TAKEN_WHILE_ONE_OF_TWO_GOES)
def test_nothing_of_peoples_is_lost(links_bump, resources_bump, first, moments):
    """Whatever people add and take away between our look and our patch: theirs ends as they left it, ours as we did.

    A removal goes by an index, which another relation may have by then (FACTS F).
    """
    site = Meddled()
    site.turn(links_bump_rev=links_bump, resource_links_bump_rev=resources_bump)
    old, new, other = made(site, "a"), made(site, "b"), made(site, "c")
    id = made(site, "d", links=(link(old),), documents=(ROOM,), **{PARENT: Ref(old)})
    theirs: set[str] = set()

    def meddle(verb: str, page: str) -> None:
        if (verb == "add") == (page in theirs):
            return
        try:
            site.person("edit", item=id, **{f"{verb}_relations": [{"rel": "Hyperlink", "url": page}]})
        except ValueError:  # it went with a removal of ours, and is about to be put back
            return
        (theirs.add if verb == "add" else theirs.discard)(page)

    for each in first:
        meddle("add", PAGES[each])
    site.person("edit", item=id, add_relations=[{"rel": "System.LinkTypes.Related", "item": other}])
    item = site.read(id, *FIELDS)
    for method, verb, page in moments:
        path = rf"/workitems/{id}\?"
        site.meddling.append((method, path, lambda verb=verb, page=PAGES[page]: meddle(verb, page)))
    change = Change(
        "op2", item, {PARENT: Ref(new)}, remove={"links": (link(old),), "documents": (ROOM,)},
        marker=site.marker("op2", item=id),
    )  # fmt: skip
    outcome = site.update(change)
    live = site.read(id, *FIELDS)
    assert {each.target for each in live.fields["documents"] if isinstance(each, Link)} - {ROOM.target} == theirs
    assert link(other, "System.LinkTypes.Related") in live.fields["links"]
    if outcome.result == "done":
        assert live.fields[PARENT] == Ref(new)
        assert ROOM not in live.fields["documents"]
        assert link(old) not in live.fields["links"]
        assert live.marker is not None
        assert (live.marker.item, live.marker.operation) == (id, "op2")
    else:
        assert outcome.result in {"changed", "refused"}
