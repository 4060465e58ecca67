"""People add and take away beside our applies, and in the middle of them: theirs ends as they left it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from faults.azure import AzureFieldLine, AzureLine
from faults.jira import DataCenterLine, JiraLine
from faults.late_line import LateLine
from faults.world import COLOURS, Line, Spec, World
from hypothesis import given, settings
from hypothesis import strategies as st

_HISTORIES = int(os.environ.get("FAULTS_SEQUENCES", "6")) // 3
_KINDS = ("label", "link", "page", "comment")
_EDITS = st.tuples(st.sampled_from(_KINDS), st.sampled_from("ab"), st.integers(0, 2))
"""A kind, the item that it is done to, and which one: what is there is taken away, what is not is added."""
_OURS = st.tuples(st.sets(st.sampled_from(COLOURS)), st.booleans(), st.booleans(), st.sampled_from(["", "in_progress"]))
_MEANWHILE = st.lists(st.tuples(st.integers(0, 25), _EDITS), max_size=5)
"""Edits in the middle of an apply, each just before one of its requests."""


class _Meddled(LateLine):
    """People do things just before a request of ours: which one, counted down, and what."""

    meddling: list[tuple[int, Callable[[], None]]]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        due = [do for left, do in self.meddling if left == 0]
        self.meddling = [(left - 1, do) for left, do in self.meddling if left > 0]
        for do in due:
            do()
        return super().handle_request(request)


class _Jira(_Meddled, JiraLine):
    pass


class _JiraDataCenter(_Meddled, DataCenterLine):
    pass


class _Azure(_Meddled, AzureLine):
    pass


class _AzureField(_Meddled, AzureFieldLine):
    pass


@dataclass
class _People:
    """What people have put on two items of ours, by item and kind; their links go to three items of their own."""

    line: Line
    keys: dict[str, str]
    theirs: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        title = self.line.names["title"]
        self.others = [self.line.person("create", set={title: f"Theirs {number}"})["key"] for number in range(3)]

    def edit(self, kind: str, item: str, number: int) -> None:
        """Add what is not there, or take away what is; comments are added alone."""
        name = self.others[number] if kind == "link" else f"theirs-{number}"
        mine = self.theirs.setdefault((item, kind), set())
        if name not in mine:
            self.line.put(kind, self.keys[item], name)
            mine.add(name)
        elif kind != "comment" and name in self.line.there(self.keys[item])[kind]:
            self.line.take(kind, self.keys[item], name)  # what went by mistake is about to be put back
            mine.remove(name)

    def wronged(self) -> dict[tuple[str, str], tuple[set[str], set[str]]]:
        """What people added and is gone, and what they took away and is there all the same."""
        every = {*self.others, *(f"theirs-{number}" for number in range(3))}
        wrong = {}
        for (item, kind), wanted in self.theirs.items():
            there = self.line.there(self.keys[item])[kind] & every
            if there != wanted:
                wrong[item, kind] = (wanted - there, there - wanted)
        return wrong


@pytest.mark.parametrize("platform", [_Jira, _JiraDataCenter, _Azure, _AzureField])
def test_what_people_add_stays_and_what_they_take_away_stays_away(platform: type[Any]) -> None:
    """Labels, links, pages and comments end as people left them, whatever our specs say of others meanwhile."""

    @settings(max_examples=_HISTORIES, deadline=None)
    @given(
        st.booleans(),
        st.booleans(),
        st.lists(st.tuples(st.lists(_EDITS, max_size=4), _OURS, _MEANWHILE), min_size=2, max_size=4),
    )
    def histories(links_bump: bool, pages_bump: bool, rounds: list[Any]) -> None:
        line = platform()
        line.meddling = []
        if not issubclass(platform, JiraLine):
            line.turn(links_bump_rev=links_bump, resource_links_bump_rev=pages_bump)
        world = World(line)
        try:
            _play(world, rounds)
        finally:
            world.close()

    histories()


def _play(world: World, rounds: list[Any]) -> None:
    world.specs = {"a": Spec("a"), "b": Spec("b")}
    world.settled()
    people = _People(world.line, {name: keys[0] for name, keys in world.named().items()})
    for version, (edits, (colours, document, blocks, status), meanwhile) in enumerate(rounds, start=1):
        for edit in edits:
            people.edit(*edit)
        world.specs["a"] = Spec(
            "a", version, status, blocks="b" if blocks else "", document=document, colours=tuple(sorted(colours))
        )
        world.line.meddling = [(left, lambda edit=edit: people.edit(*edit)) for left, edit in meanwhile]
        world.apply()
        world.line.meddling = []
    settled = world.settled()
    assert not settled.failed
    assert people.wronged() == {}
    assert world.plan().actions == ()
