"""Signals, a full disk, a directory that can't be written: what is in flight is finished, and nothing is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

import pytest
from acceptance.harness import Site, kinds, writes
from faults.running import FaultWorkspace

from reconciler.errors import Interrupted
from reconciler.sdk import SystemClock
from reconciler.stop import Stop

_FAMILY = "  deal: {type: epic, title: Deal}\n  task: {type: task, title: Task, parent: deal}\n"
_MANY = range(9)  # more than are in flight at once, fewer than meet a limit
_LONG = "word " * 6000
"""More text than a page of the state's file holds."""


def many(title: str) -> str:
    """Nine tasks."""
    return "".join(f"  t{number}: {{type: task, title: '{title} {number}'}}\n" for number in _MANY)


def retitled(plan: Mapping[str, Any]) -> list[str]:
    """Addresses of items whose title is still to be changed."""
    return [each["address"] for each in plan["actions"] if "title" in {change["field"] for change in each["changes"]}]


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_first_signal_finishes_what_is_in_flight(workspace: FaultWorkspace, site: Site, name: str, code: int) -> None:
    """The create in flight is answered and recorded, its child is not begun, one sentence says so."""
    workspace.items(_FAMILY)
    struck = workspace.struck("send.before", name, method="POST", path="/issue/bulk$")
    assert struck.code == code
    assert struck.err == ("Interrupted: what was in flight is finished and recorded, the rest was not begun.\n")
    assert [card["title"] for card in site.cards().values()] == ["Deal"]
    plan = workspace.plan()
    assert [each["address"] for each in plan["actions"] if each["action"] == "create"] == ["task"]
    workspace.apply()
    assert sorted(card["title"] for card in site.cards().values()) == ["Deal", "Task"]


def test_a_first_signal_lets_a_pool_of_writes_land(workspace: FaultWorkspace, site: Site) -> None:
    """Of nine edits those in flight are finished and recorded; the others are not sent, and none is unsettled."""
    workspace.items(many("First"))
    workspace.apply()
    workspace.items(many("Second"))
    with site.watched() as during:
        struck = workspace.struck("send.before", "SIGINT", method="PUT", path=r"/issue/\d+$")
    assert struck.code == 130
    sent = kinds(writes(during))["editIssue"]
    assert 0 < sent < len(_MANY)
    assert sum(card["title"].startswith("Second") for card in site.cards().values()) == sent
    assert len(retitled(workspace.plan())) == len(_MANY) - sent
    workspace.apply()
    assert all(card["title"].startswith("Second") for card in site.cards().values())


def test_a_signal_between_the_parts_of_one_change_lets_it_be_whole(workspace: FaultWorkspace, site: Site) -> None:
    """A change that was begun by an edit goes on to its transition: a stop leaves no item half changed."""
    workspace.items("  task: {type: task, title: Task}\n")
    workspace.apply()
    workspace.items("  task: {type: task, title: Renamed, status: in_progress}\n")
    assert workspace.struck("send.before", "SIGINT", method="PUT", path=r"/issue/\d+$").code == 130
    [card] = site.cards().values()
    assert (card["title"], card["status"]) == ("Renamed", "In Progress")
    assert retitled(workspace.plan()) == []


def test_a_second_signal_ends_the_process_at_once(workspace: FaultWorkspace, site: Site) -> None:
    """The request in flight is not waited for; it is in the journal, and the next run makes no second item."""
    workspace.items(_FAMILY)
    struck = workspace.struck("send.before", "SIGINT", "SIGTERM", method="POST", path="/issue/bulk$")
    assert struck.code == 143
    assert struck.err.startswith("Interrupted at once:")
    assert "the next run settles it" in struck.err
    assert len(struck.err.splitlines()) == 1
    workspace.apply()
    assert sorted(card["title"] for card in site.cards().values()) == ["Deal", "Task"]


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
