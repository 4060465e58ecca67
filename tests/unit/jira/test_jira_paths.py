"""The search for a path of statuses."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciler_jira.paths import path_to

from reconciler.sdk import Ref, Status, TypeInfo

A, B, C, D, GONE = (Ref(each, each.upper()) for each in ("a", "b", "c", "d", "gone"))
CATEGORIES: dict[str, Any] = {"a": "new", "b": "active", "c": "active", "d": "done", "gone": "done"}


def kind(**moves: str) -> TypeInfo:
    """A type; `a="bc"` says that b and c follow on a."""
    statuses = tuple(Status(each, CATEGORIES[each.id]) for each in (A, B, C, D, GONE))
    table = {each.ref.id: tuple(moves.get(each.ref.id, "")) for each in statuses}
    return TypeInfo(Ref("1"), 0, {}, statuses, {**table, "gone": ("d",)} if "gone" in moves else table)


def test_a_direct_transition_is_the_whole_path() -> None:
    """Nothing is passed that need not be."""
    assert path_to(D, "any", (B, D), kind(b="d")) == (D,)


def test_the_shortest_path_is_taken() -> None:
    """First over what is offered, then over the workflow."""
    assert path_to(D, "any", (B,), kind(b="cd", c="d")) == (B, D)
    assert path_to(D, (B, C), (B,), kind(b="c", c="d")) == (B, C, D)


def test_only_what_is_named_is_passed() -> None:
    """Passing through a status fires the site's automation."""
    assert path_to(D, (C,), (B, C), kind(b="d", c="d")) == (C, D)
    assert path_to(D, (C,), (B,), kind(b="d")) is None
    assert path_to(D, (), (B,), kind(b="d")) is None


def test_any_passes_nothing_that_is_done() -> None:
    """An item is not closed on its way."""
    assert path_to(D, "any", (GONE,), kind(gone="d")) is None
    assert path_to(D, (GONE,), (GONE,), kind(gone="d")) == (GONE, D)


def test_without_the_workflow_the_named_are_taken_in_order() -> None:
    """From the last of them that is offered; nothing else is guessed at."""
    blind = TypeInfo(Ref("1"), 0, {}, (), None)
    for type in (blind, None):
        assert path_to(D, (B, C), (B,), type) == (B, C, D)
        assert path_to(D, (B, C), (B, C), type) == (C, D)
        assert path_to(D, (B, C), (A,), type) is None
        assert path_to(D, "any", (B,), type) is None


@given(
    moves=st.dictionaries(st.sampled_from("abc"), st.text("abcd", max_size=3), max_size=3),
    offered=st.lists(st.sampled_from((A, B, C, D)), max_size=3),
    through=st.just("any") | st.lists(st.sampled_from((A, B, C)), max_size=3).map(tuple),
)
def test_a_path_goes_where_it_may(moves: dict[str, str], offered: list[Ref], through: Any) -> None:
    """It begins with what is offered, ends at the target, follows the workflow and passes what is allowed, once."""
    path = path_to(D, through, offered, kind(**moves))
    if path is None:
        assert D not in offered
        return
    assert path[0] in offered
    assert path[-1] == D
    assert len(set(path)) == len(path)
    for one, next_one in pairwise(path):
        assert next_one.id in moves[one.id]
        assert through == "any" or one in through


def test_a_status_of_another_type_is_passed_by_its_id() -> None:
    """The workflow may name what the project's list of statuses lacks."""
    type = TypeInfo(Ref("1"), 0, {}, (), {"b": ("x",), "x": ("d",)})
    assert path_to(D, (B, Ref("x")), (B,), type) == (Ref("b"), Ref("x"), D)


@pytest.mark.parametrize("offered", [(), (A,)])
def test_no_path_is_none(offered: tuple[Ref, ...]) -> None:
    """Never the nearest instead."""
    assert path_to(D, "any", offered, kind(a="b")) is None
