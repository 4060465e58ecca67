"""The vendor's published examples of Azure DevOps, and what is known of each: answered alike, or why not."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["ABSENT", "ALIKE", "EXCUSED", "OLD", "STATUSES", "Example", "examples", "old_of"]

EXCUSED = {
    r"/_links/workItemHistory": "older than 7.1: the recordings of 2026 have no such link",
    r"/_links/parent": "of a revision that asOf leads to: the sandbox answers with the item's own links",
    r"/_links/(capacity|teamDaysOff)": "of endpoints that the sandbox does not have",
    r"/commentId": "called `id` since 7.1",
    r"/externalConfiguration": "of other services' consumers",
    r"/attributes/resourceSize": "of attachments, which the sandbox does not have",
    r"/revisedBy/name: object": "malformed: the whole identity stands in place of its name",
    r"^/fields/\*: object": "of a template: the sandbox's name nobody as their author",
    r"/helpText": "optional: the sandbox's fields have none",
    r"/transitions/\*\[\]/actions: array": "optional: the sandbox's transitions need no actions",
    r"/inputDescriptors\[\]/(dependencyInputIds|values)": "optional: the sandbox's inputs depend on nothing",
    r"/validation/(pattern|minLength|maxLength|minValue|maxValue|isRequired)": "optional: what an input takes",
    r"^/lastUpdated": "optional: the sandbox does not keep when a tag was last changed",
    r"/(lastProbationRetryDate|probationRetries|resourceVersion: null)": "of subscriptions that the sandbox never has",
}
"""Places in examples that the sandbox does not answer alike, and why."""

OLD = {
    "wit-7.2/comments/GET__wit_workitems__taskId__comments_*.json": "of 3.0: comments by revision",
    "wit-7.2/recycleBin/GET__wit_recyclebin__id_.json": "of 1.0: ids as texts, names in capitals",
    "wit-7.2/recycleBin/GET__wit_recyclebin.json": "malformed: a list around the list",
    "wit-7.2/recycleBin/GET__wit_recyclebin__ids_.json": "malformed: a list around the list",
    "wit-7.2/tags/GET__list_of_wit_tags.json": "malformed: a list around the list",
    "work-7.2/iterations/GET__work_teamsettings_iterations__timeframe-_timeframe_.json": "malformed: `values`",
}
"""Examples, by their names, that are no answers of today's versions."""

STATUSES = {
    (
        "Classification Nodes_Create Or Update",
        200,
    ): "of a node below another; the examples below the root have 201",
    ("Work Items_Delete", 204): "the OpenAPI file says 200, and tells the body (FACTS B9)",
    ("Work Items_Delete Work Items", 204): "the OpenAPI file says 200, and tells the body (FACTS B9)",
}
"""Statuses of examples that the sandbox does not answer with, and why."""

ABSENT = {
    r"\w+ hooks/subscriptions/[^/]+/diagnostics": "what a subscription's deliveries log",
    r"\w+ wit/attachments.*": "attachments",
    r"(POST|PATCH) wit/fields.*": "making and locking fields: the sandbox's are fixed",
    r"\w+ githubconnections.*": "connections to GitHub",
    r"\w+ wit/(queries|queriesbatch|tempQueries)\b.*": "stored queries",
    r"GET wit/wiql.*": "stored queries",
    r"(PATCH|DELETE) wit/tags/.*": "renaming and deleting tags",
    r"\w+ wit/templates.*": "templates of items",
    r"GET wit/workItemIcons.*": "icons",
    r"\w+ wit/reporting/.*": "reports of all changes",
    r"GET wit/workitemtransitions": "what a check-in does to a state",
    r"GET work/backlogs.*": "the items of a backlog",
    r"\w+ work/board(s|Columns|Rows)\b.*": "boards",
    r"\w+ work/teamsettings/iterations/[^/]+/(capacities|teamdaysoff).*": "capacities and days off",
    r"PATCH work/teamsettings(/teamfieldvalues)?": "changing a team's settings",
    r"PATCH work/(iterations/[^/]+/)?workitemsorder": "the order of a backlog",
}
"""Requests that the sandbox does not have, and what they are about."""

ALIKE = {
    "Artifact Link Types_List": 1,
    "Artifact Uri Query_Query": 1,
    "Backlogconfiguration_Get": 1,
    "Classification Nodes_Create Or Update": 4,
    "Classification Nodes_Delete": 2,
    "Classification Nodes_Get": 6,
    "Classification Nodes_Get Root Nodes": 2,
    "Classification Nodes_Update": 3,
    "Comments_Add Comment": 1,
    "Comments_Delete": 1,
    "Comments_Get Comment": 1,
    "Comments_Get Comments": 3,
    "Comments_Update Comment": 1,
    "Consumers_Get": 1,
    "Consumers_Get Consumer Action": 1,
    "Consumers_List": 1,
    "Consumers_List Consumer Actions": 1,
    "Fields_Get": 1,
    "Fields_List": 1,
    "Iterations_Delete": 1,
    "Iterations_Get": 1,
    "Iterations_Get Iteration Work Items": 1,
    "Iterations_Post Team Iteration": 1,
    "Processconfiguration_Get": 1,
    "Publishers_Get Event Type": 1,
    "Publishers_List": 1,
    "Publishers_List Event Types": 1,
    "Recyclebin_Destroy Work Item": 1,
    "Recyclebin_Restore Work Item": 1,
    "Revisions_Get": 2,
    "Revisions_List": 3,
    "Subscriptions_Create": 1,
    "Subscriptions_Delete": 1,
    "Subscriptions_Get": 1,
    "Subscriptions_List": 1,
    "Subscriptions_Replace Subscription": 1,
    "Tags_Get": 1,
    "Teamfieldvalues_Get": 1,
    "Teamsettings_Get": 1,
    "Updates_Get": 4,
    "Updates_List": 3,
    "Work Item Relation Types_Get": 1,
    "Work Item Relation Types_List": 1,
    "Work Item Type Categories_Get": 1,
    "Work Item Type Categories_List": 1,
    "Work Item Type States_List": 1,
    "Work Item Types Field_Get": 2,
    "Work Item Types Field_List": 2,
    "Work Item Types_Get": 1,
    "Work Item Types_List": 1,
    "Work Items_Create": 1,
    "Work Items_Delete": 1,
    "Work Items_Delete Work Items": 1,
    "Work Items_Get Work Item": 2,
    "Work Items_Get Work Item Template": 2,
    "Work Items_Get Work Items Batch": 1,
    "Work Items_List": 7,
    "Work Items_Update": 19,
}
"""How many examples of each operation of the sandbox's are answered alike."""

PATHS = {
    "wit-7.2/recycleBin/PATCH__wit_recyclebin_restore.json": "wit/recyclebin/403",
    "wit-7.2/tempQueries/POST__wit_tempQueries_create.json": "wit/tempQueries",
}
"""The paths of examples that name none."""


@dataclass(frozen=True)
class Example:
    """A published request with one of its answers."""

    name: str
    method: str
    path: str
    status: int
    body: Any


def examples(folder: Path) -> list[Example]:
    found = []
    for file in sorted((folder / "ado-http-examples").rglob("*.json")):
        data = json.loads(file.read_bytes())
        name = str(file.relative_to(folder / "ado-http-examples"))
        method = str(data.get("x-ms-vss-request-method") or re.split(r"[_-]", file.name)[0]).upper()
        url = data.get("x-ms-vss-request-url") or data.get("x-ms-vss-example-request", {}).get("url", "")
        path = PATHS.get(name) or unquote(urlsplit(url.strip()).path).partition("/_apis/")[2]
        for status, answer in data["responses"].items():
            body = answer.get("body") if isinstance(answer, dict) else None
            found.append(Example(name, method, path, int(status), body))
    return found


def old_of(example: Example) -> list[str]:
    """The lines of `OLD` that name an example."""
    return [pattern for pattern in OLD if fnmatch(example.name, pattern)]
