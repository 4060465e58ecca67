"""The steps of every command that has effects, in order.

load -> expand -> refresh -> diff -> render | schedule -> execute -> verify -> record
"""

from reconciler.plan.document import Finding, PlanDocument
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_plan, apply_specs
from reconciler.workflow.carrying import Applied
from reconciler.workflow.inspecting import Probe, ShownItem, Validated, list_state, probe_sites, show_item, validate
from reconciler.workflow.keeping import forget_item, history, move_item, pull, push, unlock
from reconciler.workflow.planning import PlanKind, make_plan
from reconciler.workflow.rebuilding import Rebuilt, RebuiltItem, rebuild
from reconciler.workflow.request import Request
from reconciler.workflow.saved import find_workspace, read_plan, write_plan
from reconciler.workflow.starting import give_new_id, initialize, write_schema

__all__ = [
    "Applied",
    "Finding",
    "Limits",
    "PlanDocument",
    "PlanKind",
    "Probe",
    "Rebuilt",
    "RebuiltItem",
    "Request",
    "ShownItem",
    "Validated",
    "apply_plan",
    "apply_specs",
    "find_workspace",
    "forget_item",
    "give_new_id",
    "history",
    "initialize",
    "list_state",
    "make_plan",
    "move_item",
    "probe_sites",
    "pull",
    "push",
    "read_plan",
    "rebuild",
    "show_item",
    "unlock",
    "validate",
    "write_plan",
    "write_schema",
]
