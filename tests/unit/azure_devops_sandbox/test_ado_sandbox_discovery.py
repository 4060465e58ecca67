"""What a client learns before it writes: locations, connection, projects, types, fields, backlogs, repositories."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azure_site import INVEST, AzureSite
from reconciler_azure_devops_sandbox.application import routes
from reconciler_azure_devops_sandbox.locations import locations

WIT = f"{INVEST}/_apis/wit"


@pytest.fixture(scope="module")
def site() -> AzureSite:
    return AzureSite()


def test_locations_are_told_to_anybody(site: AzureSite) -> None:
    """OPTIONS needs neither a credential nor an api-version, and lists all areas or one, in any case."""
    everything = site.stranger.ask("OPTIONS", "/azure/sandbox/_apis").json
    assert everything["count"] == len(locations())
    assert {each["area"] for each in everything["value"]} == {"core", "git", "hooks", "Location", "wit", "work"}
    assert {each["area"] for each in site.ask("OPTIONS", "/_apis/WIT", version="").json["value"]} == {"wit"}
    assert site.ask("OPTIONS", "/_apis/shoes", version="").json == {"count": 0, "value": []}


def test_each_location_leads_to_an_endpoint() -> None:
    """Every place that is told is served; a place that is not released yet asks for a preview version."""
    served = {re.sub(r"\{\w+\}", "{}", each.path).casefold(): each for each in routes()}
    for each in locations():
        path = each["routeTemplate"].replace("{area}", each["area"]).replace("{resource}", each["resourceName"])
        path = path.partition("_apis/")[2].replace("{*path}", "{path...}").replace("{*", "{")
        path = re.sub(r"\{\w+\}", "{}", path).casefold().rstrip("/")
        longest = path if path in served else path.removesuffix("/{}")
        assert longest in served, each
        if each["releasedVersion"] == "0.0":
            assert served[longest].preview or served[longest].versionless, each


def test_an_empty_list_of_areas_means_this_url(site: AzureSite) -> None:
    """ResourceAreas is empty, so that clients stay at the base URL."""
    assert site.good("GET", "/_apis/ResourceAreas", version="7.1-preview.1") == {"count": 0, "value": []}


def test_the_connection_names_the_account(site: AzureSite) -> None:
    """ConnectionData needs no api-version, but a credential."""
    data = site.good("GET", "/_apis/connectionData", version="")
    assert data["authenticatedUser"]["providerDisplayName"] == "Sandbox"
    assert data["authenticatedUser"]["properties"]["Account"]["$value"] == "sandbox@example.com"
    assert site.stranger.ask("GET", "/azure/sandbox/_apis/connectionData").status == 203


def test_projects_and_their_processes(site: AzureSite) -> None:
    """Four projects, one for each process; INVEST's is inherited from Agile."""
    assert [each["name"] for each in site.good("GET", "/_apis/projects")["value"]] == [
        "INVEST", "BASIC", "SCRUM", "CMMI",
    ]  # fmt: skip
    assert [each["name"] for each in site.good("GET", "/_apis/projects", skip=1, top=1)["value"]] == ["BASIC"]
    invest = site.good("GET", "/_apis/projects/invest", includeCapabilities="true")
    assert invest["capabilities"]["processTemplate"]["templateName"] == "Investments"
    assert "capabilities" not in site.good("GET", f"/_apis/projects/{invest['id']}")
    status, message = site.refused("GET", "/_apis/projects/NOPE")
    assert (status, message[:9]) == (404, "TF200016:")
    properties = site.good("GET", "/_apis/projects/INVEST/properties", version="7.1-preview.1")["value"]
    assert {each["name"]: each["value"] for each in properties}["System.Process Template"] == "Investments"
    keys = "System.ProcessTemplateType"
    assert len(site.good("GET", "/_apis/projects/INVEST/properties", version="7.1-preview.1", keys=keys)["value"]) == 1
    processes = {each["name"]: each for each in site.good("GET", "/_apis/process/processes")["value"]}
    assert {name: each["type"] for name, each in processes.items()} == {
        "Agile": "system", "Scrum": "system", "CMMI": "system", "Basic": "system", "Investments": "inherited",
    }  # fmt: skip
    one = f"/_apis/process/processes/{processes['Agile']['id']}"
    assert site.good("GET", one)["isDefault"] is True
    assert site.refused("GET", "/_apis/process/processes/0")[0] == 404


def test_teams_and_their_members(site: AzureSite) -> None:
    """Each project has one team, of all active people."""
    team = site.good("GET", "/_apis/projects/INVEST/teams")["value"][0]
    assert site.good("GET", f"/_apis/projects/INVEST/teams/{team['id']}") == team
    members = site.good("GET", "/_apis/projects/INVEST/teams/INVEST Team/members")["value"]
    assert [each["identity"]["displayName"] for each in members] == [
        "Sandbox", "Lena Gray", "Omar Haddad", "Mei Tanaka", "Sofia Rossi",
    ]  # fmt: skip
    assert site.refused("GET", "/_apis/projects/INVEST/teams/Other")[0] == 404
    assert len(site.good("GET", "/_apis/teams", version="7.1-preview.3")["value"]) == 4


def test_types_tell_states_transitions_and_fields(site: AzureSite) -> None:
    """One call lists all types with their states, legal transitions and fields."""
    types = {each["name"]: each for each in site.good("GET", f"{WIT}/workitemtypes")["value"]}
    assert set(types) == {"Bug", "Epic", "Feature", "Issue", "Task", "User Story"}
    epic = types["Epic"]
    assert [(each["name"], each["category"]) for each in epic["states"]] == [
        ("New", "Proposed"), ("Active", "InProgress"), ("Resolved", "Resolved"), ("Closed", "Completed"),
        ("Removed", "Removed"),
    ]  # fmt: skip
    assert epic["transitions"][""] == [{"to": "New", "actions": None}]
    assert {each["to"] for each in epic["transitions"]["New"]} == {each["name"] for each in epic["states"]}
    assert "Custom.InvestmentAmount" in {each["referenceName"] for each in epic["fields"]}
    assert "Custom.InvestmentAmount" not in {each["referenceName"] for each in types["Bug"]["fields"]}
    one = site.good("GET", f"{WIT}/workitemtypes/{epic['referenceName']}")
    assert one["_links"]["self"]["href"] == one["url"]
    assert site.good("GET", f"{WIT}/workitemtypes/epic/states")["value"] == epic["states"]
    assert site.refused("GET", f"{WIT}/workitemtypes/Shoe")[0] == 404


def test_a_process_can_bound_its_transitions(site: AzureSite) -> None:
    """CMMI does not allow each state to follow each; a knob says what may follow instead."""
    task = site.good("GET", "/CMMI/_apis/wit/workitemtypes/Task")
    assert {each["to"] for each in task["transitions"]["Proposed"]} == {"Proposed", "Active", "Closed"}
    site.turn(transitions={"Task": {"Proposed": ["Closed"]}})
    for path in ("/CMMI/_apis/wit/workitemtypes/Task", "/CMMI/_apis/wit/workitemtypes"):
        shown = site.good("GET", path)
        [task] = [each for each in shown.get("value", [shown]) if each["name"] == "Task"]
        assert {each["to"] for each in task["transitions"]["Proposed"]} == {"Proposed", "Closed"}
        assert {each["to"] for each in task["transitions"]["Active"]} == {"Active"}


def test_fields_of_a_type_tell_what_they_take(site: AzureSite) -> None:
    """$expand adds allowed values and dependent fields, by name or by number."""

    def fields(expand: str) -> dict[str, dict[str, Any]]:
        found = site.good("GET", f"{WIT}/workitemtypes/Epic/fields", expand=expand)["value"]
        return {each["referenceName"]: each for each in found}

    everything = fields("all")
    assert everything["Custom.RiskLevel"]["allowedValues"] == ["Low", "Medium", "High", "Critical"]
    assert everything["System.State"]["defaultValue"] == "New"
    assert everything["System.State"]["alwaysRequired"] is True
    assert "System.Reason" in {each["referenceName"] for each in everything["System.State"]["dependentFields"]}
    people = [each["uniqueName"] for each in everything["System.AssignedTo"]["allowedValues"]]
    assert "l.gray@fund.example" in people
    assert "former@fund.example" not in people
    assert "allowedValues" not in fields("none")["System.State"]
    assert fields("1")["System.State"].keys() - fields("none")["System.State"].keys() == {"allowedValues"}
    one = site.good("GET", f"{WIT}/workitemtypes/Epic/fields/Custom.RiskLevel", expand="all")
    assert one == everything["Custom.RiskLevel"]
    assert site.refused("GET", f"{WIT}/workitemtypes/Bug/fields/Custom.Sector")[0] == 404


def test_fields_tell_their_types(site: AzureSite) -> None:
    """A field has a type, its operations, and says whether it is a person's or a picklist's."""
    fields = {each["referenceName"]: each for each in site.good("GET", "/_apis/wit/fields")["value"]}
    assert {name: fields[name]["type"] for name in ("System.Title", "System.Tags", "System.AreaPath", "System.Id")} == {
        "System.Title": "string", "System.Tags": "plainText", "System.AreaPath": "treePath", "System.Id": "integer",
    }  # fmt: skip
    assert (fields["System.AssignedTo"]["isIdentity"], fields["Custom.RiskLevel"]["isPicklist"]) == (True, True)
    assert [each["name"] for each in fields["System.Tags"]["supportedOperations"]] == ["Contains", "Does Not Contain"]
    assert site.good("GET", f"{WIT}/fields/Risk level") == fields["Custom.RiskLevel"]
    assert site.refused("GET", "/_apis/wit/fields/Shoe") == (404, "TF51535: Cannot find field Shoe.")


def test_relation_types_know_their_other_ends(site: AzureSite) -> None:
    """A link type between items names its opposite, unless it has none; a resource link has no ends."""
    types = {each["referenceName"]: each for each in site.good("GET", "/_apis/wit/workitemrelationtypes")["value"]}
    child = types["System.LinkTypes.Hierarchy-Forward"]["attributes"]
    assert (child["oppositeEndReferenceName"], child["topology"]) == ("System.LinkTypes.Hierarchy-Reverse", "tree")
    related = types["System.LinkTypes.Related"]["attributes"]
    assert (related["directional"], "oppositeEndReferenceName" in related) == (False, False)
    assert types["Hyperlink"]["attributes"] == {"usage": "resourceLink", "editable": False, "enabled": True}
    one = site.good("GET", "/_apis/wit/workitemrelationtypes/system.linktypes.related")
    assert one == types["System.LinkTypes.Related"]
    assert site.refused("GET", "/_apis/wit/workitemrelationtypes/Shoe")[0] == 404
    links = site.good("GET", "/_apis/wit/artifactlinktypes")["value"]
    assert {"toolType": "Git", "artifactType": "PullRequestId", "linkType": "Pull Request"} in links


def test_categories_hold_the_types_of_a_level(site: AzureSite) -> None:
    """Scrum plans bugs among its backlog items; Agile does not; Basic has none."""
    found = site.good("GET", "/SCRUM/_apis/wit/workitemtypecategories/Microsoft.RequirementCategory")
    assert [each["name"] for each in found["workItemTypes"]] == ["Product Backlog Item", "Bug"]
    names = [each["referenceName"] for each in site.good("GET", "/BASIC/_apis/wit/workitemtypecategories")["value"]]
    assert "Microsoft.BugCategory" not in names
    assert site.refused("GET", f"{WIT}/workitemtypecategories/Shoe")[0] == 404


@pytest.mark.parametrize(
    ("project", "effort", "bugs"),
    [
        ("INVEST", "Microsoft.VSTS.Scheduling.StoryPoints", "asTasks"),
        ("BASIC", "Microsoft.VSTS.Scheduling.Effort", "off"),
        ("SCRUM", "Microsoft.VSTS.Scheduling.Effort", "asRequirements"),
        ("CMMI", "Microsoft.VSTS.Scheduling.Size", "asTasks"),
    ],
)
def test_backlogs_name_the_field_of_points(site: AzureSite, project: str, effort: str, bugs: str) -> None:
    """The field of effort differs by process; each state has its category; levels come from the top."""
    found = site.good("GET", f"/{project}/_apis/work/backlogconfiguration")
    assert (found["backlogFields"]["typeFields"]["Effort"], found["bugsBehavior"]) == (effort, bugs)
    states = {each["workItemTypeName"]: each["states"] for each in found["workItemTypeMappedStates"]}
    assert "Completed" in states["Task"].values()
    assert "Removed" not in states["Task"].values()
    ranks = [each["rank"] for each in found["portfolioBacklogs"]]
    assert ranks == sorted(ranks, reverse=True)
    process = site.good("GET", f"/{project}/_apis/work/processconfiguration")
    assert process["typeFields"]["Effort"]["referenceName"] == effort
    assert ("bugWorkItems" in process) is (bugs != "off")
    settings = site.good("GET", f"/{project}/{project} Team/_apis/work/teamsettings")
    assert settings["bugsBehavior"] == bugs
    areas = site.good("GET", f"/{project}/_apis/work/teamsettings/teamfieldvalues")
    assert areas["values"] == [{"value": project, "includeChildren": True}]


def test_repositories_are_found_by_name(site: AzureSite) -> None:
    """A repository by name within its project or by id anywhere; a commit by its hash; a pull request by number."""
    one = site.good("GET", f"{INVEST}/_apis/git/repositories/Valuation-Models")
    assert site.good("GET", f"/_apis/git/repositories/{one['id']}")["id"] == one["id"]
    assert site.refused("GET", "/_apis/git/repositories/valuation-models")[1].startswith("TF401019")
    assert len(site.good("GET", f"{INVEST}/_apis/git/repositories")["value"]) == 2
    repository = f"{INVEST}/_apis/git/repositories/{one['id']}"
    sha = site.good("GET", f"{repository}/commits")["value"][0]["commitId"]
    assert site.good("GET", f"{repository}/commits/{sha.upper()}")["commitId"] == sha
    assert site.refused("GET", f"{repository}/commits/{'0' * 40}")[1].startswith("TF401175")
    pull = site.good("GET", f"{repository}/pullRequests/1")
    assert site.good("GET", f"{INVEST}/_apis/git/pullRequests/1") == pull
    assert pull["artifactId"].startswith("vstfs:///Git/PullRequestId/")
    assert len(site.good("GET", f"{repository}/pullRequests")["value"]) == 2
    assert site.refused("GET", f"{INVEST}/_apis/git/pullRequests/9")[1].startswith("TF401180")


def test_items_are_found_by_their_artifacts() -> None:
    """The reverse of an artifact link: which items point at a commit."""
    site = AzureSite()
    uri = "vstfs:///Git/Commit/1%2F2%2F3"
    item, _other = site.make(), site.make()
    link = {"rel": "ArtifactLink", "url": uri, "attributes": {"name": "Fixed in Commit"}}
    body = [{"op": "add", "path": "/relations/-", "value": link}]
    site.good("PATCH", f"/_apis/wit/workitems/{item}", body)
    found = site.good("POST", "/_apis/wit/artifacturiquery", {"artifactUris": [uri, "vstfs:///none"]})
    ids = {each: [one["id"] for one in items] for each, items in found["artifactUrisQueryResult"].items()}
    assert ids == {uri: [item], "vstfs:///none": []}
    assert site.refused("POST", "/_apis/wit/artifacturiquery", {"artifactUris": uri})[0] == 400


def test_tags_are_a_projects() -> None:
    """A tag is there once an item has it, by name in any case or by id, and in no other project."""
    site = AzureSite()
    site.make(System_Tags="Green; rc-1")
    tags = site.good("GET", f"{WIT}/tags")["value"]
    assert sorted(each["name"] for each in tags) == ["Green", "rc-1"]
    assert site.good("GET", f"{WIT}/tags/green") == site.good("GET", f"{WIT}/tags/{tags[0]['id']}")
    assert site.good("GET", "/BASIC/_apis/wit/tags")["value"] == []
    assert site.refused("GET", f"{WIT}/tags/shoe")[0] == 404
