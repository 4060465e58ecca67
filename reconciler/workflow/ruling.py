"""The operator's policy, held against a saved plan: what that says of itself proves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.apply.foreseen import planned_records
from reconciler.apply.restoring import coming_back
from reconciler.errors import Refused
from reconciler.live.connections import Connection
from reconciler.live.reading import fetch_judged
from reconciler.plan.assemble import findings, sites_of, speeches
from reconciler.plan.document import PlanDocument
from reconciler.plan.rules import Bench
from reconciler.sdk import SiteDescription
from reconciler.spec.configuration import Policy
from reconciler.state.records import State

__all__ = ["judged", "tightened"]

_HINT = "make a new plan under this policy"


def tightened(document: PlanDocument, policy: Policy) -> PlanDocument:
    """A saved plan under the operator's words: it sends no mail where they say so.

    Raises:
        Refused: it does what they don't allow: overwrites what a person wrote, or makes anew, brings back or
            forgets what is missing.
    """
    beaten = {"people": ("spec",), "stop": ("spec", "people")}.get(policy.conflicts or "", ())
    for conflict in document.conflicts:
        if conflict.resolution in beaten:
            raise Refused(
                f"the plan settles a conflict for `{conflict.resolution}`: {conflict.field} of {conflict.address}",
                detail=f"The operator's policy is `conflicts: {policy.conflicts}`.",
                hint=_HINT,
            )
    for action in document.actions:
        needed = "forget" if action.action == "forget" else "recreate"
        if action.missing and policy.on_missing not in ("recreate", needed):
            deed = needed if action.action in {"create", "forget"} else "bring back"
            raise Refused(
                f"the plan would {deed} {action.address}, whose item the site shows no more",
                detail=f"The operator's policy is `on_missing: {policy.on_missing}`.",
                hint=_HINT,
            )
    return document.model_copy(update={"notify": "quiet"}) if policy.notify == "quiet" else document


def judged(
    document: PlanDocument,
    policy: Policy,
    connections: Mapping[str, Connection],
    sites: Mapping[str, SiteDescription],
    state: State,
) -> PlanDocument:
    """A saved plan with what the operator's rules say of it now. Reads the items once, in bulk, if there are rules."""
    if not policy.rules:
        return document
    records = planned_records(document, sites, state.items)
    items = fetch_judged(connections, sites, document, records, policy.rules) | coming_back(document, records)
    known = {*document.diagnostics}
    says = speeches(sites, {name: each.provider for name, each in connections.items()}, state.items)
    plugins = {each.name: each.plugin for each in document.providers}
    there = document.model_copy(update={"site": sites_of(sites, plugins)})
    found = [each for each in findings(Bench(policy.rules, says, items).findings(there)) if each not in known]
    return document.model_copy(update={"diagnostics": (*document.diagnostics, *found)})
