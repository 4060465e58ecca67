"""The small parts of a plan: limits, order, authors, ownership, speech."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from memory_site import MemoryDialect, site_description

from reconciler.plan.authors import Author, Authors
from reconciler.plan.document import Action
from reconciler.plan.limits import removal_limit
from reconciler.plan.order import creations_and_needs, waves
from reconciler.plan.ownership import owner_of
from reconciler.plan.speech import Speech, find_field
from reconciler.sdk import BadValue, History, Link, Ref, Value

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("open_items", "most"), [(0, 2), (6, 2), (7, 2), (10, 3), (20, 6), (33, 9), (34, 10), (1000, 10)]
)
def test_the_removal_limit(open_items: int, most: int) -> None:
    """30 % of the open items, at least 2, at most 10."""
    assert removal_limit(open_items) == most


def _action(address: str, *needs: str, kind: Any = "create") -> Action:
    return Action(address=address, action=kind, provider="p", title="", type="task", reason="", depends_on=needs)


def _names(found: list[list[Action]]) -> list[list[str]]:
    return [[each.address for each in wave] for wave in found]


class TestOrder:
    """What comes first."""

    def test_waves(self) -> None:
        """Each needs only earlier ones; needs outside the actions, and itself, are no matter."""
        actions = [_action("c", "b", "a"), _action("b", "a"), _action("a", "gone"), _action("d", "d")]
        assert _names(waves(actions)) == [["a", "d"], ["b"], ["c"]]

    def test_a_circle_ends(self) -> None:
        """Only a forged plan can hold one; it does not hang."""
        assert _names(waves([_action("a", "b"), _action("b", "a"), _action("c")])) == [["c"], ["a", "b"]]

    def test_what_a_creation_waits_for(self) -> None:
        """Updates on which a creation depends, however far, go along with the creations; others don't."""
        actions = [
            _action("far", kind="update"), _action("near", "far", kind="update"), _action("new", "near"),
            _action("other", "new", kind="update"),
        ]  # fmt: skip
        assert [each.address for each in creations_and_needs(actions)] == ["far", "near", "new"]


class TestAuthors:
    """Who changed a field last."""

    def test_the_last_edit_counts(self) -> None:
        """Of this field alone, whatever the order in which the platform gives them."""
        edits = (
            ("title", NOON + timedelta(hours=1), Ref("u2", "Lea Gray"), "b", "c"),
            ("title", NOON, Ref("u1", "Ada Byron"), "a", "b"),
            ("due", NOON + timedelta(hours=2), Ref("u3"), "", ""),
        )
        authors = Authors.of({"p": [History("1", complete=True, edits=edits)]})
        assert authors.of_value("p", "1", "title", "c") == Author("Lea Gray", NOON + timedelta(hours=1))
        assert authors.of_value("p", "1", "due", None) == Author("u3", NOON + timedelta(hours=2))

    def test_nobody_knows(self) -> None:
        """Another item, another provider, another field."""
        authors = Authors.of({"p": [History("1", complete=True, edits=())]})
        places = [("p", "1", "title"), ("p", "2", "title"), ("q", "1", "title")]
        assert [authors.of_value(*each, "new") for each in places] == [None] * 3
        assert [authors.of_elements(*each, ["old"]) for each in places] == [None] * 3

    def test_of_two_edits_at_one_time_the_later_counts(self) -> None:
        """A person who edits in the second of the creation is named, not who created it."""
        edits = (("title", NOON, Ref("us", "Us"), "", "a"), ("title", NOON, Ref("u1", "Lea Gray"), "a", "b"))
        authors = Authors.of({"p": [History("1", complete=True, edits=edits)]})
        assert authors.of_value("p", "1", "title", "b") == Author("Lea Gray", NOON)

    @pytest.mark.parametrize(
        ("after", "live", "observed"),
        [
            ("7", None, Ref("9")), ("", Ref("7"), None),
            ("Deal", Ref("7"), Ref("9", "deal")), ("9", Ref("7"), Ref("9")),
            ("2026-01-05", date(2026, 1, 6), date(2026, 1, 5)), ("5", 6, 5),
        ],
    )  # fmt: skip
    def test_an_edit_that_does_not_explain_what_is_there_names_nobody(
        self, after: str, live: Value, observed: Value
    ) -> None:
        """The last edit filled a field that is empty, cleared one that is not, or is our own."""
        edits = (("parent", NOON, Ref("u1", "Sandbox"), "", after),)
        authors = Authors.of({"p": [History("1", complete=True, edits=edits)]})
        assert authors.of_value("p", "1", "parent", live, observed) is None

    def test_who_moved_an_element_is_whose_edit_did(self) -> None:
        """An edit of a set explains the elements that it took or put, and no others."""
        edits = (("labels", NOON, Ref("u1", "Lea Gray"), "Fund, Risk", "Risk, Board"),)
        authors = Authors.of({"p": [History("1", complete=True, edits=edits)]})
        lea = Author("Lea Gray", NOON)
        assert authors.of_elements("p", "1", "labels", ["fund"]) == lea
        assert authors.of_elements("p", "1", "labels", [], ["board"]) == lea
        assert authors.of_elements("p", "1", "labels", [Link("relates", "4", title="Fund")]) == lea
        assert authors.of_elements("p", "1", "labels", ["risk"], ["fund"]) is None

    def test_times_are_said_in_utc(self) -> None:
        """Whatever zone the platform uses."""
        tokyo = datetime(2026, 1, 5, 21, 0, tzinfo=timezone(timedelta(hours=9)))
        assert Author("Ada", tokyo).when == "2026-01-05 12:00 UTC"


@pytest.mark.parametrize(
    ("word", "owner"),
    [
        ("title", "spec"), ("priority", "spec"), ("due", "spec"), ("parent", "spec"), ("labels", "spec"),
        ("links", "spec"), ("documents", "spec"), ("components", "spec"), ("fields.amount", "spec"),
        ("description", "people"), ("status", "people"), ("assignee", "people"), ("story_points", "people"),
    ],
)  # fmt: skip
def test_who_owns_a_field(word: str, owner: str) -> None:
    """The defaults, and that an item's own word wins."""
    assert owner_of(word, {}) == owner
    assert owner_of(word, {word: "seed"}) == "seed"


class TestSpeech:
    """What a plan says of a value, apply understands again."""

    site = site_description()
    speech = Speech(site, MemoryDialect(), {"1001": "deal"})

    def _round_trip(self, field: str, value: Value) -> tuple[Any, Value]:
        type = self.site.types["t2"]
        said = self.speech.say(type.fields[field], value)
        return said, self.speech.hear(type, type.fields[field], said, {"deal": "1001"}.get)

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("parent", Ref("1001"), "deal"),
            ("parent", Ref("77"), {"id": "77"}),
            ("parent", None, None),
            ("status", Ref("s2"), "in_progress"),
            ("assignee", Ref("u1", "Ada Byron"), "Ada Byron <u1>"),
            ("points", 2.5, 2.5),
            ("summary", None, None),
        ],
    )
    def test_single_values(self, field: str, value: Value, said: Any) -> None:
        """Items by address where they have one."""
        assert self._round_trip(field, value) == (said, value)

    @pytest.mark.parametrize(
        ("field", "element", "word", "said"),
        [
            ("links", Link("blocks", "1001"), "links.blocks", "deal"),
            ("links", Link("blocks", "77", outward=False), "links.blocked_by", {"id": "77"}),
            ("links", Link("cause", "1001", outward=False), "links.is caused by", "deal"),
            ("links", Link("cause", "1001"), "links.causes", "deal"),
            (
                "documents",
                Link("page", "https://a.example", title="A"),
                "documents",
                {"title": "A", "url": "https://a.example"},
            ),
            ("labels", "x", "labels", "x"),
        ],
    )
    def test_elements(self, field: str, element: Value, word: str, said: Any) -> None:
        """Links by their direction, which is how the field is called."""
        type = self.site.types["t2"]
        info = type.fields[field]
        assert self.speech.say_elements(info, info.word or "", [element]) == {word: [said]}
        assert find_field(type, word) == info
        assert self.speech.hear_element(type, info, word, said, {"deal": "1001"}.get) == element

    def test_an_address_without_an_item(self) -> None:
        """It is an error, not a guess."""
        type = self.site.types["t2"]
        with pytest.raises(BadValue, match="there is no item at gone"):
            self.speech.hear(type, type.fields["parent"], "gone", {}.get)

    def test_fields_are_found_by_what_the_plan_calls_them(self) -> None:
        """By word, alias, name or id; an unknown one is not."""
        type = self.site.types["t2"]
        found = [find_field(type, word) for word in ("title", "fields.amount", "fields.cf2", "fields.Team", "nothing")]
        assert [each and each.id for each in found] == ["summary", "cf1", "cf2", "cf2", None]

    def test_what_json_cannot_hold(self) -> None:
        """A value that no spec could say is a plugin's mistake, and named."""
        with pytest.raises(TypeError, match="a spec can't say"):
            self.speech.say(self.site.types["t2"].fields["summary"], Link("x", "y"))
