"""The rules of a policy as they are read, and the operator's policy, which specs can only tighten."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.diagnostics import Place
from reconciler.errors import SpecError, UsageError
from reconciler.spec import load, load_policies
from reconciler.spec.configuration import Configuration, Policy, Rule
from reconciler.spec.policy import LOOSEST, stricter
from reconciler.spec.vocabulary import CONFLICTS, NOTIFY, ON_MISSING

Spec = Callable[..., Configuration]

RULES = """\
policy:
  rules:
    - {deny: "action.action == 'close'", message: Nothing is closed here}
    - warn: >-
        plan.summary.create > 5
        and plan.workspace.name != 'big'
      message: |
        That is
        much
"""
SMALL = "workspace: {name: deals, id: w-1}\nproviders: {jira: {project: INVEST}}\n"

policies = st.builds(
    Policy,
    st.sampled_from([None, *CONFLICTS]),
    st.sampled_from(NOTIFY),
    st.sampled_from(ON_MISSING),
    st.lists(st.sampled_from([Rule("deny", "true", each, Place("a", 1, 1)) for each in "ab"]), max_size=2).map(tuple),
)


def test_rules_are_read_with_their_places(spec: Spec) -> None:
    """Each has its effect, its expression, a message on one line, and the place where the expression stands."""
    deny, warn = spec("items: {}\n", files={"policy.yaml": RULES}).policy.rules
    place = Place("policy.yaml", 3, 14)
    condition = "action.action == 'close'"
    assert deny == Rule("deny", condition, "Nothing is closed here", place, RULES.splitlines()[2])
    assert (warn.effect, warn.message, str(warn.place)) == ("warn", "That is much", "policy.yaml:4:13")
    assert warn.condition == "plan.summary.create > 5 and plan.workspace.name != 'big'"


@pytest.mark.parametrize(
    "condition",
    [
        "true",
        "action.item.fields.amount > 5",
        "action.item.fields['Risk level'] == 'High'",
        "action.item.type in ['epic', 'feature']",
        "len([a for a in plan.actions if a.item.due < '2027-01-01']) > 1",
        "workdays(action.item.start, 5) > action.item.due",
    ],
)
def test_what_a_rule_may_name(condition: str, spec: Spec) -> None:
    """Actions, the plan, the fields of an item, those of the platform's own too, and the language's functions."""
    (rule,) = spec(f'policy:\n  rules:\n    - deny: "{condition}"\n      message: No\n').policy.rules
    assert rule.condition == condition


def test_a_broken_rule_hides_no_other_mistake(spec: Spec) -> None:
    """Every rule with a mistake is told, with line and column."""
    text = "policy: {rules: [{deny: action.itm, message: No}, {deny: true}]}\n"
    with pytest.raises(SpecError) as caught:
        spec("items: {}\n", files={"policy.yaml": text})
    assert [str(each.place) for each in caught.value.diagnostics] == ["policy.yaml:1:32", "policy.yaml:1:51"]


class TestTheOperatorsPolicy:
    """`--policy` and `RECONCILER_POLICY`: files of the operator's."""

    def test_its_rules_add_to_the_specs(self, tmp_path: Path) -> None:
        """All hold, the operator's first, each with its own file's name."""
        (tmp_path / "specs").mkdir()
        (tmp_path / "specs" / "main.yaml").write_text(SMALL + RULES)
        (tmp_path / "a.yaml").write_text("policy: {rules: [{deny: true, message: A}]}\n")
        (tmp_path / "b.yaml").write_text("policy: {rules: [{warn: true, message: B}]}\n")
        files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
        rules = load(tmp_path / "specs", policies=files, environment={}).policy.rules
        assert [each.message for each in rules] == ["A", "B", "Nothing is closed here", "That is much"]
        assert [Path(each.place.file).name for each in rules] == ["a.yaml", "b.yaml", "main.yaml", "main.yaml"]

    @pytest.mark.parametrize(
        ("operators", "specs", "holds"),
        [
            ("rules: []", "notify: normal", Policy(None, "normal", "stop")),
            ("rules: []", "conflicts: spec", Policy("spec", "normal", "stop")),
            ("rules: []", "on_missing: recreate", Policy(None, "normal", "recreate")),
            ("conflicts: stop", "conflicts: spec", Policy("stop", "normal", "stop")),
            ("conflicts: people", "conflicts: stop", Policy("stop", "normal", "stop")),
            ("conflicts: people", "notify: normal", Policy("people", "normal", "stop")),
            ("conflicts: spec", "notify: normal", Policy(None, "normal", "stop")),
            ("notify: quiet", "notify: normal", Policy(None, "quiet", "stop")),
            ("notify: normal", "notify: quiet", Policy(None, "quiet", "stop")),
            ("on_missing: stop", "on_missing: recreate", Policy(None, "normal", "stop")),
            ("on_missing: forget", "on_missing: recreate", Policy(None, "normal", "forget")),
            ("on_missing: recreate", "on_missing: forget", Policy(None, "normal", "forget")),
        ],
    )
    def test_of_each_word_the_stricter_holds(self, operators: str, specs: str, holds: Policy, tmp_path: Path) -> None:
        """A spec tightens what the operator set, and never loosens it; a word that is not said loosens nothing."""
        (tmp_path / "specs").mkdir()
        (tmp_path / "specs" / "main.yaml").write_text(f"{SMALL}policy: {{{specs}}}\n")
        (tmp_path / "ours.yaml").write_text(f"policy: {{{operators}}}\n")
        assert load(tmp_path / "specs", policies=[tmp_path / "ours.yaml"], environment={}).policy == holds

    @pytest.mark.parametrize(
        ("text", "place", "code", "hint"),
        [
            ("", "1:1", "missing", "write `policy: "),
            ("- a\n", "1:1", "missing", "write `policy: "),
            ("rules: []\n", "1:1", "missing", "write `policy: "),
            ("policy: []\n", "1:9", "wrong_type", "indented"),
            ("policy: {}\nitems: {}\n", "2:1", "unknown_key", "nothing but `policy:`"),
            ("policy: {rule: []}\n", "1:10", "unknown_key", "did you mean `rules`?"),
            ("policy: {conflicts: me}\n", "1:21", "wrong_value", "spec, people, stop"),
            ("policy: {rules: [{deny: action.itm, message: No}]}\n", "1:32", "unknown_name", "did you mean `item`?"),
            ("policy: {", "1:1", "syntax", ""),
        ],
    )
    def test_a_mistake_in_it_has_its_place(self, text: str, place: str, code: str, hint: str, tmp_path: Path) -> None:
        """As in a spec: file, line, column, and what to do. Nothing goes on without it."""
        path = tmp_path / "ours.yaml"
        path.write_text(text)
        (tmp_path / "main.yaml").write_text(SMALL)
        for read in (
            lambda: load_policies([path]),
            lambda: load(tmp_path / "main.yaml", policies=[path], environment={}),
        ):
            with pytest.raises(SpecError) as caught:
                read()
            (told,) = caught.value.diagnostics
            assert (str(told.place), told.code) == (f"{path}:{place}", code)
            assert hint in told.hint

    def test_one_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        """A name that is wrong is not taken for a policy that allows everything."""
        with pytest.raises(UsageError, match=r"the policy .*gone\.yaml can't be read: No such file") as caught:
            load_policies([tmp_path / "gone.yaml"])
        assert caught.value.hint == "check --policy and RECONCILER_POLICY"

    def test_without_any_the_specs_words_hold(self) -> None:
        """No file allows whatever the specs say."""
        assert load_policies([]) == LOOSEST

    def test_too_many_mistakes_end(self, tmp_path: Path) -> None:
        """A file of a thousand broken rules is not read to its end."""
        path = tmp_path / "ours.yaml"
        path.write_text("policy:\n  rules:\n" + "    - {deny: true}\n" * 1200)
        with pytest.raises(SpecError) as caught:
            load_policies([path])
        assert len(caught.value.diagnostics) == 1000


@given(policies, policies, policies)
def test_the_order_of_policies_is_of_no_account(one: Policy, two: Policy, three: Policy) -> None:
    """Whoever speaks first, the same words hold, and however they are put together all rules do."""
    assert stricter(stricter(one, two), three) == stricter(one, stricter(two, three))
    forth, back = stricter(one, two), stricter(two, one)
    assert (forth.conflicts, forth.notify, forth.on_missing) == (back.conflicts, back.notify, back.on_missing)
    assert sorted(map(str, forth.rules)) == sorted(map(str, back.rules))
    assert stricter(one, LOOSEST) == one


def test_nothing_loosens() -> None:
    """Whatever a spec says beside an operator's word, what holds is at least as strict as either."""
    for one, other in product([None, *CONFLICTS], repeat=2):
        order = ["spec", None, "people", "stop"]
        held = stricter(Policy(one), Policy(other)).conflicts
        assert order.index(held) == max(order.index(one), order.index(other))
