"""The plan's document, as a user and their scripts see it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest
from memory_engine import Engine
from memory_site import authored, configuration, item, site_description, to

from reconciler.errors import Refused
from reconciler.plan.document import Action, PlanDocument, digest_of
from reconciler.sdk import Preview, Problem, Ref
from reconciler.spec.configuration import ItemAttribute, Reference, Template
from reconciler.state.records import OperationRecord

DEAL = item("deal", type="epic", labels=("investment",), cf_amount=5, description="**Amount**", status="todo")
LEGAL = item('tasks["legal"]', parent=to("deal")[0], links={"blocks": to("deal")}, due="2026-04-01", protect=True)
SPECS = configuration(DEAL, LEGAL)


def _action(document: PlanDocument, address: str) -> Action:
    return next(each for each in document.actions if each.address == address)


def _codes(document: PlanDocument) -> list[str]:
    return [each.code for each in document.diagnostics]


def test_the_keys_are_the_contracts(engine: Engine) -> None:
    """Scripts rely on the names of the document's keys, down to each change."""
    engine.apply(SPECS)
    engine.edit("deal", summary="Mine", status=Ref("s2", "In Progress"), description="mine")
    changed = configuration(replace(DEAL, fields={**DEAL.fields, "description": authored("**New**")}), LEGAL)
    document = json.loads(engine.plan(changed).model_dump_json())
    assert {
        "format_version", "workspace", "spec", "state", "site", "actions", "drift", "conflicts", "requests", "summary",
        "diagnostics", "digest",
    } <= document.keys()  # fmt: skip
    assert document["workspace"].keys() == {"name", "id", "instance"}
    assert document["spec"].keys() == {"digest", "commit"}
    assert document["state"].keys() == {"lineage", "last_run"}
    assert document["site"][0].keys() == {"provider", "plugin", "id", "url", "project"}
    assert document["drift"][0].keys() == {"address", "field", "before", "after", "kept", "by", "at"}
    assert document["conflicts"][0].keys() == {
        "address", "field", "base", "desired", "live", "resolution", "by", "at",
    }  # fmt: skip
    assert document["summary"].keys() == {
        "create", "update", "adopt", "close", "delete", "forget", "move", "unchanged",
    }  # fmt: skip
    assert document["diagnostics"][0].keys() >= {
        "severity", "code", "summary", "detail", "file", "line", "column", "hint",
    }  # fmt: skip
    fresh = json.loads(engine.plan(configuration(DEAL, LEGAL, item("new"))).model_dump_json())
    assert fresh["actions"][0].keys() >= {
        "address", "previous_address", "action", "provider", "id", "key", "url", "title", "type", "reason", "changes",
    }  # fmt: skip
    assert fresh["actions"][0]["changes"][0].keys() == {
        "field", "before", "after", "unknown", "added", "removed", "path", "ownership", "reason",
    }  # fmt: skip


def test_creating(engine: Engine) -> None:
    """Every field by the spec's word, sets by element, links by direction, and what has to come first."""
    document = engine.plan(SPECS)
    assert document.summary.create == 2
    deal, legal = document.actions
    assert (deal.reason, deal.type, deal.id, deal.depends_on) == ("not in the state", "epic", None, ())
    said = {each.field: each.after for each in deal.changes if not each.added}
    assert said == {
        "title": "deal", "fields.amount": 5, "description": "**Amount**", "status": "todo",
    }  # fmt: skip
    added = {each.field: each.added for each in (*deal.changes, *legal.changes) if each.added}
    assert added == {"labels": ("investment",), "links.blocks": ("deal",)}
    assert (legal.depends_on, legal.protect) == (("deal",), True)
    assert {each.reason for each in (*deal.changes, *legal.changes)} == {"in the spec"}
    assert document.requests == {"tracker": {"bulk create": 2, "edit": 1, "marker": 1}}


def test_after_an_apply_the_plan_is_empty(engine: Engine) -> None:
    """No actions, nothing to record, every item counted as unchanged."""
    engine.apply(SPECS)
    document = engine.plan(SPECS)
    assert (document.actions, document.recordings, document.drift, document.conflicts) == ((), (), (), ())
    assert document.summary.unchanged == 2


def test_a_plan_is_the_same_each_time(engine: Engine) -> None:
    """The digest is of the canonical JSON without itself, and the same input gives the same one."""
    first, second = engine.plan(SPECS), engine.plan(SPECS)
    assert first == second
    data = json.loads(first.model_dump_json())
    assert first.digest == digest_of(data) == digest_of({**data, "digest": "other"})
    assert first.digest != engine.plan(configuration(DEAL)).digest


def test_drift_is_kept_or_reverted_and_says_whose_it_is(engine: Engine) -> None:
    """A moved card is kept and is no action; a changed title goes back, and the plan names who and when."""
    engine.apply(SPECS)
    engine.edit("deal", summary="Mine", status=Ref("s2", "In Progress"))
    document = engine.plan(SPECS)
    drift = {each.field: (each.before, each.after, each.kept, each.by, each.at) for each in document.drift}
    at = "2026-01-05T10:00:00+00:00"
    assert drift == {
        "title": ("deal", "Mine", False, "Lea Gray", at),
        "status": ("todo", "in_progress", True, "Lea Gray", at),
    }
    (action,) = document.actions
    (change,) = action.changes
    assert (change.field, change.before, change.after) == ("title", "Mine", "deal")
    assert change.reason == "Lea Gray changed it on 2026-01-05 10:00 UTC; the spec owns it"
    assert action.reason == "a person changed what the spec owns"


def test_kept_drift_alone_is_unchanged(engine: Engine) -> None:
    """Drift that is kept is no action: such an item is counted, and listed nowhere but in the drift."""
    engine.apply(SPECS)
    engine.edit("deal", status=Ref("s2", "In Progress"))
    document = engine.plan(SPECS)
    assert (document.actions, document.summary.unchanged, len(document.drift)) == ((), 2, 1)


def test_without_a_changelog_nobody_is_named(engine: Engine) -> None:
    """Where the platform does not say who it was, the plan does not guess."""
    engine.apply(SPECS)
    engine.edit("deal", summary="Mine")
    engine.tracker.edits.clear()
    document = engine.plan(SPECS)
    assert (document.drift[0].by, document.drift[0].at) == (None, None)
    assert document.actions[0].changes[0].reason == "it was changed on the site; the spec owns it"


def test_the_changelog_is_read_only_for_items_with_drift(engine: Engine) -> None:
    """The changelog is read in bulk, and only for items with drift: one call where one moved, else none."""
    engine.apply(SPECS)
    engine.tracker.calls.clear()
    engine.plan(SPECS)
    assert "history" not in dict(engine.tracker.calls)
    engine.edit("deal", summary="Mine")
    engine.plan(SPECS)
    assert ("history", 1) in engine.tracker.calls


def test_a_field_that_was_not_read_back_drifts_from_what_was_sent(engine: Engine) -> None:
    """Without an observed value, the drift's before is what the spec said, not nothing."""
    engine.apply(SPECS)
    engine.lease.items["deal"] = replace(engine.lease.items["deal"], observed={})
    engine.edit("deal", status=Ref("s2", "In Progress"))
    assert engine.plan(SPECS).drift[0].before == "todo"


def test_a_conflict_says_whose_value_is_replaced(engine: Engine) -> None:
    """Both changed the due date: the spec wins, and the plan says over whom."""
    engine.apply(SPECS)
    engine.edit("deal", cf1=7)
    specs = configuration(replace(DEAL, fields={**DEAL.fields, "fields.amount": authored(9)}), LEGAL)
    document = engine.plan(specs)
    (conflict,) = document.conflicts
    assert (conflict.field, conflict.base, conflict.desired, conflict.live, conflict.resolution, conflict.by) == (
        "fields.amount", 5, 9, 7, "spec", "Lea Gray",
    )  # fmt: skip
    assert document.actions[0].changes[0].reason == "the spec changed; replaces what Lea Gray wrote"
    engine.tracker.edits.clear()
    assert engine.plan(specs).actions[0].changes[0].reason == "the spec changed; replaces the live value"


def test_a_description_in_conflict_stops_its_item(engine: Engine) -> None:
    """A description that both changed always stops: nothing is sent for its item, the rest goes on."""
    engine.apply(SPECS)
    engine.edit("deal", description="mine", summary="Mine too")
    changed = replace(DEAL, fields={**DEAL.fields, "description": authored("**New**")})
    document = engine.plan(
        configuration(changed, replace(LEGAL, fields={**LEGAL.fields, "due": authored("2026-05-01")}))
    )
    assert [each.address for each in document.actions] == ['tasks["legal"]']
    assert [(each.field, each.kept) for each in document.drift] == [("title", True)]
    assert [(each.field, each.resolution, each.live) for each in document.conflicts] == [
        ("description", "stop", "mine")
    ]
    assert document.recordings == ()
    (finding,) = document.diagnostics
    assert (finding.code, finding.severity, finding.line) == ("conflict", "warning", 7)


def test_progress_beats_a_spec_that_lies_behind(engine: Engine) -> None:
    """People went ahead while the spec named an earlier status: that is recorded, shown once, and never sent."""
    engine.apply(configuration(item("a", status="in_progress")))
    engine.edit("a", status=Ref("s3", "Done"))
    specs = configuration(item("a", status="todo"))
    document = engine.plan(specs)
    assert (document.actions, document.conflicts[0].resolution) == ((), "people")
    engine.carry_out(document)
    again = engine.plan(specs)
    assert (again.conflicts, again.drift, again.recordings) == ((), (), ())


def test_claiming_a_field_for_the_first_time(engine: Engine) -> None:
    """Empty is written, equal is recorded without a write, something else is a conflict."""
    engine.apply(configuration(item("a")))
    engine.edit("a", points=3, priority=Ref("p1", "Highest"))
    document = engine.plan(configuration(item("a", story_points=3, due="2026-04-01", priority="high")))
    changes = {each.field: (each.before, each.after, each.reason) for each in document.actions[0].changes}
    assert changes == {
        "due": (None, "2026-04-01", "empty on the item"),
        "priority": ("critical", "high", "the spec says it for the first time; replaces what Lea Gray wrote"),
    }
    assert [each.field for each in document.recordings[0].claimed] == ["points"]


def test_letting_go_is_a_recording(engine: Engine) -> None:
    """A key that left the spec, or went to nobody, is no action: live stays, and people's edits are no drift then."""
    engine.apply(configuration(item("a", due="2026-04-01", story_points=3)))
    specs = configuration(item("a", story_points=5, ownership={"story_points": "nobody"}))
    document = engine.plan(specs)
    assert (document.actions, set(document.recordings[0].released)) == ((), {"duedate", "points"})
    engine.carry_out(document)
    engine.edit("a", points=8, duedate=None)
    assert (engine.plan(specs).drift, engine.plan(specs).recordings) == ((), ())


def test_protection_is_recorded_both_ways(engine: Engine) -> None:
    """`protect` is kept in the state: turning it on or off needs no write, only an apply."""
    engine.apply(configuration(item("a")))
    on = engine.plan(configuration(item("a", protect=True)))
    assert (on.actions, on.recordings[0].protect) == ((), True)
    engine.carry_out(on)
    assert engine.lease.items["a"].protect
    off = engine.plan(configuration(item("a")))
    assert off.recordings[0].protect is False


def test_what_the_spec_clears_on_a_new_item_is_remembered(engine: Engine) -> None:
    """Null needs no write at creation, and a person's later value is theirs to keep."""
    specs = configuration(item("a", assignee=None, labels=()))
    document = engine.plan(specs)
    assert [each.field for each in document.actions[0].changes] == ["title"]
    engine.carry_out(document)
    assert engine.plan(specs).recordings == ()
    engine.edit("a", assignee=Ref("u2", "Lea Gray"))
    (drift,) = engine.plan(specs).drift
    assert (drift.field, drift.after, drift.kept) == ("assignee", "Lea Gray <u2>", True)


def test_texts_with_unknown_parts(engine: Engine) -> None:
    """Parts that are known after apply are stored as references; text beside them as it stands."""
    text = Template(("See ", ItemAttribute("deal", "key"), " at ", ItemAttribute("deal", "url")))
    specs = configuration(item("note", description=text), DEAL)
    document = engine.plan(specs)
    note = _action(document, "note")
    change = next(each for each in note.changes if each.field == "description")
    assert (change.unknown, note.depends_on) == (True, ("deal",))
    assert change.after == [
        "See ", {"address": "deal", "attribute": "key"}, " at ", {"address": "deal", "attribute": "url"},
    ]  # fmt: skip
    engine.carry_out(document)
    assert engine.live("note")["description"].markdown == "See INVEST-1 at https://site-1.example/browse/INVEST-1"
    assert engine.plan(specs).actions == ()


class TestRemoving:
    """Items that left the spec."""

    def test_it_closes_as_cancelled(self, engine: Engine) -> None:
        """What left the specs is closed by default, as the platform's cancelled, and then not looked at again."""
        engine.apply(configuration(item("a", status="todo"), item("b")))
        without = configuration(item("b"))
        document = engine.plan(without)
        (action,) = document.actions
        assert (action.address, action.action, action.reason) == ("a", "close", "no longer in the spec")
        assert [(each.field, each.before, each.after) for each in action.changes] == [("status", "todo", "cancelled")]
        engine.carry_out(document)
        assert engine.live("a")["status"] == Ref("s4")
        assert engine.plan(without).actions == ()

    def test_it_is_done_already(self, engine: Engine) -> None:
        """A person finished it: the address closes, nothing is sent."""
        engine.apply(configuration(item("a"), item("b")))
        engine.edit("a", status=Ref("s3", "Done"))
        sent = len([each for each in engine.log if each[0] == "send"])
        document = engine.plan(configuration(item("b")))
        assert [(each.action, each.changes) for each in document.actions] == [("close", ())]
        engine.carry_out(document)
        assert engine.lease.items["a"].closed
        assert len([each for each in engine.log if each[0] == "send"]) == sent

    @pytest.mark.parametrize("by", ["us", "a person"])
    @pytest.mark.parametrize("words", [{"status": "todo"}, {"status": "in_progress"}, {}])
    def test_it_comes_back(self, engine: Engine, by: str, words: dict[str, str]) -> None:
        """A closed item reopens when its address comes back, whoever closed it, and the plan is empty afterwards."""
        specs, without = configuration(item("a", **words), item("b")), configuration(item("b"))
        engine.apply(specs)
        if by == "a person":
            engine.edit("a", status=Ref("s3", "Done"))
        engine.apply(without)
        document = engine.plan(specs)
        assert (document.actions[0].action, document.actions[0].reason) == ("update", "back in the spec")
        engine.carry_out(document)
        assert engine.live("a")["status"] == Ref("s2" if words.get("status") == "in_progress" else "s1")
        assert not engine.lease.items["a"].closed
        again = engine.plan(specs)
        assert (again.actions, again.recordings, again.drift) == ((), (), ())

    def test_it_comes_back_as_done(self, engine: Engine) -> None:
        """A spec that wants it done sends nothing for an item that is."""
        specs = configuration(item("a", status="done"), item("b"))
        engine.apply(specs)
        engine.apply(configuration(item("b")))
        document = engine.plan(specs)
        assert (document.actions, document.recordings[0].closed) == ((), False)

    def test_protected_items_stay(self, engine: Engine) -> None:
        """Out of the spec, and still there: an error that says how to let it go."""
        engine.apply(SPECS)
        document = engine.plan(configuration(DEAL))
        assert (document.actions, _codes(document)) == ((), ["protected"])
        assert document.diagnostics[0].severity == "error"

    def test_more_than_the_limit(self, engine: Engine) -> None:
        """The plan warns with the exact number that apply wants to hear."""
        items = [item(f'x["{number}"]') for number in range(5)]
        engine.apply(configuration(*items))
        document = engine.plan(configuration(*items[:2]))
        assert _codes(document) == ["removal_limit"]
        assert "--accept-removals 3" in document.diagnostics[0].hint

    def test_destroying_has_no_limit(self, engine: Engine) -> None:
        """To destroy is a word: the plan does not warn of what was asked for."""
        specs = configuration(*(item(f'x["{number}"]') for number in range(5)))
        engine.apply(specs)
        document = engine.plan(specs, "destroy")
        assert (document.kind, document.summary.close, document.diagnostics) == ("destroy", 5, ())

    def test_children_close_before_their_parents(self, engine: Engine) -> None:
        """A parent waits for its children that close."""
        engine.apply(configuration(DEAL, replace(LEGAL, protect=False)))
        document = engine.plan(configuration(DEAL, LEGAL), "destroy")
        assert _action(document, "deal").depends_on == ('tasks["legal"]',)

    def test_its_type_was_changed_to_one_that_the_site_hides(self, engine: Engine) -> None:
        """An item that a person moved to another project still closes the way its own type does."""
        engine.apply(configuration(item("a"), item("b")))
        _retype(engine, "a", Ref("t99", "Alien"))
        document = engine.plan(configuration(item("b")))
        assert document.summary.close == 1
        engine.carry_out(document)
        assert engine.live("a")["status"] == Ref("s4")

    def test_nothing_says_how_to_close_it(self, engine: Engine) -> None:
        """Without a closing status it is an error, not an item that is silently forgotten."""
        engine.apply(configuration(item("a"), item("b")))
        site = engine.tracker.site
        engine.tracker.site = replace(site, types={id: replace(each, statuses=()) for id, each in site.types.items()})
        document = engine.plan(configuration(item("b")))
        assert (document.actions, _codes(document)) == ((), ["not_closable"])


class TestUnsettled:
    """Addresses with an operation whose outcome is unknown."""

    def _lose(self, engine: Engine, address: str, kind: str = "create") -> None:
        engine.lease.operations["op"] = OperationRecord(
            "op", "run", address, "tracker", kind, None, {}, {}, "", datetime(2026, 1, 5, tzinfo=UTC), None
        )  # fmt: skip

    def test_nothing_is_planned_for_it_or_what_needs_it(self, engine: Engine) -> None:
        """Nothing is planned for an unsettled address or what needs it: children, links, texts; the rest goes on."""
        self._lose(engine, "deal")
        specs = configuration(
            DEAL,
            LEGAL,
            item("after", after=("deal",)),
            item("named", description=Template((ItemAttribute("deal", "id"),))),
            item("linked", links={"relates_to": to("deal")}),
            item("grandchild", type="subtask", parent=to('tasks["legal"]')[0]),
            item("free"),
        )
        document = engine.plan(specs)
        assert [each.address for each in document.actions] == ["free"]
        assert _codes(document) == ["unsettled"] * 6
        assert "2026-01-05 00:00:00 UTC" in document.diagnostics[1].detail
        assert document.diagnostics[0].summary.startswith("after waits")

    def test_links_to_an_item_that_exists_do_not_wait(self, engine: Engine) -> None:
        """An update whose answer was lost holds back its own address, not the links to it."""
        engine.apply(configuration(item("a"), item("b")))
        self._lose(engine, "a", "update")
        document = engine.plan(configuration(item("a"), item("b", links={"blocks": to("a")})))
        assert [each.address for each in document.actions] == ["b"]

    def test_an_unsettled_item_is_not_closed(self, engine: Engine) -> None:
        """It left the spec while its last write is open: it waits."""
        engine.apply(configuration(item("a"), item("b")))
        self._lose(engine, "a", "update")
        document = engine.plan(configuration(item("b")))
        assert (document.actions, _codes(document)) == ((), ["unsettled"])

    def test_a_marker_holds_its_own_address_alone(self, engine: Engine) -> None:
        """What needs an item can do without its marker: its children are made, and the message says what waits."""
        engine.apply(configuration(DEAL))
        self._lose(engine, "deal", "marker")
        document = engine.plan(configuration(replace(DEAL, protect=True), LEGAL))
        assert [each.address for each in document.actions] == ['tasks["legal"]']
        (finding,) = document.diagnostics
        assert finding.summary == "deal is unsettled: whether its marker was written is unknown"
        assert "what needs it goes on" in finding.detail
        assert engine.carry_out(document)['tasks["legal"]'].result == "done"


class TestTargets:
    """Plans that stay within some addresses."""

    def test_what_they_need_comes_along(self, engine: Engine) -> None:
        """The parent, and the new end of a link; nothing else."""
        specs = configuration(DEAL, LEGAL, item("x", links={"blocks": to("y")}), item("y"), item("z"))
        assert {each.address for each in engine.plan(specs, targets=("tasks.legal",)).actions} == {
            "deal", 'tasks["legal"]',
        }  # fmt: skip
        document = engine.plan(specs, targets=("x",))
        assert ({each.address for each in document.actions}, document.targets) == ({"x", "y"}, ("x",))

    def test_a_group_means_all_of_it(self, engine: Engine) -> None:
        """And a removed address can be a target too."""
        engine.apply(configuration(item('x["1"]'), item('x["2"]'), item("gone"), item("other")))
        specs = configuration(item('x["1"]', due="2026-04-01"), item('x["2"]', due="2026-04-01"), item("y"))
        assert {each.address for each in engine.plan(specs, targets=("x",)).actions} == {'x["1"]', 'x["2"]'}
        assert [each.address for each in engine.plan(specs, targets=("gone",)).actions] == ["gone"]


def test_a_refresh_only_plan_shows_drift_alone(engine: Engine) -> None:
    """Nothing of it can be applied."""
    engine.apply(SPECS)
    engine.edit("deal", summary="Mine")
    document = engine.plan(configuration(DEAL, LEGAL, item("new")), "refresh_only")
    assert (document.kind, document.actions, document.recordings, document.summary.create) == (
        "refresh_only",
        (),
        (),
        0,
    )
    assert [each.field for each in document.drift] == ["title"]


def test_an_item_that_cannot_be_read(engine: Engine) -> None:
    """It may be deleted or hidden: its address is left alone, in the spec or out of it."""
    engine.apply(SPECS)
    engine.tracker.hidden = {engine.lease.items["deal"].id}
    assert _codes(engine.plan(SPECS)) == ["missing"]
    assert engine.plan(SPECS).summary.create == 0
    engine.lease.items["deal"] = replace(engine.lease.items["deal"], protect=False)
    assert "missing" in _codes(engine.plan(SPECS, "destroy"))


def test_what_the_platform_would_refuse_is_in_the_plan(engine: Engine) -> None:
    """A status that no transition reaches is found before anything is sent; notices are passed on."""
    engine.apply(configuration(item("a", status="todo")))
    problem = Problem("no_path", "no transition leads there", "status", (Ref("s2", "In Progress"),))
    engine.tracker.obstacles["a"] = Preview("a", {"edit": 1}, None, (problem,), ("notifies its watchers",))
    document = engine.plan(configuration(item("a", status="done")))
    hint = (
        "it takes: In Progress; to let it pass others on the way, name them: `workflow: {through: [In Progress]}`, "
        "or `any`"
    )
    assert [(each.code, each.summary, each.hint) for each in document.diagnostics] == [
        ("no_path", "status of a: no transition leads there", hint),
        ("notice", "a: notifies its watchers", ""),
    ]


@pytest.mark.parametrize(
    ("through", "way_out"),
    [((), "; to let it pass others, apply it with `workflow: {through: any}` before it leaves the specs"), ("any", "")],
)
def test_a_blocked_closing_says_what_may_be_done(
    engine: Engine, through: tuple[str, ...] | Literal["any"], way_out: str
) -> None:
    """The way out is in the spec that the item left; one that may pass any status is told no more."""
    engine.apply(configuration(replace(item("a", status="todo"), through=through)))
    problem = Problem("no_path", "no transition leads there", "status", (Ref("s2", "In Progress"),))
    engine.tracker.obstacles["a"] = Preview("a", {"edit": 1}, None, (problem,))
    said = [each.hint for each in engine.plan(configuration()).diagnostics if each.code == "no_path"]
    assert said == [f"it takes: In Progress{way_out}"]


class TestMarkedItems:
    """Items on the site that carry this workspace's marker, looked for before anything is created."""

    def test_one_that_the_state_does_not_know(self, engine: Engine) -> None:
        """Nothing is created, it would be made a second time: the item is adopted, and knows what was applied."""
        engine.apply(SPECS)
        before = engine.lease.items.pop("deal")
        engine.edit('tasks["legal"]', assignee=Ref("u1", "Ada Byron"))
        document = engine.plan(SPECS)
        assert [(each.action, each.key, each.changes) for each in document.actions] == [("adopt", "INVEST-1", ())]
        engine.carry_out(document)
        assert engine.lease.items["deal"] == replace(before, revision=engine.lease.items["deal"].revision, creation="")
        assert engine.plan(SPECS).actions == ()

    def test_with_no_state_nothing_is_made_and_the_rebuild_is_named(self, engine: Engine) -> None:
        """Whoever lost the state is told how to get it back."""
        engine.apply(SPECS)
        engine.lease.items.clear()
        engine.lease.last_run = None
        with pytest.raises(Refused) as caught:
            engine.plan(SPECS)
        (found,) = caught.value.diagnostics  # type: ignore[attr-defined]
        assert "there is no state" in found.summary
        assert "state rebuild" in found.hint

    def test_a_copy_is_reported_and_left_alone(self, engine: Engine) -> None:
        """A person cloned one of ours."""
        engine.apply(configuration(item("a")))
        original = next(iter(engine.tracker.items.values()))
        engine.tracker.items["99"] = replace(original, id="99", key="INVEST-99")
        document = engine.plan(configuration(item("a"), item("b")))
        assert _codes(document) == ["copy"]
        assert document.summary.create == 1

    def test_what_an_open_operation_may_have_created(self, engine: Engine) -> None:
        """A marker without an id is proved by its operation in the journal: the item is unsettled, not unknown."""
        engine.tracker.lost = {"a"}
        engine.apply(configuration(item("a")))
        assert _codes(engine.plan(configuration(item("a"), item("b")))) == ["unsettled"]

    def test_ids_of_another_site_prove_nothing(self, two_sites: Engine) -> None:
        """The state knows an item of this id on one site; the marked one of the other is unknown all the same."""
        both = ("tracker", "other")
        specs = configuration(item("a"), item("b", provider="other"), providers=both)
        two_sites.apply(specs)
        assert two_sites.lease.items["a"].id == two_sites.lease.items["b"].id
        del two_sites.lease.items["b"]
        found = [(each.address, each.action) for each in two_sites.plan(specs).actions]
        assert found == [("b", "adopt")]

    def test_two_providers_of_one_site(self, engine: Engine) -> None:
        """What the look finds twice, since both see the whole site, is known all the same."""
        shared = Engine(engine.directory, {"tracker": site_description(), "twin": site_description()})
        shared.providers["twin"].items = shared.tracker.items
        shared.providers["twin"]._next = 500
        both = ("tracker", "twin")
        shared.apply(configuration(item("a"), item("b", provider="twin"), providers=both))
        more = configuration(item("a"), item("b", provider="twin"), item("c"), providers=both)
        assert shared.plan(more).summary.create == 1


class TestSeveralProviders:
    """Items on more than one site."""

    def test_a_key_outside_the_spec_means_each_sites_own(self, two_sites: Engine) -> None:
        """The same key on two sites is two items."""
        two_sites.apply(configuration(item("old"), item("far", provider="other"), providers=("tracker", "other")))
        far = two_sites.lease.items["far"]
        moved = replace(two_sites.providers["other"].items.pop(far.id), id="4711", marker=None)
        two_sites.providers["other"].items["4711"] = moved
        two_sites.tracker.items = {id: replace(each, marker=None) for id, each in two_sites.tracker.items.items()}
        two_sites.lease.items.clear()
        outside = {"blocks": (Reference(key="INVEST-1"),)}
        specs = configuration(
            item("a", links=outside), item("b", provider="other", links=outside), providers=("tracker", "other")
        )
        said = {each.address: each.changes[1].added for each in two_sites.plan(specs).actions}
        assert said == {"a": ({"id": "1001"},), "b": ({"id": "4711"},)}

    def test_an_item_cannot_move_to_another(self, two_sites: Engine) -> None:
        """An address that changes its provider is an error that says so, not a garbled comparison."""
        both = ("tracker", "other")
        two_sites.apply(configuration(item("a"), providers=both))
        document = two_sites.plan(configuration(item("a", provider="other"), providers=both))
        assert (document.actions, _codes(document)) == ((), ["provider_change"])


def _retype(engine: Engine, address: str, type: Ref) -> None:
    id = engine.lease.items[address].id
    engine.tracker.items[id] = replace(engine.tracker.items[id], type=type)


def test_another_type_is_changed_by_hand(engine: Engine) -> None:
    """Another type is an error that names both and says to change it by hand; nothing is guessed or replaced."""
    engine.apply(configuration(item("a")))
    document = engine.plan(configuration(item("a", type="epic")))
    assert (document.actions, _codes(document)) == ((), ["type_change"])
    assert document.diagnostics[0].summary == "a (INVEST-1) is of the type Task, the spec wants Opportunity"
