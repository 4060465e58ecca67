"""From a spec's words to a site's: what resolves, and what a person reads where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from memory_engine import Engine
from memory_site import MemoryDialect, authored, configuration, item, site_description, to

from reconciler.diagnostics import Diagnostic
from reconciler.errors import SpecError
from reconciler.plan.desired import References, Wanted, awaited, awaited_address, find_type, word_of
from reconciler.plan.resolving import resolve
from reconciler.plan.unknown import unknown_field
from reconciler.sdk import FieldInfo, Link, Ref
from reconciler.spec.configuration import DesiredItem, Reference


def _resolved(*items: DesiredItem, **outside: Ref) -> tuple[dict[str, Wanted], list[Diagnostic]]:
    site = site_description()
    known = {("tracker", Reference(key=key.replace("_", "-"))): ref for key, ref in outside.items()}
    return resolve(configuration(*items), {"tracker": site}, {"tracker": MemoryDialect()}, References({}, known))


def _problem(*items: DesiredItem) -> Diagnostic:
    _, (problem,) = _resolved(*items)
    return problem


class TestFields:
    """A field goes by its word, its name or its id."""

    @pytest.mark.parametrize("word", ["fields.amount", "fields.Investment amount", "fields.cf1"])
    def test_a_custom_field(self, word: str) -> None:
        """The spec's alias, the platform's name, the platform's id: all the same field."""
        spec = item("a")
        spec = DesiredItem(**{**_slots(spec), "fields": {word: authored(5)}})
        wanted, problems = _resolved(spec)
        assert (list(wanted["a"].fields), problems) == (["cf1"], [])

    def test_an_unknown_one(self) -> None:
        """The nearest name is offered, and the place is the author's."""
        found = _problem(_with("fields.ammount", 5))
        assert (found.code, found.hint) == ("unknown_field", "did you mean 'fields.amount'?")
        assert (found.place and found.place.line, found.snippet) == (7, "line 7")
        assert found.detail == ""

    def test_one_that_is_like_no_other(self) -> None:
        """The fields that can be written are listed: custom ones for a custom one, the spec's words for a word."""
        assert _problem(_with("fields.Nope", 5)).detail == "Task has: fields.Team, fields.amount."
        assert _problem(_with("watchers", "x")).detail == (
            "Task has: assignee, description, documents, due, labels, links, parent, priority, status, story_points, "
            "title."
        )
        assert _problem(_with("fields.Due", 5)).hint == "did you mean 'due'?"

    def test_one_that_another_type_has(self) -> None:
        """The types that have it are named, and what this type has of its kind: a handful."""
        site = site_description()
        extra = FieldInfo("cf9", "Closing date", "date", "start", writable=frozenset({"create"}))
        epic = site.types["t1"]
        types = {**site.types, "t1": replace(epic, fields={**epic.fields, "cf9": extra})}
        found = unknown_field("start", authored("x"), site.types["t2"], replace(site, types=types))
        assert found.summary == "'start' is no field of Task of this site"
        assert found.detail == "Of the types in use, Opportunity has it. Of the same kind Task has: due."
        assert found.hint == ""
        found = unknown_field("fields.Closing date", authored("x"), site.types["t2"], replace(site, types=types))
        assert found.detail == "Of the types in use, Opportunity has it."

    def test_an_ambiguous_one(self) -> None:
        """Two fields of one name: the error lists their ids."""
        found = _problem(_with("fields.Team", "x"))
        assert found.code == "ambiguous_field"
        assert found.detail == "Name one of them by its id: cf2 (Team), cf3 (Team)."
        assert _resolved(_with("fields.cf3", "x"))[1] == []

    def test_a_field_is_cleared_by_null(self) -> None:
        """The platform says whether it can be empty; a status never is, and a set is empty without its elements."""
        wanted, problems = _resolved(_with("due", None), _with("labels", None, address="b"))
        assert [want.value for each in wanted.values() for want in each.fields.values() if want.word != "title"] == [
            None, (),
        ]  # fmt: skip
        assert problems == []
        found = _problem(_with("status", None))
        assert (found.code, found.summary) == ("bad_value", "status of a: the status can't be empty")

    @pytest.mark.parametrize(
        ("word", "why"), [("fields.Cost", "it is computed"), ("fields.Reviewer note", "this account may not write it")]
    )
    def test_one_that_cannot_be_written(self, word: str, why: str) -> None:
        """The platform's reason is passed on."""
        found = _problem(_with(word, "x"))
        assert (found.code, found.summary) == ("not_writable", f"{word} can't be written on Task: {why}")

    def test_nobodys_fields_are_not_looked_at(self) -> None:
        """What nobody owns is never read or written, not even where the site does not know the field."""
        spec = DesiredItem(**{**_slots(_with("fields.ammount", 5)), "ownership": {"fields.ammount": "nobody"}})
        assert _resolved(spec)[1] == []

    def test_what_a_field_is_called(self) -> None:
        """The spec's word where there is one, else the platform's name."""
        fields = site_description().types["t2"].fields
        assert [word_of(fields[id]) for id in ("summary", "cf1", "cf2")] == ["title", "fields.amount", "fields.Team"]


class TestValues:
    """What a site does not take."""

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("status", "finished", "it takes: todo, done"),
            ("assignee", "bob@example.com", "did you mean 'ada@example.com'?"),
            ("story_points", "many", ""),
        ],
    )
    def test_the_error_names_field_and_item(self, field: str, value: str, said: str) -> None:
        """And what would be taken, where that can be said."""
        found = _problem(item("a", **{field: value}))
        assert (found.code, found.hint) == ("bad_value", said)
        assert found.summary.startswith(f"{field} of a: ")

    def test_a_title_that_is_too_long(self) -> None:
        """Both lengths are named."""
        assert "90 characters, and the site takes 80" in _problem(item("a", title="x" * 90)).summary

    def test_one_element_is_a_set(self) -> None:
        """A single label, repeated labels, none."""
        wanted, _ = _resolved(item("a", labels="x"), item("b", labels=("x", "x")), item("c", labels=None))
        assert [wanted[each].fields["labels"].value for each in "abc"] == [("x",), ("x",), ()]

    def test_all_mistakes_at_once(self, engine: Engine) -> None:
        """A plan with mistakes raises them together, and asks the site for no item."""
        with pytest.raises(SpecError) as caught:
            engine.plan(configuration(item("a", status="x"), item("b", type="epicc"), _with("fields.ammount", 1, "c")))
        assert len(caught.value.diagnostics) == 3
        assert "fetch" not in dict(engine.tracker.calls)


class TestTypes:
    """A type goes by the spec's word, or the platform's name or id."""

    @pytest.mark.parametrize("name", ["epic", "Opportunity", "t1", "opportunity"])
    def test_any_of_its_names(self, name: str) -> None:
        """The spec's word first, the platform's own names without case last."""
        found = find_type(site_description(), name)
        assert found is not None
        assert found.ref.id == "t1"

    def test_an_unknown_one(self) -> None:
        """The nearest is offered."""
        found = _problem(item("a", type="epicc"))
        assert (found.code, found.hint) == ("unknown_type", "did you mean 'epic'?")
        assert found.place is not None
        assert found.place.line == 3

    def test_one_that_is_like_no_other(self) -> None:
        """The site's types are listed, each by its word and its name."""
        found = _problem(item("a", type="gadget"))
        assert (found.hint, found.detail) == ("", "It has: epic (Opportunity), task (Task), subtask (Sub-task).")


class TestReferences:
    """Parents and links."""

    def test_an_item_that_does_not_exist_yet_is_awaited(self) -> None:
        """Its place is held by its address, and it has to come first where it is the parent."""
        wanted, _ = _resolved(item("deal", type="epic"), item("a", parent=to("deal")[0], links={"blocks": to("deal")}))
        assert wanted["a"].fields["parent"].value == Ref(awaited("deal"))
        assert wanted["a"].fields["links"].value == (Link("blocks", awaited("deal")),)
        assert wanted["a"].needs == {"deal"}
        assert (awaited_address(awaited("deal")), awaited_address("1001")) == ("deal", None)

    def test_links_order_nothing(self) -> None:
        """A circle of links is fine."""
        wanted, problems = _resolved(item("a", links={"blocks": to("b")}), item("b", links={"blocks": to("a")}))
        assert ([each.needs for each in wanted.values()], problems) == ([frozenset(), frozenset()], [])

    @pytest.mark.parametrize("level", ["task", "subtask"])
    def test_a_parent_stands_higher(self, level: str) -> None:
        """Same or lower levels are refused with both types' names."""
        found = _problem(item("top", type=level), item("a", parent=to("top")[0]))
        assert found.code == "parent_level"
        assert found.summary.endswith("can't be the parent of Task")

    def test_one_outside_the_spec(self) -> None:
        """It is kept by id; one that nobody can see is an error that names it."""
        outside = Reference(key="OLD-1")
        wanted, _ = _resolved(item("a", type="subtask", parent=outside), OLD_1=Ref("77", "OLD-1"))
        assert wanted["a"].fields["parent"].value == Ref("77")
        found = _problem(item("a", parent=outside))
        assert found.summary == "parent of a: OLD-1 is not on this site, or this account can't see it"

    def test_another_providers_item_is_no_parent(self) -> None:
        """A parent and its children are of one provider; what can be done instead is said."""
        sites = {"tracker": site_description(), "other": site_description("site-2")}
        specs = configuration(
            item("a", parent=to("b")[0]), item("b", provider="other", type="epic"), providers=("tracker", "other")
        )
        _, (found,) = resolve(specs, sites, dict.fromkeys(sites, MemoryDialect()), References({}, {}))
        assert (found.code, found.hint) == ("bad_value", "link it instead: `links: {relates_to: [b]}`")
        assert found.summary == "parent of a: b is other's, and a parent is of its children's provider"

    def test_a_parent_is_an_item(self) -> None:
        """Anything else is refused."""
        assert _problem(item("a", parent="deal")).summary == "parent of a: the parent is another item"


def test_required_fields(engine: Engine) -> None:
    """A creation without one is an error at the item; an item that exists needs none."""
    document = engine.plan(configuration(item("a", title=None)))
    (found,) = document.diagnostics
    assert (found.code, found.severity, found.line) == ("required_field", "error", 2)
    assert found.summary == "a can't be created without title"
    assert document.actions[0].title == "a"


def _with(word: str, value: Any, address: str = "a") -> DesiredItem:
    spec = item(address)
    return DesiredItem(**{**_slots(spec), "fields": {**spec.fields, word: authored(value)}})


def _slots(spec: DesiredItem) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in spec.__slots__}
