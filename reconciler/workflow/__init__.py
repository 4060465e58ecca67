"""The steps of every command that has effects, in order.

load -> expand -> refresh -> diff -> render | schedule -> execute -> verify -> record
"""

from reconciler.plan.document import Finding, PlanDocument
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_plan, apply_specs
from reconciler.workflow.captured import read_body, read_headers
from reconciler.workflow.carrying import Applied
from reconciler.workflow.incident import IncidentReport, report_incidents
from reconciler.workflow.inspecting import Probe, ShownItem, Validated, list_state, probe_sites, show_item, validate
from reconciler.workflow.keeping import forget_item, history, move_item, pull, push, unlock
from reconciler.workflow.linking import LinkedItem, Linking, link_item
from reconciler.workflow.locating import Identity, Located, identify, locate
from reconciler.workflow.measuring import Measured, measure_velocity, write_picture
from reconciler.workflow.planning import PlanKind, make_plan
from reconciler.workflow.rebuilding import Rebuilt, RebuiltItem, rebuild
from reconciler.workflow.request import Request
from reconciler.workflow.saved import find_workspace, read_plan, write_plan
from reconciler.workflow.searching import Listing, search
from reconciler.workflow.starting import give_new_id, initialize, write_schema
from reconciler.workflow.webhooks import offer_webhooks, register_webhooks, verify_webhook
from reconciler.workflow.write_checks import check_writes

__all__ = [
    "Applied",
    "Finding",
    "Identity",
    "IncidentReport",
    "Limits",
    "LinkedItem",
    "Linking",
    "Listing",
    "Located",
    "Measured",
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
    "check_writes",
    "find_workspace",
    "forget_item",
    "give_new_id",
    "history",
    "identify",
    "initialize",
    "link_item",
    "list_state",
    "locate",
    "make_plan",
    "measure_velocity",
    "move_item",
    "offer_webhooks",
    "probe_sites",
    "pull",
    "push",
    "read_body",
    "read_headers",
    "read_plan",
    "rebuild",
    "register_webhooks",
    "report_incidents",
    "search",
    "show_item",
    "unlock",
    "validate",
    "verify_webhook",
    "write_picture",
    "write_plan",
    "write_schema",
]
