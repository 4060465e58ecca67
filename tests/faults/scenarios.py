"""What is under way when a fault strikes: two versions of a spec, and what has to be true when all is over."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from acceptance.harness import Site, Workspace
from faults.workspace import FaultWorkspace

__all__ = ["SCENARIOS", "Check", "Platform", "Scenario", "Sent", "gone", "live_titles", "seen"]

Check: TypeAlias = Callable[[Site, int], list[str]]
"""What is wrong, in words; it gets the number of times that the platform carried the write out."""


@dataclass(frozen=True)
class Sent:
    """How a scenario's write goes out.

    Attributes:
        method, path: of its requests; the path is a regular expression.
        asked: how many of them only ask, before the first that writes; they are let through.
        requests: how many of them write, each of which is struck in turn.
        commits: how often the journal and the state are written to.
        adds: carried out again, it adds the same again; no other write does.
        clashes: carried out again, it makes a second of one name, and nothing can be applied until a person sorts it
            out. That case is not played.
    """

    method: str
    path: str
    asked: int = 0
    requests: int = 1
    commits: int = 1
    adds: bool = False
    clashes: bool = False


@dataclass(frozen=True)
class Platform:
    """A platform, and how its sandbox shows what a scenario did.

    Attributes:
        head: the beginning of a spec.
        closed: statuses of items that are out of the spec.
        refused: the body of an answer that says no.
        writes: by scenario, what the fault is about. One that is not named does not happen on this platform.
        wrong: by scenario, what is wrong at the end beside the titles.
        unmark: a person takes off what finds our items.
        written_to: whether we wrote to an item after we created it.
        person_fields: an item's description and labels, as text.
        sandbox: the sandbox's name, where it is another than the platform's.
        knobs: what is turned there from the beginning.
        api: where its interface begins, for what Jira's sandbox shows.
        makes: what the provider's option `create` may name here.
        place: what an item says of a place that the project lacks.
    """

    name: str
    head: str
    closed: frozenset[str]
    refused: Mapping[str, Any]
    writes: Mapping[str, Sent]
    wrong: Mapping[str, Check]
    unmark: Callable[[Site, Workspace], None]
    written_to: Callable[[Site, str], bool]
    person_fields: Callable[[Site, str], Mapping[str, str]]
    makes: str
    place: str
    sandbox: str = ""
    knobs: Mapping[str, Any] = field(default_factory=dict)
    api: str = "/rest/api/3"


@dataclass(frozen=True)
class Scenario:
    """One kind of write.

    Attributes:
        before: the items of the spec that is applied in peace; empty for none.
        after: the items of the spec that is applied under the fault; `PLACE` stands for the platform's.
        titles: of the items that are open at the end, each exactly once.
        prepare: what happens between the two specs.
    """

    name: str
    before: str
    after: str
    titles: frozenset[str]
    prepare: Callable[[Platform, Site, FaultWorkspace], None] = lambda _platform, _site, _workspace: None


def live_titles(platform: Platform, site: Site) -> Counter[str]:
    """How many open items have each title."""
    return Counter(card["title"] for card in site.cards().values() if card["status"] not in platform.closed)


def seen(
    item: Callable[[Site, str], dict[str, Any]],
    title: str,
    what: str,
    wanted: object,
    look: Callable[[dict[str, Any]], object],
) -> Check:
    """A check that an item shows a value; where `wanted` is None, as many as the write was carried out.

    Args:
        item: what the platform shows of an item by key.
        title: the item's; of several, the first that was made.
        what: the value's name.
        wanted: the value.
        look: for the value.
    """

    def check(site: Site, times: int) -> list[str]:
        keys = (key for key, card in site.cards().items() if card["title"] == title)
        found = look(item(site, min(keys, key=lambda key: (len(key), key))))
        due = times if wanted is None else wanted
        return [] if found == due else [f"{what} of {title}: {found!r}, not {due!r}"]

    return check


def gone(site: Site, _times: int) -> list[str]:
    """A check that the item that leaves the specs is nowhere."""
    return ["Task is there" for card in site.cards().values() if card["title"] == "Task"]


def _an_old_state(platform: Platform, site: Site, workspace: FaultWorkspace) -> None:
    """Another machine creates an item: this one's state is older than that."""
    kept, old = workspace.path / ".reconciler", workspace.path / ".old"
    shutil.copytree(kept, old)
    workspace.items(_TASK + _OTHER)
    workspace.apply()
    shutil.rmtree(kept)
    old.rename(kept)


def _into_the_bin(platform: Platform, site: Site, workspace: FaultWorkspace) -> None:
    """A person deletes the item, and it lies in the recycle bin."""
    [key] = [key for key, card in site.cards().items() if card["title"] == "Task"]
    site.act("delete", by="Lena Gray", item=key)


def _closed(platform: Platform, site: Site, workspace: FaultWorkspace) -> None:
    """The item leaves the specs for a while, and is closed."""
    workspace.items(_OTHER)
    workspace.apply()


def _what_is_missing_is_made(platform: Platform, site: Site, workspace: FaultWorkspace) -> None:
    """The provider's block says that what items need and the project lacks is made."""
    workspace.head = workspace.head.replace("project: INVEST", f"project: INVEST, create: [{platform.makes}]")


def _a_second_site(platform: Platform, site: Site, workspace: FaultWorkspace) -> None:
    """The specs get a provider `there` on the other platform; items are on this one unless they say otherwise."""
    name = platform.sandbox or platform.name
    other = "jira" if name == "azure_devops" else "azure_devops"
    workspace.settings = {**workspace.settings, **Site(site.endpoints, other).settings}
    more = f"providers: {{there: {{plugin: {other}, project: INVEST}}, "
    workspace.head = f"{platform.head.replace('providers: {', more)}defaults: {{provider: {name}}}\n"


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
            frozenset({"Deal", "Task", "More"}),
        ),
        Scenario(
            "update",
            _TASK + _OTHER,
            "  task: {type: task, title: Task renamed, labels: [ours]}\n" + _OTHER,
            frozenset({"Task renamed", "Other"}),
        ),
        Scenario(
            "type",
            _TASK + _OTHER,
            "  task: {type: bug, title: Task renamed, labels: [ours]}\n" + _OTHER,
            frozenset({"Task renamed", "Other"}),
        ),
        Scenario(
            "transition",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, status: in_progress}\n" + _OTHER,
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "link",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, links: {blocks: [other]}}\n" + _OTHER,
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "remote_link",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, documents: [{title: Room, url: 'https://data.example/a'}]}\n" + _OTHER,
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "close",
            _TASK + _OTHER,
            _OTHER,
            frozenset({"Other"}),
        ),
        Scenario(
            "reopen",
            _TASK + _OTHER,
            _TASK + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_closed,
        ),
        Scenario(
            "comment",
            "  task: {type: task, title: Task, close_comment: Out of scope.}\n" + _OTHER,
            _OTHER,
            frozenset({"Other"}),
        ),
        Scenario(
            "delete",
            "  task: {type: task, title: Task, on_remove: delete}\n" + _OTHER,
            _OTHER,
            frozenset({"Other"}),
        ),
        Scenario(
            "adopt",
            _OTHER,
            "  task: {type: task, title: Task, labels: [ours]}\n" + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_an_old_state,
        ),
        Scenario(
            "move",
            _TASK + _OTHER,
            "  chore: {type: task, title: Task}\n" + _OTHER + "moved:\n  - {from: task, to: chore}\n",
            frozenset({"Task", "Other"}),
        ),
        Scenario(
            "marker_repair",
            _TASK + _OTHER,
            _TASK + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=lambda platform, site, workspace: platform.unmark(site, workspace),
        ),
        Scenario(
            "restore",
            _TASK + _OTHER,
            _TASK + _OTHER + "policy: {on_missing: recreate}\n",
            frozenset({"Task", "Other"}),
            prepare=_into_the_bin,
        ),
        Scenario(
            "place",
            _OTHER,
            "  task: {type: task, title: Task, PLACE}\n" + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_what_is_missing_is_made,
        ),
        Scenario(
            "placed",
            _OTHER,
            "  task: {type: task, title: Task, PLACE}\n" + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_what_is_missing_is_made,
        ),
        Scenario(
            "sprint",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, sprint: Sprint 9}\n" + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_what_is_missing_is_made,
        ),
        Scenario(
            "cross_site_link",
            _TASK + _OTHER,
            "  task: {type: task, title: Task, links: {blocks: [far]}}\n"
            "  far: {provider: there, type: task, title: Far}\n" + _OTHER,
            frozenset({"Task", "Other"}),
            prepare=_a_second_site,
        ),
    )
}
