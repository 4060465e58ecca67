"""Saved plans, limits and exit codes, sentence by sentence, as a user meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import Platform, on_each_platform

from reconciler.plan.document import digest_of

TASKS = "  all:\n    for_each: [{keys}]\n    type: task\n    title: {title} ${{each.key}}\n"

pytestmark = on_each_platform


def tasks(count: int, title: str = "Task") -> str:
    """So many tasks of one group."""
    return TASKS.format(keys=", ".join(f"t{number}" for number in range(count)), title=title)


def forge(path: Path, **changes: Any) -> None:
    """Change a saved plan, and give it the digest that fits, as somebody would who knows how."""
    document = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({**document, "digest": digest_of(document)}))


def test_a_plan_of_another_workspace_is_refused(workspace: Workspace, site: Site, tmp_path: Path) -> None:
    """With `-C` it is applied to the workspace there, or not at all: nothing is sent, and no state is begun."""
    workspace.items("  a: {type: task, title: A}\n")
    workspace.run("plan", "--out", "a.plan")
    other = replace(workspace, path=tmp_path / "other")
    other.path.mkdir()
    other.write(workspace.head.replace("000000000001", "000000000002") + "items:\n  b: {type: task, title: B}\n")
    with site.watched() as during:
        refused = workspace.run("-C", str(other.path), "apply", str(workspace.path / "a.plan"))
    assert (refused.code, during) == (5, [])
    assert "the plan is for the workspace small" in refused.text
    assert not (other.path / ".reconciler").exists()
    assert workspace.run("apply", "a.plan").code == 0


def test_nothing_in_a_plan_is_evaluated(workspace: Workspace, platform: Platform, view: View) -> None:
    """A plan holds no code: what looks like an expression in it is a text, and is sent as it stands."""
    workspace.items("  a: {type: task, title: A}\n")
    workspace.run("plan", "--out", "a.plan")
    path = workspace.path / "a.plan"
    [action] = json.loads(path.read_text())["actions"]
    [change] = [each for each in action["changes"] if each["field"] == "title"]
    forge(path, actions=[{**action, "changes": [{**change, "after": "${1 + 1} ${var.company}"}]}])
    assert workspace.run("apply", "a.plan").code == 0
    assert view.seen("title", platform.key(1)) == "${1 + 1} ${var.company}"


def test_a_plan_that_apply_would_refuse_is_still_a_plan(workspace: Workspace, site: Site, platform: Platform) -> None:
    """A limit, protection and a missing item are diagnostics of the plan, which exits 0; the apply exits 5."""
    guarded = "  guarded: {type: task, title: Guarded, protect: true}\n"
    workspace.items(guarded + tasks(10))
    workspace.apply()
    site.act("delete", by="Lena Gray", item=workspace.keys()['all["t0"]'])
    workspace.items(tasks(5))
    plan = workspace.run("plan", "--format", "json")
    assert plan.code == 0
    assert {each["code"] for each in plan.diagnostics} >= {"removal_limit", "protected", "missing"}
    with site.watched() as during:
        assert workspace.run("apply", "--auto-approve").code == 5
    assert writes(during) == []


def test_exit_codes_the_first_that_fits(workspace: Workspace, site: Site, platform: Platform) -> None:
    """A failure (1) goes before what is left (4); an unsettled address (4) before drift (3) and changes (2)."""
    workspace.items("  a: {type: task, title: A, description: One.}\n  b: {type: task, title: B}\n")
    workspace.apply()
    keys = workspace.keys()
    site.edit("Lena Gray", keys["a"], set={platform.description: "Mine."})
    workspace.items("  a: {type: task, title: A, description: Two.}\n  b: {type: task, title: B2}\n")
    site.fault({"status": 400, "body": platform.refusal("No.")}, **platform.edit)
    assert workspace.run("apply", "--auto-approve").code == 1
    assert workspace.run("apply", "--auto-approve").code == 4, "what is left is the conflict"

    workspace.replace("  b: ", "  c: {type: task, title: C}\n  b: ")
    site.fault("cut", when="before", **platform.creation)
    assert workspace.run("apply", "--auto-approve", "--settle", "0").code == 4
    site.edit("Lena Gray", keys["b"], set={platform.title: "Mine"})
    plan = workspace.run("plan", "--detailed-exitcode", "--format", "json")
    assert (plan.code, len(plan.json["actions"])) == (4, 1)
    assert workspace.run("drift").code == 4


def test_growth_beyond_the_limit_needs_the_exact_number(workspace: Workspace, site: Site) -> None:
    """Beside ten or more open items no more are created than these, unless `--accept-creates` says how many."""
    workspace.items(tasks(10))
    workspace.apply()
    workspace.items(tasks(21))
    assert workspace.run("plan").code == 0
    for words in ((), ("--accept-creates", "10"), ("--accept-creates", "12")):
        with site.watched() as during:
            refused = workspace.run("apply", "--auto-approve", *words)
        assert (refused.code, writes(during)) == (5, []), words
        assert "--accept-creates 11" in refused.text
    assert workspace.apply("--accept-creates", "11")["summary"]["done"] == 11


def test_what_the_operator_accepted_is_in_the_record_of_the_run(
    workspace: Workspace, site: Site, platform: Platform
) -> None:
    """Each override is kept with its number: `state history` has them."""
    workspace.items(tasks(10))
    workspace.apply()
    workspace.items(tasks(10, "Job"))
    workspace.apply("--accept-changes", "10")
    workspace.items(tasks(6, "Job"))
    workspace.apply("--accept-removals", "4")
    site.act("delete", by="Lena Gray", item=workspace.keys()['all["t0"]'])
    workspace.items(tasks(6, "Job") + "  more: {type: task, title: More}\n")
    workspace.apply("--accept-missing", "1")
    history = workspace.run("state", "history", "--format", "json").json
    assert [each["overrides"] for each in history] == [{}, {"changes": 10}, {"removals": 4}, {"missing": 1}]
