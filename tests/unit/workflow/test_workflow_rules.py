"""Saved plans under the operator's policy: rules and words are held against the site, not against what a plan says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from memory_engine import MemoryProvider
from memory_site import configuration, item
from memory_workspace import Workspace

from reconciler.diagnostics import Diagnostic, Place
from reconciler.errors import Refused, SpecError, UsageError
from reconciler.plan.document import PlanDocument
from reconciler.sdk import Change, Outcome
from reconciler.spec.configuration import Configuration, Import, Move, Policy, Rule
from reconciler.workflow.accepting import Limits
from reconciler.workflow.applying import apply_plan
from reconciler.workflow.carrying import Applied

PLACE = Place("main.yaml", 3, 14)
TWO = configuration(item("a", labels=("legal",)), item("b"))
ONE = configuration(item("b"))
LEGAL = "{deny: \"action.action == 'close' and 'legal' in action.item.labels\", message: Legal closes its own}"

Apply = Callable[..., Applied]


@pytest.fixture
def apply(workspace: Workspace, tmp_path: Path) -> Apply:
    """Apply a saved plan under an operator's policy."""

    def run(document: PlanDocument, policy: str, specs: Any = None, **limits: Any) -> Applied:
        (tmp_path / "ours.yaml").write_text(f"policy: {{{policy}}}\n")
        environment = {"RECONCILER_POLICY": str(tmp_path / "ours.yaml")}
        return apply_plan(
            document, workspace.directory, environment, Limits(**limits), lambda _: None, specs,
            clock=workspace.engine.clock,
        )  # fmt: skip

    return run


@pytest.fixture
def refused(workspace: Workspace, apply: Apply) -> Callable[..., str]:
    """Why a saved plan is refused, after making sure that nothing was written."""

    def run(*args: Any, **more: Any) -> str:
        before = dict(workspace.engine.tracker.items)
        with pytest.raises(Refused) as caught:
            apply(*args, **more)
        assert workspace.engine.tracker.items == before
        found = [each for each in caught.value.diagnostics if isinstance(each, Diagnostic)]
        return found[0].summary if found else caught.value.summary

    return run


def with_rule(specs: Configuration, condition: str) -> Configuration:
    """The specs with a rule of their own."""
    return replace(specs, policy=Policy(rules=(Rule("deny", condition, "The specs say no", PLACE),)))


class TestRules:
    """The operator's rules are asked again for a saved plan."""

    def test_one_denies_a_plan_that_was_made_without_it(self, workspace: Workspace, refused: Any) -> None:
        """Nothing is sent."""
        workspace.apply(TWO)
        assert refused(workspace.plan(ONE), f"rules: [{LEGAL}]") == "a: Legal closes its own"

    def test_the_item_is_read_again(self, workspace: Workspace, refused: Any, apply: Apply) -> None:
        """What people put there since the plan was made counts, whatever the plan writes."""
        workspace.apply(configuration(item("a"), item("b")))
        document = workspace.plan(ONE)
        id = workspace.state(TWO).items["a"].id
        live = workspace.engine.tracker.items[id]
        workspace.engine.tracker.items[id] = replace(live, fields={**live.fields, "labels": ("legal",)})
        assert refused(document, f"rules: [{LEGAL}]") == "a: Legal closes its own"
        workspace.engine.tracker.items[id] = live
        assert apply(document, f"rules: [{LEGAL}]").document.summary.done == 1

    @pytest.mark.parametrize(
        "condition",
        [
            "action.title == 'a'",
            "action.type == 'task'",
            "action.key == 'INVEST-1'",
            "'https://site-1.example' in action.url",
            "plan.summary.update == 1",
            "[c.before for c in action.changes] == [null]",
            "plan.site[0].url == 'https://site-1.example' and plan.site[0].project == 'INVEST'",
        ],
    )
    def test_what_a_plan_claims_is_not_believed(self, condition: str, workspace: Workspace, refused: Any) -> None:
        """Title, type, key, URL and what was there before are the site's, and actions are counted."""
        workspace.apply(configuration(item("a")))
        document = workspace.plan(configuration(item("a", due="2026-04-01")))
        action = document.actions[0]
        change = action.changes[0].model_copy(update={"before": "2026-01-01"})
        lies = {"title": "x", "type": "epic", "key": "X-1", "url": "x", "changes": (change,)}
        site = document.site[0].model_copy(update={"url": "x", "project": "x"})
        summary = document.summary.model_copy(update={"update": 0})
        forged = document.model_copy(
            update={"actions": (action.model_copy(update=lies),), "site": (site,), "summary": summary}
        )
        assert refused(forged, f'rules: [{{deny: "{condition}", message: Denied}}]').endswith("Denied")

    def test_moved_and_adopted_items_are_read_too(self, workspace: Workspace, refused: Any) -> None:
        """They are at no address of the state yet."""
        workspace.apply(configuration(item("a", labels=("legal",))))
        ((_, live),) = workspace.engine.tracker.items.items()
        theirs = replace(live, id="5000", key="INVEST-900", marker=None)
        workspace.engine.tracker.items["5000"] = theirs
        specs = replace(
            configuration(item("moved", title="a"), item("taken", title="a")),
            moved=(Move("a", "moved", PLACE),),
            imports=(Import("taken", PLACE, key="INVEST-900"),),
        )
        document = workspace.plan(specs)
        assert {each.action for each in document.actions} == {"move", "adopt"}
        rule = "{deny: \"action.item.labels == ['legal'] or action.item.labels == []\", message: Denied}"
        assert refused(document, f"rules: [{rule}]") == "moved and 1 more: Denied"

    def test_a_new_items_own_words_are_judged(self, workspace: Workspace, refused: Any) -> None:
        """There is nothing to be read."""
        document = workspace.plan(TWO)
        rule = "{deny: \"'legal' in action.item.labels\", message: Denied}"
        assert refused(document, f"rules: [{rule}]") == "a: Denied"

    def test_one_that_can_not_be_read_denies(self, workspace: Workspace, refused: Any) -> None:
        """What became invisible meanwhile is unknown."""
        workspace.apply(TWO)
        document = workspace.plan(ONE)
        workspace.engine.tracker.hidden.add(workspace.state(TWO).items["a"].id)
        assert refused(document, f"rules: [{LEGAL}]") == "a: Legal closes its own"

    def test_warnings_are_told_once(self, workspace: Workspace, apply: Apply) -> None:
        """With the results; one that the plan has already is not repeated."""
        document = workspace.plan(TWO)
        rule = "{warn: 'action.item.labels == []', message: No labels}"
        first = apply(document, f"rules: [{rule}]").document.diagnostics
        assert [(each.code, each.summary) for each in first] == [("warned", "b: No labels")]

    def test_a_plan_under_the_same_policy_says_it_once(
        self, workspace: Workspace, apply: Apply, tmp_path: Path
    ) -> None:
        """What the plan said already is not said again."""
        place = Place(str(tmp_path / "ours.yaml"), 1, 25)
        condition = "action.item.labels == []"
        rule = f"{{warn: '{condition}', message: No labels}}"
        held = Rule("warn", condition, "No labels", place, f"policy: {{rules: [{rule}]}}")
        document = workspace.plan(replace(TWO, policy=Policy(rules=(held,))))
        told = apply(document, f"rules: [{rule}]").document.diagnostics
        assert [each.summary for each in told] == ["b: No labels"]

    def test_without_rules_nothing_more_is_read(self, workspace: Workspace, apply: Apply) -> None:
        """A policy of words alone costs no request."""
        workspace.apply(TWO)
        documents = [workspace.plan(configuration(*TWO.items.values(), item(name))) for name in "c"]
        calls = workspace.engine.tracker.calls
        calls.clear()
        apply(documents[0], "notify: normal")
        assert ("fetch", 2) not in calls


class TestTheSpecsRules:
    """A plan's document carries what they said, and no rules."""

    def test_what_they_denied_is_not_applied(self, workspace: Workspace, refused: Any) -> None:
        """The finding in the plan refuses it."""
        document = workspace.plan(with_rule(TWO, "action.address == 'a'"))
        assert [each.code for each in document.diagnostics] == ["denied"]
        assert refused(document, "rules: []") == "a: The specs say no"

    def test_they_are_asked_again_with_the_specs(self, workspace: Workspace, refused: Any) -> None:
        """A plan that somebody took the finding out of is refused by `--spec`."""
        specs = with_rule(TWO, "action.address == 'a'")
        stripped = workspace.plan(specs).model_copy(update={"diagnostics": ()})
        assert refused(stripped, "rules: []", workspace.request(specs)) == "a: The specs say no"

    def test_a_direct_apply_is_refused(self, workspace: Workspace) -> None:
        """Before anybody is asked, and before anything is sent."""
        with pytest.raises(Refused) as caught:
            workspace.apply(with_rule(TWO, "action.address == 'a'"))
        (found,) = caught.value.diagnostics
        assert (found.summary, str(found.place)) == ("a: The specs say no", "main.yaml:3:14")  # type: ignore[attr-defined]
        assert (workspace.shown, workspace.engine.tracker.items) == ([], {})
        assert workspace.apply(with_rule(TWO, "action.address == 'c'")).document.summary.done == 2


class TestWords:
    """`conflicts`, `notify` and `on_missing` of the operator's hold for saved plans."""

    @pytest.mark.parametrize(
        ("settled", "operators", "refuses"),
        [
            ("spec", "people", True),
            ("spec", "stop", True),
            ("people", "stop", True),
            ("people", "people", False),
            ("spec", "spec", False),
        ],
    )
    def test_conflicts_are_settled_no_looser(
        self, settled: Any, operators: str, refuses: bool, workspace: Workspace, refused: Any, apply: Apply
    ) -> None:
        """A plan that settles one for the specs is refused where the operator says `people` or `stop`."""
        workspace.apply(configuration(item("a", due="2026-04-01")))
        ((id, live),) = workspace.engine.tracker.items.items()
        workspace.engine.tracker.items[id] = replace(live, fields={**live.fields, "duedate": "2026-06-01"})
        specs = replace(configuration(item("a", due="2026-05-01")), policy=Policy(conflicts=settled))
        document = workspace.plan(specs)
        assert [each.resolution for each in document.conflicts] == [settled]
        if refuses:
            told = refused(document, f"conflicts: {operators}")
            assert told == f"the plan settles a conflict for `{settled}`: due of a"
        else:
            apply(document, f"conflicts: {operators}")

    @pytest.mark.parametrize(
        ("planned", "operators", "refuses"),
        [
            ("recreate", "stop", True),
            ("recreate", "forget", True),
            ("forget", "stop", True),
            ("forget", "forget", False),
            ("forget", "recreate", False),
            ("recreate", "recreate", False),
        ],
    )
    def test_missing_items_go_no_looser(
        self, planned: Any, operators: str, refuses: bool, workspace: Workspace, refused: Any, apply: Apply
    ) -> None:
        """A plan that makes anew or forgets what is missing is refused where the operator does not allow it."""
        workspace.apply(TWO)
        workspace.engine.tracker.hidden.add(workspace.state(TWO).items["a"].id)
        document = workspace.plan(replace(TWO, policy=Policy(on_missing=planned)))
        if refuses:
            told = refused(document, f"on_missing: {operators}")
            assert told == f"the plan would {planned} a, whose item the site shows no more"
        else:
            assert apply(document, f"on_missing: {operators}").document.summary.done == 1

    def test_quiet_is_quiet(self, workspace: Workspace, apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
        """The operator's `notify: quiet` goes with the edits of a plan that was made without it."""
        asked: list[bool] = []
        update = MemoryProvider.update

        def watched(provider: MemoryProvider, changes: Sequence[Change], *, quiet: bool) -> Iterator[Outcome]:
            asked.append(quiet)
            return update(provider, changes, quiet=quiet)

        workspace.apply(TWO)
        monkeypatch.setattr(MemoryProvider, "update", watched)
        for due, word, quiet in (("2026-04-01", "normal", False), ("2026-05-01", "quiet", True)):
            document = workspace.plan(configuration(item("a", due=due, labels=("legal",)), item("b")))
            asked.clear()
            apply(document, f"notify: {word}")
            assert asked[0] is quiet


@pytest.mark.parametrize(("text", "problem"), [("notify: loud", SpecError), ("rules: [{deny: true}]", SpecError)])
def test_a_broken_policy_stops_before_anything_else(
    text: str, problem: type[Exception], workspace: Workspace, apply: Apply
) -> None:
    """Nothing is applied under a policy that can't be read."""
    with pytest.raises(problem):
        apply(workspace.plan(TWO), text)
    assert workspace.engine.tracker.items == {}


def test_a_policy_that_is_not_there_stops_too(workspace: Workspace, tmp_path: Path) -> None:
    """`--policy` and `RECONCILER_POLICY` alike."""
    document = workspace.plan(TWO)
    for environment, policies in (({"RECONCILER_POLICY": str(tmp_path / "gone")}, ()), ({}, (tmp_path / "gone",))):
        with pytest.raises(UsageError, match="can't be read"):
            apply_plan(document, workspace.directory, environment, Limits(), lambda _: None, policies=policies)
