"""`create_from_incident`, the verb for programs, on both platforms' sandboxes."""

from __future__ import annotations

from hashlib import sha256

import pytest
from azure_in_process import AzureInProcess
from jira_in_process import InProcess
from reconciler_jira import JiraPlugin

from reconciler.sdk import Credential, DevOpsIntegrationPlugin, Incident, PluginConfig, WorkItem, WorkItemPriority

INCIDENT = Incident("Database down", "db-1", severity="P1", text="**1 %** free", url="https://alerts.example/1")


@pytest.fixture(params=["jira", "azure_devops"])
def plugin(request: pytest.FixtureRequest) -> DevOpsIntegrationPlugin:
    """A plugin on a sandbox of its own."""
    if request.param == "azure_devops":
        return AzureInProcess().plugin
    config = PluginConfig("jira", "http://127.0.0.1/jira", "INVEST", Credential("sandbox@example.com", "sandbox"))
    return InProcess().opened(JiraPlugin, config)


def test_an_incident_makes_one_item(plugin: DevOpsIntegrationPlugin) -> None:
    """What the template leaves empty is the incident's; called again, it gives the item that there is."""
    template = WorkItem("bug", "", labels=("incident",))
    made = plugin.create_from_incident(INCIDENT, template)
    assert (made.type, made.title, made.priority) == ("bug", "Database down", WorkItemPriority.CRITICAL)
    assert made.description is not None
    assert "**1 %** free" in made.description
    assert set(made.labels) >= {"incident", f"incident-{sha256(b'db-1').hexdigest()[:12]}"}
    assert plugin.create_from_incident(INCIDENT, template).id == made.id
    other = plugin.create_from_incident(Incident("Another", "db-2"), WorkItem("bug", "By hand"))
    assert (other.title, other.id != made.id) == ("By hand", True)
