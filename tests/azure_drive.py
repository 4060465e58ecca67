"""Asks each endpoint of Azure DevOps' sandbox something that it answers, and most of them something they refuse."""

from __future__ import annotations

from typing import Any

from azure_site import INVEST, AzureSite

__all__ = ["drive"]

COMMENTS, NEXT = "7.1-preview.4", "7.2-preview.3"
HTML, CHILD = "System.Description", "System.LinkTypes.Hierarchy-Forward"


def drive(site: AzureSite) -> None:
    """All of them; one answer is an injected fault's."""
    for each in (drive_items, drive_queries, drive_discovery, drive_nodes, drive_refusals):
        each(site)


def add(path: str, value: Any) -> dict[str, Any]:
    return {"op": "add", "path": path, "value": value}


def drive_items(site: AzureSite) -> None:
    """Ask each endpoint of work items something that it answers, and something that it refuses."""
    items = f"{INVEST}/_apis/wit/workitems"
    epic = site.make("Deal", "Epic", System_Tags="a; b", Custom_InvestmentAmount=5.5, Custom_RiskLevel="High")
    task = site.make("Step", System_AssignedTo="l.gray@fund.example", System_Description="<p>One</p>")
    bug = site.make("Bug", "Bug", "SCRUM")
    one = f"/_apis/wit/workitems/{task}"
    link = {**site.link("System.LinkTypes.Hierarchy-Reverse", epic), "attributes": {"comment": "why"}}
    for body in (
        [{"op": "test", "path": "/rev", "value": 1}, add("/relations/-", link)],
        [{"op": "test", "path": "/rev", "value": 99}, add("/fields/System.Title", "No")],
        [add("/relations/-", {"rel": "Hyperlink", "url": "https://room.example/1"})],
        [add("/fields/System.State", "Nowhere")],
        [add("/fields/System.AssignedTo", "Nobody Known")],
        [add("/fields/System.AreaPath", "INVEST\\Nowhere")],
        [add("/fields/Custom.Shoe", 1)],
        [add("/fields/System.History", "Said"), {"op": "replace", "path": "/fields/System.Tags", "value": "c"}],
        [add("/relations/-", site.link("System.LinkTypes.Hierarchy-Reverse", epic))],
        [{"op": "remove", "path": "/relations/1"}],
        [{"op": "remove", "path": "/relations/0"}],
        [],
    ):
        site.ask("PATCH", one, body)
    site.ask("PATCH", one, [add("/fields/System.Title", "Two")], validateOnly="true")
    site.ask("PATCH", one, [add("/fields/System.Title", "Two")], suppressNotifications="true", bypassRules="true")
    site.ask("POST", f"{items}/$Shoe", [add("/fields/System.Title", "No")])
    site.ask("POST", f"{items}/$Task", [add("/fields/System.Description", "No title")])
    site.get(f"{items}/$Task")
    for query in ({"expand": "all"}, {"fields": "System.Title"}, {"expand": "4"}, {"asOf": "2026-11-23T09:00:00Z"}):
        site.get(one, **query)
        site.get("/_apis/wit/workitems", ids=f"{epic},{task}", **query)
    site.get("/_apis/wit/workitems", ids="99")
    site.get("/_apis/wit/workitems/99")
    for body in (
        {"ids": [epic, task], "fields": ["System.Title"]},
        {"ids": [epic, 99], "errorPolicy": "omit", "$expand": "relations"},
        {"ids": [epic, 99]},
        {"ids": list(range(1, 202))},
        {"ids": [epic], "fields": ["System.Title"], "$expand": "all"},
    ):
        site.ask("POST", f"{INVEST}/_apis/wit/workitemsbatch", body)
    site.ask(
        "PATCH",
        f"/_apis/wit/workitems/{epic}",
        [add("/relations/-", {"rel": "Hyperlink", "url": "https://r/", "attributes": {"comment": "why"}})],
    )
    site.make("Part", links=[("System.LinkTypes.Hierarchy-Reverse", epic)])
    site.get("/_apis/wit/workitems", ids=str(epic), expand="all")
    for path in ("updates", "updates/1"):
        site.get(f"/_apis/wit/workItems/{epic}/{path}")
    for path in ("updates", "updates/1", "updates/2", "updates/99", "revisions", "revisions/1", "revisions/99"):
        site.get(f"/_apis/wit/workItems/{task}/{path}")
        site.get(f"{INVEST}/_apis/wit/workItems/{task}/{path}")
    markdown = [add("/fields/System.Title", "M"), add(f"/fields/{HTML}", "**b**"),
                add(f"/multilineFieldsFormat/{HTML}", "Markdown")]  # fmt: skip
    site.ask("POST", f"{items}/$Task", markdown, version=NEXT)
    site.ask("PATCH", one, [add(f"/fields/{HTML}", "*i*"), add(f"/multilineFieldsFormat/{HTML}", "Markdown")],
             version=NEXT)  # fmt: skip
    elements = [
        {"method": "PATCH", "uri": f"{uri}?api-version=7.1", "body": [add("/fields/System.Title", "B")],
         "headers": {"Content-Type": "application/json-patch+json"}}
        for uri in (f"{items}/$Task", f"/_apis/wit/workitems/{epic}", "/_apis/wit/workitems/99")
    ]  # fmt: skip
    site.ask("PATCH", "/_apis/wit/$batch", elements)
    site.ask("POST", "/_apis/wit/$batch", {})
    comments = f"{INVEST}/_apis/wit/workItems/{task}/comments"
    said = site.good("POST", comments, {"text": "Hi"}, version=COMMENTS)["id"]
    for method, path, body in (
        ("GET", comments, None),
        ("GET", f"{comments}/{said}", None),
        ("PATCH", f"{comments}/{said}", {"text": "Ho"}),
        ("DELETE", f"{comments}/{said}", None),
        ("GET", f"{comments}/{said}", None),
    ):
        site.ask(method, path, body, version=COMMENTS)
    for _ in range(2):
        site.ask("POST", comments, {"text": "Again"}, version=COMMENTS)
    site.get(comments, version=COMMENTS, top=1)
    site.get(comments, version=COMMENTS, ids=str(said + 1))
    for item in (bug, 99):
        site.ask("DELETE", f"/_apis/wit/workitems/{item}")
    site.get("/_apis/wit/recyclebin")
    for method, body in (("GET", None), ("PATCH", {"isDeleted": False}), ("GET", None)):
        site.ask(method, f"/_apis/wit/recyclebin/{bug}", body)
    site.ask("POST", f"{INVEST}/_apis/wit/workitemsdelete", {"ids": [task, 99]})
    site.ask("DELETE", f"/_apis/wit/recyclebin/{task}")
    site.ask("DELETE", f"/_apis/wit/workitems/{bug}", destroy="true")


def drive_queries(site: AzureSite) -> None:
    for scope in ("", INVEST, f"{INVEST}/INVEST Team"):
        for text in ("SELECT [System.Id] FROM WorkItems ORDER BY [System.Id]", "SELECT [Shoe] FROM WorkItems",
                     f"SELECT [System.Id] FROM WorkItemLinks WHERE [System.Links.LinkType] = '{CHILD}'"):  # fmt: skip
            site.ask("POST", f"{scope}/_apis/wit/wiql", {"query": text}, top=5, timePrecision="true")
    site.ask("POST", "/_apis/wit/artifacturiquery", {"artifactUris": ["vstfs:///x"]})


def drive_discovery(site: AzureSite) -> None:
    for project in ("INVEST", "BASIC", "SCRUM", "CMMI"):
        wit, work = f"/{project}/_apis/wit", f"/{project}/_apis/work"
        for path in ("workitemtypes", "workitemtypes/Task", "workitemtypes/Task/states", "workitemtypes/Shoe",
                     "workitemtypecategories", "workitemtypecategories/Microsoft.TaskCategory", "tags", "tags/c",
                     "workitemtypes/Epic/fields/System.State"):  # fmt: skip
            site.get(f"{wit}/{path}")
        for expand in ("none", "all"):
            site.get(f"{wit}/workitemtypes/Epic/fields", expand=expand)
            site.get(f"{wit}/workitemtypes/Epic/fields/System.AssignedTo", expand=expand)
        for path in ("backlogconfiguration", "processconfiguration", "teamsettings", "teamsettings/iterations",
                     "teamsettings/teamfieldvalues"):  # fmt: skip
            site.get(f"{work}/{path}")
    for path in (
        "wit/fields",
        "wit/fields/System.Id",
        "wit/fields/Shoe",
        "wit/workitemrelationtypes",
        "wit/workitemrelationtypes/Hyperlink",
        f"wit/workitemrelationtypes/{CHILD}",
        "wit/artifactlinktypes",
        "projects",
        "projects/INVEST",
        "projects/NOPE",
        "projects/INVEST/teams",
        "projects/INVEST/teams/INVEST Team",
        "projects/INVEST/teams/INVEST Team/members",
        "process/processes",
        "process/processes/0",
        "git/repositories",
        "hooks/consumers",
        "hooks/consumers/webHooks",
        "hooks/consumers/webHooks/actions",
        "hooks/consumers/webHooks/actions/httpRequest",
        "hooks/publishers",
        "hooks/publishers/tfs",
        "hooks/publishers/tfs/eventtypes",
        "hooks/publishers/tfs/eventtypes/workitem.updated",
        "hooks/subscriptions",
        "hooks/subscriptions/0",
    ):
        site.get(f"/_apis/{path}")
    for path in ("projects/INVEST/properties", "teams", "ResourceAreas", "ConnectionData"):
        site.get(f"/_apis/{path}", version="7.1-preview.1")
    repository = f"{INVEST}/_apis/git/repositories/valuation-models"
    sha = "4800cfa0be564b1e606d6811e99e0380f765a9c4"
    for path in ("", "/commits", f"/commits/{sha}", "/pullRequests", "/pullRequests/1"):
        site.get(repository + path)
    site.get(f"{INVEST}/_apis/git/pullRequests/1")
    hook = {"publisherId": "tfs", "eventType": "workitem.deleted", "consumerId": "webHooks",
            "consumerActionId": "httpRequest", "consumerInputs": {"url": "http://localhost:1"}}  # fmt: skip
    one = f"/_apis/hooks/subscriptions/{site.good('POST', '/_apis/hooks/subscriptions', hook)['id']}"
    for method, body in (("GET", None), ("PUT", hook), ("DELETE", None)):
        site.ask(method, one, body)
    for path in ("/_apis", "/_apis/wit"):
        site.ask("OPTIONS", path, version="")


def drive_nodes(site: AzureSite) -> None:
    nodes = f"{INVEST}/_apis/wit/classificationnodes"
    dates = {"startDate": "2027-01-04", "finishDate": "2027-01-15"}
    site.get(nodes, depth=3)
    site.get(nodes, ids="1,7,999", errorPolicy="omit")
    for group, parent in (("Areas", "Tech"), ("Iterations", "Sprint 1")):
        site.ask("POST", f"{nodes}/{group}/{parent}", {"name": "Below"})
    site.ask("PATCH", f"{nodes}/Iterations/Sprint 1/Below", {"attributes": dates})
    for group in ("Areas", "Iterations"):
        site.get(f"{nodes}/{group}", depth=2)
    made = site.good("POST", f"{nodes}/Iterations", {"name": "Sprint 4", "attributes": dates})
    site.ask("POST", f"{nodes}/Iterations", {"name": "Sprint 4"})
    site.get(f"{nodes}/Iterations/Sprint 4")
    site.ask("PATCH", f"{nodes}/Iterations/Sprint 4", {"name": "Sprint Four"})
    bare = site.good("GET", "/BASIC/_apis/work/teamsettings/iterations")["value"][0]["id"]
    site.get(f"/BASIC/_apis/work/teamsettings/iterations/{bare}")
    sprints = f"{INVEST}/INVEST Team/_apis/work/teamsettings/iterations"
    site.ask("POST", sprints, {"id": made["identifier"]})
    below = site.good("POST", f"{nodes}/Iterations/Sprint 2", {"name": "Dateless"})["identifier"]
    site.ask("POST", sprints, {"id": below})
    for path in ("", "/workitems"):
        site.get(f"{sprints}/{made['identifier']}{path}")
    site.get(sprints, timeframe="current")
    site.ask("DELETE", f"{sprints}/{made['identifier']}")
    site.ask("DELETE", f"{nodes}/Iterations/Sprint Four", reclassify=made["id"] - 1)


def drive_refusals(site: AzureSite) -> None:
    site.ask("GET", "/_apis/wit/fields", version="")
    site.ask("GET", "/_apis/wit/fields", version="9.0")
    site.ask("GET", "/_apis/wit/fields", version="7.2")
    site.get("/NOPE/_apis/wit/workitemtypes")
    site.get("/NOPE/_apis/wit/shoes")
    site.ask("PUT", "/_apis/wit/fields", {})
    for method in ("GET", "POST", "PATCH"):
        site.stranger.ask(method, "/azure/sandbox/_apis/wit/workitems/1", None, **{"api-version": "7.1"})
    site.turn(usage_limit={"limit": 1, "per_seconds": 3600})
    for _ in range(4):
        site.get("/_apis/wit/fields/System.Id")
    site.turn(usage_limit=None)
    site.control("faults", {"what": {"status": 503, "body": "<html>down</html>"}})
    site.get("/_apis/wit/fields")
