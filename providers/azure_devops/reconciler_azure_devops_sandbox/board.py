"""What the board page draws of the project INVEST."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from reconciler_azure_devops_sandbox.definitions import Category
from reconciler_azure_devops_sandbox.organisation import INVEST, PEOPLE, person_by_id
from reconciler_azure_devops_sandbox.store import Item
from reconciler_azure_devops_sandbox.tenant import Tenant

__all__ = ["CARD_FIELDS", "board"]

CARD_FIELDS = {
    "title": "System.Title",
    "description": "System.Description",
    "assignee": "System.AssignedTo",
    "priority": "Microsoft.VSTS.Common.Priority",
    "due": "Microsoft.VSTS.Scheduling.DueDate",
    "points": "Microsoft.VSTS.Scheduling.StoryPoints",
}
"""The fields of a card, by its keys."""

_CATEGORY: Mapping[Category, str] = {
    "Proposed": "new", "InProgress": "active", "Resolved": "active", "Completed": "done", "Removed": "done",
}  # fmt: skip


def board(tenant: Tenant) -> dict[str, Any]:
    """Columns, cards and what can be chosen; see `reconciler.sandbox.model.Platform.board`."""
    types = INVEST.process.types.values()
    columns = {each.name: _CATEGORY[each.category] for kind in types for each in kind.states}
    order = [each.name for each in INVEST.process.types["Epic"].states]
    items = [each for each in tenant.store.items.values() if not each.deleted and each.project == INVEST.id]
    return {
        "project": INVEST.name,
        "columns": [{"name": name, "category": columns[name]} for name in order],
        "cards": [_card(tenant, each) for each in items],
        "people": [each.name for each in PEOPLE if each.active],
        "types": [each.name for each in types],
        "priorities": ["1", "2", "3", "4"],
        "fields": CARD_FIELDS,
    }


def _card(tenant: Tenant, item: Item) -> dict[str, Any]:
    values = item.now.fields
    parent = tenant.store.parent(item.now)
    assignee = person_by_id(values.get("System.AssignedTo", ""))
    priority = values.get("Microsoft.VSTS.Common.Priority")
    scheduling = "Microsoft.VSTS.Scheduling"
    due = values.get(f"{scheduling}.DueDate") or values.get(f"{scheduling}.TargetDate")
    markup = values.get("System.Description") or values.get("Microsoft.VSTS.TCM.ReproSteps")
    return {
        "key": str(item.id),
        "type": item.type,
        "title": values["System.Title"],
        "status": values["System.State"],
        "assignee": assignee.name if assignee else None,
        "priority": None if priority is None else str(priority),
        "labels": list(values.get("System.Tags", ())),
        "points": values.get(f"{scheduling}.StoryPoints"),
        "due": due[:10] if due else None,
        "parent": None if parent is None else str(parent),
        "description": None if markup is None else unescape(re.sub(r"<[^>]*>", "", markup)),
    }
