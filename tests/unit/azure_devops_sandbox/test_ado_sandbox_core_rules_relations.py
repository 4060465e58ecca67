"""Azure DevOps' sandbox: relations between items, hyperlinks and artifacts."""

from __future__ import annotations

from typing import Any

import pytest
from azure_organisation import HOST, Organisation, field, link, operation
from hypothesis import given
from hypothesis import strategies as st

PARENT, CHILD = "System.LinkTypes.Hierarchy-Reverse", "System.LinkTypes.Hierarchy-Forward"
NEXT, RELATED = "System.LinkTypes.Dependency-Forward", "System.LinkTypes.Related"
ROOM = "https://room.example/1"
PULL = "vstfs:///Git/PullRequestId/a%2Fb%2F1"


def _refused(azure: Organisation, item: int, *operations: Any) -> str:
    answer = azure.patch(item, *operations)
    assert answer.status == 400, answer.json
    return str(answer.json["message"])


def test_links_leave_rev_alone(azure: Organisation) -> None:
    """Three children in one patch change no rev and no date on either side; the knob makes revisions of them."""
    epic, *tasks = azure.make(kind="Epic"), azure.make(), azure.make(), azure.make()
    azure.clock.sleep(60)
    shown = azure.change(epic, *(link(CHILD, each) for each in tasks[:2]))
    assert (shown["rev"], shown["fields"]["System.ChangedDate"]) == (1, "2026-11-23T09:00:00Z")
    task = azure.item(tasks[0])
    assert (task["rev"], task["fields"]["System.ChangedDate"]) == (1, "2026-11-23T09:00:00Z")
    assert task["fields"]["System.Parent"] == epic
    azure.change(tasks[0], operation("test", "/rev", 1), field("Title", "Still mine to write"))
    azure.turn(links_bump_rev=True)
    azure.change(epic, link(CHILD, tasks[2]))
    assert [azure.value(each, "Rev") for each in (epic, *tasks)] == [2, 2, 1, 2]


def test_resource_links_make_a_revision(azure: Organisation) -> None:
    """Adding and removing a hyperlink count, as in the published examples, unless the knob says otherwise."""
    item = azure.make("T", "Task", link("Hyperlink", ROOM))
    assert azure.value(item, "Rev") == 1
    azure.change(item, link("ArtifactLink", PULL, name="Pull Request"))
    azure.change(item, operation("remove", f"/relations/{azure.index(item, 'Hyperlink', '1')}"))
    assert azure.value(item, "Rev") == 3
    azure.turn(resource_links_bump_rev=False)
    assert azure.change(item, link("Hyperlink", ROOM))["rev"] == 3


def test_links_show_at_both_ends(azure: Organisation) -> None:
    """Each end has the name of its side and the comment; removed at one end, the link is gone at both."""
    first, second = azure.make("1"), azure.make("2")
    azure.change(first, link("system.linktypes.dependency-FORWARD", second, comment="then"), link(RELATED, second))
    (there,) = (each for each in azure.item(first)["relations"] if each["rel"] == NEXT)
    (back,) = (each for each in azure.item(second)["relations"] if each["rel"].endswith("Dependency-Reverse"))
    assert there["attributes"] == {"isLocked": False, "comment": "then", "name": "Successor"}
    assert back["attributes"] == {"isLocked": False, "comment": "then", "name": "Predecessor"}
    azure.change(second, operation("remove", f"/relations/{azure.index(second, 'Dependency-Reverse', str(first))}"))
    assert azure.relations(first) == [("Related", str(second))]
    assert azure.relations(second) == [("Related", str(first))]
    updates = azure.get(f"workitems/{first}/updates").json["value"]
    assert [sorted(each.get("relations", {})) for each in updates] == [[], ["added"], ["removed"]]


def test_relations_keep_no_order(azure: Organisation) -> None:
    """The list has an order of its own that does not change; indexes count in it, all as it was before the patch."""
    item = azure.make()
    urls = [f"https://room.example/{number}" for number in range(6)]
    azure.change(item, *(link("Hyperlink", each) for each in urls))
    shown = [each["url"] for each in azure.item(item)["relations"]]
    assert sorted(shown) == urls
    assert shown != urls
    azure.change(item, operation("remove", "/relations/4"), operation("remove", "/relations/1"))
    assert [each["url"] for each in azure.item(item)["relations"]] == [shown[0], shown[2], shown[3], shown[5]]
    assert "Index out of range" in _refused(azure, item, operation("remove", "/relations/4"))


def test_relation_urls_follow_the_scope(azure: Organisation) -> None:
    """Organisation-wide calls give URLs without a project, project calls with its id; either is understood."""
    first, second = azure.make("1"), azure.make("2")
    invest = f"{HOST}/1a7f3c10-5d2b-4e0f-9c11-a1b2c3d40001"
    azure.change(first, link(RELATED, f"{invest}/_apis/wit/workItems/{second}"))
    asked = {"$expand": "relations"}
    plain = azure.get(f"workitems/{first}", **asked).json
    scoped = azure.get(f"/INVEST/_apis/wit/workitems/{first}", **asked).json
    assert plain["relations"][0]["url"] == f"{HOST}/_apis/wit/workItems/{second}"
    assert scoped["relations"][0]["url"] == f"{invest}/_apis/wit/workItems/{second}"
    assert (plain["url"], scoped["url"]) == (f"{HOST}/_apis/wit/workItems/1", f"{invest}/_apis/wit/workItems/1")


def test_one_parent_alone(azure: Organisation) -> None:
    """From either end a second parent is refused, and so is a link that is there; nothing is changed."""
    one, two, task = azure.make(kind="Epic"), azure.make(kind="Epic"), azure.make()
    azure.change(task, link(PARENT, one))
    for item, bad in ((task, link(PARENT, two)), (two, link(CHILD, task)), (one, link(CHILD, task))):
        assert _refused(azure, item, bad).startswith("TF201036: You cannot add a Child link between work items")
    azure.change(task, link(RELATED, two))
    assert _refused(azure, task, link(RELATED, two)).startswith("TF201036")
    assert azure.relations(task) == [("Hierarchy-Reverse", str(one)), ("Related", str(two))]


def test_reparenting_in_one_patch(azure: Organisation) -> None:
    """Removing the old parent and adding the new one is one document, in any order, and both parents show it."""
    one, two, task = azure.make(kind="Epic"), azure.make(kind="Epic"), azure.make()
    azure.change(task, link(PARENT, one))
    azure.change(task, link(PARENT, two), operation("remove", "/relations/0"))
    assert (azure.value(task, "Parent"), azure.relations(one)) == (two, [])
    assert azure.relations(two) == [("Hierarchy-Forward", str(task))]
    azure.change(task, operation("remove", "/relations/0"), link(PARENT, two, comment="again"))
    assert azure.value(task, "Parent") == two


def test_no_circles(azure: Organisation) -> None:
    """A chain can't be closed, by children or by successors, nor in one patch; an item has no link to itself."""
    one, two, three = (azure.make(str(number), "Epic") for number in range(3))
    azure.change(one, link(CHILD, two), link(NEXT, two))
    azure.change(two, link(CHILD, three), link(NEXT, three))
    for bad in (link(CHILD, one), link(NEXT, one)):
        assert _refused(azure, three, bad).startswith("TF201035")
    assert _refused(azure, one, link(NEXT, one)).startswith("TF201035")
    alone = azure.make()
    assert _refused(azure, alone, link(NEXT, three), link(NEXT.replace("Forward", "Reverse"), three)).startswith(
        "TF201035"
    )
    azure.change(three, link(RELATED, one))
    turned = operation("remove", f"/relations/{azure.index(two, 'Hierarchy-Reverse', str(one))}")
    assert _refused(azure, two, link(CHILD, three)).startswith("TF201036")
    azure.change(two, turned, link(CHILD, one))
    assert azure.value(one, "Parent") == two


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"rel": RELATED, "url": f"{HOST}/_apis/wit/workItems/77"}, 404),
        ({"rel": RELATED, "url": "https://elsewhere.example/7"}, 400),
        ({"rel": "System.LinkTypes.Shoe", "url": f"{HOST}/_apis/wit/workItems/1"}, 400),
        ({"rel": RELATED}, 400),
        ({"rel": "Hyperlink", "url": ROOM, "attributes": "x"}, 400),
        ("x", 400),
    ],
)  # fmt: skip
def test_links_need_a_readable_target(azure: Organisation, value: Any, status: int) -> None:
    """An unknown item is 404; an unknown type, a URL that is no item's and a shapeless value are 400."""
    item = azure.make()
    assert azure.patch(item, operation("add", "/relations/-", value)).status == status
    assert azure.relations(item) == []


def test_link_comments_change(azure: Organisation) -> None:
    """The comment is set, replaced and removed by the relation's index, at both ends."""
    one, two = azure.make("1"), azure.make("2")
    azure.change(one, link(RELATED, two))
    for change, comment in (
        (operation("add", "/relations/0/attributes/comment", "a"), "a"),
        (operation("replace", "/relations/0/attributes/comment", "b"), "b"),
        (operation("remove", "/relations/0/attributes/comment"), None),
    ):
        azure.change(one, change)
        for item in (one, two):
            assert azure.item(item)["relations"][0]["attributes"].get("comment") == comment
    assert azure.get(f"workitems/{two}/updates").json["value"][-1]["relations"]["updated"][0]["rel"] == RELATED


def test_links_are_counted(azure: Organisation) -> None:
    """Fields that a read asks for by name count the relations of each kind."""
    one, two = azure.make("1"), azure.make("2")
    azure.change(one, link(RELATED, two), link("Hyperlink", ROOM), link("Hyperlink", f"{ROOM}0"))
    named = [f"System.{each}Count" for each in ("RelatedLink", "HyperLink", "ExternalLink", "AttachedFile")]
    shown = azure.get(f"workitems/{one}", fields=",".join(named)).json["fields"]
    assert [shown[each] for each in named] == [1, 2, 0, 0]


def test_artifact_links_have_names(azure: Organisation) -> None:
    """The URL stays as it was sent; without a name, or with another URL, it is refused."""
    item = azure.make("T", "Task", link("ArtifactLink", PULL, name="Pull Request"))
    (shown,) = azure.item(item)["relations"]
    assert (shown["url"], shown["attributes"]["name"]) == (PULL, "Pull Request")
    assert shown["attributes"]["revisedDate"] == "9999-01-01T00:00:00Z"
    for bad in (link("ArtifactLink", PULL), link("ArtifactLink", ROOM, name="Pull Request")):
        assert "An artifact link has to have" in _refused(azure, item, bad)


def test_hyperlinks_may_repeat(azure: Organisation) -> None:
    """Two of the same URL are two relations; or the second is refused."""
    item = azure.make("T", "Task", link("Hyperlink", ROOM, comment="Room"))
    azure.change(item, link("Hyperlink", ROOM))
    assert azure.relations(item) == [("Hyperlink", "1"), ("Hyperlink", "1")]
    azure.turn(duplicate_hyperlinks="refused")
    assert _refused(azure, item, link("Hyperlink", ROOM.upper())) == "Relation already exists."


def test_an_item_has_a_thousand_links(azure: Organisation) -> None:
    """The thousandth is taken, one more is refused."""
    item = azure.make("T", "Task", *(link("Hyperlink", f"https://room.example/{number}") for number in range(1000)))
    assert "more than 1000 links" in _refused(azure, item, link("Hyperlink", ROOM))


_STEPS = st.lists(
    st.tuples(st.sampled_from(["parent", "related", "next", "drop"]), st.integers(0, 4), st.integers(0, 4)), max_size=25
)


@given(_STEPS)
def test_both_ends_agree_whatever_happens(steps: list[tuple[str, int, int]]) -> None:
    """After any run of patches each link shows at both ends, nobody has two parents, and a restart changes nothing."""
    azure = Organisation()
    items = [azure.make(str(number), "Epic") for number in range(5)]
    rels = {"parent": PARENT, "related": RELATED, "next": NEXT}
    for verb, first, second in steps:
        if verb == "drop":
            azure.patch(items[first], operation("remove", f"/relations/{second}"))
        else:
            azure.patch(items[first], link(rels[verb], items[second]))
    seen = {item: azure.relations(item) for item in items}
    inverse = {"Hierarchy-Reverse": "Hierarchy-Forward", "Dependency-Reverse": "Dependency-Forward"}
    inverse |= {other: one for one, other in inverse.items()} | {"Related": "Related"}
    for item, relations in seen.items():
        assert len(relations) == len(set(relations))
        assert sum(rel == "Hierarchy-Reverse" for rel, _end in relations) <= 1
        assert all((inverse[rel], str(item)) in seen[int(end)] for rel, end in relations)
    assert azure.replayed()._tenant.store.items == azure.platform._tenant.store.items
