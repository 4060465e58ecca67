"""What is under way when a fault strikes: two versions of a spec, and what has to be true when all is over."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from acceptance.harness import Site, Workspace

__all__ = ["CLOSED", "SCENARIOS", "Scenario", "live_titles"]

CLOSED = frozenset({"Cancelled"})
"""Statuses of items that are out of the spec."""


@dataclass(frozen=True)
class Scenario:
    """One kind of write.

    Attributes:
        before: the items of the spec that is applied in peace; empty for none.
        after: the items of the spec that is applied under the fault.
        request: method and path of the request that the fault is about.
        passes: how many such requests the second apply sends, each of which is struck in turn.
        titles: of the items that are open at the end, each exactly once.
        prepare: what happens between the two specs.
        wrong: what is wrong at the end beside the titles, in words; empty where nothing is.
    """

    name: str
    before: str
    after: str
    request: tuple[str, str]
    titles: frozenset[str]
    passes: int = 1
    prepare: Callable[[Site, Workspace], None] = lambda _site, _workspace: None
    wrong: Callable[[Site], list[str]] = field(default=lambda _site: [])


def live_titles(site: Site) -> Counter[str]:
    """How many open items have each title."""
    return Counter(card["title"] for card in site.cards().values() if card["status"] not in CLOSED)


def _issue(site: Site, title: str) -> dict[str, Any]:
    key = min((key for key, card in site.cards().items() if card["title"] == title), key=lambda key: (len(key), key))
    return site.issue(key)


def _expect(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what}: {found!r}, not {wanted!r}"]


def _status(title: str, wanted: str) -> Callable[[Site], list[str]]:
    return lambda site: _expect(f"status of {title}", _issue(site, title)["status"]["name"], wanted)


def _links(title: str, wanted: int) -> Callable[[Site], list[str]]:
    return lambda site: _expect(f"links of {title}", len(_issue(site, title)["issuelinks"]), wanted)


def _comments(title: str, wanted: int) -> Callable[[Site], list[str]]:
    return lambda site: _expect(f"comments of {title}", len(_issue(site, title)["comment"]["comments"]), wanted)


def _labels(site: Site) -> list[str]:
    return [
        f"{key} has no label to be found by"
        for key, card in site.cards().items()
        if not any(each.startswith("rc-") for each in site.issue(key)["labels"])
    ]


def _gone(title: str) -> Callable[[Site], list[str]]:
    return lambda site: [f"{title} is there" for card in site.cards().values() if card["title"] == title]


def _an_old_state(site: Site, workspace: Workspace) -> None:
    """Another machine creates an item: this one's state is older than that."""
    kept, old = workspace.path / ".reconciler", workspace.path / ".old"
    shutil.copytree(kept, old)
    workspace.items(_TASK + _OTHER)
    workspace.apply()
    shutil.rmtree(kept)
    old.rename(kept)


def _markers_off(site: Site, workspace: Workspace) -> None:
    """A person takes the labels off that find our items."""
    for key in site.cards():
        ours = [each for each in site.issue(key)["labels"] if each.startswith("rc-")]
        site.edit("Lena Gray", key, remove_labels=ours)


_DEAL = "  deal: {type: epic, title: Deal}\n"
_TASK = "  task: {type: task, title: Task}\n"
_OTHER = "  other: {type: task, title: Other}\n"

SCENARIOS: dict[str, Scenario] = {
    each.name: each
    for each in (
        Scenario(
            "create",
            "",
            _DEAL
            + "  task: {type: task, title: Task, parent: deal}\n  more: {type: task, title: More, parent: deal}\n",
            ("POST", "/issue/bulk$"),
            frozenset({"Deal", "Task", "More"}),
            passes=2,
            wrong=lambda site: _expect("parent", _issue(site, "Task")["parent"]["fields"]["summary"], "Deal"),
        ),
        Scenario(
            "update",
            _TASK + _OTHER,
            "  task: {type: task, title: Task renamed, labels: [ours]}\n" + _OTHER,
            ("PUT", r"/issue/\d+$"),
            frozenset({"Task renamed", "Other"}),
            wrong=lambda site: _expect("our label", "ours" in _issue(site, "Task renamed")["labels"], True),
        ),
        Scenario(
            "transition",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, status: in_progress}\n" + _OTHER,
            ("POST", "/transitions$"),
            frozenset({"Task", "Other"}),
            wrong=_status("Task", "In Progress"),
        ),
        Scenario(
            "link",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, links: {blocks: [other]}}\n" + _OTHER,
            ("POST", "/issueLink$"),
            frozenset({"Task", "Other"}),
            wrong=_links("Task", 1),
        ),
        Scenario(
            "remote_link",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, documents: [{title: Room, url: 'https://data.example/a'}]}\n" + _OTHER,
            ("POST", "/remotelink$"),
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "close",
            _TASK + _OTHER,
            _OTHER,
            ("POST", "/transitions$"),
            frozenset({"Other"}),
            wrong=_status("Task", "Cancelled"),
        ),
        Scenario(
            "comment",
            "  task: {type: task, title: Task, close_comment: Out of scope.}\n" + _OTHER,
            _OTHER,
            ("POST", "/transitions$"),
            frozenset({"Other"}),
            wrong=_comments("Task", 1),
        ),
        Scenario(
            "delete",
            "  task: {type: task, title: Task, on_remove: delete}\n" + _OTHER,
            _OTHER,
            ("DELETE", r"/issue/\d+$"),
            frozenset({"Other"}),
            wrong=_gone("Task"),
        ),
        Scenario(
            "adopt",
            _OTHER,
            "  task: {type: task, title: Task, labels: [ours]}\n" + _OTHER,
            ("PUT", r"/issue/\d+$"),
            frozenset({"Task", "Other"}),
            prepare=_an_old_state,
            wrong=lambda site: _expect("our label", "ours" in _issue(site, "Task")["labels"], True),
        ),
        Scenario(
            "move",
            _TASK + _OTHER,
            "  chore: {type: task, title: Task}\n" + _OTHER + "moved:\n  - {from: task, to: chore}\n",
            ("PUT", "/properties/reconciler$"),
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "marker_repair",
            _TASK + _OTHER,
            _TASK + _OTHER,
            ("PUT", r"/issue/\d+$"),
            frozenset({"Task", "Other"}),
            passes=2,
            prepare=_markers_off,
            wrong=_labels,
        ),
    )
}
