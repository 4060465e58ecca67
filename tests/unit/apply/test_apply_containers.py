"""What items need and a site lacks, just before it is made."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from reconciler.apply.containers import made_for, unmade_in
from reconciler.apply.intents import Intent
from reconciler.plan.document import Action
from reconciler.sdk import AuthorizationError, BadValue, FieldInfo, Ref, TypeInfo, unmade

TAX, NEXT = unmade("component", "Tax"), unmade("sprint", "Sprint 9")
TYPE = TypeInfo(
    Ref("1", "Task"),
    0,
    {
        "summary": FieldInfo("summary", "Summary", "text"),
        "sprint": FieldInfo("sprint", "Sprint", "sprint", makes=True),
        "components": FieldInfo("components", "Components", "component", many=True, makes=True),
    },
    (),
)


class Maker:
    """A provider that makes containers, and remembers which."""

    def __init__(self):
        self.made = []

    def make_container(self, kind, name):
        self.made.append((kind, name))
        return Ref(f"id of {name}", name)


@pytest.fixture
def intent():
    action = Action(address="a", action="create", provider="jira", title="A", type="Task", reason="new")
    return Intent(action, TYPE, {"summary": "A", "sprint": NEXT}, {"components": (Ref("70"), TAX)})


def test_what_is_missing_is_found_with_its_kind(intent):
    """Among values and among elements of sets."""
    assert list(unmade_in(intent)) == [("sprint", NEXT), ("component", TAX)]


def test_each_is_made_once_in_a_run_and_put_in_its_place(intent):
    """What is there already stays as it is."""
    maker, made = Maker(), {}

    filled = made_for(intent, maker, made)
    again = made_for(intent, maker, made)

    assert filled == again
    assert filled.set == {"summary": "A", "sprint": Ref("id of Sprint 9")}
    assert filled.add == {"components": (Ref("70"), Ref("id of Tax"))}
    assert maker.made == [("sprint", "Sprint 9"), ("component", "Tax")]


def test_one_that_can_t_be_made_fails_its_item_with_all_that_is_known(intent):
    """What it is, and what the site said."""

    def refuse(kind, name):
        raise AuthorizationError("the site said no", detail="ask your administrator")

    maker = Maker()
    maker.make_container = refuse
    with pytest.raises(BadValue, match="the sprint 'Sprint 9' could not be made: the site said no; ask your"):
        made_for(intent, maker, {})


def test_a_provider_that_makes_nothing_is_not_asked(intent):
    """Its own write says what becomes of the value."""
    assert made_for(intent, SimpleNamespace(), {}) == intent
