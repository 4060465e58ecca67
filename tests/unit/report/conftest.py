"""Plans to draw: the shapes that a reviewer meets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.plan.document import Action, Conflict, Drift, FieldChange, PlanDocument

TASKS = {
    "financial": ("Financial Due Diligence", "high", "2027-02-12"),
    "technical": ("Technical Due Diligence", "high", "2027-02-12"),
    "legal": ("Legal Due Diligence", "medium", "2027-03-03"),
    "market": ("Market Due Diligence", "medium", "2027-03-03"),
    "management": ("Management Interviews", "high", "2027-03-10"),
    "references": ("Reference Checks", "medium", "2027-03-17"),
}


def field(name: str, after: Any = None, **more: Any) -> FieldChange:
    """A field in the spec."""
    return FieldChange(field=name, after=after, **{"ownership": "spec", "reason": "in the spec", **more})


def action(address: str, kind: str, *changes: FieldChange, **more: Any) -> Action:
    """An action with sensible words."""
    known = {} if kind == "create" else {"id": "10003", "key": "INVEST-3"}
    reason = {"create": "not in the state", "update": "the spec changed", "close": "no longer in the spec"}[kind]
    return Action.model_validate(
        {
            "address": address,
            "action": kind,
            "provider": "jira",
            "title": "Legal Due Diligence",
            "type": "task",
            "reason": reason,
            "changes": changes,
            **known,
            **more,
        }
    )


def drifted(field: str, before: Any, after: Any, **more: Any) -> Drift:
    """A person's change, kept unless said otherwise."""
    known = {"address": 'tasks["legal"]', "field": field, "before": before, "after": after, "kept": True}
    return Drift.model_validate({**known, **more})


def plan(**more: Any) -> PlanDocument:
    """A plan for one company."""
    return PlanDocument.model_validate(
        {
            "directory": "/specs",
            "workspace": {"name": "deals", "id": "6f0c2f3e-0000-4000-8000-000000000001", "instance": "acme-robotics"},
            "spec": {"digest": "ab" * 32},
            "state": {},
            "site": [
                {
                    "provider": "jira",
                    "plugin": "jira",
                    "id": "cloud-1",
                    "url": "https://fund.example",
                    "project": "INVEST",
                }
            ],
            "providers": [],
            "summary": {},
            **more,
        }
    )


@pytest.fixture
def first_plan() -> PlanDocument:
    """The example's: an opportunity and its six tasks."""
    deal = action(
        "deal",
        "create",
        field("title", "Investment: Acme Robotics"),
        field("type", "epic"),
        field(
            "description",
            "**Company:** Acme Robotics\n\n**Stage:** due diligence\n**Amount:** USD 12,000,000\n\n"
            "Six workstreams report here.\n\n- Financial\n- Technical\n",
        ),
        field("status", "todo"),
        field("priority", "high"),
        field("labels", added=("investment", "opportunity", "robotics")),
        field("due", "2027-03-31"),
        field("story_points", 15),
        field("documents", added=({"title": "Data room", "url": "https://data.example/acme"},)),
        field("fields.amount", 12000000.0),
        field("fields.sector", "Robotics and automation"),
        title="Investment: Acme Robotics",
        type="epic",
    )
    tasks = [
        action(
            f'tasks["{name}"]',
            "create",
            field("title", title),
            field("status", "todo"),
            field("priority", priority),
            field("parent", "deal"),
            field("labels", added=("investment", "robotics", "due_diligence")),
            field("due", due),
            field("story_points", 3),
            field("description", ["Part of ", {"address": "deal", "attribute": "key"}, "."], unknown=True),
            title=title,
            depends_on=("deal",),
        )
        for name, (title, priority, due) in TASKS.items()
    ]
    return plan(
        actions=(deal, *tasks),
        requests={"jira": {"bulk create": 2, "remote link": 1}},
        summary={"create": 7},
    )


@pytest.fixture
def later_plan() -> PlanDocument:
    """A day later: people worked, the spec changed, and both touched one title."""
    by, at = "Ann Reviewer", "2026-11-23T10:02:00+00:00"
    reverted = "Ann Reviewer changed it on 2026-11-23 10:02 UTC; the spec owns it"
    before = "# Scope\n\nContracts\nIP\nCompliance\n\n# Team\n\nTo be named\n"
    after = "# Scope\n\nContracts and leases\nIP\nCompliance\n\n# Team\n\nTo be named\nOutside counsel\n"
    return plan(
        actions=(
            action(
                'tasks["legal"]',
                "update",
                field("title", "Legal Due Diligence", before="Legal DD (urgent)", reason=reverted),
                field("priority", "high", before="medium", reason="the spec changed"),
                field("due", "2027-03-05", before=None, reason="the spec changed"),
                field("labels", added=("regulated",), removed=("simple",), reason="the spec changed"),
                field("description", after, before=before, reason="the spec changed"),
                field(
                    "fields.risk",
                    {"level": "High", "owners": ["l.gray", "m.roe"]},
                    before={"level": "Low", "owners": ["l.gray"]},
                    reason="the spec changed",
                ),
                reason="the spec changed, and so did people",
            ),
            action(
                'tasks["market"]',
                "close",
                field("status", "cancelled", before="in_progress", reason="no longer in the spec"),
                title="Market Due Diligence",
                key="INVEST-5",
            ),
        ),
        drift=(
            drifted("title", "Legal Due Diligence", "Legal DD (urgent)", kept=False, by=by, at=at),
            drifted("status", "todo", "in_progress", address='tasks["financial"]', by=by, at=at),
            drifted("assignee", None, "Sam Okafor", address='tasks["financial"]'),
            drifted("labels", ["robotics"], [], address="deal", by=by, at=at),
        ),
        conflicts=(
            Conflict(
                address='tasks["technical"]',
                field="due",
                base="2027-02-12",
                desired="2027-02-19",
                live="2027-02-26",
                resolution="spec",
                by=by,
                at=at,
            ),
        ),
        requests={"jira": {"edit": 1, "transition": 1}},
        summary={"update": 1, "close": 1, "unchanged": 5},
    )


@pytest.fixture
def make_plan() -> Callable[..., PlanDocument]:
    return plan
