"""Run one case: a sandbox, a workspace, the fault, what people do meanwhile, and the way back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from acceptance.harness import Result, Site
from faults.cases import LOCAL, Case, Fault
from faults.scenarios import Platform, Sent, live_titles
from faults.workspace import APPLY, FaultWorkspace

from reconciler.sandbox.serving import running

__all__ = ["PATIENCE", "Verdict", "run_case", "strike", "unlike"]

_BEFORE, _AFTER = "seen-before", "seen-after"
"""Labels that a person puts on, before the fault and after it."""

PATIENCE = 3
"""Applies that may be needed until nothing is unsettled."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong at the end of a case, in words; nothing, if all is well."""

    case: str
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    overwritten: tuple[str, ...] = ()
    not_empty: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.lost, *self.doubled, *self.overwritten, *self.not_empty, *self.wrong)


def run_case(case: Case) -> Verdict:
    """Run it from an empty sandbox to its verdict."""
    platform = case.platform
    with running(knobs=platform.knobs) as endpoints, tempfile.TemporaryDirectory() as folder:
        site = Site(endpoints, platform.sandbox or platform.name, platform.api)
        return _run(case, site, FaultWorkspace.on(site, Path(folder), case.platform.head))


def _run(case: Case, site: Site, workspace: FaultWorkspace) -> Verdict:
    scenario, fault = case.scenario, case.fault
    check = case.platform.wrong.get(scenario.name)
    site.turn(lag=case.lag)
    if scenario.before:
        workspace.items(scenario.before)
        workspace.apply()
    edited = _people(case.platform, site, _BEFORE)
    scenario.prepare(case.platform, site, workspace)
    workspace.items(case.after)

    struck = strike(fault, case.sent, case.nth, case.platform, site, workspace, APPLY)
    wrong = unlike(fault, struck, site)
    if case.hurried:
        wrong += _hurried(case, site, workspace)
    later = _people(case.platform, site, _AFTER)

    not_empty: list[str] = []
    for _ in range(PATIENCE):
        back = workspace.run("apply", "--auto-approve")
        if back.code != 4:
            break
    if back.code != 0:
        not_empty.append(f"the apply afterwards ended with {back.code}: {back.text}")
    plan = workspace.run("plan", "--detailed-exitcode")
    if plan.code != 0:
        not_empty.append(f"the plan afterwards ended with {plan.code}: {plan.text}")

    found = live_titles(case.platform, site)
    lost = sorted(scenario.titles - found.keys())
    twins = [title for title, number in found.items() if number == case.times > 1]
    return Verdict(
        case=str(case),
        lost=tuple(f"no open item is titled {each!r}" for each in lost),
        doubled=tuple(
            f"{number} open items are titled {title!r}" for title, number in found.items() if number > case.times
        ),
        overwritten=(
            *_overwritten(case.platform, site, edited, _BEFORE),
            *_overwritten(case.platform, site, later, _AFTER),
        ),
        not_empty=tuple(not_empty),
        wrong=(
            *wrong,
            *(f"{title!r} should not be open" for title in sorted(found.keys() - scenario.titles)),
            *(check(site, case.times) if check and not lost else ()),
            *(_twins(case, site, workspace, twins) if twins else ()),
        ),
    )


def strike(
    fault: Fault,
    sent: Sent,
    nth: int,
    platform: Platform,
    site: Site,
    workspace: FaultWorkspace,
    command: Sequence[str],
) -> Result:
    """Run a command whose nth write meets a fault, or which is killed at the nth passing of a boundary."""
    if fault.kill.startswith(LOCAL):
        return workspace.struck(fault.kill, "SIGKILL", nth=nth, command=command)
    if fault.kill:
        nth = sent.asked + nth
        return workspace.struck(fault.kill, "SIGKILL", nth=nth, method=sent.method, path=sent.path, command=command)
    wire = fault.wire
    if isinstance(wire, dict) and "status" in wire:
        wire = {"body": platform.refused, **wire}
    site.fault(wire, method=sent.method, path=sent.path, when=fault.when, skip=sent.asked + nth - 1)
    hangs = fault.name.startswith("hang")
    return workspace.hanging(site, command) if hangs else workspace.run(*command)


def unlike(fault: Fault, struck: Result, site: Site) -> list[str]:
    """What is wrong with a strike: it was none, or the command ended in a way that nobody foresees."""
    wrong = []
    if struck.code not in ({-9} if fault.kill else {0, 1, 4}):
        wrong.append(f"what was struck ended with {struck.code}: {struck.text}")
    if not fault.kill and not any(each["struck"] for each in site.control("GET", "faults")):
        wrong.append("the fault struck nothing")
    return wrong


def _hurried(case: Case, site: Site, workspace: FaultWorkspace) -> list[str]:
    """What an apply that waits for nothing does wrong: an item that arrived is found, of any other nothing is known.

    Where a kill struck one of several items on their way, another may not have been begun: that one is created.
    """
    before = site.cards().keys()
    missing = {title.lower() for title in case.scenario.titles - live_titles(case.platform, site).keys()}
    hurried = workspace.run("apply", "--auto-approve", "--settle", "0", "--format", "json")
    made = {key: card["title"].lower() for key, card in site.cards().items() if key not in before}
    several = bool(case.fault.kill) and case.nth > 1
    if case.fault.leaves == "arrived" and (hurried.code == 0 or not several):
        return [] if hurried.code == 0 else [f"straight after, with all there, it ended with {hurried.code}"]
    problems = [] if hurried.code == 4 else [f"straight after, it ended with {hurried.code}: {hurried.text}"]
    unsettled = {each["summary"].split()[0] for each in hurried.json["diagnostics"] if each["code"] == "unsettled"}
    left = missing - set(made.values()) if several else missing
    if unsettled != left:
        problems.append(f"straight after, {sorted(unsettled)} are unsettled, not {sorted(left)}")
    return [*problems, *(f"straight after, {key} was created" for key in sorted(made) if not several)]


def _twins(case: Case, site: Site, workspace: FaultWorkspace, titles: list[str]) -> list[str]:
    """What is wrong with items that exist twice: the state has one of each, the other is reported, and left alone."""
    listed = workspace.run("state", "list", "--format", "json").json
    keys = {key for key, card in site.cards().items() if card["title"] in titles} - {each["key"] for each in listed}
    workspace.items(f"{case.after}  new: {{type: task, title: New}}\n")
    site.control("POST", "clock", {"advance": case.lag})
    reported = {each["summary"].split()[0] for each in workspace.plan()["diagnostics"] if each["code"] == "copy"}
    return [
        *([] if reported == keys else [f"{sorted(keys)} are twins, and {sorted(reported)} are reported"]),
        *(f"{key} was written to" for key in sorted(keys) if case.platform.written_to(site, key)),
    ]


def _people(platform: Platform, site: Site, label: str) -> list[str]:
    """A person writes into each open item a label beside ours, and a text that the spec does not own: their keys."""
    keys = [key for key, card in site.cards().items() if card["status"] not in platform.closed]
    for key in keys:
        site.edit("Lena Gray", key, set={"description": f"{label} {key}"}, add_labels=[label])
    return keys


def _overwritten(platform: Platform, site: Site, keys: list[str], label: str) -> list[str]:
    """What a person's edits have become."""
    problems = []
    cards = site.cards()
    for key in filter(cards.__contains__, keys):
        fields = platform.person_fields(site, key)
        if label not in fields["labels"].split():
            problems.append(f"{key}: the label {label} is gone")
        if label == _AFTER and f"{label} {key}" not in fields["description"]:
            problems.append(f"{key}: the description is {fields['description']}")
    return problems
