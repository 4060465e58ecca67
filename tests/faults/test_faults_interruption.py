"""Signals, a full disk, a directory that can't be written: what is in flight is finished, and nothing is lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from acceptance.harness import Result, Site
from faults.azure import AZURE_DEVOPS
from faults.jira import JIRA
from faults.scenarios import Platform
from faults.workspace import FaultWorkspace

from reconciler.errors import Interrupted
from reconciler.sandbox.serving import running
from reconciler.sdk import SystemClock
from reconciler.stop import Stop

_FAMILY = "  deal: {type: epic, title: Deal}\n  task: {type: task, title: Task, parent: deal}\n"
_TWO_DEALS = "  deal: {type: epic, title: Deal}\n  other: {type: epic, title: Other}\n"
_MANY = range(9)  # more than are in flight at once, fewer than meet a limit
_LONG = "word " * 6000
"""More text than a page of the state's file holds."""


def many(title: str) -> str:
    """Nine tasks."""
    return "".join(f"  t{number}: {{type: task, title: '{title} {number}'}}\n" for number in _MANY)


def retitled(plan: Mapping[str, Any]) -> list[str]:
    """Addresses of items whose title is still to be changed."""
    return [each["address"] for each in plan["actions"] if "title" in {change["field"] for change in each["changes"]}]


@dataclass(frozen=True)
class Place:
    """A platform, its sandbox, and a workspace of its own."""

    platform: Platform
    site: Site
    workspace: FaultWorkspace

    def struck(self, what: str, *signals: str, items: int = 1) -> Result:
        """Apply, and send signals just before the first write of a scenario's kind; of many items each is asked for."""
        sent = self.platform.writes[what]
        nth = sent.asked * items + 1
        return self.workspace.struck("send.before", *signals, nth=nth, method=sent.method, path=sent.path)

    def titles(self) -> list[str]:
        """Of all items, sorted."""
        return sorted(card["title"] for card in self.site.cards().values())


@pytest.fixture(params=[JIRA, AZURE_DEVOPS], ids=lambda each: each.name)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Each platform in turn."""
    platform: Platform = request.param
    with running() as endpoints:
        site = Site(endpoints, platform.name)
        yield Place(platform, site, FaultWorkspace.on(site, tmp_path, platform.head))


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_first_signal_finishes_what_is_in_flight(place: Place, name: str, code: int) -> None:
    """The create in flight is answered and recorded, its child is not begun, one sentence says so."""
    place.workspace.items(_FAMILY)
    struck = place.struck("create", name)
    assert struck.code == code
    assert struck.err == ("Interrupted: what was in flight is finished and recorded, the rest was not begun.\n")
    assert place.titles() == ["Deal"]
    plan = place.workspace.plan()
    assert [each["address"] for each in plan["actions"] if each["action"] == "create"] == ["task"]
    place.workspace.apply()
    assert place.titles() == ["Deal", "Task"]


def test_a_first_signal_lets_a_pool_of_writes_land(place: Place) -> None:
    """Of nine edits those in flight are finished and recorded; the others are not sent, and none is unsettled."""
    place.workspace.items(many("First"))
    place.workspace.apply()
    place.workspace.items(many("Second"))
    sent = place.platform.writes["update"]
    with place.site.watched() as during:
        struck = place.struck("update", "SIGINT", items=len(_MANY))
    assert struck.code == 130
    edits = [each for each in during if each["method"] == sent.method and re.search(sent.path, each["path"])]
    landed = sum("validateOnly" not in each["query"] for each in edits)
    assert 0 < landed < len(_MANY)
    assert sum(title.startswith("Second") for title in place.titles()) == landed
    assert len(retitled(place.workspace.plan())) == len(_MANY) - landed
    place.workspace.apply()
    assert all(title.startswith("Second") for title in place.titles())


def test_a_signal_between_the_parts_of_one_change_lets_it_be_whole(place: Place) -> None:
    """A change that was begun goes on, to its transition or to its new parent: a stop leaves no item half changed."""
    place.workspace.items(_TWO_DEALS + "  task: {type: task, title: Task, parent: deal}\n")
    place.workspace.apply()
    place.workspace.items(_TWO_DEALS + "  task: {type: task, title: Renamed, status: in_progress, parent: other}\n")
    assert place.struck("update", "SIGINT").code == 130
    plan = place.workspace.plan()
    left = {change["field"] for action in plan["actions"] for change in action["changes"]}
    assert not left & {"title", "status", "parent"}
    assert (place.titles(), plan["drift"], plan["conflicts"]) == (["Deal", "Other", "Renamed"], [], [])


def test_a_second_signal_ends_the_process_at_once(place: Place) -> None:
    """The request in flight is not waited for; it is in the journal, and the next run makes no second item."""
    place.workspace.items(_FAMILY)
    struck = place.struck("create", "SIGINT", "SIGTERM")
    assert struck.code == 143
    assert struck.err.startswith("Interrupted at once:")
    assert "the next run settles it" in struck.err
    assert len(struck.err.splitlines()) == 1
    place.workspace.apply()
    assert place.titles() == ["Deal", "Task"]


def test_a_signal_while_planning_ends_at_once(workspace: FaultWorkspace, site: Site) -> None:
    """Before anything is written, there is nothing to finish: the command ends, and says that nothing was sent."""
    workspace.items(_FAMILY)
    struck = workspace.struck("send.before", "SIGINT", method="GET", path="/")
    assert struck.code == 130
    assert struck.err.strip() == "Interrupted: nothing more was sent."
    assert site.cards() == {}


def test_a_hang_up_that_is_ignored_stays_ignored(workspace: FaultWorkspace, site: Site) -> None:
    """Under `nohup` a closed terminal stops nothing."""
    workspace.items(_FAMILY)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        struck = workspace.struck("send.before", "SIGHUP", method="POST", path="/issue/bulk$")
    finally:
        signal.signal(signal.SIGHUP, before)
    assert struck.code == 0
    assert len(site.cards()) == 2


def test_a_wait_ends_when_a_stop_is_asked_for() -> None:
    """Nobody sits out the five minutes that a site asked for: a stop ends every wait, with the signal's exit code."""
    stop = Stop()
    SystemClock(stop).sleep(0)
    stop.ask(143)
    with pytest.raises(Interrupted) as raised:
        SystemClock(stop).sleep(300)
    assert raised.value.exit_code == 143


def test_a_disk_that_is_full_before_a_write_sends_nothing(workspace: FaultWorkspace, site: Site) -> None:
    """What can't be journalled is not sent: exit 1 says that the disk is full, and with space the next run goes on."""
    workspace.items(f"  task: {{type: task, title: Task, description: '{_LONG}'}}\n")
    struck = workspace.struck("journal.before")
    assert struck.code == 1
    assert "the disk is full" in struck.text
    assert site.cards() == {}
    workspace.apply()
    assert len(site.cards()) == 1


def test_a_disk_that_is_full_after_a_write_doubles_nothing(workspace: FaultWorkspace, site: Site) -> None:
    """What was sent and can't be recorded stays in the journal: with space, the next run settles it."""
    workspace.items(f"  task: {{type: task, title: Task, description: '{_LONG}'}}\n")
    struck = workspace.struck("record.before")
    assert struck.code == 1
    assert "the disk is full" in struck.text
    workspace.apply()
    assert [card["title"] for card in site.cards().values()] == ["Task"]
    assert workspace.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every directory")
def test_a_directory_that_cant_be_written_sends_nothing(workspace: FaultWorkspace, site: Site) -> None:
    """Without a place for the journal nothing is sent, and the error names it; a plan needs no such place."""
    workspace.items(_FAMILY)
    workspace.path.chmod(0o500)
    try:
        result = workspace.run("apply", "--auto-approve")
        assert result.code == 1
        assert ".reconciler" in result.text
        assert workspace.run("plan").code == 0
    finally:
        workspace.path.chmod(0o700)
    assert site.cards() == {}
