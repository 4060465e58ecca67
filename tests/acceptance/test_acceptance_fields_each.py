"""Every field of the language on every platform: the support matrix, proved cell by cell with the real command.

One story a platform is told once: items are created with one field each, changed, and cleared, while people add
elements of their own to the sets. Each test looks at what the story left behind of one field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from acceptance.field_cases import CASES, Case
from acceptance.field_kinds import KINDS
from acceptance.field_tables import cells, table, table_of_kinds
from acceptance.field_views import View, view_of
from acceptance.harness import Site, Workspace
from doc_pages import page
from openapi_judge import api_dir, judge

from reconciler.sandbox.serving import running

_OTHERS = (
    ("boss", "type: epic, title: boss"),
    ("chief", "type: epic, title: chief"),
    ("one", "type: task, title: one"),
    ("two", "type: task, title: two"),
)
"""The items that the parents and links of the others go to."""
_NEEDED = {"type", "title"}
"""Fields that every item has: the language refuses an empty one."""


@dataclass
class Story:
    """What was planned, what the next plan said, and what was seen on the site, step by step.

    `refusals` are the summaries and hints of the mistakes that the command told, by the item on whose line they are;
    `reasons` the details of what it told about values that can't be changed. `drift` is what it said once people had
    changed custom fields, and `reverted` what was seen after the next apply.
    """

    plans: list[Mapping[str, Any]] = field(default_factory=list)
    rests: list[Mapping[str, Any]] = field(default_factory=list)
    seen: list[dict[str, object]] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)
    reasons: str = ""
    drift: Mapping[str, Any] = field(default_factory=dict)
    drifted: dict[str, object] = field(default_factory=dict)
    reverted: dict[str, object] = field(default_factory=dict)

    def action(self, step: int, address: str) -> dict[str, Any] | None:
        """What a plan does to an item."""
        actions = (each for each in self.plans[step]["actions"] if each["address"] == address)
        return next(actions, None)


@pytest.fixture(scope="module")
def story_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Story]:
    """The story of a platform, told when it is first asked for."""

    @cache
    def told(platform: str) -> Story:
        with running() as endpoints:
            site = Site(endpoints, platform)
            cases = {**CASES[platform], **KINDS[platform]}
            story = _told(site, _workspace(site, tmp_path_factory.mktemp(platform)), cases)
            vendors = api_dir() if platform == "jira" else None
            assert vendors is None or judge(site.requests(), vendors).problems == []
        return story

    return told


def _workspace(site: Site, folder: Path) -> Workspace:
    for name in ("specs", "home"):
        (folder / name).mkdir()
    return Workspace(folder / "specs", folder / "home", dict(site.settings))


def _told(site: Site, workspace: Workspace, cases: Mapping[str, Case]) -> Story:
    story, view = Story(), view_of(site)
    kept = {word: case for word, case in cases.items() if case.supported}
    keys: dict[str, str] = {}
    for step in range(3):
        _write(workspace, site.platform, {word: _line(case, step) for word, case in kept.items()})
        plan = workspace.plan()
        done = workspace.apply(*_accepted(plan))
        assert {each["result"] for each in done["results"]} == {"done"}
        keys |= {each["address"]: each["key"] for each in done["results"]}
        story.plans.append(plan)
        story.rests.append(workspace.plan())
        story.seen.append({word: _seen(view, case, keys[word]) for word, case in kept.items()})
        if step == 0:
            for word, case in kept.items():
                if case.theirs:
                    _add_theirs(site, view, case, keys[word], keys["boss"])
            story.rests.append(workspace.plan())
    for words in (_NEEDED, cases.keys() - _NEEDED):  # what the language itself refuses hides what a site would
        lines = _write(workspace, site.platform, {word: _refused_line(cases[word]) for word in sorted(words)})
        told = workspace.run("plan", "--format", "json")
        assert told.code == 1, told.out
        for each in told.diagnostics:
            if each["severity"] == "error":
                said = f"{each['summary']}; {each['hint']}"
                story.refusals.setdefault(lines[each["line"]], []).append(said)
    _write(workspace, site.platform, {word: _changed_line(case) for word, case in kept.items()})
    story.reasons = workspace.run("plan").text
    _drift(site, workspace, story, kept, keys)
    return story


def _drift(site: Site, workspace: Workspace, story: Story, cases: Mapping[str, Case], keys: Mapping[str, str]) -> None:
    """Custom fields are written again, a person changes each, and the next apply sees it."""
    view, drifting = view_of(site), {word: case for word, case in cases.items() if case.drift}
    lines = {word: _line(case, 0 if case.drift else 2) for word, case in cases.items()}
    _write(workspace, site.platform, lines)
    workspace.apply()
    for word, case in drifting.items():
        assert case.drift is not None
        site.edit("Mei Tanaka", keys[word], set={case.field: case.drift[0]})
        story.drifted[word] = _seen(view, case, keys[word])
    story.drift = workspace.plan()
    workspace.apply()
    story.reverted = {word: _seen(view, case, keys[word]) for word, case in drifting.items()}


def _seen(view: View, case: Case, key: str) -> object:
    if case.field:
        return view.seen_custom(case.id, key, many=isinstance(case.seen[0], list))
    return view.seen(case.word, key)


def _add_theirs(site: Site, view: View, case: Case, key: str, other: str) -> None:
    if not case.field:
        view.add_theirs(case.word, key, other)
        return
    there = view.seen_custom(case.id, key, many=True)
    assert isinstance(there, list)
    site.edit("Mei Tanaka", key, set={case.field: [*there, case.theirs]})


def _line(case: Case, step: int) -> str:
    """An item's line: created with the first value, then changed, then cleared where it can be."""
    last = len(case.seen) - 1
    written = case.cleared if step == 2 and case.cleared else case.written[min(step, last)]
    return case.line(written)


def _refused_line(case: Case) -> str:
    """An item's line with what is refused, if anything is."""
    if not case.supported:
        return case.line(case.written[0])
    return case.line(case.wrong or case.cleared or "null")


def _changed_line(case: Case) -> str:
    """An item's line as it was left, or with the value that it can't be changed to."""
    return case.line(case.written[-1]) if case.kept else _line(case, 2)


def _write(workspace: Workspace, platform: str, items: Mapping[str, str]) -> dict[int, str]:
    """Write the spec, one item a line; gives the address on each line."""
    head = [
        "workspace: {name: fields, id: 6f0c2f3e-0000-4000-8000-000000000001}",
        f"providers: {{{platform}: {{project: INVEST, fields: {{amount: Investment amount}}}}}}",
        "items:",
    ]
    lines = [f"  {address}: {{{said}}}" for address, said in (*_OTHERS, *items.items())]
    workspace.write("\n".join([*head, *lines, ""]))
    addresses = [*dict(_OTHERS), *items]
    return dict(enumerate(addresses, len(head) + 1))


def _accepted(plan: Mapping[str, Any]) -> list[str]:
    """The limits that a plan meets, accepted by their exact numbers."""
    said = " ".join(each["hint"] for each in plan["diagnostics"])
    return [part for option in re.findall(r"--accept-\w+ \d+", said) for part in option.split()]


@pytest.mark.parametrize(("word", "platform"), list(cells()))
def test_a_field_is_written_changed_cleared_or_refused(
    word: str, platform: str, story_of: Callable[[str], Story]
) -> None:
    """The plan shows it, apply writes it, the next plan is empty, people's elements stay; what can't be is refused."""
    story, case = story_of(platform), {**CASES[platform], **KINDS[platform]}[word]
    told = story.refusals.get(word, [])
    assert [case.refused in each for each in told] == [True] * bool(case.refused)
    if not case.supported:
        return
    assert case.kept.casefold() in story.reasons.casefold()
    values: list[object] = [*case.seen, *([_nothing(case)] if case.cleared else ())]
    values += [case.seen[-1]] * (3 - len(values))
    for step, value in enumerate(values):
        action = story.action(step, word)
        changed = step == 0 or value != values[step - 1]
        assert (action is not None) == changed, step
        if action is not None:
            shown = {each["field"] if case.field else each["field"].partition(".")[0] for each in action["changes"]}
            assert case.changed in {*shown, "type"} if step == 0 else shown == {case.changed}
        expected = sorted([*value, case.theirs]) if isinstance(value, list) and case.theirs and step else value
        assert story.seen[step][word] == expected
    for rest in story.rests:
        assert [each for each in (*rest["actions"], *rest["conflicts"]) if each["address"] == word] == []


@pytest.mark.parametrize(
    ("word", "platform"),
    [(each.word, platform) for platform, cases in KINDS.items() for each in cases.values() if each.drift],
)
def test_a_persons_change_of_a_custom_field_is_shown_and_reverted(
    word: str, platform: str, story_of: Callable[[str], Story]
) -> None:
    """The spec owns custom fields: the plan says who changed one, and the apply puts the spec's value back."""
    story, case = story_of(platform), KINDS[platform][word]
    assert case.drift is not None
    assert story.drifted[word] == case.drift[1]
    (drift,) = (each for each in story.drift["drift"] if each["address"] == word)
    assert (drift["field"], drift["kept"], drift["by"]) == (case.changed, False, "Mei Tanaka")
    assert story.reverted[word] == case.seen[0]


def _nothing(case: Case) -> object:
    return [] if isinstance(case.seen[0], list) else None


def test_the_page_has_the_matrix() -> None:
    """The tables of docs/fields.md are the ones that the cases of these tests make."""
    assert table() in page("fields.md")
    assert table_of_kinds() in page("fields.md")
