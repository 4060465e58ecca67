"""Areas and iterations as resources, and the iterations of a team."""

from __future__ import annotations

from typing import Any

import pytest
from asgi_client import HandClock
from azure_site import INVEST, AzureSite
from reconciler_azure_devops_sandbox import sandbox
from reconciler_azure_devops_sandbox.azure import AzureDevOps

NODES = f"{INVEST}/_apis/wit/classificationnodes"
SPRINTS = f"{INVEST}/INVEST Team/_apis/work/teamsettings/iterations"


@pytest.fixture
def site() -> AzureSite:
    return AzureSite()


def names(node: dict[str, Any]) -> list[str]:
    return [each["name"] for each in node.get("children", [])]


def test_a_tree_is_read_to_its_depth(site: AzureSite) -> None:
    """Children come with $depth alone; without it `hasChildren` says that there are some."""
    bare = site.good("GET", f"{NODES}/Areas")
    assert (bare["name"], bare["hasChildren"], "children" in bare) == ("INVEST", True, False)
    assert names(site.good("GET", f"{NODES}/areas", depth=1)) == ["Commercial", "Finance", "Legal", "Tech"]
    both = site.good("GET", NODES, depth=1)["value"]
    assert [each["structureType"] for each in both] == ["area", "iteration"]
    assert names(both[1]) == ["Sprint 1", "Sprint 2", "Sprint 3"]


def test_a_node_is_read_by_its_path(site: AzureSite) -> None:
    """The path of an answer names the structure after the project; dates come as times at midnight."""
    node = site.good("GET", f"{NODES}/Iterations/sprint 2")
    assert node["path"] == "\\INVEST\\Iteration\\Sprint 2"
    assert node["attributes"] == {"startDate": "2026-11-23T00:00:00Z", "finishDate": "2026-12-04T00:00:00Z"}
    assert node["_links"]["parent"]["href"].endswith("/classificationNodes/Iterations")
    assert site.refused("GET", f"{NODES}/Iterations/Sprint 9")[0] == 404
    assert site.refused("GET", f"{NODES}/Shoes/Sprint 9")[0] == 400


def test_nodes_are_read_by_ids(site: AzureSite) -> None:
    """A missing id fails the call, or is null under errorPolicy=omit, as in the vendor's example."""
    assert [each["id"] for each in site.good("GET", NODES, ids="1,2")["value"]] == [1, 2]
    assert site.refused("GET", NODES, ids="1,999")[0] == 404
    assert site.good("GET", NODES, ids="1,999,x", errorPolicy="Omit")["value"][1:] == [None, None]


def test_a_node_is_created_and_used(site: AzureSite) -> None:
    """A new node has 201; items can be placed there at once; its name is taken from then on."""
    answer = site.ask("POST", f"{NODES}/Areas/Tech", {"name": "Web"})
    assert answer.status == 201
    item = site.make(System_AreaPath="INVEST\\Tech\\Web")
    assert site.find("[System.AreaPath] UNDER 'INVEST\\Tech'") == [item]
    status, message = site.refused("POST", f"{NODES}/Areas/Tech", {"name": "web"})
    assert (status, message.partition(":")[0]) == (409, "VS402371")


def test_an_iteration_is_created_with_dates_and_changed(site: AzureSite) -> None:
    """Dates come in pairs and in order; a change leaves what it does not name."""
    dates = {"startDate": "2026-12-21T00:00:00Z", "finishDate": "2027-01-01"}
    made = site.good("POST", f"{NODES}/Iterations", {"name": "Sprint 4", "attributes": dates})
    assert made["attributes"]["finishDate"] == "2027-01-01T00:00:00Z"
    renamed = site.good("PATCH", f"{NODES}/Iterations/Sprint 4", {"name": "Sprint Four"})
    assert (renamed["id"], renamed["attributes"]) == (made["id"], made["attributes"])
    moved = site.good("PATCH", f"{NODES}/Iterations/Sprint Four", {"attributes": {"finishDate": "2027-01-08"}})
    assert moved["attributes"]["finishDate"] == "2027-01-08T00:00:00Z"


def test_a_rename_moves_the_items_paths(site: AzureSite) -> None:
    """Items follow their node: their path changes with its name (FACTS B8)."""
    item = site.make(System_AreaPath="INVEST\\Tech")
    site.good("PATCH", f"{NODES}/Areas/Tech", {"name": "Technology"})
    assert site.good("GET", f"/_apis/wit/workitems/{item}")["fields"]["System.AreaPath"] == "INVEST\\Technology"


def test_a_node_is_moved_by_its_id(site: AzureSite) -> None:
    """A body with an id moves that node below the path's, with all below it; never below itself."""
    tech = site.good("GET", f"{NODES}/Areas/Tech")["id"]
    site.good("POST", f"{NODES}/Areas/Tech", {"name": "Web"})
    assert site.ask("POST", f"{NODES}/Areas/Legal", {"id": tech}).status == 200
    assert names(site.good("GET", f"{NODES}/Areas/Legal/Tech", depth=1)) == ["Web"]
    assert site.refused("POST", f"{NODES}/Areas/Legal/Tech/Web", {"id": tech})[0] == 400
    assert site.refused("POST", f"{NODES}/Iterations", {"id": tech})[0] == 400


def test_a_node_is_deleted_with_a_place_for_its_items(site: AzureSite) -> None:
    """Items of a deleted node and of those below it go to the node that takes them over."""
    site.good("POST", f"{NODES}/Areas/Tech", {"name": "Web"})
    item = site.make(System_AreaPath="INVEST\\Tech\\Web")
    legal = site.good("GET", f"{NODES}/Areas/Legal")["id"]
    assert site.refused("DELETE", f"{NODES}/Areas/Tech")[0] == 400
    assert site.refused("DELETE", f"{NODES}/Areas", reclassify=legal)[0] == 400
    assert site.ask("DELETE", f"{NODES}/Areas/Tech", reclassify=legal).status == 204
    assert site.good("GET", f"/_apis/wit/workitems/{item}")["fields"]["System.AreaPath"] == "INVEST\\Legal"
    assert site.refused("GET", f"{NODES}/Areas/Tech/Web")[0] == 404
    assert site.ask("DELETE", f"{NODES}/Areas/Finance").status == 204


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Areas", {"name": ""}),
        ("Areas", {"name": "a\\b"}),
        ("Areas", {"name": "x" * 256}),
        ("Areas", {}),
        ("Areas", {"name": "A", "attributes": {"startDate": "2026-01-01"}}),
        ("Iterations", {"name": "A", "attributes": {"startDate": "2026-01-01"}}),
        ("Iterations", {"name": "A", "attributes": {"startDate": "2026-02-01", "finishDate": "2026-01-01"}}),
        ("Iterations", {"name": "A", "attributes": {"startDate": "soon", "finishDate": "2026-01-01"}}),
        ("Iterations", {"name": "A", "attributes": [1]}),
    ],
)
def test_a_bad_node_is_refused(site: AzureSite, path: str, body: dict[str, Any]) -> None:
    """Names without forbidden characters, dates in pairs and of iterations alone."""
    assert site.refused("POST", f"{NODES}/{path}", body)[0] == 400


def test_a_root_keeps_its_name_and_a_tree_its_depth(site: AzureSite) -> None:
    """The root can't be renamed, and a tree has fourteen levels."""
    assert site.refused("PATCH", f"{NODES}/Areas", {"name": "Other"})[0] == 400
    path = f"{NODES}/Areas"
    for level in range(13):
        site.good("POST", path, {"name": f"n{level}"})
        path += f"/n{level}"
    assert site.refused("POST", path, {"name": "deeper"})[0] == 400


def test_nodes_need_a_permission(site: AzureSite) -> None:
    """Without the permission nodes are read, and not written."""
    site.turn(permissions_denied=["create_nodes"])
    assert site.refused("POST", f"{NODES}/Areas", {"name": "A"})[0] == 403
    assert site.refused("PATCH", f"{NODES}/Areas/Tech", {"name": "A"})[0] == 403
    assert site.refused("DELETE", f"{NODES}/Areas/Tech")[0] == 403
    assert site.get(f"{NODES}/Areas").status == 200


def test_a_team_has_its_iterations(site: AzureSite) -> None:
    """They come by their dates; $timeframe leaves those that today is in."""
    sprints = site.good("GET", SPRINTS)["value"]
    assert [(each["name"], each["attributes"]["timeFrame"]) for each in sprints] == [
        ("Sprint 1", "past"), ("Sprint 2", "current"), ("Sprint 3", "future"),
    ]  # fmt: skip
    assert [each["name"] for each in site.good("GET", SPRINTS, timeframe="current")["value"]] == ["Sprint 2"]
    dateless = site.good("GET", "/BASIC/_apis/work/teamsettings/iterations")["value"][0]
    assert dateless["attributes"] == {"startDate": None, "finishDate": None, "timeFrame": "future"}


def test_a_team_chooses_and_leaves_iterations(site: AzureSite) -> None:
    """A new iteration is the team's once it is chosen by its GUID, and no longer once it is left."""
    made = site.good("POST", f"{NODES}/Iterations", {"name": "Sprint 4"})
    identity = made["identifier"]
    assert site.refused("GET", f"{SPRINTS}/{identity}")[0] == 404
    assert site.ask("POST", SPRINTS, {"id": identity}).status == 201
    assert site.good("GET", f"{SPRINTS}/{identity}")["path"] == "INVEST\\Sprint 4"
    assert site.ask("DELETE", f"{SPRINTS}/{identity}").status == 204
    assert site.refused("GET", f"{SPRINTS}/{identity}")[0] == 404
    area = site.good("GET", f"{NODES}/Areas/Tech")["identifier"]
    assert site.refused("POST", SPRINTS, {"id": area})[0] == 404
    assert site.refused("GET", f"{INVEST}/Other Team/_apis/work/teamsettings/iterations")[0] == 404


def test_an_iteration_lists_its_items(site: AzureSite) -> None:
    """Each item once; a child whose parent is in the iteration too hangs below it."""
    parent = site.make("Story", "User Story", System_IterationPath="INVEST\\Sprint 2")
    child = site.make(System_IterationPath="INVEST\\Sprint 2", links=[("System.LinkTypes.Hierarchy-Reverse", parent)])
    site.make()
    sprint = site.good("GET", SPRINTS, timeframe="current")["value"][0]["id"]
    found = site.good("GET", f"{SPRINTS}/{sprint}/workitems")["workItemRelations"]
    assert [(each["source"] and each["source"]["id"], each["target"]["id"]) for each in found] == [
        (None, parent), (parent, child),
    ]  # fmt: skip


def test_nodes_and_choices_outlive_the_process() -> None:
    """What was created, renamed, dropped, chosen and left is there again after the events are replayed."""
    events: list[Any] = []
    first: AzureDevOps = sandbox(HandClock(), events.append)
    site = AzureSite()
    site.whole.platforms["azure_devops"] = first
    made = site.good("POST", f"{NODES}/Iterations", {"name": "Sprint 4"})
    site.good("POST", SPRINTS, {"id": made["identifier"]})
    site.ask("DELETE", f"{SPRINTS}/{site.good('GET', SPRINTS)['value'][0]['id']}")
    site.good("PATCH", f"{NODES}/Areas/Tech", {"name": "Web"})
    site.ask("DELETE", f"{NODES}/Areas/Legal")
    before = [site.good("GET", NODES, depth=3), site.good("GET", SPRINTS)]

    second = sandbox(HandClock(), lambda _event: None)
    for event in events:
        second.replay(event)
    site.whole.platforms["azure_devops"] = second
    assert [site.good("GET", NODES, depth=3), site.good("GET", SPRINTS)] == before
    assert site.good("POST", f"{NODES}/Areas", {"name": "New"})["id"] > made["id"]
