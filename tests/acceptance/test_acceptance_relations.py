"""What an item has beside its values: links, documents, labels, components and its parent, the spec's and people's."""

from __future__ import annotations

from typing import Any

import httpx
from acceptance.field_views import View
from acceptance.harness import Site, Workspace, kinds, writes
from acceptance.platforms import Platform, on_azure_devops, on_each_platform, on_jira

LENA = "Lena Gray"
_AZURES = {
    "System.LinkTypes.Dependency-Forward": "blocks",
    "System.LinkTypes.Dependency-Reverse": "is blocked by",
    "System.LinkTypes.Related": "relates to",
    "Microsoft.VSTS.Common.Affects-Reverse": "is caused by",
}
"""The relations that Azure DevOps has for what Jira calls so: what blocks an item is its predecessor."""


def links(site: Site, key: str) -> set[tuple[str, str]]:
    """An item's links to items as it reads them: ("blocks", "B")."""
    return _links_on_jira(site, key) if site.platform == "jira" else _links_on_azure(site, key)


def _links_on_jira(site: Site, key: str) -> set[tuple[str, str]]:
    found = set()
    for link in site.issue(key)["issuelinks"]:
        way, end = ("outward", "outwardIssue") if "outwardIssue" in link else ("inward", "inwardIssue")
        found.add((link["type"][way], link[end]["fields"]["summary"]))
    return found


def _links_on_azure(site: Site, key: str) -> set[tuple[str, str]]:
    relations = _item(site, key).get("relations", ())
    between = [each for each in relations if each["rel"] in _AZURES]
    return {
        (_AZURES[each["rel"]], _item(site, each["url"].rpartition("/")[2])["fields"]["System.Title"])
        for each in between
    }


def _item(site: Site, key: str) -> dict[str, Any]:
    url = f"{site.endpoints.sites['azure_devops']}/_apis/wit/workitems/{key}"
    answer = httpx.get(url, params={"$expand": "all", "api-version": "7.1"}, auth=("anybody", "sandbox"))
    assert answer.status_code == 200, answer.text
    item: dict[str, Any] = answer.json()
    return item


def links_sent(exchanges: list[dict[str, Any]]) -> int:
    """How many links between items these requests ask for."""
    patches = (each["request"] for each in writes(exchanges) if isinstance(each["request"], list))
    added = [part["value"] for patch in patches for part in patch if part["path"] == "/relations/-"]
    return kinds(exchanges)["linkIssues"] + len([each for each in added if each["rel"] in _AZURES])


def applied(workspace: Workspace) -> dict[str, str]:
    """Apply, and give the keys of what was written, by address."""
    return {each["address"]: each["key"] for each in workspace.apply()["results"]}


def settled(workspace: Workspace) -> None:
    """The next plan is empty."""
    result = workspace.run("plan", "--detailed-exitcode")
    assert result.code == 0, result.out + result.err


@on_each_platform
def test_links_read_this_item_does_that(workspace: Workspace, site: Site) -> None:
    """`links: {blocks: [b]}` on a is "a blocks b" on the site; a group's name means all."""
    workspace.items(
        "  a: {type: task, title: A, links: {blocks: [b], relates_to: [group]}}\n"
        "  b: {type: task, title: B, links: {blocks: [c], caused_by: [c]}}\n"
        "  c: {type: task, title: C}\n"
        "  group: {for_each: [x, y], type: task, title: 'Group ${each.key}'}\n"
    )
    keys = applied(workspace)
    assert links(site, keys["a"]) == {("blocks", "B"), ("relates to", "Group x"), ("relates to", "Group y")}
    assert links(site, keys["b"]) == {("is blocked by", "A"), ("blocks", "C"), ("is caused by", "C")}
    settled(workspace)
    assert len(site.cards()) == 5


_CIRCLE = (
    "  a: {type: task, title: A, links: {blocks: [b]}}\n"
    "  b: {type: task, title: B, links: {blocks: [c]}}\n"
    "  c: {type: task, title: C, links: {blocks: [a]}}\n"
)


@on_jira
def test_links_may_go_round_in_a_circle(workspace: Workspace, site: Site) -> None:
    """Jira takes items that block each other in a circle, and so does one apply of them all."""
    workspace.items(_CIRCLE)
    keys = applied(workspace)
    assert links(site, keys["a"]) == {("blocks", "B"), ("is blocked by", "C")}
    settled(workspace)


@on_azure_devops
def test_a_circle_of_successors_is_refused(workspace: Workspace, site: Site) -> None:
    """Azure DevOps takes none: the link that would close it fails in the platform's words, the others stand."""
    workspace.items(_CIRCLE)
    done = workspace.apply(code=1)
    assert [each["result"] for each in done["results"]].count("failed") == 1
    assert "TF201035" in str(done["results"])
    assert len(site.cards()) == 3


_MARKERS_ALONE = {"jira": {"bulkSetIssuePropertiesByIssue": 1}, "jira_datacenter": {"setIssueProperty": 2}}
"""Where the markers say whose a link is; the hyperlink that is Azure DevOps' marker has no room for it."""


@on_each_platform
def test_both_ends_make_one_link_which_moves_without_a_change(
    workspace: Workspace, site: Site, platform: Platform
) -> None:
    """A link written at both ends is made once; written at the other end alone it stays; written nowhere it goes."""
    both = "  a: {{type: task, title: A{0}}}\n  b: {{type: task, title: B{1}}}\n"
    workspace.items(both.format(", links: {blocks: [b]}", ", links: {blocked_by: [a]}"))
    with site.watched() as during:
        a = applied(workspace)["a"]
    assert links_sent(during) == 1
    assert links(site, a) == {("blocks", "B")}
    settled(workspace)

    workspace.items(both.format("", ", links: {blocked_by: [a]}"))
    with site.watched() as during:
        workspace.apply()
    assert kinds(writes(during)) == _MARKERS_ALONE.get(platform.name, {})
    assert links(site, a) == {("blocks", "B")}
    settled(workspace)

    workspace.items(both.format("", ", links: {blocked_by: []}"))
    workspace.apply()
    assert links(site, a) == set()
    settled(workspace)


_BLOCKS = {"jira": "links.blocks", "azure_devops": "links.precedes"}
"""What a plan calls such a link: Azure DevOps has none that blocks, but one that precedes."""


@on_each_platform
def test_links_that_leave_the_spec_go_and_peoples_stay(
    workspace: Workspace, site: Site, platform: Platform, view: View
) -> None:
    """The spec takes away the links that it made and no others; one to an item outside the specs works by key."""
    outside, theirs = (
        site.act("create", by=LENA, set={platform.title: title})["key"] for title in ("Outside", "Theirs")
    )
    item = "  a: {{type: task, title: A, links: {{blocks: [{0}]}}}}\n  b: {{type: task, title: B}}\n"
    workspace.items(item.format(f"b, {{key: {outside}}}"))
    a = applied(workspace)["a"]
    assert links(site, a) == {("blocks", "B"), ("blocks", "Outside")}
    view.add_theirs("links", a, theirs)
    workspace.items(item.format(f"{{key: {outside}}}"))
    [change] = workspace.plan()["actions"][0]["changes"]
    assert (change["field"], change["added"]) == (_BLOCKS[site.platform], [])
    assert "b" in str(change["removed"])
    workspace.apply()
    assert links(site, a) == {("blocks", "Outside"), ("relates to", "Theirs")}
    settled(workspace)


@on_each_platform
def test_documents_are_added_retitled_and_removed(workspace: Workspace, view: View) -> None:
    """A document is known by its URL: a new title is the same link, one that left the spec is taken away."""
    item = "  a: {{type: task, title: A, documents: [{0}]}}\n"
    room = "{{title: {0}, url: 'https://data.example/room'}}".format
    workspace.items(item.format(f"{room('Data room')}, {{title: Terms, url: 'https://data.example/terms'}}"))
    a = applied(workspace)["a"]
    assert view.seen("documents", a) == ["Data room https://data.example/room", "Terms https://data.example/terms"]
    settled(workspace)
    workspace.items(item.format(room("Virtual data room")))
    workspace.apply()
    assert view.seen("documents", a) == ["Virtual data room https://data.example/room"]
    settled(workspace)
    workspace.items(item.format(""))
    workspace.apply()
    assert view.seen("documents", a) == []
    settled(workspace)


@on_each_platform
def test_labels_are_the_specs_by_element(workspace: Workspace, site: Site, view: View) -> None:
    """The spec adds and removes its own, people's stay; `exact: true` owns the whole set, but for our marker."""
    workspace.items("  a: {type: task, title: A, labels: [one, two]}\n")
    a = applied(workspace)["a"]
    site.edit(LENA, a, add_labels=["theirs"])
    workspace.items("  a: {type: task, title: A, labels: [two]}\n")
    workspace.apply()
    assert view.seen("labels", a) == ["theirs", "two"]
    settled(workspace)
    workspace.items("  a: {type: task, title: A, labels: {values: [two], exact: true}}\n")
    workspace.apply()
    assert view.seen("labels", a) == ["two"]
    marks = set(site.cards()[a]["labels"]) - {"two"}
    assert [each[:3] for each in marks] == ["rc-"]
    settled(workspace)


@on_jira
def test_components_are_the_specs_by_element(workspace: Workspace, site: Site, view: View) -> None:
    """Likewise, whatever their capitals, and `[]` takes ours away. Azure DevOps has no components."""
    workspace.items("  a: {type: task, title: A, components: [Finance, legal]}\n")
    a = applied(workspace)["a"]
    site.edit(LENA, a, set={"Components": ["Finance", "Legal", "Tech"]})
    workspace.items("  a: {type: task, title: A, components: [Finance]}\n")
    workspace.apply()
    assert view.seen("components", a) == ["Finance", "Tech"]
    settled(workspace)
    workspace.items("  a: {type: task, title: A, components: []}\n")
    workspace.apply()
    assert view.seen("components", a) == ["Tech"]
    settled(workspace)


@on_each_platform
def test_a_parent_is_set_changed_and_cleared(workspace: Workspace, site: Site, platform: Platform, view: View) -> None:
    """A parent may be another item, one outside the specs, or null."""
    outside = site.act("create", by=LENA, type="Epic", set={platform.title: "Outside"})["key"]
    epics = "  one: {{type: epic, title: One}}\n  two: {{type: epic, title: Two}}\n"
    items = epics + "  a: {{title: A, type: task, parent: {}}}\n"
    keys: dict[str, str] = {}
    for parent, title in [("one", "One"), ("two", "Two"), (f"{{key: {outside}}}", "Outside"), ("null", None)]:
        workspace.items(items.format(parent))
        keys |= applied(workspace)
        assert view.seen("parent", keys["a"]) == title
        settled(workspace)
