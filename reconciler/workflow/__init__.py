"""The steps of every command that has effects, in order.

load -> expand -> refresh -> diff -> render | schedule -> execute -> verify -> record
"""

from reconciler.plan.document import Finding, PlanDocument
from reconciler.workflow.applying import Applied, Limits, apply_plan, apply_specs
from reconciler.workflow.inspecting import Probe, ShownItem, list_state, probe_sites, show_item, validate
from reconciler.workflow.planning import PlanKind, make_plan
from reconciler.workflow.request import Request
from reconciler.workflow.saved import find_workspace, read_plan, write_plan
from reconciler.workflow.starting import initialize, write_schema

__all__ = [
    "Applied",
    "Finding",
    "Limits",
    "PlanDocument",
    "PlanKind",
    "Probe",
    "Request",
    "ShownItem",
    "apply_plan",
    "apply_specs",
    "find_workspace",
    "initialize",
    "list_state",
    "make_plan",
    "probe_sites",
    "read_plan",
    "show_item",
    "validate",
    "write_plan",
    "write_schema",
]
