"""The Azure DevOps plugin's requests, held against the vendor's Swagger files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure_in_process import AzureInProcess
from swagger_judge import api_dir, judge

from reconciler.sdk import Change, Link, Ref, Transition

LABEL = "rc-0123456789ab"


@dataclass
class Recorded(AzureInProcess):
    """The plugin on the sandbox, with all that it asked and was answered."""

    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        self.exchanges.append(
            {
                "n": len(self.exchanges) + 1,
                "method": request.method,
                "path": request.url.path,
                "query": request.url.query.decode(),
                "status": answer.status_code,
                "fault": False,
                "request": json.loads(request.content) if request.content else None,
                "response": json.loads(answer.content) if answer.content else None,
            }
        )
        return answer


@pytest.fixture
def folder() -> Path:
    found = api_dir()
    if found is None:
        pytest.skip("the vendor's OpenAPI files are absent: set VENDOR_API_DIR")
    return found


@pytest.mark.parametrize("project", ["INVEST", "BASIC", "SCRUM", "CMMI"])
def test_what_describes_a_site_conforms(folder: Path, project: str) -> None:
    """Each request for types, fields, trees, backlogs and people, and each answer of the sandbox to it."""
    azure = Recorded(project=project)
    azure.provider.describe_site(("epic", "story", "task"), ("l.gray@fund.example",))
    verdict = judge(azure.exchanges, folder)
    assert verdict.problems == []
    assert verdict.counts["answers held against their schema"] > 5


def test_what_reads_items_conforms(folder: Path) -> None:
    """Each request for items by id, by marker, by parent and by query, found or missing."""
    azure = Recorded()
    azure.provider.describe_site(("epic", "task"))
    epic = azure.person("create", type="Epic", set={"title": "Deal", "System.Tags": LABEL})["id"]
    task = azure.person("create", type="Task", set={"title": "Step"})["id"]
    parent = {"rel": "System.LinkTypes.Hierarchy-Reverse", "item": epic}
    azure.person("edit", item=task, add_relations=[parent, {"rel": "Hyperlink", "url": "https://room.example/1"}])
    azure.exchanges.clear()
    found = list(azure.provider.fetch({epic: ("System.Title", "System.Tags"), task: (), "99": ()}, markers=True))
    assert [each.state for each in found].count("live") == 2
    since = azure.clock.now() - timedelta(days=1)
    assert [each.id for each in azure.provider.find_marked(LABEL, since, above="0")] == [epic]
    assert [each.id for each in azure.provider.children((epic,))] == [task]
    assert [each.id for each in azure.provider.search("[System.Id] > 0", ("System.Title",))] == [epic, task]
    assert azure.provider.highest_key() == task
    verdict = judge(azure.exchanges, folder)
    assert verdict.problems == []
    assert verdict.counts["answers held against their schema"] > 5


@pytest.mark.parametrize("text_format", ["html", "markdown"])
def test_what_writes_items_conforms(folder: Path, text_format: str) -> None:
    """Each creation, patch, exchange of relations, validation, removal and restoration, done or refused."""
    azure = Recorded({"text_format": text_format, "create": ["area"]})
    azure.provider.describe_site(("task",))
    azure.exchanges.clear()
    room = Link("Hyperlink", "https://data.example", True, "Room")
    text = azure.provider.normalize(azure.provider.describe_site(("task",)), "Task", "System.Description", "**a**")
    first, second = (
        str(azure.create(azure.draft(each, **{"System.Description": text, "documents": (room,)})).item.id)  # type: ignore[union-attr]
        for each in ("a", "b")
    )
    drafts = [azure.draft("bad", **{"System.AreaPath": Ref("INVEST\\New"), "System.State": Ref("No")})]
    list(azure.provider.preview(drafts, live=True))
    assert azure.create(drafts[0]).result == "refused"
    parts: list[dict[str, Any]] = [
        {"set": {"System.Title": "New", "System.Parent": Ref(second), "System.Description": None}, "comment": "Said"},
        {"transition": Transition((Ref("Active"), Ref("Closed"))), "add": {"System.Tags": (Ref("new"),)}},
        {"set": {"System.Parent": None}, "remove": {"System.Tags": (Ref("new"),), "documents": (room,)}},
        {"marker": azure.marker("m", item=first)},
        {"marker": "drop"},
        {"set": {"Microsoft.VSTS.Common.Priority": Ref("9")}},
        {"set": {"System.Parent": Ref("9999")}},
    ]
    results = []
    for number, part in enumerate(parts):
        item = azure.read(first, "System.Tags", "System.State", "documents", "System.Parent")
        change = Change(f"op{number}", item, **part)
        list(azure.provider.preview([change], live=True))
        results.append(azure.update(change).result)
    assert results == ["done"] * 5 + ["refused"] * 2
    stale = Change("stale", replace(azure.read(first), revision="1"), {"System.Title": "No"})
    assert azure.update(stale).result == "changed"
    list(azure.provider.history([first], ["System.Title", "documents"]))
    assert list(azure.provider.settle([azure.pending(stale), azure.pending(drafts[0])]))
    assert [each.result for each in azure.provider.remove({"r": azure.read(first)})] == ["done"]
    assert [each.result for each in azure.provider.restore({"s": first})] == ["done"]
    verdict = judge(azure.exchanges, folder)
    assert verdict.problems == []
    assert verdict.counts["answers held against their schema"] > 30
