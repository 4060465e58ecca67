"""The rules of a policy, held against plans of a site in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from memory_engine import Engine
from memory_site import configuration, item, retyping_site, site_description, to

from reconciler.diagnostics import Place
from reconciler.plan import rules
from reconciler.plan.document import Finding, PlanDocument
from reconciler.plan.rules import fields_asked
from reconciler.sdk import Ref
from reconciler.spec.budget import Budget
from reconciler.spec.configuration import Configuration, DesiredItem, ItemAttribute, Move, Policy, Rule, Template
from reconciler.spec.vocabulary import RULE_NAMES

PLACE = Place("ours.yaml", 3, 14)
LEGAL = "action.action == 'close' and 'legal' in action.item.labels"


def rule(condition: str, effect: Literal["deny", "warn"] = "deny", message: str = "No") -> Rule:
    """A rule as it stands in a policy."""
    return Rule(effect, condition, message, PLACE, f"- {{deny: {condition}}}")


def under(*said: str | Rule, items: tuple[DesiredItem, ...] = ()) -> Configuration:
    """Specs of these items under these rules."""
    held = tuple(each if isinstance(each, Rule) else rule(each) for each in said)
    return replace(configuration(*items), policy=Policy(rules=held))


def said(document: PlanDocument) -> list[Finding]:
    """What the rules said of a plan."""
    return [each for each in document.diagnostics if each.code in {"denied", "warned"}]


def denied(engine: Engine, condition: str, *items: DesiredItem) -> bool:
    """Whether a rule that can be told denies the plan of these items."""
    found = said(engine.plan(under(condition, items=items)))
    assert not any("can't be told" in each.detail for each in found), found[0].detail
    return bool(found)


def unclear(engine: Engine, condition: str, *items: DesiredItem) -> str:
    """Why it can't be told whether a rule holds; it denies then."""
    (found,) = said(engine.plan(under(condition, items=items)))
    assert found.severity == "error"
    (line, _) = found.detail.split("\n", 1)
    assert line.startswith(f"Whether `deny: {condition}` holds can't be told: ")
    return line.split("told: ", 1)[1]


class TestWhatIsDenied:
    """A rule holds for an action, or for the plan."""

    def test_an_action_for_which_it_holds(self, engine: Engine) -> None:
        """It is an error: the rule's message, place and source, the address with its key, and the expression."""
        kept, gone = item("deal", labels=("legal",)), item('tasks["legal"]', labels=("legal",))
        engine.apply(configuration(kept, gone, item("other", labels=("tax",))))
        (found,) = said(engine.plan(under(rule(LEGAL, message="Legal closes its own work"), items=(kept,))))
        assert (found.severity, found.code) == ("error", "denied")
        assert found.summary == 'tasks["legal"]: Legal closes its own work'
        assert found.detail == f'`deny: {LEGAL}` holds.\nclose tasks["legal"] (INVEST-2)'
        assert (found.file, found.line, found.column) == ("ours.yaml", 3, 14)
        assert found.snippet == f"- {{deny: {LEGAL}}}"
        assert found.hint == "change the specs; who keeps the policy can change the rule"

    def test_a_warning_stops_nothing(self, engine: Engine) -> None:
        """`warn` says the same, as a warning."""
        (found,) = said(engine.plan(under(rule("true", "warn"), items=(item("a"),))))
        assert (found.severity, found.code, found.summary, found.hint) == ("warning", "warned", "No", "")

    def test_a_rule_speaks_once_for_many(self, engine: Engine) -> None:
        """It names the first, and lists ten."""
        many = tuple(item(f'x["{number}"]') for number in range(12))
        (found,) = said(engine.plan(under("action.action == 'create'", items=many)))
        assert found.summary == 'x["0"] and 11 more: No'
        assert found.detail.splitlines()[1] == 'create x["0"]'
        assert found.detail.splitlines()[-2:] == ['create x["9"]', "and 2 more"]

    def test_each_rule_speaks_for_itself(self, engine: Engine) -> None:
        """Those that hold are told in their order, whatever the others say."""
        three = (rule("true", message="A"), rule("false", message="B"), rule("true", message="C"))
        assert [each.summary for each in said(engine.plan(under(*three, items=(item("a"),))))] == ["A", "C"]

    def test_a_rule_about_the_plan_is_asked_once(self, engine: Engine) -> None:
        """One that names no action is about the whole plan, and names none."""
        (found,) = said(engine.plan(under("plan.summary.create > 1", items=(item("a"), item("b")))))
        assert (found.summary, found.detail) == ("No", "`deny: plan.summary.create > 1` holds.")
        assert not denied(engine, "plan.summary.create > 1", item("a"))

    def test_where_nothing_is_done_nothing_is_denied(self, engine: Engine) -> None:
        """A plan without actions, and one that only shows drift, are not judged."""
        assert not said(engine.plan(under("true")))
        assert not said(engine.plan(under("true", items=(item("a"),)), "refresh_only"))

    def test_a_destruction_is_judged(self, engine: Engine) -> None:
        """`destroy` is a plan too."""
        engine.apply(configuration(item("a", labels=("legal",))))
        assert said(engine.plan(under(LEGAL, items=(item("a", labels=("legal",)),)), "destroy"))
        assert said(engine.plan(under("plan.kind == 'destroy'"), "destroy"))


class TestTheItem:
    """`action.item`: as it will be; of one that is removed, as it is."""

    def test_a_new_one_is_what_the_specs_say(self, engine: Engine) -> None:
        """Each field as the specs would say it: dates and numbers compare, sets are lists, links go by word."""
        deal = item("deal", type="epic")
        task = item(
            "task", labels=("a", "b"), due="2026-04-01", story_points=3, cf_amount=5, parent=to("deal")[0],
            priority="high", status="in_progress", links={"blocks": to("deal")}, description="**Text**",
        )  # fmt: skip
        for condition in (
            "action.item.labels == ['a', 'b']",
            "action.item.due < '2026-05-01' and days_between(action.item.due, '2026-04-03') == 2",
            "action.item.story_points + action.item.fields.amount == 8",
            "action.item.fields.cf1 == 5 and action.item.fields['amount'] == 5",
            "action.item.parent == 'deal' and action.item.links == {'blocks': ['deal']}",
            "[action.item.priority, action.item.status, action.item.type] == ['high', 'in_progress', 'task']",
            "action.item.description == '**Text**' and action.item.title == action.title",
        ):
            assert denied(engine, f"action.address == 'task' and {condition}", deal, task), condition
        assert denied(engine, "action.item.links == {} and action.item.documents == []", deal)

    def test_a_change_is_seen_as_it_will_be(self, engine: Engine) -> None:
        """What is written, and beside it what people put there."""
        engine.apply(configuration(item("a", labels=("x", "y"), due="2026-04-01")))
        engine.edit("a", labels=("x", "y", "theirs"), points=8)
        after = item("a", labels=("y", "z"), due="2026-05-01")
        assert denied(engine, "action.item.labels == ['y', 'theirs', 'z']", after)
        assert denied(engine, "action.item.due == '2026-05-01'", after)
        assert denied(engine, "action.item.story_points == 8", after)

    def test_a_removed_one_is_seen_as_it_is(self, engine: Engine) -> None:
        """Closing changes the status, and the rule asks about the one that it has."""
        engine.apply(configuration(item("a", labels=("x",))))
        engine.edit("a", by="Ada Byron", status=Ref("s2", "In Progress"), labels=("x", "legal"))
        assert denied(engine, f"{LEGAL} and action.item.status == 'in_progress'")
        assert denied(engine, "[c.after for c in action.changes if c.field == 'status'] == ['cancelled']")

    def test_what_only_the_site_knows_is_read(self, engine: Engine) -> None:
        """A field that neither the specs nor the state name is read because a rule names it; nulls are nulls."""
        engine.apply(configuration(item("a")))
        engine.edit("a", cf1=7, duedate=None)
        for condition in (
            "action.item.fields.amount == 7",
            "action.item.fields['amount'] == 7",
            "get(action.item.fields, 'amount', 0) == 7",
            "get(action.item, 'due', 'none') == null",
            "action['item']['due'] == null",
            "[a.item.due for a in plan.actions] == [null]",
            "len([c for c in ['due'] if action.item[c] == null]) == 1",
        ):
            assert denied(engine, condition), condition

    def test_names_that_several_fields_have(self, engine: Engine) -> None:
        """They go by their ids alone."""
        engine.apply(configuration(item("a")))
        engine.edit("a", cf2="Red", cf3="Blue")
        assert denied(engine, "action.item.fields.cf2 == 'Red' and action.item.fields.cf3 == 'Blue'")
        assert unclear(engine, "action.item.fields.Team == 'Red'") == "there is no known value for `Team`."

    def test_a_type_that_changes(self, tmp_path: Path) -> None:
        """The item has its new type; the change says from which."""
        engine = Engine(tmp_path, {"tracker": retyping_site()})
        engine.apply(configuration(item("a")))
        after = item("a", type="bug")
        assert denied(engine, "action.type == 'bug' and action.item.type == 'bug'", after)
        assert denied(engine, "[[c.before, c.after] for c in action.changes] == [['Task', 'Bug']]", after)
        assert denied(engine, "action.item.type == 'task' and action.action == 'close'")

    def test_days_are_counted_without_a_calendar_of_the_specs(self, engine: Engine) -> None:
        """Weekends are free."""
        assert denied(engine, "action.item.due == workdays('2026-01-02', 1)", item("a", due="2026-01-05"))

    def test_the_parts_of_an_action(self, engine: Engine) -> None:
        """The plan's own keys; of changes, what was there and what will be."""
        engine.apply(configuration(item("old", labels=("x",), due="2026-04-01", protect=True)))
        record = engine.lease.items["old"]
        moved = item("new", labels=("y",), due="2026-05-01", title="old")
        specs = under(
            "[action.action, action.address, action.previous_address] == ['move', 'new', 'old']",
            f"[action.id, action.key, action.url] == ['{record.id}', '{record.key}', '{record.url}']",
            "[action.type, action.title] == ['task', 'old']",
            "[action.protect, action.missing, action.provider, action.depends_on] == [false, false, 'tracker', []]",
            "[c for c in action.changes if c.field == 'due'] == [{'field': 'due', 'before': '2026-04-01', "
            "'after': '2026-05-01', 'added': [], 'removed': [], 'path': []}]",
            "[c.added + c.removed for c in action.changes if c.field == 'labels'] == [['y', 'x']]",
            "[plan.kind, plan.notify, plan.notifications, plan.workspace.name] == ['plan', 'normal', 0, 'deals']",
            "[s.project for s in plan.site] == ['INVEST'] and plan.summary.move == 1",
            items=(moved,),
        )
        document = engine.plan(replace(specs, moved=(Move("old", "new", PLACE),)))
        assert [each.detail.partition("\n")[0] for each in said(document)] == [
            f"`deny: {each.condition}` holds." for each in specs.policy.rules
        ]


class TestUnknowns:
    """A rule that meets an unknown denies, and says what is not known."""

    def test_what_the_specs_leave_to_the_site(self, engine: Engine) -> None:
        """A new item's due date is what the site makes of it; its sets begin empty."""
        assert unclear(engine, "action.item.due == null", item("a")) == "there is no known value for `due`."
        assert unclear(engine, "action.item.status == 'todo'", item("a")) == "there is no known value for `status`."
        assert denied(engine, "action.item.labels == []", item("a"))

    def test_it_is_told_what_to_do(self, engine: Engine) -> None:
        """The hint shows how a rule asks whether a field is known."""
        (found,) = said(engine.plan(under("action.item.due == null", items=(item("a"),))))
        assert found.hint == "the site decides what the specs don't say; ask first: `'due' in action.item`"
        assert not denied(engine, "'due' in action.item and action.item.due == null", item("a"))
        assert denied(engine, "get(action.item, 'due', 'none') == 'none'", item("a"))

    def test_the_status_that_items_start_in(self, engine: Engine) -> None:
        """Where the site tells it, it is known."""
        types = {id: replace(each, initial="s1") for id, each in site_description().types.items()}
        engine.tracker.site = engine.sites["tracker"] = replace(site_description(), types=types)
        assert denied(engine, "action.item.status == 'todo'", item("a"))

    def test_a_text_that_is_known_after_apply(self, engine: Engine) -> None:
        """Neither the field nor the change can be compared."""
        text = Template(("See ", ItemAttribute("b", "key")))
        items = (item("a", description=text), item("b"))
        about = "action.address == 'a' and"
        assert "no known value for `description`" in unclear(engine, f"{about} action.item.description == 'x'", *items)
        after = f"{about} [c for c in action.changes if c.field == 'description' and c.after == 'x'] == []"
        assert "a text that is known after apply can't be compared" in unclear(engine, after, *items)

    def test_a_document_whose_page_is_known_after_apply(self, engine: Engine) -> None:
        """The set can't be looked at before it is whole; its parts are seen in the change."""
        page = {"title": "B", "url": Template((ItemAttribute("b", "url"),))}
        items = (item("a", documents=(page,)), item("b"))
        about = "action.address == 'a' and"
        assert "no known value for `documents`" in unclear(engine, f"{about} action.item.documents == []", *items)
        assert denied(engine, f"{about} [d.title for d in action.changes[-1].added] == ['B']", *items)

    def test_an_item_that_the_site_shows_no_more(self, engine: Engine) -> None:
        """What is forgotten can't be looked at."""
        engine.apply(configuration(item("a", labels=("legal",)), item("b")))
        engine.tracker.hidden.add(engine.lease.items["a"].id)
        specs = under("action.missing and 'legal' in action.item.labels", items=(item("b"),))
        document = engine.plan(replace(specs, policy=replace(specs.policy, on_missing="forget")))
        (found,) = said(document)
        assert found.detail.endswith("there is no known value for `labels`.\nforget a (INVEST-1)")

    @pytest.mark.parametrize(
        ("condition", "why"),
        [
            ("action.item.labels", "true or false is needed, this is a list: []."),
            ("action.depends_on[0] == 'x'", "a list of 0 has no place 0."),
            ("[a.itm for a in plan.actions] == []", "`a` has no `itm`."),
            ("plan.workspace.nam == 'x'", "`plan.workspace` has no `nam`."),
            ("plan.summary.create / 0 > 1", "a division by zero."),
            ("action.title < 5", "a text and a number have no order."),
            (
                "days_between(workdays('2026-01-01', 1, 'london'), '2026-01-01') == 1",
                "workdays: a rule has no calendar",
            ),
            ("len([x for x in range(0, 200000)]) == 1", "this expression is too much work."),
            ("action.item == 1", "a set of names can't be compared."),
        ],
    )
    def test_what_has_no_answer_denies(self, condition: str, why: str, engine: Engine) -> None:
        """Whatever goes wrong with a rule, nothing passes by it."""
        document = engine.plan(under(condition, items=(item("a"),)))
        (found,) = said(document)
        assert found.severity == "error"
        assert f"can't be told: {why.rstrip('.')}" in found.detail

    def test_a_warning_that_meets_one_warns(self, engine: Engine) -> None:
        """`warn` never refuses."""
        (found,) = said(engine.plan(under(rule("action.item.due == null", "warn"), items=(item("a"),))))
        assert (found.severity, found.code) == ("warning", "warned")
        assert "can't be told" in found.detail

    def test_reasons_are_told_apart(self, engine: Engine) -> None:
        """Of one rule, the actions for which it holds and those for which it can't be told."""
        items = (item("a"), item("b", due="2026-04-01"))
        holds, open_ = sorted(said(engine.plan(under("action.item.due > '2026-01-01'", items=items))), key=str)
        assert {holds.summary, open_.summary} == {"a: No", "b: No"}

    def test_it_is_asked_no_further_than_needed(self, engine: Engine) -> None:
        """`and` and `or` stop where they are decided: what comes after need not be known."""
        assert not denied(engine, "action.action == 'close' and action.item.due == null", item("a"))
        assert denied(engine, "action.action == 'create' or action.item.due == null", item("a"))


def test_the_names_are_those_that_are_documented(engine: Engine) -> None:
    """What a rule is checked against when it is read is what it gets."""
    for name, parts in RULE_NAMES.items():
        assert denied(engine, f"sorted(keys({name})) == {sorted(parts)}", item("a")), name


def test_all_rules_share_one_budget(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that are too much work together end, and deny."""
    monkeypatch.setattr(rules, "Budget", lambda: Budget(1000))
    many = tuple(item(f'x["{number}"]') for number in range(40))
    costly = "action.key == 'x' or len([a for a in plan.actions if a.protect]) > 0"
    (found,) = said(engine.plan(under(costly, items=many)))
    assert found.summary.endswith("more: No")
    assert "too much work together" in found.detail


@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        ("true", {"summary"}),
        ("action.item.type == 'x'", {"summary"}),
        ("action.item.due == '2026-01-01' or 'a' in action.item.labels", {"summary", "duedate", "labels"}),
        ("action.item.links.blocks == []", {"summary", "links"}),
        ("action.item.fields.amount > 1", {"summary", "cf1"}),
        ("action.item.fields['cf2'] == 'x'", {"summary", "cf2"}),
        ("action.item.fields.nothing == 1", {"summary"}),
    ],
)
def test_no_more_is_read_than_is_named(condition: str, fields: set[str]) -> None:
    """Beside the title, which a plan's own word for it does not prove."""
    (task,) = [each for each in site_description().types.values() if each.word == "task"]
    assert fields_asked([rule(condition)], task) == fields
    assert fields_asked([], task) == frozenset()


@pytest.mark.parametrize(
    "condition",
    ["keys(action.item) == []", "keys(action) == []", "plan.actions == []", "keys(action.item.fields) == []"],
)
def test_where_it_is_open_what_is_named_all_is_read(condition: str) -> None:
    """All that specs have a word for."""
    (task,) = [each for each in site_description().types.values() if each.word == "task"]
    named = {id for id, info in task.fields.items() if info.word}
    assert fields_asked([rule(condition)], task) == named
