"""Policy rules with the real command: in the specs, and in the operator's own file."""

from __future__ import annotations

from pathlib import Path

import pytest
from acceptance.field_views import View
from acceptance.harness import Site, Workspace, writes
from acceptance.platforms import Platform, on_each_platform

pytestmark = on_each_platform

ITEMS = "  deal: {type: epic, title: Deal}\n  legal: {type: task, title: Contracts, labels: [legal], parent: deal}\n"
DEAL = "  deal: {type: epic, title: Deal}\n"
LEGAL = """\
policy:
  rules:
    - deny: "action.action == 'close' and 'legal' in action.item.labels"
      message: Legal closes its own work
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A file of the operator's, beside the specs."""
    return tmp_path / "ours.yaml"


def test_a_rule_of_the_specs_denies(workspace: Workspace, site: Site) -> None:
    """`plan` tells it with its place and exits 0 or 2; `apply` is refused with 5, and nothing is sent."""
    workspace.items(ITEMS)
    workspace.apply()
    workspace.items(DEAL)
    workspace.write(LEGAL, "policy.yaml")
    planned = workspace.run("plan", "--detailed-exitcode")
    assert planned.code == 2
    assert workspace.run("plan").code == 0
    assert "Error: legal: Legal closes its own work on policy.yaml, line 3, column 13" in planned.text
    assert "Plan: 0 to create, 0 to update, 1 to close; 1 unchanged." in planned.text
    with site.watched() as during:
        refused = workspace.run("apply", "--auto-approve", "--format", "json")
    assert (refused.code, refused.out, writes(during)) == (5, "", [])
    (told,) = refused.diagnostics
    assert (told["severity"], told["code"], told["summary"]) == ("error", "denied", "legal: Legal closes its own work")
    assert (told["file"], told["line"], told["column"]) == ("policy.yaml", 3, 13)


def test_the_operators_rules_hold_for_each_command(workspace: Workspace, site: Site, ours: Path) -> None:
    """`--policy` and `RECONCILER_POLICY` deny a plan, an apply, a saved plan and a destruction of others' specs."""
    workspace.items(ITEMS)
    workspace.apply()
    workspace.items(DEAL)
    ours.write_text(LEGAL)
    assert workspace.run("plan", "--out", "a.plan").code == 0
    told = "legal: Legal closes its own work"
    named, always = ("--policy", str(ours)), {"RECONCILER_POLICY": str(ours)}
    with site.watched() as during:
        for command in (("apply", "--auto-approve"), ("apply", "a.plan"), ("destroy", "--auto-approve")):
            refused = workspace.run(*command, *named)
            assert (refused.code, told in refused.text) == (5, True), command
        workspace.settings |= always
        for command in (("apply", "--auto-approve"), ("apply", "a.plan"), ("destroy", "--auto-approve")):
            refused = workspace.run(*command)
            assert (refused.code, told in refused.text) == (5, True), command
        planned = workspace.run("plan")
    assert (planned.code, told in planned.text, writes(during)) == (0, True, [])


def test_a_saved_plan_is_held_against_what_the_item_is_now(workspace: Workspace, site: Site, ours: Path) -> None:
    """A label that a person sets after the plan was made is met by the rule when it is applied."""
    workspace.items(DEAL + "  other: {type: task, title: Other}\n")
    workspace.apply()
    other = workspace.keys()["other"]
    workspace.items(DEAL)
    ours.write_text(LEGAL)
    workspace.run("plan", "--out", "a.plan", "--policy", str(ours))
    site.edit("Lena Gray", other, add_labels=["legal"])
    refused = workspace.run("apply", "a.plan", "--policy", str(ours))
    assert (refused.code, "other: Legal closes its own work" in refused.text) == (5, True)
    site.edit("Lena Gray", other, remove_labels=["legal"])
    assert workspace.run("apply", "a.plan", "--policy", str(ours)).code == 0


def test_a_rule_that_meets_an_unknown_denies(workspace: Workspace, site: Site, ours: Path) -> None:
    """What the specs leave to the site is not guessed; the message says what is not known, and how to ask."""
    workspace.items(DEAL)
    ours.write_text("policy: {rules: [{deny: action.item.due < '2026-01-01', message: It is too late}]}\n")
    refused = workspace.run("apply", "--auto-approve", "--policy", str(ours))
    assert refused.code == 5
    assert "deal: It is too late" in refused.text
    assert "holds can't be told: there is no known value for `due`." in refused.text
    assert "ask first: `'due' in action.item`" in refused.text
    assert site.cards() == {}
    asked = "'due' in action.item and action.item.due < '2026-01-01'"
    ours.write_text(f'policy: {{rules: [{{deny: "{asked}", message: It is too late}}]}}\n')
    workspace.apply("--policy", str(ours))


def test_a_warning_is_told_and_stops_nothing(workspace: Workspace, ours: Path) -> None:
    """`warn` is told by `plan` and by `apply`, which exits 0."""
    workspace.items(ITEMS)
    ours.write_text("policy: {rules: [{warn: plan.summary.create > 1, message: More than one at once}]}\n")
    for command in ("plan", "apply --auto-approve"):
        done = workspace.run(*command.split(), "--policy", str(ours))
        assert (done.code, "Warning: More than one at once" in done.text) == (0, True)


def test_a_spec_tightens_the_operators_words_and_never_loosens_them(
    workspace: Workspace, site: Site, platform: Platform, view: View, ours: Path
) -> None:
    """A conflict that the specs would settle for themselves is left alone where the operator says `stop`."""
    spec = "  one: {{type: task, title: One, due: {due}}}\n"
    workspace.items(spec.format(due="2027-01-01"))
    workspace.apply()
    site.edit("Lena Gray", platform.key(1), set={platform.due: "2027-05-05"})
    workspace.items(spec.format(due="2027-03-03"))
    workspace.write("policy: {conflicts: spec}\n", "policy.yaml")
    workspace.run("plan", "--out", "a.plan")
    ours.write_text("policy: {conflicts: stop}\n")
    assert workspace.run("apply", "--auto-approve", "--policy", str(ours)).code == 4
    refused = workspace.run("apply", "a.plan", "--policy", str(ours))
    assert (refused.code, "settles a conflict for `spec`: due of one" in refused.text) == (5, True)
    assert view.seen("due", platform.key(1)) == "2027-05-05"
    ours.write_text("policy: {conflicts: people}\n")
    workspace.write("policy: {conflicts: stop}\n", "policy.yaml")
    assert workspace.run("apply", "--auto-approve", "--policy", str(ours)).code == 4


def test_a_mistake_in_a_policy_stops_every_command_that_writes(workspace: Workspace, site: Site, ours: Path) -> None:
    """File, line, column and what to do, exit 1; one that is not there is an error too."""
    workspace.items(DEAL)
    workspace.run("plan", "--out", "a.plan")
    ours.write_text("policy:\n  rules:\n    - {deny: \"'x' in action.item.tags\", message: No}\n")
    for command in ("validate", "plan", "apply --auto-approve", "apply a.plan", "destroy --auto-approve"):
        workspace.settings["RECONCILER_POLICY"] = str(ours)
        broken = workspace.run(*command.split())
        assert broken.code == 1
        assert f"`deny`: an item has no `tags` on {ours}, line 3, column 34" in broken.text, command
        assert "write `labels`" in broken.text
        workspace.settings["RECONCILER_POLICY"] = f"{ours}.gone"
        gone = workspace.run(*command.split())
        assert (gone.code, "can't be read: No such file or directory" in gone.text) == (1, True), command
    assert site.cards() == {}
