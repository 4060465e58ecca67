"""One workspace on two platforms: links across are documents on either side, and all else is as on one."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest
from acceptance.field_views import View, view_of
from acceptance.harness import Site, Workspace, kinds, writes

SPECS = """\
workspace: {name: mixed, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers:
  jira: {project: INVEST}
  azure_devops: {project: INVEST}
items:
  deal:
    provider: jira
    type: epic
    title: The deal
    links: {blocks: [pipeline]}
    documents:
      - {title: Where it is built, url: "${items.board.url}"}
      - {title: Data room, url: "https://data.example/room"}
  legal:
    provider: jira
    type: task
    title: Legal review
    links: {blocked_by: [deal], relates_to: [board]}
  pipeline:
    provider: azure_devops
    type: task
    title: The pipeline
    links: {blocked_by: [deal], relates_to: [board, legal]}
  board:
    provider: azure_devops
    type: task
    title: The board
    description: "For ${items.deal.key}"
"""
THEIRS = "Theirs https://data.example/theirs"


@dataclass
class Pair:
    """The workspace and both sites.

    Attributes:
        keys, pages: by address.
    """

    workspace: Workspace
    views: dict[str, View]
    keys: dict[str, str]
    pages: dict[str, str]

    def documents(self, address: str) -> object:
        """The documents of an item, as `title url`, sorted."""
        platform = "jira" if self.keys[address].startswith("INVEST-") else "azure_devops"
        return self.views[platform].seen("documents", self.keys[address])

    def page(self, title: str, address: str) -> str:
        """A document that leads to an item."""
        return f"{title} {self.pages[address]}"

    def is_settled(self) -> bool:
        """Whether a plan has nothing to do, and nothing to say about people."""
        result = self.workspace.run("plan", "--detailed-exitcode", "--format", "json")
        document = result.json
        left = [document[each] for each in ("actions", "drift", "conflicts", "recordings")]
        return result.code == 0 and not any(left)


@pytest.fixture
def mixed(site: Site, workspace: Workspace) -> Workspace:
    """The specs, and credentials for both platforms."""
    workspace.settings |= Site(site.endpoints, "azure_devops").settings
    workspace.write(SPECS)
    return workspace


@pytest.fixture
def pair(mixed: Workspace, site: Site) -> Pair:
    """The specs, applied."""
    results = mixed.apply()["results"]
    assert {each["result"] for each in results} == {"done"}
    return Pair(
        mixed,
        {name: view_of(Site(site.endpoints, name)) for name in ("jira", "azure_devops")},
        {each["address"]: each["key"] for each in results},
        {each["address"]: each["url"] for each in results},
    )


def test_links_across_in_both_directions(pair: Pair) -> None:
    """Each side has a document with the link's word and the other's title; within a side links are real."""
    assert pair.documents("deal") == sorted(
        [
            pair.page("blocks: The pipeline", "pipeline"),
            pair.page("Where it is built", "board"),
            "Data room https://data.example/room",
        ]
    )
    assert pair.documents("legal") == [pair.page("relates to: The board", "board")]
    assert pair.documents("pipeline") == sorted(
        [pair.page("blocked by: The deal", "deal"), pair.page("relates to: Legal review", "legal")]
    )
    assert pair.documents("board") == []
    assert pair.views["jira"].seen("links", pair.keys["legal"]) == ["The deal"]
    assert pair.views["azure_devops"].seen("links", pair.keys["pipeline"]) == ["The board"]
    assert pair.views["azure_devops"].seen("description", pair.keys["board"]) == f"For {pair.keys['deal']}"
    assert pair.is_settled()


def test_what_people_link_survives(pair: Pair, site: Site) -> None:
    """A person's links and documents on either side stay, whatever the specs take away."""
    for view, address, other in (
        (pair.views["jira"], "deal", "legal"),
        (pair.views["azure_devops"], "pipeline", "board"),
    ):
        view.add_theirs("documents", pair.keys[address], pair.keys[other])
    assert pair.is_settled()
    pair.workspace.replace("    links: {blocks: [pipeline]}\n", "    links: {blocks: []}\n")
    pair.workspace.replace("links: {blocked_by: [deal], relates_to: [board, legal]}", "links: {relates_to: [board]}")
    plan = pair.workspace.plan()
    assert {each["address"]: [change["field"] for change in each["changes"]] for each in plan["actions"]} == {
        "deal": ["documents"],
        "pipeline": ["documents"],
    }
    with site.watched() as during:
        pair.workspace.apply()
    assert kinds(writes(during))["deleteRemoteIssueLinkById"] == 1
    room = "Data room https://data.example/room"
    assert pair.documents("deal") == [room, THEIRS, pair.page("Where it is built", "board")]
    assert pair.documents("pipeline") == [THEIRS]
    assert pair.views["azure_devops"].seen("links", pair.keys["pipeline"]) == ["The board"]
    assert pair.is_settled()


def test_a_document_that_somebody_takes_away_comes_back(pair: Pair, site: Site) -> None:
    """The spec owns it, as it owns links: the next apply puts it back."""
    account = ("sandbox@example.com", "sandbox")
    links = f"{site.endpoints.sites['jira']}/rest/api/3/issue/{pair.keys['legal']}/remotelink"
    [entry] = httpx.get(links, auth=account).json()
    assert httpx.delete(f"{links}/{entry['id']}", auth=account).status_code == 204
    assert not pair.is_settled()
    pair.workspace.apply()
    assert pair.documents("legal") == [pair.page("relates to: The board", "board")]
    assert pair.is_settled()


def test_another_title_of_the_other_item(pair: Pair, site: Site) -> None:
    """A person's title changes no document; the spec's own does, as a planned update of both items."""
    Site(site.endpoints, "azure_devops").edit("Lena Gray", pair.keys["pipeline"], set={"System.Title": "Mine"})
    assert [each["address"] for each in pair.workspace.plan()["actions"]] == ["pipeline"]
    pair.workspace.replace("title: The pipeline", "title: The conveyor")
    plan = pair.workspace.plan()
    changes = {each["address"]: [change["field"] for change in each["changes"]] for each in plan["actions"]}
    assert changes == {"deal": ["documents"], "pipeline": ["title"]}
    pair.workspace.apply()
    assert pair.page("blocks: The conveyor", "pipeline") in str(pair.documents("deal"))
    assert "The pipeline" not in str(pair.documents("deal"))
    assert pair.is_settled()


def test_another_address_sends_nothing(pair: Pair) -> None:
    """What stands on the site is the page: `moved` changes the markers of the moved item, and no document."""
    moved = SPECS.replace("  board:", "  panel:").replace("items.board", "items.panel").replace("[board", "[panel")
    pair.workspace.write(f"{moved}moved: [{{from: board, to: panel}}]\n")
    plan = pair.workspace.plan()
    assert [(each["action"], each["address"], each["changes"]) for each in plan["actions"]] == [("move", "panel", [])]
    pair.workspace.apply()
    assert pair.documents("legal") == [pair.page("relates to: The board", "board")]
    assert pair.is_settled()


def test_an_item_made_anew_is_linked_anew(pair: Pair, site: Site) -> None:
    """Its page is another one: the documents that led to the old one are replaced by a planned update."""
    site.act("delete", by="Lena Gray", item=pair.keys["legal"])
    pair.workspace.write(f"{SPECS}policy: {{on_missing: recreate}}\n")
    actions = {each["address"]: each["action"] for each in pair.workspace.plan()["actions"]}
    assert actions == {"legal": "create", "pipeline": "update"}
    [made] = [each for each in pair.workspace.apply()["results"] if each["address"] == "legal"]
    assert made["url"] != pair.pages["legal"]
    now = sorted([pair.page("blocked by: The deal", "deal"), f"relates to: Legal review {made['url']}"])
    assert pair.documents("pipeline") == now
    assert pair.is_settled()


def test_an_item_that_comes_back_keeps_its_page(pair: Pair, site: Site) -> None:
    """One from the recycle bin is the same as before: what leads to it is not touched."""
    before = pair.documents("deal")
    Site(site.endpoints, "azure_devops").act("delete", by="Lena Gray", item=pair.keys["pipeline"])
    pair.workspace.write(f"{SPECS}policy: {{on_missing: recreate}}\n")
    assert [each["address"] for each in pair.workspace.plan()["actions"]] == ["pipeline"]
    [back] = pair.workspace.apply()["results"]
    assert (back["key"], back["url"]) == (pair.keys["pipeline"], pair.pages["pipeline"])
    assert pair.documents("deal") == before
    assert pair.is_settled()


def test_a_rebuilt_state_knows_them(pair: Pair) -> None:
    """With the state lost, the items' pages are known again from both sites, and nothing is sent."""
    for each in (pair.workspace.path / ".reconciler").glob("*.db"):
        each.unlink()
    assert pair.workspace.run("state", "rebuild", "--auto-approve").code == 0
    assert pair.workspace.plan()["actions"] == []
    before = [pair.documents(each) for each in pair.keys]
    pair.workspace.apply()
    assert [pair.documents(each) for each in pair.keys] == before
    assert pair.is_settled()


@pytest.mark.parametrize("page", ["OLD-1", "https://[x"])
def test_a_page_that_is_none(mixed: Workspace, page: str) -> None:
    """A link by URL needs one: anything else is a mistake at its place, before anything is asked."""
    mixed.write(SPECS.replace("[board, legal]", f'[board, {{url: "{page}"}}]'))
    result = mixed.run("plan", "--format", "json")
    assert result.code == 1
    [found] = result.diagnostics
    assert found["line"] == 23
    assert "is not a whole address on the web" in found["summary"]


def test_a_parent_across_is_refused(mixed: Workspace) -> None:
    """No platform has a parent on another; the mistake says what can be done instead."""
    mixed.replace("    title: The board\n", "    title: The board\n    parent: deal\n")
    result = mixed.run("plan")
    assert result.code == 1
    assert "parent of board: deal is jira's, and a parent is of its children's provider" in result.text
    assert "link it instead: `links: {relates_to: [deal]}`" in result.text


def test_two_projects_of_one_organisation(site: Site, workspace: Workspace) -> None:
    """Providers of one site link their items by links of the platform's own: one for both of its ends."""
    url = site.endpoints.sites["azure_devops"]
    for name in ("INVEST", "BASIC"):
        workspace.settings |= {f"RECONCILER_{name}_ORG_URL": url, f"RECONCILER_{name}_PAT": "sandbox"}
    workspace.write("""\
workspace: {name: two, id: 6f0c2f3e-0000-4000-8000-000000000001}
providers:
  invest: {plugin: azure_devops, project: INVEST}
  basic: {plugin: azure_devops, project: BASIC}
items:
  deal: {provider: invest, type: epic, title: Deal, links: {relates_to: [step]}}
  step: {provider: basic, type: task, title: Step, links: {relates_to: [deal]}}
""")
    plan = workspace.plan()
    changes = {(each["address"], change["field"]) for each in plan["actions"] for change in each["changes"]}
    assert {each for each in changes if each[1] != "title"} == {("deal", "links.relates_to")}
    keys = {each["address"]: each["key"] for each in workspace.apply()["results"]}
    view = view_of(Site(site.endpoints, "azure_devops"))
    assert view.seen("links", keys["deal"]) == ["Step"]
    assert view.seen("documents", keys["deal"]) == []
    assert workspace.run("plan", "--detailed-exitcode").code == 0
