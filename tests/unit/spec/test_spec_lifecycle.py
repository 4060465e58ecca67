"""What the specs say about an item's life and a run's care: `on_remove`, `close_comment`, `workflow` and `policy`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.spec.configuration import Configuration, Policy

Spec = Callable[..., Configuration]
Mistakes = Callable[..., tuple[Diagnostic, ...]]


def test_without_a_word_an_item_is_closed_silently_and_takes_the_direct_way(spec: Spec) -> None:
    """Closing is the default; no comment is made, and no status is passed on the way to another."""
    item = spec("items: {a: {type: task, title: x}}\n").items["a"]
    assert (item.on_remove, item.close_comment, item.through) == ("close", None, ())


@pytest.mark.parametrize("word", ["close", "delete", "forget"])
def test_an_item_says_what_becomes_of_it(word: str, spec: Spec) -> None:
    """Each of the three words is taken, as it stands or from an expression."""
    items = spec(
        f"items:\n  a: {{type: task, title: x, on_remove: {word}}}\n"
        f"  b: {{type: task, title: x, on_remove: \"${{'{word}' if true else omit}}\"}}\n"
    ).items
    assert (items["a"].on_remove, items["b"].on_remove) == (word, word)


def test_defaults_are_overridden_and_left_out(spec: Spec) -> None:
    """An item's own word counts, `omit` goes back to the language's default, and null drops the comment."""
    items = spec(
        "defaults: {on_remove: delete, close_comment: Gone, workflow: {through: [In Review]}}\n"
        "items:\n"
        "  a: {type: task, title: x}\n"
        "  b: {type: task, title: x, on_remove: forget, close_comment: Done with, workflow: {through: any}}\n"
        "  c: {type: task, title: x, on_remove: '${omit}', close_comment: null, workflow: {through: []}}\n"
        "  d: {type: task, title: x, close_comment: '${omit}', workflow: {through: '${omit}'}}\n"
        "  e: {type: task, title: x, workflow: {}}\n"
    ).items
    comments = {name: item.close_comment.value if item.close_comment else None for name, item in items.items()}
    assert {name: item.on_remove for name, item in items.items()} == {
        "a": "delete",
        "b": "forget",
        "c": "close",
        "d": "delete",
        "e": "delete",
    }
    assert comments == {"a": "Gone", "b": "Done with", "c": None, "d": None, "e": "Gone"}
    assert [item.through for item in items.values()] == [("In Review",), "any", (), (), ("In Review",)]


def test_a_close_comment_is_worked_out_and_knows_its_place(spec: Spec) -> None:
    """It is a text like a description, with the instance's own values, and a plain number is its text."""
    items = spec(
        "items:\n  g:\n    type: task\n    title: x\n    for_each: [a]\n"
        "    close_comment: No ${each.key} in ${workspace.name}\n"
        "  h: {type: task, title: x, close_comment: 1.10}\n"
    ).items
    comment = items['g["a"]'].close_comment
    assert comment is not None
    assert comment.value == "No a in deals"
    assert str(comment.place) == "main.yaml:8:20"
    assert comment.snippet.strip() == "close_comment: No ${each.key} in ${workspace.name}"
    number = items["h"].close_comment
    assert number is not None
    assert number.value == "1.10"


def test_statuses_to_pass_are_kept_as_written(spec: Spec) -> None:
    """Words and the platform's names stand side by side; a status called `any` is told from the word by its list."""
    items = spec(
        "items:\n"
        '  a: {type: task, title: x, workflow: {through: [in_review, Legal review, "${omit}", in_review]}}\n'
        "  b: {type: task, title: x, workflow: {through: [any]}}\n"
        "  c: {type: task, title: x, workflow: {through: \"${['QA', 'UAT']}\"}}\n"
    ).items
    assert [each.through for each in items.values()] == [("in_review", "Legal review"), ("any",), ("QA", "UAT")]


def test_every_mistake_about_a_life_is_told(mistakes: Mistakes) -> None:
    """A wrong word hides no other one of the same item."""
    found = mistakes(
        "items:\n  a: {type: task, title: x, protect: 5, on_remove: keep, close_comment: [], workflow: {through: 5}}\n"
    )
    assert [each.summary.partition(":")[0] for each in found] == [
        "`protect`",
        "`on_remove`",
        "`close_comment`",
        "`through`",
    ]


def test_an_unsaid_policy_is_told_from_one_in_so_many_words(spec: Spec) -> None:
    """`conflicts: spec` is more than its absence: only the word makes the spec win over a person's later status."""
    unsaid, said = spec("policy: {}\n"), spec("policy: {conflicts: spec}\n")
    assert unsaid.policy == Policy(conflicts=None, notify="normal", on_missing="stop") == spec("items: {}\n").policy
    assert said.policy == Policy(conflicts="spec")


def test_a_policy_is_read_from_any_file(spec: Spec) -> None:
    """It may stand in a file of its own."""
    loaded = spec("", files={"policy.yaml": "policy: {conflicts: stop, notify: quiet, on_missing: recreate}\n"})
    assert loaded.policy == Policy("stop", "quiet", "recreate")


def test_a_workspace_has_one_policy(mistakes: Mistakes) -> None:
    """Two files that each hold one are shown with both places."""
    (told,) = mistakes("policy: {notify: quiet}\n", files={"policy.yaml": "policy: {notify: normal}\n"})
    assert (told.code, str(told.place), told.detail) == (
        "duplicate_key",
        "policy.yaml:1:1",
        "The first is at main.yaml:3:1.",
    )


def test_every_mistake_in_a_policy_is_told(mistakes: Mistakes) -> None:
    """One hides no other."""
    found = mistakes("policy:\n  conflicts: me\n  notify: [all]\n  on_missing: create\n  limits: {}\n")
    assert [each.code for each in found] == ["wrong_value", "wrong_type", "wrong_value", "unknown_key"]


def test_a_renamed_workspace_names_what_it_was(spec: Spec) -> None:
    """`previous_name` is kept beside the name, and its absence is no name."""
    head = "workspace: {name: deals, id: w-1, previous_name: opportunities}\n"
    assert spec("", head=head).workspace.previous_name == "opportunities"
    assert spec("").workspace.previous_name is None


@pytest.mark.parametrize("word", ["delete", "forget"])
@pytest.mark.parametrize(
    ("defaults", "own"),
    [("", "on_remove: {}, close_comment: Gone"), ("defaults: {{on_remove: {}, close_comment: Gone}}\n", ""),
     ("defaults: {{on_remove: {}}}\n", "close_comment: Gone")],
)  # fmt: skip
def test_a_comment_that_is_never_left(word: str, defaults: str, own: str, spec: Spec) -> None:
    """Where an item is not closed, a comment for closing is a warning with its place: it would say nothing."""
    found = spec(f"{defaults.format(word)}items:\n  a: {{type: task, title: x, {own.format(word)}}}\n").diagnostics
    (warning,) = (each for each in found if each.code == "unused_comment")
    assert warning.severity == "warning"
    assert warning.summary == f"`close_comment` is not left where `on_remove` is `{word}`"
    assert warning.place is not None


@pytest.mark.parametrize(
    "text",
    [
        "defaults: {close_comment: Gone}\nitems: {a: {type: task, title: x, on_remove: delete}}\n",
        "items: {a: {type: task, title: x, on_remove: delete, close_comment: null}}\n",
        "items: {a: {type: task, title: x, on_remove: close, close_comment: Gone}}\n",
        "items: {a: {type: task, title: x, close_comment: Gone}}\n",
    ],
)
def test_a_comment_that_has_its_use(text: str, spec: Spec) -> None:
    """A comment of `defaults` is for the items that are closed; null is none."""
    assert [each.code for each in spec(text).diagnostics] == []
