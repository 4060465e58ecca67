"""How much of a set the spec owns: its own elements, none of them, all there is, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from reconciler.spec.configuration import Configuration, Reference

Spec = Callable[..., Configuration]
ROOM: Mapping[str, str] = {"title": "Room", "url": "https://x.example"}
REPOSITORY = "https://code.example/fund/portal"
ELEMENTS = {
    "labels": ("[a]", ("a",)),
    "components": ("[a]", ("a",)),
    "fix_versions": ("[1.10]", ("1.10",)),
    "watchers": ("[a@x.example]", ("a@x.example",)),
    "documents": (f"[{dict(ROOM)}]", (ROOM,)),
    "commits": (
        f"['Portal@abc1234', {{repo: '{REPOSITORY}.git', sha: ABC1234}}, {dict(ROOM)}]",
        ("Portal@abc1234", f"{REPOSITORY}@abc1234", ROOM),
    ),
    "pull_requests": (f"['Portal!12', {dict(ROOM)}]", ("Portal!12", ROOM)),
}


@pytest.mark.parametrize(("word", "written", "elements"), [(word, *each) for word, each in ELEMENTS.items()])
def test_a_set_is_ours_by_element_or_whole(word: str, written: str, elements: tuple[object, ...], spec: Spec) -> None:
    """A list owns its elements, `[]` owns none of them, `exact: true` owns the set, and `omit` says nothing at all."""
    items = spec(
        "items:\n"
        f"  ours: {{type: task, title: x, {word}: {written}}}\n"
        f"  none: {{type: task, title: x, {word}: []}}\n"
        f"  whole: {{type: task, title: x, {word}: {{exact: true, values: {written}}}}}\n"
        f"  empty: {{type: task, title: x, {word}: {{exact: true, values: []}}}}\n"
        f"  said: {{type: task, title: x, {word}: {{exact: false, values: {written}}}}}\n"
        f"  omitted: {{type: task, title: x, {word}: '${{omit}}'}}\n"
        "  silent: {type: task, title: x}\n"
    ).items
    told = {name: item.fields.get(word) for name, item in items.items()}
    assert {name: (each.value, each.exact) for name, each in told.items() if each} == {
        "ours": (elements, False),
        "none": ((), False),
        "whole": (elements, True),
        "empty": ((), True),
        "said": (elements, False),
    }


def test_an_element_can_be_left_out(spec: Spec) -> None:
    """`omit` in a list takes one element away, and the set is still ours."""
    items = spec("items: {a: {type: task, title: x, labels: ['${omit}', a], components: ['${omit}']}}\n").items
    assert items["a"].fields["labels"].value == ("a",)
    assert items["a"].fields["components"].value == ()


def test_links_are_one_set(spec: Spec) -> None:
    """An empty map of links is an empty set of ours; with `exact` it is the whole set."""
    items = spec(
        "items:\n"
        "  a: {type: task, title: x}\n"
        "  ours: {type: task, title: x, links: {blocks: a}}\n"
        "  none: {type: task, title: x, links: {}}\n"
        "  whole: {type: task, title: x, links: {exact: true, blocks: [a]}}\n"
        "  empty: {type: task, title: x, links: {exact: true}}\n"
        "  omitted: {type: task, title: x, links: {blocks: '${omit}'}}\n"
    ).items
    told = {name: item.fields.get("links") for name, item in items.items()}
    one = {"blocks": (Reference(address="a"),)}
    assert {name: (each.value, each.exact) for name, each in told.items() if each} == {
        "ours": (one, False),
        "none": ({}, False),
        "whole": (one, True),
        "empty": ({}, True),
        "omitted": ({"blocks": ()}, False),
    }


def test_an_item_can_take_back_what_defaults_own_whole(spec: Spec) -> None:
    """`exact` is inherited with the set; the item's own `exact: false` counts over it."""
    items = spec(
        "defaults: {labels: {exact: true, values: [a]}, links: {exact: true, relates_to: {key: OLD-1}}}\n"
        "items:\n"
        "  plain: {type: task, title: x, labels: [b], links: {relates_to: {key: OLD-2}}}\n"
        "  back: {type: task, title: x, labels: {exact: false, values: [b]}, links: {exact: false}}\n"
        "  own: {type: task, title: x, labels: {exact: true, values: [b]}, links: {exact: true}}\n"
    ).items
    labels = {name: (item.fields["labels"].value, item.fields["labels"].exact) for name, item in items.items()}
    links = {
        name: (len(dict(_links(item.fields["links"].value))), item.fields["links"].exact)
        for name, item in items.items()
    }
    assert labels == {"plain": (("a", "b"), True), "back": (("a", "b"), False), "own": (("b",), True)}
    assert links == {"plain": (1, True), "back": (1, False), "own": (0, True)}


def _links(value: object) -> Mapping[str, tuple[Reference, ...]]:
    assert isinstance(value, Mapping)
    return value


def test_null_clears_and_omit_leaves_alone(spec: Spec) -> None:
    """Only a literal null is a value that clears a field; an item's `omit` counts over what it would inherit."""
    items = spec(
        "defaults: {assignee: a@x.example, due: 2026-12-24, parent: {key: OLD-1}, fields: {amount: 5}}\n"
        "items:\n"
        "  cleared: {type: task, title: x, assignee: null, due: null, parent: null, fields: {amount: null}}\n"
        "  alone:\n"
        "    type: task\n    title: x\n    assignee: ${omit}\n    due: ${omit}\n    parent: ${omit}\n"
        "    fields: {amount: '${omit}'}\n"
    ).items
    words = ("assignee", "due", "parent", "fields.amount")
    assert [items["cleared"].fields[word].value for word in words] == [None] * 4
    assert not items["alone"].fields.keys() & set(words)
