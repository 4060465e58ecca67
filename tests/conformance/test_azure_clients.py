"""The vendor's client libraries for Python and Node work on the sandbox, over HTTP, as on the real service."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox.serving import running

pytestmark = pytest.mark.filterwarnings("ignore")  # the library's, not ours
TEAM = "INVEST Team"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The organisation's URL."""
    with running() as endpoints:
        yield endpoints.sites["azure_devops"]


@pytest.fixture(scope="module")
def connection(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A connection of the Python library's, which keeps its cache beside the test's other files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZURE_DEVOPS_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        devops = pytest.importorskip("azure.devops.connection", reason="the package azure-devops is not installed")
        credentials = pytest.importorskip("msrest.authentication").BasicAuthentication("", "sandbox")
        yield devops.Connection(base_url=url, creds=credentials)


def _operation(op: str, path: str, value: Any) -> Any:
    from azure.devops.v7_1.work_item_tracking.models import JsonPatchOperation

    return JsonPatchOperation(op=op, path=path, value=value)


def _title(text: str) -> Any:
    return _operation("add", "/fields/System.Title", text)


def test_it_signs_in_and_finds_projects_and_teams(connection: Any) -> None:
    """Location discovery leads it to projects, their process and their teams' members."""
    connection.authenticate()
    core = connection.clients.get_core_client()
    assert [each.name for each in core.get_projects()] == ["INVEST", "BASIC", "SCRUM", "CMMI"]
    project = core.get_project("INVEST", include_capabilities=True)
    assert project.capabilities["processTemplate"]["templateName"] == "Investments"
    assert [each.name for each in core.get_teams("INVEST")] == [TEAM]
    members = core.get_team_members_with_extended_properties("INVEST", TEAM)
    assert "Lena Gray" in [each.identity.display_name for each in members]


def test_it_writes_and_reads_work_items(connection: Any) -> None:
    """It creates, changes with a test of the revision, reads in batches, comments, deletes and restores."""
    from azure.devops.exceptions import AzureDevOpsServiceError
    from azure.devops.v7_1.work_item_tracking.models import CommentCreate, TeamContext, Wiql, WorkItemBatchGetRequest

    client = connection.clients_v7_1.get_work_item_tracking_client()
    story = client.create_work_item([_title("Story")], "INVEST", "User Story")
    parent = {"rel": "System.LinkTypes.Hierarchy-Reverse", "url": story.url}
    task = client.create_work_item([_title("Task"), _operation("add", "/relations/-", parent)], "INVEST", "Task")
    changed = client.update_work_item([_operation("test", "/rev", task.rev), _title("Changed")], task.id)
    assert (changed.rev, changed.fields["System.Title"]) == (task.rev + 1, "Changed")
    with pytest.raises(AzureDevOpsServiceError, match="VS403351"):
        client.update_work_item([_operation("test", "/rev", task.rev), _title("Never")], task.id)
    with pytest.raises(AzureDevOpsServiceError, match="TF401232"):
        client.get_work_item(9999)
    assert [each.rel for each in client.get_work_item(task.id, expand="Relations").relations] == [parent["rel"]]
    query = Wiql(query=f"SELECT [System.Id] FROM WorkItems WHERE [System.Parent] = {story.id}")
    found = client.query_by_wiql(query, team_context=TeamContext(project="INVEST"), top=10)
    assert [each.id for each in found.work_items] == [task.id]
    batch = client.get_work_items_batch(WorkItemBatchGetRequest(ids=[story.id, task.id], fields=["System.Title"]))
    assert [each.fields["System.Title"] for each in batch] == ["Story", "Changed"]
    assert client.add_comment(CommentCreate(text="Hello"), "INVEST", task.id).text == "Hello"
    assert [each.text for each in client.get_comments("INVEST", task.id).comments] == ["Hello"]
    assert [each.rev for each in client.get_updates(task.id)] == [1, 2, 3]
    client.delete_work_item(task.id)
    assert [each.id for each in client.get_deleted_work_item_shallow_references("INVEST")] == [task.id]
    client.restore_work_item({"isDeleted": False}, task.id)
    assert client.get_work_item(task.id).fields["System.Title"] == "Changed"


def test_it_discovers_types_nodes_backlogs_and_repositories(connection: Any) -> None:
    """What describes a project comes in the library's own values."""
    from azure.devops.v7_1.work.models import TeamContext
    from azure.devops.v7_1.work_item_tracking.models import WorkItemClassificationNode

    client = connection.clients_v7_1.get_work_item_tracking_client()
    epic = next(each for each in client.get_work_item_types("INVEST") if each.name == "Epic")
    assert [each.to for each in epic.transitions[""]] == ["New"]
    assert [each.category for each in client.get_work_item_type_states("BASIC", "Task")] == [
        "Proposed", "InProgress", "Completed",
    ]  # fmt: skip
    fields = client.get_work_item_type_fields_with_references("INVEST", "Epic", expand="All")
    assert next(each for each in fields if each.name == "Risk level").allowed_values[0] == "Low"
    assert "System.LinkTypes.Related" in [each.reference_name for each in client.get_relation_types()]
    node = client.create_or_update_classification_node(
        WorkItemClassificationNode(name="Web"), "INVEST", "areas", "Tech"
    )
    assert node.path == "\\INVEST\\Area\\Tech\\Web"
    assert client.get_classification_node("INVEST", "areas", depth=2).children[-1].children[0].name == "Web"
    work = connection.clients_v7_1.get_work_client()
    effort = work.get_backlog_configurations(TeamContext(project="CMMI")).backlog_fields.type_fields["Effort"]
    assert effort == "Microsoft.VSTS.Scheduling.Size"
    sprints = work.get_team_iterations(TeamContext(project="INVEST", team=TEAM))
    assert [each.name for each in sprints] == ["Sprint 1", "Sprint 2", "Sprint 3"]
    git = connection.clients.get_git_client()
    assert git.get_repository("valuation-models", "INVEST").name == "valuation-models"
    assert git.get_pull_request_by_id(1, "INVEST").title == "Downside case"
    hooks = connection.clients_v7_1.get_service_hooks_client()
    assert [each.id for each in hooks.list_consumers()] == ["webHooks"]


def test_the_node_library_works_too(url: str) -> None:
    """It signs in, creates, links, queries, is refused where it is behind, comments, discovers and deletes."""
    node = shutil.which("node")
    known = node and subprocess.run([node, "-e", "require('azure-devops-node-api')"], capture_output=True, check=False)
    if not node or not known or known.returncode:
        pytest.skip("node or its package azure-devops-node-api (NODE_PATH) is not installed")
    script = Path(__file__).with_name("azure_node_client.js")
    ran = subprocess.run([node, str(script), url], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    found = told.pop("found")
    assert len(found) >= 2
    assert told == {
        "who": "Sandbox",
        "projects": ["INVEST", "BASIC", "SCRUM", "CMMI"],
        "relations": ["System.LinkTypes.Hierarchy-Reverse"],
        "titles": ["Child", "Parent"],
        "stale": 412,
        "comment": "Hello",
        "sprints": ["Sprint 1", "Sprint 2", "Sprint 3"],
        "effort": "Microsoft.VSTS.Scheduling.Effort",
        "deleted": True,
    }
