"""`moved`, `removed` and `imports`: what the specs say about addresses that they had, and items that were there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.diagnostics import Diagnostic, Place
from reconciler.spec.configuration import Configuration, Import, Move
from reconciler.spec.moves import read_moved
from reconciler.spec.nodes import MapNode
from reconciler.spec.problems import Findings
from reconciler.spec.reader import read
from reconciler.spec.standing import Standing

Spec = Callable[..., Configuration]
Mistakes = Callable[..., tuple[Diagnostic, ...]]

DEAL = "items:\n  deal: {type: task, title: x}\n"
CHECKS = "items:\n  checks: {type: task, title: x, for_each: [legal, market], when: each.key != 'market'}\n"


def addresses(moves: tuple[Move, ...]) -> list[tuple[str, str]]:
    """The two ends of each move."""
    return [(each.source, each.target) for each in moves]


def test_a_move_knows_both_addresses_and_its_place(spec: Spec) -> None:
    """Both spellings of an address come out in the one that states use."""
    loaded = spec(
        "items: {g: {type: task, title: x, for_each: [a, c]}}\n"
        "moved:\n  - {from: tasks.legal, to: g.a}\n  - from: 'tasks[\"market\"]'\n    to: 'g[\"c\"]'\n"
    )
    assert loaded.moved == (
        Move('tasks["legal"]', 'g["a"]', Place("main.yaml", 5, 5)),
        Move('tasks["market"]', 'g["c"]', Place("main.yaml", 6, 5)),
    )


def test_a_single_item_moves(spec: Spec) -> None:
    """An item may get another name, become an instance, or stop being one."""
    assert addresses(spec(DEAL + "moved: [{from: opportunity, to: deal}]\n").moved) == [("opportunity", "deal")]
    assert addresses(spec(DEAL + "moved: [{from: deals.acme, to: deal}]\n").moved) == [('deals["acme"]', "deal")]
    assert addresses(spec(CHECKS + "moved: [{from: legal, to: checks.legal}]\n").moved) == [
        ("legal", 'checks["legal"]')
    ]


def test_a_group_moves_whole(spec: Spec) -> None:
    """Each instance that the group has now moves, also one whose `when` is false for the moment."""
    loaded = spec(CHECKS + "moved: [{from: tasks, to: checks}]\n")
    assert addresses(loaded.moved) == [
        ('tasks["legal"]', 'checks["legal"]'),
        ('tasks["market"]', 'checks["market"]'),
    ]


def test_a_group_moves_into_one_that_keeps_the_other_instances(spec: Spec) -> None:
    """A group can be split: what stays is an item of both names, and only the new name's instances move."""
    loaded = spec(
        "items:\n  tasks: {type: task, title: x, for_each: [legal]}\n"
        "  checks: {type: task, title: x, for_each: [market]}\n"
        "moved: [{from: tasks, to: checks}]\n"
    )
    assert addresses(loaded.moved) == [('tasks["market"]', 'checks["market"]')]


def test_an_item_that_is_not_wanted_can_be_moved_and_removed(spec: Spec) -> None:
    """An address whose `when` is false is no item: it can be left, and an item can still be moved there."""
    loaded = spec(
        CHECKS + "  deal: {type: task, title: x}\nmoved: [{from: checks.market, to: deal}]\nremoved: [tasks.market]\n"
    )
    assert addresses(loaded.moved) == [('checks["market"]', "deal")]
    assert loaded.removed == (('tasks["market"]', Place("main.yaml", 7, 11)),)


def test_lists_of_several_files_are_put_together(spec: Spec) -> None:
    """A file that holds only moves is one of the specs, and its places name it."""
    loaded = spec(
        DEAL + "removed: [a, 'b[\"c\"]']\n",
        files={"moves.yaml": "moved:\n- {from: opportunity, to: deal}\nremoved: [d]\n"},
    )
    assert loaded.moved == (Move("opportunity", "deal", Place("moves.yaml", 2, 3)),)
    assert [str(place) for _, place in loaded.removed] == ["main.yaml:5:11", "main.yaml:5:14", "moves.yaml:3:11"]
    assert [address for address, _ in loaded.removed] == ["a", 'b["c"]', "d"]


def test_an_empty_list_says_nothing(spec: Spec) -> None:
    """What was emptied may stay."""
    loaded = spec(DEAL + "moved: []\nremoved: []\nimports: []\n")
    assert (loaded.moved, loaded.removed, loaded.imports) == ((), (), ())


def test_a_chain_is_told_once_and_with_every_address(mistakes: Mistakes) -> None:
    """However long it is, the whole way is shown and no other mistake is made of it."""
    (told,) = mistakes(DEAL + "moved: [{from: b, to: deal}, {from: c, to: b}, {from: d, to: c}]\n")
    assert told.summary == "these moves follow each other: d → c → b → deal"
    assert told.code == "chain"


def test_a_way_into_a_circle_is_told_as_the_circle(mistakes: Mistakes) -> None:
    """Two circles are two mistakes."""
    items = "items:\n" + "".join(f"  {name}: {{type: task, title: x}}\n" for name in "abcd")
    moves = ", ".join(f"{{from: {source}, to: {target}}}" for source, target in ("ea", "ab", "bc", "ca", "dd"))
    found = mistakes(items + f"moved: [{moves}]\n")
    assert [each.summary for each in found] == [
        "these moves go in a circle: e → a → b → c → a",
        "these moves go in a circle: d → d",
    ]


def test_a_second_place_shows_the_first(mistakes: Mistakes) -> None:
    """An address in two files is shown with both places."""
    (told,) = mistakes(DEAL + "removed: [a]\n", files={"more.yaml": "removed: [a]\n"})
    assert (told.code, str(told.place), told.detail) == (
        "duplicate_address",
        "more.yaml:1:11",
        "The first is at main.yaml:5:11.",
    )


def test_one_bad_entry_hides_no_other(mistakes: Mistakes) -> None:
    """Each entry is checked by itself."""
    found = mistakes(DEAL + "moved:\n- {to: deal}\n- {from: X, to: deal}\n- {from: a, to: b}\nremoved: [deal, 5]\n")
    assert [each.code for each in found] == ["missing", "bad_reference", "unknown_item", "still_there", "wrong_type"]


def test_a_broken_item_breaks_no_entry(mistakes: Mistakes) -> None:
    """Where the instances can't be told, their mistake is the only one."""
    (told,) = mistakes(
        'items:\n  g: {type: task, title: x, for_each: "${nope}"}\n'
        "moved: [{from: a, to: g}, {from: b, to: g.c}, {from: g.d, to: g.e}]\n"
        "removed: [g]\nimports: [{to: g.f, key: OLD-1}]\n"
    )
    assert told.code == "unknown_name"


def test_an_item_with_a_mistake_still_is_an_address(mistakes: Mistakes) -> None:
    """A wrong field makes no address unknown."""
    (told,) = mistakes(
        "items:\n  a: {type: task, title: x, due: soon}\n  b: {type: tasks, title: y}\n"
        "imports: [{to: a, key: OLD-1}]\nmoved: [{from: c, to: b}]\n"
    )
    assert told.code == "bad_date"


def test_an_import_names_its_item_in_one_of_three_ways(spec: Spec) -> None:
    """A key, an id (a number's digits are its text) or a query, each a text, worked out where that is needed."""
    loaded = spec(
        "variables: {old: {type: string, default: OLD-900}}\nlocals: {label: legacy}\n"
        "items:\n  a: {type: task, title: x}\n  g: {type: task, title: x, for_each: [b, c]}\n"
        'imports:\n  - {to: a, key: "${var.old}"}\n  - {to: g.b, id: 0010}\n'
        "  - {to: 'g[\"c\"]', query: 'labels = ${local.label} and summary ~ ${items.a.title}'}\n"
    )
    assert loaded.imports == (
        Import("a", Place("main.yaml", 9, 5), key="OLD-900"),
        Import('g["b"]', Place("main.yaml", 10, 5), id="0010"),
        Import('g["c"]', Place("main.yaml", 11, 5), query="labels = legacy and summary ~ x"),
    )


def test_an_import_can_be_left_out(spec: Spec) -> None:
    """Where its name is `omit`, or its item isn't wanted now, there is nothing to take over."""
    loaded = spec(
        CHECKS + "variables: {old: {type: map(string), default: {market: OLD-1}}}\n"
        "imports:\n  - {to: checks.legal, key: \"${get(var.old, 'legal', omit)}\"}\n"
        "  - {to: checks.market, key: OLD-1}\n"
    )
    assert loaded.imports == ()


def test_two_providers_may_have_the_same_key(spec: Spec) -> None:
    """A key means another item at another provider."""
    loaded = spec(
        "workspace: {name: deals, id: w-1}\nproviders: {jira: {project: A}, other: {plugin: jira, project: A}}\n"
        "items:\n  a: {type: task, title: x, provider: jira}\n  b: {type: task, title: x, provider: other}\n"
        "imports: [{to: a, key: A-1}, {to: b, key: A-1}]\n",
        head="",
    )
    assert [each.address for each in loaded.imports] == ["a", "b"]


MOVES = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=6)


@given(MOVES, st.sets(st.sampled_from("abcdef")))
def test_what_is_read_is_a_renaming(written: list[tuple[str, str]], standing: set[str]) -> None:
    """Without a mistake the moves are one-to-one, end at items, begin at none, and none follows another."""
    listed = ", ".join(f"{{from: {source}, to: {target}}}" for source, target in written)
    findings = Findings()
    root: Any = read("moves.yaml", f"moved: [{listed}]".encode(), findings)
    assert isinstance(root, MapNode)
    moved: Any = root.get("moved")
    moves = read_moved(moved.elements, Standing({name: {None: True} for name in standing}), findings)
    sources, targets = [each.source for each in moves], [each.target for each in moves]
    assert len(set(sources)) == len(sources)
    assert len(set(targets)) == len(targets)
    assert not {*sources} & {*targets, *standing}
    assert {*targets} <= standing
    right = (
        len({source for source, _ in written}) == len({target for _, target in written}) == len(written)
        and not {source for source, _ in written} & standing
        and {target for _, target in written} <= standing
    )
    assert findings.any_errors is not right
    assert addresses(moves) == written or not right
